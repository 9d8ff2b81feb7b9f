/* pith_app: STACK 4096 HEAP 256
 *
 * Sends a file by XMODEM over the terminal. -k: in blocks of 1,024 bytes. At the other end: rx FILE, or the download of a terminal
 * program. Ctrl-C before it has begun, or Ctrl-X twice, ends it. */
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>
#include "terminal.h"
#include "util.h"
#include "xmodem.h"

const char util_name[] = "sx", util_synopsis[] = "[-k] FILE";

static int file;
static int file_error;
static unsigned long long total;

static long give(void *ctx, void *bytes, size_t n) {
  size_t got = 0;
  (void)ctx;
  while (got < n) {
    ssize_t r = read(file, (char *)bytes + got, n - got);
    if (r < 0 && errno == EINTR) continue;
    if (r < 0) {
      file_error = errno;
      return -1;
    }
    if (!r) break;
    got += (size_t)r;
  }
  total += got;
  return (long)got;
}

int main(int argc, char **argv) {
  static struct xmodem x = {.get = terminal_get, .put = terminal_put, .data = give};
  for (int c; (c = option(argc, argv, "kb")) != -1;)
    if (c == 'k') x.large = true;
  if (argc - option_at != 1) usage(NULL, "one file is sent");
  const char *name = argv[option_at];
  file = open(name, O_RDONLY);
  if (file < 0) fail_errno(name);
  if (is_directory(name)) fail(name, error_text(EISDIR));
  terminal_raw(false);
  enum xmodem_result r = xmodem_send(&x);
  terminal_restore();
  if (file_error) fail(name, error_text(file_error));
  if (r != XMODEM_DONE) fail(name, xmodem_text(r));
  output_fd = 2;
  put_format("%s: %llu bytes, %u blocks\n", name, total, x.blocks);
  return finish(0);
}

/* pith_app: STACK 4096 HEAP 256
 *
 * Receives a file by XMODEM over the terminal. -s: with a sum instead of a CRC; -z: without the 0x1A that the last block is filled
 * up with. At the other end: sx FILE, or the upload of a terminal program. Ctrl-C before it has begun, or Ctrl-X twice, ends it. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>
#include "terminal.h"
#include "util.h"
#include "xmodem.h"

const char util_name[] = "rx", util_synopsis[] = "[-s] [-z] FILE";

static int file;
static bool cut;
static int file_error;
static unsigned fills; /* bytes 0x1A that are not written yet */
static unsigned long long total;

static bool store(const void *bytes, size_t n) {
  total += n;
  if (write_all(file, bytes, n)) return true;
  file_error = errno;
  return false;
}

/* With -z the 0x1A at the end are held back until something else follows. */
static long take(void *ctx, void *bytes, size_t n) {
  static const char fill[16] = {XMODEM_FILL, XMODEM_FILL, XMODEM_FILL, XMODEM_FILL, XMODEM_FILL, XMODEM_FILL,
                                XMODEM_FILL, XMODEM_FILL, XMODEM_FILL, XMODEM_FILL, XMODEM_FILL, XMODEM_FILL,
                                XMODEM_FILL, XMODEM_FILL, XMODEM_FILL, XMODEM_FILL};
  const char *p = bytes;
  size_t keep = n;
  (void)ctx;
  while (cut && keep && p[keep - 1] == XMODEM_FILL) keep--;
  for (; keep && fills; fills -= fills < sizeof fill ? fills : (unsigned)sizeof fill)
    if (!store(fill, fills < sizeof fill ? fills : sizeof fill)) return -1;
  fills += (unsigned)(n - keep);
  return store(p, keep) ? 0 : -1;
}

int main(int argc, char **argv) {
  static struct xmodem x = {.get = terminal_get, .put = terminal_put, .data = take};
  for (int c; (c = option(argc, argv, "szcbk")) != -1;) {
    if (c == 's') x.sum = true;
    if (c == 'z') cut = true;
  }
  if (argc - option_at != 1) usage(NULL, "one file is received");
  const char *name = argv[option_at];
  file = open(name, O_WRONLY | O_CREAT | O_TRUNC, 0777);
  if (file < 0) fail_errno(name);
  terminal_raw(false);
  enum xmodem_result r = xmodem_receive(&x);
  terminal_restore();
  if (close(file) < 0 && !file_error) file_error = errno;
  if (file_error) fail(name, error_text(file_error));
  if (r != XMODEM_DONE) fail(name, xmodem_text(r));
  output_fd = 2;
  put_format("%s: %llu bytes, %u blocks\n", name, total, x.blocks);
  return finish(0);
}

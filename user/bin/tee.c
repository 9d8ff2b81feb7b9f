/* pith_app: STACK 4096 HEAP 256
 *
 * Copies standard input to standard output and to files. -a: appends to them; -i: is not interrupted. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>
#include "util.h"

const char util_name[] = "tee", util_synopsis[] = "[-ai] [FILE...]";

enum { MOST = 16 };

int main(int argc, char **argv) {
  static char buffer[1024];
  int files[MOST], status = 0, flags = O_WRONLY | O_CREAT | O_TRUNC;
  for (int c; (c = option(argc, argv, "ai")) != -1;) {
    if (c == 'a') flags = O_WRONLY | O_CREAT | O_APPEND;
    else signal(SIGINT, SIG_IGN);
  }
  argv += option_at;
  int count = argc - option_at;
  if (count > MOST) usage(argv[MOST], "too many files");
  for (int i = 0; i < count; i++) {
    files[i] = open(argv[i], flags, 0666);
    if (files[i] < 0) complain_errno(argv[i]), status = 1;
  }
  for (bool output = true;;) {
    ssize_t n = read(0, buffer, sizeof buffer);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) fail_errno("standard input");
    if (n == 0) return status;
    if (output && !write_all(1, buffer, (size_t)n)) {
      complain_errno("write error");
      output = false;
      status = 1;
    }
    for (int i = 0; i < count; i++) {
      if (files[i] < 0 || write_all(files[i], buffer, (size_t)n)) continue;
      complain_errno(argv[i]);
      close(files[i]);
      files[i] = -1;
      status = 1;
    }
  }
}

/* pith_app: STACK 4096 HEAP 256
 *
 * Makes files that are not there, and sets the time of those that are to now. -c: makes none. */
#include <errno.h>
#include <fcntl.h>
#include <sys/time.h>
#include <unistd.h>
#include "util.h"

const char util_name[] = "touch", util_synopsis[] = "[-c] FILE...";

int main(int argc, char **argv) {
  bool make = true;
  int status = 0;
  while (option(argc, argv, "c") != -1) make = false;
  if (option_at == argc) usage(NULL, "no file given");
  for (char **path = argv + option_at; *path; path++) {
    if (utimes(*path, NULL) == 0 || (errno == ENOENT && !make)) continue;
    int fd = errno == ENOENT ? open(*path, O_WRONLY | O_CREAT, 0666) : -1;
    if (fd < 0) complain_errno(*path), status = 1;
    else close(fd);
  }
  return status;
}

/* pith_app: STACK 4096 HEAP 256
 *
 * Makes sure that what was written to the files named, or to all, is where it outlives a loss of power. */
#include <fcntl.h>
#include <unistd.h>
#include "util.h"

const char util_name[] = "sync", util_synopsis[] = "[FILE...]";

int main(int argc, char **argv) {
  int status = 0;
  option(argc, argv, "");
  if (option_at == argc) sync();
  for (char **path = argv + option_at; *path; path++) {
    int fd = open(*path, O_RDONLY);
    if (fd < 0 || fsync(fd) < 0) complain_errno(*path), status = 1;
    if (fd >= 0) close(fd);
  }
  return status;
}

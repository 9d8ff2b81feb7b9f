/* pith_app: STACK 4096 HEAP 256
 *
 * Removes empty directories. -p: those above them too. */
#include <string.h>
#include <unistd.h>
#include "util.h"

const char util_name[] = "rmdir", util_synopsis[] = "[-p] DIRECTORY...";

static bool remove_one(const char *path) {
  if (rmdir(path) == 0) return true;
  complain_errno(path);
  return false;
}

int main(int argc, char **argv) {
  bool parents = false;
  int status = 0;
  while (option(argc, argv, "p") != -1) parents = true;
  if (option_at == argc) usage(NULL, "no directory given");
  for (char **path = argv + option_at; *path; path++) {
    bool good = remove_one(trim_slashes(*path));
    for (char *slash; parents && good && (slash = strrchr(*path, '/')) && slash != *path;) {
      *slash = 0;
      good = remove_one(trim_slashes(*path));
    }
    if (!good) status = 1;
  }
  return status;
}

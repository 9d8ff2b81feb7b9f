/* pith_app: STACK 4096 HEAP 256
 *
 * Paths without their last names. */
#include <string.h>
#include "util.h"

const char util_name[] = "dirname", util_synopsis[] = "PATH...";

int main(int argc, char **argv) {
  option(argc, argv, "");
  if (option_at == argc) usage(NULL, "no path given");
  for (char **path = argv + option_at; *path; path++) {
    char *slash = strrchr(trim_slashes(*path), '/');
    if (!slash) {
      put_text(".\n");
      continue;
    }
    slash[slash == *path] = 0;
    put_format("%s\n", trim_slashes(*path));
  }
  return finish(0);
}

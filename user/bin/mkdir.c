/* pith_app: STACK 4096 HEAP 256
 *
 * Makes directories. -p: those above them too, and none that is there is an error; -m MODE: octal. */
#include <errno.h>
#include <string.h>
#include "util.h"

const char util_name[] = "mkdir", util_synopsis[] = "[-p] [-m MODE] DIRECTORY...";

static bool make(const char *path, mode_t mode, bool there_is_good) {
  if (mkdir(path, mode) == 0) return true;
  int error = errno;
  /* Something that may not be made may well be there: "/" is. */
  if (there_is_good && is_directory(path)) return true;
  errno = error;
  complain_errno(path);
  return false;
}

static bool make_parents(char *path) {
  for (char *slash = path; (slash = strchr(slash + 1, '/'));) {
    *slash = 0;
    bool made = make(path, 0777, true);
    *slash = '/';
    if (!made) return false;
  }
  return true;
}

int main(int argc, char **argv) {
  bool parents = false;
  mode_t mode = 0777;
  int status = 0;
  for (int c; (c = option(argc, argv, "pm:")) != -1;) {
    if (c == 'p') parents = true;
    else if (!mode_parse(option_value, &mode)) usage(option_value, "not an octal mode");
  }
  if (option_at == argc) usage(NULL, "no directory given");
  for (char **path = argv + option_at; *path; path++)
    if ((parents && !make_parents(trim_slashes(*path))) || !make(*path, mode, parents)) status = 1;
  return status;
}

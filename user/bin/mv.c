/* pith_app: STACK 8192 HEAP 8192
 *
 * Gives a file another name, or moves files into a folder; from one file system to another by copying. -f: accepted; -n: never
 * onto what is there. */
#include <errno.h>
#include <stdio.h>
#include <unistd.h>
#include "util.h"

const char util_name[] = "mv", util_synopsis[] = "[-fn] FILE... TO";

static bool move(const char *from, const char *to, bool keep) {
  if (keep && access(to, F_OK) == 0) return true;
  if (rename(from, to) == 0) return true;
  if (errno == EXDEV) return copy_tree(from, to, true) && remove_tree(from);
  int error = errno;
  complain(access(from, F_OK) < 0 ? from : to, error_text(error));
  return false;
}

int main(int argc, char **argv) {
  bool keep = false;
  int status = 0;
  for (int c; (c = option(argc, argv, "fn")) != -1;) keep = c == 'n';
  copy_times = true;
  if (argc - option_at < 2) usage(NULL, option_at == argc ? "no file given" : "no destination given");
  char *to = argv[argc - 1];
  if (argc - option_at > 2 && !is_directory(to)) fail(to, "is no directory to move several files into");
  for (int i = option_at; i < argc - 1; i++) {
    const char *path = destination(trim_slashes(argv[i]), to);
    if (!path || !move(argv[i], path, keep)) status = 1;
  }
  return status;
}

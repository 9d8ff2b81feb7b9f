/* pith_app: STACK 8192 HEAP 8192
 *
 * Copies a file to another name, or files into a folder. -r -R -a: folders with all that is in them; -f: removes what cannot be
 * written; -p, and -a: the copy has the original's time. */
#include <string.h>
#include <unistd.h>
#include "util.h"

const char util_name[] = "cp", util_synopsis[] = "[-afprR] FILE... TO";

int main(int argc, char **argv) {
  bool recursive = false, force = false;
  int status = 0;
  for (int c; (c = option(argc, argv, "afprR")) != -1;) {
    if (c == 'f') force = true;
    else if (c != 'p') recursive = true;
    copy_times |= c == 'p' || c == 'a';
  }
  if (argc - option_at < 2) usage(NULL, option_at == argc ? "no file given" : "no destination given");
  char *to = argv[argc - 1];
  if (argc - option_at > 2 && !is_directory(to)) fail(to, "is no directory to copy several files into");
  for (int i = option_at; i < argc - 1; i++) {
    const char *path = destination(trim_slashes(argv[i]), to);
    if (path && force && access(path, F_OK) == 0 && access(path, W_OK) < 0) unlink(path);
    if (!path || !copy_tree(argv[i], path, recursive)) status = 1;
  }
  return status;
}

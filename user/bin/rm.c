/* pith_app: STACK 8192 HEAP 8192
 *
 * Removes files. -r -R: folders with all that is in them; -d: empty folders; -f: what is not there is no error. */
#include <errno.h>
#include <string.h>
#include <unistd.h>
#include "util.h"

const char util_name[] = "rm", util_synopsis[] = "[-dfrR] FILE...";

static bool recursive, folders, force;

static bool remove_one(const char *path) {
  struct stat st;
  const char *name = base_name(path);
  if (strcmp(name, "/") == 0 || strcmp(name, ".") == 0 || strcmp(name, "..") == 0) {
    complain(path, "is never removed");
    return false;
  }
  if (stat(path, &st) < 0) {
    if (force && (errno == ENOENT || errno == ENOTDIR)) return true;
    complain_errno(path);
    return false;
  }
  if (!S_ISDIR(st.st_mode) ? unlink(path) == 0 : folders && rmdir(path) == 0) return true;
  if (S_ISDIR(st.st_mode) && recursive) return remove_tree(path);
  if (S_ISDIR(st.st_mode) && !folders) errno = EISDIR;
  complain_errno(path);
  return false;
}

int main(int argc, char **argv) {
  int status = 0;
  for (int c; (c = option(argc, argv, "dfrR")) != -1;) {
    if (c == 'd') folders = true;
    else if (c == 'f') force = true;
    else recursive = true;
  }
  if (option_at == argc && !force) usage(NULL, "no file given");
  for (char **path = argv + option_at; *path; path++)
    if (!remove_one(trim_slashes(*path))) status = 1;
  return status;
}

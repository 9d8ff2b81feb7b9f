/* pith_app: STACK 4096 HEAP 256
 *
 * Where programs are, looked for in PATH. -a: all of a name; -s: says nothing. The status is 1 if one is nowhere. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "util.h"

const char util_name[] = "which", util_synopsis[] = "[-as] NAME...";

static bool all, silent;

static bool is_program(const char *path) {
  struct stat st;
  return access(path, X_OK) == 0 && stat(path, &st) == 0 && S_ISREG(st.st_mode);
}

static bool found(const char *path) {
  if (!path || !is_program(path)) return false;
  if (!silent) put_format("%s\n", path);
  return true;
}

static bool look(const char *name, const char *path) {
  char folder[PATH_ROOM];
  bool any = false;
  if (strchr(name, '/')) return found(name);
  for (const char *next = path; next && (all || !any); path = next + 1) {
    size_t n = strcspn(path, ":");
    next = path[n] ? path + n : NULL;
    if (n >= sizeof folder) continue;
    memcpy(folder, n ? path : ".", n ? n : 1);
    folder[n ? n : 1] = 0;
    if (found(path_join(folder, name))) any = true;
  }
  return any;
}

int main(int argc, char **argv) {
  int status = 0;
  for (int c; (c = option(argc, argv, "as")) != -1;) *(c == 'a' ? &all : &silent) = true;
  const char *path = getenv("PATH");
  if (option_at == argc) usage(NULL, "no name given");
  for (char **name = argv + option_at; *name; name++)
    if (!look(*name, path ? path : "/bin")) status = 1;
  return finish(status);
}

#include "path.h"
#include <stdlib.h>
#include <string.h>
#include <sys/syslimits.h>

const char *path_list(void) {
  const char *list = getenv("PATH");
  return list ? list : "/bin";
}

bool path_next(const char **rest, const char *name, char *to) {
  const char *dir = *rest;
  if (!dir) return false;
  size_t n = strcspn(dir, ":"), length = strlen(name);
  *rest = dir[n] ? dir + n + 1 : NULL;
  *to = 0;
  if (n + length + 2 > PATH_MAX) return true;
  memcpy(to, dir, n);
  if (n) to[n++] = '/'; /* an empty one is the working directory */
  memcpy(to + n, name, length + 1);
  return true;
}

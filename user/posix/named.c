/* Names of kernel objects: see named.h. */
#include <string.h>
#include "named.h"

long object_path(char path[PITH_OBJECT_NAME], const char *folder, const char *name) {
  if (name[0] != '/' || !name[1] || strchr(name + 1, '/')) return -EINVAL;
  if (strlen(folder) + strlen(name) >= PITH_OBJECT_NAME) return -ENAMETOOLONG;
  strcat(strcpy(path, folder), name);
  return 0;
}

long object_open(unsigned kind, const char *folder, const char *name, int flags, mode_t mode, unsigned rights,
                 unsigned initial, unsigned size) {
  char path[PITH_OBJECT_NAME];
  long r = object_path(path, folder, name);
  if (r < 0) return r;
  mode |= mode >> 3 | mode >> 6;
  struct pith_object o = {.kind = kind,
                          .flags = (flags & O_CREAT ? PITH_OPEN_CREATE : 0) | (flags & O_EXCL ? PITH_OPEN_EXCLUSIVE : 0),
                          .rights = rights,
                          .name = (uint32_t)(uintptr_t)path,
                          .initial = initial,
                          .size = size,
                          .others = (mode & 4 ? PITH_RIGHT_WAIT : 0) |
                                    (mode & 2 ? PITH_RIGHT_SIGNAL | PITH_RIGHT_MANAGE : 0)};
  return sys_object_open(&o);
}

long object_unlink(const char *folder, const char *name) {
  char path[PITH_OBJECT_NAME];
  long r = object_path(path, folder, name);
  return r < 0 ? r : sys_object_unlink(path);
}

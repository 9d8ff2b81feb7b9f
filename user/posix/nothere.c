/* What no file system here can do, said so: owners and permissions are kept nowhere, times go by a file's name
 * (ENOSYS), and there are no links (EPERM). */
#include <sys/stat.h>
#include <unistd.h>
#include "result.h"

int chmod(const char *path, mode_t mode) {
  (void)path, (void)mode;
  return (int)result(-ENOSYS);
}

int fchmod(int fd, mode_t mode) {
  (void)fd, (void)mode;
  return (int)result(-ENOSYS);
}

int chown(const char *path, uid_t owner, gid_t group) {
  (void)path, (void)owner, (void)group;
  return (int)result(-ENOSYS);
}

int lchown(const char *path, uid_t owner, gid_t group) { return chown(path, owner, group); }

int fchown(int fd, uid_t owner, gid_t group) {
  (void)fd, (void)owner, (void)group;
  return (int)result(-ENOSYS);
}

int futimens(int fd, const struct timespec *times) {
  (void)fd, (void)times;
  return (int)result(-ENOSYS);
}

int symlink(const char *to, const char *path) {
  (void)to, (void)path;
  return (int)result(-EPERM);
}

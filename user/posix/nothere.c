/* What no file system here can do, said so: owners, permissions and times that are set by hand are kept nowhere
 * (ENOSYS), and there are no links (EPERM). */
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>
#include <utime.h>
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

int utime(const char *path, const struct utimbuf *times) {
  (void)path, (void)times;
  return (int)result(-ENOSYS);
}

int utimes(const char *path, const struct timeval *times) {
  (void)path, (void)times;
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

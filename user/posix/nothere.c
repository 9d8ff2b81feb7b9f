/* What no file system here keeps: owners and permissions. What a file has already it may be given, and nothing else (EPERM). Times
 * go by a file's name (ENOSYS), and there are no links (EPERM). */
#include <stdbool.h>
#include <sys/stat.h>
#include <unistd.h>
#include "result.h"

static int mode_stays(int error, const struct stat *st, mode_t mode) {
  return error ? error : (int)result((st->st_mode & 07777) == (mode & 07777) ? 0 : -EPERM);
}

int chmod(const char *path, mode_t mode) {
  struct stat st;
  return mode_stays(stat(path, &st), &st, mode);
}

int fchmod(int fd, mode_t mode) {
  struct stat st;
  return mode_stays(fstat(fd, &st), &st, mode);
}

static int owner_stays(int error, const struct stat *st, uid_t owner, gid_t group) {
  bool stays = (owner == st->st_uid || owner == (uid_t)-1) && (group == st->st_gid || group == (gid_t)-1);
  return error ? error : (int)result(stays ? 0 : -EPERM);
}

int chown(const char *path, uid_t owner, gid_t group) {
  struct stat st;
  return owner_stays(stat(path, &st), &st, owner, group);
}

int lchown(const char *path, uid_t owner, gid_t group) { return chown(path, owner, group); }

int fchown(int fd, uid_t owner, gid_t group) {
  struct stat st;
  return owner_stays(fstat(fd, &st), &st, owner, group);
}

int futimens(int fd, const struct timespec *times) {
  (void)fd, (void)times;
  return (int)result(-ENOSYS);
}

int symlink(const char *to, const char *path) {
  (void)to, (void)path;
  return (int)result(-EPERM);
}

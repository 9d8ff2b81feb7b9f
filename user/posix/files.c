/* More calls on files, descriptors and paths. */
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "pith.h"
#include "result.h"

int dup(int fd) { return (int)result(sys_dup(fd, -1)); }
/* -1 as the second means the lowest free one to the kernel; here it is no descriptor. */
int dup2(int fd, int to) { return (int)result(to < 0 ? -EBADF : sys_dup(fd, to)); }

int dup3(int fd, int to, int flags) {
  if (fd == to || flags & ~O_CLOEXEC) return (int)result(-EINVAL);
  to = dup2(fd, to);
  if (to >= 0 && flags) sys_fcntl(to, F_SETFD, FD_CLOEXEC);
  return to;
}

int rmdir(const char *path) { return (int)result(sys_rmdir(path)); }
int chdir(const char *path) { return (int)result(sys_chdir(path)); }

int remove(const char *path) {
  long r = sys_unlink(path);
  return (int)result(r == -EISDIR ? sys_rmdir(path) : r);
}

char *getcwd(char *buf, size_t size) {
  char *to = buf;
  if (!buf) {
    if (!size) size = PITH_PATH_MAX;
    to = malloc(size);
    if (!to) return NULL;
  }
  if (result(sys_getcwd(to, size)) >= 0) return to;
  if (!buf) free(to);
  return NULL;
}

/* user/posix/mman.c, in the program if it opens shared memory. True: it was one, and *r is what came of it. */
bool __pith_shm_truncate(int fd, off_t size, long *r) __attribute__((weak));

int ftruncate(int fd, off_t size) {
  long r;
  if (__pith_shm_truncate && __pith_shm_truncate(fd, size, &r)) return (int)result(r);
  return (int)result(size < 0 ? -EINVAL : sys_ftruncate(fd, (unsigned)size));
}

int truncate(const char *path, off_t size) {
  return (int)result(size < 0 ? -EINVAL : sys_truncate(path, (unsigned)size));
}

int fsync(int fd) { return (int)result(fd == -1 ? -EBADF : sys_fsync(fd)); }
int fdatasync(int fd) { return fsync(fd); }
void sync(void) { sys_fsync(-1); }

/* Everybody may do what the file system allows. */
int access(const char *path, int how) {
  struct pith_stat st;
  long r = sys_stat(path, &st);
  if (r < 0) return (int)result(r);
  if (how & ~(R_OK | W_OK | X_OK)) return (int)result(-EINVAL);
  if (how & W_OK && !(st.mode & 0222)) return (int)result(-EROFS);
  return (int)result(how & X_OK && !(st.mode & 0111) ? -EACCES : 0);
}

int eaccess(const char *path, int how) { return access(path, how); }

ssize_t readlink(const char *restrict path, char *restrict buf, size_t size) {
  struct pith_stat st;
  long r = sys_stat(path, &st);
  (void)buf, (void)size;
  return (ssize_t)result(r < 0 ? r : -EINVAL); /* it is none */
}

/* Takes the names "." and ".." and double slashes out of a path that exists; there are no links. */
static void clean(char *path) {
  char *to = path, *name = path;
  while (*name) {
    size_t n = strcspn(name, "/");
    char *next = name + n + (name[n] == '/');
    if (n == 2 && name[0] == '.' && name[1] == '.') {
      while (to > path && *--to != '/') continue;
    } else if (n && !(n == 1 && *name == '.')) {
      *to++ = '/';
      memmove(to, name, n);
      to += n;
    }
    name = next;
  }
  if (to == path) *to++ = '/';
  *to = 0;
}

static long resolve(const char *path, char *to) {
  struct pith_stat st;
  long r = sys_stat(path, &st);
  size_t n = 1;
  if (r < 0) return r;
  to[0] = '/';
  if (*path != '/') {
    r = sys_getcwd(to, PITH_PATH_MAX);
    if (r < 0) return r;
    n = strlen(to);
    to[n++] = '/';
  }
  if (n + strlen(path) >= 2 * PITH_PATH_MAX) return -ENAMETOOLONG;
  strcpy(to + n, path);
  clean(to);
  return strlen(to) < PITH_PATH_MAX ? 0 : -ENAMETOOLONG;
}

char *realpath(const char *restrict path, char *restrict to) {
  if (!path) return (void)result(-EINVAL), NULL;
  char *work = malloc(2 * PITH_PATH_MAX);
  if (!work) return NULL;
  long r = result(resolve(path, work));
  if (!r && to) strcpy(to, work);
  else if (!r) to = strdup(work);
  else to = NULL;
  free(work);
  return to;
}

/* Files have no permissions of their own, so this is only remembered. */
mode_t umask(mode_t mask) {
  static mode_t now = 022;
  mode_t before = now;
  now = mask & 0777;
  return before;
}

static long limit(int name) {
  switch (name) {
  case _PC_NAME_MAX: return PITH_NAME_MAX;
  case _PC_PATH_MAX: return PITH_PATH_MAX;
  case _PC_PIPE_BUF: return PITH_PIPE_BUF;
  case _PC_LINK_MAX:
  case _PC_NO_TRUNC:
  case _PC_CHOWN_RESTRICTED: return 1;
  case _PC_FILESIZEBITS: return 32;
  default: return -EINVAL;
  }
}

long fpathconf(int fd, int name) {
  long r = sys_fcntl(fd, F_GETFD, 0);
  return result(r < 0 ? r : limit(name));
}

long pathconf(const char *path, int name) {
  struct pith_stat st;
  long r = sys_stat(path, &st);
  return result(r < 0 ? r : limit(name));
}

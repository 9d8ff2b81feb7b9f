/* Descriptors and files, under the names newlib calls.
 *
 * read() and write() are cancellation points; the streams, which have a lock while they call _read() and _write(), are not.
 *
 * A write may take fewer bytes than offered, as POSIX allows; the streams above repeat it. */
#define _GNU_SOURCE 1 /* all of open()'s flags */
#include <fcntl.h>
#include <stdarg.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "pith.h"
#include "result.h"
#include "thread.h"

/* What open() may be asked for and means nothing here: there are no terminals to get and no links to follow,
 * and bytes are bytes. */
#define BINARY_OR_TEXT 0x30000
#define PASSED_OVER (O_NOCTTY | O_NOFOLLOW | BINARY_OR_TEXT)

/* A wait that is to be made again, in a stream: it is not ended, only its thread's later. */
static bool on(long r) { return r == -ECANCELED || (r == -EINTR && !uthread_self()->handled); }

int _write(int fd, const void *buf, size_t len) {
  long r;
  uthread_self()->handled = 0;
  do r = sys_write(fd, buf, len);
  while (on(r));
  return (int)result(r);
}

int _read(int fd, void *buf, size_t len) {
  long r;
  uthread_self()->handled = 0;
  do r = sys_read(fd, buf, len);
  while (on(r));
  return (int)result(r);
}

ssize_t write(int fd, const void *buf, size_t len) {
  long r;
  wait_starts();
  do r = sys_write(fd, buf, len);
  while (again_restart(r));
  return (ssize_t)result(r);
}

ssize_t read(int fd, void *buf, size_t len) {
  long r;
  wait_starts();
  do r = sys_read(fd, buf, len);
  while (again_restart(r));
  return (ssize_t)result(r);
}

/* user/posix/mman.c, in the program if it opens shared memory. True: it was one. */
bool __pith_shm_close(int fd) __attribute__((weak));

int _close(int fd) { return __pith_shm_close && __pith_shm_close(fd) ? 0 : (int)result(sys_close(fd)); }

int _open(const char *path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  unsigned mode = flags & O_CREAT ? va_arg(rest, unsigned) : 0;
  va_end(rest);
  return (int)result(sys_open(path, flags & ~PASSED_OVER, mode));
}

int creat(const char *path, mode_t mode) { return _open(path, O_WRONLY | O_CREAT | O_TRUNC, mode); }

off_t _lseek(int fd, off_t offset, int whence) { return (off_t)result(sys_lseek(fd, offset, whence)); }

static int told(long r, const struct pith_stat *from, struct stat *to) {
  if (r < 0) return (int)result(r);
  memset(to, 0, sizeof *to);
  to->st_dev = (dev_t)from->dev;
  to->st_ino = (ino_t)from->ino;
  to->st_mode = (mode_t)from->mode;
  to->st_nlink = (nlink_t)from->links;
  to->st_size = (off_t)from->size;
  to->st_blksize = (blksize_t)from->block;
  to->st_blocks = (blkcnt_t)((from->size + 511) / 512);
  to->st_mtim.tv_sec = (time_t)(from->mtime / 1000000);
  to->st_mtim.tv_nsec = (long)(from->mtime % 1000000) * 1000;
  to->st_atim = to->st_ctim = to->st_mtim;
  return 0;
}

int _fstat(int fd, struct stat *to) {
  struct pith_stat st;
  return told(sys_fstat(fd, &st), &st, to);
}

int _stat(const char *path, struct stat *to) {
  struct pith_stat st;
  return told(sys_stat(path, &st), &st, to);
}

int lstat(const char *path, struct stat *to) { return _stat(path, to); }

int _isatty(int fd) {
  struct pith_termios t;
  return result(sys_ioctl(fd, PITH_TCGETS, &t)) == 0;
}

int _unlink(const char *path) { return (int)result(sys_unlink(path)); }
int mkdir(const char *path, mode_t mode) { return (int)result(sys_mkdir(path, mode)); }
int _mkdir(const char *path, mode_t mode) { return mkdir(path, mode); }
int rename(const char *from, const char *to) { return (int)result(sys_rename(from, to)); }

/* No file system here has links. */
int _link(const char *from, const char *to) {
  (void)from, (void)to;
  return (int)result(-EPERM);
}

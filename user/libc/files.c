/* Descriptors, under the names newlib calls. Descriptors 0 to 2 are the console.
 *
 * read() and write() are cancellation points; the streams, which have a lock while they call _read() and _write(), are not.
 *
 * A write may take fewer bytes than offered, as POSIX allows; the streams above repeat it. There are no
 * other files yet: what would need them answers ENOSYS. */
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "pith.h"
#include "result.h"
#include "thread.h"

/* What a stream on the console buffers, bytes: a line fits, and three streams do not eat a small heap. */
#define CONSOLE_BUFFER 128

static int console(int fd) { return fd >= 0 && fd <= 2; }

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

int _fstat(int fd, struct stat *st) {
  if (!console(fd))
    return (int)result(-EBADF);
  memset(st, 0, sizeof *st);
  st->st_mode = S_IFCHR | S_IRUSR | S_IWUSR;
  st->st_blksize = CONSOLE_BUFFER;
  st->st_nlink = 1;
  return 0;
}

int _isatty(int fd) {
  if (console(fd))
    return 1;
  errno = EBADF;
  return 0;
}

off_t _lseek(int fd, off_t offset, int whence) {
  (void)offset, (void)whence;
  return (off_t)result(console(fd) ? -ESPIPE : -EBADF);
}

int _open(const char *path, int flags, ...) {
  (void)path, (void)flags;
  return (int)result(-ENOSYS);
}

int _fcntl(int fd, int command, ...) {
  (void)fd, (void)command;
  return (int)result(-ENOSYS);
}

int _stat(const char *path, struct stat *st) {
  (void)path, (void)st;
  return (int)result(-ENOSYS);
}

int _unlink(const char *path) {
  (void)path;
  return (int)result(-ENOSYS);
}

int _link(const char *old, const char *new_) {
  (void)old, (void)new_;
  return (int)result(-ENOSYS);
}

int _mkdir(const char *path, mode_t mode) {
  (void)path, (void)mode;
  return (int)result(-ENOSYS);
}

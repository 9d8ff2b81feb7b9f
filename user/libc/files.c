/* Descriptors, under the names newlib calls. Descriptors 0 to 2 are the console.
 *
 * A write may take fewer bytes than offered, as POSIX allows; the streams above repeat it. There are no
 * other files yet: what would need them answers ENOSYS. */
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "pith.h"
#include "result.h"

/* What a stream on the console buffers, bytes: a line fits, and three streams do not eat a small heap. */
#define CONSOLE_BUFFER 128

static int console(int fd) { return fd >= 0 && fd <= 2; }

int _write(int fd, const void *buf, size_t len) { return (int)result(sys_write(fd, buf, len)); }

int _read(int fd, void *buf, size_t len) { return (int)result(sys_read(fd, buf, len)); }

int _close(int fd) { return (int)result(sys_close(fd)); }

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

/* fcntl(), and what it has of locks. The kernel counts bytes from a file's start; where its position or its end is, is found here. */
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdbool.h>
#include <sys/file.h>
#include <unistd.h>
#include "pith.h"
#include "result.h"

static long base_of(int fd, int whence) {
  struct pith_stat st;
  long r;
  switch (whence) {
  case SEEK_SET: return 0;
  case SEEK_CUR: return sys_lseek(fd, 0, PITH_SEEK_CUR);
  case SEEK_END: r = sys_fstat(fd, &st); return r < 0 ? r : (long)st.size;
  default: return -EINVAL;
  }
}

static long lock(int fd, int command, struct flock *l) {
  long base = base_of(fd, l->l_whence);
  if (base < 0) return base;
  long long first = (long long)base + l->l_start, length = l->l_len;
  if (length < 0) first += length, length = -length; /* what is before */
  if (first < 0) return -EINVAL;
  if (first > LONG_MAX || first + length - 1 > LONG_MAX) return -EOVERFLOW;
  struct pith_lock what = {.type = (uint32_t)l->l_type, .start = (uint32_t)first, .length = (uint32_t)length};
  long r = sys_fcntl(fd, command, (long)&what);
  if (r < 0 || command != F_GETLK) return r;
  l->l_type = (short)what.type;
  if (what.type == F_UNLCK) return 0;
  l->l_whence = SEEK_SET;
  l->l_start = (long)what.start;
  l->l_len = (long)what.length;
  l->l_pid = (short)what.pid;
  return 0;
}

/* newlib's own answers ENOSYS. */
int fcntl(int fd, int command, ...) {
  va_list rest;
  va_start(rest, command);
  long arg = va_arg(rest, long);
  va_end(rest);
  bool locks = command == F_GETLK || command == F_SETLK || command == F_SETLKW;
  return (int)result(locks ? lock(fd, command, (struct flock *)arg) : sys_fcntl(fd, command, arg));
}

int flock(int fd, int operation) { return (int)result(sys_fcntl(fd, PITH_F_FLOCK, operation)); }

int lockf(int fd, int command, off_t length) {
  struct flock l = {.l_type = command == F_ULOCK ? F_UNLCK : F_WRLCK, .l_whence = SEEK_CUR, .l_len = length};
  switch (command) {
  case F_ULOCK:
  case F_TLOCK: return fcntl(fd, F_SETLK, &l);
  case F_LOCK: return fcntl(fd, F_SETLKW, &l);
  case F_TEST: break;
  default: return (int)result(-EINVAL);
  }
  if (fcntl(fd, F_GETLK, &l)) return -1;
  return (int)result(l.l_type == F_UNLCK ? 0 : -EAGAIN);
}

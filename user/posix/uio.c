/* Reading and writing at a place, and in pieces. */
#include <limits.h>
#include <stdbool.h>
#include <sys/uio.h>
#include <unistd.h>
#include "pith.h"
#include "result.h"

ssize_t pread(int fd, void *buf, size_t size, off_t at) {
  return (ssize_t)result(at < 0 ? -EINVAL : sys_pread(fd, buf, size, (unsigned)at));
}

ssize_t pwrite(int fd, const void *buf, size_t size, off_t at) {
  return (ssize_t)result(at < 0 ? -EINVAL : sys_pwrite(fd, buf, size, (unsigned)at));
}

static bool valid(const struct iovec *pieces, int count) {
  size_t sum = 0;
  if (count < 1 || count > IOV_MAX) return false;
  for (int i = 0; i < count; i++)
    if (__builtin_add_overflow(sum, pieces[i].iov_len, &sum) || sum > SSIZE_MAX) return false;
  return true;
}

/* One call for each piece, the next one if all of the last was moved: between them another writer may come. An error after
 * something was moved shows at the next call. */
ssize_t readv(int fd, const struct iovec *pieces, int count) {
  ssize_t sum = 0;
  if (!valid(pieces, count)) return (ssize_t)result(-EINVAL);
  for (int i = 0; i < count; i++) {
    ssize_t n = read(fd, pieces[i].iov_base, pieces[i].iov_len);
    if (n < 0) return sum ? sum : n;
    sum += n;
    if ((size_t)n < pieces[i].iov_len) break;
  }
  return sum;
}

ssize_t writev(int fd, const struct iovec *pieces, int count) {
  ssize_t sum = 0;
  if (!valid(pieces, count)) return (ssize_t)result(-EINVAL);
  for (int i = 0; i < count; i++) {
    ssize_t n = write(fd, pieces[i].iov_base, pieces[i].iov_len);
    if (n < 0) return sum ? sum : n;
    sum += n;
    if ((size_t)n < pieces[i].iov_len) break;
  }
  return sum;
}

/* Reading and writing in several pieces. */
#ifndef PITH_SYS_UIO_H
#define PITH_SYS_UIO_H
#include <sys/types.h>

#ifdef __cplusplus
extern "C" {
#endif
#ifndef IOV_MAX
#define IOV_MAX 16
#endif
struct iovec {
  void *iov_base;
  size_t iov_len;
};
ssize_t readv(int fd, const struct iovec *pieces, int count);
ssize_t writev(int fd, const struct iovec *pieces, int count);
#ifdef __cplusplus
}
#endif
#endif

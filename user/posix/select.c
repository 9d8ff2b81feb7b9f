/* select() and pselect(), by poll(): up to 32 different descriptors. */
#include <stdbool.h>
#include <string.h>
#include <sys/select.h>
#include "pith.h"
#include "result.h"
#include "waitfor.h"

enum { MOST = 32 };
#define READABLE (POLLIN | POLLHUP | POLLERR)
#define WRITABLE (POLLOUT | POLLERR)

static short wishes(int fd, fd_set *read, fd_set *write) {
  return (short)((read && FD_ISSET(fd, read) ? POLLIN : 0) | (write && FD_ISSET(fd, write) ? POLLOUT : 0));
}

/* No file here has exceptions to tell: one that is waited for because of them alone is not polled, or its error would end the wait. */
static bool is_wrong(int fd, fd_set *except) {
  return except && FD_ISSET(fd, except) && sys_fcntl(fd, PITH_F_GETFD, 0) < 0;
}

/* The bit of a set stays if it was there and the descriptor can do it. */
static int keep(int fd, fd_set *set, int can) {
  if (!set || !FD_ISSET(fd, set)) return 0;
  if (can) return 1;
  FD_CLR(fd, set);
  return 0;
}

int pselect(int n, fd_set *read, fd_set *write, fd_set *except, const struct timespec *span,
            const sigset_t *mask) {
  struct pollfd fds[MOST];
  unsigned count = 0;
  int total = 0;
  if (n < 0 || n > FD_SETSIZE) return (int)result(-EINVAL);
  for (int fd = 0; fd < n; fd++) {
    short events = wishes(fd, read, write);
    if (is_wrong(fd, except)) return (int)result(-EBADF);
    if (!events) continue;
    if (count == MOST) return (int)result(-EINVAL);
    fds[count++] = (struct pollfd){.fd = fd, .events = events};
  }
  if (__pith_poll(fds, count, span, mask) < 0) return -1;
  for (unsigned i = 0; i < count; i++)
    if (fds[i].revents & POLLNVAL) return (int)result(-EBADF);
  for (unsigned i = 0; i < count; i++) {
    short can = fds[i].revents;
    total += keep(fds[i].fd, read, can & READABLE);
    total += keep(fds[i].fd, write, can & WRITABLE);
  }
  if (except) FD_ZERO(except);
  return total;
}

int select(int n, fd_set *read, fd_set *write, fd_set *except, struct timeval *span) {
  struct timespec t;
  if (!span) return pselect(n, read, write, except, NULL, NULL);
  if (span->tv_usec < 0 || span->tv_usec >= 1000000) return (int)result(-EINVAL);
  t = (struct timespec){span->tv_sec, span->tv_usec * 1000L};
  return pselect(n, read, write, except, &t, NULL);
}

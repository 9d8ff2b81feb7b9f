/* Waiting for several descriptors: POSIX.1-2008. Regular files and directories are always ready. Up to 32 entries. A
 * descriptor of /dev/child is readable while waitpid() would tell of a child. */
#ifndef PITH_POLL_H
#define PITH_POLL_H
#include <signal.h>
#include <time.h>

#ifdef __cplusplus
extern "C" {
#endif

#define POLLIN 0x001
#define POLLPRI 0x002
#define POLLOUT 0x004
#define POLLERR 0x008
#define POLLHUP 0x010
#define POLLNVAL 0x020
#define POLLRDNORM POLLIN
#define POLLRDBAND POLLPRI
#define POLLWRNORM POLLOUT
#define POLLWRBAND POLLOUT

typedef unsigned nfds_t;

struct pollfd {
  int fd; /* negative: passed over */
  short events, revents;
};

int poll(struct pollfd fds[], nfds_t count, int timeout_ms);
int ppoll(struct pollfd fds[], nfds_t count, const struct timespec *span, const sigset_t *mask);

#ifdef __cplusplus
}
#endif
#endif

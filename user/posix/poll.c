/* poll() and ppoll(). A signal that is handled ends them, SA_RESTART or not. */
#include <poll.h>
#include "clock.h"
#include "result.h"
#include "sigset.h"
#include "thread.h"
#include "waitfor.h"

_Static_assert(sizeof(struct pollfd) == sizeof(struct pith_pollfd) && POLLNVAL == PITH_POLLNVAL,
               "the kernel's");

int __pith_poll(struct pollfd *fds, unsigned count, const struct timespec *span, const sigset_t *mask) {
  unsigned set = mask ? to_kernel(*mask) : 0;
  unsigned long long until = 0;
  long r;
  if (span && !clock_valid(span)) return (int)result(-EINVAL);
  cancel_test();
  if (span && (span->tv_sec || span->tv_nsec)) until = (unsigned long long)(clock_now() + clock_us(span));
  do r = sys_poll((struct pith_pollfd *)fds, count, span ? &until : NULL, mask ? &set : NULL);
  while (again(r));
  return (int)result(r);
}

int ppoll(struct pollfd fds[], nfds_t count, const struct timespec *span, const sigset_t *mask) {
  return __pith_poll(fds, count, span, mask);
}

int poll(struct pollfd fds[], nfds_t count, int ms) {
  struct timespec span = {ms / 1000, ms % 1000 * 1000000L};
  return __pith_poll(fds, count, ms < 0 ? NULL : &span, NULL);
}

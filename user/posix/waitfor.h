/* What poll() and select() are made of: waits for descriptors for a span (NULL: for ever), with other signals blocked (NULL:
 * the same). -1 and errno, or how many have something. */
#ifndef PITH_POSIX_WAITFOR_H
#define PITH_POSIX_WAITFOR_H
#include <poll.h>

int __pith_poll(struct pollfd *fds, unsigned count, const struct timespec *span, const sigset_t *mask);
#endif

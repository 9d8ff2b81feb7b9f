/* Sets of signals: newlib's, bit n is signal n, and the kernel's, bit n - 1. */
#ifndef PITH_POSIX_SIGSET_H
#define PITH_POSIX_SIGSET_H
#include <signal.h>

enum { MASK_ADD, MASK_REMOVE, MASK_SET }; /* sys_sigmask() */
#define SIGNAL_BIT(signal) (1u << ((signal)-1))

static inline unsigned to_kernel(sigset_t set) { return (unsigned)(set >> 1); }
static inline sigset_t from_kernel(long set) { return (sigset_t)set << 1; }
#endif

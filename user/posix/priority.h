/* POSIX's priorities, more is more urgent, and Pith's, 0 is the most urgent. 31 is 0; Pith's last level is the idle
 * thread's, so POSIX's range is 1 to 31. A build with fewer levels refuses those it has not (EINVAL). */
#ifndef PITH_POSIX_PRIORITY_H
#define PITH_POSIX_PRIORITY_H
#include <sched.h>
#include <stdbool.h>
#include "pith.h"

enum { PRIORITY_MIN = 1, PRIORITY_MAX = 31, PRIORITY_MIDDLE = 16 };

static inline bool valid_priority(int posix) { return posix >= PRIORITY_MIN && posix <= PRIORITY_MAX; }
static inline bool valid_policy(int policy) { return policy >= SCHED_OTHER && policy <= SCHED_RR; }
static inline int kernel_policy(int policy) { return policy == SCHED_FIFO ? PITH_POLICY_FIFO : PITH_POLICY_OTHER; }
static inline int to_pith(int posix) { return PRIORITY_MAX - posix; }
static inline int from_pith(int pith) { return PRIORITY_MAX - pith; }
#endif

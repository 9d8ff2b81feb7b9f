/* Sleeping and the monotonic clock. There is no wall clock: gettimeofday() answers ENOSYS and
 * CLOCK_REALTIME EINVAL, rather than a time that is wrong. */
#include <sched.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>
#include "pith.h"
#include "result.h"

int usleep(useconds_t us) { return (int)result(sys_sleep(us)); }

unsigned sleep(unsigned seconds) { return sys_sleep(seconds * 1000000LL) < 0 ? seconds : 0; }

int nanosleep(const struct timespec *span, struct timespec *left) {
  if (span->tv_sec < 0 || span->tv_nsec < 0 || span->tv_nsec >= 1000000000L)
    return (int)result(-EINVAL);
  if (left)
    left->tv_sec = left->tv_nsec = 0;
  return (int)result(sys_sleep(span->tv_sec * 1000000LL + (span->tv_nsec + 999) / 1000));
}

int clock_gettime(clockid_t clock, struct timespec *now) {
  unsigned long long us = 0;
  if (clock != CLOCK_MONOTONIC)
    return (int)result(-EINVAL);
  if (result(sys_uptime(&us)) < 0)
    return -1;
  now->tv_sec = (time_t)(us / 1000000);
  now->tv_nsec = (long)(us % 1000000) * 1000;
  return 0;
}

int sched_yield(void) { return (int)result(sys_yield()); }

int _gettimeofday(struct timeval *now, void *zone) {
  (void)now, (void)zone;
  return (int)result(-ENOSYS);
}

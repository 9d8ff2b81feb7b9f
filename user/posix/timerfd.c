/* Timers that are files: /dev/timer by the names that programs know. */
#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/timerfd.h>
#include "clock.h"
#include "pith.h"
#include "result.h"

int timerfd_create(clockid_t clock, int flags) {
  if (clock != CLOCK_MONOTONIC || flags & ~(TFD_CLOEXEC | TFD_NONBLOCK)) return (int)result(-EINVAL);
  return open("/dev/timer", O_RDONLY | flags);
}

int timerfd_gettime(int fd, struct itimerspec *value) {
  struct pith_timer_spec spec;
  if (ioctl(fd, PITH_TIMERGET, &spec)) return errno == ENOTTY ? (int)result(-EINVAL) : -1;
  clock_timespec((int64_t)spec.period_us, &value->it_interval);
  clock_timespec((int64_t)spec.first_us, &value->it_value);
  return 0;
}

int timerfd_settime(int fd, int flags, const struct itimerspec *value, struct itimerspec *old) {
  if (flags & ~TFD_TIMER_ABSTIME || !clock_valid(&value->it_value) || !clock_valid(&value->it_interval))
    return (int)result(-EINVAL);
  if (old && timerfd_gettime(fd, old)) return -1;
  int64_t first = clock_us(&value->it_value);
  struct pith_timer_spec spec = {.period_us = (uint64_t)clock_us(&value->it_interval)};
  if (first && flags) { /* a moment that is over is now */
    first -= clock_now();
    if (first < 1) first = 1;
  }
  spec.first_us = (uint64_t)first;
  if (ioctl(fd, PITH_TIMERSET, &spec)) return errno == ENOTTY ? (int)result(-EINVAL) : -1;
  return 0;
}

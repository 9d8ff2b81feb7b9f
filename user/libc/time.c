/* Sleeping, and the clock that is everywhere: monotonic, from 0 at boot. The other clocks are in user/posix/clock.c. */
#include <sched.h>
#include <unistd.h>
#include "clock.h"
#include "result.h"
#include "thread.h"

int64_t clock_now(void) {
  unsigned long long us = 0;
  sys_uptime(&us);
  return (int64_t)us;
}

long long clock_left(int64_t deadline) {
  if (deadline == FOREVER) return PITH_WAIT_FOREVER;
  int64_t left = deadline - clock_now();
  return left > 0 ? left : 0;
}

int clock_sleep(int64_t deadline) {
  long r;
  cancel_test();
  do r = sys_sleep(clock_left(deadline));
  while (again(r));
  return (int)-r;
}

static int64_t after(int64_t us) { return clock_now() + us; }

int usleep(useconds_t us) { return (int)result(-clock_sleep(after(us))); }

unsigned sleep(unsigned seconds) {
  int64_t deadline = after(seconds * 1000000LL);
  return clock_sleep(deadline) ? (unsigned)((clock_left(deadline) + 999999) / 1000000) : 0;
}

int nanosleep(const struct timespec *span, struct timespec *left) {
  if (!clock_valid(span)) return (int)result(-EINVAL);
  int64_t deadline = after(clock_us(span));
  int error = clock_sleep(deadline);
  if (error && left) clock_timespec(clock_left(deadline), left);
  return (int)result(-error);
}

void clock_timespec(int64_t us, struct timespec *t) {
  t->tv_sec = (time_t)(us / 1000000);
  t->tv_nsec = (long)(us % 1000000) * 1000;
}

int __pith_monotonic(struct timespec *now) {
  clock_timespec(clock_now(), now);
  return 0;
}

int sched_yield(void) { return (int)result(sys_yield()); }

/* SIGALRM at a time: alarm(), ualarm() and setitimer() set the one timer that the kernel has for the process, without a
 * thread. It goes on over exec() and not into a child. */
#include <stdbool.h>
#include <sys/time.h>
#include <unistd.h>
#include "pith.h"
#include "result.h"

enum { SECOND = 1000000 };

unsigned alarm(unsigned seconds) {
  struct pith_alarm a = {.us = (unsigned long long)seconds * SECOND};
  if (sys_alarm(&a) < 0 || a.us == 0) return 0;
  return a.us < 3 * SECOND / 2 ? 1
                               : (unsigned)((a.us + SECOND / 2) / SECOND); /* to the nearest, but never 0 */
}

useconds_t ualarm(useconds_t us, useconds_t again) {
  struct pith_alarm a = {us, again};
  return sys_alarm(&a) < 0 ? 0 : (useconds_t)a.us;
}

static bool to_us(const struct timeval *t, uint64_t *us) {
  *us = (uint64_t)t->tv_sec * SECOND + (uint64_t)t->tv_usec;
  return t->tv_sec >= 0 && t->tv_usec >= 0 && t->tv_usec < SECOND;
}

static int set(struct pith_alarm *a, struct itimerval *old) {
  long r = sys_alarm(a);
  if (r < 0 || !old) return (int)result(r);
  old->it_value = (struct timeval){(time_t)(a->us / SECOND), (suseconds_t)(a->us % SECOND)};
  old->it_interval = (struct timeval){(time_t)(a->again_us / SECOND), (suseconds_t)(a->again_us % SECOND)};
  return 0;
}

int setitimer(int which, const struct itimerval *value, struct itimerval *old) {
  struct pith_alarm a;
  if (which != ITIMER_REAL || !to_us(&value->it_value, &a.us) || !to_us(&value->it_interval, &a.again_us))
    return (int)result(-EINVAL);
  return set(&a, old);
}

int getitimer(int which, struct itimerval *value) {
  struct pith_alarm a = {.us = PITH_ALARM_ASK};
  return which == ITIMER_REAL ? set(&a, value) : (int)result(-EINVAL);
}

/* Time inside the libc: microseconds of the monotonic clock, 64 bits. A deadline is a moment of it, so a wait that is made
 * again after an interruption ends when it would have. */
#ifndef PITH_LIBC_CLOCK_H
#define PITH_LIBC_CLOCK_H
#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#define FOREVER INT64_MAX

/* What times() counts in. */
#define TICKS_A_SECOND 100

int64_t clock_now(void);
/* What a call gets as its timeout: 0 when the deadline has passed, negative for FOREVER. */
long long clock_left(int64_t deadline);
/* Waits for the deadline. 0, or EINTR: a signal was handled. A cancellation point. */
int clock_sleep(int64_t deadline);
/* What CLOCK_REALTIME shows more than the monotonic clock. */
int64_t clock_offset(void);

static inline bool clock_valid(const struct timespec *t) {
  return t->tv_sec >= 0 && (unsigned long)t->tv_nsec < 1000000000UL;
}

/* Rounded up: a wait is never shorter than asked. */
static inline int64_t clock_us(const struct timespec *t) {
  return t->tv_sec > INT64_MAX / 4000000 ? INT64_MAX / 4 : t->tv_sec * 1000000LL + (t->tv_nsec + 999) / 1000;
}

/* When `clock` shows *at; NULL: FOREVER. False: no such time or clock. */
bool clock_deadline(clockid_t clock, const struct timespec *at, int64_t *deadline);
void clock_timespec(int64_t us, struct timespec *t);
#endif

/* newlib's, and a straight way to the clock that programs ask most: one that reads no other has no code for others. */
#include_next <time.h>
#ifndef PITH_TIME_H
#define PITH_TIME_H
#ifdef __cplusplus
extern "C" {
#endif
int __pith_monotonic(struct timespec *now);
#define clock_gettime(clock, now)                                                                            \
  (__builtin_constant_p(clock) && (clock) == CLOCK_MONOTONIC ? __pith_monotonic(now) : (clock_gettime)(clock, now))
#ifdef __cplusplus
}
#endif
#endif

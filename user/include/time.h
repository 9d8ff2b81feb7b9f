/* newlib's, and a straight way to the clock that C programs ask most: one that reads no other has no code for others. */
#include_next <time.h>
#ifndef PITH_TIME_H
#define PITH_TIME_H
#ifndef __cplusplus
int __pith_monotonic(struct timespec *now);
#define clock_gettime(clock, now)                                                                            \
  (__builtin_constant_p(clock) && (clock) == CLOCK_MONOTONIC ? __pith_monotonic(now)                          \
                                                             : (clock_gettime)(clock, now))
#endif
#endif

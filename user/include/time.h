/* newlib's, and a straight way to the clock that C programs ask most: one that reads no other has no code for others. */
#include_next <time.h>
#ifndef PITH_TIME_H
#define PITH_TIME_H
#undef CLK_TCK /* of times(); CLOCKS_PER_SEC is clock()'s */
#define CLK_TCK 100
#ifdef __cplusplus
extern "C" {
#endif
#if __BSD_VISIBLE
time_t timegm(struct tm *t);
#endif
#ifdef __cplusplus
}
#else
int __pith_monotonic(struct timespec *now);
/* `...`: a compound literal has commas. */
#define clock_gettime(clock, ...)                                                                            \
  (__builtin_constant_p(clock) && (clock) == CLOCK_MONOTONIC ? __pith_monotonic(__VA_ARGS__)                 \
                                                             : (clock_gettime)(clock, __VA_ARGS__))
#endif
#endif

/* alarm() in microseconds; one that comes again is a timer of setitimer(). */
#include <sys/time.h>
#include <unistd.h>
#include "pith.h"

useconds_t ualarm(useconds_t us, useconds_t again) {
  unsigned long long once = us;
  struct itimerval t = {.it_value = {.tv_sec = (time_t)(us / 1000000),
                                     .tv_usec = (suseconds_t)(us % 1000000)},
                        .it_interval = {.tv_sec = (time_t)(again / 1000000),
                                        .tv_usec = (suseconds_t)(again % 1000000)}},
                   before;
  if (!again) return sys_alarm(&once) < 0 ? 0 : (useconds_t)once;
  if (setitimer(ITIMER_REAL, &t, &before)) return 0;
  return (useconds_t)(before.it_value.tv_sec * 1000000 + before.it_value.tv_usec);
}

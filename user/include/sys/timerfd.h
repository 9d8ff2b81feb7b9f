/* A timer as a file: poll() waits for it beside others, read() gives a uint64_t, how often it has fired since the last one (and
 * waits for that, unless TFD_NONBLOCK). It is /dev/timer. The clock is CLOCK_MONOTONIC alone (EINVAL); ENFILE: the system has so
 * many in use (PITH_TIMER_FILES, 8). */
#ifndef PITH_SYS_TIMERFD_H
#define PITH_SYS_TIMERFD_H
#include <fcntl.h>
#include <time.h>

#ifdef __cplusplus
extern "C" {
#endif

#define TFD_CLOEXEC O_CLOEXEC
#define TFD_NONBLOCK O_NONBLOCK
#define TFD_TIMER_ABSTIME 1

int timerfd_create(clockid_t clock, int flags);
int timerfd_settime(int fd, int flags, const struct itimerspec *value, struct itimerspec *old);
int timerfd_gettime(int fd, struct itimerspec *value);

#ifdef __cplusplus
}
#endif
#endif

/* The other clocks, setting and waiting by a clock.
 *
 * CLOCK_REALTIME is the monotonic clock and an offset of the system's, 0 until somebody who may sets it: without a clock that
 * runs through a reset the time of day is what somebody says. A wait until a moment of CLOCK_REALTIME is settled
 * when it begins: setting the clock does not move it. The CPU clocks are the kernel's accounts; a build without
 * PITH_ACCOUNTING answers EINVAL, rather than a time that is wrong. */
#include <pthread.h>
#include <sys/time.h>
#include <sys/times.h>
#include "clock.h"
#include "result.h"
#include "thread.h"

static int64_t realtime(void) {
  long long us = 0;
  sys_realtime(NULL, &us);
  return us;
}

/* Both clocks go on at ticks: of two that were asked at the same tick. */
int64_t clock_offset(void) {
  int64_t before, real, after = clock_now();
  do {
    before = after;
    real = realtime();
    after = clock_now();
  } while (after != before);
  return real - after;
}

/* A thread's CPU clock is its number with this bit. */
#define THREAD_CLOCK 0x80000000u

static int cpu_of_thread(uint32_t tid, int64_t *us) {
  struct pith_info_thread t;
  for (unsigned i = 0; sys_info(PITH_INFO_THREAD, i, &t, sizeof t) >= 0; i++)
    if ((uint32_t)t.tid == tid) return *us = (int64_t)t.cpu_us, 0;
  return -EINVAL;
}

static int cpu_of_process(int pid, int64_t *us) {
  struct pith_info_process p;
  for (unsigned i = 0; sys_info(PITH_INFO_PROCESS, i, &p, sizeof p) >= 0; i++)
    if (p.pid == pid) return *us = (int64_t)p.cpu_us, 0;
  return -EINVAL;
}

int(clock_gettime)(clockid_t clock, struct timespec *now) {
  int64_t us = 0;
  int error = 0;
  if (clock == CLOCK_MONOTONIC) us = clock_now();
  else if (clock == CLOCK_REALTIME) us = realtime();
  else if (clock == CLOCK_THREAD_CPUTIME_ID) error = cpu_of_thread(uthread_self()->tid, &us);
  else if (clock == CLOCK_PROCESS_CPUTIME_ID) error = cpu_of_process((int)sys_getpid(), &us);
  else error = clock & THREAD_CLOCK ? cpu_of_thread((uint32_t)clock & ~THREAD_CLOCK, &us) : -EINVAL;
  /* One that calls this has run for some time. */
  if (!error && us == 0 && clock != CLOCK_REALTIME && clock != CLOCK_MONOTONIC) error = -EINVAL;
  if (!error) clock_timespec(us, now);
  return (int)result(error);
}

int pthread_getcpuclockid(pthread_t thread, clockid_t *clock) {
  *clock = (clockid_t)(((struct uthread *)(void *)thread)->tid | THREAD_CLOCK);
  return 0;
}

/* Of the caller: nobody's else can be named by a number. */
int clock_getcpuclockid(pid_t pid, clockid_t *clock) {
  if (pid && pid != (pid_t)sys_getpid())
    return pid > 0 && sys_process_id(pid, PITH_ID_PARENT) >= 0 ? EPERM : ESRCH;
  *clock = CLOCK_PROCESS_CPUTIME_ID;
  return 0;
}

int clock_settime(clockid_t clock, const struct timespec *now) {
  if (clock != CLOCK_REALTIME || !clock_valid(now)) return (int)result(-EINVAL);
  long long us = clock_us(now);
  return (int)result(sys_realtime(&us, NULL));
}

int clock_getres(clockid_t clock, struct timespec *resolution) {
  if (clock != CLOCK_REALTIME && clock != CLOCK_MONOTONIC) return (int)result(-EINVAL);
  if (resolution) *resolution = (struct timespec){.tv_nsec = 1000000};
  return 0;
}

bool clock_deadline(clockid_t clock, const struct timespec *at, int64_t *deadline) {
  *deadline = FOREVER;
  if (clock != CLOCK_REALTIME && clock != CLOCK_MONOTONIC) return false;
  if (!at) return true;
  if (!clock_valid(at)) return false;
  *deadline = clock_us(at) - (clock == CLOCK_REALTIME ? clock_offset() : 0);
  return true;
}

int clock_nanosleep(clockid_t clock, int flags, const struct timespec *time, struct timespec *left) {
  int64_t deadline;
  if (flags & TIMER_ABSTIME) return clock_deadline(clock, time, &deadline) ? clock_sleep(deadline) : EINVAL;
  if ((clock != CLOCK_REALTIME && clock != CLOCK_MONOTONIC) || !clock_valid(time)) return EINVAL;
  deadline = clock_now() + clock_us(time);
  int error = clock_sleep(deadline);
  if (error && left) clock_timespec(clock_left(deadline), left);
  return error;
}

int _gettimeofday(struct timeval *now, void *zone) {
  int64_t us = realtime();
  (void)zone;
  now->tv_sec = (time_t)(us / 1000000);
  now->tv_usec = (suseconds_t)(us % 1000000);
  return 0;
}

int settimeofday(const struct timeval *now, const struct timezone *zone) {
  struct timespec t = {.tv_sec = now->tv_sec, .tv_nsec = now->tv_usec * 1000};
  (void)zone;
  return clock_settime(CLOCK_REALTIME, &t);
}

extern unsigned long long __pith_children_us __attribute__((weak)); /* wait.c */

/* Microseconds that this process ran; where no time is accounted, those since boot. */
static int64_t ran(void) {
  int64_t us;
  return cpu_of_process((int)sys_getpid(), &us) || us == 0 ? clock_now() : us;
}

clock_t clock(void) { return (clock_t)(ran() * CLOCKS_PER_SEC / 1000000); }

static clock_t ticks(int64_t us) { return (clock_t)(us * TICKS_A_SECOND / 1000000); }

clock_t _times(struct tms *times) {
  *times = (struct tms){.tms_utime = ticks(ran())};
  if (&__pith_children_us) times->tms_cutime = ticks((int64_t)__pith_children_us);
  return ticks(clock_now());
}

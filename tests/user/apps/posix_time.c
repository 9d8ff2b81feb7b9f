/* Clocks, sleeping, timers.
 * pith_app: STACK 2048 HEAP 8192 */
#include "posix.h"
#include <signal.h>
#include <stdint.h>
#include <sys/time.h>

static long long of(clockid_t clock) {
  struct timespec t = {0, 0};
  CHECK_EQ((clock_gettime)(clock, &t), 0);
  return t.tv_sec * 1000000LL + t.tv_nsec / 1000;
}

static void clocks(void) {
  struct timespec t = {1700000000, 500000000}, r;
  struct timeval tv;
  CHECK(of(CLOCK_REALTIME) < 1000000000); /* nobody has set it */
  CHECK_EQ(clock_settime(CLOCK_REALTIME, &t), 0);
  CHECK(of(CLOCK_REALTIME) - 1700000000500000 < 2000);
  CHECK(time(NULL) == 1700000000 && gettimeofday(&tv, NULL) == 0 && tv.tv_sec == 1700000000);
  CHECK(of(CLOCK_MONOTONIC) < 1000000000);
  FAILS(clock_settime(CLOCK_MONOTONIC, &t), EINVAL);
  t.tv_nsec = 1000000000;
  FAILS(clock_settime(CLOCK_REALTIME, &t), EINVAL);
  CHECK(clock_getres(CLOCK_MONOTONIC, &r) == 0 && r.tv_sec == 0 && r.tv_nsec == 1000000);
  FAILS(clock_getres(77, &r), EINVAL);
  FAILS(clock_gettime(77, &r), EINVAL);
  clockid_t cpu = 0;
  CHECK(clock_getcpuclockid(0, &cpu) == 0 && cpu == CLOCK_PROCESS_CPUTIME_ID);
  CHECK(clock_getcpuclockid(getpid(), &cpu) == 0 && clock_getcpuclockid(9999, &cpu) == ESRCH);
  long long a = of(CLOCK_MONOTONIC);
  usleep(3000);
  CHECK(of(CLOCK_MONOTONIC) - a >= 3000);
}

static void sleeping(void) {
  struct timespec bad = {0, 1000000000}, t;
  long long begin = now_us();
  CHECK_EQ(clock_nanosleep(CLOCK_MONOTONIC, 0, &(struct timespec){0, 4000001}, NULL), 0);
  CHECK(now_us() - begin >= 4001 && now_us() - begin < 8000);
  t = in_ms(CLOCK_REALTIME, 6);
  begin = now_us();
  CHECK_EQ(clock_nanosleep(CLOCK_REALTIME, TIMER_ABSTIME, &t, NULL), 0);
  CHECK(now_us() - begin >= 5000 && now_us() - begin < 9000);
  CHECK_EQ(clock_nanosleep(CLOCK_REALTIME, TIMER_ABSTIME, &t, NULL), 0); /* past */
  CHECK_EQ(clock_nanosleep(CLOCK_MONOTONIC, 0, &bad, NULL), EINVAL);
  CHECK_EQ(clock_nanosleep(77, 0, &t, NULL), EINVAL);
  FAILS(nanosleep(&bad, NULL), EINVAL);
  CHECK_EQ(sleep(0), 0);
}

static volatile int signals, calls, value;
static void handler(int signal) { signals += signal == SIGUSR1; }
static void called(union sigval v) {
  value = v.sival_int;
  calls++;
}

static void one_shot(void) {
  struct sigevent e = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1};
  struct itimerspec t = {{0, 0}, {0, 10000000}}, now;
  timer_t timer;
  signal(SIGUSR1, handler);
  CHECK_EQ(timer_create(CLOCK_MONOTONIC, &e, &timer), 0);
  CHECK(timer_gettime(timer, &now) == 0 && now.it_value.tv_nsec == 0 && now.it_value.tv_sec == 0);
  CHECK_EQ(timer_settime(timer, 0, &t, NULL), 0);
  CHECK(timer_gettime(timer, &now) == 0 && now.it_value.tv_nsec > 8000000 &&
        now.it_value.tv_nsec <= 10000000);
  usleep(7000);
  CHECK_EQ(signals, 0);
  usleep(7000);
  CHECK_EQ(signals, 1);
  usleep(15000);
  CHECK_EQ(signals, 1);
  t.it_value = in_ms(CLOCK_MONOTONIC, 5);
  CHECK_EQ(timer_settime(timer, TIMER_ABSTIME, &t, NULL), 0);
  usleep(8000);
  CHECK_EQ(signals, 2);
  t.it_value.tv_nsec = -1;
  FAILS(timer_settime(timer, 0, &t, NULL), EINVAL);
  CHECK_EQ(timer_delete(timer), 0);
  FAILS(timer_delete(timer), EINVAL);
  FAILS(timer_settime(timer, 0, &t, NULL), EINVAL);
}

static void periodic(void) {
  struct sigevent e = {
      .sigev_notify = SIGEV_THREAD, .sigev_notify_function = called, .sigev_value = {.sival_int = 6}};
  struct sigevent none = {.sigev_notify = SIGEV_NONE}, bad = {.sigev_notify = 9};
  struct itimerspec t = {{0, 4000000}, {0, 4000000}}, old, off = {{0, 0}, {0, 0}};
  timer_t a, b;
  FAILS(timer_create(CLOCK_MONOTONIC, &bad, &a), EINVAL);
  FAILS(timer_create(77, &e, &a), EINVAL);
  CHECK(timer_create(CLOCK_REALTIME, &e, &a) == 0 && timer_create(CLOCK_REALTIME, &none, &b) == 0);
  CHECK(timer_settime(a, 0, &t, NULL) == 0 && timer_settime(b, 0, &t, NULL) == 0);
  usleep(42000);
  CHECK(calls >= 9 && calls <= 10 && value == 6);
  CHECK(timer_settime(a, 0, &off, &old) == 0 && old.it_interval.tv_nsec == 4000000);
  int before = calls;
  usleep(10000);
  CHECK_EQ(calls, before);
  CHECK_EQ(timer_getoverrun(a), 0);
  CHECK(timer_delete(a) == 0 && timer_delete(b) == 0);
}

/* While this thread computes, more urgent than the one that serves the timers, expiries are missed. */
static void overruns(void) {
  struct sigevent e = {.sigev_notify = SIGEV_THREAD, .sigev_notify_function = called};
  struct itimerspec t = {{0, 2000000}, {0, 2000000}};
  timer_t timer;
  CHECK_EQ(timer_create(CLOCK_MONOTONIC, &e, &timer), 0);
  CHECK_EQ(timer_settime(timer, 0, &t, NULL), 0);
  CHECK_EQ(pthread_setschedprio(pthread_self(), TOP), 0);
  int before = calls;
  long long begin = now_us();
  while (now_us() - begin < 21000) continue;
  CHECK_EQ(calls, before);
  CHECK_EQ(pthread_setschedprio(pthread_self(), LOW), 0);
  CHECK(calls - before <= 2);
  CHECK(timer_getoverrun(timer) >= 7 && timer_getoverrun(timer) <= 10);
  CHECK_EQ(timer_delete(timer), 0);
  CHECK_EQ(pthread_setschedprio(pthread_self(), MAIN), 0);
}

TESTS({"clocks", clocks}, {"sleeping", sleeping}, {"one shot", one_shot}, {"periodic", periodic},
      {"overruns", overruns})

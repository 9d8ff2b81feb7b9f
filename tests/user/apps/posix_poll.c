/* Waiting for descriptors: poll(), ppoll(), select(), pselect().
 * pith_app: STACK 2048 HEAP 4096 */
#include "posix.h"
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdint.h>
#include <sys/select.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include "pith.h"

static int fds[2];
static char buf[1024];

static void make(void) { CHECK_EQ(pipe(fds), 0); }
static void unmake(void) { close(fds[0]), close(fds[1]); }

static int ask(int fd, short events, int ms, short *got) {
  struct pollfd p = {.fd = fd, .events = events, .revents = 0x7f};
  int r = poll(&p, 1, ms);
  *got = p.revents;
  return r;
}

static void ready(void) {
  short got;
  make();
  CHECK_EQ(ask(fds[0], POLLIN | POLLOUT, 0, &got), 0);
  CHECK_EQ(got, 0);
  CHECK_EQ(ask(fds[1], POLLIN | POLLOUT, 0, &got), 1);
  CHECK_EQ(got, POLLOUT);
  CHECK_EQ(write(fds[1], "x", 1), 1);
  CHECK_EQ(ask(fds[0], POLLIN, 0, &got), 1);
  CHECK_EQ(got, POLLIN);
  CHECK_EQ(ask(fds[0], 0, 0, &got), 0);
  close(fds[1]);
  CHECK_EQ(ask(fds[0], POLLIN, 0, &got), 1);
  CHECK_EQ(got, POLLIN | POLLHUP);
  CHECK_EQ(read(fds[0], buf, 8), 1);
  CHECK_EQ(ask(fds[0], 0, 0, &got), 1);
  CHECK_EQ(got, POLLHUP);
  close(fds[0]);
  CHECK_EQ(ask(fds[0], POLLIN, 0, &got), 1);
  CHECK_EQ(got, POLLNVAL);
  CHECK_EQ(ask(-1, POLLIN, 0, &got), 0);
  CHECK_EQ(got, 0);
  make();
  close(fds[0]);
  CHECK_EQ(ask(fds[1], POLLOUT, 0, &got), 1);
  CHECK_EQ(got, POLLERR);
  close(fds[1]);
  int null = open("/dev/null", O_RDWR);
  CHECK_EQ(ask(null, POLLIN | POLLOUT, 0, &got), 1);
  CHECK_EQ(got, POLLIN | POLLOUT);
  close(null);
}

static void full(void) {
  short got;
  make();
  fcntl(fds[1], F_SETFL, O_NONBLOCK);
  while (write(fds[1], buf, 512) > 0) continue;
  CHECK_EQ(ask(fds[1], POLLOUT, 0, &got), 0);
  CHECK_EQ(read(fds[0], buf, 511), 511);
  CHECK_EQ(ask(fds[1], POLLOUT, 0, &got), 0); /* not the longest piece */
  CHECK_EQ(read(fds[0], buf, 1), 1);
  CHECK_EQ(ask(fds[1], POLLOUT, 0, &got), 1);
  unmake();
}

static void timeouts(void) {
  short got;
  make();
  for (int ms = 0; ms < 40; ms += 13) {
    long long begun = now_us(), took;
    CHECK_EQ(ask(fds[0], POLLIN, ms, &got), 0);
    took = now_us() - begun;
    CHECK(took >= ms * 1000 && took <= ms * 1000 + 3000);
  }
  long long begun = now_us();
  CHECK_EQ(poll(NULL, 0, 20), 0);
  CHECK(now_us() - begun >= 20000);
  unmake();
}

static void *writes(void *ms) {
  usleep((useconds_t)(long)ms * 1000);
  write(fds[1], "y", 1);
  return NULL;
}

static void *reads(void *ms) {
  usleep((useconds_t)(long)ms * 1000);
  read(fds[0], buf, sizeof buf);
  return NULL;
}

static void *closes(void *ms) {
  usleep((useconds_t)(long)ms * 1000);
  close(fds[1]);
  return NULL;
}

static void woken(void) {
  short got;
  make();
  for (int timeout = -1; timeout < 2000; timeout += 1001) {
    long long begun = now_us();
    pthread_t t = start(LOW, writes, (void *)10);
    CHECK_EQ(ask(fds[0], POLLIN, timeout < 0 ? -1 : 1000, &got), 1);
    CHECK_EQ(got, POLLIN);
    CHECK(now_us() - begun < 20000);
    CHECK_EQ(read(fds[0], buf, 8), 1);
    finish(t);
  }
  fcntl(fds[1], F_SETFL, O_NONBLOCK);
  while (write(fds[1], buf, 512) > 0) continue;
  pthread_t t = start(LOW, reads, (void *)10);
  CHECK_EQ(ask(fds[1], POLLOUT, -1, &got), 1);
  finish(t);
  fcntl(fds[0], F_SETFL, O_NONBLOCK);
  while (read(fds[0], buf, sizeof buf) > 0) continue;
  t = start(LOW, closes, (void *)10);
  CHECK_EQ(ask(fds[0], POLLIN, -1, &got), 1);
  CHECK_EQ(got, POLLHUP);
  finish(t);
  close(fds[0]);
}

static volatile sig_atomic_t signals;
static void count_signal(int signal) {
  (void)signal;
  signals++;
}

static void *signals_main(void *thread) {
  usleep(10000);
  pthread_kill(thread, SIGUSR1);
  return NULL;
}

static void by_signal(void) {
  struct sigaction a = {.sa_handler = count_signal, .sa_flags = SA_RESTART};
  struct timespec second = {1, 0};
  sigset_t usr1, none, before;
  sigemptyset(&none);
  sigemptyset(&usr1);
  sigaddset(&usr1, SIGUSR1);
  CHECK_EQ(sigaction(SIGUSR1, &a, NULL), 0);
  make();
  struct pollfd p = {.fd = fds[0], .events = POLLIN};
  signals = 0;
  pthread_t t = start(LOW, signals_main, pthread_self());
  FAILS(poll(&p, 1, -1), EINTR);
  CHECK_EQ(signals, 1);
  finish(t);
  CHECK_EQ(sigprocmask(SIG_BLOCK, &usr1, &before), 0);
  raise(SIGUSR1);
  CHECK_EQ(signals, 1);
  CHECK_EQ(poll(&p, 1, 5), 0);
  CHECK_EQ(signals, 1);
  FAILS(ppoll(&p, 1, &second, &none), EINTR); /* it was pending */
  CHECK_EQ(signals, 2);
  t = start(LOW, signals_main, pthread_self());
  FAILS(ppoll(&p, 1, NULL, &none), EINTR); /* it comes meanwhile */
  CHECK_EQ(signals, 3);
  finish(t);
  t = start(LOW, writes, (void *)5);
  CHECK_EQ(ppoll(&p, 1, NULL, &none), 1);
  finish(t);
  sigset_t now;
  CHECK_EQ(sigprocmask(SIG_BLOCK, NULL, &now), 0);
  CHECK(sigismember(&now, SIGUSR1)); /* as before the waits */
  raise(SIGUSR1);
  CHECK_EQ(signals, 3);
  CHECK_EQ(sigprocmask(SIG_SETMASK, &before, NULL), 0);
  CHECK_EQ(signals, 4);
  unmake();
}

static void selects(void) {
  fd_set r, w, e;
  struct timeval span = {0, 10000};
  make();
  FD_ZERO(&r), FD_ZERO(&w), FD_ZERO(&e);
  FD_SET(fds[0], &r);
  long long begun = now_us();
  CHECK_EQ(select(fds[1] + 1, &r, NULL, NULL, &span), 0);
  CHECK(now_us() - begun >= 10000);
  CHECK(!FD_ISSET(fds[0], &r));
  FD_SET(fds[0], &r), FD_SET(fds[1], &w), FD_SET(fds[0], &e);
  CHECK_EQ(select(fds[1] + 1, &r, &w, &e, NULL), 1);
  CHECK(!FD_ISSET(fds[0], &r) && FD_ISSET(fds[1], &w) && !FD_ISSET(fds[0], &e));
  write(fds[1], "z", 1);
  FD_SET(fds[0], &r), FD_SET(fds[1], &w);
  CHECK_EQ(select(fds[1] + 1, &r, &w, NULL, &span), 2);
  CHECK(FD_ISSET(fds[0], &r) && FD_ISSET(fds[1], &w));
  CHECK_EQ(select(0, NULL, NULL, NULL, &span), 0);
  close(fds[0]); /* the other end has an error now, which is no exception */
  FD_SET(fds[1], &e);
  span = (struct timeval){0, 10000};
  begun = now_us();
  CHECK_EQ(select(fds[1] + 1, NULL, NULL, &e, &span), 0);
  CHECK(now_us() - begun >= 10000 && !FD_ISSET(fds[1], &e));
  close(fds[1]);
  FD_SET(fds[1], &e);
  FAILS(select(fds[1] + 1, NULL, NULL, &e, &span), EBADF);
  FD_ZERO(&r);
  FD_SET(fds[0], &r);
  FAILS(select(fds[0] + 1, &r, NULL, NULL, &span), EBADF);
  FAILS(select(FD_SETSIZE + 1, NULL, NULL, NULL, NULL), EINVAL);
}

static pid_t sleeper(const char *ms) {
  char *argv[] = {(char *)"pipe_child", (char *)"sleep", (char *)ms, NULL};
  pid_t pid = -1;
  CHECK_EQ(posix_spawn(&pid, "/bin/pipe_child", NULL, NULL, argv, NULL), 0);
  return pid;
}

/* A child's end, by /dev/child and by SIGCHLD. */
static void children(void) {
  struct sigaction a = {.sa_handler = count_signal};
  short got;
  int fd = open("/dev/child", O_RDONLY), status;
  CHECK_EQ(ask(fd, POLLIN, 0, &got), 0);
  pid_t pid = sleeper("30");
  CHECK_EQ(ask(fd, POLLIN, 5, &got), 0);
  CHECK_EQ(ask(fd, POLLIN, -1, &got), 1);
  CHECK_EQ(got, POLLIN);
  CHECK_EQ(waitpid(-1, &status, WNOHANG), pid);
  CHECK_EQ(WEXITSTATUS(status), 4);
  CHECK_EQ(ask(fd, POLLIN, 0, &got), 0);
  FAILS(read(fd, buf, 1), EINVAL);
  close(fd);
  CHECK_EQ(sigaction(SIGCHLD, &a, NULL), 0);
  make();
  signals = 0;
  pid = sleeper("20");
  CHECK_EQ(ask(fds[0], POLLIN, -1, &got), -1);
  CHECK_EQ(errno, EINTR);
  CHECK_EQ(signals, 1);
  CHECK_EQ(waitpid(pid, &status, 0), pid);
  unmake();
}

static void wrong(void) {
  struct pollfd many[33] = {{.fd = 0}};
  struct timespec odd = {0, -1};
  for (int i = 0; i < 33; i++) many[i] = (struct pollfd){.fd = 1, .events = POLLOUT};
  CHECK_EQ(poll(many, 32, 0), 32);
  FAILS(poll(many, 33, 0), EINVAL);
  FAILS(ppoll(many, 1, &odd, NULL), EINVAL);
}

/* A timer is waited for beside a pipe, counts what nobody has read, and is its file's: gone with it. */
static void timers(void) {
  struct itimerspec value = {.it_value = {.tv_nsec = 20000000}}, left;
  uint64_t count = 0;
  int t = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK), many[9], n = 0;
  short got;
  make();
  FAILS(timerfd_create(CLOCK_REALTIME, 0), EINVAL);
  CHECK(t >= 0);
  CHECK_EQ(ask(t, POLLIN, 0, &got), 0);
  FAILS(read(t, &count, sizeof count), EAGAIN);
  FAILS(timerfd_settime(fds[0], 0, &value, NULL), EINVAL);
  long long start = now_us();
  CHECK_EQ(timerfd_settime(t, 0, &value, NULL), 0);
  CHECK_EQ(timerfd_gettime(t, &left), 0);
  CHECK(left.it_value.tv_nsec > 0 && left.it_value.tv_nsec <= 22000000 && !left.it_interval.tv_nsec);
  struct pollfd both[2] = {{.fd = fds[0], .events = POLLIN}, {.fd = t, .events = POLLIN}};
  CHECK_EQ(poll(both, 2, 5000), 1);
  CHECK(both[1].revents == POLLIN && !both[0].revents && now_us() - start >= 20000);
  FAILS(read(t, &count, 4), EINVAL);
  CHECK(read(t, &count, sizeof count) == sizeof count && count == 1);
  CHECK_EQ(ask(t, POLLIN, 0, &got), 0);
  value.it_interval = value.it_value;
  CHECK_EQ(timerfd_settime(t, 0, &value, &left), 0);
  CHECK(!left.it_value.tv_sec && !left.it_value.tv_nsec);
  usleep(90000);
  CHECK(read(t, &count, sizeof count) == sizeof count && count >= 3);
  clock_gettime(CLOCK_MONOTONIC, &value.it_value);
  value.it_interval.tv_nsec = 0;
  CHECK_EQ(timerfd_settime(t, TFD_TIMER_ABSTIME, &value, NULL), 0); /* now, or just over */
  CHECK_EQ(fcntl(t, F_SETFL, 0), 0);
  CHECK(read(t, &count, sizeof count) == sizeof count && count == 1); /* waits */
  value.it_value = (struct timespec){0, 0};
  CHECK_EQ(timerfd_settime(t, 0, &value, NULL), 0);
  CHECK_EQ(ask(t, POLLIN, 30, &got), 0);
  CHECK_EQ(close(t), 0);
  value.it_value.tv_sec = 1;
  for (n = 0; n < 9; n++) {
    many[n] = timerfd_create(CLOCK_MONOTONIC, 0);
    if (timerfd_settime(many[n], 0, &value, NULL)) break;
  }
  CHECK(n == 8 && errno == ENFILE);
  while (n >= 0) close(many[n--]);
  unmake();
}

TESTS({"ready", ready}, {"full", full}, {"timeouts", timeouts}, {"woken", woken}, {"by signal", by_signal},
      {"selects", selects}, {"children", children}, {"timers", timers}, {"wrong", wrong})

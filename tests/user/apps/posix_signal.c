/* Signals: handlers, masks, waits, stacks, faults.
 * pith_app: STACK 2560 HEAP 10240 */
#include "posix.h"
#include <limits.h>
#include <semaphore.h>
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/time.h>
#include "pith.h"

static volatile int count, last, depth, deepest, sent;
static volatile pthread_t who;

static void handler(int signal) {
  count++;
  last = signal;
  who = pthread_self();
  errno = 99;
}

static void handle(int signal, void (*function)(int), int flags, sigset_t mask) {
  struct sigaction a = {.sa_handler = function, .sa_flags = flags, .sa_mask = mask};
  CHECK_EQ(sigaction(signal, &a, NULL), 0);
}

static sigset_t set_of(int signal) {
  sigset_t s;
  sigemptyset(&s);
  CHECK_EQ(sigaddset(&s, signal), 0);
  return s;
}

static void to_oneself(void) {
  struct sigaction old;
  count = 0;
  handle(SIGUSR1, handler, 0, 0);
  handle(SIGUSR2, handler, 0, 0);
  errno = 5;
  CHECK_EQ(raise(SIGUSR1), 0);
  CHECK(count == 1 && last == SIGUSR1 && errno == 5); /* errno is kept over a handler */
  CHECK_EQ(kill(getpid(), SIGUSR2), 0);
  CHECK(count == 2 && last == SIGUSR2);
  CHECK(pthread_equal(who, pthread_self()));
  CHECK_EQ(sigaction(SIGUSR1, NULL, &old), 0);
  CHECK(old.sa_handler == handler);
  CHECK(signal(SIGUSR1, SIG_IGN) == handler);
  CHECK(raise(SIGUSR1) == 0 && count == 2);
  CHECK(signal(SIGUSR1, SIG_DFL) == SIG_IGN);
  FAILS(raise(77), EINVAL);
  FAILS(kill(9999, SIGUSR1), ESRCH);
  CHECK_EQ(kill(getpid(), 0), 0);
  FAILS(sigaction(SIGKILL, &old, NULL), EINVAL);
  CHECK(signal(SIGSTOP, handler) == SIG_ERR && errno == EINVAL);
  FAILS(sigaction(0, NULL, &old), EINVAL);
}

static void sets(void) {
  sigset_t s;
  CHECK(sigfillset(&s) == 0 && sigismember(&s, 1) == 1 && sigismember(&s, 31) == 1);
  CHECK(sigemptyset(&s) == 0 && sigismember(&s, SIGINT) == 0);
  CHECK(sigaddset(&s, SIGINT) == 0 && sigismember(&s, SIGINT) == 1 && sigismember(&s, SIGHUP) == 0);
  CHECK(sigdelset(&s, SIGINT) == 0 && s == 0);
  FAILS(sigaddset(&s, 0), EINVAL);
  FAILS(sigaddset(&s, 32), EINVAL);
}

static void blocked(void) {
  sigset_t s = set_of(SIGUSR1), old, pending;
  count = 0;
  handle(SIGUSR1, handler, 0, 0);
  CHECK_EQ(sigprocmask(SIG_BLOCK, &s, &old), 0);
  CHECK_EQ(old, 0);
  CHECK(raise(SIGUSR1) == 0 && raise(SIGUSR1) == 0 && count == 0);
  CHECK(sigpending(&pending) == 0 && pending == s);
  CHECK(sigprocmask(SIG_SETMASK, NULL, &old) == 0 && old == s);
  CHECK_EQ(sigprocmask(SIG_UNBLOCK, &s, NULL), 0);
  CHECK_EQ(count, 1); /* at once, and once for the two */
  CHECK(sigpending(&pending) == 0 && pending == 0);
  CHECK_EQ(sigprocmask(SIG_BLOCK, &s, NULL), 0);
  for (int thread = 0; thread < 2; thread++) { /* one that is ignored is not pending any more */
    CHECK_EQ(thread ? pthread_kill(pthread_self(), SIGUSR1) : kill(getpid(), SIGUSR1), 0);
    CHECK(sigpending(&pending) == 0 && pending == s);
    CHECK(signal(SIGUSR1, SIG_IGN) == handler && sigpending(&pending) == 0 && pending == 0);
    handle(SIGUSR1, handler, 0, 0);
  }
  CHECK_EQ(sigprocmask(SIG_UNBLOCK, &s, NULL), 0);
  CHECK_EQ(count, 1);
  FAILS(sigprocmask(9, &s, NULL), EINVAL);
  CHECK_EQ(pthread_sigmask(9, &s, NULL), EINVAL);
}

/* In a handler the signal itself and those of sa_mask are blocked, others not, and all is as it was afterwards. */
static sigset_t inside;
static void nests(int signal) {
  if (++depth > deepest) deepest = depth;
  sigprocmask(SIG_BLOCK, NULL, &inside);
  if (signal == SIGUSR1 && sent++ < 2) raise(SIGUSR1), raise(SIGUSR2);
  depth--;
  count++;
}

static void masks_of_handlers(void) {
  sigset_t now;
  count = deepest = sent = 0;
  handle(SIGUSR2, nests, 0, 0);
  handle(SIGUSR1, nests, 0, set_of(SIGUSR2));
  raise(SIGUSR1);
  CHECK_EQ(deepest, 1);
  CHECK(count > 2); /* those it sent came after it */
  handle(SIGUSR1, nests, SA_NODEFER, 0);
  count = deepest = sent = 0;
  raise(SIGUSR1);
  CHECK_EQ(deepest, 3);
  handle(SIGUSR2, nests, 0, set_of(SIGTERM));
  raise(SIGUSR2);
  CHECK_EQ(inside, set_of(SIGUSR2) | set_of(SIGTERM));
  CHECK(sigprocmask(SIG_BLOCK, NULL, &now) == 0 && now == 0);
  handle(SIGUSR1, handler, SA_RESETHAND, 0);
  struct sigaction a;
  count = 0;
  raise(SIGUSR1);
  CHECK(count == 1 && sigaction(SIGUSR1, NULL, &a) == 0 && a.sa_handler == SIG_DFL);
}

static volatile float product;
static void uses_fpu(int signal) {
  float x = (float)signal;
  for (int i = 0; i < 20; i++) x = x * 1.5f + 1;
  product = x;
}

/* All registers are as before, those of the FPU too. */
static void registers_kept(void) {
  handle(SIGUSR1, uses_fpu, 0, 0);
  float f[8];
  for (int i = 0; i < 8; i++) f[i] = (float)i * 1.25f;
  int sum = 0;
  for (int i = 0; i < 8; i++) {
    float before = f[i] * 3.0f;
    raise(SIGUSR1);
    sum += before == f[i] * 3.0f;
  }
  CHECK_EQ(sum, 8);
  CHECK(product > 1.0f);
}

/* A signal ends a wait; with SA_RESTART or in calls that say so it goes on. */
static pthread_t first;
static void *signals_first(void *arg) {
  usleep(3000);
  pthread_kill(first, (int)(intptr_t)arg);
  return NULL;
}

static void ends_waits(void) {
  sem_t sem;
  struct timespec left = {0, 0};
  first = pthread_self();
  sem_init(&sem, 0, 0);
  handle(SIGUSR1, handler, 0, 0);
  handle(SIGUSR2, handler, SA_RESTART, 0);
  pthread_t t = start(HIGH, signals_first, (void *)SIGUSR1);
  FAILS(sem_wait(&sem), EINTR);
  finish(t);
  CHECK_EQ(sem.__word, 0);
  t = start(HIGH, signals_first, (void *)SIGUSR1);
  FAILS(nanosleep(&(struct timespec){1, 0}, &left), EINTR);
  CHECK(left.tv_sec == 0 && left.tv_nsec > 990000000 && left.tv_nsec < 1000000000);
  finish(t);
  t = start(HIGH, signals_first, (void *)SIGUSR1);
  CHECK_EQ(sleep(3), 3); /* what is left, rounded up */
  finish(t);
  struct timespec until = in_ms(CLOCK_REALTIME, 10);
  t = start(HIGH, signals_first, (void *)SIGUSR2);
  FAILS(sem_timedwait(&sem, &until), ETIMEDOUT); /* it went on */
  finish(t);
  count = 0;
  t = start(LOW, signals_first, (void *)SIGUSR1);
  finish(t); /* pthread_join() does not return EINTR */
  CHECK_EQ(count, 1);
}

static void *waits_for_signal(void *arg) {
  int n = 0;
  sigset_t s = *(sigset_t *)arg;
  CHECK_EQ(sigwait(&s, &n), 0);
  return (void *)(intptr_t)n;
}

static void waiting(void) {
  sigset_t s = set_of(SIGUSR1) | set_of(SIGTERM), none = 0;
  siginfo_t info;
  handle(SIGUSR1, handler, 0, 0);
  CHECK_EQ(pthread_sigmask(SIG_BLOCK, &s, NULL), 0);
  count = 0;
  raise(SIGUSR1);
  CHECK_EQ(sigwaitinfo(&s, &info), SIGUSR1);
  CHECK_EQ(info.si_signo, SIGUSR1);
  FAILS(sigtimedwait(&s, &info, &(struct timespec){0, 5000000}), EAGAIN);
  FAILS(sigtimedwait(&s, &info, &(struct timespec){0, -1}), EINVAL);
  pthread_t t = start(HIGH, waits_for_signal, &s); /* it has the mask of its maker */
  CHECK_EQ(kill(getpid(), SIGTERM), 0);
  CHECK_EQ(finish(t), SIGTERM);
  CHECK_EQ(count, 0);
  raise(SIGUSR1);
  FAILS(sigsuspend(&none), EINTR);
  CHECK_EQ(count, 1);
  sigset_t now;
  CHECK(sigprocmask(SIG_BLOCK, NULL, &now) == 0 && now == s);
  sigset_t every;
  int n = 0;
  sigfillset(&every);
  raise(SIGTERM);
  CHECK(sigwait(&every, &n) == 0 && n == SIGTERM);
  FAILS(sigtimedwait(&every, NULL, &(struct timespec){0, 1000000}), EAGAIN);
  CHECK_EQ(pthread_sigmask(SIG_UNBLOCK, &s, NULL), 0);
  first = pthread_self();
  t = start(LOW, signals_first, (void *)SIGUSR1);
  FAILS(pause(), EINTR);
  finish(t);
}

static void *gets_signal(void *arg) {
  usleep(20000); /* the signal ends it */
  usleep(5000);
  return arg;
}

static void to_one_thread(void) {
  handle(SIGUSR1, handler, 0, 0);
  pthread_t t = start(HIGH, gets_signal, NULL);
  CHECK_EQ(pthread_kill(t, SIGUSR1), 0);
  CHECK(pthread_equal(who, t));
  CHECK_EQ(pthread_kill(t, 0), 0);
  CHECK_EQ(pthread_kill(t, 99), EINVAL);
  finish(t);
}

/* ---- stacks and faults ---- */

static uint64_t stack[192];
static volatile uintptr_t where;
static volatile int on_stack;
static void shows_stack(int signal) {
  stack_t s;
  (void)signal;
  where = (uintptr_t)__builtin_frame_address(0);
  on_stack = sigaltstack(NULL, &s) == 0 && s.ss_flags == SS_ONSTACK;
  FAILS(sigaltstack(&(stack_t){stack, 0, sizeof stack}, NULL), EPERM);
}

static int in_stack(void) { return where >= (uintptr_t)stack && where <= (uintptr_t)stack + sizeof stack; }

static void alternate_stack(void) {
  stack_t old;
  handle(SIGUSR1, shows_stack, SA_ONSTACK, 0);
  CHECK(sigaltstack(NULL, &old) == 0 && old.ss_flags == SS_DISABLE);
  FAILS(sigaltstack(&(stack_t){stack, 0, MINSIGSTKSZ - 8}, NULL), ENOMEM);
  FAILS(sigaltstack(&(stack_t){stack, 64, sizeof stack}, NULL), EINVAL);
  CHECK_EQ(sigaltstack(&(stack_t){stack, 0, sizeof stack}, &old), 0);
  raise(SIGUSR1);
  CHECK(in_stack() && on_stack);
  CHECK_EQ(sigaltstack(&(stack_t){NULL, SS_DISABLE, 0}, &old), 0);
  CHECK(old.ss_sp == stack && old.ss_size == sizeof stack && old.ss_flags == 0);
  handle(SIGUSR1, handler, 0, 0);
}

/* The kernel keeps stacks for signals in a table. Threads without a libc, so that their stacks may be small. */
enum { MANY = 13, SMALL = 512, GUARD = 64 };
static uint64_t small_stack[MANY][SMALL / 8];
static volatile uint32_t taken, refused, over;

static void takes_stack(uint32_t n) {
  long error = sys_sigstack(small_stack[n] + GUARD / 8, SMALL - GUARD);
  if (error == -EAGAIN) refused++;
  else if (!error) taken++;
  while (!over) sys_futex_wait(&over, 0, PITH_WAIT_FOREVER);
  sys_thread_exit(0);
}

static void many_stacks(void) {
  long thread[MANY];
  uint32_t got;
  __asm__("mov %0, r9" : "=r"(got));
  for (int round = 0; round < 2; round++) { /* those of threads that have ended are free again */
    taken = refused = over = 0;
    for (int i = 0; i < MANY; i++) {
      struct pith_thread_start s = {.entry = (uint32_t)(uintptr_t)takes_stack,
                                    .arg = (uint32_t)i,
                                    .got = got,
                                    .stack = (uint32_t)(uintptr_t)small_stack[i],
                                    .stack_size = SMALL,
                                    .priority = -1};
      thread[i] = sys_thread_create(&s);
      CHECK(thread[i] > 0);
    }
    sys_sleep(20000);
    CHECK(taken == MANY - 1 && refused == 1);
    over = 1;
    sys_futex_wake(&over, MANY);
    for (int i = 0; i < MANY; i++) CHECK_EQ(sys_thread_join(thread[i], NULL, PITH_WAIT_FOREVER), 0);
  }
}

static jmp_buf back;
static siginfo_t fault;
static volatile uint32_t frame_signal;
static void faulted(int signal, siginfo_t *info, void *context) {
  sigset_t s = set_of(signal);
  fault = *info;
  frame_signal = ((struct pith_sigframe *)context)->signal;
  where = (uintptr_t)__builtin_frame_address(0);
  sigprocmask(SIG_UNBLOCK, &s, NULL); /* longjmp() leaves the mask */
  longjmp(back, signal);
}

static void handle_fault(int signal) {
  struct sigaction a = {.sa_sigaction = faulted, .sa_flags = SA_SIGINFO | SA_ONSTACK};
  CHECK_EQ(sigaction(signal, &a, NULL), 0);
}

static volatile int zero;
static void faults(void) {
  volatile int *nowhere = (volatile int *)0x30000000;
  handle_fault(SIGSEGV), handle_fault(SIGILL), handle_fault(SIGBUS), handle_fault(SIGFPE);
  CHECK_EQ(sigaltstack(&(stack_t){stack, 0, sizeof stack}, NULL), 0);
  for (int i = 0; i < 3; i++) { /* again and again */
    int got = setjmp(back);
    if (!got) *nowhere = 1;
    CHECK(got == SIGSEGV && fault.si_signo == SIGSEGV && fault.si_code == SEGV_ACCERR);
    CHECK_EQ(fault.si_addr, nowhere);
    CHECK_EQ(frame_signal, SIGSEGV);
    CHECK(fault.si_cause != 0 && in_stack());
  }
  int got = setjmp(back);
  if (!got) __asm__ volatile("udf #0");
  CHECK(got == SIGILL && fault.si_signo == SIGILL && fault.si_code == ILL_ILLOPC);
}

/* A stack that has overflowed cannot take a handler, the other one can. Small frames: the guard is 32 bytes. */
__attribute__((noinline)) static int overflows(int n) {
  volatile int here = n;
  return n == INT_MAX ? n : overflows(n + 1) + here;
}
static void *runs_over(void *arg) {
  static uint64_t mine[128];
  CHECK_EQ(sigaltstack(&(stack_t){mine, 0, sizeof mine}, NULL), 0);
  if (!setjmp(back)) overflows(0);
  return (void *)(fault.si_signo == SIGSEGV ? arg : NULL);
}

static void stack_overflow(void) {
  fault.si_signo = 0;
  CHECK_EQ(finish(start(HIGH, runs_over, (void *)7)), 7);
}

static void *faults_there(void *arg) {
  (void)arg;
  if (!setjmp(back)) *(volatile int *)0x30000004 = 1;
  return fault.si_addr;
}

static void fault_of_a_thread(void) { CHECK_EQ(finish(start(HIGH, faults_there, NULL)), 0x30000004); }

/* ---- clocks that signal ---- */

static void alarms(void) {
  handle(SIGALRM, handler, 0, 0);
  count = 0;
  CHECK_EQ(alarm(10), 0);
  CHECK_EQ(alarm(1), 10);
  long long begin = now_us();
  pause();
  CHECK(count == 1 && now_us() - begin >= 995000 && now_us() - begin < 1010000);
  CHECK_EQ(alarm(5), 0);
  CHECK_EQ(alarm(0), 5);
  struct itimerval t = {{0, 2000}, {0, 4000}}, now;
  count = 0;
  CHECK_EQ(setitimer(ITIMER_REAL, &t, NULL), 0);
  while (count < 4) pause();
  CHECK(getitimer(ITIMER_REAL, &now) == 0 && now.it_interval.tv_usec == 2000 && now.it_value.tv_usec <= 3000);
  t.it_value.tv_usec = 0;
  CHECK_EQ(setitimer(ITIMER_REAL, &t, &now), 0);
  count = 0;
  usleep(10000);
  CHECK_EQ(count, 0);
  FAILS(setitimer(ITIMER_PROF, &t, NULL), EINVAL);
  t = (struct itimerval){.it_value = {.tv_usec = 1000000}};
  FAILS(setitimer(ITIMER_REAL, &t, NULL), EINVAL);
  /* They are one. */
  for (CHECK_EQ(ualarm(2000, 2000), 0); count < 3;) pause();
  CHECK(ualarm(0, 0) <= 2000);
  count = 0;
  usleep(10000);
  CHECK_EQ(count, 0);
  t.it_value = (struct timeval){20, 0};
  CHECK_EQ(setitimer(ITIMER_REAL, &t, NULL), 0);
  CHECK_EQ(alarm(0), 20);
  CHECK(getitimer(ITIMER_REAL, &now) == 0 && !now.it_value.tv_sec && !now.it_value.tv_usec);
}

/* A storm at a thread that computes: nothing it holds in registers changes. */
static volatile int storming = 1;
static void *storms(void *arg) {
  for (int i = 0; i < 100; i++) {
    pthread_kill(first, i % 2 ? SIGUSR1 : SIGUSR2);
    usleep(400);
  }
  storming = 0;
  return arg;
}

static void storm(void) {
  first = pthread_self();
  count = 0;
  handle(SIGUSR1, handler, 0, 0);
  handle(SIGUSR2, uses_fpu, 0, 0);
  pthread_t t = start(HIGH, storms, NULL);
  unsigned a = 1, rounds = 0;
  float f = 1;
  while (storming) {
    unsigned check = 1;
    float g = 1;
    for (a = 1, f = 1; a != 40; a++) f += (float)a, check++, g += (float)check - 1;
    CHECK(check == 40 && f == g);
    rounds++;
  }
  finish(t);
  CHECK(count == 50 && rounds > 10);
}

static void at_the_end(int signal) {
  say("handled: "), say_number(signal), say("\n");
  exit(posix_failures ? 1 : 17);
}

/* The last: the handler of a fault ends the process. */
static void fault_then_exit(void) {
  handle(SIGSEGV, at_the_end, 0, 0);
  *(volatile int *)0x30000000 = zero;
  CHECK(0);
}

TESTS({"to oneself", to_oneself}, {"sets", sets}, {"blocked", blocked}, {"masks of handlers", masks_of_handlers},
      {"registers kept", registers_kept}, {"ends waits", ends_waits}, {"waiting", waiting},
      {"to one thread", to_one_thread}, {"alternate stack", alternate_stack}, {"many stacks", many_stacks}, {"faults", faults},
      {"stack overflow", stack_overflow}, {"fault of a thread", fault_of_a_thread}, {"alarms", alarms},
      {"storm", storm}, {"fault, then exit", fault_then_exit})

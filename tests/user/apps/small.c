/* A program that needs a kernel with processes and nothing besides (tests/small/processes): threads, locks and semaphores in it,
 * children, a fault of one beside another, limits. It tells the calls that this kernel has from those that it has not.
 * pith_app: STACK 2048 HEAP 8192 */
#include <errno.h>
#include <stdint.h>
#include <string.h>
#include "pith.h"

enum { STACK = 1024, ROUNDS = 200, MS = 1000, KERNEL = 0x20000000, RETURNS = 42, SIGKILL = 9, NUMBERS = 127, HANDLES = 16 };

#define WORD(x) ((uint32_t)(uintptr_t)(x))
#define CHECK(what)                                                                                          \
  do                                                                                                         \
    if (!(what)) failed(#what "\n");                                                                         \
  while (0)

static void say(const char *text) { sys_write(1, text, strlen(text)); }

static _Noreturn void failed(const char *what) {
  say("small: not so: ");
  say(what);
  sys_exit(1);
}

/* ---- threads ---- */

static uint64_t stacks[2][STACK / 8];
static volatile uint32_t word, counter; /* word: a lock, as in user/posix/mutex.h, by the kernel alone */
static long to, from, mutex;

static long thread(void (*run)(uint32_t), int n, uint32_t priority) {
  uint32_t got;
  struct pith_thread_start s = {
      .entry = WORD(run), .arg = (uint32_t)n, .stack = WORD(stacks[n]), .stack_size = STACK, .priority = (int32_t)priority};

  __asm__("mov %0, r9" : "=r"(got));
  s.got = got;
  return sys_thread_create(&s);
}

static void add(uint32_t n) {
  for (int i = 0; i < ROUNDS; i++) {
    uint32_t seen;

    sys_futex_lock(&word, 0, PITH_WAIT_FOREVER);
    seen = counter;
    sys_yield();
    counter = seen + 1;
    sys_futex_unlock(&word);
  }
  sys_thread_exit((long)n + 7);
}

static void answer(uint32_t n) {
  (void)n;
  for (int i = 0; i < ROUNDS; i++) {
    sys_sem_take(to, PITH_WAIT_FOREVER);
    sys_sem_give(from);
  }
  CHECK(sys_mutex_lock(mutex, PITH_WAIT_FOREVER) == 0);
  sys_thread_exit(0);
}

static void threads(void) {
  unsigned long long before, after;
  long a = thread(add, 0, -1), b = thread(add, 1, -1), value = 0;

  CHECK(a > 0 && b > 0);
  CHECK(sys_thread_join(a, &value, PITH_WAIT_FOREVER) == 0 && value == 7);
  CHECK(sys_thread_join(b, &value, PITH_WAIT_FOREVER) == 0 && value == 8);
  CHECK(counter == 2 * ROUNDS);
  CHECK(sys_thread_join(a, NULL, 0) == -ESRCH);
  to = sys_sem_create(0), from = sys_sem_create(0), mutex = sys_mutex_create();
  CHECK(to > 0 && from > 0 && mutex > 0);
  a = thread(answer, 0, -1);
  CHECK(sys_mutex_lock(mutex, 0) == 0);
  for (int i = 0; i < ROUNDS / 2; i++) {
    CHECK(sys_sem_give(to) == 0 && sys_sem_take(from, PITH_WAIT_FOREVER) == 0);
    CHECK(sys_sem_give_take(to, from, PITH_WAIT_FOREVER) == 0);
  }
  CHECK(sys_uptime(&before) == 0 && sys_sleep(5 * MS) == 0 && sys_uptime(&after) == 0);
  CHECK(after - before >= 5 * MS);
  CHECK(sys_mutex_unlock(mutex) == 0);
  CHECK(sys_thread_join(a, NULL, PITH_WAIT_FOREVER) == 0);
  CHECK(sys_mutex_lock(mutex, 10 * MS) == -EOWNERDEAD);
  CHECK(sys_sem_take(from, 2 * MS) == -ETIMEDOUT);
  CHECK(sys_close(from) == 0 && sys_sem_give(from) == -EBADF);
  CHECK(sys_futex_wait(&word, 1, 0) == -EAGAIN && sys_futex_wait(&word, word, MS) == -ETIMEDOUT);
}

/* ---- children ---- */

static long spawn(const char *role, const struct pith_limits *limits) {
  const char *const argv[] = {"small", role, NULL};
  struct pith_spawn s = {.path = WORD("small"), .argv = WORD(argv), .priority = -1, .ceiling = -1, .group = -1};

  if (limits) s.limits = *limits;
  return sys_spawn(&s);
}

static struct pith_ended ended(long pid) {
  struct pith_ended e = {0};

  CHECK(pid > 0 && sys_wait(pid, &e, PITH_WAIT_FOREVER) == pid);
  return e;
}

static void children(void) {
  const struct pith_limits few = {.threads = 1, .handles = 2};
  struct pith_spawn s = {.path = WORD("nobody"), .priority = -1, .ceiling = -1, .group = -1};
  long neighbour = spawn("neighbour", NULL), sleeper = spawn("sleeps", NULL);
  struct pith_ended e = ended(spawn("faults", NULL));

  CHECK(e.cause == PITH_ENDED_FAULT && e.address == KERNEL);
  e = ended(spawn("overflows", NULL));
  CHECK(e.cause == PITH_ENDED_FAULT);
  e = ended(spawn("limited", &few));
  CHECK(e.cause == PITH_ENDED_EXIT && e.status == RETURNS);
  CHECK(sys_wait(sleeper, &e, 0) == -ETIMEDOUT && sys_kill(sleeper, 0) == 0);
  CHECK(sys_kill(sleeper, SIGKILL) == 0);
  e = ended(sleeper);
  CHECK(e.cause == PITH_ENDED_SIGNAL && e.status == SIGKILL);
  CHECK(sys_kill(sleeper, SIGKILL) == -ESRCH && sys_kill(neighbour, 32) == -EINVAL);
  e = ended(neighbour);
  CHECK(e.cause == PITH_ENDED_EXIT && e.status == RETURNS);
  CHECK(sys_wait(-1, &e, 0) == -ECHILD && sys_spawn(&s) == -ENOENT);
  s.path = WORD("small"), s.cwd = WORD("/");
  CHECK(sys_spawn(&s) == -EINVAL);
  s.cwd = 0, s.limits.budget_us = 1000, s.limits.period_us = 10000;
  CHECK(sys_spawn(&s) == -EINVAL);
}

/* ---- what there is and what there is not ---- */

static const uint8_t there[] = {
    PITH_SYS_null,          PITH_SYS_exit,          PITH_SYS_write,        PITH_SYS_read,          PITH_SYS_yield,
    PITH_SYS_sleep,         PITH_SYS_uptime,        PITH_SYS_brk,          PITH_SYS_getpid,        PITH_SYS_sem_create,
    PITH_SYS_sem_give,      PITH_SYS_sem_take,      PITH_SYS_mutex_create, PITH_SYS_mutex_lock,    PITH_SYS_mutex_unlock,
    PITH_SYS_close,         PITH_SYS_thread_create, PITH_SYS_thread_exit,  PITH_SYS_thread_join,   PITH_SYS_thread_detach,
    PITH_SYS_thread_self,   PITH_SYS_thread_priority, PITH_SYS_thread_interrupt, PITH_SYS_futex_wait, PITH_SYS_futex_wake,
    PITH_SYS_futex_lock,    PITH_SYS_futex_unlock,  PITH_SYS_sem_give_take, PITH_SYS_spawn,        PITH_SYS_wait,
    PITH_SYS_kill,          PITH_SYS_process_id,    PITH_SYS_handle_dup};

static void calls(void) {
  int left_out = 0;

  for (int n = 0; n <= NUMBERS; n++) {
    if (memchr(there, n, sizeof there)) continue;
    CHECK(pith_syscall(n, 0, 0, 0, 0) == -ENOSYS);
    left_out++;
  }
  CHECK(left_out == NUMBERS + 1 - (int)sizeof there);
  CHECK(pith_syscall(-1, 0, 0, 0, 0) == -ENOSYS && pith_syscall(KERNEL, 0, 0, 0, 0) == -ENOSYS);
  CHECK(sys_null() == 0 && sys_getpid() > 0 && sys_process_id(0, PITH_ID_PARENT) == 0);
  CHECK(sys_write(1, (const void *)KERNEL, 4) == -EFAULT && sys_write(3, "x", 1) == -EBADF);
  CHECK(sys_read(0, (void *)KERNEL, 4) == -EFAULT && sys_uptime((void *)KERNEL) == -EFAULT);
  CHECK(sys_write(1, "x", 0) == 0 && sys_close(0) == -EBADF && sys_brk(KERNEL) == -ENOMEM);
}

static void limited(void) {
  CHECK(thread(answer, 0, -1) == -EAGAIN);
  CHECK(sys_sem_create(0) > 0 && sys_mutex_create() > 0 && sys_sem_create(0) == -EMFILE);
  sys_exit(RETURNS);
}

__attribute__((noinline)) static int overflow(volatile int *p) {
  volatile int here[16] = {*p};

  return *p < 0 ? here[0] : overflow(here) + here[0];
}

int main(int argc, char **argv) {
  const char *role = argc > 1 ? argv[1] : "";
  volatile int zero = 0;

  if (!strcmp(role, "faults")) *(volatile uint32_t *)KERNEL = 1;
  if (!strcmp(role, "overflows")) return overflow(&zero);
  if (!strcmp(role, "limited")) limited();
  if (!strcmp(role, "sleeps")) sys_sleep(1000000LL * MS);
  if (!strcmp(role, "neighbour")) {
    for (int i = 0; i < 50; i++) sys_sleep(MS);
    sys_exit(RETURNS);
  }
  calls();
  threads();
  children();
  say("small: all as it should be\n");
  sys_exit(RETURNS);
}

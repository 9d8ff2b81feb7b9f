/* Threads, priorities and the processor itself. */
#include "attack.h"

enum { SELF = -1 };

static void waits(uint32_t unused) {
  (void)unused;
  sys_sem_take(sys_sem_create(0), -1);
  for (;;) sys_sleep(1000000);
}

static void ends(uint32_t value) { sys_thread_exit((long)value); }

/* More threads than the process may have. */
int thread_bomb(uint32_t a) {
  int n = 0;
  long error;
  (void)a;
  while ((error = start_thread(n, waits, 0, SELF)) > 0) n++;
  CHECK(error == -EAGAIN && n > 0 && n < 24);
  for (int i = 0; i < 50; i++) CHECK(start_thread(n, waits, 0, SELF) == -EAGAIN);
  return 0; /* with all of them waiting */
}

/* Nothing of a thread that is gone may stay. */
int thread_delete_leak(uint32_t a) {
  (void)a;
  for (int i = 0; i < 500; i++) {
    long value = 0, tid = start_thread(0, ends, (uint32_t)i, SELF);
    CHECK(tid > 0 && sys_thread_join(tid, &value, -1) == 0 && value == i);
    CHECK(sys_thread_join(tid, &value, 0) == -ESRCH && sys_thread_kill(tid, 0) == -ESRCH);
  }
  for (int i = 0; i < 100; i++) {
    long tid = start_thread(0, ends, 0, SELF);
    CHECK(tid > 0 && (sys_thread_detach(tid) == 0 || sys_thread_detach(tid) == -ESRCH));
    sys_yield();
    sys_sleep(1000);
  }
  return 0;
}

/* A lock, a wait on a semaphore and a deadline, and then the process ends under all of them. */
static void locks_and_waits(uint32_t handle) {
  sys_mutex_lock((long)handle, -1);
  sys_sem_take(sys_sem_create(0), 1000000);
}

int thread_killed_holding(uint32_t a) {
  long m = sys_mutex_create();
  (void)a;
  CHECK(m > 0);
  for (int i = 0; i < 4; i++) CHECK(start_thread(i, locks_and_waits, (uint32_t)m, SELF) > 0);
  sys_sleep(3000);
  CHECK(sys_mutex_lock(m, 0) == -ETIMEDOUT);
  sys_kill(sys_getpid(), SIGNAL_KILL);
  return SURVIVED;
}

int thread_numbers(uint32_t a) {
  static const uint32_t none[] = {0,          1,          0xFF,       0x100, 0x1FF,     0x7FFFFFFF,
                                  0x80000000, 0xFFFFFFFF, 0xFFFFFF01, 25,    0x80000101};
  long self = sys_thread_self();
  (void)a;
  for (unsigned i = 0; i < sizeof none / sizeof none[0]; i++) {
    long t = (long)none[i];
    CHECK(sys_thread_join(t, NULL, 0) == -ESRCH && sys_thread_detach(t) == -ESRCH);
    CHECK(sys_thread_priority(t, 20) == -ESRCH && sys_thread_interrupt(t) == -ESRCH &&
          sys_thread_kill(t, 9) == -ESRCH);
  }
  for (long t = self & ~0xFFL; t < (self | 0xFF); t++) CHECK(t == self || sys_thread_kill(t, 9) == -ESRCH);
  CHECK(sys_thread_join(self, NULL, 0) == -EDEADLK && sys_thread_kill(self, 32) == -EINVAL &&
        sys_thread_kill(self, -1) == -EINVAL);
  return 0;
}

/* The neighbour's thread, by its number. */
int foreign_thread(uint32_t tid) {
  CHECK(tid && sys_thread_kill((long)tid, 9) == -ESRCH && sys_thread_join((long)tid, NULL, 0) == -ESRCH);
  CHECK(sys_thread_priority((long)tid, 30) == -ESRCH && sys_thread_interrupt((long)tid) == -ESRCH);
  CHECK(sys_thread_detach((long)tid) == -ESRCH);
  return 0;
}

int priority_above_ceiling(uint32_t a) {
  long self = sys_thread_self();
  (void)a;
  for (int p = 0; p < 16; p++)
    CHECK(sys_thread_priority(self, p) == -EPERM && start_thread(0, ends, 0, p) == -EPERM);
  CHECK(sys_thread_priority(self, 31) == -EINVAL && sys_thread_priority(self, -2) == -EINVAL);
  CHECK(sys_thread_priority(self, 0x100) == -EINVAL && start_thread(0, ends, 0, 31) == -EINVAL &&
        start_thread(0, ends, 0, -2) == -EINVAL);
  CHECK(sys_thread_priority(self, -1) == 16);
  return 0;
}

/* ---- user code that the kernel starts: with no more rights than any ---- */

static void reaches(uint32_t address) {
  (void)*(volatile uint32_t *)address;
  sys_exit(SURVIVED);
}

int thread_reaches_kernel(uint32_t a) {
  CHECK(start_thread(0, reaches, a, SELF) > 0);
  sys_sleep(10000);
  return SURVIVED;
}

static uint32_t wanted;

static void handler(int signal) {
  (void)signal;
  (void)*(volatile uint32_t *)wanted;
  sys_exit(SURVIVED);
}

int handler_reaches_kernel(uint32_t a) {
  wanted = a;
  CHECK(sys_sigaction(14, PITH_SIG_HANDLE, handler) == 0);
  sys_kill(sys_getpid(), 14);
  return SURVIVED;
}

int handler_in_kernel(uint32_t a) {
  CHECK(sys_sigaction(14, PITH_SIG_HANDLE, (void (*)(int))(uintptr_t)(a | 1)) == 0);
  sys_kill(sys_getpid(), 14);
  return SURVIVED;
}

int thread_in_kernel(uint32_t a) {
  CHECK(start_thread(0, (void (*)(uint32_t))(uintptr_t)(a | 1), 0, SELF) > 0);
  sys_sleep(10000);
  return SURVIVED;
}

/* ---- the processor ---- */

int loop(uint32_t a) {
  volatile uint32_t go_on = 1;
  while (go_on) continue;
  return (int)a;
}

static void loops(uint32_t a) { loop(a); }

int loop_in_threads(uint32_t a) {
  for (int i = 0; i < 4; i++) start_thread(i, loops, 0, SELF);
  return loop(a);
}

int loop_in_children(uint32_t a) {
  while (start_child("loops_for_ever") > 0) continue;
  return loop(a);
}

/* Shares of their own, each as large as this one's: they count in it. The first period is one that is no number of ticks. */
int loop_in_shares(uint32_t a) {
  struct pith_spawn s = {.path = WORD("loops_for_ever"), .priority = -1, .ceiling = -1, .group = -1};
  s.limits.budget_us = 399, s.limits.period_us = 1999;
  while (sys_spawn(&s) > 0) s.limits.budget_us = 2000, s.limits.period_us = 10000;
  return loop(a);
}

int loop_of_calls(uint32_t a) {
  for (;;) sys_null(), sys_yield(), sys_sem_give((long)a);
}

int loop_of_faults(uint32_t a) {
  for (;;) touch(a, TOUCH_READ, NULL);
}

static void again(int signal) {
  (void)signal;
  for (;;) {
    sys_sigmask(2, 0);
    sys_kill(sys_getpid(), 14);
  }
}

/* A handler that is interrupted by the signal it handles, over and over: its own stack is all it has. */
int storm_of_signals(uint32_t a) {
  (void)a;
  sys_sigaction(14, PITH_SIG_HANDLE, again);
  again(0);
  return SURVIVED;
}

/* ---- registers ---- */

/* General registers keep this process's values across everything that takes the processor away. */
int registers_kept(uint32_t rounds) {
  for (uint32_t i = 0; i < rounds; i++) {
    uint32_t wrong;
    __asm__ volatile(
        "mov r4, %1\n\tadd r5, r4, #1\n\tadd r6, r4, #2\n\tadd r8, r4, #3\n\tadd r10, r4, #4\n\tadd r11, r4, "
        "#5\n\t"
        "movw r0, #1000\n\tmovs r1, #0\n\tadd r2, r4, #6\n\tadd r3, r4, #7\n\tmovs r12, #6\n\tsvc #0\n\t"
        "subs r5, r5, r4\n\tsubs r6, r6, r4\n\tsub r8, r8, r4\n\tsub r10, r10, r4\n\tsub r11, r11, r4\n\t"
        "subs r2, r2, r4\n\tsubs r3, r3, r4\n\tsub r4, r4, %1\n\t"
        "orr r4, r4, r5, lsl #4\n\torr r4, r4, r6, lsl #8\n\torr r4, r4, r8, lsl #12\n\torr r4, r4, r10, lsl "
        "#16\n\t"
        "orr r4, r4, r11, lsl #20\n\torr r4, r4, r2, lsl #24\n\torr %0, r4, r3, lsl #28"
        : "=&r"(wrong)
        : "r"(i * 0x01234567 + 0x9ABCDEF0)
        : "r0", "r1", "r2", "r3", "r4", "r5", "r6", "r8", "r10", "r11", "r12", "cc", "memory");
    CHECK(wrong == 0x76543210);
  }
  return 0;
}

#ifdef __ARM_FP
static uint32_t fpu_differs(const uint32_t *want) {
  static uint32_t s[32];
  __asm__ volatile("vstmia %0, {s0-s31}" : : "r"(s) : "memory");
  for (int i = 0; i < 32; i++)
    if (s[i] != (want ? want[i] : 0)) return (uint32_t)(i + 1);
  return 0;
}

/* At first they are all zero; then they are this process's, whatever the neighbour has in its own. */
int fpu_registers(uint32_t rounds) {
  static uint32_t mine[32];
  CHECK(fpu_differs(NULL) == 0);
  for (uint32_t i = 0; i < rounds; i++) {
    for (uint32_t k = 0; k < 32; k++) mine[k] = 0x5EC2E700 + k + (i << 12);
    __asm__ volatile("vldmia %0, {s0-s31}\n\tmovw r0, #1000\n\tmovs r1, #0\n\tmovs r12, #6\n\tsvc #0"
                     :
                     : "r"(mine)
                     : "r0", "r1", "r12", "memory", "cc");
    CHECK(fpu_differs(mine) == 0);
  }
  return 0;
}
#else
int fpu_registers(uint32_t rounds) {
  (void)rounds;
  CHECK(!has_fpu());
  return 0;
}
#endif

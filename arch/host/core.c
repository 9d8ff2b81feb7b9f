/* The fake core: exceptions, LL/SC, the calls and the switch. host.h says how it is used.
 *
 * What is modelled is what the kernel relies on: SVC and PendSV do not nest and end in the switch; an
 * interrupt comes between any two points and clears the exclusive monitor; the frame of a parked thread is
 * where its result is written; the only waiter of a semaphore is parked without C, as the assembly does. */
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "host.h"
#include "kernel.h"
#include "mpu.h"

enum { SVC = 11, PENDSV = 14, FIRST_IRQ = 16, STACK = 1 << 20, DEAD_END = 3 };

struct kernel k_kernel;
uint32_t k_isr_stack[PITH_ISR_STACK / 4];
unsigned host_mpu_regions = 8;
const void *const k_calls_kernel[1], *const k_calls_coop[1];

char host_panic_text[256];
jmp_buf host_jump;
bool host_jump_set;
void (*host_at_exit)(void), (*host_others)(void);

static struct {
  uint32_t exception;
  bool pended, exclusive, hit, checking;
  uint32_t countdown; /* points until the injected interrupt */
  void (*isr)(void);
  struct pith_thread *caller; /* whose code the test runs; it may have lost the processor in a call */
} core;

static jmp_buf started;
void k_queue_sequences(struct arch_frame *frame);
extern const struct k_call k_mutex_lock_call, k_mutex_unlock_call, k_thread_suspend_call, k_thread_resume_call;

static _Noreturn void die(const char *text) {
  fprintf(stderr, "host: %s\n", text);
  exit(DEAD_END);
}

/* ---- the machine ---- */

static int (*program)(void);
static int status;
static uint64_t stack[STACK / 8] __attribute__((aligned(4096)));

static void *run(void *unused) {
  status = program();
  return unused;
}

int host_main(int (*test)(void)) {
  pthread_attr_t attr;
  pthread_t thread;

  if ((uintptr_t)stack + sizeof stack > INT32_MAX) die("linked above 2 GB: -no-pie is missing");
  program = test;
  pthread_attr_init(&attr);
  pthread_attr_setstack(&attr, stack, sizeof stack);
  if (pthread_create(&thread, &attr, run, NULL) || pthread_join(thread, NULL)) die("no thread");
  return status;
}

void host_clock_reset(void);

void host_reset(void) {
  memset(&core, 0, sizeof core);
  host_clock_reset();
  host_jump_set = false;
  host_at_exit = host_others = NULL;
  pith_init();
}

void host_start(void) {
  if (!setjmp(started)) pith_start(1000000);
  host_settle();
}

void arch_init(void) {}
void arch_wait_for_interrupt(void) {}
void arch_stop_interrupts(void) {}
void arch_pend(void) { core.pended = true; }
uint32_t arch_exception(void) { return core.exception; }
bool arch_in_thread(void) { return !core.exception && R->started; }

_Noreturn void arch_first_switch(void *idle_stack_top, uint32_t clock_hz) {
  (void)clock_hz;
  R->idle.sp = (uint32_t *)((struct arch_frame *)idle_stack_top - 1);
#if PITH_STACK_GUARDS
  k_stack_start();
#endif
  arch_mpu_enable();
  longjmp(started, 1);
}

_Noreturn void arch_halt(int code) { exit(code); }

/* In place of kernel/panic.c: the text is kept and the call that led here is left. */
_Noreturn void pith_panic(const char *format, ...) {
  va_list args;

  va_start(args, format);
  vsnprintf(host_panic_text, sizeof host_panic_text, format, args);
  va_end(args);
  core.exception = 0;
  if (!host_jump_set) die(host_panic_text);
  longjmp(host_jump, HOST_PANIC);
}

unsigned arch_mpu_regions(void) { return host_mpu_regions; }
void arch_mpu_enable(void) {}
uint32_t arch_mpu_guard(uintptr_t low) { return (uint32_t)low; }

/* ---- interrupts ---- */

static void run_isr(void (*isr)(void)) {
  uint32_t before = core.exception;

  core.exception = before < FIRST_IRQ ? FIRST_IRQ : before + 1;
  isr();
  core.exception = before;
  core.exclusive = false;
}

static void pendsv(void) {
  while (core.pended) {
    void *list;

    core.pended = false;
    core.exception = PENDSV;
    list = K->posts;
    K->posts = NULL;
    k_posts(list);
    core.exception = 0;
  }
}

/* The running thread loses the processor, if another one is more urgent now, until that one waits again. */
static void preempt(void) {
  struct pith_thread *t = core.caller;
  bool jump_set = host_jump_set;
  jmp_buf jump;

  if (K->current != t) return;
  host_settle();
  if (K->current == t) return;
  memcpy(jump, host_jump, sizeof jump);
  host_others();
  memcpy(host_jump, jump, sizeof jump);
  host_jump_set = jump_set;
  host_is_running(t, "the interrupted thread", __FILE__, __LINE__);
  core.exclusive = false;
}

void host_point(void) {
  if (core.checking || !core.countdown || --core.countdown) return;
  core.hit = true;
  run_isr(core.isr);
  if (core.exception || !core.pended) return;
  pendsv();
  if (host_others) preempt();
  if (K->sequences) k_queue_sequences(arch_call_frame());
}

void __sanitizer_cov_trace_pc(void);
void __sanitizer_cov_trace_pc(void) { host_point(); }

void host_inject(uint32_t n, void (*isr)(void)) {
  core.countdown = n;
  core.isr = isr;
  if (n) core.hit = false;
}

bool host_injected(void) { return core.hit; }

void host_interrupt(void (*isr)(void)) {
  run_isr(isr);
  if (!core.exception) host_settle();
}

/* ---- the switch ---- */

static void enter_domain(struct pith_thread *t) {
  if (K->domain == t->domain) return;
  K->domain = t->domain;
  K->calls = t->domain->calls;
  if (K->fpu_dirty) {
    bool told = K->fpu_dirty & 1;

    K->fpu_dirty = 0;
    if (told) k_left();
  }
  if (t->domain->control & K_DOMAIN_TELL) {
    struct pith_thread *next = k_entered(t);

    if (next == t) return;
    K->current = next;
    enter_domain(next);
  }
}

/* The common exit: PendSV follows as often as it is pended, the last of it switches. */
void host_settle(void) {
  do {
    pendsv();
    core.exception = PENDSV;
    if (k_best() != K->current) {
      K->current = k_best();
      enter_domain(K->current);
    }
    core.exception = 0;
  } while (core.pended);
  core.checking = true;
  if (host_at_exit) host_at_exit();
  core.checking = false;
}

void arch_thread_init(struct pith_thread *t, void *top, void (*entry)(void *), void *arg) {
  struct arch_frame *f = (struct arch_frame *)top - 1;

  *f = (struct arch_frame){.r0 = K_WORD(arg), .lr = K_WORD(k_thread_return), .pc = K_WORD(entry)};
  t->sp = (uint32_t *)(void *)f;
}

struct arch_frame *arch_call_frame(void) {
  return (struct arch_frame *)(void *)K->current->sp;
}

long host_result(const struct pith_thread *t) { return (int32_t)((struct arch_frame *)(void *)t->sp)->r0; }

void host_is_running(struct pith_thread *t, const char *name, const char *file, int line) {
  core.caller = t;
  if (K->current == t) return;
  fprintf(stderr, "%s:%d: %s should run, but %s does\n", file, line, name, K->current->name);
  exit(DEAD_END);
}

/* ---- calls ---- */

/* A word of the target as an argument of the host: addresses are below 2 GB, negative numbers stay so. */
static intptr_t wide(uint32_t word) { return (int32_t)word; }

static const struct k_call *called;

/* The target has a deadline in two registers, r2 and r3; here it is the third argument. So the fourth word is
 * also in the upper half of the third, which does no harm to a third one of 32 bits, or that is kept as a
 * word. */
static long run_call(uint32_t a, uint32_t b, uint32_t c, uint32_t d) {
  return ((long (*)(intptr_t, intptr_t, int64_t, intptr_t))(uintptr_t)called->run)(
      wide(a), wide(b), (int64_t)((uint64_t)d << 32 | c), wide(d));
}

static const struct k_call any_call = {run_call, "any"};

/* The assembly's s_sem_take: the only waiter, no deadline. False: the rest is for C. */
static bool park_alone(struct pith_sem *s) {
  struct pith_thread *t = K->current;

  if (s->word || !arch_atomic_cas((volatile uint32_t *)&s->word, 0, K_SEM_ONE)) return false;
  s->waiters.head = t;
  t->wait = &s->waiters;
  k_unready(t);
  t->next = t->prev = NULL; /* the assembly leaves there what was */
  return true;
}

static long serve(struct arch_frame *f, uint32_t number) {
  switch (number) {
  case K_CALL_yield: k_yield(); return 0;
  case K_CALL_sem_give: return k_call_sem_give((struct pith_sem *)wide(f->r0));
  case K_CALL_sem_take:
    if (park_alone((struct pith_sem *)wide(f->r0))) return 0;
    return k_call_sem_take((struct pith_sem *)wide(f->r0));
  case K_CALL_thread_suspend:
  case K_CALL_thread_resume:
    called = (const struct k_call *)wide(f->r1);
    return run_call(f->r0, 0, 0, 0);
  default: return ((const struct k_call *)wide(f->r12))->run(f->r0, f->r1, f->r2, f->r3);
  }
}

static bool can_go_on(const struct pith_thread *t) { return !t->dead && !k_is_blocked(t); }

static long svc(uint32_t a, uint32_t b, uint32_t c, uint32_t d, uint32_t call) {
  struct pith_thread *t = K->current;
  struct arch_frame *f = arch_call_frame();

  if (core.exception) pith_panic("a call from exception %u", (unsigned)core.exception);
  if (call >= 1u << K_CALL_BITS) {
    called = (const struct k_call *)wide(call);
    call = K_WORD(&any_call);
  }
  f->r0 = a, f->r1 = b, f->r2 = c, f->r3 = d, f->r12 = call;
  core.exception = SVC;
#if PITH_COOPERATIVE_THREADS
  if (K->calls == k_calls_coop) f->r0 = (uint32_t)k_coop_call(f, call);
  else
#endif
    f->r0 = (uint32_t)serve(f, call);
  core.exception = 0;
  host_settle();
  if (can_go_on(t)) return host_result(t);
  if (!host_jump_set) die("a thread blocks outside of HOST_AS()");
  longjmp(host_jump, HOST_BLOCKED);
}

long arch_call(uint32_t a, uint32_t b, uint32_t c, uint32_t d, uint32_t call) {
  return svc(a, b, c, d, call);
}

int pith_thread_suspend(struct pith_thread *t) {
  return (int)svc(K_WORD(t), K_WORD(&k_thread_suspend_call), 0, 0, K_CALL_thread_suspend);
}

int pith_thread_resume(struct pith_thread *t) {
  return (int)svc(K_WORD(t), K_WORD(&k_thread_resume_call), 0, 0, K_CALL_thread_resume);
}

void pith_yield(void) { svc(0, 0, 0, 0, K_CALL_yield); }

/* ---- LL/SC, and the fast paths of arch/armv7m/fast.S ---- */

void host_monitor_open(void) {
  core.exclusive = true;
  host_point();
}

bool host_monitor_close(void) {
  bool kept = core.exclusive;

  core.exclusive = false;
  return kept;
}

#define LL_SC(type, p, value)                                                                                \
  type old;                                                                                                  \
  for (;;) {                                                                                                 \
    old = *(p);                                                                                              \
    host_monitor_open();                                                                                     \
    if (!host_monitor_close()) continue;                                                                     \
    *(p) = (value);                                                                                          \
    break;                                                                                                   \
  }                                                                                                          \
  host_point()

uint32_t arch_atomic_add(volatile uint32_t *p, uint32_t n) {
  LL_SC(uint32_t, p, old + n);
  return old;
}

uint32_t arch_atomic_swap(volatile uint32_t *p, uint32_t v) {
  LL_SC(uint32_t, p, v);
  return old;
}

uint8_t arch_atomic_swap8(volatile uint8_t *p, uint8_t v) {
  LL_SC(uint8_t, p, v);
  return old;
}

bool arch_atomic_cas(volatile uint32_t *p, uint32_t expected, uint32_t v) {
  do {
    uint32_t old = *p;

    host_monitor_open();
    if (old != expected) return false;
  } while (!host_monitor_close());
  *p = v;
  host_point();
  return true;
}

void arch_list_push(void *volatile *head, void *node, void **next) {
  LL_SC(void *, head, node);
  *next = old;
}

static struct pith_sem *sem_of(const void *s) { return (struct pith_sem *)(uintptr_t)s; }

int pith_sem_give(struct pith_sem *s) {
  for (;;) {
    int32_t word = s->word;

    host_monitor_open();
    if (word > 0 || word == INT32_MIN) break;
    if (!host_monitor_close()) continue;
    s->word = word - 1;
    host_point();
    return 0;
  }
  if (k_in_isr()) return k_sem_give_isr(s);
  return (int)svc(K_WORD(s), 0, 0, 0, K_CALL_sem_give);
}

int pith_sem_take(struct pith_sem *s) {
  for (;;) {
    int32_t word = s->word;

    host_monitor_open();
    if (word >= 0) break;
    if (!host_monitor_close()) continue;
    s->word = word + 1;
    host_point();
    return 0;
  }
  return (int)svc(K_WORD(sem_of(s)), 0, 0, 0, K_CALL_sem_take);
}

int pith_mutex_lock(struct pith_mutex *m) {
  if (arch_atomic_cas(&m->word, 0, K_WORD(K->current))) return 0;
  return (int)svc(K_WORD(m), 0, 0, 0, K_WORD(&k_mutex_lock_call));
}

int pith_mutex_unlock(struct pith_mutex *m) {
  if (arch_atomic_cas(&m->word, K_WORD(K->current), 0)) return 0;
  return (int)svc(K_WORD(m), 0, 0, 0, K_WORD(&k_mutex_unlock_call));
}

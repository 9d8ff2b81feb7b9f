/* Accounting. Every switch passes k_account_leave() (arch/armv7m/switch.S), so a thread is charged from the switch to it to
 * the switch away from it. If entries are counted (PITH_ACCOUNTING 2), every way into the kernel passes k_account_enter() and
 * every way out k_account_leave(), and a thread is charged from the entry at which it got the processor to the entry at
 * which it lost it: what the kernel does on its way in is the leaving thread's, on its way out the coming one's. */
#include "pith/account.h"
#include "kernel.h"

#if PITH_ACCOUNTING
#if PITH_ACCOUNTING > 1
void k_account_enter(void) {
  K->entered = arch_cycles();
  R->entries++;
}

/* When this entry began. */
static uint32_t moment(void) { return K->entered; }

static void note_length(void) {
  uint32_t took = arch_cycles() - K->entered;

  if (took > R->longest) R->longest = took;
}
#else
static uint32_t moment(void) { return arch_cycles(); }
static void note_length(void) {}
#endif

static void charge(void) {
  uint32_t now = moment();

  R->accounted->cycles += now - K->switched;
  K->switched = now;
}

/* What has run so far is in its cycles. */
void k_account_now(void) {
  if (R->accounted) charge();
}

/* t is no thread any more; if it ended itself, this entry switches away from it. */
void k_account_forget(struct pith_thread *t) {
  if (R->accounted == t) {
    charge();
    R->switches++;
    R->accounted = NULL;
  }
  R->past += t->cycles;
  t->cycles = 0;
}

void k_account_leave(void) {
  note_length();
  if (R->accounted == K->current) return;
  if (R->accounted) {
    charge();
    R->switches++;
  } else {
    K->switched = moment(); /* the first thread */
  }
  R->accounted = K->current;
}

static long usage(struct pith_usage *u) {
  uint64_t sum = 0;

  charge();
  for (const struct pith_thread *t = R->all; t; t = t->all) sum += t->cycles;
  *u = (struct pith_usage){.cycles = sum + R->past,
                           .idle = R->idle.cycles,
                           .switches = R->switches,
                           .entries = R->entries,
                           .longest = R->longest,
                           .posts = R->applied};
  return 0;
}
K_CALL(usage)

static long usage_reset(void) {
  R->longest = 0;
  return 0;
}
K_CALL(usage_reset)

static long thread_cycles(const struct pith_thread *t, uint64_t *cycles) {
  charge();
  *cycles = t->cycles;
  return 0;
}
K_CALL(thread_cycles)

int pith_usage(struct pith_usage *u) { return (int)K_ENTER(usage, u, 0, 0, 0); }
int pith_usage_reset(void) { return (int)K_ENTER(usage_reset, 0, 0, 0, 0); }

uint64_t pith_thread_cycles(const struct pith_thread *t) {
  uint64_t cycles = 0;

  K_ENTER(thread_cycles, t, &cycles, 0, 0);
  return cycles;
}
#else
int pith_usage(struct pith_usage *u) {
  (void)u;
  return -ENOTSUP;
}

int pith_usage_reset(void) { return -ENOTSUP; }

uint64_t pith_thread_cycles(const struct pith_thread *t) {
  (void)t;
  return 0;
}
#endif

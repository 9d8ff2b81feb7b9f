/* The trace, and the kernel's own walk through its structures (kernel/check.c), which runs in the kernel
 * context: nothing moves meanwhile but interrupts. */
#include "check.h"
#include "kernel.h"
#include "mem.h"

enum { TRACE_MAX = 256 };

static char traced[TRACE_MAX + 1];
static volatile uint32_t traces;

void trace(char c) {
  uint32_t i = arch_atomic_add(&traces, 1);

  if (i < TRACE_MAX) traced[i] = c;
}

void check_trace(const char *file, int line, const char *want) {
  if (strcmp(traced, want)) {
    say("trace \"%s\"\n want \"%s\"\n", traced, want);
    test_failed(file, line, "the order of events", 0, 0);
  }
  memset(traced, 0, sizeof traced);
  traces = 0;
}

void let_others_run(void) {
  struct pith_thread *self = pith_self();
  unsigned own = self->base;

  CHECK_EQ(pith_thread_set_priority(self, PITH_PRIORITIES - 2), 0);
  pith_yield();
  CHECK_EQ(pith_thread_set_priority(self, own), 0);
}

/* ---- the kernel's rules ---- */

uint32_t deadlines(void) {
#if PITH_DEADLINE_HEAP
  return R->timeout_count;
#else
  uint32_t n = 0;

  for (struct pith_thread *t = R->all; t; t = t->all) n += t->timeout.place;
  return n;
#endif
}

static long check_all(long a, long b, long c) {
  (void)a, (void)b, (void)c;
  return k_check();
}

long kernel_rule_broken(void) {
  long broken = pith_monitor(check_all, 0, 0, 0);

  if (broken) say("the kernel: %p: %s\n", k_check_what, k_check_why);
  return broken;
}

/* The trace, and the rules the kernel's structures keep at every moment a thread can see them.
 *
 * The walk runs in the kernel context (pith_monitor()), so nothing moves meanwhile but interrupts, which
 * touch none of it but the list of posts and the clock. Every loop is bounded: a broken ring is a finding,
 * not a hang. */
#include "check.h"
#include "kernel.h"
#include "mem.h"

enum { TRACE_MAX = 256, MANY = PITH_THREADS + 2 };

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

/* ---- the rules, in the kernel context ---- */

#define RULE(cond)                                                                                           \
  do {                                                                                                       \
    if (!(cond)) return __LINE__;                                                                            \
  } while (0)

static bool is_runnable(const struct pith_thread *t) { return !t->wait && !t->blocked && !t->dead; }

static bool in_ring(const struct pith_thread *head, const struct pith_thread *t) {
  const struct pith_thread *at = head;

  for (int i = 0; at && i < MANY; i++, at = at->next) {
    if (at == t) return true;
    if (at->next == head) break;
  }
  return false;
}

/* One ring: linked both ways, and every member belongs there. */
static long check_ring(struct pith_thread **list, uint32_t bit, int *count) {
  struct pith_thread *t = *list;

  for (int i = 0; t; i++) {
    RULE(i < MANY);
    RULE(k_exists(t));
    RULE(t->next->prev == t && t->prev->next == t);
    RULE(t->list == list && t->bit == bit);
    RULE(is_runnable(t));
    RULE(!t->timer);
    RULE(!t->suspended == (bit != 0));
    ++*count;
    t = t->next == *list ? NULL : t->next;
  }
  return 0;
}

static long check_ready(int *count) {
  for (unsigned p = 0; p < PITH_PRIORITIES; p++) {
    uint32_t bit = 0x80000000u >> p;
    long broken = check_ring(&K->list[p], bit, count);

    if (broken) return broken;
    RULE(!K->list[p] == !(K->ready & bit));
    for (struct pith_thread *t = K->list[p]; t; t = t->next == K->list[p] ? NULL : t->next)
      RULE(t->priority == p || (p == 0 && t == R->raised));
  }
  RULE(K->current == *K->current->list); /* the running thread is the head of its ring */
  return check_ring(&K->limbo, 0, count);
}

static long check_timers(void) {
  for (uint32_t i = 0; i < R->timer_count; i++) {
    const struct pith_thread *t = R->timers[i];

    RULE(t->timer == i + 1);
    RULE(i == 0 || R->timers[(i - 1) / 2]->deadline <= t->deadline);
    RULE(t->blocked && !t->dead);
  }
  RULE(R->next == (R->timer_count ? R->timers[0]->deadline : PITH_FOREVER));
  return 0;
}

/* What t holds says t, and t is as urgent as the most urgent who waits for it, no more. */
static long check_mutexes(const struct pith_thread *t) {
  unsigned wanted = t->base;
  int i = 0;

  if (t->dead) return 0;
  for (const struct pith_mutex *m = t->held; m; m = m->next) {
    const struct pith_thread *w = m->waiters.head;

    RULE(i++ < 1000);
    RULE(m->word == ((uint32_t)(uintptr_t)t | K_MUTEX_KNOWN));
    if (w && w->priority < wanted) wanted = w->priority;
    for (int n = 0; w; n++, w = w->next == m->waiters.head ? NULL : w->next)
      RULE(n < MANY && w->wait_mutex == m);
  }
  RULE(t->priority == wanted);
  return 0;
}

static long check_waiter(const struct pith_thread *t) {
  const struct pith_thread *head = t->wait->head;
  const struct pith_mutex *m = t->wait_mutex;

  RULE(in_ring(head, t));
  RULE(t->next->prev == t && t->prev->next == t);
  RULE(t == head || t->prev->priority <= t->priority);
  if (m) RULE(t->wait == &m->waiters && pith_mutex_owner(m) && (m->word & K_MUTEX_KNOWN));
  if (!t->blocked) { /* parked by the assembly path of pith_sem_take() */
    const struct pith_sem *s = (const struct pith_sem *)t->wait;

    RULE(s->word == K_SEM_ONE ? head == t && t->next == t : s->word == K_SEM_WAITERS);
    RULE(!t->timer);
  }
  return 0;
}

static long check_thread(const struct pith_thread *t) {
  long broken = check_mutexes(t);

  RULE(k_exists(t) && t->id);
  if (broken) return broken;
  if (t->dead) {
    RULE(!t->wait && !t->blocked && !t->timer && !t->held && !t->joiners.head);
    RULE(t != K->current);
    return 0;
  }
  RULE(t->suspended ? t->list == &K->limbo && !t->bit : t->list >= K->list);
  if (t->flags & PITH_DORMANT) RULE(t->blocked && !t->wait && !t->timer);
  if (t->timer) RULE(t->timer <= R->timer_count && R->timers[t->timer - 1] == t);
  if (t->wait) return check_waiter(t);
  RULE(!t->wait_mutex);
  if (!t->blocked) RULE(in_ring(*t->list, t));
  return 0;
}

static long check_all(long a, long b, long c) {
  uint32_t threads = 0, timers = 0;
  int rings = 0, runnable = 0;
  long broken = check_ready(&rings);

  (void)a, (void)b, (void)c;
  if (!broken) broken = check_timers();
  for (struct pith_thread *t = R->all; t && !broken; t = t->all) {
    RULE(threads++ < MANY);
    broken = check_thread(t);
    runnable += is_runnable(t);
    timers += t->timer != 0;
  }
  if (broken) return broken;
  RULE(rings == runnable);
  RULE(timers == R->timer_count);
  RULE(threads == R->threads + 1); /* and the idle thread */
  RULE(heap_check(&R->heap) == 0);
  return 0;
}

long kernel_rule_broken(void) { return pith_monitor(check_all, 0, 0, 0); }

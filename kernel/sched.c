/* The ready lists: who runs.
 *
 * One ring per priority, a bitmap of the rings that are not empty (bit 31 is priority 0), so the pick is
 * one CLZ. The running thread stays in its ring, at the head; so waking a thread into a ring that is not
 * empty can never preempt, and yield only advances the head. The idle thread is always ready: the bitmap
 * is never 0.
 *
 * A ready thread that is suspended leaves its ring, K_STOPPED, and comes back by the resume. One that is blocked keeps
 * its place in the world but for two words: its list is the limbo ring and its bit 0. Whoever wakes it, the assembly
 * paths included, puts it there without a special case.
 *
 * A cooperative thread waits for its turn at its own priority. When it is about to run it moves to the
 * head of ring 0: nothing preempts from there. Before it may stop running it moves back. */
#include "kernel.h"

/* Turns of processes' threads. A process has no domain that starts a slice at each switch, and need not: one timeout,
 * armed when a thread comes to wait for an equal, ends the turn of whoever runs when it comes, and goes on until it finds
 * nobody running. A thread that the assembly paths make ready is seen at the next deadline of any kind, or when the clock's
 * counter comes to its end. One without K_TAKES_TURNS gives way to no equal. */
#if K_HAS_TURNS
static __attribute__((noinline)) void turn_begin(unsigned ticks) {
  if (!R->turn.place) k_timeout_arm(&R->turn, pith_now() + ticks);
}

static bool is_ahead_of_equals(const struct pith_thread *t) {
  return t->flags & K_TAKES_TURNS && !k_is_blocked(t) && *t->list == t && t->next != t;
}

void k_turn_over(void) {
  struct pith_thread *t = K->current;

  if (t == &R->idle) return;
  if (is_ahead_of_equals(t)) *t->list = t->next;
  turn_begin(k_is_unprivileged(t) ? K_TURN_TICKS : (K_TURN_TICKS + 3) / 4); /* one that is in the way of them all has no turn to end */
}

void k_turn_look(void) {
  if (is_ahead_of_equals(K->current)) turn_begin(K_TURN_TICKS);
}
#else
static inline void turn_begin(unsigned ticks) { (void)ticks; }
#endif

void k_set_list(struct pith_thread *t) {
  bool limbo = t->suspended && t->blocked != K_STOPPED;

  t->list = limbo ? &K->limbo : &K->list[t->priority];
  t->bit = limbo ? 0 : 0x80000000u >> t->priority;
}

/* A ready list is a ring like a wait queue. Where the raised thread does not break the order of its ring, and code is to
 * be saved, it is treated as one. */
#if !PITH_FAST && !PITH_COOPERATIVE_THREADS
void k_ready(struct pith_thread *t) {
  k_waitq_insert((struct k_waitq *)t->list, t);
  K->ready |= t->bit;
}

void k_unready(struct pith_thread *t) {
  k_waitq_remove((struct k_waitq *)t->list, t);
  if (!*t->list) K->ready &= ~t->bit;
}
#else
void k_ready(struct pith_thread *t) {
  struct pith_thread *head = *t->list;

  if (head) {
    t->next = head;
    t->prev = head->prev;
    t->prev->next = t;
    head->prev = t;
    if (K_HAS_TURNS && t->flags & K_TAKES_TURNS) turn_begin(K_TURN_TICKS); /* last, and a jump: k_ready() saves no registers */
  } else {
    *t->list = t->next = t->prev = t;
    K->ready |= t->bit;
  }
}

void k_unready(struct pith_thread *t) {
  if (t->next == t) {
    *t->list = NULL;
    K->ready &= ~t->bit;
    return;
  }
  t->next->prev = t->prev;
  t->prev->next = t->next;
  if (*t->list == t) *t->list = t->next;
}
#endif

void k_ready_first(struct pith_thread *t) {
  k_ready(t);
  *t->list = t;
}

/* Ready means in a ring; the running thread must stay at the head of the ring it moves to. */
void k_reprioritize(struct pith_thread *t, unsigned priority) {
  if (t->priority == priority) return;
  if (PITH_COOPERATIVE_THREADS && t == R->raised) { /* its place in ring 0 does not depend on its priority */
    t->priority = (uint8_t)priority;
  } else if (k_is_blocked(t)) {
    struct k_waitq *q = t->wait;

    if (q) k_waitq_remove(q, t);
    t->priority = (uint8_t)priority;
    k_set_list(t);
    if (q) k_waitq_insert(q, t);
    if (k_waits_on_many(t)) k_proxies_reprioritize(t);
  } else {
    k_unready(t);
    t->priority = (uint8_t)priority;
    k_set_list(t);
    if (t == K->current) k_ready_first(t);
    else k_ready(t);
  }
}

void k_yield(void) {
  struct pith_thread *t = K->current;

  if (*t->list == t) *t->list = t->next;
}

/* Time slices. The domain is forgotten when a sliced thread is entered, so that every switch to one passes
 * here and starts its slice; when it is over and equals are ready, the next one's turn has come.
 *
 * A slice goes on while its thread is preempted, and ends then, too: else a thread that is preempted often
 * would begin anew each time, and its equals never run. One that is preempted by another sliced thread gets
 * the rest later: it stands in its deadline, which a thread that is ready has no use for, as a negative number. */
#if PITH_TIME_SLICES
static bool has_turn(const struct pith_thread *t) { return t && !k_is_blocked(t) && *t->list == t; }

static void slice_begin(struct pith_thread *t, uint32_t ticks) {
  k_timeout_disarm(&R->slice);
  k_timeout_arm(&R->slice, pith_now() + ticks);
  R->sliced = t;
}

static void slice_enter(struct pith_thread *t) {
  K->domain = NULL;
  if (R->slice.place) {
    if (R->sliced == t) return;
    if (has_turn(R->sliced)) {
      pith_time left = R->slice.deadline - pith_now();

      R->sliced->timeout.deadline = left > 0 ? -left : -1;
    }
  }
  slice_begin(t, t->timeout.deadline < 0 ? (uint32_t)-t->timeout.deadline : t->slice);
  t->timeout.deadline = 0;
}

void k_slice_over(void) {
  struct pith_thread *t = R->sliced;

  R->sliced = NULL;
  if (!has_turn(t)) return;
  if (t->next != t) *t->list = t->next;
  else if (t == K->current) slice_begin(t, t->slice);
}

void k_slice_forget(const struct pith_thread *t) {
  if (R->sliced == t) R->sliced = NULL;
}
#else
static void slice_enter(struct pith_thread *t) { (void)t; }
void k_slice_over(void) {}
#endif

#if PITH_COOPERATIVE_THREADS
static void coop_enter(struct pith_thread *t) {
  k_unready(t);
  t->list = &K->list[0];
  t->bit = 0x80000000u;
  k_ready_first(t);
  R->raised = t;
}

static void enter(struct pith_thread *t) {
  k_stack_entered(t);
  if (t->flags & PITH_COOPERATIVE) coop_enter(t);
  else if (t->slice) slice_enter(t);
}

/* The domain is forgotten so that the next switch into a cooperative thread passes coop_enter(), the
 * switch from one cooperative thread to another included. */
void k_coop_leave(void) {
  struct pith_thread *t = R->raised;

  if (!t) return;
  R->raised = NULL;
  K->domain = NULL;
  k_unready(t);
  k_set_list(t);
  k_ready_first(t);
}

static void raise_again(struct pith_thread *t) {
  if (t->domain != &k_domain_coop) return;
  K->domain = t->domain;
  coop_enter(t);
}

static long run_call(struct arch_frame *f, unsigned number) {
  switch (number) {
  case K_CALL_yield:
    k_yield();
    return 0;
  case K_CALL_sem_give:
    return k_sem_give((struct pith_sem *)(uintptr_t)f->r0, 1);
  case K_CALL_sem_take:
    return k_sem_take((struct pith_sem *)(uintptr_t)f->r0, PITH_FOREVER);
  case K_CALL_thread_suspend:
  case K_CALL_thread_resume:
    return K_FUNCTION(f->r1)(f->r0, 0, 0, 0);
  default:
    return K_FUNCTION(f->r12)(f->r0, f->r1, f->r2, f->r3);
  }
}

/* After kernel work with the cooperative thread lowered: if it goes on running, raise it again. */
void k_coop_settle(void) {
  if (!K->domain && k_best() == K->current) raise_again(K->current);
}

/* A call that neither blocked nor ended nor suspended its thread lets go of the processor only if it is
 * pith_yield(), whoever became ready meanwhile. */
long k_coop_call(struct arch_frame *frame, unsigned number) {
  struct pith_thread *t = K->current;
  long result;

  k_coop_leave();
  result = run_call(frame, number);
  if (number == K_CALL_yield || k_is_blocked(t) || t->dead || t->suspended) k_coop_settle();
  else raise_again(t);
  return result;
}
#else
static void enter(struct pith_thread *t) {
  k_stack_entered(t);
  if (t->slice) slice_enter(t);
}
#endif

/* A domain that counts its time hears when it gets the processor and when another domain does: it marks the FPU's
 * registers as somebody's, which the next change of domain looks at in any case. What it hears of may end the thread's turn, and then another one runs. */
struct pith_thread *k_entered(struct pith_thread *t) {
  struct k_domain *d = t->domain;

  if (!d->ops) {
    enter(t);
    return t;
  }
  if (d->ops->left) {
    R->told = d;
    K->fpu_dirty |= 1;
  }
  d->ops->entered(d);
  return k_best();
}

void k_left(void) {
  struct k_domain *d = R->told;

  R->told = NULL;
  if (d) d->ops->left(d);
}

/* The ready lists: who runs.
 *
 * One ring per priority, a bitmap of the rings that are not empty (bit 31 is priority 0), so the pick is
 * one CLZ. The running thread stays in its ring, at the head; so waking a thread into a ring that is not
 * empty can never preempt, and yield only advances the head. The idle thread is always ready: the bitmap
 * is never 0.
 *
 * A suspended thread keeps its place in the world but for two words: its list is the limbo ring and its
 * bit 0. Whoever wakes it, the assembly paths included, puts it there without a special case.
 *
 * A cooperative thread waits for its turn at its own priority. When it is about to run it moves to the
 * head of ring 0: nothing preempts from there. Before it may stop running it moves back. */
#include "kernel.h"

void k_set_list(struct pith_thread *t) {
  t->list = t->suspended ? &K->limbo : &K->list[t->priority];
  t->bit = t->suspended ? 0 : 0x80000000u >> t->priority;
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
 * here and starts its slice; when it is over and equals are ready, the next one's turn has come. */
#if PITH_TIME_SLICES
static void slice_start(struct pith_thread *t) {
  K->domain = NULL;
  k_timeout_disarm(&R->slice);
  k_timeout_arm(&R->slice, pith_now() + t->slice);
}

void k_slice_over(void) {
  struct pith_thread *t = K->current;

  if (!t->slice || k_is_blocked(t)) return;
  if (t->next != t && *t->list == t) *t->list = t->next;
  else if (*t->list == t) slice_start(t);
}
#else
static void slice_start(struct pith_thread *t) { (void)t; }
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

void k_entered(struct pith_thread *t) {
  if (t->flags & PITH_COOPERATIVE) coop_enter(t);
  else slice_start(t);
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
  case K_CALL_mutex_lock:
    return k_mutex_lock((struct pith_mutex *)(uintptr_t)f->r0, false, PITH_FOREVER);
  case K_CALL_mutex_unlock:
    return k_mutex_unlock((struct pith_mutex *)(uintptr_t)f->r0);
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
void k_entered(struct pith_thread *t) { slice_start(t); }
#endif

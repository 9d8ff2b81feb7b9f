/* Blocking and waking: nowhere else does a thread leave or enter the ready lists for an object's sake.
 *
 * A wait queue is a ring in priority order, FIFO among equals. A parked thread is in one queue (t->wait)
 * or in none (asleep), and in the timer heap if its wait has a deadline. The result a thread gets from
 * a successful wait, 0, is in its frame before it parks; only a wait that ends early (deadline,
 * cancel, deletion) writes another one. That write goes to the thread's stack, which for a process is an
 * allegation: it is checked again here, since the process may have changed its memory meanwhile.
 *
 * The assembly path of pith_sem_take() parks the only waiter without a deadline by itself and marks it
 * by t->blocked == 0; its links are not set then. settle() makes it like any other before it gets company or
 * has to leave, and then the semaphore's word says "ask the queue". */
#include "kernel.h"

static void settle(struct k_waitq *q, struct pith_thread *t) {
  ((struct pith_sem *)q)->word = K_SEM_WAITERS; /* q is the first member of its semaphore */
  t->blocked = K_BLOCKED;
  t->next = t->prev = t;
}

void k_waitq_insert(struct k_waitq *q, struct pith_thread *t) {
  struct pith_thread *head = q->head, *after;

  if (!head) {
    q->head = t->next = t->prev = t;
    return;
  }
  if (PITH_FAST && !head->blocked) settle(q, head);
  if (t->priority < head->priority) {
    after = head->prev;
    q->head = t;
  } else {
    after = head->prev;
    while (t->priority < after->priority) after = after->prev;
  }
  t->prev = after;
  t->next = after->next;
  after->next->prev = t;
  after->next = t;
}

void k_waitq_remove(struct k_waitq *q, struct pith_thread *t) {
  if (PITH_FAST && !t->blocked) settle(q, t);
  if (t->next == t) {
    q->head = NULL;
    return;
  }
  t->next->prev = t->prev;
  t->prev->next = t->next;
  if (q->head == t) q->head = t->next;
}

/* Parks current on q, or on nothing when q is NULL. */
long k_wait(struct k_waitq *q, pith_time deadline) {
  struct pith_thread *t = K->current;

  if (deadline != PITH_FOREVER) {
    if (deadline <= pith_now()) return -ETIMEDOUT;
    k_timeout_arm(&t->timeout, deadline); /* there is a place for each thread */
  }
  k_unready(t);
  t->wait = q;
  t->blocked = K_BLOCKED;
  if (q) k_waitq_insert(q, t);
  return 0;
}

/* Out of its queue and of the timer heap, into no list yet. */
static void unpark(struct pith_thread *t) {
  struct pith_mutex *m = t->wait_mutex;

  if (t->wait) k_waitq_remove(t->wait, t);
  if (k_waits_on_many(t)) k_proxies_leave(t);
  t->wait = NULL;
  t->wait_mutex = NULL;
  k_timeout_disarm(&t->timeout);
  if (m) k_mutex_waiter_left(m); /* in a circle of owners this may come back to t, which is in no list */
  t->blocked = 0;
}

struct pith_thread *k_wake(struct k_waitq *q) {
  struct pith_thread *t = q->head;

  if (!t) return NULL;
  if (k_is_proxy(t)) return k_proxy_won(t);
  t->wait_mutex = NULL; /* it leaves as the winner: nothing to give back */
  unpark(t);
  k_ready(t);
  return t;
}

void k_set_result(struct pith_thread *t, long result) {
  struct arch_frame *frame = t == K->current ? arch_call_frame() : (struct arch_frame *)t->sp;

  if (t->blocked == K_BLOCKED_RESTART && result == -ETIMEDOUT) return; /* the call is made again and looks at the clock itself */
  if (k_is_unprivileged(t)) {
    if (k_paged(t->domain)) {
      k_paged(t->domain)->result(t, result);
      return;
    }
    if (!k_user_writable(t->domain, (struct uslice){K_WORD(frame), sizeof *frame})) return;
  }
  if (t->blocked == K_BLOCKED_RESTART) arch_call_skip(frame);
  frame->r0 = (uint32_t)result;
}

void k_wake_with(struct pith_thread *t, long result) {
  k_set_result(t, result);
  unpark(t);
  k_ready(t);
}

void k_wake_unchanged(struct pith_thread *t) {
  unpark(t);
  k_ready(t);
}

void k_wake_parked(struct k_waitq *q, struct pith_thread *t) {
  k_waitq_remove(q, t);
  t->wait = NULL;
  t->blocked = 0;
  k_ready(t);
}

void k_wake_all(struct k_waitq *q, long result) {
  while (q->head) {
    if (k_is_proxy(q->head)) k_proxy_lost(q->head, result);
    else k_wake_with(q->head, result);
  }
}

/* A blocked thread that is to end: no result, no ready list. */
void k_abandon_wait(struct pith_thread *t) { unpark(t); }

long pith_monitor_again(void) {
  struct arch_frame *frame = arch_call_frame();

  arch_call_restart(frame);
  return (long)frame->r0; /* the call finds its first argument where it was */
}

long pith_monitor_wait_until(struct pith_waker *w, pith_time deadline) {
  long error = k_wait(&w->waiters, deadline);

  if (error) return error;
  K->current->blocked = K_BLOCKED_RESTART;
  return pith_monitor_again();
}

long pith_monitor_wait(struct pith_waker *w) { return pith_monitor_wait_until(w, PITH_FOREVER); }

static void waker_apply(struct k_post *post, uint32_t n) {
  struct pith_waker *w = (struct pith_waker *)post;

  (void)n;
  while (k_wake(&w->waiters)) continue;
}

void pith_waker_init(struct pith_waker *w) { *w = (struct pith_waker){.post = {.apply = waker_apply}}; }

static long wake_call(long w, long unused, long unused2) {
  (void)unused, (void)unused2;
  waker_apply((struct k_post *)w, 1);
  return 0;
}

/* HAZARD: a thread may not post. Preempted between counting and queueing it would hold back every other
 * wake-up of w until it runs again. */
void pith_wake(struct pith_waker *w) {
  if (arch_exception()) k_post(&w->post);
  else if (R->started) pith_monitor(wake_call, (long)(intptr_t)w, 0, 0); /* before, nobody waits */
}

static void deferred_apply(struct k_post *post, uint32_t n) {
  struct pith_deferred *d = (struct pith_deferred *)post;

  (void)n;
  d->run(d);
}

void pith_deferred_init(struct pith_deferred *d, void (*run)(struct pith_deferred *d)) {
  *d = (struct pith_deferred){.post = {.apply = deferred_apply}, .run = run};
}

static long defer_call(long d, long unused, long unused2) {
  (void)unused, (void)unused2;
  ((struct pith_deferred *)d)->run((struct pith_deferred *)d);
  return 0;
}

void pith_defer(struct pith_deferred *d) {
  if (arch_exception()) k_post(&d->post);
  else if (R->started) pith_monitor(defer_call, (long)(intptr_t)d, 0, 0);
}

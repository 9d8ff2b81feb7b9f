/* Work queues. The list of pending items and the worker's state are the kernel's. A thread submits by a call;
 * an interrupt marks the item pending, pushes it on a LIFO and posts, and the kernel turns the LIFO round
 * before it looks at anything else, so the order of submission is kept.
 *
 * The worker asks for its next item, which also says that the last one is done. That item's memory may be
 * gone by then: `running` is compared, never followed.
 *
 * Each item gets a ticket, one more than the last. They run in the order of tickets, so "all up to ticket n
 * is over" is two comparisons: the running item's ticket and the first pending one's are past n. That is what
 * flush and cancel_wait wait for; a cancelled item is in neither place. Tickets wrap, so they are compared by
 * their difference: fewer than 2^31 may be pending. */
#include "kernel.h"
#include "pith/work.h"

/* ---- in the kernel ---- */

static bool over(const struct pith_workq *q, uint32_t ticket) {
  if (q->running && (int32_t)(q->running_ticket - ticket) <= 0) return false;
  return !q->first || (int32_t)(q->first->ticket - ticket) > 0;
}

/* Wakes those whose work is over. They keep their ticket in wait_data. */
static void tell(struct pith_workq *q) {
  struct pith_thread *t = q->watchers.head;

  while (t) {
    struct pith_thread *next = t->next;
    bool last = next == q->watchers.head;

    if (over(q, K_WORD(t->wait_data))) k_wake_with(t, 0);
    t = last ? NULL : next;
  }
}

static void begin(struct pith_workq *q, struct pith_work *w) {
  q->running = w;
  q->running_ticket = w->ticket;
  w->pending = 0;
}

static void append(struct pith_workq *q, struct pith_work *w) {
  struct pith_thread *worker = q->worker.head;

  if (q->closed) {
    w->pending = 0;
    return;
  }
  w->queue = q;
  w->ticket = ++q->ticket;
  w->next = NULL;
  if (q->first) q->last = q->last->next = w;
  else q->first = q->last = w;
  if (worker) k_wake_with(worker, -EAGAIN); /* it asks again: until then the item is pending */
}

/* What interrupts have submitted so far. */
static void collect(struct pith_workq *q) {
  struct pith_work *w = (void *)(uintptr_t)arch_atomic_swap((volatile uint32_t *)&q->incoming, 0),
                   *first = NULL;

  while (w) {
    struct pith_work *next = w->next;

    w->next = first;
    first = w;
    w = next;
  }
  while (first) {
    w = first;
    first = w->next;
    append(q, w);
  }
}

static void incoming_apply(struct k_post *post, uint32_t n) {
  (void)n;
  collect((struct pith_workq *)((uint8_t *)post - offsetof(struct pith_workq, post)));
}

static long work_submit(struct pith_workq *q, struct pith_work *w) {
  collect(q);
  if (q->closed) return -EINVAL;
  if (arch_atomic_swap(&w->pending, 1)) return 1;
  append(q, w);
  return 0;
}
K_CALL(work_submit)

/* The worker's. The next item; 0 when the queue is closed; an error when its wait is over for whatever reason. */
static long work_next(struct pith_workq *q) {
  struct pith_work *w;

  q->running = NULL;
  collect(q);
  tell(q);
  w = q->first;
  if (!w) return q->closed ? 0 : k_wait(&q->worker, PITH_FOREVER);
  q->first = w->next;
  begin(q, w);
  return (long)K_WORD(w);
}
K_CALL(work_next)

static long cancel(struct pith_work *w) {
  struct pith_workq *q = w->queue;
  struct pith_work **link, *last = NULL;

  if (!q) return -ENOENT;
  collect(q);
  if (!w->pending) return q->running == w ? -EBUSY : -ENOENT;
  q = w->queue;
  for (link = &q->first; *link && *link != w; link = &last->next) last = *link;
  if (!*link) return -ENOENT; /* on its way into another queue */
  *link = w->next;
  if (q->last == w) q->last = last;
  w->pending = 0;
  tell(q);
  return 0;
}

static long work_cancel(struct pith_work *w) { return cancel(w); }
K_CALL(work_cancel)

static long wait_over(struct pith_workq *q, uint32_t ticket, pith_time deadline) {
  long result;

  if (over(q, ticket)) return 0;
  if (K->current == &q->thread) return -EDEADLK;
  result = k_wait(&q->watchers, deadline);
  if (!result) K->current->wait_data = (void *)(uintptr_t)ticket;
  return result;
}

static long work_cancel_wait(struct pith_work *w, uint32_t unused, pith_time deadline) {
  struct pith_workq *q = w->queue;

  (void)unused;
  cancel(w);
  return q && q->running == w ? wait_over(q, q->running_ticket, deadline) : 0;
}
K_CALL(work_cancel_wait)

static long work_flush(struct pith_workq *q, uint32_t unused, pith_time deadline) {
  (void)unused;
  if (q->closed) return -EIDRM;
  collect(q);
  return wait_over(q, q->ticket, deadline);
}
K_CALL(work_flush)

static long workq_close(struct pith_workq *q) {
  if (q->closed) return -EINVAL;
  if (K->current == &q->thread) return -EDEADLK;
  collect(q);
  q->closed = true;
  while (q->first) {
    struct pith_work *w = q->first;

    q->first = w->next; /* before an interrupt may submit it again */
    w->pending = 0;
  }
  k_wake_all(&q->watchers, -EIDRM);
  k_wake_all(&q->worker, 0);
  return 0;
}
K_CALL(workq_close)

/* Is it waiting for its time? The command is what an interrupt wants and the kernel has not done yet. */
static bool on_its_way(const struct pith_delayed *d) {
  return d->timer.timeout.place || d->timer.timeout.command == K_TIMER_START;
}

static void delay_over(struct pith_timer *timer) {
  struct pith_delayed *d = (struct pith_delayed *)((uint8_t *)timer - offsetof(struct pith_delayed, timer));

  pith_work_submit(d->work.queue, &d->work);
}

static long delayed_submit(struct pith_workq *q, struct pith_delayed *d, uint32_t span) {
  if (q->closed) return -EINVAL;
  if (on_its_way(d) || d->work.pending) return 1;
  d->work.queue = q;
  return k_timer_start(&d->timer, span);
}
K_CALL(delayed_submit)

static long delayed_cancel(struct pith_delayed *d) {
  bool waited = on_its_way(d);
  long result;

  k_timeout_disarm(&d->timer.timeout);
  if (d->timer.timeout.command) pith_timer_stop(&d->timer); /* instead of what an interrupt wanted */
  result = cancel(&d->work);
  return waited ? 0 : result;
}
K_CALL(delayed_cancel)

/* ---- the worker ---- */

/* No item lies where errors are, in the last page. */
static void work(void *arg) {
  for (;;) {
    long result = K_ENTER(work_next, arg, 0, 0, 0);
    struct pith_work *w = (struct pith_work *)(uintptr_t)result;

    if (!w) return;
    if (result < -4095 || result > 0) w->fn(w);
  }
}

/* ---- the caller's side ---- */

int pith_workq_init(struct pith_workq *q, const char *name, unsigned priority, void *stack,
                    size_t stack_size) {
  const struct pith_thread_attr attr = {
      .name = name, .priority = (uint8_t)priority, .stack = stack, .stack_size = (uint32_t)stack_size};

  if (priority > PITH_PRIORITIES - 2) return -EINVAL;
  *q = (struct pith_workq){.post = {.apply = incoming_apply}};
  return pith_thread_init(&q->thread, &attr, work, q);
}

int pith_workq_delete(struct pith_workq *q) {
  int result = (int)K_ENTER(workq_close, q, 0, 0, 0);

  return result ? result : pith_thread_join(&q->thread, NULL, PITH_FOREVER);
}

void pith_work_init(struct pith_work *w, void (*fn)(struct pith_work *work)) {
  *w = (struct pith_work){.fn = fn};
}

int pith_work_submit(struct pith_workq *q, struct pith_work *w) {
  if (!k_in_isr()) return (int)K_ENTER(work_submit, q, w, 0, 0);
  if (arch_atomic_swap(&w->pending, 1)) return 1;
  w->queue = q;
  arch_list_push((void *volatile *)&q->incoming, w, (void **)&w->next);
  k_post(&q->post);
  return 0;
}

int pith_work_cancel(struct pith_work *w) { return (int)K_ENTER(work_cancel, w, 0, 0, 0); }

int pith_work_cancel_wait(struct pith_work *w, pith_time deadline) {
  return (int)K_ENTER_TIME(work_cancel_wait, w, deadline);
}

int pith_work_flush(struct pith_workq *q, pith_time deadline) {
  return (int)K_ENTER_TIME(work_flush, q, deadline);
}

void pith_delayed_init(struct pith_delayed *d, void (*fn)(struct pith_work *work)) {
  *d = (struct pith_delayed){.work = {.fn = fn}};
  pith_timer_init(&d->timer, delay_over, 0);
}

int pith_delayed_submit(struct pith_workq *q, struct pith_delayed *d, pith_time span) {
  if (span < 1 || span > PITH_TIMER_MAX) return -EINVAL;
  if (!k_in_isr()) return (int)K_ENTER(delayed_submit, q, d, span, 0);
  if (on_its_way(d) || d->work.pending) return 1;
  d->work.queue = q;
  return pith_timer_start(&d->timer, span);
}

int pith_delayed_cancel(struct pith_delayed *d) { return (int)K_ENTER(delayed_cancel, d, 0, 0, 0); }

/* Waiting for any of several objects. The thread is parked in no queue (t->blocked == K_BLOCKED_MANY,
 * t->wait_data: its items), and each of its items stands as a proxy (blocked == K_PROXY) in one object's
 * queue. An item has what a queue needs of a thread, at the same offsets; where a thread has its saved
 * registers it has its own data.
 *
 * Who wakes the first of a queue and finds a proxy calls k_proxy_won(): the object's unit or message is taken
 * for the thread, all its proxies leave their queues, and it is ready with the index as its result. So as
 * soon as one item is consumed no other can be. No proxy stays behind its thread: every way out of a wait
 * (deadline, cancel, deletion) passes unpark() in wait.c, which makes the proxies leave.
 *
 * The kinds are separate constants, and items point to theirs: a build has the code of the kinds it waits
 * for. */
#include "kernel.h"
#include "event.h"
#include "queue.h"

#if PITH_WAIT_ANY

/* What is particular to a kind of object. */
struct pith_wait_kind {
  bool (*valid)(const struct pith_wait_item *item);
  bool (*take)(struct pith_wait_item *item);  /* without waiting */
  bool (*stand)(struct pith_wait_item *item); /* into the queue, by enqueue(); true: took it after all */
  bool (*won)(struct pith_wait_item *item);   /* it may take: false if there is nothing for it */
};

#define SAME(field)                                                                                          \
  _Static_assert(offsetof(struct pith_wait_item, field) == offsetof(struct pith_thread, field),              \
                 "a proxy's " #field " is where a thread's is")
SAME(next);
SAME(prev);
SAME(list);
SAME(bit);
SAME(wait);
SAME(priority);
SAME(blocked);

/* The queue's fields are only touched as a thread's. */
static struct pith_thread *proxy_of(struct pith_wait_item *item) { return (struct pith_thread *)item; }

static bool enqueue(struct pith_wait_item *item, struct k_waitq *q, uint8_t priority) {
  struct pith_thread *proxy = proxy_of(item);

  proxy->blocked = K_PROXY;
  proxy->wait = q;
  proxy->priority = priority;
  k_waitq_insert(q, proxy);
  return false;
}

static bool has_object(const struct pith_wait_item *item) { return item->object; }

/* ---- semaphores: the unit has been taken off by the one who gives it ---- */

static bool sem_take(struct pith_wait_item *item) { return k_sem_take(item->object, PITH_POLL) == 0; }

static bool sem_stand(struct pith_wait_item *item) {
  struct pith_sem *s = item->object;

  return k_sem_queue(s) || enqueue(item, &s->waiters, item->owner->priority);
}

static bool handed_over(struct pith_wait_item *item) {
  (void)item;
  return true;
}

const struct pith_wait_kind pith_wait_sem = {has_object, sem_take, sem_stand, handed_over};

/* ---- timers, by their semaphores ---- */

static struct pith_sem *sem_of(const struct pith_wait_item *item) {
  return &((struct pith_timer_sem *)item->object)->sem;
}

static bool timer_take(struct pith_wait_item *item) { return k_sem_take(sem_of(item), PITH_POLL) == 0; }

static bool timer_stand(struct pith_wait_item *item) {
  return k_sem_queue(sem_of(item)) || enqueue(item, &sem_of(item)->waiters, item->owner->priority);
}

const struct pith_wait_kind pith_wait_timer = {has_object, timer_take, timer_stand, handed_over};

/* ---- threads ---- */

static bool thread_valid(const struct pith_wait_item *item) {
  const struct pith_thread *t = item->object;

  return t && k_exists(t) && !k_is_unprivileged(t) && t != K->current;
}

static bool thread_take(struct pith_wait_item *item) { return ((struct pith_thread *)item->object)->dead; }

/* Behind the one thread that joins: thread.c tells it by its place. */
static bool thread_stand(struct pith_wait_item *item) {
  return enqueue(item, &((struct pith_thread *)item->object)->joiners, UINT8_MAX);
}

const struct pith_wait_kind pith_wait_thread = {thread_valid, thread_take, thread_stand, handed_over};

/* ---- message queues: the message is in the ring when the proxy wins ---- */

static bool queue_valid(const struct pith_wait_item *item) { return item->object && item->buffer; }

static bool queue_poll(struct pith_wait_item *item) { return k_queue_poll(item->object, item->buffer); }
static bool queue_take(struct pith_wait_item *item) { return k_queue_take(item->object, item->buffer); }

/* What an interrupt has sent since is posted: it finds the proxy. */
static bool queue_stand(struct pith_wait_item *item) {
  struct pith_queue *q = item->object;

  enqueue(item, &q->receivers, item->owner->priority);
  k_queue_watched(q);
  return false;
}

const struct pith_wait_kind pith_wait_queue = {queue_valid, queue_poll, queue_stand, queue_take};

/* ---- event flags: whoever sets bits takes them for the proxies they satisfy, then calls k_proxy_won() ----
 */

static bool event_valid(const struct pith_wait_item *item) {
  return item->object && item->bits && !(item->options & ~(PITH_EVENT_ALL | PITH_EVENT_CLEAR));
}

static bool event_poll(struct pith_wait_item *item) {
  return k_event_take_in_turn(item->object, item->bits, item->options, &item->got);
}

/* Nobody has waited: an interrupt that set bits meanwhile has not posted, so look again. */
static bool event_stand(struct pith_wait_item *item) {
  struct pith_event *e = item->object;
  bool first = !e->awaited;

  enqueue(item, &e->waiters, item->owner->priority);
  e->awaited = 1;
  return first && k_event_take(e, item->bits, item->options, &item->got);
}

const struct pith_wait_kind pith_wait_event = {event_valid, event_poll, event_stand, handed_over};

/* ---- in the kernel ---- */

static void leave(struct pith_thread *t) {
  struct pith_wait_item *items = t->wait_data;

  for (unsigned i = 0; i < items->count; i++) {
    struct pith_thread *proxy = proxy_of(&items[i]);

    if (proxy->wait) k_waitq_remove(proxy->wait, proxy);
    proxy->wait = NULL;
  }
}

static void reprioritize(struct pith_thread *t) {
  struct pith_wait_item *items = t->wait_data;

  for (unsigned i = 0; i < items->count; i++) {
    struct pith_thread *proxy = proxy_of(&items[i]);

    if (proxy->priority == UINT8_MAX) continue; /* a thread's */
    k_waitq_remove(proxy->wait, proxy);
    proxy->priority = t->priority;
    k_waitq_insert(proxy->wait, proxy);
  }
}

static struct pith_thread *won(struct pith_thread *proxy) {
  struct pith_wait_item *item = (struct pith_wait_item *)proxy;
  struct pith_thread *t = item->owner;

  if (!item->kind->won(item)) return NULL;
  k_wake_with(t, item - item->items);
  return t;
}

static void lost(struct pith_thread *proxy, long result) {
  struct pith_wait_item *item = (struct pith_wait_item *)proxy;

  item->result = (int)result;
  k_wake_with(item->owner, result);
}

static const struct k_proxy_ops ops = {won, lost, leave, reprioritize};

/* The caller parks last: until then taking an item only needs its proxies to leave. */
static long wait_any(struct pith_wait_item *items, unsigned n, pith_time deadline) {
  struct pith_thread *t = K->current;
  long result;

  if (!items || !n || n > UINT16_MAX) return -EINVAL;
  for (unsigned i = 0; i < n; i++) {
    if (!items[i].kind->valid(&items[i])) return -EINVAL;
    items[i].owner = t;
    items[i].items = items;
    items[i].ops = &ops;
    items[i].result = 0;
    proxy_of(&items[i])->wait = NULL;
  }
  for (unsigned i = 0; i < n; i++)
    if (items[i].kind->take(&items[i])) return (long)i;
  if (deadline != PITH_FOREVER && deadline <= pith_now()) return -ETIMEDOUT;
  items->count = (uint16_t)n;
  t->wait_data = items;
  for (unsigned i = 0; i < n; i++) {
    if (!items[i].kind->stand(&items[i])) continue;
    leave(t);
    return (long)i;
  }
  result = k_wait(NULL, deadline);
  if (result) leave(t);
  else t->blocked = K_BLOCKED_MANY;
  return result;
}
K_CALL(wait_any)

/* ---- the caller's side ---- */

int pith_wait_any(struct pith_wait_item *items, unsigned n, pith_time deadline) {
  return (int)arch_call(K_WORD(items), n, (uint32_t)(uint64_t)deadline, (uint32_t)((uint64_t)deadline >> 32),
                        K_CALL_OF_TIME(wait_any));
}

void pith_timer_give(struct pith_timer *timer) { pith_sem_give(&((struct pith_timer_sem *)timer)->sem); }
#endif /* PITH_WAIT_ANY */

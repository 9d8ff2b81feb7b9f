/* Waiting for whichever of several objects comes first.
 *
 *   struct order { uint32_t what, where; };
 *   PITH_QUEUE(orders, sizeof(struct order), 4);
 *   static struct pith_sem door = PITH_SEM_INIT(0);
 *
 *   void keeper(void *worker) {
 *     struct order order;
 *     struct pith_wait_item items[] = {
 *         PITH_WAIT_ON_SEM(&door),
 *         PITH_WAIT_ON_QUEUE(&orders, &order),
 *         PITH_WAIT_ON_THREAD(worker),
 *     };
 *     int i = pith_wait_any(items, 3, pith_deadline(PITH_MS(100)));
 *
 *     if (i == 1) carry_out(&order);
 *   }
 *
 * Exactly one item is consumed: the unit is taken, the message received, or the bits cleared, of that object
 * and of no other. A thread that waits for many stands in each object's queue at its priority. */
#ifndef PITH_ANY_H
#define PITH_ANY_H
#include "pith/sem.h"
#include "pith/thread.h"
#include "pith/timer.h"
#include "pith/types.h"

struct pith_queue;
struct pith_event;
struct k_proxy_ops;

/* A timer that can be waited for: each expiry gives a unit to sem. Make it with pith_timer_init(&t->timer,
 * pith_timer_give, flags) and sem zeroed; start and stop t->timer. Units of expiries nobody has waited for
 * stay until they are taken or sem is made anew. */
struct pith_timer_sem {
  struct pith_timer timer;
  struct pith_sem sem;
};
/* The function of such a timer. */
void pith_timer_give(struct pith_timer *timer);

struct pith_wait_kind;
extern const struct pith_wait_kind pith_wait_sem;    /* takes a unit */
extern const struct pith_wait_kind pith_wait_thread; /* it has ended; it is still to be joined */
extern const struct pith_wait_kind pith_wait_timer;  /* takes one expiry of a struct pith_timer_sem */
extern const struct pith_wait_kind pith_wait_queue;  /* receives a message */
extern const struct pith_wait_kind pith_wait_event;  /* finds any or all of some bits, clears them if asked */

/* Filled in by the caller down to bits; the rest is the kernel's, and got and result its answers. */
struct pith_wait_item {
  const struct pith_wait_kind *kind;
  void *object;
  void *buffer;    /* for the message of a queue */
  uint8_t options; /* of an event */
  uint8_t unused;
  uint16_t count;
  uint32_t bits; /* of an event */
  uint32_t got;  /* bits of the event, if it is the item returned */
  int result;    /* -EIDRM: this object was deleted */
  struct pith_thread *owner;
  struct pith_wait_item *items;
  const struct k_proxy_ops *ops;
  K_QUEUED;
};

#define PITH_WAIT_ON_SEM(s)                                                                                  \
  { .kind = &pith_wait_sem, .object = (s) }
#define PITH_WAIT_ON_THREAD(t)                                                                               \
  { .kind = &pith_wait_thread, .object = (t) }
#define PITH_WAIT_ON_TIMER(t)                                                                                \
  { .kind = &pith_wait_timer, .object = (t) }
#define PITH_WAIT_ON_QUEUE(q, message)                                                                       \
  { .kind = &pith_wait_queue, .object = (q), .buffer = (message) }
/* mask and how: as for pith_event_wait() */
#define PITH_WAIT_ON_EVENT(e, mask, how)                                                                     \
  { .kind = &pith_wait_event, .options = (how), .object = (e), .bits = (mask) }

/* Waits until one of items[0..n - 1] (n 1..65535) can be had, and takes it; of several that can be had at
 * once, the first. Its index, or -ETIMEDOUT, -ECANCELED, -EIDRM (an object was deleted: its item's result
 * says so), -EINVAL (no items, no such thread, the caller itself). The items are the kernel's until the
 * return. Thread. O(n) without waiting; to wait, n insertions into queues in priority order. */
int pith_wait_any(struct pith_wait_item *items, unsigned n, pith_time deadline);
#endif

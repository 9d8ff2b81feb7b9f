/* Work queues: functions that a thread of the queue's own calls one after the other, in the order of
 * submission.
 *
 *   static struct pith_workq background;
 *   static uint64_t stack[128];
 *   static void blink(struct pith_work *w) { toggle_led(); }
 *   static struct pith_work work = PITH_WORK_INIT(blink);
 *
 *   int background_start(void) { return pith_workq_init(&background, "background", 20, stack, sizeof stack); }
 *   void button_isr(void) { pith_work_submit(&background, &work); }
 *
 * An item is pending from its submission until its function begins; submitting it again meanwhile changes
 * nothing. When its function has begun the item is free: the function may submit it again, to any queue, or
 * free its memory. */
#ifndef PITH_WORK_H
#define PITH_WORK_H
#include "pith/thread.h"
#include "pith/timer.h"
#include "pith/types.h"

struct pith_workq;

/* The fields are the kernel's; fn is set once. */
struct pith_work {
  struct pith_work *next;
  void (*fn)(struct pith_work *work); /* called in the queue's thread; may block */
  struct pith_workq *queue;           /* it was submitted to last */
  uint32_t ticket;                    /* its place in the queue's history */
  volatile uint32_t pending;
};
#define PITH_WORK_INIT(function)                                                                             \
  { .fn = (function) }

/* Work that is submitted after a time. */
struct pith_delayed {
  struct pith_work work;
  struct pith_timer timer;
};

struct pith_workq {
  struct pith_work *first, *last;      /* pending, in order */
  struct pith_work *volatile incoming; /* LIFO of what interrupts have submitted */
  struct k_post post;
  struct pith_work *running;       /* NULL: none; may be memory that is no item any more */
  uint32_t running_ticket, ticket; /* ticket: the last one given */
  struct k_waitq worker, watchers; /* the thread, for work; threads that wait for work to be over */
  uint8_t closed;
  struct pith_thread thread;
};

/* Makes q and its thread, of the given priority (0..PITH_PRIORITIES - 2), on a stack as for
 * pith_thread_init(). name is kept by reference. 0, -EINVAL, -EAGAIN (PITH_THREADS exist). Boot or thread.
 * O(stack). */
int pith_workq_init(struct pith_workq *q, const char *name, unsigned priority, void *stack,
                    size_t stack_size);
/* Pending items will not run, waits on q end with -EIDRM, the running item is waited for, the thread is gone.
 * 0, -EINVAL (deleted already), -EDEADLK (from an item of q), -ECANCELED (q is closed, the item still runs).
 * Thread. */
int pith_workq_delete(struct pith_workq *q);

/* Makes w call fn. Any context, before its first use. */
void pith_work_init(struct pith_work *w, void (*fn)(struct pith_work *work));
/* Submits w to q. 0, 1 (it is pending already, here or in another queue: nothing changed), -EINVAL (q is
 * deleted; from an ISR the item is then just dropped). Thread or ISR of any priority. O(1); in an ISR it is
 * queued when the ISR has returned. */
int pith_work_submit(struct pith_workq *q, struct pith_work *w);
/* Keeps w from running if it is pending. 0 (it was pending), -EBUSY (it is running, and is not pending),
 * -ENOENT (neither). Thread. O(items pending). */
int pith_work_cancel(struct pith_work *w);
/* The same, then waits until w is not running, at most until a deadline: after 0 its memory is free for
 * other use, if nobody submits it. 0, -ETIMEDOUT, -ECANCELED, -EIDRM (queue deleted), -EDEADLK (from w's own
 * function). Thread. */
int pith_work_cancel_wait(struct pith_work *w, pith_time deadline);
/* Waits until all that was submitted to q before has run or been cancelled. 0, -ETIMEDOUT, -ECANCELED, -EIDRM
 * (queue deleted), -EDEADLK (from an item of q). Thread. */
int pith_work_flush(struct pith_workq *q, pith_time deadline);
/* True while w is submitted and has not begun. Any context. */
static inline int pith_work_pending(const struct pith_work *w) { return w->pending != 0; }

/* Makes d->work call fn. Any context, before its first use. */
void pith_delayed_init(struct pith_delayed *d, void (*fn)(struct pith_work *work));
/* Submits d->work to q after at least `span` ticks (1..PITH_TIMER_MAX). 0, 1 (it is on its way already, or
 * pending: nothing changed), -EINVAL, -EAGAIN (as pith_timer_start()). Thread or ISR. O(log timers). */
int pith_delayed_submit(struct pith_workq *q, struct pith_delayed *d, pith_time span);
/* Stops the delay, or cancels as pith_work_cancel() does: 0, -EBUSY, -ENOENT. Thread. */
int pith_delayed_cancel(struct pith_delayed *d);
#endif

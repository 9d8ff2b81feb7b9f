/* Software timers: a function called once or over and over, in the kernel context.
 *
 * The function may do what an interrupt handler may: give, send without waiting, set events, start and stop
 * timers, wake work. It must be short: threads wait for it, interrupts do not.
 *
 *   static struct pith_sem silence = PITH_SEM_INIT(0);
 *   static struct pith_timer watch;
 *
 *   static void too_quiet(struct pith_timer *timer) { pith_sem_give(&silence); }
 *
 *   int watch_start(void) { return pith_timer_init(&watch, too_quiet, 0); }
 *   void link_isr(void) { pith_timer_start(&watch, PITH_MS(50)); } // anew with each packet
 */
#ifndef PITH_TIMER_H
#define PITH_TIMER_H
#include "pith/types.h"

#define PITH_TIMER_PERIODIC 1u /* fires every span, not just once */

struct pith_timer {
  struct k_timeout timeout;
  uint32_t span; /* ticks */
  void (*fn)(struct pith_timer *timer);
  void *post_next; /* commands of interrupts not yet applied: kernel/post.c */
};

/* The longest span, ticks. */
#define PITH_TIMER_MAX 0x7fffffffu

/* Makes t usable. 0, -EINVAL (no fn, unknown flags). Any context, before its first use. */
int pith_timer_init(struct pith_timer *t, void (*fn)(struct pith_timer *timer), unsigned flags);
/* Starts t, anew if it runs: it fires after at least `span` ticks (1..PITH_TIMER_MAX), periodic ones then every
 * `span` ticks without drift. 0, -EINVAL, -EAGAIN (PITH_TIMERS are armed; from an ISR the timer then just does
 * not start). Any context; in an ISR it takes effect when the ISR has returned. O(log timers). */
int pith_timer_start(struct pith_timer *t, pith_time span);
/* Stops t; after the return in a thread its function is not running and will not be called. 0, -EINVAL if
 * it was not running (never from an ISR). Any context. O(log timers). */
int pith_timer_stop(struct pith_timer *t);
/* Ticks until it fires, 0 if it is not running. Thread. O(1). */
pith_time pith_timer_left(const struct pith_timer *t);
#endif

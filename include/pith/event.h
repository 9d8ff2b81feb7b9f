/* Event flags: 32 bits that threads wait for, any of some or all of them.
 *
 * A bit stays set until it is cleared: by pith_event_clear(), or by a waiter that asked for
 * PITH_EVENT_CLEAR. When bits are set, all waiters are looked at, the most urgent first, first come first
 * served among equals; each one that is satisfied goes on, and what it clears is not there for the next.
 *
 *   enum { RECEIVED = 1, SENT = 2, STOP = 4 };
 *   static struct pith_event link = PITH_EVENT_INIT(0);
 *
 *   void uart_isr(void) { pith_event_set(&link, RECEIVED); }
 *
 *   void link_thread(void *unused) {
 *     uint32_t got;
 *     do {
 *       if (pith_event_wait(&link, RECEIVED | SENT | STOP, PITH_EVENT_CLEAR, &got)) return;
 *       if (got & RECEIVED) read_all();
 *     } while (!(got & STOP));
 *   }
 */
#ifndef PITH_EVENT_H
#define PITH_EVENT_H
#include "pith/types.h"

#define PITH_EVENT_ANY 0u   /* one of the bits is enough */
#define PITH_EVENT_ALL 1u   /* every one of the bits must be set at the same time */
#define PITH_EVENT_CLEAR 2u /* the bits that were waited for and found set are cleared */

struct pith_event {
  struct k_post post;
  struct k_waitq waiters;
  volatile uint32_t bits;
  volatile uint32_t awaited; /* not 0: there may be waiters */
};
void k_event_apply(struct k_post *post, uint32_t n);
#define PITH_EVENT_INIT(bits) {{k_event_apply, 0, 0}, {0}, (bits), 0}

/* Makes e usable, with some bits set. Any context, before its first use. */
void pith_event_init(struct pith_event *e, uint32_t bits);
/* Sets bits, and wakes whom they satisfy; bits set by several interrupts before the kernel gets to run
 * count as set at once. 0. Any context, any interrupt priority. O(1) without kernel entry when nobody
 * waits, and in an ISR; else O(waiters) in the kernel. */
int pith_event_set(struct pith_event *e, uint32_t bits);
/* Clears bits. 0. Any context, any interrupt priority. O(1), no kernel entry. */
int pith_event_clear(struct pith_event *e, uint32_t bits);
/* The bits that are set. Any context. O(1). */
uint32_t pith_event_get(const struct pith_event *e);
/* Waits for any (or PITH_EVENT_ALL) of bits; *got (may be NULL): those of them that were set, untouched on an
 * error. 0, -EINVAL (bits is 0, unknown options), -ECANCELED, -EIDRM. Thread. O(waiters); no kernel
 * entry when they are set and nobody else waits. */
int pith_event_wait(struct pith_event *e, uint32_t bits, unsigned options, uint32_t *got);
/* The same until a deadline. Also -ETIMEDOUT. Thread. */
int pith_event_wait_until(struct pith_event *e, uint32_t bits, unsigned options, uint32_t *got,
                          pith_time deadline);
/* The same for a span of ticks from now; PITH_POLL does not wait. */
int pith_event_wait_for(struct pith_event *e, uint32_t bits, unsigned options, uint32_t *got, pith_time span);
/* Ends every wait on e with -EIDRM; the bits stay. Thread. O(waiters). */
int pith_event_delete(struct pith_event *e);
#endif

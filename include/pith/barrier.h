/* Barriers: threads wait for each other until n have come, then all go on.
 *
 *   static struct pith_barrier phase = PITH_BARRIER_INIT(3);
 *
 *   void worker(void *part) {
 *     for (;;) {
 *       compute(part);
 *       if (pith_barrier_wait(&phase) == PITH_BARRIER_SERIAL) publish();
 *       pith_barrier_wait(&phase);
 *     }
 *   }
 */
#ifndef PITH_BARRIER_H
#define PITH_BARRIER_H
#include "pith/types.h"

#define PITH_BARRIER_SERIAL 1 /* what one of the n gets: the last to come */

struct pith_barrier {
  struct k_waitq waiters;
  uint32_t n;
};
/* n: 1 or more. */
#define PITH_BARRIER_INIT(n) {{0}, (n)}

/* Makes b a barrier for n threads. 0, -EINVAL (n is 0). Any context, before its first use. */
int pith_barrier_init(struct pith_barrier *b, uint32_t n);
/* Waits until n threads have come, and makes them ready in the order of their priorities; b can be used
 * again at once. 0, PITH_BARRIER_SERIAL for the last to come, -ECANCELED, -EIDRM. Thread. O(n). */
int pith_barrier_wait(struct pith_barrier *b);
/* The same until a deadline; a thread that gives up does not count any more. Also -ETIMEDOUT. Thread. */
int pith_barrier_wait_until(struct pith_barrier *b, pith_time deadline);
/* The same for a span of ticks from now; PITH_POLL succeeds only for the last to come. */
int pith_barrier_wait_for(struct pith_barrier *b, pith_time span);
/* Ends every wait on b with -EIDRM. Thread. O(n). */
int pith_barrier_delete(struct pith_barrier *b);
#endif

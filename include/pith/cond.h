/* Condition variables: a thread that holds a mutex waits, without it, until another one says that
 * something has changed, and holds the mutex again when it goes on. Nothing is remembered: a signal that
 * finds nobody waiting is lost, so what is waited for must be in variables the mutex guards, and looked at
 * in a loop.
 *
 * A broadcast is no stampede: the kernel moves the waiters to the mutex's queue, and each runs when it has
 * got the mutex. With one mutex for all waiters, they go on in the order of their priorities.
 *
 *   static struct pith_mutex lock = PITH_MUTEX_INIT;
 *   static struct pith_cond filled = PITH_COND_INIT;
 *   static int jobs;
 *
 *   void next_job(void) {
 *     pith_mutex_lock(&lock);
 *     while (!jobs) pith_cond_wait(&filled, &lock);
 *     jobs--;
 *     pith_mutex_unlock(&lock);
 *   }
 */
#ifndef PITH_COND_H
#define PITH_COND_H
#include "pith/mutex.h"

struct pith_cond {
  struct k_waitq waiters;
};
#define PITH_COND_INIT {{0}}

/* Makes c usable. Any context, before its first use. */
void pith_cond_init(struct pith_cond *c);
/* Unlocks m, waits for a signal, locks m again; nothing can come between the first two. Whatever ends the
 * wait, the caller holds m on return, but for the errors marked *. 0 (signalled), -ECANCELED (a signal
 * that had reached it before is used up), -EIDRM (c deleted; *: m deleted), -EOWNERDEAD (of m: somebody
 * ended holding it meanwhile), *-ENOTRECOVERABLE (of m), -EPERM (*: m is not the caller's), -EINVAL
 * (locked more than once; *: the caller has become more urgent than m's ceiling). Cancelling does not end
 * the wait for m. Thread. O(waiters). */
int pith_cond_wait(struct pith_cond *c, struct pith_mutex *m);
/* The same until a deadline, after which m is waited for without one. Also -ETIMEDOUT; if the deadline has
 * passed already, without unlocking m. Thread. */
int pith_cond_wait_until(struct pith_cond *c, struct pith_mutex *m, pith_time deadline);
/* The same for a span of ticks from now. */
int pith_cond_wait_for(struct pith_cond *c, struct pith_mutex *m, pith_time span);
/* Ends the wait of the most urgent waiter, of every waiter. The caller need not hold the mutex. 0. Thread.
 * O(threads that wait for the mutex), for each waiter; no kernel entry when nobody waits. */
int pith_cond_signal(struct pith_cond *c);
int pith_cond_broadcast(struct pith_cond *c);
/* Ends every wait on c with -EIDRM. Thread. O(waiters). */
int pith_cond_delete(struct pith_cond *c);
#endif

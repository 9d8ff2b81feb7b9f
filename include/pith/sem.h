/* Counting semaphores. A unit given goes to the most urgent waiter, first come first served among
 * equals; with no waiter, give and take are LDREX/STREX in the caller's own mode and never enter the
 * kernel.
 *
 *   static struct pith_sem received = PITH_SEM_INIT(0);
 *
 *   void link_isr(void) { pith_sem_give(&received); }
 *
 *   void link_thread(void *unused) {
 *     for (;;) {
 *       if (pith_sem_take_for(&received, PITH_MS(100)) == -ETIMEDOUT) say_hello();
 *       else read_packet();
 *     }
 *   }
 */
#ifndef PITH_SEM_H
#define PITH_SEM_H
#include "pith/types.h"

#define PITH_SEM_MAX 0x80000000u
#define PITH_SEM_LIMIT_MAX 0x3FFFu

/* word <= 0: minus the units. 1: exactly one waiter, without deadline. More: the queue tells. From 0x60000000 on: it has a
 * limit, 14 bits, and then its units, 14 bits. */
struct pith_sem {
  struct k_waitq waiters; /* valid while word > 0 */
  volatile int32_t word;
  void *post_next; /* gives by interrupts that found waiters: kernel/post.c */
  volatile uint32_t pending;
};
#define PITH_SEM_INIT(n)                                                                                     \
  { {0}, (int32_t)(0u - (n)), 0, 0 }
#define PITH_SEM_INIT_LIMITED(n, limit)                                                                      \
  { {0}, (int32_t)(0x60000000u | (uint32_t)(limit) << 14 | (n)), 0, 0 }

/* Makes s hold n units. 0, -EINVAL if n > PITH_SEM_MAX. Any context, before its first use. */
int pith_sem_init(struct pith_sem *s, uint32_t n);
#if PITH_SEM_LIMITS
/* The same, and s never holds more than limit units, 1 to PITH_SEM_LIMIT_MAX: a limit of 1 makes it binary. Each give and
 * take is a kernel entry then. 0, -EINVAL if there is no such limit or n is above it. */
int pith_sem_init_limited(struct pith_sem *s, uint32_t n, uint32_t limit);
#endif
/* Gives one unit. 0, -EOVERFLOW at PITH_SEM_MAX or the limit. Any context, any interrupt priority. O(1); no kernel
 * entry when nobody waits. What interrupts give beyond the limit while threads leave its queue is dropped without a word. */
int pith_sem_give(struct pith_sem *s);
/* Takes one unit, waiting as long as it takes. 0, -ECANCELED, -EIDRM. Thread. O(1), no kernel entry when
 * there is one; O(waiters) when it waits. */
int pith_sem_take(struct pith_sem *s);
/* The same until a deadline. 0, -ETIMEDOUT, -ECANCELED, -EIDRM. Thread. O(log threads) when it waits. */
int pith_sem_take_until(struct pith_sem *s, pith_time deadline);
/* The same for a span of ticks from now; PITH_POLL does not wait, PITH_FOREVER does not give up. */
int pith_sem_take_for(struct pith_sem *s, pith_time span);
/* Units now; 0 when threads wait. Any context. O(1). */
uint32_t pith_sem_count(const struct pith_sem *s);
/* Ends every wait on s with -EIDRM and leaves it with no units; a limit stays. 0. Thread. O(waiters). */
int pith_sem_delete(struct pith_sem *s);
#endif

/* Mutexes with priority inheritance: the owner runs at the priority of the most urgent thread that
 * waits for any mutex it holds, through chains of owners, and falls back when they go. Without
 * contention, lock and unlock of a mutex without PITH_MUTEX_ROBUST and PITH_MUTEX_CEILING are LDREX/STREX in
 * the caller's own mode.
 *
 *   static struct pith_mutex table_lock = PITH_MUTEX_INIT_WITH(PITH_MUTEX_ROBUST | PITH_MUTEX_CEILING(3));
 *
 *   int add(int entry) {
 *     int error = pith_mutex_lock(&table_lock);
 *
 *     if (error == -EOWNERDEAD) {
 *       repair_table();
 *       error = pith_mutex_consistent(&table_lock);
 *     }
 *     if (error) return error;
 *     enter_into_table(entry);
 *     return pith_mutex_unlock(&table_lock);
 *   }
 */
#ifndef PITH_MUTEX_H
#define PITH_MUTEX_H
#include "pith/types.h"

/* An owner that ends passes its mutexes on, and the next one to own each is told by -EOWNERDEAD. Of a mutex
 * without options and waiters the kernel learns only when the next one locks it: if the owner's struct
 * pith_thread serves another thread by then, that one is taken for the owner. Where owners may be deleted,
 * PITH_MUTEX_ROBUST. */

/* The owner may lock again, up to 65536 times; as many unlocks free it. */
#define PITH_MUTEX_RECURSIVE 1u
/* Once an owner has ended holding it, each lock is -EOWNERDEAD until an owner has called
 * pith_mutex_consistent(); if one unlocks it without, it is of no use any more: -ENOTRECOVERABLE. Every lock
 * and unlock enters the kernel, so the memory of an owner that ended may serve another thread at once. */
#define PITH_MUTEX_ROBUST 4u
/* Whoever holds it runs at this priority at least (0..PITH_PRIORITIES - 2): no thread that uses the mutex can
 * preempt the owner. Every lock and unlock enters the kernel. */
#define PITH_MUTEX_CEILING(priority) (8u | (unsigned)(priority) << 8)

struct pith_mutex {
  volatile uint32_t word; /* 0 free, else the owner; bit 0: the kernel knows (alone: free, but ask it) */
  struct k_waitq waiters;
  struct pith_mutex *next; /* in the owner's list of held mutexes, when bit 0 is set */
  uint8_t flags, ceiling;
  uint16_t depth; /* recursion: locks beyond the first */
};
#define PITH_MUTEX_INIT {0, {0}, 0, 0, 0, 0}
/* With options that are right: nobody checks them. Does not compile without PITH_MUTEX_OPTIONS. */
#define PITH_MUTEX_INIT_WITH(options)                                                                        \
  {(((options) & 12u) != 0) + K_MUTEX_MAY(options), {0}, 0, (options) & 0xFFu, (options) >> 8, 0}
#define K_MUTEX_MAY(options) (0 * sizeof(char[PITH_MUTEX_OPTIONS || !(options) ? 1 : -1]))

/* Makes m free; options: any of the three above, or 0. 0, -EINVAL (unknown ones, no such priority), -ENOTSUP (options,
 * and PITH_MUTEX_OPTIONS is 0). Any context, before its first use. */
int pith_mutex_init(struct pith_mutex *m, unsigned options);
/* Locks, waiting as long as it takes. 0, -EDEADLK (already the caller's), -EAGAIN (too often recursively),
 * -EINVAL (the caller's own priority is more urgent than the ceiling), -EOWNERDEAD (locked, but its last
 * owner ended holding it: what it guards may be half done), -ENOTRECOVERABLE, -ECANCELED, -EIDRM. Thread.
 * O(waiters) when it waits, for each owner in the chain. */
int pith_mutex_lock(struct pith_mutex *m);
/* The same until a deadline. Also -ETIMEDOUT. Thread. */
int pith_mutex_lock_until(struct pith_mutex *m, pith_time deadline);
/* The same for a span of ticks from now; PITH_POLL does not wait. */
int pith_mutex_lock_for(struct pith_mutex *m, pith_time span);
/* Unlocks; the most urgent waiter owns it next. 0, -EPERM if the caller is not the owner. Thread.
 * O(mutexes the caller holds and the kernel knows of). */
int pith_mutex_unlock(struct pith_mutex *m);
/* What a robust m guards is in order again: the owner that was told -EOWNERDEAD says so before it unlocks. 0,
 * -EPERM (not the owner), -EINVAL (not robust, or no owner has died). Thread. O(1). */
int pith_mutex_consistent(struct pith_mutex *m);
/* The owner, or NULL. Any context. */
struct pith_thread *pith_mutex_owner(const struct pith_mutex *m);
/* Ends every wait on m with -EIDRM and leaves it free, as pith_mutex_init() does. Thread. O(waiters). */
int pith_mutex_delete(struct pith_mutex *m);
#endif

/* Mutexes with priority inheritance: the owner runs at the priority of the most urgent thread that
 * waits for any mutex it holds, through chains of owners, and falls back when they go. Without
 * contention, lock and unlock are LDREX/STREX in the caller's own mode. */
#ifndef PITH_MUTEX_H
#define PITH_MUTEX_H
#include "pith/types.h"

#define PITH_MUTEX_RECURSIVE 1u /* the owner may lock again; as many unlocks free it; every call enters the kernel */

struct pith_mutex {
  volatile uint32_t word; /* 0 free, else the owner; bit 0: the kernel knows (waiters, or tracked) */
  struct k_waitq waiters;
  struct pith_mutex *next; /* in the owner's list of held mutexes, when bit 0 is set */
  uint8_t flags, tracked;
  uint16_t depth; /* recursion: locks beyond the first */
};
#define PITH_MUTEX_INIT {0, {0}, 0, 0, 0, 0}

/* Makes m free. 0, -EINVAL (unknown flags). Any context, before its first use. */
int pith_mutex_init(struct pith_mutex *m, unsigned flags);
/* Locks, waiting as long as it takes. 0, -EDEADLK (already the caller's), -EOWNERDEAD (locked, but its
 * last owner ended holding it: what it guards may be half done), -ECANCELED, -EIDRM. Thread. */
int pith_mutex_lock(struct pith_mutex *m);
/* The same until a deadline. Also -ETIMEDOUT. Thread. */
int pith_mutex_lock_until(struct pith_mutex *m, pith_time deadline);
/* The same for a span of ticks from now; PITH_POLL does not wait. */
int pith_mutex_lock_for(struct pith_mutex *m, pith_time span);
/* Unlocks; the most urgent waiter owns it next. 0, -EPERM if the caller is not the owner. Thread. */
int pith_mutex_unlock(struct pith_mutex *m);
/* The owner, or NULL. Any context. */
struct pith_thread *pith_mutex_owner(const struct pith_mutex *m);
/* Ends every wait on m with -EIDRM and leaves it free. Thread. */
int pith_mutex_delete(struct pith_mutex *m);
#endif

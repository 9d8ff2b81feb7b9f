/* Reader-writer locks: many readers, or one writer.
 *
 * Who waits does so in order of priority, first come first served among equals. A waiting writer keeps new
 * readers out that are not more urgent than itself; so writers are not starved by their equals, and urgent
 * readers do not wait for the readers of a less urgent writer to finish. When the lock comes free it goes
 * to the most urgent waiter; if that is a reader, to all readers that are ahead of the first writer.
 *
 * Without contention, locking and unlocking is LDREX/STREX in the caller's own mode. Locking what the caller
 * holds already is not allowed: a writer gets -EDEADLK; a reader that reads again may wait for a writer that
 * waits for itself.
 *
 * A writer inherits the priority of whoever waits for it, as with a mutex. Readers do not: the lock does
 * not know them, only how many. A reader that ends without unlocking leaves the lock to readers for good.
 * Not in a build with PITH_MUTEX_OPTIONS 0.
 *
 *   static struct pith_rwlock routes_lock = PITH_RWLOCK_INIT;
 *
 *   int find_route(uint32_t address) {
 *     int error = pith_rwlock_read_lock(&routes_lock), route;
 *     if (error) return error;
 *     route = search(address);
 *     pith_rwlock_unlock(&routes_lock);
 *     return route;
 *   }
 */
#ifndef PITH_RWLOCK_H
#define PITH_RWLOCK_H
#include "pith/mutex.h"

struct pith_rwlock {
  struct pith_mutex gate;                  /* all waiters; its owner is the writer they wait for */
  void (*changed)(struct pith_rwlock *rw); /* a waiter has left, or the writer has ended */
  volatile uint32_t
      word; /* 0 free, else the writer, or bit 1 and four times the readers; bit 0: see the gate */
};
void k_rwlock_changed(struct pith_rwlock *rw);
#define PITH_RWLOCK_INIT {{0, {0}, 0, 0x10, 0, 0}, k_rwlock_changed, 0}

/* Makes rw free. Any context, before its first use. */
void pith_rwlock_init(struct pith_rwlock *rw);
/* Locks for reading. 0, -EDEADLK (the caller is the writer), -EOWNERDEAD (locked, but the last writer ended
 * holding it: what it guards may be half done; said once), -ECANCELED, -EIDRM. Thread. O(waiters) when others
 * wait. */
int pith_rwlock_read_lock(struct pith_rwlock *rw);
/* The same until a deadline. Also -ETIMEDOUT. Thread. */
int pith_rwlock_read_lock_until(struct pith_rwlock *rw, pith_time deadline);
/* The same for a span of ticks from now; PITH_POLL does not wait. */
int pith_rwlock_read_lock_for(struct pith_rwlock *rw, pith_time span);
/* Locks for writing; results as above. Thread. O(waiters) when it waits. */
int pith_rwlock_write_lock(struct pith_rwlock *rw);
int pith_rwlock_write_lock_until(struct pith_rwlock *rw, pith_time deadline);
int pith_rwlock_write_lock_for(struct pith_rwlock *rw, pith_time span);
/* Takes back one lock of either kind. 0, -EPERM (free, or another's for writing). Thread. O(readers
 * woken). */
int pith_rwlock_unlock(struct pith_rwlock *rw);
/* Ends every wait on rw with -EIDRM and leaves it free. Thread. O(waiters). */
int pith_rwlock_delete(struct pith_rwlock *rw);
#endif

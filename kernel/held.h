/* What mutex.c shares with the objects that are built on it: condition variables and reader-writer locks.
 * Kernel context. */
#ifndef PITH_KERNEL_HELD_H
#define PITH_KERNEL_HELD_H
#include "kernel.h"
#include "pith/rwlock.h"

/* flags of a struct pith_mutex, beside the public ones */
enum {
  K_MUTEX_CEILING = 0x08,
  K_MUTEX_GATE = 0x10,         /* it is the first member of a struct pith_rwlock */
  K_MUTEX_TRACKED = 0x20,      /* locked through system calls only: the kernel always knows */
  K_MUTEX_INCONSISTENT = 0x40, /* an owner has died holding it, and nobody knows or has repaired it */
  K_MUTEX_LOST = 0x80,         /* unlocked without repair */
};

/* Enters m, whose waiters are to lend t their priority, in t's list, and takes it out. Then
 * k_mutex_inherit(t). */
void k_mutex_hold(struct pith_mutex *m, struct pith_thread *t);
void k_mutex_let_go(struct pith_mutex *m, struct pith_thread *t);
/* t, parked without claims on another mutex, gets m now or waits for it, without a deadline. */
void k_mutex_move(struct pith_mutex *m, struct pith_thread *t);
static inline bool k_is_alive(const struct pith_thread *t) { return k_exists(t) && !t->dead; }
#endif

/* The locks of newlib: malloc, streams, atexit, environment.
 *
 * A lock is a word that holds its owner, taken and released by LDREX/STREX without the kernel; all are
 * recursive. One that is taken is retried after a yield and then after short sleeps: the sleep lets an
 * owner of lower priority go on, which a spin would not. There is no priority inheritance and no order
 * among the waiters, so a thread with deadlines keeps out of malloc and streams or uses them alone. */
#include <stdlib.h>
#include <sys/lock.h>
#include "pith.h"
#include "thread.h"

#define YIELDS 4
#define BACK_OFF_US 1000

struct __lock {
  struct uthread *owner; /* 0: free */
  unsigned depth;        /* touched by the owner alone */
};

struct __lock __lock___sinit_recursive_mutex, __lock___sfp_recursive_mutex, __lock___atexit_recursive_mutex,
    __lock___at_quick_exit_mutex, __lock___malloc_recursive_mutex, __lock___env_recursive_mutex,
    __lock___tz_mutex, __lock___dd_hash_mutex, __lock___arc4random_mutex;

/* The first streams, stdin to stderr, need no heap. */
static struct __lock first[3];
static unsigned first_used;
/* For streams that found no memory: coarser, but a lock. */
static struct __lock shared;

void __retarget_lock_init_recursive(_LOCK_T *lock) {
  unsigned n = __atomic_load_n(&first_used, __ATOMIC_RELAXED);
  while (n < sizeof first / sizeof first[0]) {
    if (__atomic_compare_exchange_n(&first_used, &n, n + 1, 0, __ATOMIC_RELAXED, __ATOMIC_RELAXED)) {
      *lock = &first[n];
      return;
    }
  }
  *lock = calloc(1, sizeof **lock);
  if (!*lock)
    *lock = &shared;
}

void __retarget_lock_close_recursive(_LOCK_T lock) {
  if (lock != &shared && (lock < first || lock >= first + sizeof first / sizeof first[0]))
    free(lock);
}

int __retarget_lock_try_acquire_recursive(_LOCK_T lock) {
  struct uthread *self = uthread_self(), *owner = 0;
  if (!__atomic_compare_exchange_n(&lock->owner, &owner, self, 0, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED) &&
      owner != self)
    return 0;
  lock->depth++;
  return 1;
}

void __retarget_lock_acquire_recursive(_LOCK_T lock) {
  for (int tries = 0; !__retarget_lock_try_acquire_recursive(lock); tries++) {
    if (tries < YIELDS)
      sys_yield();
    else
      sys_sleep(BACK_OFF_US);
  }
}

void __retarget_lock_release_recursive(_LOCK_T lock) {
  if (--lock->depth == 0)
    __atomic_store_n(&lock->owner, (struct uthread *)0, __ATOMIC_RELEASE);
}

void __retarget_lock_init(_LOCK_T *lock) { __retarget_lock_init_recursive(lock); }
void __retarget_lock_close(_LOCK_T lock) { __retarget_lock_close_recursive(lock); }
int __retarget_lock_try_acquire(_LOCK_T lock) { return __retarget_lock_try_acquire_recursive(lock); }
void __retarget_lock_acquire(_LOCK_T lock) { __retarget_lock_acquire_recursive(lock); }
void __retarget_lock_release(_LOCK_T lock) { __retarget_lock_release_recursive(lock); }

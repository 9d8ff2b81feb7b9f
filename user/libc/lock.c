/* The locks of newlib: malloc, streams, atexit, environment.
 *
 * Each is a word as thread.h has it, so one that is waited for lends its owner the waiter's priority, and a free one costs
 * no system call; all are recursive. A program without threads is linked with newlib's, which do nothing
 * (user/posix/thread.c). */
#include <errno.h>
#include <stdlib.h>
#include <sys/lock.h>
#include "thread.h"

struct __lock {
  volatile unsigned word;
  unsigned depth; /* touched by the owner alone */
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
  if (!*lock) *lock = &shared;
}

void __retarget_lock_close_recursive(_LOCK_T lock) {
  if (lock != &shared && (lock < first || lock >= first + sizeof first / sizeof first[0])) free(lock);
}

static bool mine(_LOCK_T lock) { return (lock->word & PITH_FUTEX_OWNER) == uthread_self()->tid; }

/* 0: it is the caller's now, as in newlib's own, which says so always. */
int __retarget_lock_try_acquire_recursive(_LOCK_T lock) {
  if (!mine(lock)) {
    if (!word_try(&lock->word)) return EBUSY;
    lock->depth = 0;
  }
  lock->depth++;
  return 0;
}

void __retarget_lock_acquire_recursive(_LOCK_T lock) {
  if (mine(lock)) {
    lock->depth++;
    return;
  }
  word_lock(&lock->word);
  lock->depth = 1; /* the last owner may have ended with it */
}

void __retarget_lock_release_recursive(_LOCK_T lock) {
  if (--lock->depth == 0) word_unlock(&lock->word);
}

void __retarget_lock_init(_LOCK_T *lock) { __retarget_lock_init_recursive(lock); }
void __retarget_lock_close(_LOCK_T lock) { __retarget_lock_close_recursive(lock); }
int __retarget_lock_try_acquire(_LOCK_T lock) { return __retarget_lock_try_acquire_recursive(lock); }
void __retarget_lock_acquire(_LOCK_T lock) { __retarget_lock_acquire_recursive(lock); }
void __retarget_lock_release(_LOCK_T lock) { __retarget_lock_release_recursive(lock); }

/* In the child the word has the number of the thread that its only one was in the parent. */
void __pith_fork_locks(int when) {
  static struct __lock *const all[] = {&__lock___sinit_recursive_mutex, &__lock___sfp_recursive_mutex,
                                       &__lock___atexit_recursive_mutex, &__lock___at_quick_exit_mutex,
                                       &__lock___env_recursive_mutex, &__lock___tz_mutex,
                                       &__lock___malloc_recursive_mutex};
  enum { COUNT = sizeof all / sizeof all[0] };
  for (int i = 0; i < COUNT; i++) {
    struct __lock *lock = all[when == FORK_BEFORE ? i : COUNT - 1 - i];
    if (when == FORK_BEFORE) __retarget_lock_acquire_recursive(lock);
    if (when == FORK_CHILD) lock->word = uthread_self()->tid;
    if (when != FORK_BEFORE) __retarget_lock_release_recursive(lock);
  }
}

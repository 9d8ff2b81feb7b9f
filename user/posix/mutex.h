/* What mutex.c does for its neighbours. */
#ifndef PITH_POSIX_MUTEX_H
#define PITH_POSIX_MUTEX_H
#include <pthread.h>
#include "thread.h"

/* 0, EDEADLK, ENOTRECOVERABLE, EINVAL, ETIMEDOUT, or EOWNERDEAD: it is locked. deadline 0: EBUSY rather than waiting. */
int mutex_lock(pthread_mutex_t *mutex, int64_t deadline);

/* As sys_futex_lock(), until a deadline, for ever going on when interrupted. 0, EOWNERDEAD (locked), ETIMEDOUT, EDEADLK,
 * EINVAL. */
int word_lock_until(volatile unsigned *word, int64_t deadline);
/* Waits while the word is `expected`, as often as it is interrupted for something else. 0: it was woken or the word is
 * another one; ETIMEDOUT; EINTR after a signal; ECANCELED. */
int word_sleep(const volatile unsigned *word, unsigned expected, int64_t deadline);

static inline bool swap_word(volatile unsigned *word, unsigned from, unsigned to) {
  __asm__ volatile("" ::: "memory");
  bool done = __atomic_compare_exchange_n(word, &from, to, 0, __ATOMIC_RELAXED, __ATOMIC_RELAXED);
  __asm__ volatile("" ::: "memory");
  return done;
}

/* The word after it. */
static inline unsigned add_word(volatile unsigned *word, unsigned n) {
  __asm__ volatile("" ::: "memory");
  unsigned now = __atomic_add_fetch(word, n, __ATOMIC_RELAXED);
  __asm__ volatile("" ::: "memory");
  return now;
}
#endif

/* Barriers, spin locks, once.
 *
 * A barrier's counts are under its lock. Who has waited counts himself out as the last thing he does to it, and destroying
 * waits for that: so the first who is out may destroy it. */
#include "clock.h"
#include "mutex.h"

int pthread_barrier_init(pthread_barrier_t *b, const pthread_barrierattr_t *a, unsigned count) {
  (void)a;
  if (count == 0) return EINVAL;
  *b = (pthread_barrier_t){.__count = count};
  return 0;
}

int pthread_barrier_wait(pthread_barrier_t *b) {
  word_lock(&b->__lock);
  unsigned round = b->__round;
  if (++b->__waiting == b->__count) {
    b->__leaving += b->__count - 1;
    b->__waiting = 0;
    b->__round++;
    word_unlock(&b->__lock);
    sys_futex_wake(&b->__round, UINT32_MAX);
    return PTHREAD_BARRIER_SERIAL_THREAD;
  }
  word_unlock(&b->__lock);
  while (b->__round == round) word_sleep(&b->__round, round, FOREVER);
  word_lock(&b->__lock);
  unsigned left = --b->__leaving;
  word_unlock(&b->__lock);
  if (left == 0) sys_futex_wake(&b->__leaving, 1);
  return 0;
}

int pthread_barrier_destroy(pthread_barrier_t *b) {
  for (;;) {
    word_lock(&b->__lock);
    unsigned waiting = b->__waiting, leaving = b->__leaving;
    word_unlock(&b->__lock);
    if (waiting) return EBUSY;
    if (!leaving) return 0;
    word_sleep(&b->__leaving, leaving, FOREVER);
  }
}

int pthread_spin_init(pthread_spinlock_t *l, int shared) {
  (void)shared;
  *l = 0;
  return 0;
}

int pthread_spin_destroy(pthread_spinlock_t *l) { return *l ? EBUSY : 0; }

int pthread_spin_lock(pthread_spinlock_t *l) {
  int error = word_lock_until(l, FOREVER);
  return error == EOWNERDEAD ? 0 : error;
}

int pthread_spin_trylock(pthread_spinlock_t *l) { return word_try(l) ? 0 : EBUSY; }

int pthread_spin_unlock(pthread_spinlock_t *l) {
  if ((*l & PITH_FUTEX_OWNER) != uthread_self()->tid) return EPERM;
  word_unlock(l);
  return 0;
}

static void once_ended(void *once) { word_unlock(&((pthread_once_t *)once)->__word); }

/* A thread that is cancelled in the routine, or ends there, leaves it to the next one. */
int pthread_once(pthread_once_t *once, void (*routine)(void)) {
  if (once->__done) return 0;
  int error = word_lock_until(&once->__word, FOREVER);
  if (error && error != EOWNERDEAD) return error;
  pthread_cleanup_push(once_ended, once);
  if (!once->__done) {
    routine();
    once->__done = 1;
  }
  pthread_cleanup_pop(1);
  return 0;
}

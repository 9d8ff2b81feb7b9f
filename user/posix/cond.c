/* Condition variables: a sequence number that waiters wait on, and how many of them there are.
 *
 * A waiter reads the sequence before it unlocks the mutex, so a signal after that changes the word and the wait does not
 * begin, or is ended by it. Spurious ends are allowed and happen after signals (EINTR). A waiter counts itself out as the
 * last thing it does to the object, before it locks the mutex again; destroying waits for that, so that the object's
 * memory may go as soon as all have been woken. */
#include "clock.h"
#include "mutex.h"

#define DESTROYING 0x80000000u

static void leave(pthread_cond_t *c) {
  if (add_word(&c->__waiters, -1u) == DESTROYING) sys_futex_wake(&c->__waiters, 1);
}

static int wait_until(pthread_cond_t *c, pthread_mutex_t *m, int64_t deadline) {
  int error, locked;
  cancel_test();
  unsigned sequence = c->__sequence;
  add_word(&c->__waiters, 1);
  error = pthread_mutex_unlock(m);
  if (error) {
    leave(c);
    return error;
  }
  error = word_sleep(&c->__sequence, sequence, deadline);
  leave(c);
  locked = pthread_mutex_lock(m);
  if (locked) return locked;
  if (error == ECANCELED) cancel_test(); /* with the mutex locked, as the clean-up handlers expect */
  return error == EINTR || error == ECANCELED ? 0 : error;
}

int pthread_cond_wait(pthread_cond_t *c, pthread_mutex_t *m) { return wait_until(c, m, FOREVER); }

int pthread_cond_clockwait(pthread_cond_t *c, pthread_mutex_t *m, clockid_t clock, const struct timespec *until) {
  int64_t deadline;
  return clock_deadline(clock, until, &deadline) ? wait_until(c, m, deadline) : EINVAL;
}

int pthread_cond_timedwait(pthread_cond_t *c, pthread_mutex_t *m, const struct timespec *until) {
  return pthread_cond_clockwait(c, m, c->__clock ? CLOCK_MONOTONIC : CLOCK_REALTIME, until);
}

static int wake(pthread_cond_t *c, unsigned n) {
  if (c->__waiters) {
    add_word(&c->__sequence, 1);
    sys_futex_wake(&c->__sequence, n);
  }
  return 0;
}

int pthread_cond_signal(pthread_cond_t *c) { return wake(c, 1); }
int pthread_cond_broadcast(pthread_cond_t *c) { return wake(c, UINT32_MAX); }

int pthread_cond_init(pthread_cond_t *c, const pthread_condattr_t *a) {
  *c = (pthread_cond_t)PTHREAD_COND_INITIALIZER;
  if (a) c->__clock = a->__clock;
  return 0;
}

int pthread_cond_destroy(pthread_cond_t *c) {
  unsigned n = add_word(&c->__waiters, DESTROYING);
  for (; n != DESTROYING; n = c->__waiters) word_sleep(&c->__waiters, n, FOREVER);
  return 0;
}

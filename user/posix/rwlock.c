/* Reader-writer locks: a count of readers, and a gate that a writer holds.
 *
 * The gate is a locked word, so writers wait for it in order of priority and inherit; a writer that has it marks the
 * count, and from then on readers go through the gate too, which lends their priority to the writer. A reader that leaves
 * as the last wakes the writer. The readers that hold the lock inherit nothing: nobody knows them. A thread is
 * the writer if the gate has its number: readers leave it at once. */
#include "clock.h"
#include "mutex.h"

#define WRITER 0x80000000u
#define MOST 0x7FFFFFFFu

static bool writes(const pthread_rwlock_t *l) { return (l->__gate & PITH_FUTEX_OWNER) == uthread_self()->tid; }

/* 0; EBUSY: a writer has the gate; EAGAIN: too many readers. */
static int read_now(pthread_rwlock_t *l) {
  for (;;) {
    unsigned n = l->__readers;
    if (n & WRITER) return EBUSY;
    if (n == MOST) return EAGAIN;
    if (swap_word(&l->__readers, n, n + 1)) return 0;
  }
}

/* A writer that ended with the lock leaves its mark. */
static int enter_gate(pthread_rwlock_t *l, int64_t deadline) {
  int error;
  if (writes(l)) return EDEADLK;
  error = word_lock_until(&l->__gate, deadline);
  if (error != EOWNERDEAD) return error;
  __atomic_and_fetch(&l->__readers, ~WRITER, __ATOMIC_RELAXED);
  return 0;
}

static int read_until(pthread_rwlock_t *l, int64_t deadline) {
  int error = read_now(l);
  if (error != EBUSY) return error;
  error = enter_gate(l, deadline);
  if (error) return error;
  error = read_now(l);
  word_unlock(&l->__gate);
  return error;
}

static void open_gate(pthread_rwlock_t *l) {
  __atomic_and_fetch(&l->__readers, ~WRITER, __ATOMIC_RELAXED);
  word_unlock(&l->__gate);
}

static int write_until(pthread_rwlock_t *l, int64_t deadline) {
  int error = enter_gate(l, deadline);
  if (error) return error;
  __atomic_or_fetch(&l->__readers, WRITER, __ATOMIC_RELAXED);
  for (;;) {
    unsigned n = l->__readers;
    if (n == WRITER) return 0;
    if (word_sleep(&l->__readers, n, deadline) == ETIMEDOUT && l->__readers != WRITER) {
      open_gate(l);
      return ETIMEDOUT;
    }
  }
}

int pthread_rwlock_unlock(pthread_rwlock_t *l) {
  if (writes(l))
    open_gate(l);
  else if (!(l->__readers & MOST))
    return EPERM;
  else if (add_word(&l->__readers, -1u) == WRITER)
    sys_futex_wake(&l->__readers, 1);
  return 0;
}

int pthread_rwlock_rdlock(pthread_rwlock_t *l) { return read_until(l, FOREVER); }
int pthread_rwlock_wrlock(pthread_rwlock_t *l) { return write_until(l, FOREVER); }
int pthread_rwlock_tryrdlock(pthread_rwlock_t *l) { return read_now(l); }

int pthread_rwlock_trywrlock(pthread_rwlock_t *l) {
  int error = l->__readers & MOST ? ETIMEDOUT : write_until(l, 0);
  return error ? EBUSY : 0;
}

int pthread_rwlock_clockrdlock(pthread_rwlock_t *l, clockid_t clock, const struct timespec *until) {
  int64_t deadline;
  int error = read_now(l); /* one that is there is had whatever the time is */
  if (error != EBUSY) return error;
  return clock_deadline(clock, until, &deadline) ? read_until(l, deadline) : EINVAL;
}

int pthread_rwlock_clockwrlock(pthread_rwlock_t *l, clockid_t clock, const struct timespec *until) {
  int64_t deadline;
  if (writes(l)) return EDEADLK;
  if (pthread_rwlock_trywrlock(l) == 0) return 0;
  return clock_deadline(clock, until, &deadline) ? write_until(l, deadline) : EINVAL;
}

int pthread_rwlock_timedrdlock(pthread_rwlock_t *l, const struct timespec *until) {
  return pthread_rwlock_clockrdlock(l, CLOCK_REALTIME, until);
}

int pthread_rwlock_timedwrlock(pthread_rwlock_t *l, const struct timespec *until) {
  return pthread_rwlock_clockwrlock(l, CLOCK_REALTIME, until);
}

int pthread_rwlock_init(pthread_rwlock_t *l, const pthread_rwlockattr_t *a) {
  (void)a;
  *l = (pthread_rwlock_t)PTHREAD_RWLOCK_INITIALIZER;
  return 0;
}

int pthread_rwlock_destroy(pthread_rwlock_t *l) { return l->__gate || l->__readers ? EBUSY : 0; }

/* See random.h: mutexes of four kinds, a condition variable, a reader-writer lock, a barrier. Locks are only waited for
 * with a deadline, so that a deadlock of random threads resolves itself. */
#include "arch.h"
#include "pith/barrier.h"
#include "pith/cond.h"
#include "pith/rwlock.h"
#include "random.h"

enum { RECURSIVE = 1, CEILING = 3, DEEP = 3 };

static struct pith_mutex mutexes[MUTEXES] = {
    PITH_MUTEX_INIT, PITH_MUTEX_INIT_WITH(PITH_MUTEX_RECURSIVE), PITH_MUTEX_INIT_WITH(PITH_MUTEX_ROBUST),
    PITH_MUTEX_INIT_WITH(PITH_MUTEX_CEILING(MOST_URGENT))};
static const struct actor *volatile holder[MUTEXES];
static volatile bool abandoned; /* the robust one, by an actor that ended */

static struct pith_mutex guard = PITH_MUTEX_INIT;
static struct pith_cond cond = PITH_COND_INIT;
static const struct actor *volatile guard_holder;

static struct pith_rwlock rwlock = PITH_RWLOCK_INIT;
static volatile uint32_t readers, writers;

static struct pith_barrier barrier = PITH_BARRIER_INIT(3);

static void locked(struct actor *me, uint32_t m, int result) {
  CHECK(holder[m] == NULL);
  holder[m] = me;
  me->held[m] = 1;
  CHECK(pith_mutex_owner(&mutexes[m]) == pith_self());
  if (m == CEILING) CHECK(pith_thread_priority(pith_self()) <= MOST_URGENT);
  if (m != ROBUST) return;
  CHECK_EQ(result == -EOWNERDEAD, abandoned);
  if (abandoned) CHECK_EQ(pith_mutex_consistent(&mutexes[m]), 0);
  else CHECK_EQ(pith_mutex_consistent(&mutexes[m]), -EINVAL);
  abandoned = false;
}

static void lock(struct actor *me, uint32_t m, pith_time span) {
  int result = pith_mutex_lock_for(&mutexes[m], span);

  if (!me->held[m]) {
    POSSIBLE(result, span, m == ROBUST ? -EOWNERDEAD : 0);
    if (result == 0 || result == -EOWNERDEAD) locked(me, m, result);
  } else if (m == RECURSIVE) {
    CHECK_EQ(result, 0);
    me->held[m]++;
  } else {
    CHECK_EQ(result, -EDEADLK);
  }
}

static void unlock(struct actor *me, uint32_t m) {
  if (!me->held[m]) {
    CHECK_EQ(pith_mutex_unlock(&mutexes[m]), -EPERM);
    return;
  }
  CHECK(holder[m] == me);
  if (--me->held[m] == 0) holder[m] = NULL;
  CHECK_EQ(pith_mutex_unlock(&mutexes[m]), 0);
}

static void with_guard(struct actor *me, uint32_t r) {
  pith_time span = r & 64 ? PITH_FOREVER : random_span(r, false); /* who holds it waits for no other lock */
  int result = r & 64 ? pith_mutex_lock(&guard) : pith_mutex_lock_for(&guard, span);

  POSSIBLE(result, span, 0);
  if (result) return;
  CHECK(guard_holder == NULL);
  guard_holder = me;
  if ((r >> 8 & 7) == 0) {
    span = random_span(r >> 12, false);
    guard_holder = NULL;
    POSSIBLE(pith_cond_wait_for(&cond, &guard, span), span, 0);
    CHECK(guard_holder == NULL);
    guard_holder = me;
  } else if (r & 1 << 11) {
    CHECK_EQ(pith_cond_broadcast(&cond), 0);
  } else {
    CHECK_EQ(pith_cond_signal(&cond), 0);
  }
  if ((r >> 16 & 3) == 0) pith_yield();
  CHECK(guard_holder == me);
  guard_holder = NULL;
  CHECK_EQ(pith_mutex_unlock(&guard), 0);
}

static void read_locked(uint32_t r) {
  pith_time span = random_span(r, false);
  int result = pith_rwlock_read_lock_for(&rwlock, span);

  POSSIBLE(result, span, 0);
  if (result) return;
  arch_atomic_add(&readers, 1);
  CHECK_EQ(writers, 0);
  if (r & 1 << 8) pith_yield();
  if ((r >> 9 & 63) == 0) pith_sleep(1);
  CHECK_EQ(writers, 0);
  arch_atomic_add(&readers, (uint32_t)-1);
  CHECK_EQ(pith_rwlock_unlock(&rwlock), 0);
}

static void write_locked(uint32_t r) {
  pith_time span = random_span(r, false);
  int result = pith_rwlock_write_lock_for(&rwlock, span);

  POSSIBLE(result, span, 0);
  if (result) return;
  CHECK_EQ(writers++, 0);
  CHECK_EQ(readers, 0);
  if (r & 1 << 8) pith_yield();
  CHECK_EQ(pith_rwlock_read_lock_for(&rwlock, PITH_POLL), -EDEADLK);
  CHECK_EQ(readers, 0);
  CHECK_EQ(--writers, 0);
  CHECK_EQ(pith_rwlock_unlock(&rwlock), 0);
}

static void meet(uint32_t r) {
  pith_time span = random_span(r, false);
  int result = pith_barrier_wait_for(&barrier, span);

  if (result != PITH_BARRIER_SERIAL) POSSIBLE(result, span, 0);
}

void locks_operate(struct actor *me, uint32_t r) {
  uint32_t m = r >> 4 & 3;

  switch (r & 15) {
  case 0:
    with_guard(me, r >> 6);
    break;
  case 1:
    read_locked(r >> 6);
    break;
  case 2:
    write_locked(r >> 6);
    break;
  case 3:
    meet(r >> 6);
    break;
  case 4:
  case 5:
  case 6:
  case 7:
    if (me->held[m] < DEEP) lock(me, m, random_span(r >> 6, false));
    break;
  default:
    unlock(me, m);
  }
}

void locks_abandon(struct actor *me) {
  for (uint32_t m = 0; m < MUTEXES; m++) {
    while (m != ROBUST && me->held[m]) unlock(me, m);
  }
  if (!me->held[ROBUST]) return;
  me->held[ROBUST] = 0;
  holder[ROBUST] = NULL;
  abandoned = true;
}

/* Mutexes: types, time limits, order of waiters, inheritance, ceilings, owners that end; spin locks.
 * pith_app: STACK 2048 HEAP 12288 */
#include "posix.h"
#include <stdint.h>
#include "pith.h"

static pthread_mutex_t mutex;

static void make(int type, int robust, int protocol, int ceiling) {
  pthread_mutexattr_t a;
  int n;
  CHECK_EQ(pthread_mutexattr_init(&a), 0);
  CHECK_EQ(pthread_mutexattr_settype(&a, type), 0);
  CHECK_EQ(pthread_mutexattr_setrobust(&a, robust), 0);
  CHECK_EQ(pthread_mutexattr_setprotocol(&a, protocol), 0);
  if (ceiling) CHECK_EQ(pthread_mutexattr_setprioceiling(&a, ceiling), 0);
  CHECK(pthread_mutexattr_gettype(&a, &n) == 0 && n == type);
  CHECK(pthread_mutexattr_getrobust(&a, &n) == 0 && n == robust);
  CHECK(pthread_mutexattr_getprotocol(&a, &n) == 0 && n == protocol);
  CHECK_EQ(pthread_mutex_init(&mutex, &a), 0);
  CHECK_EQ(pthread_mutexattr_destroy(&a), 0);
}

static void make_type(int type) { make(type, PTHREAD_MUTEX_STALLED, PTHREAD_PRIO_INHERIT, 0); }

static void *tries(void *arg) {
  (void)arg;
  return (void *)(intptr_t)pthread_mutex_trylock(&mutex);
}
static void *unlocks(void *arg) {
  (void)arg;
  return (void *)(intptr_t)pthread_mutex_unlock(&mutex);
}
static void *locks(void *arg) {
  int error = arg ? pthread_mutex_timedlock(&mutex, arg) : pthread_mutex_lock(&mutex);
  if (!error) pthread_mutex_unlock(&mutex);
  return (void *)(intptr_t)error;
}
static void *keeps(void *arg) { /* and ends with it */
  (void)arg;
  return (void *)(intptr_t)pthread_mutex_lock(&mutex);
}

static void normal(void) {
  pthread_mutex_t fresh = PTHREAD_MUTEX_INITIALIZER;
  mutex = fresh;
  for (int i = 0; i < 3; i++) CHECK(pthread_mutex_lock(&mutex) == 0 && pthread_mutex_unlock(&mutex) == 0);
  CHECK_EQ(pthread_mutex_lock(&mutex), 0);
  CHECK_EQ(pthread_mutex_trylock(&mutex), EBUSY);
  CHECK_EQ(pthread_mutex_lock(&mutex), EDEADLK);
  CHECK_EQ(finish(start(HIGH, tries, NULL)), EBUSY);
  CHECK_EQ(finish(start(HIGH, unlocks, NULL)), EPERM);
  CHECK_EQ(pthread_mutex_destroy(&mutex), EBUSY);
  CHECK_EQ(pthread_mutex_unlock(&mutex), 0);
  CHECK_EQ(pthread_mutex_unlock(&mutex), EPERM);
  CHECK_EQ(pthread_mutex_destroy(&mutex), 0);
}

static void errorcheck(void) {
  make_type(PTHREAD_MUTEX_ERRORCHECK);
  CHECK_EQ(pthread_mutex_unlock(&mutex), EPERM);
  CHECK_EQ(pthread_mutex_lock(&mutex), 0);
  CHECK_EQ(pthread_mutex_lock(&mutex), EDEADLK);
  CHECK_EQ(pthread_mutex_trylock(&mutex), EBUSY);
  CHECK_EQ(finish(start(HIGH, unlocks, NULL)), EPERM);
  CHECK_EQ(pthread_mutex_unlock(&mutex), 0);
}

static void recursive(void) {
  make_type(PTHREAD_MUTEX_RECURSIVE);
  CHECK(pthread_mutex_lock(&mutex) == 0 && pthread_mutex_lock(&mutex) == 0 && pthread_mutex_trylock(&mutex) == 0);
  CHECK(pthread_mutex_unlock(&mutex) == 0 && pthread_mutex_unlock(&mutex) == 0);
  CHECK_EQ(finish(start(HIGH, tries, NULL)), EBUSY);
  CHECK_EQ(pthread_mutex_unlock(&mutex), 0);
  CHECK_EQ(finish(start(HIGH, locks, NULL)), 0);
  CHECK_EQ(pthread_mutex_unlock(&mutex), EPERM);
  mutex = (pthread_mutex_t)PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP;
  CHECK(pthread_mutex_lock(&mutex) == 0 && pthread_mutex_lock(&mutex) == 0);
  CHECK(pthread_mutex_unlock(&mutex) == 0 && pthread_mutex_unlock(&mutex) == 0);
}

static void time_limits(void) {
  struct timespec t = in_ms(CLOCK_REALTIME, 20), bad = {0, 1000000000};
  make_type(PTHREAD_MUTEX_NORMAL);
  CHECK_EQ(pthread_mutex_timedlock(&mutex, &bad), 0); /* it is free */
  pthread_t waiter = start(HIGH, locks, &t);
  long long begin = now_us();
  CHECK_EQ(finish(waiter), ETIMEDOUT);
  CHECK(now_us() - begin >= 18000 && now_us() - begin < 30000);
  CHECK_EQ(finish(start(HIGH, locks, &bad)), EINVAL);
  CHECK_EQ(finish(start(HIGH, locks, &t)), ETIMEDOUT); /* a moment that is past */
  t = in_ms(CLOCK_REALTIME, 1000);
  waiter = start(HIGH, locks, &t);
  CHECK_EQ(pthread_mutex_unlock(&mutex), 0);
  CHECK_EQ(finish(waiter), 0);
  CHECK_EQ(pthread_mutex_lock(&mutex), 0);
  t = in_ms(CLOCK_MONOTONIC, 5);
  CHECK_EQ(pthread_mutex_clocklock(&mutex, CLOCK_MONOTONIC, &t), EDEADLK);
  CHECK_EQ(pthread_mutex_unlock(&mutex), 0);
}

static volatile int order[8], ordered;
static void *takes_turn(void *arg) {
  CHECK_EQ(pthread_mutex_lock(&mutex), 0);
  order[ordered++] = (int)(intptr_t)arg;
  CHECK_EQ(pthread_mutex_unlock(&mutex), 0);
  return NULL;
}

static void order_of_waiters(void) {
  make_type(PTHREAD_MUTEX_NORMAL);
  CHECK_EQ(pthread_mutex_lock(&mutex), 0);
  pthread_t t[4] = {start(MIDDLE, takes_turn, (void *)3), start(TOP, takes_turn, (void *)1),
                    start(HIGH, takes_turn, (void *)2), start(MIDDLE, takes_turn, (void *)4)};
  ordered = 0;
  usleep(3000); /* it has the priority of the first that waited: now the others come to it */
  CHECK_EQ(pthread_mutex_unlock(&mutex), 0);
  for (int i = 0; i < 4; i++) finish(t[i]);
  for (int i = 0; i < 4; i++) CHECK_EQ(order[i], i + 1);
}

/* A low owner, a high waiter, and one in between that computes: the owner must run before it. */
static volatile int stop, phase;
static void *computes(void *arg) {
  while (!stop) continue;
  return arg;
}
static void *owns(void *arg) {
  CHECK_EQ(pthread_mutex_lock(&mutex), 0);
  phase = 1;
  while (phase != 2) usleep(1000);
  for (volatile int i = 0; i < 1000; i++) continue;
  phase = 3;
  CHECK_EQ(pthread_mutex_unlock(&mutex), 0);
  return arg;
}
static void *wants(void *arg) {
  phase = 2;
  CHECK_EQ(pthread_mutex_lock(&mutex), 0);
  CHECK_EQ(phase, 3);
  stop = 1;
  CHECK_EQ(pthread_mutex_unlock(&mutex), 0);
  return arg;
}

static void inheritance_of(int type) {
  make_type(type);
  stop = phase = 0;
  pthread_t low = start(LOW, owns, NULL);
  while (phase != 1) usleep(1000);
  CHECK_EQ(pthread_setschedprio(pthread_self(), TOP), 0);
  pthread_t high = start(HIGH, wants, NULL), middle = start(MIDDLE, computes, NULL);
  finish(high), finish(middle), finish(low);
  CHECK_EQ(pthread_setschedprio(pthread_self(), MAIN), 0);
}

static void inheritance(void) {
  inheritance_of(PTHREAD_MUTEX_NORMAL);
  inheritance_of(PTHREAD_MUTEX_RECURSIVE);
}

static int priority_now(void) {
  struct pith_info_thread t;
  for (unsigned i = 0; sys_info(PITH_INFO_THREAD, i, &t, sizeof t) >= 0; i++)
    if (t.tid == sys_thread_self()) return 31 - t.priority;
  return -1;
}

static void ceilings(void) {
  pthread_mutex_t other;
  int n;
  make(PTHREAD_MUTEX_NORMAL, 0, PTHREAD_PRIO_PROTECT, HIGH);
  CHECK_EQ(pthread_mutex_lock(&mutex), 0);
  CHECK_EQ(priority_now(), HIGH);
  CHECK_EQ(pthread_mutex_unlock(&mutex), 0);
  CHECK_EQ(priority_now(), MAIN);
  other = mutex;
  CHECK_EQ(pthread_mutex_setprioceiling(&other, TOP, &n), 0);
  CHECK_EQ(n, HIGH);
  CHECK(pthread_mutex_getprioceiling(&other, &n) == 0 && n == TOP);
  /* Two, and unlocked in the order they were locked. */
  CHECK(pthread_mutex_lock(&other) == 0 && priority_now() == TOP);
  CHECK(pthread_mutex_trylock(&mutex) == 0 && priority_now() == TOP);
  CHECK(pthread_mutex_unlock(&other) == 0 && priority_now() == HIGH);
  CHECK(pthread_mutex_unlock(&mutex) == 0 && priority_now() == MAIN);
  CHECK_EQ(pthread_setschedprio(pthread_self(), TOP), 0);
  CHECK_EQ(pthread_mutex_lock(&mutex), EINVAL); /* more urgent than the ceiling */
  CHECK_EQ(pthread_setschedprio(pthread_self(), MAIN), 0);
  CHECK_EQ(pthread_mutex_lock(&mutex), 0);
  CHECK_EQ(finish(start(HIGH, tries, NULL)), EBUSY);
  CHECK_EQ(pthread_setschedprio(pthread_self(), MIDDLE), 0);
  CHECK_EQ(priority_now(), HIGH);
  CHECK_EQ(pthread_mutex_unlock(&mutex), 0);
  CHECK_EQ(priority_now(), MIDDLE);
  CHECK_EQ(pthread_setschedprio(pthread_self(), MAIN), 0);
  make_type(PTHREAD_MUTEX_NORMAL);
  CHECK_EQ(pthread_mutex_getprioceiling(&mutex, &n), EINVAL);
}

static void robust(void) {
  make(PTHREAD_MUTEX_NORMAL, PTHREAD_MUTEX_ROBUST, PTHREAD_PRIO_INHERIT, 0);
  finish(start(HIGH, keeps, NULL));
  CHECK_EQ(pthread_mutex_lock(&mutex), EOWNERDEAD);
  CHECK_EQ(pthread_mutex_consistent(&mutex), 0);
  CHECK_EQ(pthread_mutex_consistent(&mutex), EINVAL);
  CHECK_EQ(pthread_mutex_unlock(&mutex), 0);
  CHECK(pthread_mutex_lock(&mutex) == 0 && pthread_mutex_unlock(&mutex) == 0);
  finish(start(HIGH, keeps, NULL));
  CHECK_EQ(pthread_mutex_trylock(&mutex), EOWNERDEAD);
  CHECK_EQ(pthread_mutex_unlock(&mutex), 0); /* and nobody made it consistent */
  CHECK_EQ(pthread_mutex_lock(&mutex), ENOTRECOVERABLE);
  CHECK_EQ(pthread_mutex_trylock(&mutex), ENOTRECOVERABLE);
  CHECK_EQ(pthread_mutex_destroy(&mutex), 0);
}

static void *keeps_a_while(void *arg) {
  CHECK_EQ(pthread_mutex_lock(&mutex), 0);
  usleep(5000);
  return arg;
}
static void *locks_after_death(void *arg) {
  int error = pthread_mutex_lock(&mutex);
  if (error == EOWNERDEAD) pthread_mutex_unlock(&mutex);
  return (void *)((intptr_t)arg + error);
}

/* The owner ends while three wait: the most urgent hears of it, leaves it inconsistent, and the others hear that. */
static void robust_with_waiters(void) {
  make(PTHREAD_MUTEX_NORMAL, PTHREAD_MUTEX_ROBUST, PTHREAD_PRIO_INHERIT, 0);
  pthread_t owner = start(TOP, keeps_a_while, NULL);
  pthread_t a = start(HIGH, locks_after_death, NULL), b = start(MIDDLE, locks_after_death, NULL),
            c = start(MIDDLE, locks_after_death, NULL);
  finish(owner);
  CHECK_EQ(finish(a), EOWNERDEAD);
  CHECK_EQ(finish(b), ENOTRECOVERABLE);
  CHECK_EQ(finish(c), ENOTRECOVERABLE);
}

static void stalled(void) {
  make_type(PTHREAD_MUTEX_NORMAL);
  finish(start(HIGH, keeps, NULL));
  CHECK_EQ(pthread_mutex_trylock(&mutex), EBUSY);
  CHECK_EQ(pthread_mutex_lock(&mutex), EDEADLK);
  CHECK_EQ(pthread_mutex_trylock(&mutex), EDEADLK);
  CHECK_EQ(pthread_mutex_lock(&mutex), EDEADLK);
  CHECK_EQ(pthread_mutex_unlock(&mutex), EPERM);
}

static volatile int shared_count;
static void *counts(void *arg) {
  for (int i = 0; i < 300; i++) {
    CHECK_EQ(pthread_mutex_lock(&mutex), 0);
    int n = shared_count;
    if (i % 8 == (int)(intptr_t)arg) usleep(100);
    shared_count = n + 1;
    CHECK_EQ(pthread_mutex_unlock(&mutex), 0);
    if (i % 32 == 0) usleep(700);
  }
  return NULL;
}

static void contention(void) {
  pthread_t t[4];
  make_type(PTHREAD_MUTEX_NORMAL);
  shared_count = 0;
  for (int i = 0; i < 4; i++) t[i] = start(MAIN + i % 3, counts, (void *)(intptr_t)i);
  for (int i = 0; i < 4; i++) finish(t[i]);
  CHECK_EQ(shared_count, 1200);
  CHECK_EQ(mutex.__word, 0);
}

static pthread_spinlock_t spin;
static void *spins(void *arg) {
  (void)arg;
  CHECK_EQ(pthread_spin_trylock(&spin), EBUSY);
  CHECK_EQ(pthread_spin_unlock(&spin), EPERM);
  CHECK_EQ(pthread_spin_lock(&spin), 0);
  CHECK_EQ(pthread_spin_unlock(&spin), 0);
  return NULL;
}

static void spin_locks(void) {
  CHECK_EQ(pthread_spin_init(&spin, PTHREAD_PROCESS_PRIVATE), 0);
  CHECK_EQ(pthread_spin_lock(&spin), 0);
  CHECK_EQ(pthread_spin_lock(&spin), EDEADLK);
  pthread_t t = start(HIGH, spins, NULL); /* would spin for ever */
  CHECK_EQ(pthread_spin_unlock(&spin), 0);
  finish(t);
  CHECK_EQ(pthread_spin_destroy(&spin), 0);
}

TESTS({"normal", normal}, {"errorcheck", errorcheck}, {"recursive", recursive}, {"time limits", time_limits},
      {"order of waiters", order_of_waiters}, {"inheritance", inheritance}, {"ceilings", ceilings},
      {"robust", robust}, {"robust with waiters", robust_with_waiters}, {"stalled", stalled},
      {"contention", contention}, {"spin locks", spin_locks})

/* Conditions, reader-writer locks, barriers.
 * pith_app: STACK 2048 HEAP 14336 */
#include "posix.h"
#include <stdint.h>
#include <stdlib.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t cond = PTHREAD_COND_INITIALIZER;
static volatile int ready, order[8], ordered;

static void *waits(void *arg) {
  CHECK_EQ(pthread_mutex_lock(&mutex), 0);
  while (!ready) CHECK_EQ(pthread_cond_wait(&cond, &mutex), 0);
  ready--;
  order[ordered++] = (int)(intptr_t)arg;
  CHECK_EQ(pthread_mutex_unlock(&mutex), 0);
  return NULL;
}

static void signal_wakes_one(void) {
  ordered = ready = 0;
  pthread_t a = start(MIDDLE, waits, (void *)2), b = start(HIGH, waits, (void *)1);
  CHECK_EQ(pthread_cond_signal(&cond), 0); /* spurious: the predicate does not hold */
  CHECK_EQ(ordered, 0);
  pthread_mutex_lock(&mutex);
  ready = 1;
  CHECK_EQ(pthread_cond_signal(&cond), 0);
  CHECK_EQ(ordered, 0); /* it is woken, but has not the mutex */
  pthread_mutex_unlock(&mutex);
  CHECK_EQ(ordered, 1);
  ready = 1;
  CHECK_EQ(pthread_cond_signal(&cond), 0);
  finish(a), finish(b);
  CHECK(order[0] == 1 && order[1] == 2);
}

static void broadcast_wakes_all(void) {
  pthread_t t[3];
  ordered = ready = 0;
  for (int i = 0; i < 3; i++) t[i] = start(MIDDLE + i, waits, (void *)(intptr_t)i);
  pthread_mutex_lock(&mutex);
  ready = 3;
  CHECK_EQ(pthread_cond_broadcast(&cond), 0);
  pthread_mutex_unlock(&mutex);
  for (int i = 0; i < 3; i++) finish(t[i]);
  CHECK(order[0] == 2 && order[1] == 1 && order[2] == 0);
  CHECK_EQ(cond.__waiters, 0);
}

static void time_limits_of(clockid_t clock) {
  pthread_condattr_t a;
  pthread_cond_t c;
  clockid_t is;
  CHECK_EQ(pthread_condattr_init(&a), 0);
  CHECK_EQ(pthread_condattr_setclock(&a, clock), 0);
  CHECK(pthread_condattr_getclock(&a, &is) == 0 && is == clock);
  CHECK_EQ(pthread_cond_init(&c, &a), 0);
  pthread_mutex_lock(&mutex);
  long long begin = now_us();
  struct timespec t = in_ms(clock, 15), bad = {1, -1};
  CHECK_EQ(pthread_cond_timedwait(&c, &mutex, &t), ETIMEDOUT);
  CHECK(now_us() - begin >= 15000 && now_us() - begin < 20000);
  CHECK_EQ(pthread_mutex_trylock(&mutex), EBUSY); /* it has it again */
  CHECK_EQ(pthread_cond_timedwait(&c, &mutex, &t), ETIMEDOUT);
  CHECK_EQ(pthread_cond_timedwait(&c, &mutex, &bad), EINVAL);
  begin = now_us();
  t = in_ms(CLOCK_MONOTONIC, 10);
  CHECK_EQ(pthread_cond_clockwait(&c, &mutex, CLOCK_MONOTONIC, &t), ETIMEDOUT);
  CHECK(now_us() - begin >= 10000);
  pthread_mutex_unlock(&mutex);
  CHECK_EQ(pthread_cond_destroy(&c), 0);
}

static void time_limits(void) {
  /* A time of day that is nowhere near the other clock. */
  struct timespec day = {1700000000, 0};
  CHECK_EQ(clock_settime(CLOCK_REALTIME, &day), 0);
  time_limits_of(CLOCK_REALTIME);
  time_limits_of(CLOCK_MONOTONIC);
  pthread_condattr_t a;
  pthread_condattr_init(&a);
  CHECK_EQ(pthread_condattr_setclock(&a, CLOCK_PROCESS_CPUTIME_ID), EINVAL);
}

static void needs_its_mutex(void) {
  pthread_mutex_t m = PTHREAD_ERRORCHECK_MUTEX_INITIALIZER_NP;
  CHECK_EQ(pthread_cond_wait(&cond, &m), EPERM);
  CHECK_EQ(cond.__waiters, 0);
}

/* Who is woken may destroy at once, while others are on their way out. */
struct short_lived {
  pthread_mutex_t m;
  pthread_cond_t c;
  int go;
};
static void *passes(void *arg) {
  struct short_lived *s = arg;
  pthread_mutex_lock(&s->m);
  while (!s->go) pthread_cond_wait(&s->c, &s->m);
  pthread_mutex_unlock(&s->m);
  return NULL;
}

static void destroyed_at_once(void) {
  struct short_lived *s = calloc(1, sizeof *s);
  pthread_t a = start(LOW, passes, s), b = start(LOW, passes, s);
  usleep(3000);
  pthread_mutex_lock(&s->m);
  s->go = 1;
  CHECK_EQ(pthread_cond_broadcast(&s->c), 0);
  CHECK_EQ(pthread_cond_destroy(&s->c), 0); /* waits until both have left */
  memset(&s->c, 0xA5, sizeof s->c);
  pthread_mutex_unlock(&s->m);
  finish(a), finish(b);
  for (unsigned i = 0; i < sizeof s->c; i++) CHECK_EQ(((unsigned char *)&s->c)[i], 0xA5);
  free(s);
}

/* A bounded buffer, three of each side, priorities mixed. */
static int buffer[4], filled, in, out, sum;
static pthread_cond_t not_full = PTHREAD_COND_INITIALIZER, not_empty = PTHREAD_COND_INITIALIZER;
static void *produces(void *arg) {
  for (int i = 1; i <= 50; i++) {
    pthread_mutex_lock(&mutex);
    while (filled == 4) pthread_cond_wait(&not_full, &mutex);
    buffer[in++ % 4] = i;
    filled++;
    pthread_cond_signal(&not_empty);
    pthread_mutex_unlock(&mutex);
    if (i % 16 == 0) usleep(300);
  }
  return arg;
}
static void *consumes(void *arg) {
  for (int i = 1; i <= 50; i++) {
    pthread_mutex_lock(&mutex);
    while (filled == 0) pthread_cond_wait(&not_empty, &mutex);
    sum += buffer[out++ % 4];
    filled--;
    pthread_cond_signal(&not_full);
    pthread_mutex_unlock(&mutex);
  }
  return arg;
}

static void bounded_buffer(void) {
  pthread_t t[4];
  for (int i = 0; i < 2; i++) t[i] = start(MIDDLE + i, produces, NULL), t[i + 2] = start(HIGH - i, consumes, NULL);
  for (int i = 0; i < 4; i++) finish(t[i]);
  CHECK_EQ(sum, 2 * 50 * 51 / 2);
}

/* ---- reader-writer locks ---- */

static pthread_rwlock_t lock = PTHREAD_RWLOCK_INITIALIZER;
static void *reads(void *arg) {
  int error = arg ? pthread_rwlock_timedrdlock(&lock, arg) : pthread_rwlock_rdlock(&lock);
  if (!error) order[ordered++] = 'r', CHECK_EQ(pthread_rwlock_unlock(&lock), 0);
  return (void *)(intptr_t)error;
}
static void *writes(void *arg) {
  int error = arg ? pthread_rwlock_timedwrlock(&lock, arg) : pthread_rwlock_wrlock(&lock);
  if (!error) order[ordered++] = 'w', CHECK_EQ(pthread_rwlock_unlock(&lock), 0);
  return (void *)(intptr_t)error;
}

static void readers_and_writers(void) {
  struct timespec soon;
  CHECK_EQ(pthread_rwlock_rdlock(&lock), 0);
  CHECK_EQ(pthread_rwlock_rdlock(&lock), 0);
  ordered = 0;
  CHECK_EQ(finish(start(HIGH, reads, NULL)), 0);
  CHECK_EQ(ordered, 1);
  CHECK_EQ(pthread_rwlock_tryrdlock(&lock), 0);
  CHECK_EQ(pthread_rwlock_trywrlock(&lock), EBUSY);
  soon = in_ms(CLOCK_REALTIME, 5);
  CHECK_EQ(finish(start(HIGH, writes, &soon)), ETIMEDOUT);
  CHECK_EQ(pthread_rwlock_destroy(&lock), EBUSY);
  for (int i = 0; i < 3; i++) CHECK_EQ(pthread_rwlock_unlock(&lock), 0);
  CHECK_EQ(pthread_rwlock_unlock(&lock), EPERM);
  CHECK_EQ(pthread_rwlock_wrlock(&lock), 0);
  CHECK_EQ(pthread_rwlock_wrlock(&lock), EDEADLK);
  CHECK_EQ(pthread_rwlock_rdlock(&lock), EDEADLK);
  CHECK_EQ(pthread_rwlock_tryrdlock(&lock), EBUSY);
  soon = in_ms(CLOCK_REALTIME, 5);
  CHECK_EQ(finish(start(HIGH, reads, &soon)), ETIMEDOUT);
  CHECK_EQ(pthread_rwlock_unlock(&lock), 0);
  CHECK(lock.__gate == 0 && lock.__readers == 0);
}

/* A writer that waits goes before a reader that comes later; after it all readers. */
static void writers_first(void) {
  ordered = 0;
  CHECK_EQ(pthread_rwlock_rdlock(&lock), 0);
  pthread_t w = start(MIDDLE, writes, NULL), r = start(HIGH, reads, NULL), r2 = start(HIGH, reads, NULL);
  CHECK_EQ(ordered, 0);
  CHECK_EQ(pthread_rwlock_unlock(&lock), 0);
  finish(w), finish(r), finish(r2);
  CHECK(order[0] == 'w' && order[1] == 'r' && order[2] == 'r');
}

static void *writes_and_ends(void *arg) {
  CHECK_EQ(pthread_rwlock_wrlock(&lock), 0);
  return arg;
}
static void writer_that_ended(void) {
  finish(start(HIGH, writes_and_ends, NULL));
  CHECK_EQ(pthread_rwlock_rdlock(&lock), 0);
  CHECK_EQ(pthread_rwlock_unlock(&lock), 0);
  CHECK(lock.__gate == 0 && lock.__readers == 0);
}

static volatile int inside, most, writing;
static void *mixes(void *arg) {
  for (int i = 0; i < 60; i++) {
    if ((i + (int)(intptr_t)arg) % 4 == 0) {
      pthread_rwlock_wrlock(&lock);
      CHECK(inside == 0 && !writing);
      writing = 1;
      usleep(200);
      writing = 0;
    } else {
      pthread_rwlock_rdlock(&lock);
      CHECK(!writing);
      int n = __atomic_add_fetch(&inside, 1, __ATOMIC_RELAXED);
      if (n > most) most = n;
      usleep(300);
      __atomic_sub_fetch(&inside, 1, __ATOMIC_RELAXED);
    }
    pthread_rwlock_unlock(&lock);
  }
  return NULL;
}

static void mixed(void) {
  pthread_t t[4];
  for (int i = 0; i < 4; i++) t[i] = start(MAIN + i % 2, mixes, (void *)(intptr_t)i);
  for (int i = 0; i < 4; i++) finish(t[i]);
  CHECK(most > 1);
  CHECK(lock.__gate == 0 && lock.__readers == 0);
}

/* ---- barriers ---- */

static pthread_barrier_t barrier;
static volatile int serial, round_of[3];
static void *meets(void *arg) {
  int me = (int)(intptr_t)arg;
  for (int i = 0; i < 20; i++) {
    round_of[me] = i;
    int r = pthread_barrier_wait(&barrier);
    if (r == PTHREAD_BARRIER_SERIAL_THREAD) __atomic_add_fetch(&serial, 1, __ATOMIC_RELAXED);
    else CHECK_EQ(r, 0);
    for (int k = 0; k < 3; k++) CHECK(round_of[k] == i || round_of[k] == i + 1);
    if (i % 5 == me) usleep(500);
  }
  return NULL;
}

static void barriers(void) {
  CHECK_EQ(pthread_barrier_init(&barrier, NULL, 0), EINVAL);
  CHECK_EQ(pthread_barrier_init(&barrier, NULL, 3), 0);
  pthread_t t[3];
  for (int i = 0; i < 3; i++) t[i] = start(LOW + i, meets, (void *)(intptr_t)i);
  for (int i = 0; i < 3; i++) finish(t[i]);
  CHECK_EQ(serial, 20);
  CHECK_EQ(pthread_barrier_destroy(&barrier), 0);
  CHECK_EQ(pthread_barrier_init(&barrier, NULL, 1), 0);
  CHECK_EQ(pthread_barrier_wait(&barrier), PTHREAD_BARRIER_SERIAL_THREAD);
  CHECK_EQ(pthread_barrier_destroy(&barrier), 0);
}

TESTS({"signal wakes one", signal_wakes_one}, {"broadcast wakes all", broadcast_wakes_all},
      {"time limits", time_limits}, {"needs its mutex", needs_its_mutex},
      {"destroyed at once", destroyed_at_once}, {"bounded buffer", bounded_buffer},
      {"readers and writers", readers_and_writers}, {"writers first", writers_first},
      {"a writer that ended", writer_that_ended}, {"mixed", mixed}, {"barriers", barriers})

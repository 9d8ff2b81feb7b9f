/* Semaphores: unnamed and named.
 * pith_app: STACK 2048 HEAP 10240 */
#include "posix.h"
#include <semaphore.h>
#include <stdint.h>

static sem_t sem;
static volatile int order[8], ordered;

static int value_of(sem_t *s) {
  int n = -1;
  CHECK_EQ(sem_getvalue(s, &n), 0);
  return n;
}

static void counts(void) {
  FAILS(sem_init(&sem, 0, SEM_VALUE_MAX + 1u), EINVAL);
  CHECK_EQ(sem_init(&sem, 0, 2), 0);
  CHECK_EQ(sem_wait(&sem), 0);
  CHECK_EQ(sem_trywait(&sem), 0);
  FAILS(sem_trywait(&sem), EAGAIN);
  CHECK_EQ(value_of(&sem), 0);
  CHECK_EQ(sem_post(&sem), 0);
  CHECK_EQ(value_of(&sem), 1);
  CHECK_EQ(sem_destroy(&sem), 0);
  CHECK_EQ(sem_init(&sem, 0, SEM_VALUE_MAX), 0);
  FAILS(sem_post(&sem), EOVERFLOW);
  CHECK_EQ(value_of(&sem), SEM_VALUE_MAX);
}

static void *takes(void *arg) {
  CHECK_EQ(sem_wait(&sem), 0);
  order[ordered++] = (int)(intptr_t)arg;
  return NULL;
}

static void the_most_urgent_first(void) {
  sem_init(&sem, 0, 0);
  ordered = 0;
  pthread_t t[3] = {start(MIDDLE, takes, (void *)2), start(TOP, takes, (void *)0), start(HIGH, takes, (void *)1)};
  CHECK_EQ(value_of(&sem), 0);
  FAILS(sem_destroy(&sem), EBUSY);
  for (int i = 0; i < 3; i++) {
    CHECK_EQ(sem_post(&sem), 0);
    CHECK_EQ(ordered, i + 1);
    CHECK_EQ(order[i], i);
  }
  for (int i = 0; i < 3; i++) finish(t[i]);
  CHECK_EQ(sem.__word, 0);
}

static void *waits_until(void *until) { return (void *)(intptr_t)(sem_timedwait(&sem, until) ? errno : 0); }

static void time_limits(void) {
  struct timespec t = in_ms(CLOCK_REALTIME, 12), bad = {0, -1};
  sem_init(&sem, 0, 1);
  CHECK_EQ(sem_timedwait(&sem, &bad), 0); /* there is a unit */
  FAILS(sem_timedwait(&sem, &bad), EINVAL);
  long long begin = now_us();
  FAILS(sem_timedwait(&sem, &t), ETIMEDOUT);
  CHECK(now_us() - begin >= 10000 && now_us() - begin < 16000);
  CHECK_EQ(sem.__word, 0); /* it counted itself out */
  FAILS(sem_timedwait(&sem, &t), ETIMEDOUT);
  t = in_ms(CLOCK_MONOTONIC, 3);
  FAILS(sem_clockwait(&sem, CLOCK_MONOTONIC, &t), ETIMEDOUT);
  t = in_ms(CLOCK_REALTIME, 1000);
  pthread_t waiter = start(HIGH, waits_until, &t);
  CHECK_EQ(sem_post(&sem), 0);
  CHECK_EQ(finish(waiter), 0);
}

/* No unit is lost or made when many give and take. */
static volatile unsigned taken;
static void *gives(void *arg) {
  for (int i = 0; i < 200; i++) {
    CHECK_EQ(sem_post(&sem), 0);
    if (i % 32 == (int)(intptr_t)arg) usleep(400);
  }
  return NULL;
}
static void *takes_many(void *arg) {
  for (int i = 0; i < 200; i++) {
    CHECK_EQ(sem_wait(&sem), 0);
    __atomic_add_fetch(&taken, 1, __ATOMIC_RELAXED);
    if (i % 64 == (int)(intptr_t)arg) usleep(300);
  }
  return NULL;
}

static void storm(void) {
  pthread_t t[4];
  sem_init(&sem, 0, 0);
  for (int i = 0; i < 2; i++) {
    t[i] = start(MIDDLE + i, takes_many, (void *)(intptr_t)i);
    t[i + 2] = start(HIGH - i, gives, (void *)(intptr_t)i);
  }
  for (int i = 0; i < 4; i++) finish(t[i]);
  CHECK_EQ(taken, 400);
  CHECK_EQ(sem.__word, 0);
}

static sem_t *named;
static void *takes_named(void *arg) {
  CHECK_EQ(sem_wait(named), 0);
  return arg;
}

static void by_name(void) {
  struct timespec t;
  CHECK(sem_open("door", O_CREAT, 0600, 0) == SEM_FAILED && errno == EINVAL);
  CHECK(sem_open("/a/b", O_CREAT, 0600, 0) == SEM_FAILED && errno == EINVAL);
  CHECK(sem_open("/this name is longer than 24", O_CREAT, 0600, 0) == SEM_FAILED && errno == ENAMETOOLONG);
  CHECK(sem_open("/door", 0) == SEM_FAILED && errno == ENOENT);
  CHECK(sem_open("/door", O_CREAT, 0600, SEM_VALUE_MAX + 1u) == SEM_FAILED && errno == EINVAL);
  named = sem_open("/door", O_CREAT, 0600, 2);
  CHECK(named != SEM_FAILED);
  CHECK(sem_open("/door", O_CREAT | O_EXCL, 0600, 2) == SEM_FAILED && errno == EEXIST);
  CHECK(sem_open("/door", 0) == named);
  CHECK_EQ(sem_close(named), 0);
  CHECK_EQ(value_of(named), 2);
  CHECK(sem_wait(named) == 0 && sem_trywait(named) == 0);
  FAILS(sem_trywait(named), EAGAIN);
  t = in_ms(CLOCK_REALTIME, 5);
  FAILS(sem_timedwait(named, &t), ETIMEDOUT);
  FAILS(sem_destroy(named), EINVAL);
  pthread_t waiter = start(HIGH, takes_named, NULL);
  CHECK_EQ(sem_post(named), 0);
  finish(waiter);
  CHECK_EQ(sem_unlink("/door"), 0);
  FAILS(sem_unlink("/door"), ENOENT);
  CHECK(sem_post(named) == 0 && value_of(named) == 1); /* it lives while it is open */
  sem_t *other = sem_open("/door", O_CREAT | O_EXCL, 0600, 5);
  CHECK(other != SEM_FAILED && other != named && value_of(other) == 5);
  CHECK(sem_unlink("/door") == 0 && sem_close(other) == 0 && sem_close(named) == 0);
  FAILS(sem_close(named), EINVAL);
}

TESTS({"counts", counts}, {"the most urgent first", the_most_urgent_first}, {"time limits", time_limits},
      {"storm", storm}, {"by name", by_name})

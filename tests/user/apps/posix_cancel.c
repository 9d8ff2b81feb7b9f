/* Cancellation: in every call that waits, before it and with it off; clean-up handlers; locks are not points.
 * pith_app: STACK 2048 HEAP 12288 */
#include "posix.h"
#include <fcntl.h>
#include <mqueue.h>
#include <semaphore.h>
#include <signal.h>
#include <stdint.h>
#include <sys/wait.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t cond = PTHREAD_COND_INITIALIZER;
static sem_t sem, *named;
static mqd_t full, empty;
static pthread_t sleeper;

static volatile int cleaned, past;
static void cleans(void *arg) { cleaned = cleaned * 10 + (int)(intptr_t)arg; }
static void unlocks(void *arg) { cleaned = pthread_mutex_unlock(arg) == 0 ? 1 : -1; }

/* ---- the calls ---- */

static void in_sleep(void) { sleep(10); }
static void in_usleep(void) { usleep(10000000); }
static void in_nanosleep(void) { nanosleep(&(struct timespec){10, 0}, NULL); }
static void in_clock_nanosleep(void) { clock_nanosleep(CLOCK_MONOTONIC, 0, &(struct timespec){10, 0}, NULL); }
static void in_join(void) { pthread_join(sleeper, NULL); }
static void in_sem(void) { sem_wait(&sem); }
static void in_sem_timed(void) { sem_timedwait(&sem, &(struct timespec){100000, 0}); }
static void in_sem_named(void) { sem_wait(named); }
static void in_mq_receive(void) {
  char c[8];
  mq_receive(empty, c, sizeof c, NULL);
}
static void in_mq_send(void) { mq_send(full, "x", 1, 0); }
static void in_read(void) {
  char c;
  read(0, &c, 1);
}
static void in_sigwait(void) {
  sigset_t set = 1ul << SIGUSR1;
  int n;
  sigwait(&set, &n);
}
static void in_sigsuspend(void) {
  sigset_t set = 0;
  sigsuspend(&set);
}
static void in_pause(void) { pause(); }

static const struct call {
  const char *name;
  void (*wait)(void);
} calls[] = {{"sleep", in_sleep}, {"usleep", in_usleep}, {"nanosleep", in_nanosleep},
             {"clock_nanosleep", in_clock_nanosleep}, {"pthread_join", in_join}, {"sem_wait", in_sem},
             {"sem_timedwait", in_sem_timed}, {"sem_wait of a named one", in_sem_named},
             {"mq_receive", in_mq_receive}, {"mq_send", in_mq_send}, {"read", in_read}, {"sigwait", in_sigwait},
             {"sigsuspend", in_sigsuspend}, {"pause", in_pause}};
enum { CALLS = sizeof calls / sizeof calls[0] };

static void *waits(void *arg) {
  const struct call *c = arg;
  pthread_cleanup_push(cleans, (void *)1);
  c->wait();
  past = 1;
  pthread_cleanup_pop(0);
  return NULL;
}

/* The request is there before the call is made. */
static void *waits_later(void *arg) {
  pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, NULL);
  usleep(2000);
  pthread_setcancelstate(PTHREAD_CANCEL_ENABLE, NULL);
  return waits(arg);
}

static void check_ended(const struct call *c, pthread_t t) {
  int before = posix_failures;
  CHECK_EQ(finish(t), PTHREAD_CANCELED);
  CHECK_EQ(cleaned, 1);
  CHECK_EQ(past, 0);
  if (posix_failures != before) say("  in "), say(c->name), say("\n");
}

static void *sleeps(void *arg) {
  usleep(1000000);
  return arg;
}

static void every_call(void) {
  struct mq_attr attr = {0, 1, 8, 0};
  sem_init(&sem, 0, 0);
  named = sem_open("/cancel", O_CREAT, 0600, 0);
  full = mq_open("/full", O_CREAT | O_RDWR, 0600, &attr);
  empty = mq_open("/empty", O_CREAT | O_RDWR, 0600, &attr);
  CHECK(named != SEM_FAILED && full != (mqd_t)-1 && empty != (mqd_t)-1);
  CHECK_EQ(mq_send(full, "x", 1, 0), 0);
  sleeper = start(LOW, sleeps, NULL);
  for (int i = 0; i < CALLS; i++) {
    cleaned = past = 0;
    pthread_t t = start(HIGH, waits, (void *)&calls[i]);
    CHECK_EQ(cleaned, 0);
    CHECK_EQ(pthread_cancel(t), 0);
    check_ended(&calls[i], t);
    cleaned = 0;
    t = start(HIGH, waits_later, (void *)&calls[i]);
    CHECK_EQ(pthread_cancel(t), 0);
    check_ended(&calls[i], t);
  }
  CHECK_EQ(sem.__word, 0);
  finish(sleeper);
  mq_close(full), mq_close(empty), sem_close(named);
}

/* With the mutex locked, as the handler expects. */
static void *waits_for_condition(void *arg) {
  pthread_mutex_lock(&mutex);
  pthread_cleanup_push(unlocks, &mutex);
  for (;;) {
    if (arg) pthread_cond_timedwait(&cond, &mutex, arg);
    else pthread_cond_wait(&cond, &mutex);
  }
  pthread_cleanup_pop(0);
  return NULL;
}

static void in_conditions(void) {
  struct timespec far = {1000000, 0};
  for (int i = 0; i < 2; i++) {
    cleaned = 0;
    pthread_t t = start(HIGH, waits_for_condition, i ? &far : NULL);
    pthread_mutex_lock(&mutex);
    CHECK_EQ(pthread_cancel(t), 0);
    CHECK_EQ(cleaned, 0); /* it waits for the mutex */
    pthread_mutex_unlock(&mutex);
    CHECK_EQ(finish(t), PTHREAD_CANCELED);
    CHECK_EQ(cleaned, 1);
    CHECK(mutex.__word == 0 && cond.__waiters == 0);
  }
}

/* Locks are no cancellation points, and a wait for one goes on. */
static void *locks(void *arg) {
  pthread_mutex_lock(&mutex);
  past = 1;
  pthread_mutex_unlock(&mutex);
  pthread_testcancel();
  past = 2;
  return arg;
}

static void not_in_locks(void) {
  past = 0;
  pthread_mutex_lock(&mutex);
  pthread_t t = start(HIGH, locks, NULL);
  CHECK_EQ(pthread_cancel(t), 0);
  pthread_mutex_unlock(&mutex);
  CHECK_EQ(finish(t), PTHREAD_CANCELED);
  CHECK_EQ(past, 1);
}

/* With cancellation off the sleep is as long as it was asked for. */
static void *does_not_listen(void *arg) {
  int old = 9;
  CHECK_EQ(pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &old), 0);
  CHECK_EQ(old, PTHREAD_CANCEL_ENABLE);
  long long begin = now_us();
  usleep(20000);
  CHECK(now_us() - begin >= 20000);
  past = 1;
  CHECK_EQ(pthread_setcancelstate(PTHREAD_CANCEL_ENABLE, &old), 0);
  CHECK_EQ(old, PTHREAD_CANCEL_DISABLE);
  past = 2; /* switching it on is no point */
  pthread_testcancel();
  past = 3;
  return arg;
}

static void switched_off(void) {
  past = 0;
  pthread_t t = start(HIGH, does_not_listen, NULL);
  CHECK_EQ(pthread_cancel(t), 0);
  CHECK_EQ(finish(t), PTHREAD_CANCELED);
  CHECK_EQ(past, 2);
  int old;
  CHECK_EQ(pthread_setcancelstate(7, NULL), EINVAL);
  CHECK(pthread_setcanceltype(PTHREAD_CANCEL_DEFERRED, &old) == 0 && old == PTHREAD_CANCEL_DEFERRED);
  CHECK_EQ(pthread_setcanceltype(PTHREAD_CANCEL_ASYNCHRONOUS, NULL), ENOTSUP);
}

static pthread_key_t key;
static void *has_handlers(void *arg) {
  pthread_setspecific(key, (void *)4);
  pthread_cleanup_push(cleans, (void *)3);
  pthread_cleanup_push(cleans, (void *)2);
  pthread_cleanup_push(cleans, (void *)1);
  pthread_cleanup_pop(1);
  if (arg) pthread_exit((void *)5);
  pthread_testcancel();
  usleep(1000000);
  pthread_cleanup_pop(0);
  pthread_cleanup_pop(0);
  return NULL;
}

/* The last first, and then the destructors, whether it is cancelled or ends itself. */
static void handlers_in_order(void) {
  CHECK_EQ(pthread_key_create(&key, cleans), 0);
  cleaned = 0;
  pthread_t t = start(HIGH, has_handlers, NULL);
  CHECK_EQ(cleaned, 1);
  pthread_cancel(t);
  CHECK_EQ(finish(t), PTHREAD_CANCELED);
  CHECK_EQ(cleaned, 1234);
  cleaned = 0;
  CHECK_EQ(finish(start(HIGH, has_handlers, (void *)1)), 5);
  CHECK_EQ(cleaned, 1234);
}

static void *cancels_itself(void *arg) {
  CHECK_EQ(pthread_cancel(pthread_self()), 0);
  past = 1;
  pthread_testcancel();
  past = 2;
  return arg;
}

static void itself(void) {
  CHECK_EQ(finish(start(HIGH, cancels_itself, NULL)), PTHREAD_CANCELED);
  CHECK_EQ(past, 1);
}

/* A routine of pthread_once() that is cancelled has not run. */
static pthread_once_t once = PTHREAD_ONCE_INIT;
static volatile int ran;
static void routine(void) {
  if (!ran++) usleep(1000000);
}
static void *calls_once(void *arg) {
  pthread_once(&once, routine);
  return arg;
}

static void in_once(void) {
  pthread_t t = start(HIGH, calls_once, NULL);
  pthread_cancel(t);
  CHECK_EQ(finish(t), PTHREAD_CANCELED);
  calls_once(NULL);
  calls_once(NULL);
  CHECK_EQ(ran, 2);
}

TESTS({"every call", every_call}, {"in conditions", in_conditions}, {"not in locks", not_in_locks},
      {"switched off", switched_off}, {"handlers in order", handlers_in_order}, {"itself", itself},
      {"in once", in_once})

/* Timers of the process, served by one thread of the library.
 *
 * The list is under `lock`; the thread sleeps until its earliest deadline, or until `changed` says that there is another one.
 * It is made with the first timer, with that thread's priority, and does not count as one that keeps the process alive.
 * SIGEV_SIGNAL sends the signal to the process, without its value; SIGEV_THREAD runs the function in that thread, one at a
 * time, on a stack of as many bytes as the first timer's attributes say. An overrun is an expiry that came before the
 * one before it was served. */
#include <stdlib.h>
#include <unistd.h>
#include "clock.h"
#include "posix_thread.h"
#include "result.h"
#include "mutex.h"

struct timer {
  struct timer *next;
  int64_t deadline, interval; /* FOREVER: disarmed */
  struct sigevent event;
  clockid_t clock;
  int overrun;
};

static struct timer *all;
static volatile unsigned lock, changed;
static bool served;

void __pith_thread_serves(void);

static void deliver(const struct sigevent *e) {
  if (e->sigev_notify == SIGEV_SIGNAL) sys_kill(sys_getpid(), e->sigev_signo);
  if (e->sigev_notify == SIGEV_THREAD) e->sigev_notify_function(e->sigev_value);
}

static struct timer *earliest(void) {
  struct timer *first = NULL;
  for (struct timer *t = all; t; t = t->next)
    if (!first || t->deadline < first->deadline) first = t;
  return first;
}

/* The next moment of a periodic one, and how many have been missed. */
static void go_on(struct timer *t, int64_t now) {
  int64_t missed = t->interval ? (now - t->deadline) / t->interval : 0;
  t->overrun = (int)(missed > INT32_MAX ? INT32_MAX : missed);
  t->deadline = t->interval ? t->deadline + (missed + 1) * t->interval : FOREVER;
}

static void *serve(void *unused) {
  (void)unused;
  __pith_thread_serves();
  for (;;) {
    word_lock(&lock);
    unsigned seen = changed;
    struct timer *t = earliest();
    int64_t now = clock_now(), deadline = t ? t->deadline : FOREVER;
    struct sigevent event = {.sigev_notify = SIGEV_NONE};
    if (deadline <= now) {
      event = t->event;
      go_on(t, now);
    }
    word_unlock(&lock);
    if (deadline <= now) deliver(&event);
    else word_sleep(&changed, seen, deadline);
  }
  return NULL;
}

/* With all signals blocked, which the thread inherits: they are for the program's own threads. */
static int start_thread(const pthread_attr_t *asked) {
  pthread_attr_t attr;
  pthread_t thread;
  sigset_t every = ~0ul, before;
  pthread_attr_init(&attr);
  if (asked) attr = *asked;
  attr.__detached = 1;
  attr.__stack = NULL;
  pthread_sigmask(SIG_SETMASK, &every, &before);
  int error = pthread_create(&thread, &attr, serve, NULL);
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  return error;
}

static struct timer **find(timer_t id) {
  struct timer **link = &all;
  while (*link && (timer_t)(uintptr_t)*link != id) link = &(*link)->next;
  return link;
}

static bool valid_event(const struct sigevent *e) {
  if (e->sigev_notify == SIGEV_SIGNAL) return e->sigev_signo > 0 && e->sigev_signo < NSIG;
  if (e->sigev_notify == SIGEV_THREAD) return e->sigev_notify_function != NULL;
  return e->sigev_notify == SIGEV_NONE;
}

int timer_create(clockid_t clock, struct sigevent *event, timer_t *id) {
  struct sigevent e = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGALRM};
  if (event) e = *event;
  if ((clock != CLOCK_REALTIME && clock != CLOCK_MONOTONIC) || !valid_event(&e)) return (int)result(-EINVAL);
  struct timer *t = malloc(sizeof *t);
  if (!t) return (int)result(-EAGAIN);
  *t = (struct timer){.deadline = FOREVER, .event = e, .clock = clock};
  word_lock(&lock);
  int error = served ? 0 : start_thread(e.sigev_notify == SIGEV_THREAD ? e.sigev_notify_attributes : NULL);
  if (!error) {
    served = true;
    t->next = all;
    all = t;
    *id = (timer_t)(uintptr_t)t;
  }
  word_unlock(&lock);
  if (error) free(t);
  return (int)result(error ? -EAGAIN : 0);
}

int timer_delete(timer_t id) {
  word_lock(&lock);
  struct timer **link = find(id), *t = *link;
  if (t) *link = t->next;
  word_unlock(&lock);
  free(t);
  return (int)result(t ? 0 : -EINVAL);
}

static void show(const struct timer *t, struct itimerspec *value) {
  clock_timespec(t->interval, &value->it_interval);
  /* An armed one never shows 0, which is a disarmed one. */
  int64_t left = t->deadline == FOREVER ? 0 : clock_left(t->deadline);
  clock_timespec(left || t->deadline == FOREVER ? left : 1, &value->it_value);
}

static long set(struct timer *t, int flags, const struct itimerspec *value, struct itimerspec *old) {
  int64_t deadline;
  if (flags & TIMER_ABSTIME) clock_deadline(t->clock, &value->it_value, &deadline);
  else deadline = clock_now() + clock_us(&value->it_value);
  if (value->it_value.tv_sec == 0 && value->it_value.tv_nsec == 0) deadline = FOREVER;
  if (old) show(t, old);
  t->interval = clock_us(&value->it_interval);
  t->deadline = deadline;
  t->overrun = 0;
  changed++;
  return 0;
}

int timer_settime(timer_t id, int flags, const struct itimerspec *value, struct itimerspec *old) {
  if (!clock_valid(&value->it_value) || !clock_valid(&value->it_interval)) return (int)result(-EINVAL);
  word_lock(&lock);
  struct timer *t = *find(id);
  long r = t ? set(t, flags, value, old) : -EINVAL;
  word_unlock(&lock);
  if (t) sys_futex_wake(&changed, 1);
  return (int)result(r);
}

int timer_gettime(timer_t id, struct itimerspec *value) {
  word_lock(&lock);
  struct timer *t = *find(id);
  if (t) show(t, value);
  word_unlock(&lock);
  return (int)result(t ? 0 : -EINVAL);
}

int timer_getoverrun(timer_t id) {
  word_lock(&lock);
  struct timer *t = *find(id);
  int n = t ? t->overrun : -EINVAL;
  word_unlock(&lock);
  return (int)result(n);
}

/* A child of fork() has none of them, nor the thread. */
void __pith_fork_timers(void) {
  while (all) {
    struct timer *t = all;
    all = t->next;
    free(t);
  }
  lock = changed = 0;
  served = false;
}

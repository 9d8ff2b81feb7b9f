/* Threads: made, ended, joined.
 *
 *   low  [ stack ][ struct uthread | struct _reent | copy of the GOT ]  high
 *
 * One piece of the heap, or of the memory the attribute names. A thread cannot free the piece it runs on. A joined one is
 * freed by who joins it; a detached one that has ended lies in a list until the next thread is made or ends,
 * and the kernel says that it has left its stack. To the kernel all threads are joinable, so that nothing of it is given
 * to another one before.
 * `lock` is held while a thread is made: so nobody frees its record before its maker has written the number to it. */
#include <reent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/lock.h>
#include "clock.h"
#include "posix_thread.h"
#include "priority.h"

struct thread {
  struct uthread u; /* first */
  struct thread *next;
  void *piece; /* of the heap; 0: the user's */
  void *(*start)(void *);
  void *arg;
  char name[PTHREAD_NAME_MAX_NP];
  struct _reent reent;
};

extern uint32_t __pith_got_end[];
extern void __sinit(struct _reent *) __attribute__((weak));

static volatile unsigned lock;
static volatile unsigned others; /* threads beside the first that have not ended, and the first if it has not */
static struct thread *leaving;
void __pith_thread_serves(void);

static char first_name[PTHREAD_NAME_MAX_NP];

/* Never called: makes the linker take the locks of user/libc/lock.c before it finds newlib's, which are none. */
__attribute__((used)) static void locks_first(void) { __retarget_lock_acquire_recursive(NULL); }

static struct thread *thread_of(pthread_t t) { return (struct thread *)(void *)t; }

pthread_t pthread_self(void) { return (pthread_t)(void *)uthread_self(); }
int pthread_equal(pthread_t a, pthread_t b) { return a == b; }

/* ---- the end ---- */

/* Detached threads that have ended, under the lock. */
static void bury(void) {
  for (struct thread **link = &leaving; *link;) {
    struct thread *t = *link;
    if (sys_thread_join((long)t->u.tid, NULL, 0) < 0) {
      link = &t->next;
      continue;
    }
    *link = t->next;
    free(t->piece);
  }
}

static void put_into_list(struct thread *t) {
  t->next = leaving;
  leaving = t;
}

_Noreturn void pthread_exit(void *value) {
  struct uthread *self = uthread_self();
  self->cancel_off = 1;
  while (self->cleanup) __pith_cleanup_pop(self->cleanup, 1);
  if (__pith_keys_end) __pith_keys_end(self);
  /* others is 1 less than the threads there are: the last one ends the process. */
  if (__atomic_fetch_sub(&others, 1, __ATOMIC_RELAXED) == 0) exit(0);
  if (self->reent != _global_impure_ptr) {
    _reclaim_reent(self->reent);
    word_lock(&lock);
    bury();
    self->ended = 1;
    if (self->detached) put_into_list((struct thread *)self);
    word_unlock(&lock);
  }
  sys_thread_exit((long)value);
}

/* The child of fork() has but the one that called it. */
void __pith_fork_threads(void) {
  others = 0;
  uthread_self()->joined = 0;
  leaving = NULL;
  lock = 0;
}

/* ---- the beginning ---- */

static _Noreturn void run(struct thread *t) {
  t->u.tid = (uint32_t)sys_thread_self(); /* its maker may not have come to it */
  pthread_exit(t->start(t->arg));
}

static void init_reent(struct _reent *r) {
  const struct _reent *first = _global_impure_ptr;
  /* Streams are set up by their first user, but flushed at exit only by the first thread's. */
  if (__sinit) __sinit(_global_impure_ptr);
  memset(r, 0, sizeof *r);
  r->_stdin = first->_stdin;
  r->_stdout = first->_stdout;
  r->_stderr = first->_stderr;
}

static uint32_t *own_got(void) {
  uint32_t *got;
  __asm__("mov %0, r9" : "=r"(got));
  return got;
}

/* The record at the top of [stack, stack + size), or NULL if it leaves too little below. */
static struct thread *place(void *stack, size_t size, struct pith_thread_start *start) {
  size_t got_size = (size_t)((char *)__pith_got_end - (char *)own_got());
  size_t top = (sizeof(struct thread) + got_size + 7) & ~(size_t)7;
  if (size < top + PITH_THREAD_STACK_MIN) return NULL;
  struct thread *t = (struct thread *)(void *)((char *)stack + size - top);
  uint32_t *got = (uint32_t *)(void *)(t + 1);
  memset(t, 0, sizeof *t);
  memcpy(got, own_got(), got_size);
  got[1] = (uint32_t)(uintptr_t)t;
  init_reent(&t->reent);
  t->u.reent = &t->reent;
  *start = (struct pith_thread_start){.entry = (uint32_t)(uintptr_t)run,
                                      .arg = (uint32_t)(uintptr_t)t,
                                      .got = (uint32_t)(uintptr_t)got,
                                      .stack = (uint32_t)(uintptr_t)stack,
                                      .stack_size = size - top,
                                      .priority = -1};
  return t;
}

static size_t piece_size(const pthread_attr_t *a) {
  size_t got_size = (size_t)((char *)__pith_got_end - (char *)own_got());
  return ((a ? a->__stack_size : PTHREAD_STACK_DEFAULT_NP) + 7 + sizeof(struct thread) + got_size + 15) & ~(size_t)7;
}

static int make(pthread_t *thread, const pthread_attr_t *a, void *(*routine)(void *), void *arg) {
  struct pith_thread_start start;
  bool given = a && a->__stack;
  size_t size = given ? a->__stack_size : piece_size(a);
  void *piece = given ? NULL : malloc(size);
  if (!given && !piece) return EAGAIN;
  struct thread *t = place(given ? a->__stack : piece, size, &start);
  if (!t) return EINVAL;
  t->piece = piece;
  t->start = routine;
  t->arg = arg;
  t->u.detached = a && a->__detached;
  if (a && a->__inherit == PTHREAD_EXPLICIT_SCHED) {
    start.priority = to_pith(a->__param.sched_priority);
    start.flags = PITH_WITH_POLICY((uint32_t)kernel_policy(a->__policy));
    t->u.round_robin = a->__policy == SCHED_RR;
  } else {
    t->u.round_robin = uthread_self()->round_robin;
  }
  *thread = (pthread_t)(void *)t;
  __atomic_fetch_add(&others, 1, __ATOMIC_RELAXED);
  long tid = sys_thread_create(&start);
  if (tid >= 0) {
    t->u.tid = (uint32_t)tid;
    return 0;
  }
  __atomic_fetch_sub(&others, 1, __ATOMIC_RELAXED);
  free(piece);
  return (int)-tid;
}

int pthread_create(pthread_t *thread, const pthread_attr_t *a, void *(*routine)(void *), void *arg) {
  word_lock(&lock);
  bury();
  int error = make(thread, a, routine, arg);
  word_unlock(&lock);
  return error;
}

/* A thread of the library's own: the process ends without it. */
void __pith_thread_serves(void) { __atomic_fetch_sub(&others, 1, __ATOMIC_RELAXED); }

/* ---- joining ---- */

/* One thread alone joins it, which nobody detaches or frees meanwhile. */
static bool begin_join(struct thread *t) {
  word_lock(&lock);
  bool may = !t->u.detached && !t->u.joined;
  if (may) t->u.joined = 1;
  word_unlock(&lock);
  return may;
}

static long wait_for_end(struct thread *t, long *result, int64_t deadline) {
  const struct uthread *self = uthread_self();
  long r;
  do {
    r = sys_thread_join((long)t->u.tid, result, clock_left(deadline));
    if (r != -ECANCELED || !self->canceled || self->cancel_off) continue;
    t->u.joined = 0;
    cancel_test();
  } while (r == -EINTR || r == -ECANCELED);
  if (r < 0) t->u.joined = 0;
  return r;
}

static int join(pthread_t thread, void **value, int64_t deadline) {
  struct thread *t = thread_of(thread);
  long r, result;
  cancel_test();
  if (!begin_join(t)) return EINVAL;
  r = wait_for_end(t, &result, deadline);
  if (r < 0) return (int)-r;
  if (value) *value = (void *)result;
  if (t->u.reent == _global_impure_ptr) return 0;
  word_lock(&lock);
  word_unlock(&lock); /* its maker is through with it */
  free(t->piece);
  return 0;
}

int pthread_join(pthread_t thread, void **value) { return join(thread, value, FOREVER); }

int pthread_tryjoin_np(pthread_t thread, void **value) {
  int error = join(thread, value, 0);
  return error == ETIMEDOUT ? EBUSY : error;
}

int pthread_clockjoin_np(pthread_t thread, void **value, clockid_t clock, const struct timespec *until) {
  int64_t deadline;
  return clock_deadline(clock, until, &deadline) ? join(thread, value, deadline) : EINVAL;
}

int pthread_detach(pthread_t thread) {
  struct thread *t = thread_of(thread);
  int error = EINVAL;
  word_lock(&lock);
  if (!t->u.detached && !t->u.joined) {
    t->u.detached = 1;
    error = 0;
    if (t->u.ended) put_into_list(t);
  }
  word_unlock(&lock);
  return error;
}

/* ---- names ---- */

static char *name_of(pthread_t thread) {
  return uthread_of(thread)->reent == _global_impure_ptr ? first_name : thread_of(thread)->name;
}

int pthread_setname_np(pthread_t thread, const char *name) {
  if (strlen(name) >= PTHREAD_NAME_MAX_NP) return ERANGE;
  strcpy(name_of(thread), name);
  return 0;
}

int pthread_getname_np(pthread_t thread, char *name, size_t size) {
  if (strlen(name_of(thread)) >= size) return ERANGE;
  strcpy(name, name_of(thread));
  return 0;
}

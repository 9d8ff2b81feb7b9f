/* A thread as the libc knows it, and how it finds itself.
 *
 * r9 addresses the global offset table, which is constant once the program is loaded. Its word 1 is reserved by the ABI for
 * a dynamic linker, which there is not: it holds the thread's struct uthread, and every thread but the first has a
 * copy of the table (user/posix/thread.c). So a thread finds itself in one load, also in a signal handler, which
 * the kernel enters with the thread's own r9. A program without further threads has one static record and no more code. */
#ifndef PITH_LIBC_THREAD_H
#define PITH_LIBC_THREAD_H

#define UTHREAD_TID 0 /* offsets, for user/posix/fast.S */
#define UTHREAD_CANCELED 8

#ifndef __ASSEMBLER__
#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "pith.h"

struct _reent;
struct __pith_cleanup;
struct key_value;

struct uthread {
  uint32_t tid; /* of the kernel; what a locked word holds */
  struct _reent *reent;
  volatile uint8_t canceled; /* somebody wants it to end */
  uint8_t cancel_off;        /* but it does not, for now; only itself writes it */
  volatile uint8_t handled;  /* a signal handler ran that does not want calls to go on */
  uint8_t detached, ended, joined; /* under the lock of user/posix/thread.c; joined: somebody is about to */
  uint8_t round_robin;       /* its policy is SCHED_OTHER by the name of SCHED_RR */
  struct __pith_cleanup *cleanup;
  struct key_value *values; /* user/posix/key.c */
  uint32_t value_count;
  void *ceilings; /* mutexes with a ceiling that it holds, user/posix/mutex.c */
  int own_priority; /* without them */
  void *signal_stack;
  size_t signal_stack_size;
};

_Static_assert(offsetof(struct uthread, tid) == UTHREAD_TID, "fast.S");
_Static_assert(offsetof(struct uthread, canceled) == UTHREAD_CANCELED, "fast.S");

static inline struct uthread *uthread_self(void) {
  struct uthread *self;
  __asm__("ldr %0, [r9, #4]" : "=r"(self));
  return self;
}

/* Around fork(), in a program that has them: lock.c takes the locks before and gives them back afterwards, in both;
 * user/posix/thread.c forgets the other threads in the child. */
enum { FORK_BEFORE, FORK_PARENT, FORK_CHILD };
void __pith_fork_locks(int when) __attribute__((weak));
void __pith_fork_threads(void) __attribute__((weak));
void __pith_fork_timers(void) __attribute__((weak)); /* user/posix/timer.c: in the child, with the locks given back */
void __pith_atfork(int when) __attribute__((weak)); /* pthread_atfork() */

/* user/start.c calls it before anything else. */
void uthread_start(void);

/* ---- words that are locked: 0 free, else the owner's tid; the kernel knows of those that are waited for ---- */

static inline bool word_try(volatile unsigned *word) {
  unsigned free = 0;
  bool locked = __atomic_compare_exchange_n(word, &free, uthread_self()->tid, 0, __ATOMIC_RELAXED, __ATOMIC_RELAXED);
  __asm__ volatile("" ::: "memory"); /* one core: the order of the program is enough */
  return locked;
}

/* Waits until the word is locked, for ever; it goes on after a signal and when it is interrupted, and takes over from
 * an owner that has ended. */
void word_wait(volatile unsigned *word);
void word_release(volatile unsigned *word); /* one that is waited for */

static inline void word_lock(volatile unsigned *word) {
  if (!word_try(word)) word_wait(word);
}

static inline void word_unlock(volatile unsigned *word) {
  unsigned mine = uthread_self()->tid;
  __asm__ volatile("" ::: "memory");
  if (!__atomic_compare_exchange_n(word, &mine, 0, 0, __ATOMIC_RELAXED, __ATOMIC_RELAXED)) word_release(word);
}

/* ---- cancellation: a wait is between cancel_test() and again(), or wait_starts() and again_restart() ---- */

/* Ends the calling thread; in the program if it calls pthread_cancel(), without which `canceled` stays 0. */
_Noreturn void __pith_cancel(void) __attribute__((weak));

static inline void cancel_test(void) {
  struct uthread *self = uthread_self();
  if (self->canceled && !self->cancel_off) __pith_cancel();
}

/* True if a wait that ended with r has to be made again: it was interrupted, but the thread is not to end now. */
static inline bool again(long r) {
  if (r != -ECANCELED) return false;
  cancel_test();
  return true;
}

/* For a wait that also goes on after a signal whose handler has SA_RESTART. */
static inline void wait_starts(void) {
  cancel_test();
  uthread_self()->handled = 0;
}

static inline bool again_restart(long r) { return (r == -EINTR && !uthread_self()->handled) || again(r); }
#endif
#endif

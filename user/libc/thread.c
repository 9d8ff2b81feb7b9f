/* The first thread, errno & co. of each, and what waits for a locked word: see thread.h. */
#include <reent.h>
#include "thread.h"

#define FULL_US 1000

static struct uthread first;

void uthread_start(void) {
  first.tid = (uint32_t)sys_thread_self();
  first.reent = _global_impure_ptr;
  __asm__ volatile("str %0, [r9, #4]" : : "r"(&first) : "memory");
}

struct _reent *__getreent(void) { return uthread_self()->reent; }

void word_wait(volatile unsigned *word) {
  long r;
  do {
    r = sys_futex_lock(word, 0, PITH_WAIT_FOREVER);
    /* The kernel follows no more locks: it cannot lend the priority, but the lock will come. */
    if (r == -EAGAIN) sys_sleep(FULL_US);
  } while (r == -EAGAIN || r == -EINTR || r == -ECANCELED);
}

void word_release(volatile unsigned *word) { sys_futex_unlock(word); }

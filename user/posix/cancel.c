/* Cancellation. A request is a byte in the thread's record and an interruption of its wait, or of its next one: between
 * its look at the byte and the wait there is no gap. */
#include <pthread.h>
#include "posix_thread.h"

_Noreturn void __pith_cancel(void) { pthread_exit(PTHREAD_CANCELED); }

int pthread_cancel(pthread_t thread) {
  struct uthread *t = uthread_of(thread);
  t->canceled = 1;
  return t == uthread_self() ? 0 : (int)-sys_thread_interrupt((long)t->tid);
}

void pthread_testcancel(void) { cancel_test(); }

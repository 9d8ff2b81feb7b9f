/* Clean-up handlers: a list on the thread's stack. */
#include <pthread.h>
#include "thread.h"

void __pith_cleanup_push(struct __pith_cleanup *cleanup) {
  struct uthread *self = uthread_self();
  cleanup->next = self->cleanup;
  self->cleanup = cleanup;
}

void __pith_cleanup_pop(struct __pith_cleanup *cleanup, int execute) {
  uthread_self()->cleanup = cleanup->next;
  if (execute) cleanup->routine(cleanup->arg);
}

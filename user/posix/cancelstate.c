/* Whether the thread lets itself be cancelled; apart from cancel.c, so that a library may protect itself in a
 * program that cancels nobody. */
#include <pthread.h>
#include "thread.h"

int pthread_setcancelstate(int state, int *old) {
  struct uthread *self = uthread_self();
  if (state != PTHREAD_CANCEL_ENABLE && state != PTHREAD_CANCEL_DISABLE) return EINVAL;
  if (old) *old = self->cancel_off;
  self->cancel_off = (uint8_t)state;
  return 0;
}

int pthread_setcanceltype(int type, int *old) {
  if (old) *old = PTHREAD_CANCEL_DEFERRED;
  if (type == PTHREAD_CANCEL_DEFERRED) return 0;
  return type == PTHREAD_CANCEL_ASYNCHRONOUS ? ENOTSUP : EINVAL;
}

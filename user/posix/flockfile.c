/* A stream's lock, for more than one call: the one that newlib itself takes. The standard streams have none before newlib has
 * made them, which it does at the first use. */
#include <reent.h>
#include <stdio.h>
#include <sys/lock.h>

extern void __sinit(struct _reent *reent); /* newlib's: makes them, once */

static _LOCK_RECURSIVE_T lock_of(FILE *stream) {
  if (!_GLOBAL_REENT->__sdidinit) __sinit(_GLOBAL_REENT);
  return stream->_lock;
}

void flockfile(FILE *stream) { __lock_acquire_recursive(lock_of(stream)); }
int ftrylockfile(FILE *stream) { return __lock_try_acquire_recursive(lock_of(stream)); }
void funlockfile(FILE *stream) { __lock_release_recursive(lock_of(stream)); }

/* Which thread is running, and errno & co. of each: see thread.h. */
#include <reent.h>
#include "thread.h"

static struct uthread *others;
static struct uthread main_thread;

struct uthread *uthread_self(void) {
  struct uthread *t = __atomic_load_n(&others, __ATOMIC_ACQUIRE);
  if (t) {
    uintptr_t sp = (uintptr_t)__builtin_frame_address(0);
    while (t && (sp < t->low || sp >= t->high))
      t = t->next;
  }
  return t ? t : &main_thread;
}

void uthread_add(struct uthread *t) {
  t->next = __atomic_load_n(&others, __ATOMIC_RELAXED);
  while (!__atomic_compare_exchange_n(&others, &t->next, t, 0, __ATOMIC_RELEASE, __ATOMIC_RELAXED)) {
  }
}

struct _reent *__getreent(void) {
  struct uthread *t = uthread_self();
  return t == &main_thread ? _global_impure_ptr : t->reent;
}

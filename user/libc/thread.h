/* The threads of a process as the libc knows them: which one is running, and its struct _reent.
 *
 * A thread is known by its stack pointer: the kernel keeps no word for it, and r9 is taken. The main
 * thread is the one whose stack is in no record, so a process without others looks at one pointer.
 * A record is never removed and its range never changes: the list may be walked at any moment without
 * a lock. A thread that ends leaves its record, together with its stack, to the next one. */
#ifndef PITH_LIBC_THREAD_H
#define PITH_LIBC_THREAD_H
#include <stdint.h>

struct _reent;

struct uthread {
  struct uthread *next;
  uintptr_t low, high; /* stack, [low, high) */
  struct _reent *reent;
};

/* The calling thread. O(threads). */
struct uthread *uthread_self(void);
/* Makes t known; called before its thread first runs. Atomic. */
void uthread_add(struct uthread *t);
#endif

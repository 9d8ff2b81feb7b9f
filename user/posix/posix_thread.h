/* What of a thread the libc proper need not know. */
#ifndef PITH_POSIX_THREAD_H
#define PITH_POSIX_THREAD_H
#include <pthread.h>
#include "thread.h"

static inline struct uthread *uthread_of(pthread_t thread) { return (struct uthread *)(void *)thread; }

/* key.c: runs the destructors of the thread's values; in the program if it creates a key. */
void __pith_keys_end(struct uthread *self) __attribute__((weak));
#endif

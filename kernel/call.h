/* How a thread makes the kernel run a function, for everything that is not in hot.def.
 *
 * An object's file defines the kernel's side and, beside it, the caller's side:
 *
 *   static long barrier_wait(struct pith_barrier *b, uint32_t pad, pith_time deadline) { ... k_wait() ... }
 *   K_CALL(barrier_wait)
 *   int pith_barrier_wait(struct pith_barrier *b) { return (int)K_ENTER_TIME(barrier_wait, b, PITH_FOREVER); }
 *
 * The function gets up to four words from the caller's registers: a deadline, 64 bits, is the third and sits in r2:r3.
 * Its result is the caller's, unless it parks the caller and somebody ends the wait with another one. From an
 * ISR the call ends in a panic that names it. A build drops what it does not call. */
#ifndef PITH_KERNEL_CALL_H
#define PITH_KERNEL_CALL_H
#include "arch.h"
#include "config.h"

typedef long k_function(uint32_t a, uint32_t b, uint32_t c, uint32_t d);

struct k_call {
  k_function *run;
  const char *name;
};

extern const struct k_call k_idle_call; /* does nothing: boot becomes the idle thread by it */

/* {function, name}: the name is for the report of a call from an ISR. */
#define K_DESCRIBE(function, name)                                                                           \
  { (k_function *)(uintptr_t)(function), PITH_REPORTS ? "pith_" name : NULL }
#define K_CALL(function) static const struct k_call function##_call = K_DESCRIBE(function, #function);

#define K_WORD(x) ((uint32_t)(uintptr_t)(x))
#define K_ENTER(name, a, b, c, d) arch_call(K_WORD(a), K_WORD(b), K_WORD(c), K_WORD(d), K_WORD(&name##_call))
/* fn(object, word, deadline): what names it to arch_call(). */
#define K_CALL_OF_TIME(name) K_WORD(&name##_call)
#define K_ENTER_TIME(name, object, deadline)                                                                 \
  arch_call(K_WORD(object), 0, (uint32_t)(uint64_t)(deadline), (uint32_t)((uint64_t)(deadline) >> 32),       \
            K_CALL_OF_TIME(name))
#endif

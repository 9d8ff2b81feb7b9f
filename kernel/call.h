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
 * ISR the call ends in a panic that names it. A build drops what it does not call. Without PITH_REPORTS nobody asks for
 * names: a call's address is the function's own. */
#ifndef PITH_KERNEL_CALL_H
#define PITH_KERNEL_CALL_H
#include "arch.h"
#include "config.h"

typedef long k_function(uint32_t a, uint32_t b, uint32_t c, uint32_t d);

struct k_call {
  k_function *run;
  const char *name;
};

/* K_CALL: for this file. K_CALL_AS: by another name. K_CALL_FROM_OUTSIDE: for other files and for assembly. */
#if PITH_REPORTS
#define K_CALL_AS(symbol, function, name)                                                                    \
  static const struct k_call symbol = {(k_function *)(uintptr_t)(function), "pith_" name};
#define K_CALL_FROM_OUTSIDE(symbol, function, name)                                                          \
  extern const struct k_call symbol;                                                                         \
  const struct k_call symbol = {(k_function *)(uintptr_t)(function), "pith_" name};
#define K_FUNCTION(call) (((const struct k_call *)(uintptr_t)(call))->run)
#else
#define K_CALL_AS(symbol, function, name) static __typeof__(function) symbol __attribute__((alias(#function)));
#define K_CALL_FROM_OUTSIDE(symbol, function, name)                                                          \
  extern __typeof__(function) symbol __attribute__((alias(#function)));
#define K_FUNCTION(call) ((k_function *)(uintptr_t)(call))
#endif
#define K_CALL(function) K_CALL_AS(function##_call, function, #function)

#define K_WORD(x) ((uint32_t)(uintptr_t)(x))
#define K_ENTER(name, a, b, c, d) arch_call(K_WORD(a), K_WORD(b), K_WORD(c), K_WORD(d), K_WORD(&name##_call))
/* fn(object, word, deadline): what names it to arch_call(). */
#define K_CALL_OF_TIME(name) K_WORD(&name##_call)
#define K_ENTER_TIME(name, object, deadline)                                                                 \
  arch_call(K_WORD(object), 0, (uint32_t)(uint64_t)(deadline), (uint32_t)((uint64_t)(deadline) >> 32),       \
            K_CALL_OF_TIME(name))
#endif

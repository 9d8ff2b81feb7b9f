/* The fast paths of the public calls, in the caller's own mode: kernel thread or ISR.
 *
 * LDREX/STREX decide; an exception between them makes STREX fail, so there is no ABA on one core. What
 * is contended goes to the kernel by one SVC, or, in an ISR, to the post list. */
#include "config.h"
#include "offsets.h"

#define KCALL(number, name, handler) .equ K_CALL_##name, number;
#include "calls.def"
#undef KCALL

  .syntax unified
  .thumb
  .macro FUNCTION name
  .section .text.\name, "ax"
  .balign 4
  .global \name
  .type \name, %function
  .thumb_func
\name:
  .endm

/* int pith_sem_give(struct pith_sem *s) */
FUNCTION pith_sem_give
1: ldrex r1, [r0, #S_WORD]
  subs r1, #1
  lsls r2, r1, #1             /* C: it is below 0. Z: it is INT32_MIN, more than PITH_SEM_MAX units */
  bls 2f                      /* waiters, or no room for another unit */
  strex r2, r1, [r0, #S_WORD]
  cbnz r2, 3f
  movs r0, #0
  bx lr
2: mrs r1, ipsr
  cbnz r1, 4f
  mov ip, #K_CALL_sem_give
  svc #0
  bx lr
3: b 1b
4: b k_sem_give_isr

/* int pith_sem_take(struct pith_sem *s) */
FUNCTION pith_sem_take
1: ldrex r1, [r0, #S_WORD]
  adds r1, #1
  bgt 2f
  strex r2, r1, [r0, #S_WORD]
  cbnz r2, 3f
  movs r0, #0
  bx lr
2: mov ip, #K_CALL_sem_take
  svc #0
  bx lr
3: b 1b

/* int pith_mutex_lock(struct pith_mutex *m) */
FUNCTION pith_mutex_lock
  ldr r2, =k_kernel
  ldr r2, [r2, #K_CURRENT]
1: ldrex r1, [r0]
  cbnz r1, 2f
  strex r3, r2, [r0]
  cbnz r3, 3f
  movs r0, #0
  bx lr
2: mov ip, #K_CALL_mutex_lock
  svc #0
  bx lr
3: b 1b

/* int pith_mutex_unlock(struct pith_mutex *m) */
FUNCTION pith_mutex_unlock
  ldr r2, =k_kernel
  ldr r2, [r2, #K_CURRENT]
1: ldrex r1, [r0]
  subs r1, r1, r2             /* the owner, and nobody waits: 0 */
  bne 2f
  strex r3, r1, [r0]
  cbnz r3, 3f
  movs r0, #0
  bx lr
2: mov ip, #K_CALL_mutex_unlock
  svc #0
  bx lr
3: b 1b

/* long arch_call(a, b, c, d, number): any call by number. */
FUNCTION arch_call
  ldr ip, [sp]
  svc #0
  bx lr

/* The contracts of arch.h. */
FUNCTION arch_atomic_add
1: ldrex r2, [r0]
  adds r3, r2, r1
  strex ip, r3, [r0]
  cmp ip, #0
  bne 1b
  mov r0, r2
  bx lr

FUNCTION arch_atomic_swap
1: ldrex r2, [r0]
  strex r3, r1, [r0]
  cmp r3, #0
  bne 1b
  mov r0, r2
  bx lr

FUNCTION arch_atomic_cas
1: ldrex r3, [r0]
  cmp r3, r1
  bne 2f
  strex r3, r2, [r0]
  cmp r3, #0
  bne 1b
  movs r0, #1
  bx lr
2: movs r0, #0
  bx lr

/* void arch_list_push(void *volatile *head, void *node, void **next): publish the node, then link it.
 * Between the two the list is cut, but only interrupts above see it so, and they finish their own push
 * first; the reader, PendSV, is below them all. */
FUNCTION arch_list_push
1: ldrex r3, [r0]
  strex ip, r1, [r0]
  cmp ip, #0
  bne 1b
  str r3, [r2]
  bx lr

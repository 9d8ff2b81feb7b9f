/* The fast paths of the public calls, in the caller's own mode: kernel thread or ISR.
 *
 * LDREX/STREX decide; an exception between them makes STREX fail, so there is no ABA on one core. What
 * is contended goes to the kernel by one SVC, or, in an ISR, to the post list. */
#include "config.h"
#include "offsets.h"

#define KCALL(number, name) .equ K_CALL_##name, number;
#include "hot.def"
#undef KCALL

#define OWN_SECTIONS
#include "function.h"

/* The kernel's part of a call: its number, or, where the switch serves none by number, its address. */
  .macro ENTER name
#if PITH_FAST
  mov ip, #K_CALL_\name
#else
  ldr ip, =k_\name\()_call
#endif
  svc #0
  bx lr
  .endm

/* A call that might block is a bug in an ISR also when it would not: to its SVC, which panics by name there. */
  .macro NOT_IN_ISR enter
#if PITH_DEBUG_CHECKS
  mrs r3, ipsr
  cmp r3, #0
  bne \enter
#endif
  .endm

/* int pith_sem_give(struct pith_sem *s) */
FUNCTION pith_sem_give
1: ldrex r1, [r0, #S_WORD]
  subs r1, #1
  bpl 2f                      /* waiters, or no room for another unit */
  strex r2, r1, [r0, #S_WORD]
  cbnz r2, 3f
  movs r0, #0
  bx lr
2: mrs r2, ipsr
#if PITH_FAST
  cbnz r2, 4f
#else
  cbnz r2, 8f
#endif
  ENTER sem_give
3: b 1b
#if PITH_FAST
4: adds r1, r1, r1             /* an interrupt. The word minus 1 was 0x7fffffff: there is no room. Else post */
  bmi 8f
5: ldrex r1, [r0, #S_PENDING]
  adds r2, r1, #1
  strex r3, r2, [r0, #S_PENDING]
  cmp r3, #0
  bne 5b
  cbz r1, 6f
  movs r0, #0
  bx lr
6: ldr r3, =k_kernel + K_POSTS
7: ldrex r1, [r3]
  strex r2, r0, [r3]          /* publish, then link: see arch_list_push */
  cmp r2, #0
  bne 7b
  str r1, [r0, #S_NEXT]
  ldr r3, =0xE000ED04         /* ICSR */
  mov r2, #1 << 28            /* PENDSVSET */
  str r2, [r3]
  movs r0, #0
  bx lr
#endif
8: b k_sem_give_isr
  .ltorg

/* int pith_sem_take(struct pith_sem *s) */
FUNCTION pith_sem_take
  NOT_IN_ISR 2f
1: ldrex r1, [r0, #S_WORD]
  adds r1, #1
  bgt 2f
  strex r2, r1, [r0, #S_WORD]
  cbnz r2, 3f
  movs r0, #0
  bx lr
2: ENTER sem_take
3: b 1b

/* int pith_mutex_lock(struct pith_mutex *m) */
FUNCTION pith_mutex_lock
  NOT_IN_ISR 2f
  ldr r2, =k_kernel
  ldr r2, [r2, #K_CURRENT]
1: ldrex r1, [r0]
  cbnz r1, 2f
  strex r3, r2, [r0]
  cbnz r3, 3f
  movs r0, #0
  bx lr
2: ldr ip, =k_mutex_lock_call
  svc #0
  bx lr
3: b 1b
  .ltorg

/* int pith_mutex_unlock(struct pith_mutex *m) */
FUNCTION pith_mutex_unlock
  NOT_IN_ISR 2f
  ldr r2, =k_kernel
  ldr r2, [r2, #K_CURRENT]
1: ldrex r1, [r0]
  subs r1, r1, r2             /* the owner, and nobody waits: 0 */
  bne 2f
  strex r3, r1, [r0]
  cbnz r3, 3f
  movs r0, #0
  bx lr
2: ldr ip, =k_mutex_unlock_call
  svc #0
  bx lr
3: b 1b
  .ltorg

/* void pith_yield(void) */
FUNCTION pith_yield
  ENTER yield

/* int pith_thread_suspend(struct pith_thread *t), int pith_thread_resume(struct pith_thread *t). r1: what does all that
 * the assembly does not; so a build that never suspends has no code for it. */
FUNCTION pith_thread_suspend
#if PITH_FAST
  ldr r1, =k_thread_suspend_call
#endif
  ENTER thread_suspend
  .ltorg
FUNCTION pith_thread_resume
#if PITH_FAST
  ldr r1, =k_thread_resume_call
#endif
  ENTER thread_resume
  .ltorg

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

FUNCTION arch_atomic_swap8
1: ldrexb r2, [r0]
  strexb r3, r1, [r0]
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

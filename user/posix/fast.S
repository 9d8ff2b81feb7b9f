/* The straight paths of mutex and semaphore: a free normal mutex, a unit that is there. Everything else goes on in C, with
 * the arguments as they came. One core: LDREX and STREX need no barrier; an exception clears the monitor, STREX
 * fails, and the C side does the whole again.
 *
 * pthread_mutex_t is a word and then a byte that is 0 for a normal mutex. sem_t is a word with 15 bits of units, 16
 * of waiters and a sign, so one shift tells everything that is not straight. */
#include "thread.h"
  .syntax unified
  .thumb

.macro function name
  .section .text.\name, "ax", %progbits
  .global \name
  .type \name, %function
  .thumb_func
\name:
.endm

/* int pthread_mutex_lock(pthread_mutex_t *mutex): 10 instructions */
  function pthread_mutex_lock
  ldr r3, [r9, #4]
  ldrb r2, [r0, #4]
  ldr r3, [r3, #UTHREAD_TID]
  cbnz r2, 1f
  ldrex r1, [r0]
  cbnz r1, 1f
  strex r2, r3, [r0]
  cbnz r2, 1f
  mov r0, r2
  bx lr
1:
  b __pith_mutex_lock
  .size pthread_mutex_lock, . - pthread_mutex_lock

/* int pthread_mutex_unlock(pthread_mutex_t *mutex): 11 instructions */
  function pthread_mutex_unlock
  ldr r3, [r9, #4]
  ldrb r2, [r0, #4]
  ldr r3, [r3, #UTHREAD_TID]
  cbnz r2, 1f
  ldrex r1, [r0]
  cmp r1, r3
  bne 1f
  strex r1, r2, [r0]
  cbnz r1, 1f
  mov r0, r1
  bx lr
1:
  b __pith_mutex_unlock
  .size pthread_mutex_unlock, . - pthread_mutex_unlock

/* int sem_post(sem_t *sem): 8 instructions */
  function sem_post
  ldrex r1, [r0]
  adds r1, #1
  lsrs r2, r1, #15
  bne 1f
  strex r2, r1, [r0]
  cbnz r2, 1f
  mov r0, r2
  bx lr
1:
  b __pith_sem_post
  .size sem_post, . - sem_post

/* int sem_wait(sem_t *sem): 11 instructions */
  function sem_wait
  ldr r3, [r9, #4]
  ldrb r3, [r3, #UTHREAD_CANCELED]
  cbnz r3, 1f
  ldrex r1, [r0]
  lsls r2, r1, #17
  beq 1f
  subs r1, #1
  strex r2, r1, [r0]
  cbnz r2, 1f
  mov r0, r2
  bx lr
1:
  b __pith_sem_wait
  .size sem_wait, . - sem_wait

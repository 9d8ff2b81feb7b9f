/* The switch, and the calls that are worth writing by hand. (small.S has the switch alone.)
 *
 *   thread --svc--> SVC_Handler --table--> s_xxx ----+--> bx lr        (the same thread goes on)
 *                                     \-> C function-+--> SWITCH       (another one is best now)
 *   ISR ----pend--> PendSV_Handler --> posts --------+
 *
 * SVCall and PendSV have the lowest priority and the same one, so they are always the outermost handler
 * and MSP equals &k_kernel on entry: the kernel's state is SP-relative. Threads run on PSP. A thread's
 * saved context is in its control block ({sp, r4-r11, EXC_RETURN}: one STM; one LDR and one LDM, into the pc); the hardware has
 * put r0-r3, r12, lr, pc, xPSR on its stack (arch_frame). The kernel never writes below a thread's sp.
 *
 * Arguments are loaded from the stacked frame: a late-arriving interrupt may have changed the live
 * registers (Armv7-M ARM B1.5.12). The frame can be trusted because MemManage outranks SVCall and kills
 * the thread when its stacking failed (arch/cortexm/fault.c).
 *
 * Registers at SWITCH: r0 next, r2 current, r3 PSP of current, lr EXC_RETURN of current; its argument, if it has one, the
 * domain of current. */
#include "config.h"
#if PITH_FAST
#include "offsets.h"

#define KCALL(number, name) .equ K_CALL_##name, number;
#include "hot.def"
#undef KCALL

#include "function.h"
#define MPU_RBAR 0xE000ED9C

  .section .text.k_switch, "ax"

#include "switch_macros.h"

#ifdef __ARM_FP
  .balign 4
k_save_fpu:
  add ip, r2, #T_FPU
  vstmia ip, {s16-s31}
  ldr lr, =k_resume_fpu
  str r2, [sp, #K_FPU_DIRTY]
  str r0, [sp, #K_CURRENT]
  stmia r2, {r3-r11, lr}
  GUARD
#if PITH_DOMAINS
  ldr r2, [sp, #K_DOMAIN]
  cmp r1, r2
  bne k_change_domain
#endif
#endif

k_load:                       /* r0 next */
  RESUME

#ifdef __ARM_FP
FUNCTION k_resume_fpu         /* r0 is past T_R4 */
  adds r0, #T_FPU - T_R4
  vldmia r0, {s16-s31}
  mvn lr, #0x12               /* EXC_RETURN: to a thread, its frame with room for s0-s15 */
  bx lr
  .ltorg
#endif

#if PITH_DOMAINS
  .balign 4
k_change_domain:              /* r0 next, r1 its domain: calls, MPU regions 0-3, CONTROL */
  ldmia r1, {r2, r4-r11, ip}
  strd r2, r1, [sp, #K_CALLS] /* and domain */
#if !PITH_STACK_GUARDS
  ldr r3, =MPU_RBAR
#endif
  msr control, ip
  stmia r3, {r4-r11}          /* RBAR, RASR and their three aliases */
  dsb
  ldr r2, [sp, #K_FPU_DIRTY]
  orrs r1, r2, ip, lsr #31    /* bit 31: somebody wants to know */
  bne 1f
  RESUME
1: cbnz r2, k_wipe_fpu
2: cmp ip, #0
  bpl k_load
#if PITH_PROCESS_SUPPORT && PITH_FAMILIES
  lsls r1, ip, #31 - K_DOMAIN_AWAY_BIT
  bmi 3f
#endif
  push {r0, lr}
  bl k_entered
  pop.w {r1, lr}
  cmp r0, r1
  beq k_load
  str r0, [sp, #K_CURRENT]    /* not that one after all, which has changed nothing */
  GUARD
  ldr r2, [sp, #K_DOMAIN]
  cmp r1, r2
  bne k_change_domain
  b k_load
#if PITH_PROCESS_SUPPORT && PITH_FAMILIES
3: ldr r0, =k_stand_in        /* its memory is not there: r0, still the best of the ready, does not run (process/swap.c) */
  str r0, [sp, #K_CURRENT]
  GUARD
  b k_change_domain
#endif
k_wipe_fpu:                   /* nothing of one domain's FPU registers is left to another */
  movs r3, #0
  str r3, [sp, #K_FPU_DIRTY]
#ifdef __ARM_FP
  ldr r1, =k_zeros
  vldmia r1, {s0-s31}
#endif
  lsls r2, r2, #31            /* bit 0: the domain left wants to know */
  beq 2b
  push {r0, r1, ip, lr}
  bl k_left
  pop.w {r0, r1, ip, lr}
  b 2b
  .ltorg
#endif

/* ---- calls ---- */

/* The number is saturated to the table's size, whose first and last entries refuse it. */
FUNCTION SVC_Handler
#if PITH_ACCOUNTING > 1
  push {r3, lr}
  bl k_account_enter
  pop.w {r3, lr}
#endif
  mrs r3, psp
  ldr ip, [r3, #F_R12]
#if PITH_DOMAINS
  ldr r2, [sp, #K_CALLS]
  usat ip, #K_CALL_BITS, ip
  ldr pc, [r2, ip, lsl #2]
#else                         /* all threads have one table */
  usat ip, #K_CALL_BITS, ip
  tbh [pc, ip, lsl #1]
0:
#define KCALL(number, name) .hword (s_##name - 0b) / 2;
  .hword (s_nosys - 0b) / 2
#include "hot.def"
#undef KCALL
  .rept (1 << K_CALL_BITS) - 1 - (. - 0b) / 2
  .hword (s_nosys - 0b) / 2
  .endr
  .hword (s_call - 0b) / 2
#endif

FUNCTION s_nosys
  mvn r0, #(88 - 1)           /* -ENOSYS */
  str r0, [r3]
  LEAVE

#if PITH_PROCESS_SUPPORT
FUNCTION s_null
  movs r0, #0
  str r0, [r3]
  LEAVE

FUNCTION p_yield              /* the same with a result, 0 */
  movs r0, #0
  str r0, [r3]
#endif
FUNCTION s_yield
#if PITH_DOMAINS
  ldrd ip, r2, [sp, #K_DOMAIN] /* and who is current */
#else
  ldr r2, [sp, #K_CURRENT]
#endif
  ldr r0, [r2, #T_NEXT]
  cmp r0, r2
  beq 1f
  ldr r1, [r2, #T_LIST]
  str r0, [r1]                /* the running thread is the head of its list: advance */
  SWITCH ip
1: LEAVE

/* int pith_sem_take(s), no unit when the thread looked. Zero units and no waiter: be the one waiter.
 * An interrupt may give meanwhile, hence LDREX; all else is for C. */
FUNCTION s_sem_take
  ldr r0, [r3]
  ldrex r1, [r0, #S_WORD]
  cbnz r1, 2f
  adds r1, #1
  strex r2, r1, [r0, #S_WORD]
  cbnz r2, 3f
  str r2, [r3]                /* the result it will find when woken: 0 */
  ldr r2, [sp, #K_CURRENT]
  str r2, [r0, #S_WAITERS]
  str r0, [r2, #T_WAIT]
s_park:                       /* r2 current leaves its list */
  LEAVE_EQUALS 1f
2: ldr ip, =k_call_sem_take
  b s_c
3: b s_sem_take
s_park_alone:
1: ldrd r1, ip, [r2, #T_LIST] /* it was alone in its list */
  movs r0, #0
  str r0, [r1]
  ldr r1, [sp, #K_READY]
  eors r1, r1, ip
  str r1, [sp, #K_READY]
  clz r1, r1
  ldr r0, [sp, r1, lsl #2]
  SWITCH

/* int pith_sem_give(s) with waiters. One waiter without deadline: wake it. */
FUNCTION s_sem_give
  ldr r2, [r3]
  ldrd r0, r1, [r2, #S_WAITERS] /* and the word */
  subs r1, #1
  bne 3f
  str r1, [r3]
  str r1, [r2, #S_WORD]       /* plain: an interrupt leaves a word above 0 alone */
  str r1, [r0, #T_WAIT]
s_ready:                      /* r0 enters its list */
  JOIN_EQUALS str
s_ready_alone:                /* r1 its list */
1: ldr ip, [r0, #T_BIT]
  ldr r2, [sp, #K_READY]
  str r0, [r1]
  strd r0, r0, [r0, #T_NEXT]
  orr r1, r2, ip
  cmp ip, r2                  /* more urgent than all ready so far? */
  str r1, [sp, #K_READY]
  bls 2f
  ldr r2, [sp, #K_CURRENT]
  SWITCH
2: LEAVE
3: ldr ip, =k_call_sem_give
  b s_c

/* int pith_thread_suspend(t): the caller itself, so it exists and is ready. */
FUNCTION s_thread_suspend
  ldr r0, [r3]
  ldr r2, [sp, #K_CURRENT]
  cmp r0, r2
  bne s_described
  movw r1, #STOPPED_ONCE
  strh r1, [r2, #T_BLOCKED]
  movs r0, #0
  str r0, [r3]
  b s_park

/* int pith_thread_resume(t): suspended once, while it was ready. */
FUNCTION s_thread_resume
  ldr r0, [r3]
  ldr ip, =K_SEAL
  ldr r1, [r0, #T_SEAL]
  eors r1, r0
  cmp r1, ip
  bne s_described
  ldrh r1, [r0, #T_BLOCKED]
  cmp r1, #STOPPED_ONCE
  bne s_described
  movs r1, #0
  strh r1, [r0, #T_BLOCKED]
  str r1, [r3]
  b s_ready
s_described:                  /* r1 of the caller is what r12 is at s_call */
  ldr ip, [r3, #F_R1]
#if PITH_REPORTS
  ldr ip, [ip]
#endif
  b s_c

#if PITH_PROCESS_SUPPORT
#include "process_calls.h"
#endif

/* Any other call of a process: the C function of its number. */
#if PITH_PROCESS_SUPPORT
FUNCTION s_process_c
  ldr r2, =k_process_functions
  ldr ip, [r2, ip, lsl #2]
  b s_c
#endif

/* A call of a process whose memory is not all its own, but for those above that look at nothing of it but the frame, which
 * has just been stacked. */
#if PITH_PROCESS_SUPPORT && PITH_FAMILIES
FUNCTION s_paged
  push {r3, lr}
  mov r0, r3
  mov r1, ip
  bl process_paged_call       /* (frame, number) */
  pop.w {r3, lr}
  str r0, [r3]
  b k_exit
#endif

/* struct pith_thread *swap_refuse(void), the stand-in's one call: who runs now, NULL: it itself, for somebody else. */
#if PITH_PROCESS_SUPPORT && PITH_FAMILIES
FUNCTION s_stand_in
  push {r3, lr}
  bl swap_refuse
  pop.w {r3, lr}
  cbz r0, 1f
  ldr r2, [sp, #K_CURRENT]
  SWITCH
1: LEAVE
#endif

/* Any other call of a kernel thread: r12 is the address of its struct k_call, whose first word is the C
 * function, or, without names, of the function. Call it, then whoever is best. */
FUNCTION s_call
  ldr ip, [r3, #F_R12]
#if PITH_REPORTS
  ldr ip, [ip]
#endif
s_c: push {r3, lr}
  ldmia r3, {r0-r3}
  blx ip
  pop.w {r3, lr}
  str r0, [r3]
k_exit:
  ldr r1, [sp, #K_READY]
  clz r1, r1
  ldr r0, [sp, r1, lsl #2]
  ldr r2, [sp, #K_CURRENT]
  cmp r0, r2
  beq 2f
  SWITCH
2: LEAVE

#if PITH_ACCOUNTING > 1 || PITH_DEBUG_CHECKS
k_leave:
  push {r3, lr}
#if PITH_ACCOUNTING > 1
  bl k_account_leave
#endif
#if PITH_DEBUG_CHECKS
  bl k_debug_leave
#endif
  pop {r3, pc}
#endif

#if PITH_COOPERATIVE_THREADS
/* Calls of a cooperative thread: k_coop_call(frame, number) lowers it, calls, raises it again. */
FUNCTION s_coop
  push {r3, lr}
  mov r0, r3
  mov r1, ip
  bl k_coop_call
  pop.w {r3, lr}
  str r0, [r3]
  b k_exit
#endif
  .ltorg

/* ---- PendSV: apply what interrupts posted. Straight path: one semaphore, one give, one waiter. ---- */
FUNCTION PendSV_Handler
#if PITH_ACCOUNTING > 1
  push {r3, lr}
  bl k_account_enter
  pop.w {r3, lr}
#endif
  movs r2, #0
1: ldrex r1, [sp, #K_POSTS]
  strex r3, r2, [sp, #K_POSTS]
  cbnz r3, 10f
  cbz r1, 8f
#if PITH_ACCOUNTING > 1
  b 7f                        /* where they are counted */
#endif
  lsls r3, r1, #30
  bne 7f                      /* another kind of post */
  ldr r3, [r1, #S_NEXT]       /* next before pending becomes 0: then the ISR may queue it again */
  cbnz r3, 7f
2: ldrex r3, [r1, #S_PENDING]
  strex r0, r2, [r1, #S_PENDING]
  cbnz r0, 11f
  ldrd r0, r2, [r1, #S_WAITERS] /* and the word */
  subs r2, #1
  bne 6f
  cmp r3, #1
  bne 6f
  str r2, [r1, #S_WORD]
  str r2, [r0, #T_WAIT]
  ldrd r1, ip, [r0, #T_LIST]
  ldr r2, [r1]
  cbz r2, 4f
  ldr r1, [r2, #T_PREV]
  strd r2, r1, [r0, #T_NEXT]
  str r0, [r1, #T_NEXT]
  str r0, [r2, #T_PREV]
8: LEAVE
10: b 1b
11: b 2b
6: push {r3, lr}              /* r1 the semaphore, r3 gives */
  mov r0, r1
  mov r1, r3
  bl k_sem_give
#if PITH_COOPERATIVE_THREADS
  bl k_coop_settle
#endif
  b 9f
7: push {r3, lr}
  mov r0, r1
  bl k_posts
9: ldr r1, [sp, #K_CURRENT + 8]
  ldrb r2, [r1, #T_DEAD]      /* a process's frame may be anywhere, one that has ended has none */
  cbnz r2, 3f
#if PITH_PROCESS_SUPPORT
  ldr r1, [r1, #T_DOMAIN]
  ldr r1, [r1, #D_CONTROL]
  lsls r1, r1, #31
  bmi 3f
#endif
  mrs r0, psp
  ldr r1, [sp, #K_SEQUENCES + 8]
  bl k_restart                /* also if the thread goes on: what it was looking at may have changed */
3: pop.w {r3, lr}
  mrs r3, psp
  b k_exit
4: ldr r2, [sp, #K_READY]
  str r0, [r1]
  strd r0, r0, [r0, #T_NEXT]
  orr r1, r2, ip
  cmp ip, r2
  str r1, [sp, #K_READY]
  bls 8b
  mrs r3, psp                 /* the frame is good: had stacking it failed, there would be a second post */
  ldr r1, [sp, #K_SEQUENCES]
  ldr r2, [r3, #F_PC]
  subs r2, r2, r1
  cmp r2, #K_SEQUENCES_SIZE
  blo k_interrupted
5: ldr r2, [sp, #K_CURRENT]
  SWITCH
k_interrupted:
  push {r0, r3, ip, lr}
  mov r0, r3
  bl k_restart
  pop.w {r0, r3, ip, lr}
  b 5b

/* A thread stopped inside a restartable sequence goes back to its start (queue.S). r0 its frame, r1 where the sequences
 * are, headed by the function that does it; 0: no queue is in use. */
k_restart:
  ldr r2, [r0, #F_PC]
  subs r2, r2, r1
  cmp r2, #K_SEQUENCES_SIZE
  bhs 1f
  cbz r1, 1f
  adds r1, #1                 /* Thumb */
  bx r1
1: bx lr
  .ltorg

#if PITH_DOMAINS
/* ---- call tables ---- */
  .section .rodata.k_calls, "a"
  .balign 4
#define KCALL(number, name) .word s_##name;
  .global k_calls_kernel
k_calls_kernel:
  .word s_nosys
#include "hot.def"
  .rept (1 << K_CALL_BITS) - 2 - (. - k_calls_kernel) / 4
  .word s_nosys
  .endr
#if PITH_PROCESS_SUPPORT && PITH_FAMILIES
  .word s_stand_in            /* K_CALL_STAND_IN */
#else
  .word s_nosys
#endif
  .word s_call
#if PITH_COOPERATIVE_THREADS
#undef KCALL
#define KCALL(number, name) .word s_coop;
  .global k_calls_coop
k_calls_coop:
  .word s_nosys
#include "hot.def"
  .rept (1 << K_CALL_BITS) - 1 - (. - k_calls_coop) / 4
  .word s_nosys
  .endr
  .word s_coop
#endif
#if PITH_PROCESS_SUPPORT
/* Calls of processes: those not served above go to C. */
#if !PITH_PROCESS_SIGNALS
#define SYSCALLS_FEW
#endif
  .thumb_set p_null, s_null
#define SYSCALL(number, name, class, prototype, text) .ifndef p_##name; .thumb_set p_##name, s_process_c; .endif;
#include "syscalls.def"
#undef SYSCALL
#define SYSCALL(number, name, class, prototype, text) CALL k_calls_process, number, p_##name;
  .word s_process_c           /* p_elsewhere */
  .global k_calls_process
k_calls_process:
  .word s_nosys
#include "syscalls.def"
  .rept (1 << K_CALL_BITS) - (. - k_calls_process) / 4
  .word s_nosys
  .endr
#if PITH_FAMILIES
  .thumb_set q_null, s_null
  .thumb_set q_yield, p_yield
  .thumb_set q_sem_give, p_sem_give
  .thumb_set q_sem_take, p_sem_take
  .thumb_set q_sem_give_take, p_sem_give_take
#undef SYSCALL
#define SYSCALL(number, name, class, prototype, text) .ifndef q_##name; .thumb_set q_##name, s_paged; .endif;
#include "syscalls.def"
#undef SYSCALL
#define SYSCALL(number, name, class, prototype, text) CALL k_calls_paged, number, q_##name;
  .word s_paged               /* p_elsewhere */
  .global k_calls_paged
k_calls_paged:
  .word s_nosys
#include "syscalls.def"
  .rept (1 << K_CALL_BITS) - (. - k_calls_paged) / 4
  .word s_nosys
  .endr
#endif
#endif
#ifdef __ARM_FP
k_zeros:
  .fill 32, 4, 0
#endif
#endif /* PITH_DOMAINS */
#endif /* PITH_FAST */

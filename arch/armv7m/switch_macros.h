/* What switch.S repeats: out of the kernel, the switch, into a ready list and out of it. Its registers and labels. */
/* Out of the kernel, to the same thread. */
  .macro LEAVE
#if PITH_ACCOUNTING > 1 || PITH_DEBUG_CHECKS
  b.w k_leave
#else
  bx lr
#endif
  .endm

/* The region under the next thread's stack; its domain into r1. r2 and r3 are free, k_change_domain finds r3 as it is left. */
  .macro GUARD
#if PITH_STACK_GUARDS
  ldrd r1, r2, [r0, #T_DOMAIN] /* and guard */
  ldr r3, =MPU_RBAR
  str r2, [r3]
#elif PITH_DOMAINS
  ldr r1, [r0, #T_DOMAIN]
#endif
  .endm

/* Out of the kernel, to the thread r0. What it left for its pc is EXC_RETURN, or k_resume_fpu. */
  .macro RESUME
#if PITH_ACCOUNTING
  push {r0, lr}
  bl k_account_leave
  pop.w {r0, lr}
#endif
  ldr r3, [r0], #T_R4
  msr psp, r3
  ldmia r0, {r4-r11, pc}
  .endm

/* FPU state first, while `current` still is who it belongs to: storing s16-s31 makes the hardware write
 * s0-s15 to the thread's stack, with that thread's rights; a fault there must be booked on it. */
  .macro SWITCH domain
#ifdef __ARM_FP
  tst lr, #16
  beq.w k_save_fpu
#endif
  str r0, [sp, #K_CURRENT]
  stmia r2, {r3-r11, lr}
  GUARD
#if PITH_DOMAINS
  .ifb \domain
  ldr r2, [sp, #K_DOMAIN]
  cmp r1, r2
  .else
  cmp r1, \domain
  .endif
  bne.w k_change_domain
#endif
  RESUME
  .endm

/* r0 enters its list, if others of its priority are ready: it cannot preempt. Else on at 1. */
  .macro JOIN_EQUALS pair=strd
  ldr r1, [r0, #T_LIST]
  ldr r2, [r1]
  cbz r2, 1f
  ldr r1, [r2, #T_PREV]
  .ifc \pair, strd
  strd r2, r1, [r0, #T_NEXT]
  .else                       /* an instruction more, a cycle less */
  str r2, [r0, #T_NEXT]
  str r1, [r0, #T_PREV]
  .endif
  str r0, [r1, #T_NEXT]
  str r0, [r2, #T_PREV]
  LEAVE
  .endm

/* r2 current leaves its list, where others are; else on at \alone. Its own links stay as they are: wait.c knows. */
  .macro LEAVE_EQUALS alone
  ldrd r0, r1, [r2, #T_NEXT]
  cmp r0, r2
  beq \alone
  str r0, [r1, #T_NEXT]
  str r1, [r0, #T_PREV]
  ldr r1, [r2, #T_LIST]
  str r0, [r1]
  SWITCH
  .endm

/* The switch without PITH_FAST: C serves (kernel/serve.c) and says who is to run, here registers change hands.
 *
 * What switch.S says of priorities, MSP, the layout of a saved thread and of frames that can be trusted holds here
 * too. There are no processes, so every thread is of the kernel: FPU registers are nobody's secret, and nothing has to
 * be loaded for another domain. */
#include "config.h"
#if !PITH_FAST
#include "offsets.h"

#include "function.h"

  .section .text.k_switch, "ax"

/* struct pith_thread *k_serve(struct arch_frame *frame) */
FUNCTION SVC_Handler
  push {r3, lr}
  mrs r0, psp
  bl k_serve
  b 1f

/* struct pith_thread *k_serve_posts(void) */
FUNCTION PendSV_Handler
  push {r3, lr}
  bl k_serve_posts
1: pop.w {r3, lr}
  ldr r2, [sp, #K_CURRENT]
  cmp r0, r2
  beq 2f
  mrs r3, psp
#ifdef __ARM_FP
  tst lr, #16                 /* it has used the FPU; the hardware saves s0-s15 now, to its stack */
  itt eq
  addeq r1, r2, #T_FPU
  vstmiaeq r1, {s16-s31}
#endif
  str r0, [sp, #K_CURRENT]
#if PITH_STACK_GUARDS
  ldr r1, [r0, #T_GUARD]
  ldr ip, =0xE000ED9C         /* MPU_RBAR */
  str r1, [ip]
#endif
  stmia r2, {r3-r11, lr}
  ldmia r0, {r3-r11, lr}
  msr psp, r3
#ifdef __ARM_FP
  tst lr, #16
  itt eq
  addeq r0, #T_FPU
  vldmiaeq r0, {s16-s31}
#endif
2:
#if PITH_ACCOUNTING || PITH_DEBUG_CHECKS
  push {r3, lr}
#if PITH_ACCOUNTING
  bl k_account_leave
#endif
#if PITH_DEBUG_CHECKS
  bl k_debug_leave
#endif
  pop {r3, pc}
#else
  bx lr
#endif
  .ltorg
#endif /* !PITH_FAST */

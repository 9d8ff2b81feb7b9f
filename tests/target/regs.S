/* Registers as a witness: filled with a pattern, watched while others run.
 *
 * Results: 0, or the number of the first register that changed (r0-r14: 1 + n, s0-s31: 100 + n). */
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

/* uint32_t masks(void): PRIMASK, FAULTMASK, BASEPRI, or-ed. */
FUNCTION masks
  mrs r0, primask
  mrs r1, faultmask
  orrs r0, r1
  mrs r1, basepri
  orrs r0, r1
  bx lr

/* void divide_by_zero(void) */
FUNCTION divide_by_zero
  movs r0, #1
  movs r1, #0
  udiv r0, r0, r1
  bx lr

/* int regs_spin(uint32_t seed, volatile uint32_t *stop): r2-r12 and lr, without a call, until *stop. */
FUNCTION regs_spin
  push {r4-r11, lr}
  push {r0, r1, r2}
  .irp n, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 14
  add r\n, r0, #\n
  .endr
1: ldr r0, [sp]
  .irp n, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 14
  add r1, r0, #\n
  cmp r1, r\n
  it ne
  movne r0, #1 + \n
  bne 2f
  .endr
  ldr r1, [sp, #4]
  ldr r1, [r1]
  cmp r1, #0
  beq 1b
  movs r0, #0
2: add sp, #12
  pop {r4-r11, pc}

/* int regs_hold(uint32_t seed, uint32_t rounds, void (*fn)(void)): r4-r11 across calls of fn. */
FUNCTION regs_hold
  push {r4-r11, lr}
  push {r0, r1, r2}
  .irp n, 4, 5, 6, 7, 8, 9, 10, 11
  add r\n, r0, #\n
  .endr
1: ldr r1, [sp, #8]
  blx r1
  ldr r0, [sp]
  .irp n, 4, 5, 6, 7, 8, 9, 10, 11
  add r1, r0, #\n
  cmp r1, r\n
  it ne
  movne r0, #1 + \n
  bne 2f
  .endr
  ldr r1, [sp, #4]
  subs r1, #1
  str r1, [sp, #4]
  bne 1b
  movs r0, #0
2: add sp, #12
  pop {r4-r11, pc}

#ifdef __ARM_FP
/* int fpu_spin(uint32_t seed, volatile uint32_t *stop): s0-s31 and FPSCR's flags, until *stop. */
FUNCTION fpu_spin
  push {r4-r6, lr}
  vpush {s16-s31}
  .irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
  add r4, r0, #\n
  vmov s\n, r4
  .endr
  lsl r6, r0, #28               /* N, Z, C, V */
  vmsr fpscr, r6
1:
  .irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
  add r4, r0, #\n
  vmov r5, s\n
  cmp r4, r5
  it ne
  movne r0, #100 + \n
  bne 2f
  .endr
  vmrs r4, fpscr
  cmp r4, r6
  it ne
  movne r0, #200
  bne 2f
  ldr r4, [r1]
  cmp r4, #0
  beq 1b
  movs r0, #0
2: vpop {s16-s31}
  pop {r4-r6, pc}

/* int fpu_hold(uint32_t seed, uint32_t rounds, void (*fn)(void)): s16-s31 across calls of fn. */
FUNCTION fpu_hold
  push {r4-r7, lr}
  sub sp, #4
  vpush {s16-s31}
  mov r4, r0
  mov r5, r1
  mov r6, r2
  .irp n, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
  add r7, r4, #\n
  vmov s\n, r7
  .endr
1: blx r6
  .irp n, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
  add r7, r4, #\n
  vmov r0, s\n
  cmp r0, r7
  it ne
  movne r0, #100 + \n
  bne 2f
  .endr
  subs r5, #1
  bne 1b
  movs r0, #0
2: vpop {s16-s31}
  add sp, #4
  pop {r4-r7, pc}
#endif

/* The first instruction of every process.
 *
 * The kernel enters with r0 = argc, r1 = argv, r2 = envp (or 0), r9 = the GOT and sp 8-aligned at the top
 * of the main stack. Everything else is C: __pith_start() in start.c, which does not return. A zero
 * lr and r7 end a debugger's backtrace here. */
  .syntax unified
  .thumb
  .section .text._start, "ax", %progbits
  .global _start
  .type _start, %function
  .thumb_func
_start:
  movs r7, #0
  mov lr, r7
  b __pith_start
  .size _start, . - _start

/* Where the kernel enters every handler: r0 the signal, r1 its struct pith_sigframe, sp 8-aligned. The hardware has put
 * r0 to r3, r12 and the rest on the stack and sys_sigreturn() takes them back from there; r4 to r11 are nobody's but this
 * function's, which keeps them as any function does. */
  .syntax unified
  .thumb
  .section .text.__pith_signal_entry, "ax", %progbits
  .global __pith_signal_entry
  .type __pith_signal_entry, %function
  .thumb_func
__pith_signal_entry:
  push {r1, lr}
  bl __pith_signal
  pop {r0, r1}
  b sys_sigreturn
  .size __pith_signal_entry, . - __pith_signal_entry

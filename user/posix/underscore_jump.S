/* _setjmp() and _longjmp() are setjmp() and longjmp(), which keep no signal mask. The address that setjmp() returns to is
 * lr's, so it must be gone to, not called. */
  .syntax unified
  .thumb
  .section .text._setjmp, "ax", %progbits
  .global _setjmp
  .type _setjmp, %function
  .thumb_func
_setjmp:
  b setjmp
  .size _setjmp, . - _setjmp

  .section .text._longjmp, "ax", %progbits
  .global _longjmp
  .type _longjmp, %function
  .thumb_func
_longjmp:
  b longjmp
  .size _longjmp, . - _longjmp

/* How a function begins in assembly: FUNCTION name [other], for C by either name. In the section there is, or, with
 * OWN_SECTIONS, in one of its own that the linker may leave out. */
  .syntax unified
  .thumb
  .macro FUNCTION name, other
#ifdef OWN_SECTIONS
  .section .text.\name, "ax"
#endif
  .balign 4
  .global \name
  .type \name, %function
  .thumb_func
\name:
  .ifnb \other
  .global \other
  .type \other, %function
  .thumb_func
\other:
  .endif
  .endm

/* The system calls, one stub each, out of abi/syscalls.def: the arguments are where the C ABI has put
 * them, the number goes to r12, the result comes back in r0. Each is a section of its own, so that a
 * program carries only what it calls. */
  .syntax unified
  .thumb

#define SYSCALL(number, name, ...) \
  .section .text.sys_##name, "ax", %progbits; \
  .global sys_##name; \
  .type sys_##name, %function; \
  .thumb_func; \
  sys_##name: mov r12, $number; svc #0; bx lr; \
  .size sys_##name, . - sys_##name;
#include "syscalls.def"

/* long pith_syscall(long number, long a, long b, long c, long d) */
  .section .text.pith_syscall, "ax", %progbits
  .global pith_syscall
  .type pith_syscall, %function
  .thumb_func
pith_syscall:
  mov r12, r0
  mov r0, r1
  mov r1, r2
  mov r2, r3
  ldr r3, [sp]
  svc #0
  bx lr
  .size pith_syscall, . - pith_syscall

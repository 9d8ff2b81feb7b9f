/* Around the switch: the way into the first one, the four faults, and the memory the kernel's state lies in. */
#include "config.h"
#include "offsets.h"

#include "function.h"

/* void arch_first_switch(void *idle_stack_top, uint32_t clock_hz): boot becomes the idle thread. */
  .section .text.arch_first_switch, "ax"
FUNCTION arch_first_switch
  msr psp, r0
  movs r0, #2
  msr control, r0             /* thread mode on PSP */
  isb
  ldr r0, =k_kernel
  msr msp, r0                 /* wherever boot's stack was: from now on the kernel's block is on top of it */
#if PITH_STACK_GUARDS || PITH_PROCESS_SUPPORT
  mov r4, r1
#if PITH_STACK_GUARDS
  bl k_stack_start
#endif
  bl arch_mpu_enable
  mov r0, r4
#else
  mov r0, r1
#endif
  bl arch_tick_start          /* from here on interrupts may call the kernel */
  ldr ip, =k_idle_call
  svc #0
  b k_idle
  .ltorg

#if PITH_REPORTS || PITH_PROCESS_SUPPORT
/* Faults: MSP, r4-r11 and EXC_RETURN to C, which says where to go on and knows from IPSR which one it is. A fault of a
 * thread finds MSP empty; QEMU 7.2 leaves a frame there when a thread is returned to with an exception number in its
 * xPSR. A handler's that has no room for this one's work comes from an interrupt stack that overflows, and is not
 * returned to. */
  .section .text.arch_fault_entry, "ax"
FUNCTION HardFault_Handler
FUNCTION MemManage_Handler
FUNCTION BusFault_Handler
FUNCTION UsageFault_Handler
  mov r3, sp
  tst lr, #4
  it ne
  ldrne sp, =k_kernel
  ldr r0, =k_isr_stack + ISR_FULL
  cmp sp, r0
  it lo
  ldrlo sp, =k_kernel
  push {r3-r11, lr}
  mov r0, sp
  bl arch_fault
  pop {r3-r11, pc}
  .ltorg
#else
  .section .text.arch_fault_entry, "ax"
FUNCTION HardFault_Handler
FUNCTION MemManage_Handler
FUNCTION BusFault_Handler
FUNCTION UsageFault_Handler
  b k_stop
#endif

/* The kernel block on top of the interrupt stack. Not zeroed at start-up, which may run on this stack. */
  .section .noinit.k_kernel, "aw", %nobits
  .balign 32
  .global k_isr_stack
k_isr_stack:
  .space ISR_STACK
  .global k_kernel
  .type k_kernel, %object
k_kernel:
  .space K_SIZE
  .size k_kernel, K_SIZE

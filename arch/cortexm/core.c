/* What a core of the M profile does for the kernel: exception priorities, the first frame of a thread,
 * the tick. Armv7-M ARM B1.5 (exception model), B3.2 (system control space), B3.3 (SysTick). */
#include "kernel.h"
#include "scb.h"

enum {
  PRIORITY_LOWEST = 0xFF,     /* SVCall and PendSV: the kernel; hardware keeps the bits it has */
  PRIORITY_FAULTS = 0xDF,     /* above the kernel on 3 bits and more, below every device */
  PRIORITY_TICK = 0x00,
  EXC_RETURN_THREAD_PSP = 0xFFFFFFFD,
  XPSR_THUMB = 1u << 24,
};

void arch_init(void) {
  SCB_SHPR1 = PRIORITY_FAULTS * 0x00010101u;                       /* MemManage, BusFault, UsageFault */
  SCB_SHPR2 = (uint32_t)PRIORITY_LOWEST << 24;                     /* SVCall */
  SCB_SHPR3 = (uint32_t)PRIORITY_TICK << 24 | PRIORITY_LOWEST << 16; /* SysTick, PendSV */
  SCB_SHCSR |= SCB_SHCSR_MEMFAULTENA | SCB_SHCSR_BUSFAULTENA | SCB_SHCSR_USGFAULTENA;
  SCB_CCR |= SCB_CCR_STKALIGN | SCB_CCR_DIV_0_TRP;
}

void arch_thread_init(struct pith_thread *t, void *stack, size_t size, void (*entry)(void *), void *arg,
                      void (*on_return)(void)) {
  struct arch_frame *f = (struct arch_frame *)(void *)((uint8_t *)stack + size) - 1;

  *f = (struct arch_frame){.r0 = (uint32_t)(uintptr_t)arg,
                           .lr = (uint32_t)(uintptr_t)on_return,
                           .pc = (uint32_t)(uintptr_t)entry & ~1u,
                           .xpsr = XPSR_THUMB};
  t->sp = (uint32_t *)(void *)f;
  t->exc_return = EXC_RETURN_THREAD_PSP;
}

void arch_pend(void) { SCB_ICSR = SCB_ICSR_PENDSVSET; }

struct arch_frame *arch_call_frame(void) {
  struct arch_frame *frame;

  __asm__ volatile("mrs %0, psp" : "=r"(frame));
  return frame;
}

void arch_call_restart(struct arch_frame *frame) { frame->pc -= 2; } /* SVC is 16 bits */
void arch_call_skip(struct arch_frame *frame) { frame->pc += 2; }

void arch_wait_for_interrupt(void) { __asm__ volatile("dsb\n\twfi" ::: "memory"); }

void arch_stop_interrupts(void) { __asm__ volatile("cpsid i" ::: "memory"); }

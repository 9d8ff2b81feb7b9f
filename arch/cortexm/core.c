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
#if PITH_REPORTS /* else each is a HardFault, which just stops */
  SCB_SHPR1 = PRIORITY_FAULTS * 0x00010101u;                       /* MemManage, BusFault, UsageFault */
  SCB_SHCSR |= SCB_SHCSR_MEMFAULTENA | SCB_SHCSR_BUSFAULTENA | SCB_SHCSR_USGFAULTENA;
#endif
  SCB_SHPR2 = (uint32_t)PRIORITY_LOWEST << 24;                     /* SVCall */
  SCB_SHPR3 = (uint32_t)PRIORITY_TICK << 24 | PRIORITY_LOWEST << 16; /* SysTick, PendSV */
  SYST_CSR = 0; /* the clock stands at 0 until arch_tick_start() */
  SYST_CVR = 0;
  SCB_CCR |= SCB_CCR_STKALIGN | SCB_CCR_DIV_0_TRP;
}

void arch_thread_init(struct pith_thread *t, void *top, void (*entry)(void *), void *arg) {
  struct arch_frame *f = (struct arch_frame *)top - 1;

  f->r0 = (uint32_t)(uintptr_t)arg;
  f->r1 = f->r2 = f->r3 = f->r12 = 0;
  f->lr = (uint32_t)(uintptr_t)k_thread_return;
  f->pc = (uint32_t)(uintptr_t)entry & ~1u;
  f->xpsr = XPSR_THUMB;
  t->sp = (uint32_t *)(void *)f;
  t->resume = EXC_RETURN_THREAD_PSP;
}

void arch_pend(void) { SCB_ICSR = SCB_ICSR_PENDSVSET; }

void arch_wait_for_interrupt(void) { __asm__ volatile("dsb\n\twfi" ::: "memory"); }

/* DDI0403E B1.5.16: the reset need not come at once. */
void arch_reset(void) {
  __asm__ volatile("dsb" ::: "memory");
  SCB_AIRCR = SCB_AIRCR_VECTKEY | SCB_AIRCR_SYSRESETREQ;
  __asm__ volatile("dsb" ::: "memory");
  for (;;) continue;
}

void arch_stop_interrupts(void) { __asm__ volatile("cpsid i" ::: "memory"); }

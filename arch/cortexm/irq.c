/* Interrupt lines: the NVIC (Armv7-M ARM B3.4) behind the kernel's levels, and the way from the default
 * handler to the kernel's table.
 *
 *   priority, top n bits:  0         1 .. 2^n - 4 and down      2^n - 3 ..     2^n - 1
 *                          SysTick   levels 0 ..                faults         kernel
 *
 * PRIGROUP 0 takes the last bit of eight for the order among equals, so a core that has eight counts as one
 * with seven. */
#include "arch.h"
#include "cortexm/scb.h"
#include "cortexm/start.h"

enum { FAULTS = 0xDF }; /* core.c gives them this priority */

static void barrier(void) { __asm__ volatile("dsb\n\tisb" ::: "memory"); }

/* arch_init() has given PendSV priority 0xFF: what it kept is what there is. */
static unsigned unused_bits(void) {
  uint32_t kept = SCB_SHPR3 >> 16 & 0xFF;
  unsigned unused = (unsigned)__builtin_ctz(kept | 0x100);

  return unused ? unused : 1;
}

unsigned arch_irq_lines(void) { return k_irq_lines; }

unsigned arch_irq_levels(void) { return (FAULTS >> unused_bits()) - 1u; }

bool arch_irq_is_free(unsigned irq) { return k_irq_handlers[irq] == k_default_irq; }

void arch_irq_set_level(unsigned irq, unsigned level) {
  NVIC_IPR(irq) = (uint8_t)((level + 1) << unused_bits());
}

/* Priority 0, as after reset, is SysTick's alone: its handler relies on it. */
void arch_irq_enable(unsigned irq) {
  if (!NVIC_IPR(irq)) arch_irq_set_level(irq, arch_irq_levels() - 1);
  NVIC_ISER(irq / 32) = 1u << (irq % 32);
}

void arch_irq_disable(unsigned irq) {
  NVIC_ICER(irq / 32) = 1u << (irq % 32);
  barrier();
}

void arch_irq_pend(unsigned irq) {
  NVIC_ISPR(irq / 32) = 1u << (irq % 32);
  barrier();
}

void arch_irq_forget(unsigned irq) { NVIC_ICPR(irq / 32) = 1u << (irq % 32); }

void arch_irq_dispatcher(void (*dispatch)(uint32_t irq)) { k_irq_dispatch = dispatch; }

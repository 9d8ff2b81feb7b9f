/* What start-up leaves for others: the state of the core before anything changed it. */
#ifndef PITH_CORTEXM_START_H
#define PITH_CORTEXM_START_H
#include <stdint.h>

struct start_state {
  uint32_t shpr2, shpr3; /* priorities of SVCall; of PendSV and SysTick, as reset left them */
  uint32_t control;      /* CONTROL, ARM B1.4.4 */
};

/* Written once by Reset_Handler, then constant. Any context. */
extern struct start_state arch_at_reset;

/* An interrupt came that nobody handles: the kernel's panic names exception (16 + line) and stops. A build
 * without a kernel gets a weak one that loops. Any ISR. */
_Noreturn void k_panic_irq(uint32_t exception);

/* vectors.h: what stands in the vector table for each line, the default handler, and where it sends interrupts
 * that have no other (NULL: nowhere yet). */
extern void (*const k_irq_handlers[])(void);
extern const uint32_t k_irq_lines;
extern void (*volatile k_irq_dispatch)(uint32_t irq);
void k_default_irq(void);
#endif

/* The vector table, ARM B1.5.3. A board's vectors.c lists its interrupt lines in order as INTERRUPTS(X) and
 * includes this file once; that makes the table.
 *
 * Every line gets a weak default under its CMSIS device name, so a driver's handler is wired by defining a
 * function of that name and nothing else. The default asks the kernel's table of attached handlers, if there is
 * one (kernel/irq.c). An interrupt nobody handles is a bug of the wiring: it stops the system and names the line. SVC, PendSV, SysTick and the four faults have no default: a build
 * that forgets one must not link. */
#include "cortexm/start.h"

typedef void (*vector)(void);

extern char k_kernel[]; /* the kernel's block, at the end of the interrupt stack */
void Reset_Handler(void);
void HardFault_Handler(void);
void MemManage_Handler(void);
void BusFault_Handler(void);
void UsageFault_Handler(void);
void SVC_Handler(void);
void PendSV_Handler(void);
void SysTick_Handler(void);

void (*volatile k_irq_dispatch)(uint32_t irq);

void k_default_irq(void) {
  uint32_t exception;
  void (*dispatch)(uint32_t irq) = k_irq_dispatch;

  __asm volatile("mrs %0, ipsr" : "=r"(exception));
  if (dispatch) dispatch(exception - 16);
  else k_panic_irq(exception);
}

#define VECTOR_DEFAULT(name) void name(void) __attribute__((weak, alias("k_default_irq")));
VECTOR_DEFAULT(NMI_Handler)
VECTOR_DEFAULT(DebugMon_Handler)
INTERRUPTS(VECTOR_DEFAULT)

#define VECTOR_ENTRY(name) name,
__attribute__((section(".vectors"), used)) const vector k_vectors[] = {
    (vector)(void *)k_kernel, /* 0: initial MSP */
    Reset_Handler,            /* 1 */
    NMI_Handler,              /* 2 */
    HardFault_Handler,        /* 3 */
    MemManage_Handler,        /* 4 */
    BusFault_Handler,         /* 5 */
    UsageFault_Handler,       /* 6 */
    k_default_irq,            /* 7 to 10 are reserved */
    k_default_irq,
    k_default_irq,
    k_default_irq,
    SVC_Handler,             /* 11 */
    DebugMon_Handler,        /* 12 */
    k_default_irq,           /* 13 is reserved */
    PendSV_Handler,          /* 14 */
    SysTick_Handler,         /* 15 */
    INTERRUPTS(VECTOR_ENTRY) /* 16 + line */
};

/* The same for those who may not read the table at address 0; dropped when nobody asks. */
const vector k_irq_handlers[] = {INTERRUPTS(VECTOR_ENTRY)};
const uint32_t k_irq_lines = sizeof k_irq_handlers / sizeof k_irq_handlers[0];

/* From reset to main().
 *
 * The hardware loads SP from the first word of the vector table: the end of the interrupt stack, where the
 * kernel's own block lies. Reset_Handler is therefore plain C. It runs privileged, in thread mode, on MSP,
 * with every interrupt line disabled at the NVIC; nothing here masks or unmasks. Until .data and .bss are
 * set up it touches only .noinit, which start-up never writes: the kernel block, the stacks and the record
 * of the reset state survive from here on. */
#include "cortexm/start.h"
#include "cortexm/scb.h"
#include "arch.h"

void Reset_Handler(void);

/* Supplied by boards/ and init/. */
void board_init(void);
int main(void);

/* Supplied by the linker script, boards/common.ld. */
extern uint32_t __vectors[], __data_load[], __data_start[], __data_end[], __bss_start[], __bss_end[];

struct start_state arch_at_reset __attribute__((section(".noinit")));

static void copy_data(void) {
  const uint32_t *from = __data_load;
  for (uint32_t *to = __data_start; to < __data_end; to++) *to = *from++;
}

static void zero_bss(void) {
  for (uint32_t *to = __bss_start; to < __bss_end; to++) *to = 0;
}

/* Before the first floating-point instruction, which would fault (NOCP). On a core without an FPU the bits
 * read back as zero and the write does nothing. The barriers make it effective for the next
 * instruction. ARM B3.2.20. */
static void enable_fpu(void) {
#ifdef __ARM_FP
  SCB_CPACR |= SCB_CPACR_FPU;
  __asm volatile("dsb\n\tisb" ::: "memory");
#endif
}

void Reset_Handler(void) {
  uint32_t control;
  __asm volatile("mrs %0, control" : "=r"(control));
  arch_at_reset.shpr2 = SCB_SHPR2;
  arch_at_reset.shpr3 = SCB_SHPR3;
  arch_at_reset.control = control;
  /* A debugger or a boot loader may have started us with another table in force. */
  SCB_VTOR = (uint32_t)__vectors;
  __asm volatile("dsb" ::: "memory");
  enable_fpu();
  copy_data();
  zero_bss();
  board_init();
  arch_halt(main());
}

__attribute__((weak)) _Noreturn void k_panic_irq(uint32_t exception) {
  (void)exception;
  for (;;) __asm volatile("");
}

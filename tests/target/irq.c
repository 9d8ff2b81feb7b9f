/* Both families of boards in one: the handlers have the names of either vector table, and the lines used
 * have the same numbers in both. Which timer there is shows at run time by the number of interrupt lines.
 *
 * CMSDK APB timer: Arm DDI0479, 4.4: VALUE counts down to 0, interrupts, and starts again at RELOAD.
 * STM32 general-purpose timer: ST RM0090, 18.4: counts up to ARR; the update event sets SR.UIF. */
#include "irq.h"
#include "board.h"
#include "cortexm/scb.h"

enum { MPS2_LINES = 32 };

#define CMSDK(timer, reg) CORTEXM_WORD(0x40000000u + 0x1000u * (timer) + (reg))
enum { CMSDK_CTRL = 0, CMSDK_VALUE = 4, CMSDK_RELOAD = 8, CMSDK_INTCLEAR = 12, CMSDK_ON = 1 | 1 << 3, CMSDK_IRQ = 8 };

#define STM32(timer, reg) CORTEXM_WORD(0x40000000u + 0x400u * (timer) + (reg)) /* TIM2, TIM3 */
#define STM32_RCC_APB1ENR CORTEXM_WORD(0x40023840u)
enum { STM32_CR1 = 0, STM32_DIER = 12, STM32_SR = 16, STM32_CNT = 0x24, STM32_ARR = 0x2C, STM32_IRQ = 28 };

static void (*line_handler[IRQ_LINES])(void);
static void (*timer_handler[IRQ_TIMERS])(void);

static int is_mps2(void) { return board_get()->irq_count == MPS2_LINES; }

/* ---- lines ---- */

void irq_on(unsigned line, uint8_t priority, void (*handler)(void)) {
  line_handler[line] = handler;
  irq_enable(IRQ_FIRST_LINE + line, priority);
}

void irq_raise(unsigned line) {
  NVIC_ISPR(0) = 1u << (IRQ_FIRST_LINE + line);
  __asm__ volatile("dsb\n\tisb" ::: "memory");
}

void ETHERNET_Handler(void), I2S_Handler(void), TOUCHSCREEN_Handler(void);
void DMA1_Stream2_IRQHandler(void), DMA1_Stream3_IRQHandler(void), DMA1_Stream4_IRQHandler(void);

void ETHERNET_Handler(void) { line_handler[0](); }
void I2S_Handler(void) { line_handler[1](); }
void TOUCHSCREEN_Handler(void) { line_handler[2](); }
void DMA1_Stream2_IRQHandler(void) { line_handler[0](); }
void DMA1_Stream3_IRQHandler(void) { line_handler[1](); }
void DMA1_Stream4_IRQHandler(void) { line_handler[2](); }

/* ---- timers ---- */

void timer_on(unsigned timer, uint8_t priority, void (*handler)(void)) {
  timer_handler[timer] = handler;
  if (is_mps2()) {
    CMSDK(timer, CMSDK_CTRL) = 0;
    irq_enable(CMSDK_IRQ + timer, priority);
  } else {
    STM32_RCC_APB1ENR |= 3;
    STM32(timer, STM32_CR1) = 0;
    STM32(timer, STM32_DIER) = 1;
    irq_enable(STM32_IRQ + timer, priority);
  }
}

void timer_once(unsigned timer, uint32_t clocks) {
  if (is_mps2()) {
    CMSDK(timer, CMSDK_CTRL) = 0;
    CMSDK(timer, CMSDK_RELOAD) = clocks;
    CMSDK(timer, CMSDK_VALUE) = clocks;
    CMSDK(timer, CMSDK_CTRL) = CMSDK_ON;
  } else {
    STM32(timer, STM32_ARR) = clocks;
    STM32(timer, STM32_CR1) = 1;
    STM32(timer, STM32_CNT) = 0;
  }
}

static void timer_isr(unsigned timer) {
  if (is_mps2()) {
    CMSDK(timer, CMSDK_CTRL) = 0;
    CMSDK(timer, CMSDK_INTCLEAR) = 1;
  } else {
    STM32(timer, STM32_CR1) = 0;
    STM32(timer, STM32_SR) = 0;
  }
  timer_handler[timer]();
}

void TIMER0_Handler(void), TIMER1_Handler(void), TIM2_IRQHandler(void), TIM3_IRQHandler(void);

void TIMER0_Handler(void) { timer_isr(0); }
void TIMER1_Handler(void) { timer_isr(1); }
void TIM2_IRQHandler(void) { timer_isr(0); }
void TIM3_IRQHandler(void) { timer_isr(1); }

/* Both families of boards in one: the handlers have the names of either vector table, and the lines used
 * have the same numbers in both. Which board it is shows at run time by the number of interrupt lines.
 *
 * Timers on MPS2 are the CMSDK APB timers (Arm DDI0479, 4.4: VALUE counts down to 0, interrupts, and starts
 * again at RELOAD) and the dual timer (4.5: CONTROL bit 7 enables, 5 lets interrupts through, 1 is 32 bits, 0 is
 * one-shot). On the STM32F4 they are TIM2 to TIM4 (ST RM0090, 18.4), of which QEMU has a part: they run at 1 GHz,
 * a write to ARR is what starts them, they never stop by themselves, and a write to CNT, PSC or EGR spoils them. */
#include "irq.h"
#include "board.h"
#include "cortexm/scb.h"

enum {
  MPS2_LINES = 32,
  TIMER_HZ = 25000000,
  EMULATOR_HZ = 1000000000,
};

static const uint8_t cmsdk_irq[IRQ_TIMERS] = {8, 9, 10}, tim_irq[IRQ_TIMERS] = {28, 29, 30};

#define CMSDK(timer, reg) CORTEXM_WORD(0x40000000u + 0x1000u * (timer) + (reg))
enum { CMSDK_CTRL = 0, CMSDK_VALUE = 4, CMSDK_RELOAD = 8, CMSDK_INTCLEAR = 12, CMSDK_ON = 1 | 1 << 3 };

#define DUAL(reg) CORTEXM_WORD(0x40002000u + (reg))
enum { DUAL_LOAD = 0, DUAL_CONTROL = 8, DUAL_INTCLEAR = 12, DUAL_ONCE = 1 << 7 | 1 << 5 | 1 << 1 | 1 };

#define TIM(timer, reg) CORTEXM_WORD(0x40000000u + 0x400u * (timer) + (reg))
enum { CR1 = 0, DIER = 12, SR = 16, CNT = 0x24, ARR = 0x2C, CR1_ONCE = 1 | 1 << 3 };
#define RCC_CR CORTEXM_WORD(0x40023800u)
#define RCC_APB1ENR CORTEXM_WORD(0x40023840u)
enum { RCC_CR_HSIRDY = 2 };

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

static int is_emulator(void) { return !(RCC_CR & RCC_CR_HSIRDY); } /* of the STM32F4: it has no RCC */

static void cmsdk_once(unsigned timer, uint32_t clocks) {
  if (timer == 2) {
    DUAL(DUAL_CONTROL) = 0;
    DUAL(DUAL_LOAD) = clocks;
    DUAL(DUAL_CONTROL) = DUAL_ONCE;
  } else {
    CMSDK(timer, CMSDK_CTRL) = 0;
    CMSDK(timer, CMSDK_RELOAD) = clocks;
    CMSDK(timer, CMSDK_VALUE) = clocks;
    CMSDK(timer, CMSDK_CTRL) = CMSDK_ON;
  }
}

static void tim_once(unsigned timer, uint32_t clocks) {
  TIM(timer, DIER) = 1;
  if (is_emulator()) {
    TIM(timer, CR1) = 1;
    TIM(timer, ARR) = clocks * (EMULATOR_HZ / TIMER_HZ);
  } else { /* at half the processor's clock */
    TIM(timer, CR1) = 0;
    TIM(timer, ARR) = clocks * (board_get()->clock_hz / 2 / 1000000) / (TIMER_HZ / 1000000);
    TIM(timer, CNT) = 0;
    TIM(timer, CR1) = CR1_ONCE;
  }
}

void timer_on(unsigned timer, uint8_t priority, void (*handler)(void)) {
  timer_handler[timer] = handler;
  if (is_mps2()) {
    irq_enable(cmsdk_irq[timer], priority);
  } else {
    RCC_APB1ENR |= 1u << timer;
    irq_enable(tim_irq[timer], priority);
  }
}

void timer_once(unsigned timer, uint32_t clocks) {
  if (is_mps2()) cmsdk_once(timer, clocks);
  else tim_once(timer, clocks);
}

static void cmsdk_isr(unsigned timer) {
  CMSDK(timer, CMSDK_CTRL) = 0;
  CMSDK(timer, CMSDK_INTCLEAR) = 1;
  timer_handler[timer]();
}

static void tim_isr(unsigned timer) {
  TIM(timer, DIER) = 0;
  TIM(timer, SR) = 0;
  (void)TIM(timer, SR); /* the write has arrived, or the interrupt would come a second time */
  timer_handler[timer]();
}

void TIMER0_Handler(void), TIMER1_Handler(void), DUALTIMER_Handler(void);
void TIM2_IRQHandler(void), TIM3_IRQHandler(void), TIM4_IRQHandler(void);

void TIMER0_Handler(void) { cmsdk_isr(0); }
void TIMER1_Handler(void) { cmsdk_isr(1); }
void TIM2_IRQHandler(void) { tim_isr(0); }
void TIM3_IRQHandler(void) { tim_isr(1); }
void TIM4_IRQHandler(void) { tim_isr(2); }

void DUALTIMER_Handler(void) {
  DUAL(DUAL_CONTROL) = 0;
  DUAL(DUAL_INTCLEAR) = 1;
  timer_handler[2]();
}

/* Both families of boards in one: the handlers have the names of either vector table, and the lines used
 * have the same numbers in both. Which board it is shows at run time by the number of interrupt lines.
 *
 * Timers on MPS2 are the CMSDK APB timers (Arm DDI0479, 4.4: VALUE counts down to 0, interrupts, and starts
 * again at RELOAD). Elsewhere they are made of SysTick, since QEMU's TIM2 to TIM5 of the STM32 never
 * interrupt: a table of vectors in RAM leads SysTick here; it then comes at odd, shorter periods, passes
 * about every full one on to the kernel, and pends the timers' lines, whose handlers run at their own
 * priorities. */
#include "irq.h"
#include "board.h"
#include "config.h"
#include "cortexm/scb.h"

enum {
  MPS2_LINES = 32,
  CMSDK_IRQ = 8,
  TIM_IRQ = 28, /* TIM2, TIM3 */
  VECTORS = 128,
  CLOCKS_MIN = 3000, /* between two SysTicks */
  CLOCKS_MASK = 4095,
  TIMER_HZ = 25000000,
};

#define CMSDK(timer, reg) CORTEXM_WORD(0x40000000u + 0x1000u * (timer) + (reg))
enum { CMSDK_CTRL = 0, CMSDK_VALUE = 4, CMSDK_RELOAD = 8, CMSDK_INTCLEAR = 12, CMSDK_ON = 1 | 1 << 3 };

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

/* ---- timers made of SysTick ---- */

static uint32_t vectors[VECTORS] __attribute__((aligned(4 * VECTORS)));
static uint32_t full_period, running, following, since_kernel;
static volatile uint32_t left[IRQ_TIMERS]; /* clocks; 0: not armed */

void SysTick_Handler(void);

/* RVR is taken at the next reload: the period that has just begun was written one SysTick ago. */
static uint32_t next_period(void) {
  static uint32_t random = 7;
  uint32_t passed = running;

  random = random * 1664525u + 1013904223u;
  running = following;
  following = CLOCKS_MIN + (random >> 16 & CLOCKS_MASK);
  SYST_RVR = following - 1;
  return passed;
}

static void odd_tick(void) {
  uint32_t passed = next_period();

  since_kernel += passed;
  if (since_kernel >= full_period) {
    since_kernel -= full_period;
    SysTick_Handler();
  }
  for (unsigned i = 0; i < IRQ_TIMERS; i++) {
    if (!left[i]) continue;
    if (left[i] > passed) {
      left[i] -= passed;
    } else {
      left[i] = 0;
      NVIC_ISPR(0) = 1u << (TIM_IRQ + i);
    }
  }
}

static void divert_systick(void) {
  const uint32_t *from = (const uint32_t *)SCB_VTOR;

  if (from == vectors) return;
  for (unsigned i = 0; i < EXC_IRQ0 + (unsigned)board_get()->irq_count; i++) vectors[i] = from[i];
  vectors[EXC_SYSTICK] = (uint32_t)(uintptr_t)odd_tick;
  full_period = running = following = SYST_RVR + 1;
  SCB_VTOR = (uint32_t)(uintptr_t)vectors;
  __asm__ volatile("dsb\n\tisb" ::: "memory");
}

/* ---- timers ---- */

void timer_on(unsigned timer, uint8_t priority, void (*handler)(void)) {
  timer_handler[timer] = handler;
  if (is_mps2()) {
    CMSDK(timer, CMSDK_CTRL) = 0;
    irq_enable(CMSDK_IRQ + timer, priority);
  } else {
    irq_enable(TIM_IRQ + timer, priority);
    divert_systick();
  }
}

void timer_once(unsigned timer, uint32_t clocks) {
  if (is_mps2()) {
    CMSDK(timer, CMSDK_CTRL) = 0;
    CMSDK(timer, CMSDK_RELOAD) = clocks;
    CMSDK(timer, CMSDK_VALUE) = clocks;
    CMSDK(timer, CMSDK_CTRL) = CMSDK_ON;
  } else {
    left[timer] = clocks * (board_get()->clock_hz / TIMER_HZ);
  }
}

static void cmsdk_isr(unsigned timer) {
  CMSDK(timer, CMSDK_CTRL) = 0;
  CMSDK(timer, CMSDK_INTCLEAR) = 1;
  timer_handler[timer]();
}

void TIMER0_Handler(void), TIMER1_Handler(void), TIM2_IRQHandler(void), TIM3_IRQHandler(void);

void TIMER0_Handler(void) { cmsdk_isr(0); }
void TIMER1_Handler(void) { cmsdk_isr(1); }
void TIM2_IRQHandler(void) { timer_handler[0](); }
void TIM3_IRQHandler(void) { timer_handler[1](); }

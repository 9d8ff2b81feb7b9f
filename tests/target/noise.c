/* See noise.h. Two of the timers are those of irq.h, the third is set up here in the same way.
 *
 * CMSDK dual timer: Arm DDI0479, 4.5: CONTROL bit 7 enables, 5 lets interrupts through, 1 is 32 bits, 0 is
 * one-shot. STM32 general-purpose timer 4: ST RM0090, 18.4. */
#include "noise.h"
#include "board.h"
#include "cortexm/scb.h"
#include "irq.h"
#include "kernel.h"
#include "mem.h"
#include "semihost.h"
#include "test.h"

enum {
  COMMAND_LINE = 256,
  ARGUMENTS = 16,
  MPS2_LINES = 32,
  PER_CLOCK = 40, /* instructions in a clock of a timer: 25 MHz, under -icount shift=0 */
};

#define DUAL(reg) CORTEXM_WORD(0x40002000u + (reg))
enum { DUAL_LOAD = 0, DUAL_CONTROL = 8, DUAL_INTCLEAR = 12, DUAL_ONCE = 1 << 7 | 1 << 5 | 1 << 1 | 1, DUAL_IRQ = 10 };

#define TIM4(reg) CORTEXM_WORD(0x40000800u + (reg))
#define RCC_APB1ENR CORTEXM_WORD(0x40023840u)
enum { CR1 = 0, DIER = 12, SR = 16, CNT = 0x24, PSC = 0x28, ARR = 0x2C, TIM4_IRQ = 30 };

static const uint8_t priority[NOISE_SOURCES] = {0xA0, 0x60, 0x20};
static void (*const *handlers)(uint32_t random);
static uint32_t states[NOISE_SOURCES], clocks;
static volatile uint32_t count, depth, deepest;
static volatile int stopped;

uint32_t option(const char *name, uint32_t otherwise) {
  static char line[COMMAND_LINE];
  char *argv[ARGUMENTS];
  int argc = semihost_args(line, sizeof line, argv, ARGUMENTS);
  uint32_t n = 0;

  for (int i = 0; i + 1 < argc; i++) {
    if (argv[i][0] != '-' || argv[i][1] != '-' || strcmp(argv[i] + 2, name)) continue;
    for (const char *s = argv[i + 1]; *s >= '0' && *s <= '9'; s++) n = 10 * n + (uint32_t)(*s - '0');
    return n;
  }
  return otherwise;
}

static long run_check(long a, long b, long c) {
  (void)a, (void)b, (void)c;
  return k_check();
}

void check_kernel(void) {
  if (pith_monitor(run_check, 0, 0, 0) == 0) return;
  say("k_check: %p: %s\n", k_check_what, k_check_why);
  CHECK(!"the kernel's structures are whole");
}

uint32_t random_next(uint32_t *state) {
  uint32_t x = *state;

  x ^= x << 13;
  x ^= x >> 17;
  x ^= x << 5;
  return *state = x;
}

static int is_mps2(void) { return board_get()->irq_count == MPS2_LINES; }

static void third_on(void) {
  if (is_mps2()) {
    irq_enable(DUAL_IRQ, priority[2]);
  } else {
    RCC_APB1ENR |= 4;
    TIM4(CR1) = 0;
    TIM4(PSC) = 39;
    TIM4(DIER) = 1;
    irq_enable(TIM4_IRQ, priority[2]);
  }
}

static void third_once(uint32_t n) {
  if (is_mps2()) {
    DUAL(DUAL_CONTROL) = 0;
    DUAL(DUAL_LOAD) = n;
    DUAL(DUAL_CONTROL) = DUAL_ONCE;
  } else {
    TIM4(ARR) = n;
    TIM4(CR1) = 1;
    TIM4(CNT) = 0;
  }
}

static void start(unsigned i) {
  uint32_t n = clocks / 2 + random_next(&states[i]) % clocks;

  if (i < IRQ_TIMERS) timer_once(i, n);
  else third_once(n);
}

static void interrupt(unsigned i) {
  uint32_t deep = arch_atomic_add(&depth, 1) + 1;

  if (deep > deepest) deepest = deep;
  arch_atomic_add(&count, 1);
  handlers[i](random_next(&states[i]));
  if (!stopped) start(i);
  arch_atomic_add(&depth, (uint32_t)-1);
}

static void interrupt_0(void) { interrupt(0); }
static void interrupt_1(void) { interrupt(1); }

void DUALTIMER_Handler(void), TIM4_IRQHandler(void);

void DUALTIMER_Handler(void) {
  DUAL(DUAL_CONTROL) = 0;
  DUAL(DUAL_INTCLEAR) = 1;
  interrupt(2);
}

void TIM4_IRQHandler(void) {
  TIM4(CR1) = 0;
  TIM4(SR) = 0;
  interrupt(2);
}

void noise_start(uint32_t seed, uint32_t span, void (*const handler[NOISE_SOURCES])(uint32_t random)) {
  handlers = handler;
  clocks = span / PER_CLOCK;
  if (clocks < 4) clocks = 4;
  stopped = 0;
  for (unsigned i = 0; i < NOISE_SOURCES; i++) states[i] = seed + 0x9E3779B9u * i ? seed + 0x9E3779B9u * i : 1;
  timer_on(0, priority[0], interrupt_0);
  timer_on(1, priority[1], interrupt_1);
  third_on();
  for (unsigned i = 0; i < NOISE_SOURCES; i++) start(i);
}

void noise_stop(void) {
  stopped = 1;
  for (volatile uint32_t n = 0; n < 8 * clocks * PER_CLOCK; n++) continue; /* the last ones come and find it so */
}

uint32_t noise_count(void) { return count; }
uint32_t noise_depth(void) { return deepest; }

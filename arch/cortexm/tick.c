/* The clock without PITH_TICKLESS: SysTick interrupts at every tick (Armv7-M ARM B3.3) and counts.
 *
 * Its handler has the highest priority to itself, so nothing interrupts it. A reader of the count, 64 bits in two words,
 * reads again if the upper one has changed meanwhile. Of the deadline the handler may see one half old, and then post too
 * early, which does no harm, or not yet; so whoever sets a deadline looks afterwards whether it has come. The first
 * tick posts in any case, and hears of the first deadline. */
#include "kernel.h"
#include "scb.h"

#if !PITH_TICKLESS
static struct {
  volatile uint32_t low, high; /* ticks */
  volatile pith_time deadline;
  uint32_t skipped;            /* ticks without an interrupt */
} clock;

void arch_tick_start(uint32_t clock_hz);
void SysTick_Handler(void);

void arch_tick_start(uint32_t clock_hz) {
  uint32_t period = clock_hz / PITH_TICK_HZ;

  PITH_ASSERT(period >= 32 && period <= 0x1000000); /* 24 bits, and time for more than the interrupt */
  SYST_RVR = period - 1;
  SYST_CVR = 0;
  SYST_CSR = SYST_CSR_CLKSOURCE | SYST_CSR_TICKINT | SYST_CSR_ENABLE;
}

static void post_if_due(void) {
  if (clock.deadline <= pith_now()) k_post(&R->expiry);
}

void SysTick_Handler(void) {
  if (!++clock.low) clock.high++;
  post_if_due();
}

void arch_clock_deadline(int64_t deadline) {
  clock.deadline = deadline;
  post_if_due();
}

pith_time pith_now(void) {
  uint32_t high, low;

  do {
    high = clock.high;
    low = clock.low;
  } while (high != clock.high);
  return (pith_time)((uint64_t)high << 32 | low);
}

/* Only SysTick's own priority can see its interrupt pending: there a tick may not be counted yet. HAZARD: the counter
 * shows 0 for a cycle before that, too: whoever reads 0 reads again. */
uint32_t arch_cycles(void) {
  uint32_t period = SYST_RVR + 1, low, before, left;
  bool pending;

  if (!(SYST_CSR & SYST_CSR_ENABLE)) return 0;
  do {
    low = clock.low;
    before = SYST_CVR;
    pending = SCB_ICSR & SCB_ICSR_PENDSTSET;
    left = SYST_CVR;
  } while (left > before || low != clock.low || (!left && !pending));
  return (low + pending) * period + (left ? period - left : 0);
}

uint32_t arch_cycles_per_tick(void) { return SYST_RVR + 1; }

/* SysTick may count meanwhile. */
void arch_clock_advance(int64_t ticks) {
  uint32_t low, carry;

  do {
    low = clock.low;
    carry = (uint32_t)((low + (uint64_t)ticks) >> 32);
  } while (!arch_atomic_cas(&clock.low, low, low + (uint32_t)ticks));
  arch_atomic_add(&clock.high, carry);
  clock.skipped += (uint32_t)ticks;
  post_if_due();
}

uint32_t arch_clock_interrupts(void) { return clock.low - clock.skipped; }
#endif /* !PITH_TICKLESS */

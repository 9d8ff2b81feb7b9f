/* The clock: SysTick, without a tick (Armv7-M ARM B3.3).
 *
 * The counter runs down from a reload value and interrupts at 0, at the highest priority, which is its
 * alone. So its handler can read and restart it while nothing else looks: between the read and the restart
 * there are always the same few instructions (PITH_CLOCK_RESTART cycles), which are added. The kernel only
 * says which deadline is next; the handler programs one period up to it, or the longest there is (2^24 cycles)
 * so as not to lose count. In between there is no interrupt.
 *
 *   now = ticks + (cycles + cycles since the restart) / cycles per tick
 *
 * `turn` changes with every restart: a reader that was interrupted by one reads again. Of the deadline, 64
 * bits, the handler may see one half old: it then programs a moment that is wrong, and the check after the
 * write brings it back. */
#include "kernel.h"
#include "scb.h"

#if PITH_TICKLESS
enum {
  LONGEST = 0x1000000, /* cycles a period can last */
  SHORTEST = 32,       /* and has to, so that its start is over before its end */
};

static struct {
  volatile uint32_t turn;
  uint32_t per_tick;         /* cycles */
  uint32_t longest;          /* ticks that surely fit a period */
  uint32_t period;           /* cycles, of the running one */
  volatile bool fresh;       /* it has not been read yet: a 0 is its beginning, later its end */
  uint32_t cycles;           /* beyond `ticks` when it began */
  uint32_t total;            /* cycles before it began, modulo 2^32 */
  uint32_t interrupts;
  pith_time ticks;
  volatile pith_time deadline;
  volatile pith_time until;  /* when it will interrupt, at the latest; ticks */
} clock = {.per_tick = 1, .deadline = PITH_FOREVER, .until = PITH_FOREVER};

void arch_tick_start(uint32_t clock_hz);
void SysTick_Handler(void);

/* Cycles from the restart to a reading of the counter; `again` if it has come to its end since. It shows 0 for a
 * cycle at the beginning and another at the end. */
static inline uint32_t since(uint32_t left, bool again) {
  if (!left) return again || !clock.fresh ? clock.period : 0;
  return clock.period - left + (again ? clock.period : 0);
}

void arch_tick_start(uint32_t clock_hz) {
  clock.per_tick = clock_hz / PITH_TICK_HZ;
  PITH_ASSERT(clock.per_tick >= SHORTEST && clock.per_tick <= LONGEST / 2);
  clock.longest = LONGEST / clock.per_tick - 1;
  clock.period = LONGEST;
  SYST_RVR = LONGEST - 1;
  SYST_CVR = 0;
  SYST_CSR = SYST_CSR_CLKSOURCE | SYST_CSR_TICKINT | SYST_CSR_ENABLE;
  clock.until = 0;
}

/* If the counter has come to its end: counts the period and posts, which leads to a new deadline. */
static inline bool wrapped(void) {
  if (!(SYST_CSR & SYST_CSR_COUNTFLAG)) return false; /* reading clears it */
  clock.cycles += clock.period;
  clock.total += clock.period;
  clock.fresh = true;
  clock.turn++;
  k_post(&R->expiry);
  return true;
}

/* Restarts the counter so that it interrupts at the deadline, or after the longest period if that is sooner; a
 * deadline that is past is posted at once. */
static void restart(void) {
  uint32_t first = SYST_CVR, passed, cycles, ticks, wait = clock.longest, target, last;
  pith_time now, ahead;

  if (wrapped()) first = SYST_CVR; /* just now */
  passed = since(first, false);
  cycles = clock.cycles + passed;
  ticks = cycles / clock.per_tick;
  cycles -= ticks * clock.per_tick;
  now = clock.ticks + ticks;
  ahead = clock.deadline - now;
  if (ahead < 1) k_post(&R->expiry);
  else if (ahead < wait) wait = (uint32_t)ahead;
  target = wait * clock.per_tick - cycles;
  last = SYST_CVR;
  last = last <= first ? first - last : first + (clock.period - last); /* cycles since `first` */
  target = target > last + SHORTEST ? target - last : SHORTEST;
  SYST_RVR = target - 1;
  SYST_CVR = 0;
  clock.cycles = cycles + last + PITH_CLOCK_RESTART;
  clock.total += passed + last + PITH_CLOCK_RESTART;
  clock.ticks = now;
  clock.until = now + wait;
  clock.period = target;
  clock.fresh = true;
  clock.turn++;
}

/* The counter has come to 0 and runs the same period again, or the kernel wants another deadline; or both. */
void SysTick_Handler(void) {
  clock.interrupts++;
  if (!wrapped()) restart();
}

void arch_clock_deadline(int64_t deadline) {
  clock.deadline = deadline;
  if (deadline < clock.until || pith_now() >= clock.until) SCB_ICSR = SCB_ICSR_PENDSTSET;
}

/* The compiler may not read the rest before or after the turn. */
static inline void barrier(void) { __asm__ volatile("" ::: "memory"); }

/* Only SysTick's own priority can see its interrupt pending: there the counter may have wrapped unnoticed. */
static inline __attribute__((always_inline)) uint32_t running(void) {
  uint32_t left, again;
  bool pending;

  do {
    left = SYST_CVR;
    pending = SCB_ICSR & SCB_ICSR_PENDSTSET;
    again = SYST_CVR;
  } while (again > left);
  if (left) clock.fresh = false;
  return since(left, pending);
}

pith_time pith_now(void) {
  pith_time ticks;
  uint32_t turn, cycles;

  do {
    turn = clock.turn;
    barrier();
    ticks = clock.ticks;
    cycles = clock.cycles + running();
    barrier();
  } while (turn != clock.turn);
  return ticks + cycles / clock.per_tick;
}

uint32_t arch_cycles(void) {
  uint32_t turn, cycles;

  do {
    turn = clock.turn;
    barrier();
    cycles = clock.total + running();
    barrier();
  } while (turn != clock.turn);
  return cycles;
}

void arch_clock_advance(int64_t ticks) {
  clock.ticks += ticks;
  clock.turn++;
  clock.until = 0;
  SCB_ICSR = SCB_ICSR_PENDSTSET;
}

uint32_t arch_clock_interrupts(void) { return clock.interrupts; }
#endif /* PITH_TICKLESS */

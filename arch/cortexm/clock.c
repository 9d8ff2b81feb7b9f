/* The clock: SysTick, without a tick (Armv7-M ARM B3.3).
 *
 * The counter runs down from a reload value and interrupts at 0, at the highest priority, which is its
 * alone. So its handler can read and restart it while nothing else looks: between the read and the restart
 * there are always the same few instructions (PITH_CLOCK_RESTART cycles), which are added. The kernel only
 * says which deadline is next; the handler programs one period up to it, or the longest there is (2^24 cycles)
 * so as not to lose count. In between there is no interrupt.
 *
 *   now = ticks + (cycles at the period's end - counter) / cycles per tick
 *
 * `turn` changes with every restart: a reader that was interrupted by one reads again. Of the deadline, 64
 * bits, the handler may see one half old: it then programs a moment that is wrong, and the check after the
 * write brings it back.
 *
 * HAZARD: the counter shows 0 for a cycle when it has been restarted, and for one at its end, before the interrupt is
 * pending. Whoever reads 0 reads again (in an emulator that cycle can last a while). */
#include "kernel.h"
#include "scb.h"

#if PITH_TICKLESS
enum {
  LONGEST = 0x1000000, /* cycles a period can last */
  SHORTEST = 32,       /* and has to, so that its start is over before its end */
};
#define OVER INT64_MAX /* clock.until: the deadline planned has come, the period runs again without a plan */

static struct {
  volatile uint32_t turn;
  uint32_t end; /* cycles beyond `ticks` when the running period ends */
  volatile pith_time ticks;
  uint32_t per_tick;         /* cycles */
  uint32_t period;           /* cycles, of the running one; 0: the clock does not run yet */
  uint32_t longest;          /* ticks that surely fit a period */
  uint32_t skipped, skips;   /* ticks the clock stood still, and how often */
  volatile pith_time deadline;
  volatile pith_time until;  /* when it will interrupt, at the latest; ticks */
} clock = {.per_tick = 1, .deadline = PITH_FOREVER};

void arch_tick_start(uint32_t clock_hz);
void SysTick_Handler(void);

void arch_tick_start(uint32_t clock_hz) {
  clock.per_tick = clock_hz / PITH_TICK_HZ;
  PITH_ASSERT(clock.per_tick >= SHORTEST && clock.per_tick <= LONGEST / 2);
  clock.longest = LONGEST / clock.per_tick - 1;
  clock.period = clock.end = LONGEST;
  SYST_RVR = LONGEST - 1;
  SYST_CVR = 0;
  SYST_CSR = SYST_CSR_CLKSOURCE | SYST_CSR_TICKINT | SYST_CSR_ENABLE;
  clock.until = OVER;
  if (clock.deadline != PITH_FOREVER) SCB_ICSR = SCB_ICSR_PENDSTSET; /* timers have been started already */
}

/* The counter has come to its end and runs the same period again: this is what was planned, or the longest period. The
 * post leads to a new plan. */
static void over(void) {
  clock.end += clock.period;
  clock.until = OVER;
  clock.turn++;
  k_post(&R->expiry);
}

/* The compiler has the value here, and computes what depends on it neither before nor after. */
#define PIN(value) __asm__ volatile("" : "+r"(value))

/* Restarts the counter, which showed `first`, so that it interrupts `wait` ticks and minus `beyond` cycles later. What
 * stands between the two pins takes PITH_CLOCK_RESTART cycles. */
static inline __attribute__((always_inline)) void restart(uint32_t first, uint32_t wait, uint32_t beyond) {
  volatile uint32_t *rvr = &SYST_RVR, *cvr;
  uint32_t period = clock.period, lost, target = wait * clock.per_tick - beyond;

  PIN(rvr);
  cvr = rvr + 1;
  PIN(period);
  PIN(target);
  lost = first - *cvr; /* cycles since `first` */
  if (lost > first) lost += period;
  target -= lost;
  if ((int32_t)target < SHORTEST) target = SHORTEST;
  target--;
  *rvr = target;
  *cvr = target; /* makes it 0, whatever is written */
  target++;
  PIN(target);
  PIN(lost);
  clock.end = beyond + lost + PITH_CLOCK_RESTART + target;
  clock.period = target;
}

/* The counter shows `first`. A deadline that is past is posted at once; the kernel will set another. */
static inline __attribute__((always_inline)) void plan(uint32_t first) {
  uint32_t cycles = clock.end - first, ticks = cycles / clock.per_tick, wait = clock.longest;
  pith_time now = clock.ticks + ticks, ahead = clock.deadline - now;

  clock.turn++;
  if (ahead >> 32 ? ahead < 0 : !(uint32_t)ahead) {
    k_post(&R->expiry);
    return;
  }
  if (!(ahead >> 32) && (uint32_t)ahead < wait) wait = (uint32_t)ahead;
  restart(first, wait, cycles - ticks * clock.per_tick);
  clock.ticks = now;
  clock.until = now + wait;
}

/* The counter has come to its end, or the kernel wants another deadline; or both: then the post makes it ask again. */
void SysTick_Handler(void) {
  uint32_t left = SYST_CVR; /* before COUNTFLAG, which reading clears: it is of a period that is not over */

  if (SYST_CSR & SYST_CSR_COUNTFLAG) over();
  else if (__builtin_expect(!left, 0)) SysTick_Handler();
  else plan(left);
}

void arch_clock_deadline(int64_t deadline) {
  clock.deadline = deadline;
  if (deadline < clock.until || clock.until == OVER) SCB_ICSR = SCB_ICSR_PENDSTSET;
}

/* The compiler may not read the rest before or after the turn. */
static inline void barrier(void) { __asm__ volatile("" ::: "memory"); }

static bool is_pending(void) { return SCB_ICSR & SCB_ICSR_PENDSTSET; }

/* Cycles to the end of the running period; of one that is over and not yet counted, minus those since. Only
 * SysTick's own priority and those above can see its interrupt pending. */
static uint32_t left_exactly(void) {
  uint32_t before, left;
  bool pending;

  do {
    before = SYST_CVR;
    pending = is_pending();
    left = SYST_CVR;
  } while (left > before || (!left && !pending && clock.period));
  return pending && left ? left - clock.period : left;
}

static __attribute__((noinline)) pith_time now_exactly(void) {
  pith_time ticks;
  uint32_t turn, cycles;

  do {
    turn = clock.turn;
    barrier();
    ticks = clock.ticks;
    cycles = clock.end - left_exactly();
    barrier();
  } while (turn != clock.turn);
  return ticks + cycles / clock.per_tick;
}

/* One look, which is as good unless something came in between. */
pith_time pith_now(void) {
  uint32_t turn = clock.turn, end, left;
  pith_time ticks;
  bool pending;

  barrier();
  ticks = clock.ticks;
  end = clock.end;
  left = SYST_CVR;
  pending = is_pending();
  barrier();
  if (!left || pending || turn != clock.turn) return now_exactly();
  return ticks + (end - left) / clock.per_tick;
}

uint32_t arch_cycles(void) {
  uint32_t turn, cycles;

  do {
    turn = clock.turn;
    barrier();
    cycles = ((uint32_t)clock.ticks - clock.skipped) * clock.per_tick + clock.end - left_exactly();
    barrier();
  } while (turn != clock.turn);
  return cycles;
}

uint32_t arch_cycles_per_tick(void) { return clock.per_tick; }

void arch_clock_advance(int64_t ticks) {
  clock.ticks += ticks;
  clock.skipped += (uint32_t)ticks;
  clock.skips++;
  clock.turn++;
  clock.until = OVER;
  SCB_ICSR = SCB_ICSR_PENDSTSET;
}

/* Each of them makes a turn. */
uint32_t arch_clock_interrupts(void) { return clock.turn - clock.skips; }
#endif /* PITH_TICKLESS */

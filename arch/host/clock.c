/* The fake clock: it stands until a test moves it, and interrupts when the deadline has come. */
#include "host.h"
#include "kernel.h"

static struct {
  int64_t now, deadline;
  uint32_t interrupts;
} machine;

void host_clock_reset(void);
void host_clock_reset(void) {
  machine.now = 0;
  machine.deadline = PITH_FOREVER;
  machine.interrupts = 0;
}

pith_time pith_now(void) { return machine.now; }
uint32_t arch_cycles(void) { return (uint32_t)machine.now; }
uint32_t arch_clock_interrupts(void) { return machine.interrupts; }
int64_t host_deadline(void) { return machine.deadline; }

static void isr(void) {
  machine.interrupts++;
  k_post(&R->expiry);
}

/* The interrupt has a higher priority than the kernel that asks: one that is due comes at once. */
void arch_clock_deadline(int64_t deadline) {
  machine.deadline = deadline;
  if (deadline <= machine.now) host_interrupt(isr);
}

void arch_clock_advance(int64_t ticks) { machine.now += ticks; }

void host_advance(int64_t ticks) {
  int64_t end = machine.now + ticks;

  do {
    int64_t next = machine.deadline < end ? machine.deadline : end;

    machine.now = next > machine.now ? next : machine.now;
    if (machine.deadline <= machine.now) host_interrupt(isr);
  } while (machine.now < end);
}

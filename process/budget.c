/* Shares of the processor: a process may run so long in each period, all its threads together, and waits for the next
 * period then, whatever its priority. The switch tells when such a process gets the processor and when another
 * domain does (kernel/sched.c); what it took is counted in cycles, so what it took too much, up to a tick, the next
 * period pays. */
#include "internal.h"

static uint32_t cycles_per_tick;

static struct process *of_period(struct pith_timer *t) {
  return (struct process *)(void *)((uint8_t *)t - offsetof(struct process, budget.period));
}

static struct process *of_end(struct pith_timer *t) {
  return (struct process *)(void *)((uint8_t *)t - offsetof(struct process, budget.end));
}

void process_hold(struct process *p, bool hold) {
  for (int i = 0; i < PITH_PROCESS_THREADS; i++) {
    struct pith_thread *t = &process_threads[i].thread;

    if (t->domain != &p->domain || !k_exists(t)) continue;
    if (hold) k_thread_suspend(t);
    else k_thread_resume(t);
  }
  if (!hold) signal_recheck();
}

static void set_held(struct process *p, bool held) {
  if (p->budget.held == held) return;
  p->budget.held = held;
  process_hold(p, held);
}

static void count(struct budget *b) {
  uint32_t now = arch_cycles();

  if (!b->running) return;
  b->left -= (int32_t)(now - b->since);
  b->since = now;
}

/* The rest of the budget, or the next period, has to be looked at in so many ticks. */
static void arm(struct budget *b) { k_timer_start(&b->end, (uint32_t)b->left / cycles_per_tick); }

static void entered(struct k_domain *d) {
  struct budget *b = &((struct process *)d)->budget;

  b->running = true;
  b->since = arch_cycles();
  if (b->left > 0) arm(b);
}

static void left(struct k_domain *d) {
  struct process *p = (struct process *)d;

  count(&p->budget);
  p->budget.running = false;
  k_timeout_disarm(&p->budget.end.timeout);
  if (p->state == PROCESS_ALIVE && p->budget.left <= 0) set_held(p, true);
}

static void end_reached(struct pith_timer *t) {
  struct process *p = of_end(t);

  count(&p->budget);
  if (p->budget.left <= 0) set_held(p, true);
  else arm(&p->budget);
}

static void period_over(struct pith_timer *t) {
  struct process *p = of_period(t);
  struct budget *b = &p->budget;

  count(b);
  b->left = (b->left < 0 ? b->left : 0) + (int32_t)b->cycles;
  if (b->left > 0) set_held(p, false);
  if (b->left > 0 && b->running) arm(b);
}

void budget_init(void) { cycles_per_tick = arch_cycles_per_tick(); }

void budget_start(struct process *p, uint32_t budget_us, uint32_t period_us) {
  struct budget *b = &p->budget;
  uint32_t per_ms = cycles_per_tick * PITH_TICK_HZ / 1000;

  pith_timer_init(&b->period, period_over, PITH_TIMER_PERIODIC);
  pith_timer_init(&b->end, end_reached, 0);
  if (!budget_us) return;
  b->cycles = (uint32_t)((uint64_t)budget_us * per_ms / 1000);
  b->left = (int32_t)b->cycles;
  p->domain.entered = entered;
  p->domain.left = left;
  p->domain.control |= K_DOMAIN_TELL;
  k_timer_start(&b->period, (uint32_t)((uint64_t)period_us * PITH_TICK_HZ / 1000000));
}

void budget_stop(struct process *p) {
  k_timeout_disarm(&p->budget.period.timeout);
  k_timeout_disarm(&p->budget.end.timeout);
}

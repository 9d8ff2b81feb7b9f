/* Shares of the processor: those who have one may run so long in each period, all together, and wait for the next
 * period then, whatever their priority. A process that was given a share has its own, its children are in it as well
 * unless they were given a smaller one, whose use counts in both: so a family never has more than its eldest.
 *
 * The switch tells when such a process gets the processor and when another domain does (kernel/sched.c), and not when
 * one goes on; what it took is counted in cycles, so what it took too much, up to a tick, the next period pays.
 *
 * HAZARD: who is told of a switch must not take the thread that is being switched to off the processor. So whether a
 * share is used up is looked at afterwards, by a post. */
#include "internal.h"

struct share {
  struct pith_timer period;      /* to the next one */
  struct share *above;           /* that it counts in as well, or NULL */
  uint32_t cycles;               /* of each period */
  uint32_t budget_us, period_us; /* as they were given */
  int32_t left;                  /* of this period; below 0: taken too much, the next one pays */
  uint16_t users;                /* processes, and shares below it; 0: free */
  bool held;                     /* its processes wait for the next period */
};

static void look(struct k_post *post, uint32_t n);
static struct share shares[PITH_PROCESS_SHARES];
static struct k_post used_up = {.apply = look};
static struct pith_timer share_end; /* when the first share of the process that runs will be used up */
static struct process *running;
static uint32_t share_since; /* from when on its shares are not up to date; cycles of the core clock */
static uint32_t cycles_per_tick;

void process_hold(struct process *p, bool hold) {
  for (int i = 0; i < PITH_PROCESS_THREADS; i++) {
    struct pith_thread *t = &process_threads[i].thread;

    if (t->domain != &p->domain || !k_exists(t)) continue;
    if (hold) k_thread_suspend(t);
    else k_thread_resume(t);
  }
  if (!hold) signal_recheck();
}

static bool is_in(const struct process *p, const struct share *s) {
  const struct share *own = p->share;

  while (own && own != s) own = own->above;
  return own == s;
}

static void set_held(struct share *s, bool held) {
  if (s->held == held) return;
  s->held = held;
  for (int i = 0; i < PITH_PROCESSES; i++)
    if (process_table[i].state == PROCESS_ALIVE && is_in(&process_table[i], s))
      process_hold(&process_table[i], held);
}

static void count(void) {
  uint32_t now = arch_cycles();

  if (!running) return;
  for (struct share *s = running->share; s; s = s->above) s->left -= (int32_t)(now - share_since);
  share_since = now;
}

static int32_t least_left(const struct process *p) {
  int32_t least = INT32_MAX;

  for (const struct share *s = p->share; s; s = s->above)
    if (s->left < least) least = s->left;
  return least;
}

/* What is left to the process that runs is to be looked at in so many ticks, or at once. */
static void arm(void) {
  int32_t least = least_left(running);

  if (least > 0) k_timer_start(&share_end, (uint32_t)least / cycles_per_tick);
  else k_post(&used_up);
}

static void look(struct k_post *post, uint32_t n) {
  (void)post, (void)n;
  for (struct share *s = shares; s < shares + PITH_PROCESS_SHARES; s++)
    if (s->users && s->left <= 0) set_held(s, true);
}

void budget_entered(struct k_domain *d) {
  running = (struct process *)d;
  share_since = arch_cycles();
  arm();
}

void budget_left(struct k_domain *d) {
  if (running != (struct process *)d) return; /* it has ended */
  count();
  running = NULL;
  k_timeout_disarm(&share_end.timeout);
  if (least_left((struct process *)d) <= 0) k_post(&used_up);
}

static void end_reached(struct pith_timer *t) {
  (void)t;
  count();
  if (running) arm();
}

static void period_over(struct pith_timer *t) {
  struct share *s = (struct share *)(void *)t;

  count();
  s->left = (s->left < 0 ? s->left : 0) + (int32_t)s->cycles;
  if (s->left > 0) set_held(s, false);
  if (running) arm();
}

_Static_assert(offsetof(struct share, period) == 0, "a timer is its share");

void budget_init(void) {
  cycles_per_tick = arch_cycles_per_tick();
  pith_timer_init(&share_end, end_reached, 0);
}

/* A period that is no number of ticks is made longer: never more than was given. */
static struct share *new_share(const struct pith_limits *l, struct share *above) {
  uint32_t per_ms = cycles_per_tick * PITH_TICK_HZ / 1000;
  struct share *s = shares;

  while (s < shares + PITH_PROCESS_SHARES && s->users) s++;
  if (s == shares + PITH_PROCESS_SHARES) return NULL;
  *s = (struct share){.above = above,
                      .cycles = (uint32_t)((uint64_t)l->budget_us * per_ms / 1000),
                      .budget_us = l->budget_us,
                      .period_us = l->period_us};
  s->left = (int32_t)s->cycles;
  pith_timer_init(&s->period, period_over, PITH_TIMER_PERIODIC);
  if (k_timer_start(&s->period, process_ticks(l->period_us))) return NULL;
  if (above) above->users++;
  return s;
}

int budget_start(struct process *p, const struct process *parent, const struct pith_limits *wish) {
  struct share *s = parent ? parent->share : NULL;
  bool own = wish->budget_us != 0;

  if (own) s = new_share(wish, s);
  if (own && !s) return -EAGAIN;
  if (!s) return 0;
  s->users++;
  p->share = s;
  p->domain.control |= K_DOMAIN_TELL;
  return 0;
}

struct pith_limits process_limits(const struct process *p) {
  const struct process_bounds *b = &p->bounds;

  return (struct pith_limits){.memory = b->memory,
                              .threads = p->most_threads,
                              .handles = p->most_handles,
                              .objects_memory = b->objects_memory,
                              .budget_us = p->share ? p->share->budget_us : 0,
                              .period_us = p->share ? p->share->period_us : 0};
}

void budget_join(struct process *p) {
  for (const struct share *s = p->share; s; s = s->above)
    if (s->held) process_hold(p, true);
}

void budget_stop(struct process *p) {
  struct share *s = p->share;

  if (running == p) {
    count();
    running = NULL;
    k_timeout_disarm(&share_end.timeout);
  }
  p->share = NULL;
  while (s && --s->users == 0) {
    struct share *above = s->above;

    k_timeout_disarm(&s->period.timeout);
    *s = (struct share){.users = 0};
    s = above;
  }
}

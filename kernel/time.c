/* Time: the clock and the deadlines.
 *
 * The tick interrupt only counts and compares (arch/cortexm/tick.c): when the earliest deadline is
 * reached it posts. The deadlines are a binary heap of threads, earliest first, so arming, disarming and
 * firing cost O(log n); t->timer is the place in the heap + 1. Of R->next, 64 bits that the interrupt
 * reads while it is written, a torn value can only be seen once, and the check after the write catches
 * the deadline that passed meanwhile. */
#include "kernel.h"

static void place(struct pith_thread *t, uint32_t i) {
  R->timers[i] = t;
  t->timer = (uint16_t)(i + 1);
}

static void sift_up(struct pith_thread *t, uint32_t i) {
  while (i > 0) {
    uint32_t up = (i - 1) / 2;

    if (R->timers[up]->deadline <= t->deadline) break;
    place(R->timers[up], i);
    i = up;
  }
  place(t, i);
}

static void sift_down(struct pith_thread *t, uint32_t i) {
  for (;;) {
    uint32_t down = 2 * i + 1;

    if (down >= R->timer_count) break;
    if (down + 1 < R->timer_count && R->timers[down + 1]->deadline < R->timers[down]->deadline) down++;
    if (t->deadline <= R->timers[down]->deadline) break;
    place(R->timers[down], i);
    i = down;
  }
  place(t, i);
}

static void announce(void) {
  R->next = R->timer_count ? R->timers[0]->deadline : PITH_FOREVER;
  if (pith_now() >= R->next) k_post(&R->tick);
}

void k_timer_arm(struct pith_thread *t, pith_time deadline) {
  t->deadline = deadline;
  sift_up(t, R->timer_count++);
  if (R->timers[0] == t) announce();
}

void k_timer_disarm(struct pith_thread *t) {
  uint32_t i = t->timer - 1u;
  struct pith_thread *last = R->timers[--R->timer_count];

  t->timer = 0;
  if (last != t) {
    if (i > 0 && last->deadline < R->timers[(i - 1) / 2]->deadline) sift_up(last, i);
    else sift_down(last, i);
  }
  if (i == 0) announce();
}

/* A sleeper's deadline is success, a waiter's is not. */
static void tick_apply(struct k_post *post, uint32_t n) {
  (void)post;
  (void)n;
  while (R->timer_count && R->timers[0]->deadline <= pith_now()) {
    struct pith_thread *t = R->timers[0];

    k_wake_with(t, t->wait ? -ETIMEDOUT : 0);
  }
}

void k_time_init(void) {
  R->next = PITH_FOREVER;
  R->tick.apply = tick_apply;
}

/* The interrupt may count between the two halves: read until the upper one stands still. */
pith_time pith_now(void) {
  const volatile uint32_t *half = (const volatile uint32_t *)&R->now;
  uint32_t high, low;

  do {
    high = half[1];
    low = half[0];
  } while (high != half[1]);
  return (pith_time)((uint64_t)high << 32 | low);
}

/* + 1: the present tick is partly over. */
pith_time pith_deadline(pith_time span) {
  pith_time now = pith_now();

  if (span <= 0) return PITH_POLL;
  return span >= PITH_FOREVER - now - 1 ? PITH_FOREVER : now + span + 1;
}

/* Software timers. In a thread, start and stop are calls; in an ISR (or in another timer's function) they
 * leave a command in the timer and post it, the last command wins. A periodic timer's next deadline is its
 * last one plus its span, so it does not drift; deadlines that were missed altogether are skipped. */
#include "kernel.h"

#define PERIODIC 0x80000000u

static pith_time span_of(const struct pith_timer *t) { return t->span & ~PERIODIC; }

/* ---- in the kernel ---- */

static long start(struct pith_timer *t) {
  if (t->timeout.place) k_timeout_disarm(&t->timeout);
  return k_timeout_arm(&t->timeout, pith_now() + span_of(t) + 1); /* + 1: the present tick is partly over */
}

long k_timer_start(struct pith_timer *t, uint32_t span) {
  t->span = (t->span & PERIODIC) | span;
  return start(t);
}

static long timer_start(struct pith_timer *t, uint32_t span) { return k_timer_start(t, span); }
K_CALL(timer_start)

static long timer_stop(struct pith_timer *t) {
  if (!t->timeout.place) return -EINVAL;
  k_timeout_disarm(&t->timeout);
  return 0;
}
K_CALL(timer_stop)

void k_timer_apply(struct pith_timer *t) {
  uint8_t command = arch_atomic_swap8(&t->timeout.command, K_TIMER_NONE);

  if (command == K_TIMER_START) start(t);
  else k_timeout_disarm(&t->timeout);
}

void k_timer_expired(struct pith_timer *t) {
  pith_time deadline = t->timeout.deadline, now;

  if (t->span & PERIODIC) {
    now = pith_now();
    deadline += span_of(t);
    if (deadline <= now) deadline = now + span_of(t) - (now - deadline) % span_of(t);
    k_timeout_arm(&t->timeout, deadline); /* it has just left a place */
  }
  t->fn(t);
}

static long timer_left(const struct pith_timer *t, pith_time *left) {
  *left = t->timeout.place ? t->timeout.deadline - pith_now() : 0;
  if (*left < 0) *left = 0;
  return 0;
}
K_CALL(timer_left)

/* ---- the caller's side ---- */

int pith_timer_init(struct pith_timer *t, void (*fn)(struct pith_timer *timer), unsigned flags) {
  if (!fn || flags & ~PITH_TIMER_PERIODIC) return -EINVAL;
  *t = (struct pith_timer){
      .timeout = {.kind = K_TIMEOUT_TIMER}, .span = flags & PITH_TIMER_PERIODIC ? PERIODIC : 0, .fn = fn};
  return 0;
}

int pith_timer_start(struct pith_timer *t, pith_time span) {
  if (span < 1 || span > PITH_TIMER_MAX) return -EINVAL;
  if (!R->started) return (int)timer_start(t, (uint32_t)span);
  if (!k_in_isr()) return (int)K_ENTER(timer_start, t, span, 0, 0);
  t->span = (t->span & PERIODIC) | (uint32_t)span;
  k_post_timer(t, K_TIMER_START);
  return 0;
}

int pith_timer_stop(struct pith_timer *t) {
  if (!k_in_isr()) return (int)K_ENTER(timer_stop, t, 0, 0, 0);
  k_post_timer(t, K_TIMER_STOP);
  return 0;
}

pith_time pith_timer_left(const struct pith_timer *t) {
  pith_time left = 0;

  K_ENTER(timer_left, t, &left, 0, 0);
  return left;
}

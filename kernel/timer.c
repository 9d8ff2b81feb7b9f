/* Software timers. In a thread, start and stop are calls; in an ISR (or in another timer's function) they
 * leave a command in the timer and post it, the last command wins. A periodic timer's next deadline is its
 * last one plus its span, so it does not drift; deadlines that were missed altogether are skipped. */
#include "kernel.h"

/* ---- in the kernel ---- */

static __attribute__((noinline)) long start_anew(struct pith_timer *t, uint32_t span) {
  k_timeout_disarm(&t->timeout);
  return k_timer_start(t, span);
}

long k_timer_start(struct pith_timer *t, uint32_t span) {
  if (t->timeout.place) return start_anew(t, span);
  t->span = span;
  return k_timeout_arm_timer(&t->timeout, span + 1); /* + 1: the present tick is partly over */
}

K_CALL_AS(timer_start_call, k_timer_start, "timer_start")

static long timer_stop(struct pith_timer *t) {
  if (!t->timeout.place) return -EINVAL;
  k_timeout_disarm(&t->timeout);
  return 0;
}
K_CALL(timer_stop)

void k_timer_apply(struct pith_timer *t) {
  uint8_t command = arch_atomic_swap8(&t->timeout.command, K_TIMER_NONE);

  if (command == K_TIMER_START) k_timer_start(t, t->span);
  else k_timeout_disarm(&t->timeout);
}

void k_timer_expired(struct pith_timer *t) {
  pith_time deadline = t->timeout.deadline, now;

  if (t->timeout.kind == K_TIMEOUT_PERIODIC) {
    now = pith_now();
    deadline += t->span;
    if (deadline <= now) deadline = now + t->span - (now - deadline) % t->span;
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
      .timeout = {.kind = flags & PITH_TIMER_PERIODIC ? K_TIMEOUT_PERIODIC : K_TIMEOUT_TIMER}, .fn = fn};
  return 0;
}

/* At boot or in an ISR. */
static __attribute__((noinline)) int start_elsewhere(struct pith_timer *t, uint32_t span) {
  if (!k_in_isr()) return (int)k_timer_start(t, span);
  t->span = span;
  k_post_timer(t, K_TIMER_START);
  return 0;
}

int pith_timer_start(struct pith_timer *t, pith_time span) {
  if ((uint32_t)(span >> 32) || (int32_t)span < 1) return -EINVAL;
  if (!arch_in_thread()) return start_elsewhere(t, (uint32_t)span);
  return (int)arch_call2(K_WORD(t), K_WORD(span), K_WORD(&timer_start_call));
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

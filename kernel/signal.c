/* Signals with a value. A waiter's wait_data is where it wants the value, on its own stack; whoever wakes it
 * writes there first. All waiters of one waking get the same value, read once: an ISR that publishes
 * meanwhile posts again, for those who wait by then. */
#include "kernel.h"
#include "pith/signal.h"

/* ---- in the kernel ---- */

static void wake_with_value(struct pith_signal *s, uint32_t value) {
  struct pith_thread *t;

  while ((t = s->waiters.head)) {
    if (t->wait_data) *(uint32_t *)t->wait_data = value;
    k_wake(&s->waiters);
  }
}

void k_signal_apply(struct k_post *post, uint32_t n) {
  struct pith_signal *s = (struct pith_signal *)post;

  (void)n;
  wake_with_value(s, s->value);
}

static long signal_publish(struct pith_signal *s, uint32_t value) {
  s->value = value;
  wake_with_value(s, value);
  return 0;
}
K_CALL(signal_publish)

static long signal_wait(struct pith_signal *s, uint32_t *value, pith_time deadline) {
  K->current->wait_data = value;
  return k_wait(&s->waiters, deadline);
}
K_CALL(signal_wait)

static long signal_delete(struct pith_signal *s) {
  k_wake_all(&s->waiters, -EIDRM);
  return 0;
}
K_CALL(signal_delete)

/* ---- the caller's side ---- */

void pith_signal_init(struct pith_signal *s, uint32_t value) {
  *s = (struct pith_signal)PITH_SIGNAL_INIT(value);
}

int pith_signal_publish(struct pith_signal *s, uint32_t value) {
  if (!k_in_isr()) return (int)K_ENTER(signal_publish, s, value, 0, 0);
  s->value = value;
  k_post(&s->post);
  return 0;
}

int pith_signal_wait_until(struct pith_signal *s, uint32_t *value, pith_time deadline) {
  return (int)K_ENTER(signal_wait, s, value, (uint32_t)(uint64_t)deadline,
                      (uint32_t)((uint64_t)deadline >> 32));
}

int pith_signal_wait(struct pith_signal *s, uint32_t *value) {
  return pith_signal_wait_until(s, value, PITH_FOREVER);
}

int pith_signal_wait_for(struct pith_signal *s, uint32_t *value, pith_time span) {
  return pith_signal_wait_until(s, value, pith_deadline(span));
}

uint32_t pith_signal_value(const struct pith_signal *s) { return s->value; }

int pith_signal_delete(struct pith_signal *s) { return (int)K_ENTER(signal_delete, s, 0, 0, 0); }

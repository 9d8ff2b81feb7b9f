/* Barriers. How many have come is how many stand in the queue: it is counted when another one comes, so a
 * waiter that leaves (deadline, cancel, deletion of the thread) needs no hook. The last to come never
 * parks; it empties the queue in the same kernel call, so the next round cannot mix with this one. */
#include "kernel.h"
#include "pith/barrier.h"

/* ---- in the kernel ---- */

static uint32_t count(const struct k_waitq *q) {
  const struct pith_thread *t = q->head;
  uint32_t n = 0;

  while (t) {
    n++;
    t = t->next == q->head ? NULL : t->next;
  }
  return n;
}

static long barrier_wait(struct pith_barrier *b, uint32_t pad, pith_time deadline) {
  (void)pad;
  if (count(&b->waiters) + 1 < b->n) return k_wait(&b->waiters, deadline);
  while (k_wake(&b->waiters)) continue;
  return PITH_BARRIER_SERIAL;
}
K_CALL(barrier_wait)

static long barrier_delete(struct pith_barrier *b) {
  k_wake_all(&b->waiters, -EIDRM);
  return 0;
}
K_CALL(barrier_delete)

/* ---- the caller's side ---- */

int pith_barrier_init(struct pith_barrier *b, uint32_t n) {
  if (!n) return -EINVAL;
  *b = (struct pith_barrier)PITH_BARRIER_INIT(n);
  return 0;
}

int pith_barrier_wait_until(struct pith_barrier *b, pith_time deadline) {
  return (int)K_ENTER_TIME(barrier_wait, b, deadline);
}

int pith_barrier_wait(struct pith_barrier *b) { return pith_barrier_wait_until(b, PITH_FOREVER); }

int pith_barrier_wait_for(struct pith_barrier *b, pith_time span) {
  return pith_barrier_wait_until(b, pith_deadline(span));
}

int pith_barrier_delete(struct pith_barrier *b) { return (int)K_ENTER(barrier_delete, b, 0, 0, 0); }

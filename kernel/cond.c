/* Condition variables. Waiting is one call in the kernel that parks and unlocks, so no signal can fall
 * between the two. A signal does not make its thread ready: it moves it to the mutex (k_mutex_move()),
 * which it gets at once if it is free. So a thread that was signalled comes back with the mutex and result
 * 0, already in its frame.
 *
 * A wait that ends otherwise (deadline, cancel, deletion) makes the thread ready without the mutex; it
 * then locks it like any other, on the caller's side, which is why nothing of this is in the common way of
 * waking. A thread knows by asking who the owner is: nobody but itself can make it that.
 *
 * wait_data of a waiter is its mutex until it has been signalled, then NULL: if it gets -EIDRM after that,
 * it is the mutex that has been deleted, and must not be touched. */
#include "held.h"
#include "pith/cond.h"

/* ---- in the kernel ---- */

static long cond_wait(struct pith_cond *c, struct pith_mutex *m, pith_time deadline) {
  struct pith_thread *t = K->current;
  long result;

  if (pith_mutex_owner(m) != t) return -EPERM;
  if (m->depth) return -EINVAL;
  result = k_wait(&c->waiters, deadline);
  if (result) return result;
  t->wait_data = m;
  return k_mutex_unlock(m);
}
K_CALL(cond_wait)

static bool wake_one(struct pith_cond *c) {
  struct pith_thread *t = c->waiters.head;
  struct pith_mutex *m;

  if (!t) return false;
  m = t->wait_data;
  t->wait_data = NULL;
  k_mutex_move(m, t);
  return true;
}

static long cond_signal(struct pith_cond *c) {
  wake_one(c);
  return 0;
}
K_CALL(cond_signal)

static long cond_broadcast(struct pith_cond *c) {
  while (wake_one(c)) continue;
  return 0;
}
K_CALL(cond_broadcast)

static long cond_delete(struct pith_cond *c) {
  k_wake_all(&c->waiters, -EIDRM);
  return 0;
}
K_CALL(cond_delete)

/* ---- the caller's side ---- */

void pith_cond_init(struct pith_cond *c) { *c = (struct pith_cond)PITH_COND_INIT; }

int pith_cond_wait_until(struct pith_cond *c, struct pith_mutex *m, pith_time deadline) {
  int result =
      (int)K_ENTER(cond_wait, c, m, (uint32_t)(uint64_t)deadline, (uint32_t)((uint64_t)deadline >> 32));

  if (result == -ETIMEDOUT || result == -ECANCELED || (result == -EIDRM && pith_self()->wait_data)) {
    int error = pith_mutex_owner(m) == pith_self() ? 0 : -ECANCELED;

    while (error == -ECANCELED) error = pith_mutex_lock(m);
    if (error) return error;
  }
  return result;
}

int pith_cond_wait(struct pith_cond *c, struct pith_mutex *m) {
  return pith_cond_wait_until(c, m, PITH_FOREVER);
}

int pith_cond_wait_for(struct pith_cond *c, struct pith_mutex *m, pith_time span) {
  return pith_cond_wait_until(c, m, pith_deadline(span));
}

/* Who begins to wait after this look has not been there to be signalled. */
int pith_cond_signal(struct pith_cond *c) {
  return *(struct pith_thread *volatile *)&c->waiters.head ? (int)K_ENTER(cond_signal, c, 0, 0, 0) : 0;
}

int pith_cond_broadcast(struct pith_cond *c) {
  return *(struct pith_thread *volatile *)&c->waiters.head ? (int)K_ENTER(cond_broadcast, c, 0, 0, 0) : 0;
}

int pith_cond_delete(struct pith_cond *c) { return (int)K_ENTER(cond_delete, c, 0, 0, 0); }

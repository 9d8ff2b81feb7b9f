/* Mutexes with priority inheritance.
 *
 * The word is the owner's address, 0 when free; bit 0 says that the kernel knows: there are waiters, or
 * the mutex is tracked (locked through a system call, or recursive), and the mutex is in its owner's
 * list of held ones. While bit 0 is clear, lock and unlock are LDREX/STREX in arch/; the kernel may
 * write the word plainly, since interrupts never touch mutexes and threads do not run meanwhile.
 *
 * Effective priority = the most urgent of the thread's own and of every waiter of every mutex it holds.
 * It rises along the chain of owners when somebody starts to wait, and is computed anew along the chain
 * when a waiter leaves, an owner unlocks, or a priority is set. Each step moves one thread: the chain is
 * as long as the nesting of locks among blocked threads. A cycle of owners (a deadlock between threads)
 * ends the walk, because going round it changes no priority any more. */
#include "kernel.h"

static struct pith_thread *owner_of(const struct pith_mutex *m) {
  return (struct pith_thread *)(uintptr_t)(m->word & ~(uint32_t)K_MUTEX_KNOWN);
}

static void hold(struct pith_mutex *m, struct pith_thread *t) {
  m->word = (uint32_t)(uintptr_t)t | K_MUTEX_KNOWN;
  m->next = t->held;
  t->held = m;
}

static void let_go(struct pith_mutex *m, struct pith_thread *t) {
  struct pith_mutex **link = &t->held;

  while (*link != m) link = &(*link)->next;
  *link = m->next;
}

static unsigned wanted_priority(const struct pith_thread *t) {
  unsigned best = t->base;

  for (const struct pith_mutex *m = t->held; m; m = m->next)
    if (m->waiters.head && m->waiters.head->priority < best) best = m->waiters.head->priority;
  return best;
}

/* t's claim on others may have changed: bring it and the owners it waits for up to date. */
void k_mutex_inherit(struct pith_thread *t) {
  while (t) {
    unsigned wanted = wanted_priority(t);

    if (wanted == t->priority) return;
    k_reprioritize(t, wanted);
    t = t->wait_mutex ? owner_of(t->wait_mutex) : NULL;
  }
}

void k_mutex_waiter_left(struct pith_mutex *m) {
  struct pith_thread *owner = owner_of(m);

  if (owner) k_mutex_inherit(owner);
}

/* ---- in the kernel ---- */

/* The owner may have ended while it held a mutex that the kernel did not know of. */
static long take_over(struct pith_mutex *m, struct pith_thread *t, bool tracked) {
  m->word = (uint32_t)(uintptr_t)t;
  m->depth = 0;
  m->tracked = tracked;
  if (tracked) hold(m, t);
  return -EOWNERDEAD;
}

long k_mutex_lock(struct pith_mutex *m, pith_time deadline, bool tracked) {
  struct pith_thread *t = K->current, *owner = owner_of(m);
  long result;

  tracked = tracked || (m->flags & PITH_MUTEX_RECURSIVE);
  if (!owner) {
    m->word = (uint32_t)(uintptr_t)t;
    m->tracked = tracked;
    if (tracked) hold(m, t);
    return 0;
  }
  if (owner == t) {
    if (!(m->flags & PITH_MUTEX_RECURSIVE)) return -EDEADLK;
    if (m->depth == UINT16_MAX) return -EAGAIN;
    if (!(m->word & K_MUTEX_KNOWN)) hold(m, t); /* so that unlocking it enters the kernel */
    m->depth++;
    return 0;
  }
  if (!k_exists(owner) || owner->dead) return take_over(m, t, tracked);
  result = k_wait(&m->waiters, deadline);
  if (result) return result;
  if (!(m->word & K_MUTEX_KNOWN)) hold(m, owner);
  t->wait_mutex = m;
  k_mutex_inherit(owner);
  return 0;
}

/* The next owner is the most urgent waiter; its lock call returns `result`. */
static void pass_on(struct pith_mutex *m, long result) {
  struct pith_thread *t = m->waiters.head;

  m->depth = 0;
  if (!t) {
    m->word = 0;
    return;
  }
  if (result) k_set_result(t, result);
  k_wake(&m->waiters);
  if (m->waiters.head || m->tracked) hold(m, t);
  else m->word = (uint32_t)(uintptr_t)t;
  k_mutex_inherit(t);
}

long k_mutex_unlock(struct pith_mutex *m) {
  struct pith_thread *t = K->current;

  if (owner_of(m) != t) return -EPERM;
  if (m->depth) {
    m->depth--;
    return 0;
  }
  if (m->word & K_MUTEX_KNOWN) let_go(m, t);
  pass_on(m, 0);
  k_mutex_inherit(t);
  return 0;
}

void k_mutex_owner_died(struct pith_thread *t) {
  while (t->held) {
    struct pith_mutex *m = t->held;

    t->held = m->next;
    if (m->waiters.head) pass_on(m, -EOWNERDEAD);
    /* else: the word goes on naming the dead owner, and the next one to lock learns it */
    else m->word &= ~(uint32_t)K_MUTEX_KNOWN;
  }
}

long k_mutex_delete(struct pith_mutex *m) {
  struct pith_thread *owner = m->word & K_MUTEX_KNOWN ? owner_of(m) : NULL; /* else it may be long gone */

  if (owner) let_go(m, owner);
  m->word = 0;
  m->depth = 0;
  k_wake_all(&m->waiters, -EIDRM);
  if (owner) k_mutex_inherit(owner);
  return 0;
}

/* ---- the caller's side; pith_mutex_lock() and pith_mutex_unlock() are in arch/ ---- */

int pith_mutex_init(struct pith_mutex *m, unsigned flags) {
  if (flags & ~PITH_MUTEX_RECURSIVE) return -EINVAL;
  *m = (struct pith_mutex){.flags = (uint8_t)flags};
  return 0;
}

struct pith_thread *pith_mutex_owner(const struct pith_mutex *m) { return owner_of(m); }

int pith_mutex_lock_until(struct pith_mutex *m, pith_time deadline) {
  if (!(m->flags & PITH_MUTEX_RECURSIVE) && arch_atomic_cas(&m->word, 0, (uint32_t)(uintptr_t)pith_self())) return 0;
  return (int)arch_call((uint32_t)(uintptr_t)m, 0, (uint32_t)deadline, (uint32_t)(deadline >> 32),
                        K_CALL_mutex_lock_until);
}

int pith_mutex_lock_for(struct pith_mutex *m, pith_time span) {
  return pith_mutex_lock_until(m, pith_deadline(span));
}

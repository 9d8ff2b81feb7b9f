/* Mutexes with priority inheritance.
 *
 * The word is the owner's address, 0 when free; bit 0 says that the kernel knows: there are waiters, or
 * the mutex is one to be always tracked (robust, with a ceiling, locked through a system call, locked
 * twice), and it is in its owner's list of held ones. While bit 0 is clear, lock and unlock are
 * LDREX/STREX in arch/; the kernel may write the word plainly, since interrupts never touch mutexes and
 * threads do not run meanwhile. Bit 0 alone is a free mutex that only the kernel may lock: a robust one,
 * one with a ceiling, or one whose dead owner the next owner is to hear of. Neither 0 nor anybody's
 * address, it fails both straight paths.
 *
 * Effective priority = the most urgent of the thread's own, of every waiter of every mutex it holds, and
 * of their ceilings. It rises along the chain of owners when somebody starts to wait, and is computed anew
 * along the chain when a waiter leaves, an owner unlocks, or a priority is set. Each step moves one
 * thread: the chain is as long as the nesting of locks among blocked threads. A cycle of owners (a
 * deadlock between threads) ends the walk, because going round it changes no priority any more.
 *
 * An owner that ends is noticed at once if the kernel knows of the mutex. If not, the word goes on naming
 * it and whoever finds the mutex locked looks whether the owner still lives: a guess once its memory is
 * reused. */
#include "held.h"

#define ALWAYS_KNOWN (PITH_MUTEX_ROBUST | K_MUTEX_CEILING | K_MUTEX_TRACKED)
#define NEVER_FREE (PITH_MUTEX_ROBUST | K_MUTEX_CEILING | K_MUTEX_INCONSISTENT)

/* Any of these flags; without PITH_MUTEX_OPTIONS only the death of an owner is ever noted. */
static bool has(const struct pith_mutex *m, unsigned flags) {
  return m->flags & (PITH_MUTEX_OPTIONS ? flags : flags & K_MUTEX_INCONSISTENT);
}

static struct pith_thread *owner_of(const struct pith_mutex *m) {
  return (struct pith_thread *)(uintptr_t)(m->word & ~(uint32_t)K_MUTEX_KNOWN);
}

void k_mutex_hold(struct pith_mutex *m, struct pith_thread *t) {
  m->word = K_WORD(t) | K_MUTEX_KNOWN;
  m->next = t->held;
  t->held = m;
}

void k_mutex_let_go(struct pith_mutex *m, struct pith_thread *t) {
  struct pith_mutex **link = &t->held;

  while (*link != m) link = &(*link)->next;
  *link = m->next;
}

static void set_free(struct pith_mutex *m) {
  if (PITH_MUTEX_OPTIONS) m->depth = 0;
  m->word = has(m, NEVER_FREE) ? K_MUTEX_KNOWN : 0;
}

static unsigned wanted_priority(const struct pith_thread *t) {
  unsigned best = t->base;

  for (const struct pith_mutex *m = t->held; m; m = m->next) {
    if (m->waiters.head && m->waiters.head->priority < best) best = m->waiters.head->priority;
    if (has(m, K_MUTEX_CEILING) && m->ceiling < best) best = m->ceiling;
  }
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

static void gate_changed(struct pith_mutex *m) {
  struct pith_rwlock *rw = (struct pith_rwlock *)m;

  if (has(m, K_MUTEX_GATE)) rw->changed(rw);
}

void k_mutex_waiter_left(struct pith_mutex *m) {
  struct pith_thread *owner = owner_of(m);

  if (owner) k_mutex_inherit(owner);
  else gate_changed(m);
}

/* ---- in the kernel ---- */

/* m, which is nobody's, is t's now. What t's lock call says: 0, or that the last owner ended with it. */
static long take(struct pith_mutex *m, struct pith_thread *t) {
  long result = has(m, K_MUTEX_INCONSISTENT) ? -EOWNERDEAD : 0;

  if (!has(m, PITH_MUTEX_ROBUST)) m->flags &= (uint8_t)~K_MUTEX_INCONSISTENT; /* said once is enough */
  if (PITH_MUTEX_OPTIONS) m->depth = 0;
  m->word = K_WORD(t);
  if (m->waiters.head || has(m, ALWAYS_KNOWN)) {
    k_mutex_hold(m, t);
    k_mutex_inherit(t);
  }
  return result;
}

/* The next owner is the most urgent waiter. */
static void pass_on(struct pith_mutex *m) {
  struct pith_thread *t = k_wake(&m->waiters);
  long result;

  if (!t) {
    set_free(m);
    return;
  }
  result = take(m, t);
  if (result || !PITH_FAST) k_set_result(t, result);
}

/* The owner, or NULL if there is none any more. */
static struct pith_thread *find_owner(struct pith_mutex *m) {
  struct pith_thread *owner = owner_of(m);

  if (!owner || k_is_alive(owner)) return owner;
  m->flags |= K_MUTEX_INCONSISTENT;
  set_free(m);
  return NULL;
}

/* t waits for m now: its owner hears of it. */
static void claim(struct pith_mutex *m, struct pith_thread *owner, struct pith_thread *t) {
  if (!(m->word & K_MUTEX_KNOWN)) k_mutex_hold(m, owner);
  t->wait_mutex = m;
  k_mutex_inherit(owner);
}

long k_mutex_lock(struct pith_mutex *m, bool tracked, pith_time deadline) {
  struct pith_thread *t = K->current, *owner = find_owner(m);
  long result;

  if (has(m, K_MUTEX_LOST)) return -ENOTRECOVERABLE;
  if (owner == t) {
    if (!has(m, PITH_MUTEX_RECURSIVE)) return -EDEADLK;
    if (m->depth == UINT16_MAX) return -EAGAIN;
    if (!(m->word & K_MUTEX_KNOWN)) k_mutex_hold(m, t); /* so that unlocking it enters the kernel */
    m->depth++;
    return 0;
  }
  if (has(m, K_MUTEX_CEILING) && t->base < m->ceiling) return -EINVAL;
  if (PITH_PROCESS_SUPPORT && tracked) m->flags |= K_MUTEX_TRACKED;
  if (!owner) return take(m, t);
  result = k_wait(&m->waiters, deadline);
  if (!result) claim(m, owner, t);
  return result;
}

void k_mutex_move(struct pith_mutex *m, struct pith_thread *t) {
  struct pith_thread *owner = find_owner(m);

  if (has(m, K_MUTEX_LOST)) {
    k_wake_with(t, -ENOTRECOVERABLE);
    return;
  }
  k_timeout_disarm(&t->timeout);
  k_waitq_remove(t->wait, t);
  t->wait = &m->waiters;
  k_waitq_insert(&m->waiters, t);
  if (owner) claim(m, owner, t);
  else pass_on(m);
}

static void lose(struct pith_mutex *m) {
  m->flags |= K_MUTEX_LOST;
  set_free(m);
  k_wake_all(&m->waiters, -ENOTRECOVERABLE);
}

long k_mutex_unlock(struct pith_mutex *m) {
  struct pith_thread *t = K->current;

  if (owner_of(m) != t) return -EPERM;
  if (PITH_MUTEX_OPTIONS && m->depth) {
    m->depth--;
    return 0;
  }
  if (m->word & K_MUTEX_KNOWN) k_mutex_let_go(m, t);
  if (PITH_MUTEX_OPTIONS && has(m, K_MUTEX_INCONSISTENT)) lose(m);
  else pass_on(m);
  k_mutex_inherit(t);
  return 0;
}

void k_mutex_owner_died(struct pith_thread *t) {
  while (t->held) {
    struct pith_mutex *m = t->held;

    t->held = m->next;
    m->flags |= K_MUTEX_INCONSISTENT;
    if (has(m, K_MUTEX_GATE)) gate_changed(m);
    else pass_on(m);
  }
}

long k_mutex_delete(struct pith_mutex *m) {
  struct pith_thread *owner = m->word & K_MUTEX_KNOWN ? owner_of(m) : NULL; /* else it may be long gone */

  if (owner) k_mutex_let_go(m, owner);
  m->flags &= (uint8_t)~(K_MUTEX_INCONSISTENT | K_MUTEX_LOST);
  set_free(m);
  k_wake_all(&m->waiters, -EIDRM);
  if (owner) k_mutex_inherit(owner);
  return 0;
}

/* The assembly's way out of the straight path. */
static long lock(struct pith_mutex *m) { return k_mutex_lock(m, false, PITH_FOREVER); }
K_CALL_FROM_OUTSIDE(k_mutex_lock_call, lock, "mutex_lock")
K_CALL_FROM_OUTSIDE(k_mutex_unlock_call, k_mutex_unlock, "mutex_unlock")

static long mutex_lock_until(struct pith_mutex *m, uint32_t pad, pith_time deadline) {
  (void)pad;
  return k_mutex_lock(m, false, deadline);
}
K_CALL(mutex_lock_until)

static long mutex_consistent(struct pith_mutex *m) {
  if (owner_of(m) != K->current) return -EPERM;
  if (!(m->flags & K_MUTEX_INCONSISTENT)) return -EINVAL;
  m->flags &= (uint8_t)~K_MUTEX_INCONSISTENT;
  return 0;
}
K_CALL(mutex_consistent)

static long mutex_delete(struct pith_mutex *m) { return k_mutex_delete(m); }
K_CALL(mutex_delete)

/* ---- the caller's side; pith_mutex_lock() and pith_mutex_unlock() are in arch/ ---- */

int pith_mutex_init(struct pith_mutex *m, unsigned options) {
  unsigned flags = options & 0xFF, ceiling = options >> 8;

  if (flags & ~(PITH_MUTEX_RECURSIVE | PITH_MUTEX_ROBUST | K_MUTEX_CEILING)) return -EINVAL;
  if (ceiling > (flags & K_MUTEX_CEILING ? PITH_PRIORITIES - 2 : 0)) return -EINVAL;
  if (!PITH_MUTEX_OPTIONS && flags) return -ENOTSUP;
  *m = (struct pith_mutex){.flags = (uint8_t)flags, .ceiling = (uint8_t)ceiling};
  set_free(m);
  return 0;
}

struct pith_thread *pith_mutex_owner(const struct pith_mutex *m) {
  return owner_of(m);
}

int pith_mutex_lock_until(struct pith_mutex *m, pith_time deadline) {
  if (arch_atomic_cas(&m->word, 0, K_WORD(pith_self()))) return 0;
  return (int)K_ENTER_TIME(mutex_lock_until, m, deadline);
}

int pith_mutex_consistent(struct pith_mutex *m) { return (int)K_ENTER(mutex_consistent, m, 0, 0, 0); }

int pith_mutex_delete(struct pith_mutex *m) { return (int)K_ENTER(mutex_delete, m, 0, 0, 0); }

int pith_mutex_lock_for(struct pith_mutex *m, pith_time span) {
  return pith_mutex_lock_until(m, pith_deadline(span));
}

_Static_assert(sizeof(void *) != 4 || sizeof(struct pith_mutex) <= 20, "a mutex is small");

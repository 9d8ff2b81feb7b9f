/* Mutexes: what is not a free normal one, which fast.S serves.
 *
 * The word is the kernel's (abi/pith_process.h): contended, the kernel hands it on in order of priority and lends the owner
 * the priority of the most urgent waiter. It also notices an owner that has ended: its number is of no living
 * thread. Everything else here is changed by the owner alone, so it needs no atomic access.
 * An owner's ceilings are a list in its record: its priority is the most urgent of them and its own. */
#include "clock.h"
#include "mutex.h"
#include "priority.h"

enum { ERRORCHECK = 1, RECURSIVE = 2, TYPE = 3, ROBUST = 4, PROTECT = 8 }; /* __kind */
enum { SOUND, INCONSISTENT, LOST };                                      /* __state */
/* Of no thread: the word of a mutex that nobody gets any more. */
#define NOBODY PITH_FUTEX_OWNER

int __pith_mutex_lock(pthread_mutex_t *mutex);
int __pith_mutex_unlock(pthread_mutex_t *mutex);

static bool owned(const pthread_mutex_t *m) { return (m->__word & PITH_FUTEX_OWNER) == uthread_self()->tid; }

/* ---- ceilings ---- */

static int settle_priority(struct uthread *self) {
  int priority = self->own_priority;
  for (const pthread_mutex_t *m = self->ceilings; m; m = m->__next)
    if (m->__ceiling < priority) priority = m->__ceiling;
  return (int)sys_thread_priority((long)self->tid, priority);
}

/* Before it is locked, so that no thread up to the ceiling ever meets it locked. */
static int raise_to(pthread_mutex_t *m) {
  struct uthread *self = uthread_self();
  if (!self->ceilings) self->own_priority = (int)sys_thread_priority((long)self->tid, -1);
  if (self->own_priority < m->__ceiling) return EINVAL;
  m->__next = self->ceilings;
  self->ceilings = m;
  int r = settle_priority(self);
  if (r >= 0) return 0;
  self->ceilings = m->__next;
  return -r;
}

static void lower_from(const pthread_mutex_t *m) {
  struct uthread *self = uthread_self();
  void **link = &self->ceilings;
  while (*link && *link != m) link = &((pthread_mutex_t *)*link)->__next;
  if (*link) *link = m->__next;
  settle_priority(self);
}

/* ---- locking ---- */

/* A mutex nobody will get again; the word makes the straight path fail. Whoever waits for it already is let go, one
 * by one, each by the one before. */
static int give_up(pthread_mutex_t *m, int error) {
  m->__state = LOST;
  if (!swap_word(&m->__word, uthread_self()->tid, NOBODY)) {
    word_unlock(&m->__word);
    swap_word(&m->__word, 0, NOBODY);
  }
  return error;
}

/* The caller has the word: what it may do with it. */
static int locked(pthread_mutex_t *m, int error) {
  m->__depth = 0;
  if (m->__state == LOST) return give_up(m, m->__kind & ROBUST ? ENOTRECOVERABLE : EDEADLK);
  if (error != EOWNERDEAD) return 0;
  if (!(m->__kind & ROBUST)) return give_up(m, EDEADLK);
  m->__state = INCONSISTENT;
  return EOWNERDEAD;
}

static int take(pthread_mutex_t *m, int64_t deadline) {
  int error;
  if (m->__word == NOBODY) return m->__kind & ROBUST ? ENOTRECOVERABLE : EDEADLK;
  error = word_lock_until(&m->__word, deadline);
  if (error && error != EOWNERDEAD) return error;
  return locked(m, error);
}

int mutex_lock(pthread_mutex_t *m, int64_t deadline) {
  int error = 0;
  if (owned(m)) {
    if ((m->__kind & TYPE) != RECURSIVE) return deadline ? EDEADLK : EBUSY;
    if (m->__depth == UINT32_MAX) return EAGAIN;
    m->__depth++;
    return 0;
  }
  if (m->__kind & PROTECT) error = raise_to(m);
  if (error) return error;
  error = take(m, deadline);
  if (error == ETIMEDOUT && !deadline) error = EBUSY;
  if (error && error != EOWNERDEAD && m->__kind & PROTECT) lower_from(m);
  return error;
}

int __pith_mutex_lock(pthread_mutex_t *m) { return mutex_lock(m, FOREVER); }

int pthread_mutex_trylock(pthread_mutex_t *m) {
  if (!m->__kind) {
    if (word_try(&m->__word)) return 0;
    /* Only an owner that has ended is worth a call, and only to those who asked to be told. */
    return m->__word == NOBODY ? EDEADLK : EBUSY;
  }
  return mutex_lock(m, 0);
}

int pthread_mutex_clocklock(pthread_mutex_t *m, clockid_t clock, const struct timespec *until) {
  int64_t deadline;
  if (!m->__kind && word_try(&m->__word)) return 0; /* a free one is locked whatever the time is */
  if (!clock_deadline(clock, until, &deadline)) return EINVAL;
  return mutex_lock(m, deadline ? deadline : 1);
}

int pthread_mutex_timedlock(pthread_mutex_t *m, const struct timespec *until) {
  return pthread_mutex_clocklock(m, CLOCK_REALTIME, until);
}

int __pith_mutex_unlock(pthread_mutex_t *m) {
  if (!owned(m)) return EPERM;
  if (m->__depth) {
    m->__depth--;
    return 0;
  }
  if (m->__state == INCONSISTENT) m->__state = LOST;
  if (m->__state == LOST)
    give_up(m, 0);
  else
    word_unlock(&m->__word);
  if (m->__kind & PROTECT) lower_from(m);
  return 0;
}

int pthread_mutex_consistent(pthread_mutex_t *m) {
  if (!(m->__kind & ROBUST) || m->__state != INCONSISTENT || !owned(m)) return EINVAL;
  m->__state = SOUND;
  return 0;
}

/* ---- making ---- */

int pthread_mutex_init(pthread_mutex_t *m, const pthread_mutexattr_t *a) {
  *m = (pthread_mutex_t)PTHREAD_MUTEX_INITIALIZER;
  if (a) {
    m->__kind = (unsigned char)(a->__type | (a->__robust ? ROBUST : 0) |
                                (a->__protocol == PTHREAD_PRIO_PROTECT ? PROTECT : 0));
    m->__ceiling = a->__ceiling;
  }
  return 0;
}

int pthread_mutex_destroy(pthread_mutex_t *m) { return m->__word && m->__word != NOBODY ? EBUSY : 0; }

int pthread_mutex_getprioceiling(const pthread_mutex_t *m, int *ceiling) {
  if (!(m->__kind & PROTECT)) return EINVAL;
  *ceiling = from_pith(m->__ceiling);
  return 0;
}

int pthread_mutex_setprioceiling(pthread_mutex_t *m, int ceiling, int *old) {
  if (!(m->__kind & PROTECT) || !valid_priority(ceiling)) return EINVAL;
  /* Not by the protocol: who sets a ceiling need not be below the old one. */
  int error = take(m, FOREVER);
  if (error) return error;
  if (old) *old = from_pith(m->__ceiling);
  m->__ceiling = (unsigned char)to_pith(ceiling);
  word_unlock(&m->__word);
  return 0;
}

/* Semaphores: what is not a unit there or a unit for nobody, which fast.S serves.
 *
 * Units and waiters are one word, so that giving is one atomic step and touches the object no more: whoever gets the unit
 * may destroy it. A waiter counts itself in before it waits and out as it takes its unit; the kernel wakes the most
 * urgent. A thread that comes by may take the unit before the one that was woken, which then waits again. */
#include <semaphore.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include "clock.h"
#include "mutex.h"
#include "named.h"
#include "result.h"

#define UNITS ((unsigned)SEM_VALUE_MAX)
#define WAITER 0x8000u
#define NAMED 0x80000000u

int __pith_sem_post(sem_t *s);
int __pith_sem_wait(sem_t *s);

/* The same pointer for the same name, as long as nobody has unlinked it. */
struct named {
  sem_t sem; /* first */
  struct named *next;
  unsigned opened;
  char name[PITH_OBJECT_NAME]; /* as given; empty: unlinked */
};

static struct named *all;
static volatile unsigned lock;

int sem_init(sem_t *s, int shared, unsigned value) {
  (void)shared;
  if (value > UNITS) return (int)result(-EINVAL);
  *s = (sem_t){.__word = value};
  return 0;
}

int sem_destroy(sem_t *s) {
  if (s->__word & NAMED) return (int)result(-EINVAL);
  return (int)result(s->__word >= WAITER ? -EBUSY : 0);
}

int __pith_sem_post(sem_t *s) {
  for (;;) {
    unsigned word = s->__word;
    if (word & NAMED) return (int)result(sys_sem_give(s->__handle));
    if ((word & UNITS) == UNITS) return (int)result(-EOVERFLOW);
    if (!swap_word(&s->__word, word, word + 1)) continue;
    if (word >= WAITER) sys_futex_wake(&s->__word, 1);
    return 0;
  }
}

static long take_named(sem_t *s, int64_t deadline) {
  long r;
  do r = sys_sem_take(s->__handle, clock_left(deadline));
  while (again_restart(r));
  return r;
}

static bool take_now(sem_t *s, unsigned less) {
  unsigned word;
  while ((word = s->__word) & UNITS)
    if (swap_word(&s->__word, word, word - less)) return true;
  return false;
}

static long wait_for(sem_t *s, int64_t deadline) {
  wait_starts();
  if (s->__word & NAMED) return take_named(s, deadline);
  if (take_now(s, 1)) return 0;
  add_word(&s->__word, WAITER);
  while (!take_now(s, 1 + WAITER)) {
    struct uthread *self = uthread_self();
    int error = word_sleep(&s->__word, s->__word & ~UNITS, deadline);
    if (!error || (error == EINTR && !self->handled)) continue;
    if (error == ECANCELED && !(self->canceled && !self->cancel_off)) continue;
    add_word(&s->__word, -WAITER);
    cancel_test();
    return -error;
  }
  return 0;
}

int __pith_sem_wait(sem_t *s) { return (int)result(wait_for(s, FOREVER)); }

int sem_trywait(sem_t *s) {
  if (!(s->__word & NAMED)) return (int)result(take_now(s, 1) ? 0 : -EAGAIN);
  long r = sys_sem_take(s->__handle, 0);
  return (int)result(r == -ETIMEDOUT ? -EAGAIN : r);
}

int sem_clockwait(sem_t *s, clockid_t clock, const struct timespec *until) {
  int64_t deadline;
  cancel_test();
  if (sem_trywait(s) == 0) return 0; /* whatever the time is */
  if (errno != EAGAIN) return -1;
  return (int)result(clock_deadline(clock, until, &deadline) ? wait_for(s, deadline) : -EINVAL);
}

int sem_timedwait(sem_t *s, const struct timespec *until) { return sem_clockwait(s, CLOCK_REALTIME, until); }

int sem_getvalue(sem_t *s, int *value) {
  *value = (int)(s->__word & UNITS);
  if (!(s->__word & NAMED)) return 0;
  struct pith_info_object o;
  long r = sys_info(PITH_INFO_OBJECT, (unsigned)s->__handle, &o, sizeof o);
  *value = (int)o.count;
  return (int)result(r < 0 ? r : 0);
}

/* ---- named ---- */

static struct named *find(const char *name) {
  struct named *n = all;
  while (n && strcmp(n->name, name)) n = n->next;
  return n;
}

static struct named *keep(const char *name, long handle) {
  struct named *n = find(name);
  if (n) {
    sys_close(handle);
    n->opened++;
    return n;
  }
  n = malloc(sizeof *n);
  if (!n) {
    sys_close(handle);
    errno = ENOMEM;
    return NULL;
  }
  *n = (struct named){.sem = {NAMED, handle}, .next = all, .opened = 1};
  strcpy(n->name, name);
  return all = n;
}

sem_t *sem_open(const char *name, int flags, ...) {
  unsigned value = 0;
  mode_t mode = 0;
  if (flags & O_CREAT) {
    va_list more;
    va_start(more, flags);
    mode = (mode_t)va_arg(more, unsigned);
    value = va_arg(more, unsigned);
    va_end(more);
  }
  if (value > UNITS) return errno = EINVAL, SEM_FAILED;
  word_lock(&lock);
  long handle = object_open(PITH_OBJECT_SEM, "/sem", name, flags, mode, PITH_RIGHT_WAIT | PITH_RIGHT_SIGNAL, value, 0);
  struct named *n = handle < 0 ? NULL : keep(name, handle);
  word_unlock(&lock);
  if (handle < 0) errno = (int)-handle;
  return n ? &n->sem : SEM_FAILED;
}

int sem_close(sem_t *s) {
  struct named **link = &all, *n;
  long r = -EINVAL;
  word_lock(&lock);
  while (*link && &(*link)->sem != s) link = &(*link)->next;
  n = *link;
  if (n) r = 0;
  if (n && --n->opened == 0) {
    r = sys_close(n->sem.__handle);
    *link = n->next;
    free(n);
  }
  word_unlock(&lock);
  return (int)result(r);
}

int sem_unlink(const char *name) {
  word_lock(&lock);
  long r = object_unlink("/sem", name);
  struct named *n = r < 0 ? NULL : find(name);
  if (n) n->name[0] = 0;
  word_unlock(&lock);
  return (int)result(r);
}

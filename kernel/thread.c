/* Threads: their life, from created to dead.
 *
 *   created --start--> ready <--wake-- waiting, sleeping        suspended: beside any of these
 *                        |  '--wait-------^                     (sched.c: the limbo list)
 *                        '--exit, delete, fault--> dead --join, delete--> gone
 *
 * A thread that ends is taken from wherever it is; mutexes it holds pass on. The memory of a created
 * thread that ends while it runs cannot be freed at once, since the switch away from it still saves
 * its registers there: it waits in the graveyard for the next call that allocates, or for idle. */
#include "kernel.h"
#include "mem.h"
#include "mpu.h"

void k_thread_return(void) { pith_thread_exit(0); }

/* ---- in the kernel ---- */

static int check_attr(const struct pith_thread_attr *a, void (*entry)(void *)) {
  if (!entry || a->priority > PITH_PRIORITIES - 2) return -EINVAL;
  if (a->flags & ~(PITH_COOPERATIVE | PITH_DORMANT)) return -EINVAL;
  if ((a->flags & PITH_COOPERATIVE) && (!PITH_COOPERATIVE_THREADS || a->slice)) return -ENOTSUP;
  if (a->slice && !PITH_TIME_SLICES) return -ENOTSUP;
  if (a->stack_size < PITH_STACK_MIN || (a->stack_size | (uintptr_t)a->stack) % 8) return -EINVAL;
  return 0;
}

void k_thread_setup(struct pith_thread *t, const struct pith_thread_attr *a, void (*entry)(void *), void *arg,
                    struct k_domain *domain) {
  memset(t, 0, sizeof *t);
  t->name = a->name ? a->name : "";
  t->priority = t->base = a->priority;
  t->flags = a->flags;
  t->stack = a->stack;
  t->stack_size = a->stack_size;
  if (PITH_TIME_SLICES) t->slice = a->slice;
  t->user = a->user;
  if (PITH_DOMAINS) t->domain = domain;
#if PITH_STACK_GUARDS
  t->guard = arch_mpu_guard(k_is_unprivileged(t) ? 0 : (uintptr_t)a->stack);
#endif
  t->seal = K_SEAL ^ K_WORD(t);
  if (t->stack) arch_thread_init(t, t->stack + t->stack_size - K_TLS_SIZE, entry, arg);
  k_set_list(t);
  t->all = R->all;
  R->all = t;
  R->threads++;
  if (a->flags & PITH_DORMANT) t->blocked = K_BLOCKED;
  else k_ready(t);
}

/* Takes time that grows with the stack: before the kernel knows of the thread. */
void k_stack_paint(void *stack, size_t size) {
  memset(stack, K_STACK_PATTERN, size);
  memset((uint8_t *)stack + size - K_TLS_SIZE, 0, K_TLS_SIZE);
}

void k_thread_forget(struct pith_thread *t) {
  struct pith_thread **link = &R->all;

  while (*link != t) link = &(*link)->all;
  *link = t->all;
  k_stack_forget(t);
  t->seal = 0;
#if PITH_ACCOUNTING
  k_account_forget(t);
#endif
  R->threads--;
}

static void give_back(struct pith_thread *t) {
  if (!PITH_HEAP) return;
  if (t->flags & K_STACK_FROM_HEAP) heap_free(&R->heap, t->stack);
  if (t->flags & K_CREATED) heap_free(&R->heap, t);
}

/* The end of a dead thread: it exists no more, and its memory is given back as soon as can be. */
static void bury(struct pith_thread *t) {
  k_thread_forget(t);
  if (PITH_HEAP && t == K->current && t->flags & K_CREATED) {
    t->next = R->graveyard;
    R->graveyard = t;
  } else {
    give_back(t);
  }
}

void k_reap(void) {
  while (R->graveyard) {
    struct pith_thread *t = R->graveyard;

    R->graveyard = t->next;
    give_back(t);
  }
}

/* The joiner's call, which has been waiting with `int *value` in r1, is complete. */
static void hand_over(struct pith_thread *t, struct pith_thread *joiner) {
  int *value = (int *)(uintptr_t)((struct arch_frame *)(void *)joiner->sp)->r1;

  if (value) *value = t->exit_value;
  k_wake(&t->joiners);
  bury(t);
}

/* Behind the one joiner there may be proxies of threads that wait for any of several objects. */
static bool is_joined(const struct pith_thread *t) {
  return t->joiners.head && !k_is_proxy(t->joiners.head);
}

static void tell_watchers(struct pith_thread *t) {
  while (PITH_WAIT_ANY && t->joiners.head && k_is_proxy(t->joiners.head->prev)) k_proxy_won(t->joiners.head->prev);
}

void k_thread_end(struct pith_thread *t, int value) {
  if (PITH_COOPERATIVE_THREADS && t == R->raised) k_coop_leave();
  if (k_is_blocked(t)) k_abandon_wait(t);
  else k_unready(t);
  k_slice_forget(t);
  t->dead = 1;
  t->blocked = K_BLOCKED; /* for good */
  t->exit_value = value;
  k_mutex_owner_died(t);
  tell_watchers(t);
  if (is_joined(t)) hand_over(t, t->joiners.head);
  else if (PITH_HEAP && t->flags & K_DETACHED) bury(t);
}

static struct k_domain *domain_for(const struct pith_thread_attr *a) {
#if PITH_COOPERATIVE_THREADS
  if (a->flags & PITH_COOPERATIVE) return &k_domain_coop;
#endif
#if PITH_TIME_SLICES
  if (a->slice) return &k_domain_sliced;
#endif
  (void)a;
  return K_DOMAIN_KERNEL;
}

/* Attributes and stack are good. */
static long thread_init(struct pith_thread *t, const struct pith_thread_attr *attr, void (*entry)(void *),
                        void *arg) {
  if (R->threads >= PITH_THREADS) return -EAGAIN;
  k_thread_setup(t, attr, entry, arg, domain_for(attr));
  return 0;
}
K_CALL(thread_init)

static long thread_create(struct pith_thread **out, const struct pith_thread_attr *attr, void (*entry)(void *),
                  void *arg) {
  struct pith_thread_attr a = *attr;
  struct pith_thread *t;
  int error;

  k_reap();
  error = check_attr(&a, entry);
  if (!error && R->threads >= PITH_THREADS) error = -EAGAIN;
  if (error) return error;
  t = heap_alloc(&R->heap, sizeof *t);
  if (t && !a.stack) a.stack = heap_alloc(&R->heap, a.stack_size);
  if (!t || !a.stack) {
    if (t) heap_free(&R->heap, t);
    return -ENOMEM;
  }
  memset((uint8_t *)a.stack + a.stack_size - K_TLS_SIZE, 0, K_TLS_SIZE);
  thread_init(t, &a, entry, arg);
  t->flags |= K_CREATED | (attr->stack ? 0 : K_STACK_FROM_HEAP);
  *out = t;
  return 0;
}
K_CALL(thread_create)

long k_thread_start(struct pith_thread *t) {
  if (!k_exists(t) || t->dead || !(t->flags & PITH_DORMANT)) return -EINVAL;
  t->flags &= (uint8_t)~PITH_DORMANT;
  t->blocked = 0;
  k_ready(t);
  return 0;
}

static long thread_start(struct pith_thread *t) { return k_thread_start(t); }
K_CALL(thread_start)

static long sleep_until(void *nothing, uint32_t pad, pith_time deadline) {
  (void)nothing, (void)pad;
  k_wait(NULL, deadline);
  return 0;
}
K_CALL(sleep_until)

static long thread_exit(int value) {
  k_thread_end(K->current, value);
  return 0;
}
K_CALL(thread_exit)

static long thread_join(struct pith_thread *t, int *value, pith_time deadline) {
  if (!k_exists(t) || k_is_unprivileged(t) || t->flags & K_DETACHED) return -EINVAL;
  if (t == K->current) return -EDEADLK;
  if (is_joined(t)) return -EBUSY;
  if (!t->dead) return k_wait(&t->joiners, deadline);
  if (value) *value = t->exit_value;
  bury(t);
  return 0;
}
K_CALL(thread_join)

static long thread_detach(struct pith_thread *t) {
  if (!k_exists(t) || !(t->flags & K_CREATED) || t->flags & K_DETACHED) return -EINVAL;
  if (is_joined(t)) return -EBUSY;
  if (t->dead) bury(t);
  else t->flags |= K_DETACHED;
  return 0;
}
K_CALL(thread_detach)

static long thread_delete(struct pith_thread *t) {
  bool joined;

  if (!k_exists(t) || k_is_unprivileged(t)) return -EINVAL;
  joined = is_joined(t) || t->flags & K_DETACHED;
  if (!t->dead) k_thread_end(t, -ECANCELED);
  if (!joined) bury(t);
  return 0;
}
K_CALL(thread_delete)

/* The assembly does the same by itself when a thread suspends itself, and resumes one suspended once (switch.S). */
long k_thread_suspend(struct pith_thread *t) {
  if (!k_exists(t) || t->dead) return -EINVAL;
  if (t->suspended == UINT8_MAX) return -EOVERFLOW;
  if (PITH_COOPERATIVE_THREADS && t == R->raised) k_coop_leave();
  if (t->suspended++) return 0;
  if (k_is_blocked(t)) {
    k_set_list(t);
  } else {
    k_unready(t);
    t->blocked = K_STOPPED;
  }
  return 0;
}
K_CALL_FROM_OUTSIDE(k_thread_suspend_call, k_thread_suspend, "thread_suspend")

long k_thread_resume(struct pith_thread *t) {
  if (!k_exists(t) || t->dead || !t->suspended) return -EINVAL;
  if (--t->suspended) return 0;
  if (t->blocked == K_STOPPED) {
    t->blocked = K_RUNNABLE;
    k_ready(t);
  } else if (k_is_blocked(t)) {
    k_set_list(t);
  } else {
    k_unready(t);
    k_set_list(t);
    k_ready(t);
  }
  return 0;
}
K_CALL_FROM_OUTSIDE(k_thread_resume_call, k_thread_resume, "thread_resume")

static long thread_cancel(struct pith_thread *t) {
  if (!k_exists(t) || t->dead || !k_is_blocked(t) || t->blocked == K_STOPPED || t->flags & PITH_DORMANT)
    return -EINVAL;
  k_wake_with(t, -ECANCELED);
  return 0;
}
K_CALL(thread_cancel)

static long thread_next(const struct pith_thread *t) {
  if (!t) return (long)(intptr_t)R->all;
  return k_exists(t) ? (long)(intptr_t)t->all : 0;
}
K_CALL(thread_next)

static long thread_set_priority(struct pith_thread *t, unsigned priority) {
  if (!k_exists(t) || t->dead || priority > PITH_PRIORITIES - 2) return -EINVAL;
  t->base = (uint8_t)priority;
  k_mutex_inherit(t);
  return 0;
}
K_CALL(thread_set_priority)

/* ---- the caller's side; pith_thread_suspend() and pith_thread_resume() are in arch/ ---- */

int pith_thread_init(struct pith_thread *t, const struct pith_thread_attr *attr, void (*entry)(void *),
                     void *arg) {
  int error = attr->stack ? check_attr(attr, entry) : -EINVAL;

  if (error) return error;
  k_stack_paint(attr->stack, attr->stack_size);
  return (int)(R->started ? K_ENTER(thread_init, t, attr, entry, arg) : thread_init(t, attr, entry, arg));
}

int pith_thread_create(struct pith_thread **out, const struct pith_thread_attr *attr, void (*entry)(void *),
                       void *arg) {
  struct pith_thread_attr a = *attr;
  int error;

  a.flags |= PITH_DORMANT; /* until its stack, which the kernel has allocated, is painted */
  error = (int)(R->started ? K_ENTER(thread_create, out, &a, entry, arg) : thread_create(out, &a, entry, arg));
  if (error) return error;
  memset((*out)->stack, K_STACK_PATTERN, (size_t)((uint8_t *)(*out)->sp - (*out)->stack));
  return attr->flags & PITH_DORMANT ? 0 : pith_thread_start(*out);
}

int pith_thread_start(struct pith_thread *t) {
  return (int)(R->started ? K_ENTER(thread_start, t, 0, 0, 0) : k_thread_start(t));
}

_Noreturn void pith_thread_exit(int value) {
  for (;;) K_ENTER(thread_exit, value, 0, 0, 0);
}

int pith_thread_join(struct pith_thread *t, int *value, pith_time deadline) {
  return (int)K_ENTER(thread_join, t, value, (uint32_t)deadline, (uint32_t)((uint64_t)deadline >> 32));
}

int pith_thread_detach(struct pith_thread *t) { return (int)K_ENTER(thread_detach, t, 0, 0, 0); }
int pith_thread_delete(struct pith_thread *t) { return (int)K_ENTER(thread_delete, t, 0, 0, 0); }
int pith_thread_cancel(struct pith_thread *t) { return (int)K_ENTER(thread_cancel, t, 0, 0, 0); }

struct pith_thread *pith_thread_next(struct pith_thread *t) {
  return (struct pith_thread *)(intptr_t)K_ENTER(thread_next, t, 0, 0, 0);
}

int pith_thread_set_priority(struct pith_thread *t, unsigned priority) {
  return (int)K_ENTER(thread_set_priority, t, priority, 0, 0);
}

int pith_sleep_until(pith_time deadline) {
  return (int)K_ENTER_TIME(sleep_until, NULL, deadline);
}

int pith_sleep(pith_time span) { return pith_sleep_until(pith_deadline(span)); }

unsigned pith_thread_priority(const struct pith_thread *t) { return t->priority; }

const char *pith_thread_name(const struct pith_thread *t) {
  return k_is_unprivileged(t) ? t->domain->ops->name(t->domain) : t->name;
}
struct pith_thread *pith_self(void) { return K->current; }
void *pith_thread_user(const struct pith_thread *t) { return t->user; }
void pith_thread_set_user(struct pith_thread *t, void *user) { t->user = user; }

void **pith_tls(unsigned key) {
  struct pith_thread *t = K->current;

  PITH_ASSERT(key + 1 <= PITH_TLS_KEYS);
  return (void **)(void *)(t->stack + t->stack_size) - 1 - key;
}

const char *pith_thread_state_name(enum pith_thread_state state) {
  static const char *const names[] = {[PITH_THREAD_NONE] = "none",         [PITH_THREAD_CREATED] = "created",
                                      [PITH_THREAD_READY] = "ready",       [PITH_THREAD_WAITING] = "waiting",
                                      [PITH_THREAD_SLEEPING] = "sleeping", [PITH_THREAD_SUSPENDED] = "suspended",
                                      [PITH_THREAD_DEAD] = "dead"};

  return (unsigned)state < sizeof names / sizeof names[0] ? names[state] : "?";
}

enum pith_thread_state pith_thread_state(const struct pith_thread *t) {
  if (!k_exists(t)) return PITH_THREAD_NONE;
  if (t->dead) return PITH_THREAD_DEAD;
  if (t->flags & PITH_DORMANT) return PITH_THREAD_CREATED;
  if (t->wait || k_waits_on_many(t)) return PITH_THREAD_WAITING;
  if (t->blocked && t->blocked != K_STOPPED) return PITH_THREAD_SLEEPING;
  return t->suspended ? PITH_THREAD_SUSPENDED : PITH_THREAD_READY;
}

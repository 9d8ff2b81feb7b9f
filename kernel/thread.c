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

enum { CREATED = 0x80 }; /* t->flags: control block from the heap */
enum { STACK_FROM_HEAP = 0x40 };

#define STACK_PATTERN 0xA5

static void thread_return(void) { pith_thread_exit(0); }

/* ---- in the kernel ---- */

static int check_attr(const struct pith_thread_attr *a, void (*entry)(void *)) {
  if (!entry || a->priority > PITH_PRIORITIES - 2) return -EINVAL;
  if (a->flags & ~(PITH_COOPERATIVE | PITH_DORMANT)) return -EINVAL;
  if ((a->flags & PITH_COOPERATIVE) && !PITH_COOPERATIVE_THREADS) return -ENOTSUP;
  if (a->stack_size < PITH_STACK_MIN || a->stack_size % 8 || (uintptr_t)a->stack % 8) return -EINVAL;
  return R->threads >= PITH_THREADS ? -EAGAIN : 0;
}

int k_thread_setup(struct pith_thread *t, const struct pith_thread_attr *a, void (*entry)(void *), void *arg,
                   struct k_domain *domain) {
  *t = (struct pith_thread){.name = a->name ? a->name : "",
                            .priority = a->priority,
                            .base = a->priority,
                            .flags = a->flags,
                            .stack = a->stack,
                            .stack_size = a->stack_size,
                            .domain = domain};
  if (++R->last_id == 0) R->last_id = 1;
  t->id = R->last_id;
  t->seal = K_SEAL ^ (uint32_t)(uintptr_t)t;
  arch_thread_init(t, a->stack, a->stack_size, entry, arg, thread_return);
  k_set_list(t);
  t->all = R->all;
  R->all = t;
  R->threads++;
  if (a->flags & PITH_DORMANT) t->blocked = 1;
  else k_ready(t);
  return 0;
}

void k_thread_forget(struct pith_thread *t) {
  struct pith_thread **link = &R->all;

  while (*link && *link != t) link = &(*link)->all;
  if (!*link) return;
  *link = t->all;
  t->seal = 0;
  R->threads--;
}

static void give_back(struct pith_thread *t) {
  if (t->flags & STACK_FROM_HEAP) heap_free(&R->heap, t->stack);
  if (t->flags & CREATED) heap_free(&R->heap, t);
}

/* The end of a dead thread: it exists no more, and its memory is given back as soon as can be. */
static void bury(struct pith_thread *t) {
  k_thread_forget(t);
  if (t == K->current && t->flags & CREATED) {
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
  int *value = (int *)(uintptr_t)((struct arch_frame *)joiner->sp)->r1;

  if (value) *value = t->exit_value;
  k_wake(&t->joiners);
  bury(t);
}

void k_thread_end(struct pith_thread *t, int value) {
  if (t == R->raised) k_coop_leave();
  if (k_is_blocked(t)) k_abandon_wait(t);
  else k_unready(t);
  t->dead = 1;
  t->blocked = 0;
  t->exit_value = value;
  t->flags &= (uint8_t)~PITH_DORMANT;
  k_mutex_owner_died(t);
  if (t->joiners.head) hand_over(t, t->joiners.head);
}

static int init(struct pith_thread *t, const struct pith_thread_attr *attr, void (*entry)(void *),
                void *arg) {
  struct k_domain *domain = attr->flags & PITH_COOPERATIVE ? &k_domain_coop : &k_domain_kernel;
  int error = check_attr(attr, entry);

  if (error) return error;
  if (!attr->stack) return -EINVAL;
  memset(attr->stack, STACK_PATTERN, attr->stack_size);
  return k_thread_setup(t, attr, entry, arg, domain);
}

static int create(struct pith_thread **out, const struct pith_thread_attr *attr, void (*entry)(void *),
                  void *arg) {
  struct pith_thread_attr a = *attr;
  struct pith_thread *t;
  int error;

  k_reap();
  error = check_attr(&a, entry);
  if (error) return error;
  t = heap_alloc(&R->heap, sizeof *t);
  if (t && !a.stack) a.stack = heap_alloc(&R->heap, a.stack_size);
  if (!t || !a.stack) {
    if (t) heap_free(&R->heap, t);
    return -ENOMEM;
  }
  init(t, &a, entry, arg);
  t->flags |= CREATED | (attr->stack ? 0 : STACK_FROM_HEAP);
  *out = t;
  return 0;
}

static int start(struct pith_thread *t) {
  if (!k_exists(t) || !(t->flags & PITH_DORMANT)) return -EINVAL;
  t->flags &= (uint8_t)~PITH_DORMANT;
  t->blocked = 0;
  k_ready(t);
  return 0;
}

long k_call_yield(void) {
  struct pith_thread *t = K->current;

  if (*t->list == t) *t->list = t->next;
  return 0;
}

long k_call_sleep_until(pith_time deadline) {
  k_wait(NULL, deadline);
  return 0;
}

long k_call_thread_init(struct pith_thread *t, const struct pith_thread_attr *attr, void (*entry)(void *),
                        void *arg) {
  return init(t, attr, entry, arg);
}

long k_call_thread_create(struct pith_thread **out, const struct pith_thread_attr *attr,
                          void (*entry)(void *), void *arg) {
  return create(out, attr, entry, arg);
}

long k_call_thread_start(struct pith_thread *t) { return start(t); }

long k_call_thread_exit(int value) {
  k_thread_end(K->current, value);
  return 0;
}

long k_call_thread_join(struct pith_thread *t, int *value, pith_time deadline) {
  if (!k_exists(t) || t->domain->control & 1) return -EINVAL;
  if (t == K->current) return -EDEADLK;
  if (t->joiners.head) return -EBUSY;
  if (!t->dead) return k_wait(&t->joiners, deadline);
  if (value) *value = t->exit_value;
  bury(t);
  return 0;
}

long k_call_thread_delete(struct pith_thread *t) {
  bool joined;

  if (!k_exists(t) || t->domain->control & 1) return -EINVAL;
  joined = t->joiners.head;
  if (!t->dead) k_thread_end(t, -ECANCELED);
  if (!joined) bury(t);
  return 0;
}

long k_call_thread_suspend(struct pith_thread *t) {
  if (!k_exists(t) || t->dead) return -EINVAL;
  if (t->suspended == UINT8_MAX) return -EOVERFLOW;
  if (t->suspended++) return 0;
  if (t == R->raised) k_coop_leave();
  if (k_is_blocked(t)) {
    k_set_list(t);
  } else {
    k_unready(t);
    k_set_list(t);
    k_ready(t);
  }
  return 0;
}

long k_call_thread_resume(struct pith_thread *t) {
  if (!k_exists(t) || t->dead || !t->suspended) return -EINVAL;
  if (--t->suspended) return 0;
  if (k_is_blocked(t)) {
    k_set_list(t);
  } else {
    k_unready(t);
    k_set_list(t);
    k_ready(t);
  }
  return 0;
}

long k_call_thread_cancel(struct pith_thread *t) {
  if (!k_exists(t) || t->dead || !k_is_blocked(t) || t->flags & PITH_DORMANT) return -EINVAL;
  k_wake_with(t, -ECANCELED);
  return 0;
}

long k_call_thread_set_priority(struct pith_thread *t, unsigned priority) {
  if (!k_exists(t) || t->dead || priority > PITH_PRIORITIES - 2) return -EINVAL;
  t->base = (uint8_t)priority;
  k_mutex_inherit(t);
  return 0;
}

long k_call_reap(void) {
  k_reap();
  return 0;
}

/* ---- the caller's side ---- */

#define CALL(name, ...) CALL_((name), __VA_ARGS__, 0, 0, 0)
#define CALL_(n, a, b, c, d, ...)                                                                            \
  arch_call((uint32_t)(uintptr_t)(a), (uint32_t)(uintptr_t)(b), (uint32_t)(uintptr_t)(c),                    \
            (uint32_t)(uintptr_t)(d), n)

int pith_thread_init(struct pith_thread *t, const struct pith_thread_attr *attr, void (*entry)(void *),
                     void *arg) {
  if (!R->started) return init(t, attr, entry, arg);
  return (int)CALL(K_CALL_thread_init, t, attr, entry, arg);
}

int pith_thread_create(struct pith_thread **out, const struct pith_thread_attr *attr, void (*entry)(void *),
                       void *arg) {
  if (!R->started) return create(out, attr, entry, arg);
  return (int)CALL(K_CALL_thread_create, out, attr, entry, arg);
}

int pith_thread_start(struct pith_thread *t) {
  return R->started ? (int)CALL(K_CALL_thread_start, t) : start(t);
}

_Noreturn void pith_thread_exit(int value) {
  CALL(K_CALL_thread_exit, value);
  __builtin_unreachable();
}

int pith_thread_join(struct pith_thread *t, int *value, pith_time deadline) {
  return (int)CALL(K_CALL_thread_join, t, value, (uint32_t)deadline, (uint32_t)(deadline >> 32));
}

int pith_thread_delete(struct pith_thread *t) { return (int)CALL(K_CALL_thread_delete, t); }
int pith_thread_suspend(struct pith_thread *t) { return (int)CALL(K_CALL_thread_suspend, t); }
int pith_thread_resume(struct pith_thread *t) { return (int)CALL(K_CALL_thread_resume, t); }
int pith_thread_cancel(struct pith_thread *t) { return (int)CALL(K_CALL_thread_cancel, t); }

int pith_thread_set_priority(struct pith_thread *t, unsigned priority) {
  return (int)CALL(K_CALL_thread_set_priority, t, priority);
}

void pith_yield(void) { CALL(K_CALL_yield, 0); }

int pith_sleep_until(pith_time deadline) {
  return (int)CALL(K_CALL_sleep_until, (uint32_t)deadline, (uint32_t)(deadline >> 32));
}

int pith_sleep(pith_time span) { return pith_sleep_until(pith_deadline(span)); }

unsigned pith_thread_priority(const struct pith_thread *t) { return t->priority; }
struct pith_thread *pith_self(void) { return K->current; }

enum pith_thread_state pith_thread_state(const struct pith_thread *t) {
  if (!k_exists(t)) return PITH_THREAD_NONE;
  if (t->dead) return PITH_THREAD_DEAD;
  if (t->flags & PITH_DORMANT) return PITH_THREAD_CREATED;
  if (t->wait) return PITH_THREAD_WAITING;
  if (t->blocked) return PITH_THREAD_SLEEPING;
  return t->suspended ? PITH_THREAD_SUSPENDED : PITH_THREAD_READY;
}

uint32_t pith_stack_unused(const struct pith_thread *t) {
  uint32_t n = 0;

  while (n < t->stack_size && t->stack[n] == STACK_PATTERN) n++;
  return n;
}

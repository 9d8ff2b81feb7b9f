/* Who of a family is at home, and the swapper, which brings who is asked for: a thread that is as urgent as the most urgent that
 * waits for it.
 *
 * After a job the swapper lets its equals run, so whoever was served has had its turn before it has to leave. A page goes before
 * a swap, else two relatives that touch one would swap for ever. All kernel entries on the way are short; what takes long is
 * done as a thread, preempted by whoever is more urgent.
 *
 * A switch to a thread that is away costs the kernel entry in which it happens next to nothing: the stand-in runs instead
 * (switch.S), while that thread still is the best of all. In an entry of its own the stand-in has it wait for the swapper. It
 * has no state but that, so it does not matter where in between, nor for whose sake, it was interrupted or goes on. */
#include "calls.h"
#include "family.h"

#if PITH_FAMILIES
enum {
  IDLE_PRIORITY = PITH_PRIORITIES - 4,
  STACK = 512,
  STAND_IN_STACK = 128 + 2 * K_GUARD_SIZE, /* it never calls */
  SHARE = PITH_FAMILY_SHARE * PITH_TICK_HZ / 1000 + 1
};

struct pith_thread k_stand_in;

static struct k_waitq waiting; /* threads that wait for their process, or for a page */
static struct pith_sem work = PITH_SEM_INIT(0);
static struct pith_thread swapper;
static struct family *served; /* whose the swapper's last job was; NULL: others have run since */
static uint64_t swapper_stack[STACK / 8], stand_in_stack[STAND_IN_STACK / 8];
static struct pith_timer share;

/* ---- waiting ---- */

bool family_has_parked(const struct process_thread *t) { return t->thread.wait == &waiting; }

/* The running member of a family has had its share: its equals have their turn, among them its relatives, or the swapper
 * for those. Goes on while there are families. */
static void share_over(struct pith_timer *t) {
  struct pith_thread *now = K->current;

  if (!family_is_any()) return;
  k_timer_start(t, SHARE);
  if (k_paged(now->domain) && !k_is_blocked(now) && *now->list == now) *now->list = now->next;
}

static void set_priority(void) {
  if (swapper.base == waiting.head->priority) return;
  swapper.base = waiting.head->priority;
  k_mutex_inherit(&swapper);
}

/* Somebody waits now. A swapper without a job is alone, and it holds nothing. */
static void call_swapper(void) {
  if (swapper.wait == &work.waiters) {
    swapper.base = swapper.priority = waiting.head->priority;
    k_set_list(&swapper);
  } else {
    set_priority();
  }
  k_sem_give(&work, 1);
}

/* HAZARD: only while the swapper has no job. Then nobody waits: each who does gives it a unit, each unit is a job, each job
 * frees at least one. It is parked by the straight path of pith_sem_take() and woken as by that of pith_sem_give(), but in
 * t's place in the ready list. */
static inline __attribute__((always_inline)) void replace(struct pith_thread *t) {
  struct pith_thread *s = &swapper;

  work.word = 0;
  s->wait = NULL;
  s->list = t->list;
  s->bit = t->bit;
  s->base = s->priority = t->priority;
  *s->list = s->next = s->prev = s;
  if (t->next != t) {
    s->next = t->next;
    s->prev = t->prev;
    s->next->prev = s->prev->next = s;
  }
  t->wait = &waiting;
  t->blocked = K_BLOCKED;
  waiting.head = t->next = t->prev = t;
}

static void park(struct pith_thread *t) {
  k_unready(t);
  t->wait = &waiting;
  t->blocked = K_BLOCKED;
  k_waitq_insert(&waiting, t);
  call_swapper();
}

void swap_wait(void) {
  struct pith_thread *t = K->current;

  if (work.word == K_SEM_ONE && !t->suspended) replace(t);
  else park(t);
}

static bool is_away(const struct pith_thread *t) { return t->domain->control >> K_DOMAIN_AWAY_BIT & 1; }

struct pith_thread *swap_refuse(void); /* of switch.S: who runs now; NULL: the stand-in, as the best is away, too */

/* The best of all, for whom the stand-in runs, waits for the swapper. When that is at work and has its turn among t's
 * equals, t lets them go first, and is here again when its own turn has come. */
struct pith_thread *swap_refuse(void) {
  struct pith_thread *t = k_best();

  if (!is_away(t)) return t;
  if (work.word == K_SEM_ONE) {
    replace(t);
    return &swapper;
  }
  if (!swapper.wait && swapper.list == t->list) {
    t = *t->list = t->next;
  } else {
    park(t);
    t = k_best();
  }
  return is_away(t) ? NULL : t;
}

static void stand_in_main(void *unused) {
  (void)unused;
  for (;;) arch_call(0, 0, 0, 0, K_CALL_STAND_IN);
}

void swap_share(void) {
  if (!share.timeout.place) k_timer_start(&share, SHARE);
}

void swap_share_end(void) {
  if (!family_is_any()) k_timeout_disarm(&share.timeout);
}

/* ---- who is at home ---- */

static long freeze(struct process *p) {
  p->away = 1;
  p->domain.control |= K_DOMAIN_AWAY;
  if (K->domain == &p->domain) K->domain = NULL;
  return 0;
}

K_CALL(freeze)

void family_freeze(struct process *p) { K_ENTER(freeze, p, 0, 0, 0); }

/* One that waits for p goes on. 1: there is more to do, in an entry of its own. */
static long let_go(struct process *p) {
  struct pith_thread *t = waiting.head;

  while (t && t->domain != &p->domain) t = t->next == waiting.head ? NULL : t->next;
  if (t) k_wake_parked(&waiting, t);
  if (t && (waiting.head || p->missed)) return 1;
  if (p->missed) signal_recheck();
  p->missed = 0;
  return 0;
}
K_CALL(let_go)

void swap_let_go(struct process *p) {
  while (K_ENTER(let_go, p, 0, 0, 0)) continue;
}

/* 1: there are results to be written first. */
long swap_arrive(long process, long family, long unused) {
  struct process *p = (struct process *)process;
  struct family *f = (struct family *)family;

  (void)unused;
  if (p->results) return 1;
  f->resident = p;
  f->touched = 0;
  p->away = 0;
  p->domain.control &= ~K_DOMAIN_AWAY;
  return 0;
}

bool family_is_worthless(const struct process *p) {
  return p->state == PROCESS_ENDED && p->cause != PROCESS_FAULTED;
}

void family_bring(struct family *f, struct process *p) {
  struct process *from = f->resident;

  if (from) {
    family_freeze(from);
    if (family_is_worthless(from)) versions_drop(&f->versions, from->member);
  }
  versions_bring(&f->versions, p->member);
  family_settle(f, p);
  while (pith_monitor(swap_arrive, (long)p, (long)f, 0)) family_apply_results(p);
  swap_let_go(p);
}

/* Who is at home has its turn before it has to leave: it may have waited for that for as long as p's calls have followed each
 * other. Meanwhile the swapper brings nobody else, unless for a thread that is more urgent. */
static void let_have_its_turn(struct family *f) {
  if (!f->resident || family_is_worthless(f->resident)) return;
  f->claimant = pith_self();
  pith_mutex_unlock(&f->lock);
  pith_yield();
  pith_mutex_lock(&f->lock);
  f->claimant = NULL;
}

struct family *family_pin(struct process *p) {
  struct family *f = p->family;

  if (!f) return NULL;
  pith_mutex_lock(&f->lock);
  if (p->family == f && f->resident != p) let_have_its_turn(f);
  if (p->family == f) {
    if (f->resident != p) family_bring(f, p);
    return f;
  }
  pith_mutex_unlock(&f->lock); /* the last of its relatives has gone meanwhile */
  return NULL;
}

void family_unpin(struct family *f) {
  if (f) pith_mutex_unlock(&f->lock);
}

/* ---- the swapper ---- */

/* Of the most urgent the first, but a page before a swap: else two relatives that touch one would swap for ever. */
static struct pith_thread *most_urgent(void) {
  struct pith_thread *head = waiting.head, *t = head;

  if (!t) return NULL;
  do {
    if (!process_of(t)->away) return t;
    t = t->next;
  } while (t != head && t->priority == head->priority);
  return head;
}

enum { NOTHING, NOT_YET };

/* The process. NOT_YET: who has just been served is to have its turn before it has to leave, or the service has claimed the next
 * place; they are behind the swapper in the ready list. */
static long next_job(void) {
  struct pith_thread *t = most_urgent();
  struct family *last = served, *f;

  served = NULL;
  if (!t) return NOTHING;
  set_priority();
  if (!process_of(t)->away) return (long)process_of(t);
  f = process_of(t)->family;
  if (f && (f == last || (f->claimant && f->claimant->priority <= swapper.priority))) return NOT_YET;
  return (long)process_of(t);
}
K_CALL(next_job)

static void serve(struct process *p) {
  struct family *f = p->family;

  if (f) {
    pith_mutex_lock(&f->lock);
    if (p->family == f && f->resident != p) {
      family_bring(f, p);
      served = f;
      pith_mutex_unlock(&f->lock);
      return;
    }
    if (p->family == f) family_split(f, p, arch_atomic_swap(&f->touched, 0));
    served = f;
    pith_mutex_unlock(&f->lock);
  }
  swap_let_go(p);
}

static void swapper_main(void *unused) {
  (void)unused;
  for (;;) {
    long job;

    pith_sem_take(&work); /* one for each thread that waits */
    while ((job = K_ENTER(next_job, 0, 0, 0, 0)) == NOT_YET) pith_yield();
    if (job != NOTHING) serve((struct process *)job);
  }
}

static long make_stand_in(long unused, long unused2, long unused3) {
  static const struct pith_thread_attr attr = {.name = "stand-in",
                                               .priority = IDLE_PRIORITY,
                                               .flags = PITH_DORMANT,
                                               .stack = stand_in_stack,
                                               .stack_size = sizeof stand_in_stack};

  (void)unused, (void)unused2, (void)unused3;
  if (R->threads >= PITH_THREADS) return -EAGAIN;
  k_thread_setup(&k_stand_in, &attr, stand_in_main, NULL, K_DOMAIN_KERNEL);
  return 0;
}

int family_start(void) {
  struct pith_thread_attr attr = {.name = "swapper",
                                  .priority = IDLE_PRIORITY,
                                  .stack = swapper_stack,
                                  .stack_size = sizeof swapper_stack};
  int error;

  pith_timer_init(&share, share_over, 0);
  k_stack_paint(stand_in_stack, sizeof stand_in_stack);
  error = (int)pith_monitor(make_stand_in, 0, 0, 0);
  return error ? error : pith_thread_init(&swapper, &attr, swapper_main, NULL);
}
#endif

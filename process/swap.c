/* Who of a family is at home, and the swapper, which brings who is asked for: a thread that is as urgent as the most urgent that
 * waits for it.
 *
 * After a job the swapper lets its equals run, so whoever was served has had its turn before it has to leave. A page goes before
 * a swap, else two relatives that touch one would swap for ever. All its kernel entries are short; what takes long is
 * done as a thread, preempted by whoever is more urgent. */
#include "calls.h"
#include "family.h"

#if PITH_FAMILIES
enum {
  IDLE_PRIORITY = PITH_PRIORITIES - 4,
  STACK = 768,
  SHARE = PITH_FAMILY_SHARE * PITH_TICK_HZ / 1000 + 1
};

static struct k_waitq waiting; /* threads that wait for their process, or for a page */
static struct pith_sem work = PITH_SEM_INIT(0);
static struct pith_thread swapper;
static struct family *served; /* whose the swapper's last job was; NULL: others have run since */
static uint64_t swapper_stack[STACK / 8];
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

void swap_wait(void) {
  k_wait(&waiting, PITH_FOREVER);
  if (swapper.wait == &work.waiters) { /* alone, and it holds nothing */
    swapper.base = swapper.priority = waiting.head->priority;
    k_set_list(&swapper);
  } else {
    set_priority();
  }
  k_sem_give(&work, 1);
}

void swap_share(void) {
  if (!share.timeout.place) k_timer_start(&share, SHARE);
}

void swap_share_end(void) {
  if (!family_is_any()) k_timeout_disarm(&share.timeout);
}

/* ---- who is at home ---- */

static long freeze(long process, long unused, long unused2) {
  struct process *p = (struct process *)process;

  (void)unused, (void)unused2;
  p->away = 1;
  p->domain.control |= K_DOMAIN_TELL;
  if (K->domain == &p->domain) K->domain = NULL;
  return 0;
}

void family_freeze(struct process *p) { pith_monitor(freeze, (long)p, 0, 0); }

/* Those who wait for p go on. */
static void release(struct process *p) {
  for (struct pith_thread *t = waiting.head, *next; t; t = next) {
    next = t->next == waiting.head ? NULL : t->next;
    if (t->domain == &p->domain) k_wake_parked(&waiting, t);
  }
  if (p->missed) signal_recheck();
  p->missed = 0;
}

long swap_let_go(long process, long unused, long unused2) {
  (void)unused, (void)unused2;
  release((struct process *)process);
  return 0;
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
  p->domain.control &= ~K_DOMAIN_TELL;
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
  pith_monitor(swap_let_go, (long)p, 0,
               0); /* a kernel entry of its own: what is more urgent comes in between */
}

struct family *family_pin(struct process *p) {
  struct family *f = p->family;

  if (!f) return NULL;
  pith_mutex_lock(&f->lock);
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

/* The process. Who has just been served has its turn before it has to leave: it is behind the swapper in the ready list. */
static long next_job(long unused, long unused2, long unused3) {
  struct pith_thread *t = most_urgent();
  struct family *last = served;

  (void)unused, (void)unused2, (void)unused3;
  served = NULL;
  if (!t) return NOTHING;
  set_priority();
  if (!last || process_of(t)->family != last || !process_of(t)->away) return (long)process_of(t);
  k_yield();
  return NOT_YET;
}

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
  pith_monitor(swap_let_go, (long)p, 0, 0);
}

static void swapper_main(void *unused) {
  (void)unused;
  for (;;) {
    long job;

    pith_sem_take(&work); /* one for each thread that waits */
    do job = pith_monitor(next_job, 0, 0, 0);
    while (job == NOT_YET);
    if (job != NOTHING) serve((struct process *)job);
  }
}

int family_start(void) {
  struct pith_thread_attr attr = {.name = "swapper",
                                  .priority = IDLE_PRIORITY,
                                  .stack = swapper_stack,
                                  .stack_size = sizeof swapper_stack};

  pith_timer_init(&share, share_over, 0);
  return pith_thread_init(&swapper, &attr, swapper_main, NULL);
}
#endif

/* fork() without an MMU: relatives have the same addresses, so one of them at a time is at home (versions.h).
 *
 *   AWAY --a thread of it gets the processor--> asked for --swapper--> AT HOME --another one is brought--> AWAY
 *
 * Who is away may have ready threads; the switch to one is refused (entered()) and the thread waits for the swapper, a
 * thread that is as urgent as the most urgent of those. Who is at home may touch the pages that are its own alone; the
 * first touch of another one is a fault, and the swapper makes a copy for the others first. The kernel looks at the memory of
 * a process only through reach(), which says no to a page that is not its own: a call that ends so is made
 * again when the swapper has been there, so a call checks all it was given before it changes anything.
 * Nothing is written to the stack of a thread whose process is away: its result is kept (result()).
 *
 * HAZARD: the processor stacks registers below SP without asking, and what fails there is lost. So the pages of the stacks
 * are made a process's own when it is made (fork.c), and those that it names for that later are looked at then.
 *
 * The swapper (swap.c) and the services of processes change versions under the family's lock, as threads; the kernel
 * context, which may come at any instruction of theirs, sees `own` and `away` alone, which change last. */
#include "calls.h"
#include "family.h"
#include "mpu.h"

#if PITH_FAMILIES
static struct family families[PITH_FAMILIES];
static const struct k_domain *calling; /* whose call is being made */
static uint32_t wanted;                /* pages it would have written to */

static struct process *of(const struct k_domain *d) { return (struct process *)(uintptr_t)d; }

/* ---- what is whose ---- */

uint32_t family_pages(const struct family *f, uint32_t from, uint32_t size) {
  uint32_t first = (from - f->base) / f->versions.unit,
           last = (from + (size - 1) - f->base) / f->versions.unit;

  return (2u << last) - (1u << first);
}

static bool in_block(const struct process *p, struct uslice s) {
  return k_is_within(s, p->block, p->block + p->block_size);
}

bool family_shares(const struct process *p, uint32_t address) {
  return p->family && in_block(p, (struct uslice){address, 1});
}

bool family_reaches(const struct process *p, struct uslice s) {
  return !p->away && in_block(p, s) && !(family_pages(p->family, s.base, s.length) & ~p->own);
}

/* p's pages as they are now, for it and for the MPU. */
void family_settle(struct family *f, struct process *p) {
  uint32_t own = versions_own(&f->versions, p->member);

  arch_mpu_block_pages(&p->domain.mpu[2 * ARCH_MPU_BLOCK_LOW], p->block, p->block_size, own);
  p->own = (uint16_t)own;
}

void family_split(struct family *f, struct process *p, uint32_t pages) {
  for (unsigned i = 0; i < f->versions.pages; i++)
    if (pages >> i & 1) versions_split(&f->versions, p->member, i, false);
  family_settle(f, p);
}

/* A service works on memory that stays, and makes it its process's own as it goes. */
static bool reach_now(struct process *p, uint32_t pages) {
  if (pith_mutex_owner(&p->family->lock) != pith_self()) return false;
  family_split(p->family, p, pages);
  return true;
}

static bool reach(const struct k_domain *d, struct uslice s, bool write) {
  struct process *p = of(d);
  uint32_t pages;

  if (p->away || !in_block(p, s) || k_is_guarded(s)) return false;
  pages = write ? family_pages(p->family, s.base, s.length) & ~p->own : 0;
  if (!pages) return true;
  if (!arch_exception()) return reach_now(p, pages);
  if (d == calling) wanted |= pages;
  return false;
}

/* ---- waiting for the swapper ---- */

bool family_is_any(void) {
  for (int i = 0; i < PITH_FAMILIES; i++)
    if (families[i].members) return true;
  return false;
}

static void touch(struct k_post *post, uint32_t n);
static struct k_post touch_post = {.apply = touch};
static struct pith_thread *toucher;

/* In the fault handler: nothing but what is known already. */
static bool touched(struct k_domain *d, uint32_t address) {
  struct process *p = of(d);
  struct uslice s = {address, 1};

  if (!in_block(p, s) || family_reaches(p, s)) return false;
  p->family->touched |= family_pages(p->family, address, 1);
  toucher = K->current;
  k_post(&touch_post);
  return true;
}

/* HAZARD: what was posted before it may have ended the thread, stopped it, or sent it to a handler. */
static void touch(struct k_post *post, uint32_t n) {
  (void)post, (void)n;
  if (toucher == K->current && !toucher->dead && !k_is_blocked(toucher)) swap_wait();
}

long process_paged_call(struct arch_frame *frame, unsigned number);

/* In place of the table's entries: switch.S. */
long process_paged_call(struct arch_frame *frame, unsigned number) {
  struct pith_thread *t = K->current;
  k_function *f = k_process_functions[number];
  uint32_t first = frame->r0;
  long result;

  if (!f) return -ENOSYS;
  wanted = 0;
  calling = t->domain;
  result = f(first, frame->r1, frame->r2, frame->r3);
  calling = NULL;
  if (!wanted || result != -EFAULT || t->dead || k_is_blocked(t)) return result;
  of(t->domain)->family->touched |= wanted;
  arch_call_restart(frame);
  swap_wait();
  return (long)first;
}

/* ---- results for those who are away ---- */

static struct uslice frame_of(const struct pith_thread *t) {
  const struct arch_frame *f = t == K->current ? arch_call_frame() : (const struct arch_frame *)(void *)t->sp;

  return (struct uslice){K_WORD(f), sizeof *f};
}

static void write_result(struct process_thread *t, unsigned how, long value) {
  struct uslice s = frame_of(&t->thread);
  struct arch_frame *f = (struct arch_frame *)(uintptr_t)s.base;

  if (!family_reaches(process_of(&t->thread), s)) return;
  if (how == RESULT_SKIP) arch_call_skip(f);
  if (how == RESULT_AGAIN) arch_call_restart(f);
  f->r0 = (uint32_t)value;
}

static void give_result(struct process_thread *t, unsigned how, long value) {
  struct process *p = process_of(&t->thread);

  if (!p->away) {
    write_result(t, how, value);
    return;
  }
  p->results += t->thread.own.result == RESULT_NONE;
  t->thread.own.result = how & 3;
  t->thread.timeout.deadline = value;
}

static void result(struct pith_thread *t, long value) {
  give_result((struct process_thread *)t, t->blocked == K_BLOCKED_RESTART ? RESULT_SKIP : RESULT_VALUE,
              value);
}

void family_again(struct process_thread *t) {
  give_result(t, RESULT_AGAIN, (long)thread_kept(t));
  k_wake_unchanged(&t->thread);
}

/* Its memory is at home, though it may not run yet. */
static long apply(long thread, long unused, long unused2) {
  struct process_thread *t = (struct process_thread *)thread;
  struct process *p = process_of(&t->thread);

  (void)unused, (void)unused2;
  if (t->thread.own.result == RESULT_NONE || !k_exists(&t->thread)) return 0;
  p->away = 0; /* so far as its own memory goes */
  write_result(t, t->thread.own.result, (long)t->thread.timeout.deadline);
  p->away = 1;
  p->results--;
  t->thread.own.result = RESULT_NONE;
  return 0;
}

void family_apply_results(struct process *p) {
  for (int i = 0; i < PITH_PROCESS_THREADS; i++)
    if (process_threads[i].thread.domain == &p->domain && process_threads[i].thread.own.result)
      pith_monitor(apply, (long)&process_threads[i], 0, 0);
}

bool family_defers_signals(struct process_thread *t) {
  struct process *p = process_of(&t->thread);

  if (!p->family || !(p->away || family_has_parked(t))) return false;
  p->missed |= ((t->thread.pending | p->pending) & ~t->mask) != 0;
  return true;
}

/* ---- members ---- */

static long join(long process, long family, long unused) {
  struct process *p = (struct process *)process;
  static const struct k_paged paged = {reach, touched, result};
  static const struct k_domain_ops ops = {.fault = process_fault, .paged = &paged, .name = process_name};

  (void)unused;
  p->family = (struct family *)family;
  p->domain.ops = &ops;
  p->domain.calls = k_calls_paged;
  p->domain.low = p->domain.high = 0;
  swap_share();
  if (K->domain == &p->domain) K->domain = NULL; /* so that it gets its calls */
  return 0;
}

struct family *family_new(struct process *p) {
  uint32_t unit = arch_mpu_block_page(p->block_size);
  struct family *f = families;

  while (f < families + PITH_FAMILIES && f->members) f++;
  if (f == families + PITH_FAMILIES) return NULL;
  pith_mutex_lock(&f->lock);
  versions_init(&f->versions, p->block, unit, p->block_size / unit);
  f->base = p->block;
  f->member[0] = f->resident = p;
  f->members = 1;
  f->touched = 0;
  p->member = 0;
  p->own = (uint16_t)((2u << (f->versions.pages - 1)) - 1);
  pith_monitor(join, (long)p, (long)f, 0);
  return f;
}

/* Alone again: a process like any other. */
static long dissolve(long process, long family, long unused) {
  struct process *p = (struct process *)process;
  struct k_domain *d = &p->domain;

  (void)unused;
  if (swap_arrive(process, family, 0)) return 1;
  d->ops = &process_ops;
  d->calls = k_calls_process;
  d->low = p->block;
  d->high = p->block + p->block_size;
  p->family = NULL;
  ((struct family *)family)->members = 0;
  swap_share_end();
  return 0;
}

static void end_family(struct family *f) {
  struct process *last = NULL;

  for (unsigned i = 0; i < VERSIONS_MEMBERS; i++)
    if (f->member[i]) last = f->member[i];
  /* HAZARD: relatives may end in one order and be reaped in another, and what the last one had be dropped before. */
  if (!family_is_worthless(last)) versions_bring(&f->versions, last->member);
  family_settle(f, last);
  while (pith_monitor(dissolve, (long)last, (long)f, 0)) family_apply_results(last);
  swap_let_go(last);
  f->member[last->member] = f->resident = NULL;
  f->versions = (struct versions){.unit = 0};
  f->base = 0;
}

void family_remove(struct family *f, struct process *p) {
  uintptr_t shadow;

  versions_drop(&f->versions, p->member);
  f->member[p->member] = NULL;
  f->members--;
  if (f->resident == p) f->resident = NULL;
  shadow = versions_release(&f->versions);
  pith_mutex_lock(&process_lock);
  pool_give(&process_pool, (uint32_t)shadow);
  pith_mutex_unlock(&process_lock);
  if (f->members == 1) end_family(f);
  else if (f->resident) family_settle(f, f->resident);
}

bool family_leave(struct process *p) {
  struct family *f = p->family;
  bool member;

  if (!f) return false;
  pith_mutex_lock(&f->lock);
  member = p->family == f;
  if (member) family_remove(f, p);
  pith_mutex_unlock(&f->lock);
  return member;
}

#endif

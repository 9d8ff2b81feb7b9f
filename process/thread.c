/* Threads of processes: slots of a fixed table, so that no process makes the kernel allocate. The stack is the
 * process's, and what lies there an allegation; the control block, with the registers, is the kernel's.
 *
 *   free --create--> alive --exit--> zombie --join--> free        detached: alive --exit--> free
 *
 * The last threads of a process keep their slots until it is reaped, for the report.
 *
 * HAZARD: the thread that ends is the running one, and the switch away from it saves its registers to its slot
 * afterwards. A free slot is taken by a later entry into the kernel only, so that does no harm. */
#include "calls.h"
#include "internal.h"
#include "mem.h"
#include "mpu.h"

enum { R9 = 5 /* in r4_r11 */, GENERATIONS = 0x3FFFFF };

struct process_thread process_threads[PITH_PROCESS_THREADS];

static bool is_alive(const struct process_thread *t) { return k_exists(&t->thread); }

/* The report on a process that has ended tells of the threads it had. */
static bool is_free(const struct process_thread *t) {
  if (t->thread.own.last && process_of(&t->thread)->state == PROCESS_ENDED) return false;
  return !is_alive(t) && !t->thread.own.zombie;
}

static struct process_thread *find_slot(void) {
  for (int i = 0; i < PITH_PROCESS_THREADS; i++)
    if (is_free(&process_threads[i])) return &process_threads[i];
  return NULL;
}

static uint32_t next_tid(const struct process_thread *t) {
  uint32_t generation = ((t->thread.tid >> 8) + 1) & GENERATIONS;

  return (generation ? generation : 1) << 8 | (uint32_t)(t - process_threads + 1);
}

static struct process_thread *slot_of(const struct process *p, uint32_t tid) {
  struct process_thread *t = &process_threads[(tid & 0xFF) - 1];

  if (!(tid & 0xFF) || (tid & 0xFF) > PITH_PROCESS_THREADS) return NULL;
  if (t->thread.tid != tid || t->thread.domain != &p->domain) return NULL;
  return is_alive(t) || t->thread.own.zombie ? t : NULL;
}

struct process_thread *thread_by_tid(const struct process *p, uint32_t tid) {
  struct process_thread *t = slot_of(p, tid);

  return t && is_alive(t) ? t : NULL;
}

static void set_policy(struct process_thread *t, unsigned policy) {
  if (!PITH_PROCESS_SLICE) return;
  t->thread.flags = (uint8_t)(policy == PITH_POLICY_FIFO ? t->thread.flags & ~K_TAKES_TURNS : t->thread.flags | K_TAKES_TURNS);
}

/* Dormant, its first frame on its stack; the caller has checked that the stack is p's. */
struct process_thread *thread_new(struct process *p, const struct pith_thread_start *start) {
  struct pith_thread_attr attr = {.priority = (uint8_t)start->priority,
                                  .flags = PITH_DORMANT,
                                  .stack = (void *)(uintptr_t)start->stack,
                                  .stack_size = start->stack_size};
  struct process_thread *t = find_slot();
  struct arch_frame *frame;
  uint32_t tid;

  if (!t || R->threads >= PITH_THREADS || p->threads >= p->bounds.threads) return NULL;
  tid = next_tid(t);
  *t = (struct process_thread){.thread = {.sp = NULL}};
  k_thread_setup(&t->thread, &attr, (void (*)(void *))(uintptr_t)start->entry, (void *)(uintptr_t)start->arg,
                 &p->domain);
  t->thread.tid = tid;
  t->thread.own.detached = (start->flags & PITH_THREAD_DETACHED) != 0;
  set_policy(t, start->flags & PITH_POLICY_MASK ? ((start->flags & PITH_POLICY_MASK) >> 8) - 1 : PITH_POLICY_OTHER);
  frame = (struct arch_frame *)(void *)t->thread.sp;
  frame->lr = 0; /* a debugger's backtrace ends here */
  t->thread.r4_r11[R9] = start->got;
  p->threads++;
  p->slots++;
  return t;
}

#if PITH_FAMILIES
/* The same thread in another process, as it stands in its call; its stack is at its addresses there, too. */
struct process_thread *thread_copy(struct process *p, const struct process_thread *from) {
  struct pith_thread_attr attr = {.priority = from->thread.base, .flags = PITH_DORMANT};
  struct process_thread *t = find_slot();
  uint32_t tid;

  if (!t || R->threads >= PITH_THREADS || p->threads >= p->bounds.threads) return NULL;
  tid = next_tid(t);
  *t = (struct process_thread){.thread = {.sp = NULL}};
  if (signal_stack_set(t, signal_stack(from))) return NULL;
  thread_set_mask(t, thread_mask(from));
  k_thread_setup(&t->thread, &attr, NULL, NULL, &p->domain);
  t->thread.tid = tid;
  t->thread.own.alt = from->thread.own.alt;
  set_policy(t, thread_policy(from));
  t->thread.stack = from->thread.stack;
  t->thread.stack_size = from->thread.stack_size;
  t->thread.sp = from->thread.sp;
  t->thread.resume = from->thread.resume;
  memcpy(t->thread.r4_r11, from->thread.r4_r11, sizeof t->thread.r4_r11);
#if defined(__ARM_FP)
  memcpy(t->thread.s16_s31, from->thread.s16_s31, sizeof t->thread.s16_s31);
#endif
#if PITH_STACK_GUARDS
  t->thread.guard = from->thread.guard;
#endif
  p->threads++;
  p->slots++;
  return t;
}
#endif

static void free_slot(struct process_thread *t) {
  process_of(&t->thread)->slots -= t->thread.own.zombie;
  t->thread.own.zombie = 0;
}

/* *value of a joiner that waits: its process may have changed since, so it is checked again. False: the joiner will look for
 * itself. */
static bool hand_over(struct pith_thread *joiner, int32_t value) {
  const struct arch_frame *frame = (const struct arch_frame *)(void *)joiner->sp;
  uint32_t to = 0;
  long result = 0;

  if (k_paged(joiner->domain)) {
    family_again((struct process_thread *)joiner);
    return false;
  }
  if (k_user_readable(joiner->domain, (struct uslice){K_WORD(frame), sizeof *frame})) to = frame->r1;
  if (to) result = k_copy_to_user(joiner->domain, (struct uslice){to, sizeof value}, &value);
  k_wake_with(joiner, result);
  return true;
}

/* The joiner goes first: the kernel would take it for one of its own threads. */
void thread_end(struct process_thread *t, int value) {
  struct process *p = process_of(&t->thread);
  struct pith_thread *joiner = t->thread.joiner.head;
  bool joined = joiner && hand_over(joiner, value);

#if PITH_ACCOUNTING
  k_account_now();
  p->cycles += t->thread.cycles;
#endif
#if PITH_PROCESS_SIGNALS
  t->thread.pending = 0; /* where the kernel finds its joiners */
#endif
  k_thread_end(&t->thread, value);
  k_thread_forget(&t->thread);
  futex_thread_ended(&t->thread);
  service_thread_ended(t);
  if (t->thread.own.alt) signal_stack_set(t, (struct uslice){0, 0});
  p->threads--;
  t->thread.own.zombie = !t->thread.own.detached && !joined;
  if (t->thread.own.result) p->results--;
  t->thread.own.result = 0;
  p->slots -= !t->thread.own.zombie;
}

uint8_t thread_end_all(struct process *p) {
  uint8_t most_urgent = PITH_PRIORITIES - 1;

  for (struct process_thread *t = process_threads; p->slots && t < process_threads + PITH_PROCESS_THREADS; t++) {
    if (t->thread.domain != &p->domain) continue;
    t->thread.joiner.head = NULL; /* its joiner ends as well */
    if (is_alive(t)) {
      t->thread.own.last = 1;
      t->thread.own.detached = 1;
      if (t->thread.base < most_urgent) most_urgent = t->thread.base;
      thread_end(t, 0);
    }
    free_slot(t);
  }
  return most_urgent;
}

void thread_end_others(struct process_thread *keep) {
  struct process *p = process_of(&keep->thread);

  for (int i = 0; i < PITH_PROCESS_THREADS; i++) {
    struct process_thread *t = &process_threads[i];

    if (t->thread.domain != &p->domain || t == keep) continue;
    t->thread.joiner.head = NULL;
    if (is_alive(t)) {
      t->thread.own.detached = 1;
      thread_end(t, 0);
    }
    free_slot(t);
  }
}

void process_hold(struct process *p, bool hold) {
  for (int i = 0; i < PITH_PROCESS_THREADS; i++) {
    struct pith_thread *t = &process_threads[i].thread;

    if (t->domain != &p->domain || !k_exists(t)) continue;
    if (hold) k_thread_suspend(t);
    else k_thread_resume(t);
  }
  if (!hold) signal_recheck();
}

bool thread_can_be_woken(const struct process_thread *t) {
  const struct pith_thread *k = &t->thread;

  return !k->dead && k_is_blocked(k) && k->blocked != K_STOPPED && !(k->flags & PITH_DORMANT) &&
         !k->wait_mutex && !service_has_parked(t) && !family_has_parked(t);
}

long thread_may_wait(void) {
  struct pith_thread *t = K->current;

  if (!(t->flags & K_INTERRUPTED)) return 0;
  t->flags &= (uint8_t)~K_INTERRUPTED;
  return -ECANCELED;
}

/* ---- calls ---- */

static long check_priority(const struct process *p, int32_t priority) {
  if (priority < 0 || priority > PITH_PRIORITIES - 2) return -EINVAL;
  return priority < p->ceiling ? -EPERM : 0;
}

long p_call_thread_create(uint32_t start_) {
  struct process *p = process_current();
  struct pith_thread_start start;
  struct process_thread *t;
  long error = k_copy_from_user(&p->domain, &start, (struct uslice){start_, sizeof start});

  if (error) return error;
  if (start.flags & ~(PITH_THREAD_DETACHED | PITH_POLICY_MASK) || start.stack % 8 || start.stack_size % 8) return -EINVAL;
  if (start.stack_size < PITH_THREAD_STACK_MIN) return -EINVAL;
  if (start.priority == -1) start.priority = K->current->base;
  if (PITH_PROCESS_SLICE && !(start.flags & PITH_POLICY_MASK)) start.flags |= PITH_WITH_POLICY(thread_policy(thread_current()));
  error = check_priority(p, start.priority);
  if (error) return error;
  if (start.stack < p->block || start.stack >= p->block + p->block_size ||
      start.stack_size > p->block + p->block_size - start.stack)
    return -EFAULT;
  if (!k_user_writable(&p->domain, (struct uslice){start.stack, start.stack_size})) return -EFAULT;
  t = thread_new(p, &start);
  if (!t) return -EAGAIN;
#if PITH_STACK_GUARDS
  t->thread.guard = arch_mpu_guard(start.stack);
#endif
  thread_set_mask(t, thread_mask(thread_current()));
  k_thread_start(&t->thread);
  return (long)t->thread.tid;
}

long p_call_thread_exit(int value) {
  struct process *p = process_current();

  if (p->threads == 1) process_end(p, PROCESS_EXITED, 0);
  else thread_end(thread_current(), value);
  return 0;
}

long p_call_thread_join(uint32_t tid, uint32_t value, int64_t us) {
  struct process *p = process_current();
  struct process_thread *t = slot_of(p, tid);
  long error;

  if (!t) return -ESRCH;
  if (t == thread_current()) return -EDEADLK;
  if (t->thread.own.detached) return -EINVAL;
  if (!t->thread.own.zombie && t->thread.joiner.head) return -EBUSY;
  if (value && !k_user_writable(&p->domain, (struct uslice){value, sizeof t->thread.exit_value})) return -EFAULT;
  if (t->thread.own.zombie) {
    if (value) k_copy_to_user(&p->domain, (struct uslice){value, sizeof t->thread.exit_value}, &t->thread.exit_value);
    free_slot(t);
    return 0;
  }
  error = thread_may_wait();
  if (error) return error;
  thread_keep(thread_current(), tid);
  return k_wait(&t->thread.joiner, process_deadline(us));
}

long p_call_thread_detach(uint32_t tid) {
  struct process_thread *t = slot_of(process_current(), tid);

  if (!t) return -ESRCH;
  if (t->thread.own.detached) return -EINVAL;
  if (!t->thread.own.zombie && t->thread.joiner.head) return -EBUSY;
  t->thread.own.detached = 1;
  free_slot(t);
  return 0;
}

long p_call_thread_self(void) { return (long)K->current->tid; }

long p_call_thread_priority(uint32_t tid, int32_t priority) {
  struct process *p = process_current();
  struct process_thread *t = thread_by_tid(p, tid);
  long before, error;

  if (!t) return -ESRCH;
  before = t->thread.base;
  if (priority == -1) return before;
  error = check_priority(p, priority);
  if (error) return error;
  t->thread.base = (uint8_t)priority;
  k_mutex_inherit(&t->thread);
  return before;
}

long p_call_thread_policy(uint32_t tid, int32_t policy) {
  struct process_thread *t = thread_by_tid(process_current(), tid);
  long before;

  if (!t) return -ESRCH;
  if (policy == PITH_POLICY_SPAN) return PITH_PROCESS_SLICE;
  if (policy < -1 || policy > PITH_POLICY_FIFO) return -EINVAL;
  before = thread_policy(t);
  if (policy >= 0) set_policy(t, (unsigned)policy);
  return before;
}

long p_call_thread_interrupt(uint32_t tid) {
  struct process_thread *t = thread_by_tid(process_current(), tid);
  long error;

  if (!t) return -ESRCH;
  if (!thread_can_be_woken(t)) {
    t->thread.flags |= K_INTERRUPTED;
    return 0;
  }
#if PITH_PROCESS_SIGNALS
  if (t->thread.own.suspends) t->mask = thread_kept(t);
  t->thread.own.suspends = 0;
#endif
  error = stream_cut_short(&t->thread, -ECANCELED);
  if (error > 0) t->thread.flags |= K_INTERRUPTED; /* its next wait ends */
  k_wake_with(&t->thread, error);
  return 0;
}

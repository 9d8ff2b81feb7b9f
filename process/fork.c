/* fork(): the child is made in the service's thread, while its parent stands still.
 *
 * Memory: one shadow for the family, as large as the block; after that nothing needs memory. Pages in which stacks lie are
 * made the child's own at once, all others are shared until somebody touches them. The child is at home and runs first,
 * the parent's result waits for it to come home.
 *
 * Of a stack what lies below SP is of no worth, but the processor saves registers there: pages that are wholly below
 * need no copy. SP may go up by an addition alone, so pages above it belong to the stack, too. */
#include "calls.h"
#include "family.h"
#include "files.h"
#include "mem.h"
#include "mpu.h"

enum { FRAME = 112 /* bytes below SP that an exception takes */ };

#if PITH_FAMILIES
struct fork {
  struct process *parent, *child;
  struct process_thread *thread; /* of the parent's, that goes on in the child */
  struct family *family;
  uint32_t shadow;
  bool founded; /* the family is new, and its lock this thread's */
};

static long may_fork(const struct process *p) {
  const struct uslice frame = {K_WORD(arch_call_frame()), sizeof(struct arch_frame)};

  if (!arch_mpu_regions()) return -ENOSYS;
  if (p->share) return -EPERM;
  if (process_is_copied(p)) return -ENOTSUP;
  return k_is_within(frame, p->block, p->block + p->block_size) ? 0 : -EFAULT;
}

long p_call_fork(void) {
  long error = may_fork(process_current());

  return error ? error : service_enter(process_fork_service, K_WORD(K->current), 0);
}

/* ---- its memory ---- */

/* Slots and memory, or nothing. */
static int reserve(struct fork *f) {
  struct process *p = f->parent;
  int error;

  pith_mutex_lock(&process_lock);
  error = process_find_slot(&f->child);
  if (!error) {
    f->shadow = pool_take(&process_pool, p->block_size, 32);
    error = f->shadow ? 0 : -ENOMEM;
  }
  if (!error) {
    f->child->pid = process_next_pid();
    f->child->state = PROCESS_LOADING;
  }
  pith_mutex_unlock(&process_lock);
  return error;
}

static void give_back(struct fork *f) {
  pith_mutex_lock(&process_lock);
  pool_give(&process_pool, f->shadow);
  f->child->state = PROCESS_FREE;
  pith_mutex_unlock(&process_lock);
}

static int free_member(const struct family *f) {
  int i = 0;

  while (i < VERSIONS_MEMBERS && f->member[i]) i++;
  return i < VERSIONS_MEMBERS ? i : -1;
}

/* The parent's family, with room for the child. */
static int find_family(struct fork *f) {
  f->family = f->parent->family;
  if (!f->family) {
    f->family = family_new(f->parent);
    f->founded = f->family;
  }
  return f->family && free_member(f->family) >= 0 ? 0 : -EAGAIN;
}

static void split_range(struct fork *f, uint32_t from, uint32_t size, uint32_t dead_end) {
  struct versions *v = &f->family->versions;
  uint32_t pages = size ? family_pages(f->family, from, size) : 0;

  for (unsigned i = 0; i < v->pages; i++) {
    uint32_t low = f->family->base + i * v->unit;

    if (pages >> i & 1) versions_split(v, f->child->member, i, low >= from && low + v->unit <= dead_end);
  }
}

/* The stacks of the parent's threads, and where they handle signals. SP may be somewhere else. */
static void split_stacks(struct fork *f) {
  uint32_t sp = K_WORD(f->thread->thread.sp), low = sp - FRAME;

  for (int i = 0; i < PITH_PROCESS_THREADS; i++) {
    const struct process_thread *t = &process_threads[i];
    bool here = t == f->thread && sp - K_WORD(t->thread.stack) < t->thread.stack_size;

    if (t->thread.domain != &f->parent->domain || !k_exists(&t->thread)) continue;
    split_range(f, K_WORD(t->thread.stack), t->thread.stack_size, here ? sp : 0);
    split_range(f, signal_stack(t).base, signal_stack(t).length, 0);
  }
  split_range(f, low < f->family->base ? f->family->base : low, 2 * FRAME, 0);
}

/* ---- into the kernel ---- */

/* What the parent is, but for what is a process's own. */
static void copy(const struct process *from, struct process *to) {
  int16_t pid = to->pid;

  *to = *from;
  to->pid = pid;
  to->parent = from->pid;
  to->state = PROCESS_LOADING;
  to->orphan = to->stopped = to->served = to->missed = to->news = 0;
  to->threads = to->slots = to->results = 0;
  to->children = 0;
  memset(to->fd, 0, sizeof to->fd);
  to->files = 0;
  to->cwd = NULL;
  to->objects_memory = 0;
  to->waste = 0;
  to->waiting = (struct k_waitq){NULL};
  to->pending = 0;
#if PITH_ACCOUNTING
  to->cycles = 0;
#endif
  to->told = NULL;
  clocks_set(to, 0);
}

static long launch(long fork_, long unused, long unused2) {
  struct fork *f = (struct fork *)fork_;
  struct process *p = f->child;
  struct process_thread *t;

  (void)unused, (void)unused2;
  if (f->parent->state != PROCESS_ALIVE || f->thread->thread.dead) return -ESRCH;
  if (files_inherit_cwd(f->parent, p)) return -ENOMEM;
  t = thread_copy(p, f->thread);
  if (!t) {
    if (p->cwd) heap_free(&R->heap, p->cwd);
    return -EAGAIN;
  }
  handle_copy_all(f->parent, p);
  files_copy_all(f->parent, p);
  f->parent->children++;
  p->domain.control &= ~K_DOMAIN_AWAY;
  p->away = 0;
  p->state = PROCESS_ALIVE;
  f->family->resident = p;
  k_thread_start(&t->thread);
  return p->pid;
}

/* With its memory, and the parent's, as they will be. */
static long make(struct fork *f) {
  struct family *m = f->family;
  struct process *p = f->child;
  unsigned number = (unsigned)free_member(m);
  long result;

  family_freeze(f->parent);
  m->resident = NULL;
  copy(f->parent, p);
  p->member = (uint8_t)number;
  m->member[number] = p;
  m->members++;
  versions_share(&m->versions, f->parent->member, number, f->shadow);
  split_stacks(f);
  ((struct arch_frame *)(void *)f->thread->thread.sp)->r0 = 0;
  family_settle(m, p);
  result = pith_monitor(launch, (long)f, 0, 0);
  if (result < 0) {
    family_remove(m, p);
    p->state = PROCESS_FREE;
  }
  return result;
}

long process_fork_service(struct process *parent, uint32_t thread, uint32_t unused) {
  struct fork f = {.parent = parent, .thread = (struct process_thread *)(uintptr_t)thread};
  long result = reserve(&f);

  (void)unused;
  if (result) return result;
  result = find_family(&f);
  if (!result) result = make(&f);
  else give_back(&f);
  if (f.founded) pith_mutex_unlock(&f.family->lock);
  return result;
}
#endif

/* The end of a process, in the kernel context wherever its threads are, and what is left of it.
 *
 *   FREE -> LOADING (load.c, a thread) -> ALIVE -> ENDED (kernel) -> REAPED (reaper) -> FREE (its parent waits)
 *
 * Ending takes every thread off the processor and closes the handles at once, in bounded time; all that
 * may take longer (the report, the memory) is the reaper's. HAZARD: the process that ends may be the one
 * that runs, its stack the one the hardware will save to: its memory is not given back before the switch
 * away from it, which the reaper, being a thread, cannot run before.
 *
 * A child whose parent has ended is the kernel's and goes without anybody waiting for it, and so does one whose parent
 * ignores SIGCHLD. */
#include "calls.h"
#include "files.h"
#include "load.h"
#include "lock.h"
#include "mem.h"
#include "sigcontext.h"

enum { REAPER_STACK = 2560 }; /* it closes files: fs/littlefs.c needs most of it */

struct process process_table[PITH_PROCESSES];
const struct process_console *process_console;
struct pith_mutex process_lock = PITH_MUTEX_INIT;
struct pool process_pool;

static struct pith_sem work = PITH_SEM_INIT(0);
static struct pith_thread reaper;
static uint64_t reaper_stack[REAPER_STACK / 8];

struct process *process_by_pid(int pid) {
  for (int i = 0; i < PITH_PROCESSES; i++)
    if (process_table[i].state != PROCESS_FREE && process_table[i].pid == pid) return &process_table[i];
  return NULL;
}

pith_time process_deadline(int64_t us) {
  if (us < 0 || us > INT64_MAX / PITH_TICK_HZ - 1000000) return PITH_FOREVER;
  return pith_deadline((us * PITH_TICK_HZ + 999999) / 1000000);
}

/* ---- in the kernel ---- */

_Static_assert(offsetof(struct process, handle) == sizeof(struct k_domain),
               "the assembly finds the handles there");

/* As urgent as it was itself, at least in the middle: nothing less urgent keeps what it had from coming back, and of equals each
 * has its turn. More urgent than a process that the system waits for was allowed to be. Who waits for its end lends its own
 * priority. */
static uint8_t reaper_priority(const struct process *p) {
  const struct process *parent = p->parent ? process_by_pid(p->parent) : NULL;

  return parent && parent->waiting.head && parent->waiting.head->priority < p->ceiling ? parent->waiting.head->priority
                                                                                       : p->ceiling;
}

static void hurry_for(const struct process *p) {
  uint8_t urgency;

  if (!REAPER_HURRIES) return;
  urgency = reaper_priority(p);
  if (urgency >= reaper.base) return;
  reaper.base = urgency;
  k_mutex_inherit(&reaper);
}

/* As urgent as the most urgent of what it has to do. */
void process_hurry(void) {
  if (!REAPER_HURRIES) return;
  reaper.base = REAPER_PRIORITY;
  for (int i = 0; i < PITH_PROCESSES; i++)
    if (process_table[i].state == PROCESS_ENDED) hurry_for(&process_table[i]);
  if (reaper.base == REAPER_PRIORITY) k_mutex_inherit(&reaper);
}

void process_sweep(void) {
  process_hurry();
  k_sem_give(&work, 1);
}

static void leave_children(struct process *p) {
  for (int i = 0; p->children && i < PITH_PROCESSES; i++) {
    struct process *child = &process_table[i];

    if (child->state == PROCESS_FREE || child->parent != p->pid) continue;
    p->children--;
    child->parent = 0;
    child->orphan = 1;
    if (child->state == PROCESS_REAPED) child->state = PROCESS_FREE;
  }
}

void process_end(struct process *p, enum process_cause cause, int status) {
  unsigned urgency;

  if (p->state != PROCESS_ALIVE) return;
  p->state = PROCESS_ENDED;
  p->cause = (uint8_t)cause;
  p->status = status;
  urgency = thread_end_all(p);
  if (REAPER_HURRIES) {
    if (cause == PROCESS_FAULTED && (int)urgency < REAPER_PRIORITY) urgency = REAPER_PRIORITY; /* what is told of it takes long */
    if (p->told) urgency = p->ceiling ? p->ceiling - 1u : 0;
    p->ceiling = (uint8_t)urgency;
  }
  clocks_stop(p);
  budget_stop(p);
  handle_close_all(p);
  files_release_all(p);
  futex_forget(p, p->block, p->block_size);
  leave_children(p);
  hurry_for(p);
  k_sem_give(&work, 1);
}

void process_fault(struct pith_thread *t) {
  struct process *p = process_of(t);

  if (signal_fault((struct process_thread *)t)) return;
  process_end(p, PROCESS_FAULTED, arch_signal_of_fault(&arch_last_fault));
  p->fault = arch_last_fault;
  p->culprit = (const struct process_thread *)t;
}

static long kill(long pid, long unused, long unused2) {
  struct process *p = process_by_pid((int)pid);

  (void)unused, (void)unused2;
  if (!p || p->state != PROCESS_ALIVE) return -ESRCH;
  process_end(p, PROCESS_KILLED, PITH_SIGKILL);
  return 0;
}

int process_kill(int pid) { return (int)pith_monitor(kill, pid, 0, 0); }

/* ---- waiting for a child ---- */

bool process_is_meant(const struct process *child, const struct process *parent, long which) {
  if (child->state == PROCESS_FREE || child->parent != parent->pid) return false;
  if (which == -1) return true;
  if (which > 0) return child->pid == which;
  return child->group == (which ? -which : parent->group);
}

/* What the parent is told, stored for it; the child is gone then. */
long process_hand_over(struct process *child, const struct k_domain *d, uint32_t to) {
  struct pith_ended e = {.cause = child->cause == PROCESS_EXITED    ? PITH_ENDED_EXIT
                                  : child->cause == PROCESS_FAULTED ? PITH_ENDED_FAULT
                                                                    : PITH_ENDED_SIGNAL,
                         .status = child->status,
                         .cpu_us = process_cpu_us(child)};
  long error = 0;

  if (child->cause == PROCESS_FAULTED)
    e.address = child->fault.has_address ? child->fault.address : child->fault.reg[ARCH_PC];
  if (to) error = k_copy_to_user(d, (struct uslice){to, sizeof e}, &e);
  if (error) return error;
  child->state = PROCESS_FREE;
  process_by_pid(child->parent)->children--;
  return child->pid;
}

/* A thread of the parent that waits for this child gets it. */
static bool serve_waiter(struct process *child, struct process *parent) {
  struct pith_thread *t = parent->waiting.head;

  for (; t; t = t->next == parent->waiting.head ? NULL : t->next) {
    const struct arch_frame *f = (const struct arch_frame *)(void *)t->sp;

    if (t->blocked == K_BLOCKED_RESTART) continue; /* in p_call_wait4() */
    if (k_paged(t->domain) && process_is_meant(child, parent, (long)(uintptr_t)t->wait_data)) {
      family_again((struct process_thread *)t);
      return true;
    }
    if (!k_user_readable(t->domain, (struct uslice){K_WORD(f), sizeof *f})) continue;
    if (!process_is_meant(child, parent, (long)(uintptr_t)t->wait_data)) continue;
    k_wake_with(t, process_hand_over(child, t->domain, f->r1));
    return child->state == PROCESS_FREE;
  }
  return false;
}

static bool has_child(const struct process *p, long which) {
  for (int i = 0; i < PITH_PROCESSES; i++)
    if (process_is_meant(&process_table[i], p, which)) return true;
  return false;
}

/* It goes untold. Waits that it was the last child of end. */
static void let_go(struct process *child, struct process *parent) {
  struct pith_thread *t = parent->waiting.head, *next;

  child->state = PROCESS_FREE;
  parent->children--;
  for (; t; t = next) {
    next = t->next == parent->waiting.head ? NULL : t->next;
    if (t->blocked == K_BLOCKED_RESTART) continue; /* in p_call_wait4(), see below */
    if (k_paged(t->domain)) family_again((struct process_thread *)t);
    else if (!has_child(parent, (long)(uintptr_t)t->wait_data)) k_wake_with(t, -ECHILD);
  }
  jobs_wake_parent(parent);
}

/* Threads of the kernel's that wait for a child of its: wait_data says for which. */
static struct k_waitq waiters;

static void end_wait(const struct process *p) {
  struct pith_thread *t = waiters.head;

  while (t && t->wait_data != p) t = t->next == waiters.head ? NULL : t->next;
  if (t) k_wake_with(t, 0);
}

void process_reaped(struct process *p) {
  struct process *parent = p->parent ? process_by_pid(p->parent) : NULL;

  p->state = PROCESS_REAPED;
  if (p->orphan ||
      (p->parent && (!parent || parent->state != PROCESS_ALIVE))) { /* that ended while it was loading */
    p->state = PROCESS_FREE;
  } else if (!parent) {
    end_wait(p);
    if (PITH_SERVICES && p->told) k_sem_give(p->told, 1);
  } else {
    if (signal_frees_children(parent)) let_go(p, parent);
    else if (!serve_waiter(p, parent)) jobs_wake_parent(parent);
    signal_send(parent, PITH_SIGCHLD);
  }
}

long p_call_wait(long which, uint32_t to, int64_t us) {
  struct process *p = process_current();
  bool any = false;
  long error;

  if (to && !k_user_writable(&p->domain, (struct uslice){to, sizeof(struct pith_ended)})) return -EFAULT;
  for (int i = 0; i < PITH_PROCESSES; i++) {
    struct process *child = &process_table[i];

    if (!process_is_meant(child, p, which)) continue;
    if (child->state == PROCESS_REAPED) return process_hand_over(child, &p->domain, to);
    any = true;
  }
  if (!any) return -ECHILD;
  error = thread_may_wait();
  if (error) return error;
  K->current->wait_data = (void *)(uintptr_t)which;
  error = k_wait(&p->waiting, process_deadline(us));
  process_hurry();
  return error;
}

static long wait_reaped(long process, long deadline, long unused) {
  const struct process *p = (const struct process *)process;

  (void)unused;
  if (p->state == PROCESS_REAPED) return 0;
  K->current->wait_data = (void *)process;
  return k_wait(&waiters, *(const pith_time *)deadline);
}

/* The same for the kernel's own children, by a thread of it. */
int process_wait(int pid, struct process_result *result, pith_time deadline) {
  struct process *p = process_by_pid(pid);
  int error;

  if (!p || p->parent || p->orphan) return -ESRCH;
  error = (int)pith_monitor(wait_reaped, (long)p, (long)&deadline, 0);
  if (error) return error;
  *result = (struct process_result){.cause = p->cause, .status = p->status};
  p->state = PROCESS_FREE;
  return 0;
}

/* ---- the reaper ---- */

static void sweep_images(struct process *p) {
  pith_mutex_lock(&process_lock);
  p->file = NULL;
  image_sweep();
  pith_mutex_unlock(&process_lock);
}

static long reaped(long p, long unused, long unused2) {
  (void)unused, (void)unused2;
  process_reaped((struct process *)p);
  process_hurry();
  return 0;
}

static void reap(struct process *p) {
  struct family *f = p->cause == PROCESS_FAULTED ? family_pin(p) : NULL;

  process_report(p);
  sweep_images(p);
#if PITH_FILES
  pith_free(p->cwd);
  p->cwd = NULL;
#endif
  family_unpin(f);
  if (!family_leave(p)) {
    pith_mutex_lock(&process_lock);
    pool_give(&process_pool, p->block);
    pith_mutex_unlock(&process_lock);
  }
  pith_monitor(reaped, (long)p, 0, 0);
}

static void reaper_main(void *unused) {
  (void)unused;
  for (;;) {
    pith_sem_take(&work);
    files_closing();
    if (!service_is_busy()) { /* else it kicks this thread when it is done */
      pith_mutex_lock(&process_lock);
      object_sweep();
      pith_mutex_unlock(&process_lock);
    }
    for (int i = 0; i < PITH_PROCESSES; i++)
      if (process_table[i].state == PROCESS_ENDED && !process_table[i].served) reap(&process_table[i]);
  }
}

void process_more_memory(uint32_t low, uint32_t high) { pool_add(&process_pool, low, high); }

int process_init(uintptr_t low, uintptr_t high, const struct process_console *console) {
  struct pith_thread_attr attr = {.name = "reaper",
                                  .priority = REAPER_PRIORITY,
                                  .stack = reaper_stack,
                                  .stack_size = sizeof reaper_stack};
  int error;

  process_console = console;
  pool_init(&process_pool, (uint32_t)low, (uint32_t)high);
  clocks_init();
  budget_init();
#if PITH_FILES
  jobs_init();
  poll_init();
  lock_init();
  pipes_init();
  timer_files_init();
#endif
  files_start(); /* without a console processes start without descriptors */
  error = service_start();
  if (!error) error = family_start();
  return error ? error : pith_thread_init(&reaper, &attr, reaper_main, NULL);
}

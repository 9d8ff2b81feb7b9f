/* Calls that take long: spawning, opening. They run in a thread of the kernel's, preemptible, at the priority of the
 * most urgent caller that waits; the caller is parked meanwhile.
 *
 * The memory of a process that is being served stays until the service is done, whatever becomes of the process:
 * the reaper waits for that. Its other threads go on and may change what they like there, so a service
 * copies once and then checks. They may also unmap shared memory and close it: what that lies in goes back to the pool when
 * no service is under way that began before. */
#include "files.h"
#include "mem.h"

enum { IDLE_PRIORITY = PITH_PRIORITIES - 4, STACK = 3072 };

static struct k_waitq waiting, served; /* served: at most one */
static struct pith_sem work = PITH_SEM_INIT(0);
static struct pith_thread service_thread;
#if PITH_FILES
static struct file *file; /* held by the call that is being done */
#endif
static bool busy;
static int caller; /* its pid */
static uint64_t stack[STACK / 8];

static void set_priority(void) {
  unsigned best = IDLE_PRIORITY;

  if (waiting.head && waiting.head->priority < best) best = waiting.head->priority;
  if (served.head && served.head->priority < best) best = served.head->priority;
  service_thread.base = (uint8_t)best;
  k_mutex_inherit(&service_thread);
}

long service_enter(service_function *f, uint32_t a, uint32_t b) {
  struct process_thread *t = thread_current();

  thread_keep(t, a);
  __builtin_memcpy(&t->thread.timeout, &(struct service_call){f, b}, sizeof(struct service_call));
  k_wait(&waiting, PITH_FOREVER);
  set_priority();
  return k_sem_give(&work, 1);
}

int service_caller(void) { return pith_self() == &service_thread ? caller : 0; }

bool service_has_parked(const struct process_thread *t) {
  return t->thread.wait == &waiting || t->thread.wait == &served;
}

bool service_is_busy(void) { return busy; }

/* ---- a file is held until its service is done ---- */

#if PITH_FILES
long service_enter_taking(service_function *f, struct file *taken, uint32_t a, uint32_t b) {
  thread_current()->thread.own.file = (uint8_t)(taken - vfs_files + 1);
  return service_enter(f, a, b);
}

long service_enter_file(service_function *f, struct file *held, uint32_t a, uint32_t b) {
  file_hold(held);
  return service_enter_taking(f, held, a, b);
}

struct file *service_file(void) {
  return file;
}

struct file *service_take_file(void) {
  struct file *taken = file;

  file = NULL;
  return taken;
}

static void let_go(struct file **held) {
  if (*held && file_release(*held)) process_sweep();
  *held = NULL;
}

static struct file *file_of(struct process_thread *t) {
  uint8_t place = t->thread.own.file;

  t->thread.own.file = 0;
  return place ? &vfs_files[place - 1] : NULL;
}

void service_thread_ended(struct process_thread *t) {
  struct file *held = file_of(t);

  let_go(&held);
}

static void take_file(struct process_thread *t) {
  file = file_of(t);
}

static void let_file_go(void) { let_go(&file); }
#else
static void take_file(struct process_thread *t) { (void)t; }
static void let_file_go(void) {}
#endif

/* The next caller, from one queue to the other; NULL if it is gone. */
static long begin(long unused, long unused2, long unused3) {
  struct pith_thread *t = waiting.head;

  (void)unused, (void)unused2, (void)unused3;
  if (!t) return 0;
  k_waitq_remove(&waiting, t);
  t->wait = &served;
  k_waitq_insert(&served, t);
  process_of(t)->served = 1;
  busy = true;
  take_file((struct process_thread *)t);
  set_priority();
  return (long)t;
}

static long finish(long process, long result, long unused) {
  struct process *p = (struct process *)process;
  struct process_thread *t = (struct process_thread *)served.head;

  (void)unused;
  p->served = 0;
  busy = false;
  let_file_go();
  if (t) {
    k_wake_with(&t->thread, result);
    signal_recheck();
  }
  if (p->state == PROCESS_ENDED || object_is_left()) process_sweep();
  set_priority();
  return 0;
}

static void service_main(void *unused) {
  (void)unused;
  for (;;) {
    struct process_thread *t;
    struct process *p;
    struct family *family;
    struct service_call call;
    long result;

    pith_sem_take(&work);
    t = (struct process_thread *)pith_monitor(begin, 0, 0, 0);
    if (!t) continue;
    p = process_of(&t->thread); /* stays, though t may end */
    family = family_pin(p);
    caller = p->pid;
    __builtin_memcpy(&call, &t->thread.timeout, sizeof call);
    result = call.run(p, thread_kept(t), call.b);
    caller = 0;
    family_unpin(family);
    pith_monitor(finish, (long)p, result, 0);
    files_closing(); /* the reaper may not get to run */
  }
}

int service_start(void) {
  struct pith_thread_attr attr = {
      .name = "service", .priority = IDLE_PRIORITY, .stack = stack, .stack_size = sizeof stack};

  return pith_thread_init(&service_thread, &attr, service_main, NULL);
}

/* ---- strings ---- */

uint32_t process_readable(const struct k_domain *d, uint32_t at) {
  if (!(d->control & 1)) return UINT32_MAX - at;
  if (at - (uint32_t)d->low < d->high - d->low) return (uint32_t)d->high - at;
  if (k_paged(d) && family_shares((const struct process *)(uintptr_t)d, at)) {
    const struct process *p = (const struct process *)(uintptr_t)d;

    return p->away ? 0 : p->block + p->block_size - at;
  }
  if (at - (uint32_t)d->text_low < d->text_high - d->text_low) return (uint32_t)d->text_high - at;
  if (at - (uint32_t)d->extra_low < d->extra_high - d->extra_low) return (uint32_t)d->extra_high - at;
  return 0;
}

long process_string(const struct k_domain *d, char *to, uint32_t from, uint32_t size) {
  uint32_t room = process_readable(d, from), n = 0;
  const char *s = (const char *)(uintptr_t)from;

  if (k_is_guarded((struct uslice){from, size})) return -EFAULT;
  for (;; n++) {
    if (n == room) return -EFAULT;
    if (n == size) return -ENAMETOOLONG;
    to[n] = s[n];
    if (!to[n]) return (long)n;
  }
}

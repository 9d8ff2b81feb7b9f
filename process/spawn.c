/* Starting a program as a new process: in the thread that asks, which may be the system's or the service's. */
#include "bits.h"
#include "files.h"
#include "load.h"
#include "mem.h"

enum { INHERIT_MAX = PITH_PROCESS_HANDLES, ACTIONS_MAX = PITH_FILES ? 64 : 0 };

static int last_pid;

int process_find_slot(struct process **out) {
  for (int i = 0; i < PITH_PROCESSES; i++) {
    if (process_table[i].state != PROCESS_FREE) continue;
    *out = &process_table[i];
    return 0;
  }
  return -EAGAIN;
}

/* ---- into the kernel ---- */

struct launch {
  struct process *p;
  const struct process_request *request;
  const struct load *load;
};

/* The process is alive and its thread may run: r0 argc, r1 argv, r2 envp, r9 the GOT. */
static long launch(long launch_, long unused, long unused2) {
  const struct launch *l = (const struct launch *)launch_;
  const struct load *m = l->load;
  struct process *p = l->p;
  struct pith_thread_start start = {.entry = m->entry,
                                    .arg = (uint32_t)m->argc,
                                    .got = m->got,
                                    .stack = m->block,
                                    .stack_size = m->argv - m->block,
                                    .priority = l->request->priority,
                                    .flags = PITH_THREAD_DETACHED | (PITH_PROCESS_SLICE ? PITH_WITH_POLICY(l->request->policy) : 0)};
  const struct process *parent = p->parent ? process_by_pid(p->parent) : NULL;
  struct process_thread *t;
  struct arch_frame *frame;
  long error;

  (void)unused, (void)unused2;
  if (parent && parent->state != PROCESS_ALIVE) return -ESRCH; /* gone meanwhile */
  if (budget_start(p, parent, &l->request->limits)) return -EAGAIN;
  t = thread_new(p, &start);
  if (!t) {
    budget_stop(p);
    return -EAGAIN;
  }
  frame = (struct arch_frame *)(void *)t->thread.sp;
  frame->r1 = m->argv;
  frame->r2 = m->envp;
  thread_set_mask(t, l->request->mask);
  p->state = PROCESS_ALIVE;
  clocks_start(p);
  error = k_thread_start(&t->thread);
  budget_join(p);
  return error;
}

static long inherit(long process, long request, long unused) {
  struct process *p = (struct process *)process, *parent = p->parent ? process_by_pid(p->parent) : NULL;
  const struct process_request *r = (const struct process_request *)request;

  (void)unused;
  if (parent && parent->state != PROCESS_ALIVE) return -ESRCH; /* where its handles were, its fault may be */
  for (uint32_t i = 0; parent && i < r->handle_count; i++) {
    long handle = handle_inherit(parent, r->handles[i], p);

    if (handle < 0) return handle;
  }
  if (!parent) files_console(p);
  else files_copy_all(parent, p);
  return parent ? files_inherit_cwd(parent, p) : 0;
}

static long give_up(long process, long unused, long unused2) {
  struct process *p = (struct process *)process;

  (void)unused, (void)unused2;
  handle_close_all(p);
  files_release_all(p);
  files_forget_cwd(p);
  return 0;
}

static int start(struct process *p, const struct process_request *r, const struct load *m, const char **why) {
  struct launch l = {p, r, m};
  int error;

  *why = WHY("a handle it is to inherit, or the kernel heap is full");
  error = (int)pith_monitor(inherit, (long)p, (long)r, 0);
  if (!error) error = actions_do(p, r, why);
  if (!error) {
    *why = WHY("too many threads, or shares of the processor");
    error = (int)pith_monitor(launch, (long)&l, 0, 0);
  }
  if (error) pith_monitor(give_up, (long)p, 0, 0);
  return error;
}

static int load(struct process *p, const struct process_request *r, struct load *m, const char **why) {
  const struct load_strings strings = {r->from, r->argv_from, K_WORD(r->argv), K_WORD(r->envp)};
  int error = load_measure(m, &strings, why);

  if (!error) error = load_allocate(m, p->bounds.memory, 0, 0, why);
  if (error) return error;
  load_fill(m);
  load_enter(m, p);
  error = load_arguments(m, &strings, 0, why);
  if (!error) error = start(p, r, m, why);
  if (error) load_give_back(m);
  return error;
}

/* ---- who and how much ---- */

static uint32_t lesser(uint32_t wish, uint32_t limit) { return wish && wish < limit ? wish : limit; }

/* A child's limits: what was asked for, never more than its parent's. */
static void set_limits(struct process *p, const struct process_request *r, const struct process *parent) {
  static const struct process_bounds system = {.memory = UINT32_MAX,
                                               .threads = PITH_PROCESS_THREADS_EACH,
                                               .handles = PITH_PROCESS_HANDLES,
                                               .objects_memory = PITH_OBJECTS_MEMORY};
  const struct process_bounds *top = parent ? &parent->bounds : &system;
  const struct pith_limits *w = &r->limits;

  p->bounds = (struct process_bounds){.memory = lesser(w->memory, top->memory),
                                      .threads = (uint8_t)lesser(w->threads, top->threads),
                                      .handles = (uint8_t)lesser(w->handles, top->handles),
                                      .objects_memory = lesser(w->objects_memory, top->objects_memory)};
}

static int check(const struct process_request *r, const struct process *parent, const char **why) {
  *why = WHY("priority out of range");
  if (r->priority > PITH_PRIORITIES - 2 || r->ceiling > r->priority) return -EINVAL;
  *why = WHY("priority above its parent's ceiling");
  if (parent && r->ceiling < parent->ceiling) return -EPERM;
  *why = WHY("a group that its parent may not enter");
  if (parent && r->group > 0 && !signal_may_enter(parent, r->group)) return -EPERM;
  *why = WHY("a share of the processor that cannot be, or above its parent's");
  return budget_may_be(&r->limits, parent) ? 0 : -EINVAL;
}

static void fill_map(const struct process *p, struct process_map *m) {
  *m = (struct process_map){.pid = p->pid,
                            .text = p->text,
                            .text_size = process_text_size(p),
                            .data = p->data,
                            .data_size = process_is_copied(p) ? load_plan.span : load_plan.data_memsz,
                            .stack = p->block,
                            .stack_size = process_stack_size(p),
                            .heap = p->brk_low,
                            .heap_size = p->block + p->block_size - p->brk_low,
                            .copied = process_is_copied(p)};
}

/* Still in somebody's mind: a process, a group it has led, the maker of an object. */
static bool is_known(int pid) {
  for (int i = 0; i < PITH_PROCESSES; i++) {
    const struct process *p = &process_table[i];

    if (p->state != PROCESS_FREE && (p->pid == pid || p->group == pid)) return true;
  }
  return object_has_maker(pid);
}

int process_next_pid(void) {
  do last_pid = last_pid < PID_MAX ? last_pid + 1 : 1;
  while (is_known(last_pid));
  return last_pid;
}

static int spawn_locked(const struct process_request *r, struct process *parent, const char **why,
                        struct process **out) {
  struct load m = {.file = r->file, .file_size = r->size};
  int error = check(r, parent, why);
  struct process *p;

  if (error) return error;
  *why = WHY("too many processes");
  if (process_find_slot(&p)) return -EAGAIN;
  memset(p, 0, sizeof *p);
  error = load_read(&m, why);
  if (error) return error;
  load_name(p, r->name);
  p->state = PROCESS_LOADING;
  p->pid = (int16_t)process_next_pid();
  if (parent) arch_atomic_add(&parent->spawns, 1);
  p->parent = parent ? parent->pid : 0;
  p->group = r->group < 0 && parent ? parent->group : r->group > 0 ? (int16_t)r->group : p->pid;
  p->ceiling = r->ceiling;
  p->manages = parent ? parent->manages : r->manages;
  if (PITH_SERVICES && !parent) p->told = r->told;
  signals_inherit(p, parent, r->sigdefault);
  clocks_set(p, r->heartbeat_us);
  set_limits(p, r, parent);
  error = load(p, r, &m, why);
  if (error) p->state = PROCESS_FREE;
  if (error && parent) arch_atomic_add(&parent->spawns, UINT32_MAX);
  *out = p;
  return error;
}

int process_spawn(const struct process_request *request, struct process_map *map, const char **why) {
  struct process_request r = *request;
  struct process *p = NULL;
  int error;

  if (!r.from) r.from = r.argv_from = &k_domain_kernel;
  pith_mutex_lock(&process_lock);
  error = spawn_locked(&r, request->parent ? process_by_pid(request->parent) : NULL, why, &p);
  if (!error) {
    error = p->pid;
    if (map) fill_map(p, map);
  }
  pith_mutex_unlock(&process_lock);
  return error;
}

/* ---- the service behind sys_spawn() ---- */

static long check_spawn(const struct pith_spawn *s) {
  const uint32_t known = PITH_POLICY_MASK | (PITH_PROCESS_SIGNALS ? PITH_SPAWN_SETSIGMASK | PITH_SPAWN_SETSIGDEF : 0);

  if (!PITH_FILES && s->cwd) return -EINVAL;
  if (s->handle_count > INHERIT_MAX || s->action_count > ACTIONS_MAX || s->flags & ~known) return -EINVAL;
  if (s->priority < -1 || s->priority > PITH_PRIORITIES - 2) return -EINVAL;
  return s->ceiling < -1 || s->ceiling > PITH_PRIORITIES - 2 ? -EINVAL : 0;
}

long process_spawn_service(struct process *parent, uint32_t spawn_, uint32_t thread) {
  const struct process_thread *caller = (const struct process_thread *)(uintptr_t)thread;
  const struct k_domain *d = &parent->domain;
  const char *own_argv[] = {NULL, NULL};
  uint32_t handles[INHERIT_MAX];
  struct process_request r;
  struct pith_spawn s;
  const char *why;
  long error = k_copy_from_user(d, &s, (struct uslice){spawn_, sizeof s});

  if (error) return error;
  error = check_spawn(&s);
  if (!error) error = k_copy_from_user(d, handles, (struct uslice){s.handles, s.handle_count * 4});
  if (!error) error = program_open(parent, s.path, &own_argv[0], &r.file, &r.size);
  if (error) return error;
  r = (struct process_request){.name = own_argv[0],
                               .file = r.file,
                               .size = r.size,
                               .argv = s.argv ? (const char *const *)(uintptr_t)s.argv : own_argv,
                               .argv_from = s.argv ? d : &k_domain_kernel,
                               .envp = (const char *const *)(uintptr_t)s.envp,
                               .from = d,
                               .parent = parent->pid,
                               .group = s.group,
                               .handles = handles,
                               .handle_count = s.handle_count,
#if PITH_FILES
                               .cwd = s.cwd,
                               .actions = s.actions,
                               .action_count = s.action_count,
#endif
#if PITH_PROCESS_SIGNALS
                               .mask = s.flags & PITH_SPAWN_SETSIGMASK ? s.sigmask : caller->mask,
                               .sigdefault = s.flags & PITH_SPAWN_SETSIGDEF ? s.sigdefault : 0,
#endif
                               .priority = s.priority < 0 ? caller->thread.base : (uint8_t)s.priority,
#if PITH_PROCESS_SLICE
                               .policy = (uint8_t)(s.flags & PITH_POLICY_MASK ? ((s.flags & PITH_POLICY_MASK) >> 8) - 1 : thread_policy(caller)),
#endif
                               .ceiling = (uint8_t)(s.ceiling < 0 ? parent->ceiling : s.ceiling),
                               .limits = s.limits};
  error = process_spawn(&r, NULL, &why);
  image_close(r.file);
  return error;
}

/* Starting a program as a new process: in the thread that asks, which may be the system's or the service's. */
#include "bits.h"
#include "files.h"
#include "load.h"
#include "mem.h"

enum { INHERIT_MAX = PITH_PROCESS_HANDLES, ACTIONS_MAX = 64 };

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
                                    .flags = PITH_THREAD_DETACHED};
  const struct process *parent = p->parent ? process_by_pid(p->parent) : NULL;
  struct process_thread *t;
  struct arch_frame *frame;
  long error;

  (void)unused, (void)unused2;
  if (parent && parent->state != PROCESS_ALIVE) return -ESRCH; /* gone meanwhile */
  if (budget_start(p, parent, &l->request->limits)) return -EAGAIN;
  t = thread_new(p, &start, p->name);
  if (!t) {
    budget_stop(p);
    return -EAGAIN;
  }
  frame = (struct arch_frame *)(void *)t->thread.sp;
  frame->r1 = m->argv;
  frame->r2 = m->envp;
  t->mask = l->request->mask;
  p->state = PROCESS_ALIVE;
  if (p->beat) process_deadline_in(&p->watchdog, p->beat);
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
  if (p->cwd) heap_free(&R->heap, p->cwd);
  p->cwd = NULL;
  return 0;
}

/* ---- file actions: on what the child has of its parent's ---- */

static long put_file(long process, long f, long fd) {
  struct process *p = (struct process *)process;

  files_put(p, (uint32_t)fd & 0xFF, (struct file *)f, fd >> 8);
  return 0;
}

static long drop(long process, long fd, long unused) {
  (void)unused;
  files_drop((struct process *)process, (uint32_t)fd);
  return 0;
}

/* The copy stays when programs are changed, whatever it is of. */
static long dup(long process, long from, long fd) {
  struct process *p = (struct process *)process;
  long error;
  struct file *f = files_get(p, (uint32_t)from, &error);

  if (!f) return error;
  file_hold(f);
  files_put(p, (uint32_t)fd, f, false);
  return 0;
}

static long open_at(struct process *p, const struct process_request *r, const struct pith_action *a) {
  long how = files_path_in(r->from, p->cwd, files_paths[1], a->path);
  struct file *f;

  if (how >= 0) how = vfs_open(files_paths[1], a->flags | (how ? PITH_O_DIRECTORY : 0), 0666, &f);
  if (how < 0) return how;
  return pith_monitor(put_file, (long)p, (long)f, a->fd | (a->flags & PITH_O_CLOEXEC ? 1 << 8 : 0));
}

static long change_to(struct process *p, const struct process_request *r, uint32_t path) {
  long how = files_path_in(r->from, p->cwd, files_paths[1], path);

  return how < 0 ? how : files_set_cwd(p, files_paths[1]);
}

static long act(struct process *p, const struct process_request *r, const struct pith_action *a) {
  if (a->kind == PITH_ACTION_CHDIR) return change_to(p, r, a->path);
  if ((uint32_t)a->fd >= PITH_PROCESS_FILES) return -EBADF;
  switch (a->kind) {
  case PITH_ACTION_OPEN: return open_at(p, r, a);
  case PITH_ACTION_CLOSE: return pith_monitor(drop, (long)p, a->fd, 0);
  case PITH_ACTION_DUP2: return pith_monitor(dup, (long)p, a->from, a->fd);
  default: return -EINVAL;
  }
}

static long close_exec(long process, long unused, long unused2) {
  (void)unused, (void)unused2;
  files_close_exec((struct process *)process);
  return 0;
}

static int act_all(struct process *p, const struct process_request *r, const char **why) {
  long error = 0;

  *why = "a file action";
  if (r->cwd) error = change_to(p, r, r->cwd);
  for (uint32_t i = 0; !error && i < r->action_count; i++) {
    struct pith_action a;

    error = k_copy_from_user(r->from, &a, (struct uslice){r->actions + i * (uint32_t)sizeof a, sizeof a});
    if (!error) error = act(p, r, &a);
  }
  if (!error && files_closing(p)) pith_monitor(close_exec, (long)p, 0, 0);
  return (int)error;
}

static int start(struct process *p, const struct process_request *r, const struct load *m, const char **why) {
  struct launch l = {p, r, m};
  int error;

  *why = "a handle it is to inherit, or the kernel heap is full";
  error = (int)pith_monitor(inherit, (long)p, (long)r, 0);
  if (!error) error = act_all(p, r, why);
  if (!error) {
    *why = "too many threads, or shares of the processor";
    error = (int)pith_monitor(launch, (long)&l, 0, 0);
  }
  if (error) pith_monitor(give_up, (long)p, 0, 0);
  return error;
}

static int load(struct process *p, const struct process_request *r, struct load *m, const char **why) {
  const struct load_strings strings = {r->from, r->argv_from, K_WORD(r->argv), K_WORD(r->envp)};
  int error = load_allocate(m, p->bounds.memory, 0, 0, why);

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
  static const struct process_bounds system = {.memory = UINT32_MAX, .objects_memory = PITH_OBJECTS_MEMORY};
  const struct process_bounds *top = parent ? &parent->bounds : &system;
  const struct pith_limits *w = &r->limits;

  p->most_threads = (uint8_t)lesser(w->threads, parent ? parent->most_threads : PITH_PROCESS_THREADS_EACH);
  p->most_handles = (uint8_t)lesser(w->handles, parent ? parent->most_handles : PITH_PROCESS_HANDLES);
  p->bounds = (struct process_bounds){.memory = lesser(w->memory, top->memory),
                                      .objects_memory = lesser(w->objects_memory, top->objects_memory)};
}

/* A share of the processor no larger than the parent's. */
static bool is_share(const struct pith_limits *wish, const struct pith_limits *top) {
  if (!wish->budget_us) return true;
  if (wish->period_us < 1000 || wish->period_us > 10000000 || wish->budget_us > wish->period_us) return false;
  return !top || !top->budget_us ||
         (uint64_t)wish->budget_us * top->period_us <= (uint64_t)top->budget_us * wish->period_us;
}

static int check(const struct process_request *r, const struct process *parent, const char **why) {
  struct pith_limits top;

  *why = "priority out of range";
  if (r->priority > PITH_PRIORITIES - 2 || r->ceiling > r->priority) return -EINVAL;
  *why = "priority above its parent's ceiling";
  if (parent && r->ceiling < parent->ceiling) return -EPERM;
  *why = "a group that its parent may not enter";
  if (parent && r->group > 0 && !signal_may_enter(parent, r->group)) return -EPERM;
  *why = "a share of the processor that cannot be, or above its parent's";
  if (parent) top = process_limits(parent);
  return is_share(&r->limits, parent ? &top : NULL) ? 0 : -EINVAL;
}

static void fill_map(const struct process *p, struct process_map *m) {
  *m = (struct process_map){.pid = p->pid,
                            .text = p->text,
                            .text_size = p->text_size,
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
  *why = "too many processes";
  if (process_find_slot(&p)) return -EAGAIN;
  memset(p, 0, sizeof *p);
  error = load_read(&m, why);
  if (error) return error;
  load_name(p, r->name);
  p->state = PROCESS_LOADING;
  p->pid = (int16_t)process_next_pid();
  if (parent) arch_atomic_add(&parent->children, 1);
  p->parent = parent ? parent->pid : 0;
  p->group = r->group < 0 && parent ? parent->group : r->group > 0 ? (int16_t)r->group : p->pid;
  p->ceiling = r->ceiling;
  p->manages = parent ? parent->manages : r->manages;
  p->told = parent ? NULL : r->told;
  p->beat = process_ticks(r->heartbeat_us);
  p->ignored = parent ? parent->ignored & ~r->sigdefault : 0;
  process_clocks(p);
  set_limits(p, r, parent);
  error = load(p, r, &m, why);
  if (error) p->state = PROCESS_FREE;
  if (error && parent) arch_atomic_add(&parent->children, UINT32_MAX);
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

/* A name without "/" is a program's in /bin. */
static long program_path(struct process *p, uint32_t path) {
  char name[PITH_NAME_MAX + 1];
  long n = process_string(&p->domain, name, path, sizeof name);

  if (n < 0 && n != -ENAMETOOLONG) return n;
  for (long i = 0; i < n; i++)
    if (name[i] == '/') return files_path(p, files_paths[0], path);
  if (n < 0) return files_path(p, files_paths[0], path);
  if (!n) return -ENOENT;
  memcpy(files_paths[0], "/bin/", 5);
  memcpy(files_paths[0] + 5, name, (size_t)n + 1);
  return 0;
}

static long check_spawn(const struct pith_spawn *s) {
  const uint32_t known = PITH_SPAWN_SETSIGMASK | PITH_SPAWN_SETSIGDEF;

  if (s->handle_count > INHERIT_MAX || s->action_count > ACTIONS_MAX || s->flags & ~known) return -EINVAL;
  if (s->priority < -1 || s->priority > PITH_PRIORITIES - 2) return -EINVAL;
  return s->ceiling < -1 || s->ceiling > PITH_PRIORITIES - 2 ? -EINVAL : 0;
}

long process_spawn_service(struct process *parent, uint32_t spawn_, uint32_t thread) {
  const struct process_thread *caller = (const struct process_thread *)(uintptr_t)thread;
  const struct k_domain *d = &parent->domain;
  const char *const own_argv[] = {files_paths[0], NULL};
  uint32_t handles[INHERIT_MAX];
  struct process_request r;
  struct pith_spawn s;
  const char *why;
  long error = k_copy_from_user(d, &s, (struct uslice){spawn_, sizeof s});

  if (!error) error = program_path(parent, s.path);
  if (error < 0) return error;
  error = check_spawn(&s);
  if (!error) error = k_copy_from_user(d, handles, (struct uslice){s.handles, s.handle_count * 4});
  if (error) return error;
  r = (struct process_request){.name = files_paths[0],
                               .argv = s.argv ? (const char *const *)(uintptr_t)s.argv : own_argv,
                               .argv_from = s.argv ? d : &k_domain_kernel,
                               .envp = (const char *const *)(uintptr_t)s.envp,
                               .from = d,
                               .parent = parent->pid,
                               .group = s.group,
                               .handles = handles,
                               .handle_count = s.handle_count,
                               .cwd = s.cwd,
                               .actions = s.actions,
                               .action_count = s.action_count,
                               .mask = s.flags & PITH_SPAWN_SETSIGMASK ? s.sigmask : caller->mask,
                               .sigdefault = s.flags & PITH_SPAWN_SETSIGDEF ? s.sigdefault : 0,
                               .priority = s.priority < 0 ? caller->thread.base : (uint8_t)s.priority,
                               .ceiling = (uint8_t)(s.ceiling < 0 ? parent->ceiling : s.ceiling),
                               .limits = s.limits};
  error = image_open(files_paths[0], &r.file, &r.size);
  if (error) return error;
  error = process_spawn(&r, NULL, &why);
  image_close(r.file);
  return error;
}

/* From an ELF file to a process that runs: in the thread that asks, which may be the system's or the service's.
 *
 * The block, from its bottom: the main stack (so that an overflow leaves the block), data, heap. The arguments are
 * copied straight from the parent's memory to the top of the child's stack; of the parent nothing is believed. */
#include "bits.h"
#include "files.h"
#include "mem.h"
#include "mpu.h"
#include "romfs.h"

enum {
  DEFAULT_ALIGN = 8,
  STACK_MIN = 512,
  CONTROL_UNPRIVILEGED = 1,
  STRINGS_MAX = 64, /* arguments, and variables of the environment */
  PATH_MAX = 64,
  INHERIT_MAX = PITH_PROCESS_HANDLES,
};

static int last_pid;
static struct elf_plan plan; /* of the file being loaded: one at a time, under process_lock */

int process_find_slot(struct process **out) {
  for (int i = 0; i < PITH_PROCESSES; i++) {
    if (process_table[i].state != PROCESS_FREE) continue;
    *out = &process_table[i];
    return 0;
  }
  return -EAGAIN;
}

/* Bytes of private memory the file itself fills. */
static uint32_t image_size(const struct elf_plan *e) {
  return e->tier == ELF_COPIED ? e->span : e->data_memsz;
}

/* Bytes between the stack and the data so that what is linked aligned is aligned. */
static uint32_t padding(const struct elf_plan *e, uint32_t at) {
  uint32_t vaddr = e->tier == ELF_COPIED ? e->base_vaddr : e->data_vaddr;

  return e->align ? (vaddr - at) & (e->align - 1) : 0;
}

/* What rounding adds to the size is heap. */
static int allocate(struct process *p, const char **why) {
  const struct elf_plan *e = &plan;
  uint32_t memory = image_size(e), align;
  uint32_t wish = e->stack ? e->stack : PITH_PROCESS_STACK;
  uint32_t stack = round_up(wish < STACK_MIN ? STACK_MIN : wish, DEFAULT_ALIGN);
  uint32_t heap = e->heap ? e->heap : PITH_PROCESS_HEAP;
  uint32_t want = stack + e->align + round_up(memory, DEFAULT_ALIGN) + heap;
  uint32_t size = arch_mpu_block_size(want, &align);

  *why = "more memory than its limit";
  if (size > p->limits.memory) return -ENOMEM;
  *why = "not enough process memory";
  p->block = size ? pool_take(&process_pool, size, align) : 0;
  if (!p->block) return -ENOMEM;
  p->block_size = size;
  p->waste = (uint16_t)((size - want) / 8 < UINT16_MAX ? (size - want) / 8 : UINT16_MAX);
  p->data = p->block + stack + padding(e, p->block + stack);
  p->brk_low = p->brk = round_up(p->data + memory, DEFAULT_ALIGN);
  p->text = e->tier == ELF_COPIED ? p->data + (e->text_vaddr - e->base_vaddr)
                                  : (uint32_t)(uintptr_t)p->file + e->text_offset;
  p->text_size = e->text_size;
  p->text_vaddr = e->text_vaddr;
  return 0;
}

const struct k_domain_ops process_ops = {process_fault, budget_entered, budget_left, NULL};

static int protect(struct process *p, const char **why) {
  struct k_domain *d = &p->domain;
  bool in_place = !process_is_copied(p);

  *d = (struct k_domain){.calls = k_calls_process,
                         .control = CONTROL_UNPRIVILEGED,
                         .low = p->block,
                         .high = p->block + p->block_size,
                         .text_low = in_place ? p->text : p->block,
                         .text_high = in_place ? p->text + p->text_size : p->block,
                         .ops = &process_ops};
  arch_mpu_off(&d->mpu[2 * ARCH_MPU_TEXT], ARCH_MPU_TEXT);
  arch_mpu_off(&d->mpu[2 * ARCH_MPU_EXTRA], ARCH_MPU_EXTRA);
  arch_mpu_block(&d->mpu[2 * ARCH_MPU_BLOCK_LOW], p->block, p->block_size, !in_place);
  *why = "text lies where no region can protect it";
  return in_place ? arch_mpu_text(&d->mpu[2 * ARCH_MPU_TEXT], p->text, p->text_size) : 0;
}

/* ---- arguments and environment ---- */

/* Strings of an array of the parent's, pushed below *top; their addresses, in the child, go to `to`. */
static int push_strings(const struct k_domain *from, uint32_t array, uint32_t low, uint32_t *top,
                        uint32_t *to, int *count, const char **why) {
  for (*count = 0; array; (*count)++) {
    uint32_t string, n = 0, room;
    const char *s;

    *why = "its arguments lie where its parent has no memory";
    if (k_copy_from_user(from, &string, (struct uslice){array + 4 * (uint32_t)*count, 4})) return -EFAULT;
    if (!string) break;
    *why = "more than 64 arguments, or as many variables";
    if (*count == STRINGS_MAX) return -E2BIG;
    s = (const char *)(uintptr_t)string;
    *why = "its arguments lie where its parent has no memory";
    for (room = process_readable(from, string); n < room && s[n]; n++) continue;
    if (n == room) return -EFAULT;
    *why = "the arguments do not fit on half the stack";
    if (*top < low || *top - low < n + 1) return -E2BIG;
    *top -= n + 1;
    memcpy((void *)(uintptr_t)*top, s,
           n); /* a thread of the parent may have put a 0 earlier by now, or none */
    ((char *)(uintptr_t)*top)[n] = 0;
    to[*count] = *top;
  }
  to[*count] = 0;
  return 0;
}

struct arguments {
  int argc;
  uint32_t argv, envp;
};

/* On top of the main stack, which ends below them: pointers, then strings. */
static int push_arguments(struct process *p, const struct process_request *r, struct arguments *a,
                          const char **why) {
  uint32_t top = p->data, low = top - process_stack_size(p) / 2, pointer[2 * STRINGS_MAX + 2];
  int variables, error;

  error = push_strings(r->argv_from, K_WORD(r->argv), low, &top, pointer, &a->argc, why);
  if (error) return error;
  error = push_strings(r->from, K_WORD(r->envp), low, &top, pointer + a->argc + 1, &variables, why);
  if (error) return error;
  *why = "the arguments do not fit on half the stack";
  top = round_down(top, 4);
  if (top - low < ((uint32_t)a->argc + (uint32_t)variables + 2) * 4 + 8) return -E2BIG;
  top = round_down(top - ((uint32_t)a->argc + (uint32_t)variables + 2) * 4, 8);
  memcpy((void *)(uintptr_t)top, pointer, ((uint32_t)a->argc + (uint32_t)variables + 2) * 4);
  a->argv = top;
  a->envp = top + ((uint32_t)a->argc + 1) * 4;
  return 0;
}

/* ---- into the kernel ---- */

struct launch {
  struct process *p;
  const struct process_request *request;
  const struct arguments *arguments;
};

/* The process is alive and its thread may run: r0 argc, r1 argv, r2 envp, r9 the GOT. */
static long launch(long launch_, long unused, long unused2) {
  const struct launch *l = (const struct launch *)launch_;
  struct process *p = l->p;
  bool copied = process_is_copied(p);
  struct pith_thread_start start = {.entry = plan.entry - plan.text_vaddr + p->text,
                                    .arg = (uint32_t)l->arguments->argc,
                                    .got = copied ? 0 : p->data + plan.got_offset,
                                    .stack = p->block,
                                    .stack_size = l->arguments->argv - p->block,
                                    .priority = l->request->priority,
                                    .flags = PITH_THREAD_DETACHED};
  const struct process *parent = p->parent ? process_by_pid(p->parent) : NULL;
  struct process_thread *t;
  struct arch_frame *frame;
  long error;

  (void)unused, (void)unused2;
  if (parent && parent->state != PROCESS_ALIVE) return -ESRCH; /* gone meanwhile */
  if (budget_start(p, parent, l->request->limits.budget_us != 0)) return -EAGAIN;
  t = thread_new(p, &start, p->name);
  if (!t) {
    budget_stop(p);
    return -EAGAIN;
  }
  frame = (struct arch_frame *)(void *)t->thread.sp;
  frame->r1 = l->arguments->argv;
  frame->r2 = l->arguments->envp;
  p->state = PROCESS_ALIVE;
  if (p->beat) k_timer_start(&p->watchdog, p->beat);
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
  else files_inherit(parent, p);
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

/* The stack and the heap: nothing of the block's last owner is left. Data and .bss are elf_load()'s. */
static void clear_rest(const struct process *p) {
  uint32_t end = p->data + image_size(&plan);

  memset((void *)(uintptr_t)p->block, 0, process_stack_size(p));
  memset((void *)(uintptr_t)end, 0, p->block + p->block_size - end);
}

static int load(struct process *p, const struct process_request *r, const char **why) {
  struct arguments a;
  struct launch l = {p, r, &a};
  int error = allocate(p, why);

  if (error) return error;
  elf_load(p->file, &plan, (void *)(uintptr_t)p->data, p->text);
  clear_rest(p);
  error = protect(p, why);
  if (!error) error = push_arguments(p, r, &a, why);
  if (!error) {
    *why = "a handle it is to inherit, or the kernel heap is full";
    error = (int)pith_monitor(inherit, (long)p, (long)r, 0);
  }
  if (!error) {
    *why = "too many threads, or shares of the processor";
    error = (int)pith_monitor(launch, (long)&l, 0, 0);
    if (error) pith_monitor(give_up, (long)p, 0, 0);
  }
  if (error) pool_give(&process_pool, p->block);
  return error;
}

/* ---- who and how much ---- */

static uint32_t lesser(uint32_t wish, uint32_t limit) { return wish && wish < limit ? wish : limit; }

/* A child's limits: what was asked for, never more than its parent's. */
static void set_limits(struct process *p, const struct process_request *r, const struct process *parent) {
  static const struct pith_limits system = {.memory = UINT32_MAX,
                                            .threads = PITH_PROCESS_THREADS_EACH,
                                            .handles = PITH_PROCESS_HANDLES,
                                            .objects_memory = PITH_OBJECTS_MEMORY};
  const struct pith_limits *top = parent ? &parent->limits : &system, *w = &r->limits;

  p->limits = (struct pith_limits){.memory = lesser(w->memory, top->memory),
                                   .threads = (uint16_t)lesser(w->threads, top->threads),
                                   .handles = (uint16_t)lesser(w->handles, top->handles),
                                   .objects_memory = lesser(w->objects_memory, top->objects_memory),
                                   .budget_us = w->budget_us ? w->budget_us : top->budget_us,
                                   .period_us = w->budget_us ? w->period_us : top->period_us};
}

/* A share of the processor no larger than the parent's. */
static bool is_share(const struct pith_limits *wish, const struct pith_limits *top) {
  if (!wish->budget_us) return true;
  if (wish->period_us < 1000 || wish->period_us > 10000000 || wish->budget_us > wish->period_us) return false;
  return !top || !top->budget_us ||
         (uint64_t)wish->budget_us * top->period_us <= (uint64_t)top->budget_us * wish->period_us;
}

static int check(const struct process_request *r, const struct process *parent, const char **why) {
  *why = "priority out of range";
  if (r->priority > PITH_PRIORITIES - 2 || r->ceiling > r->priority) return -EINVAL;
  *why = "priority above its parent's ceiling";
  if (parent && r->ceiling < parent->ceiling) return -EPERM;
  *why = "a group that its parent may not enter";
  if (parent && r->group > 0 && !signal_may_enter(parent, r->group)) return -EPERM;
  *why = "a share of the processor that cannot be, or above its parent's";
  return is_share(&r->limits, parent ? &parent->limits : NULL) ? 0 : -EINVAL;
}

static void fill_map(const struct process *p, struct process_map *m) {
  *m = (struct process_map){.pid = p->pid,
                            .text = p->text,
                            .text_size = p->text_size,
                            .data = p->data,
                            .data_size = process_is_copied(p) ? plan.span : plan.data_memsz,
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
  struct elf_machine machine = {.fpu = PITH_HAS_FPU, .max_span = process_pool.high - process_pool.low};
  int error = check(r, parent, why);
  struct process *p;

  if (error) return error;
  *why = "too many processes";
  if (process_find_slot(&p)) return -EAGAIN;
  memset(p, 0, sizeof *p);
  error = elf_plan(r->file, r->size, &machine, &plan, why);
  if (error) return error;
  p->file = r->file;
  p->file_size = r->size;
  for (int i = 0; i < PROCESS_NAME - 1 && r->name[i]; i++) p->name[i] = r->name[i];
  p->state = PROCESS_LOADING;
  p->pid = (int16_t)process_next_pid();
  if (parent) arch_atomic_add(&parent->children, 1);
  p->parent = parent ? parent->pid : 0;
  p->group = r->group < 0 && parent ? parent->group : r->group > 0 ? (int16_t)r->group : p->pid;
  p->ceiling = r->ceiling;
  p->manages = parent ? parent->manages : r->manages;
  p->told = parent ? NULL : r->told;
  p->beat = process_ticks(r->heartbeat_us);
  p->ignored = parent ? parent->ignored : 0;
  pith_timer_init(&p->alarm, signal_alarm, 0);
  pith_timer_init(&p->watchdog, process_watchdog, 0);
  set_limits(p, r, parent);
  error = load(p, r, why);
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

long process_spawn_service(struct process *parent, uint32_t spawn_, uint32_t priority) {
  const struct k_domain *d = &parent->domain;
  uint32_t handles[INHERIT_MAX];
  char path[PATH_MAX];
  const char *const own_argv[] = {path, NULL};
  struct pith_spawn s;
  struct romfs_file file;
  struct process_request r;
  const char *why;
  long error = k_copy_from_user(d, &s, (struct uslice){spawn_, sizeof s});

  if (error) return error;
  error = process_string(d, path, s.path, sizeof path);
  if (error < 0) return error;
  if (s.handle_count > INHERIT_MAX) return -EINVAL;
  error = k_copy_from_user(d, handles, (struct uslice){s.handles, s.handle_count * 4});
  if (error) return error;
  if (s.priority < -1 || s.priority > PITH_PRIORITIES - 2 || s.ceiling < -1 ||
      s.ceiling > PITH_PRIORITIES - 2)
    return -EINVAL;
  if (romfs_find(path, &file)) return -ENOENT;
  r = (struct process_request){.name = file.name,
                               .file = file.data,
                               .size = file.size,
                               .argv = s.argv ? (const char *const *)(uintptr_t)s.argv : own_argv,
                               .argv_from = s.argv ? d : &k_domain_kernel,
                               .envp = (const char *const *)(uintptr_t)s.envp,
                               .from = d,
                               .parent = parent->pid,
                               .group = s.group,
                               .handles = handles,
                               .handle_count = s.handle_count,
                               .priority = (uint8_t)(s.priority < 0 ? priority : (uint32_t)s.priority),
                               .ceiling = (uint8_t)(s.ceiling < 0 ? parent->ceiling : s.ceiling),
                               .limits = s.limits};
  return process_spawn(&r, NULL, &why);
}

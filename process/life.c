/* The life of a process: loaded by the thread that asks, ended in the kernel context wherever it is,
 * reaped by a thread.
 *
 *   FREE -> LOADING (spawn, a thread) -> ALIVE -> ENDED (kernel) -> REAPED (reaper) -> FREE (wait)
 *
 * Ending takes every thread off the processor and closes the handles at once, in bounded time; all that
 * may take longer (the report, the memory) is the reaper's. HAZARD: the process that ends may be the one
 * that runs, its stack the one the hardware will save to: its memory is not given back before the switch
 * away from it, which the reaper, being a thread, cannot run before. */
#include "internal.h"
#include "bits.h"
#include "mem.h"
#include "mpu.h"

enum {
  REAPER_PRIORITY = PITH_PRIORITIES - 4,
  REAPER_STACK = 1024,
  DEFAULT_ALIGN = 8,
  STACK_MIN = 512,
  CONTROL_UNPRIVILEGED = 1,
  R9 = 5, /* in r4_r11 */
};

struct process process_table[PITH_PROCESSES];
const struct process_console *process_console;
struct pith_mutex process_lock = PITH_MUTEX_INIT;
struct pool process_pool;

static struct pith_sem ended = PITH_SEM_INIT(0);
static struct pith_thread reaper;
static uint64_t reaper_stack[REAPER_STACK / 8];
static int last_pid;

/* ---- in the kernel ---- */

void process_end(struct process *p, enum process_cause cause, int status) {
  if (p->state != PROCESS_ALIVE) return;
  p->state = PROCESS_ENDED;
  p->cause = (uint8_t)cause;
  p->status = status;
  k_thread_end(&p->thread, status);
  k_thread_forget(&p->thread);
  handle_close_all(p);
  k_sem_give(&ended, 1);
}

void process_fault(struct pith_thread *t) {
  struct process *p = (struct process *)t->domain;

  p->fault = arch_last_fault;
  process_end(p, PROCESS_FAULTED, 0);
}

static long start(long p_, long attr_, long entry) {
  struct process *p = (struct process *)p_;
  const struct pith_thread_attr *attr = (const struct pith_thread_attr *)attr_;

  if (R->threads >= PITH_THREADS) return -EAGAIN;
  k_thread_setup(&p->thread, attr, (void (*)(void *))entry, NULL, &p->domain);
  p->state = PROCESS_ALIVE;
  return 0;
}

/* ---- loading, in the caller's thread ---- */

static int find_slot(struct process **out) {
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

/* The stack lies at the bottom of the block, so that an overflow leaves it; what rounding adds is heap. */
static int allocate(struct process *p, const char **why) {
  const struct elf_plan *e = &p->plan;
  uint32_t memory = image_size(e), align;
  uint32_t wish = e->stack ? e->stack : PITH_PROCESS_STACK;
  uint32_t stack = round_up(wish < STACK_MIN ? STACK_MIN : wish, DEFAULT_ALIGN);
  uint32_t heap = e->heap ? e->heap : PITH_PROCESS_HEAP;
  uint32_t size = arch_mpu_block_size(stack + e->align + round_up(memory, DEFAULT_ALIGN) + heap, &align);

  *why = "not enough process memory";
  p->block = size ? pool_take(&process_pool, size, align) : 0;
  if (!p->block) return -ENOMEM;
  p->block_size = size;
  p->stack_size = stack + padding(e, p->block + stack);
  p->data = p->block + p->stack_size;
  p->brk_low = p->brk = round_up(p->data + memory, DEFAULT_ALIGN);
  p->text = e->tier == ELF_COPIED ? p->data + (e->text_vaddr - e->base_vaddr)
                                  : (uint32_t)(uintptr_t)p->file + e->text_offset;
  p->text_size = e->text_size;
  return 0;
}

static int protect(struct process *p, const char **why) {
  struct k_domain *d = &p->domain;
  bool in_place = p->plan.tier == ELF_IN_PLACE;

  *d = (struct k_domain){.calls = k_calls_process,
                         .control = CONTROL_UNPRIVILEGED,
                         .low = p->block,
                         .high = p->block + p->block_size,
                         .text_low = in_place ? p->text : p->block,
                         .text_high = in_place ? p->text + p->text_size : p->block,
                         .fault = process_fault};
  arch_mpu_off(&d->mpu[2 * ARCH_MPU_TEXT], ARCH_MPU_TEXT);
  arch_mpu_off(&d->mpu[2 * ARCH_MPU_EXTRA], ARCH_MPU_EXTRA);
  arch_mpu_block(&d->mpu[2 * ARCH_MPU_BLOCK_LOW], p->block, p->block_size, !in_place);
  *why = "text lies where no region can protect it";
  return in_place ? arch_mpu_text(&d->mpu[2 * ARCH_MPU_TEXT], p->text, p->text_size) : 0;
}

/* argv and its strings at the top of the stack, which ends below them: strings, pointers, NULL. */
static int push_arguments(struct process *p, const struct process_request *r, uint32_t *argv, const char **why) {
  uint32_t top = p->block + p->stack_size, text, bytes = 0;
  uint32_t *pointer;

  for (int i = 0; i < r->argc; i++) bytes += strlen(r->argv[i]) + 1;
  bytes = round_up(bytes, 4) + ((uint32_t)r->argc + 1) * 4;
  *why = "the arguments do not fit on half the stack";
  if (bytes > p->stack_size / 2) return -E2BIG;
  *argv = round_down(top - bytes, 8);
  pointer = (uint32_t *)(uintptr_t)*argv;
  text = *argv + ((uint32_t)r->argc + 1) * 4;
  for (int i = 0; i < r->argc; i++) {
    uint32_t n = strlen(r->argv[i]) + 1;

    memcpy((void *)(uintptr_t)text, r->argv[i], n);
    *pointer++ = text;
    text += n;
  }
  *pointer = 0;
  return 0;
}

/* A dormant thread gets its registers, then it may run: r0 argc, r1 argv, r2 envp, r9 the GOT. */
static int launch(struct process *p, const struct process_request *r, uint32_t argv, const char **why) {
  bool copied = p->plan.tier == ELF_COPIED;
  uint32_t entry = p->plan.entry - p->plan.text_vaddr + p->text;
  struct pith_thread_attr attr = {.name = p->name,
                                  .priority = r->priority,
                                  .flags = PITH_DORMANT,
                                  .stack = (void *)(uintptr_t)p->block,
                                  .stack_size = argv - p->block};
  struct arch_frame *frame;

  *why = "too many threads";
  if (pith_monitor(start, (long)p, (long)&attr, (long)entry)) return -EAGAIN;
  frame = (struct arch_frame *)(void *)p->thread.sp;
  frame->r0 = (uint32_t)r->argc;
  frame->r1 = argv;
  frame->r2 = argv + (uint32_t)r->argc * 4; /* the NULL that ends argv: an empty environment */
  frame->lr = 0;
  p->thread.r4_r11[R9] = copied ? 0 : p->data + p->plan.got_offset;
  return pith_thread_start(&p->thread);
}

/* The stack and the heap: nothing of the block's last owner is left. Data and .bss are elf_load()'s. */
static void clear_rest(const struct process *p) {
  uint32_t end = p->data + image_size(&p->plan);

  memset((void *)(uintptr_t)p->block, 0, p->stack_size);
  memset((void *)(uintptr_t)end, 0, p->block + p->block_size - end);
}

static int load(struct process *p, const struct process_request *r, const char **why) {
  uint32_t argv = 0;
  int error = allocate(p, why);

  if (error) return error;
  elf_load(p->file, &p->plan, (void *)(uintptr_t)p->data, p->text);
  clear_rest(p);
  error = protect(p, why);
  if (!error) error = push_arguments(p, r, &argv, why);
  if (!error) error = launch(p, r, argv, why);
  if (error) pool_give(&process_pool, p->block);
  return error;
}

static void fill_map(const struct process *p, struct process_map *m) {
  bool copied = p->plan.tier == ELF_COPIED;

  *m = (struct process_map){.pid = p->pid,
                            .text = p->text,
                            .text_size = p->text_size,
                            .data = copied ? p->data : p->data,
                            .data_size = copied ? p->plan.span : p->plan.data_memsz,
                            .stack = p->block,
                            .stack_size = p->stack_size,
                            .heap = p->brk_low,
                            .heap_size = p->block + p->block_size - p->brk_low,
                            .copied = copied};
}

static int spawn_locked(const struct process_request *r, struct process_map *map, const char **why) {
  struct elf_machine machine = {.fpu = PITH_HAS_FPU, .max_span = process_pool.high - process_pool.low};
  struct process *p;
  int error;

  *why = "too many processes";
  if (find_slot(&p)) return -EAGAIN;
  *why = "priority out of range";
  if (r->priority > PITH_PRIORITIES - 2) return -EINVAL;
  memset(p, 0, offsetof(struct process, handle)); /* generations go on */
  memset(p->name, 0, sizeof p->name);
  error = elf_plan(r->file, r->size, &machine, &p->plan, why);
  if (error) return error;
  p->file = r->file;
  for (int i = 0; i < PROCESS_NAME - 1 && r->name[i]; i++) p->name[i] = r->name[i];
  p->state = PROCESS_LOADING;
  p->pid = ++last_pid;
  error = load(p, r, why);
  if (error) {
    p->state = PROCESS_FREE;
    return error;
  }
  if (map) fill_map(p, map);
  return p->pid;
}

int process_spawn(const struct process_request *request, struct process_map *map, const char **why) {
  int pid;

  pith_mutex_lock(&process_lock);
  pid = spawn_locked(request, map, why);
  pith_mutex_unlock(&process_lock);
  return pid;
}

/* ---- the end ---- */

static struct process *by_pid(int pid) {
  for (int i = 0; i < PITH_PROCESSES; i++)
    if (process_table[i].state != PROCESS_FREE && process_table[i].pid == pid) return &process_table[i];
  return NULL;
}

int process_wait(int pid, struct process_result *result, pith_time deadline) {
  struct process *p = by_pid(pid);
  int error;

  if (!p) return -ESRCH;
  error = pith_sem_take_until(&p->ended, deadline);
  if (error) return error;
  *result = (struct process_result){.cause = p->cause, .status = p->status};
  p->state = PROCESS_FREE;
  return 0;
}

/* In the kernel context: between a look and the act of a thread the slot could change hands. */
static long kill(long pid, long unused, long unused2) {
  struct process *p = by_pid((int)pid);

  (void)unused;
  (void)unused2;
  if (!p || p->state != PROCESS_ALIVE) return -ESRCH;
  process_end(p, PROCESS_KILLED, 0);
  return 0;
}

int process_kill(int pid) { return (int)pith_monitor(kill, pid, 0, 0); }

static void reap(struct process *p) {
  process_report(p);
  pith_mutex_lock(&process_lock);
  pool_give(&process_pool, p->block);
  p->state = PROCESS_REAPED;
  pith_mutex_unlock(&process_lock);
  pith_sem_give(&p->ended);
}

static void reaper_main(void *unused) {
  (void)unused;
  for (;;) {
    pith_sem_take(&ended);
    for (int i = 0; i < PITH_PROCESSES; i++)
      if (process_table[i].state == PROCESS_ENDED) reap(&process_table[i]);
  }
}

int process_init(uintptr_t low, uintptr_t high, const struct process_console *console) {
  struct pith_thread_attr attr = {
      .name = "reaper", .priority = REAPER_PRIORITY, .stack = reaper_stack, .stack_size = sizeof reaper_stack};

  process_console = console;
  pool_init(&process_pool, (uint32_t)low, (uint32_t)high);
  return pith_thread_init(&reaper, &attr, reaper_main, NULL);
}

/* ---- memory for files that are not in the image ---- */

uint32_t process_memory_free(uint32_t *largest) {
  uint32_t n;

  pith_mutex_lock(&process_lock);
  n = pool_free(&process_pool, largest);
  pith_mutex_unlock(&process_lock);
  return n;
}

void *process_memory_take(uint32_t size) {
  uint32_t align = next_pow2(size) < 256 ? 256 : next_pow2(size), base;

  if (!align) return NULL;
  size = round_up(size, align / 8); /* a region over its text may show the rest of an eighth: to itself alone */
  pith_mutex_lock(&process_lock);
  base = pool_take(&process_pool, size, align);
  pith_mutex_unlock(&process_lock);
  return (void *)(uintptr_t)base;
}

void process_memory_give(void *memory) {
  pith_mutex_lock(&process_lock);
  pool_give(&process_pool, (uint32_t)(uintptr_t)memory);
  pith_mutex_unlock(&process_lock);
}

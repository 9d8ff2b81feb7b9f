/* The system calls, C side. Each runs in the kernel context with up to four registers from the caller's
 * frame; each is bounded. Every pointer is an allegation until usercopy has checked it. A call that has
 * to wait for the console parks and is made again from its start when woken, so it may change nothing
 * before that. */
#include "fmt.h"
#include "hexdump.h"
#include "mem.h"
#include "calls.h"
#include "object.h"
#include "pith/account.h"

enum { HEXDUMP_MAX = 256, HEXDUMP_LINE = 16, LINE = 100 };

static long p_call_null(void) { return 0; }

static long p_call_exit(int status) {
  process_end(process_current(), PROCESS_EXITED, status);
  return 0;
}

static long p_call_yield(void) {
  k_yield();
  return 0;
}

static long p_call_sleep(int64_t us) {
  long error;

  if (us < 0) return -EINVAL;
  error = thread_may_wait();
  if (!error) k_wait(NULL, process_deadline(us));
  return error;
}

static long p_call_uptime(uint32_t to) {
  uint64_t us = (uint64_t)pith_now() * 1000000 / PITH_TICK_HZ;

  return k_copy_to_user(K->current->domain, (struct uslice){to, sizeof us}, &us);
}

static long p_call_brk(uint32_t end) {
  struct process *p = process_current();

  if (end) {
    if (end < p->brk_low || end > p->block + p->block_size) return -ENOMEM;
    p->brk = end;
  }
  return (long)p->brk;
}

static long p_call_getpid(void) { return process_current()->pid; }

/* ---- semaphores and mutexes ---- */

static long make(uint8_t kind, uint32_t initial) {
  struct process *p = process_current();
  struct object *o = object_new(p->pid, kind);
  long handle;

  if (!o) return -ENFILE;
  if (kind == PITH_OBJECT_SEM) pith_sem_init(&o->sem, initial);
  else pith_mutex_init(&o->mutex, 0);
  handle = handle_open(p, o, PITH_RIGHT_ALL);
  if (handle < 0) o->kind = 0;
  return handle;
}

static long p_call_sem_create(uint32_t initial) {
  return initial > PITH_SEM_MAX ? -EINVAL : make(PITH_OBJECT_SEM, initial);
}

static long p_call_mutex_create(void) { return make(PITH_OBJECT_MUTEX, 0); }

static struct object *sem_to_give(uint32_t handle, long *error) {
  return handle_get(process_current(), handle, PITH_OBJECT_SEM, PITH_RIGHT_SIGNAL, error);
}

static long take(uint32_t handle, int64_t us) {
  long error;
  struct object *o = handle_get(process_current(), handle, PITH_OBJECT_SEM, PITH_RIGHT_WAIT, &error);

  if (!o) return error;
  error = thread_may_wait();
  return error ? error : k_sem_take(&o->sem, us < 0 ? PITH_FOREVER : process_deadline(us));
}

static long p_call_sem_give(uint32_t handle) {
  long error;
  struct object *o = sem_to_give(handle, &error);

  return o ? k_sem_give(&o->sem, 1) : error;
}

static long p_call_sem_take(uint32_t handle, uint32_t pad, int64_t us) {
  (void)pad;
  return take(handle, us);
}

static long p_call_sem_give_take(uint32_t given, uint32_t taken, int64_t us) {
  long error;
  struct object *o = sem_to_give(given, &error);

  if (!o || !handle_get(process_current(), taken, PITH_OBJECT_SEM, PITH_RIGHT_WAIT, &error)) return error;
  error = k_sem_give(&o->sem, 1);
  return error ? error : take(taken, us);
}

static struct object *mutex(uint32_t handle, long *error) {
  return handle_get(process_current(), handle, PITH_OBJECT_MUTEX, PITH_RIGHT_WAIT, error);
}

static long p_call_mutex_lock(uint32_t handle, uint32_t pad, int64_t us) {
  long error;
  struct object *o = mutex(handle, &error);

  (void)pad;
  return o ? k_mutex_lock(&o->mutex, true, process_deadline(us)) : error;
}

static long p_call_mutex_unlock(uint32_t handle) {
  long error;
  struct object *o = mutex(handle, &error);

  if (o) error = k_mutex_unlock(&o->mutex);
  signal_recheck();
  return error;
}

/* ---- processes ---- */

static long p_call_spawn(uint32_t spawn) {
  return service_enter(process_spawn_service, spawn, K_WORD(K->current));
}

static long p_call_process_id(long pid, int what) {
  struct process *p = pid ? process_by_pid((int)pid) : process_current();

  if (!p) return -ESRCH;
  if (what == PITH_ID_PARENT) return p->parent;
  return what == PITH_ID_GROUP ? p->group : -EINVAL;
}

static long p_call_setpgid(long pid, long group) {
  struct process *me = process_current(), *p = pid ? process_by_pid((int)pid) : me;

  if (!p || (p != me && p->parent != me->pid)) return -ESRCH;
  if (!group) group = p->pid;
  if (group != p->pid && !signal_may_enter(me, (int)group)) return -EPERM;
  p->group = (int16_t)group;
  return 0;
}

static long p_call_heartbeat(int64_t us) {
  struct process *p = process_current();

  if (us < 0 || us > (int64_t)PITH_TIMER_MAX * 1000000 / PITH_TICK_HZ) return -EINVAL;
  if (p->beat && (!us || process_ticks(us) > p->beat)) return process_deadline_in(&p->watchdog, p->beat);
  if (us) return process_deadline_in(&p->watchdog, process_ticks(us));
  k_timeout_disarm(&p->watchdog);
  return 0;
}

/* ---- what there is to see ---- */

#if PITH_ACCOUNTING
static uint64_t us_of(uint64_t cycles) { return cycles / (arch_cycles_per_tick() * PITH_TICK_HZ / 1000000); }
#else
static uint64_t us_of(uint64_t cycles) { return cycles; }
#endif

static uint64_t thread_cycles(const struct pith_thread *t) {
#if PITH_ACCOUNTING
  return t->cycles;
#else
  (void)t;
  return 0;
#endif
}

uint64_t process_cpu_us(const struct process *p) {
#if PITH_ACCOUNTING
  uint64_t cycles = p->cycles;
#else
  uint64_t cycles = 0;
#endif

  for (int i = 0; i < PITH_PROCESS_THREADS; i++) {
    const struct pith_thread *t = &process_threads[i].thread;

    if (t->domain == &p->domain && k_exists(t)) cycles += thread_cycles(t);
  }
  return us_of(cycles);
}

void memory_info(struct pith_info_memory *m) {
  m->total = pool_size(&process_pool);
  m->free = pool_free(&process_pool, &m->largest);
  m->blocks = process_pool.count - (process_pool.hole != 0);
  for (int i = 0; i < PITH_PROCESSES; i++)
    if (process_table[i].state == PROCESS_ALIVE) m->waste += process_table[i].waste * 8u;
  m->kernel_free = (uint32_t)heap_free_bytes(&R->heap); /* in the kernel: pith_heap_free() is a call */
}

long process_info(uint32_t index, struct pith_info_process *out) {
  for (int i = 0; i < PITH_PROCESSES; i++) {
    const struct process *p = &process_table[i];

    if (p->state == PROCESS_FREE || index--) continue;
    *out = (struct pith_info_process){.pid = p->pid,
                                      .parent = p->parent,
                                      .group = p->group,
                                      .state = p->state,
                                      .ceiling = p->ceiling,
                                      .threads = p->threads,
                                      .handles = p->handles,
                                      .block = p->block,
                                      .block_size = p->block_size,
                                      .stack_size = process_stack_size(p),
                                      .data = p->data,
                                      .heap = p->brk_low,
                                      .heap_end = p->brk,
                                      .text = p->text,
                                      .text_size = p->text_size,
                                      .objects_memory = p->objects_memory,
                                      .budget_us = process_limits(p).budget_us,
                                      .period_us = process_limits(p).period_us,
                                      .cpu_us = process_cpu_us(p)};
    memcpy(out->name, p->name, sizeof out->name);
    return 0;
  }
  return -ENOENT;
}

long thread_info(uint32_t index, struct pith_info_thread *out) {
  for (int i = 0; i < PITH_PROCESS_THREADS; i++) {
    const struct process_thread *t = &process_threads[i];

    if (!k_exists(&t->thread) || index--) continue;
    *out = (struct pith_info_thread){.pid = process_of(&t->thread)->pid,
                                     .tid = (int32_t)t->tid,
                                     .state = (uint8_t)pith_thread_state(&t->thread),
                                     .priority = t->thread.priority,
                                     .own_priority = t->thread.base,
                                     .stack = K_WORD(t->thread.stack),
                                     .stack_size = t->thread.stack_size,
                                     .sp = K_WORD(t->thread.sp),
                                     .cpu_us = us_of(thread_cycles(&t->thread))};
    return 0;
  }
  return -ENOENT;
}

static long object_info(uint32_t handle, struct pith_info_object *out) {
  struct process *p = process_current();
  long error;
  const struct object *o = handle_get(p, handle, 0, 0, &error);

  if (!o) return error;
  *out = (struct pith_info_object){.kind = o->kind, .rights = handle_rights(handle)};
  switch (o->kind) {
  case PITH_OBJECT_SEM: out->count = pith_sem_count(&o->sem); break;
  case PITH_OBJECT_QUEUE:
    out->count = o->queue.count;
    out->most = o->queue.room;
    out->size = o->queue.size;
    break;
  case PITH_OBJECT_SHM: out->size = o->region.size; break;
  case PITH_OBJECT_DEVICE: out->size = o->device.is->size; break;
  }
  return 0;
}

static long p_call_info(int what, uint32_t index, uint32_t buf, uint32_t size) {
  union {
    struct pith_info_memory memory;
    struct pith_info_process process;
    struct pith_info_thread thread;
    struct pith_limits limits;
    struct pith_info_object object;
  } u;
  uint32_t whole;
  long error = 0;

  memset(&u, 0, sizeof u);
  switch (what) {
  case PITH_INFO_MEMORY:
    whole = sizeof u.memory;
    memory_info(&u.memory);
    break;
  case PITH_INFO_PROCESS:
    whole = sizeof u.process;
    error = process_info(index, &u.process);
    break;
  case PITH_INFO_THREAD:
    whole = sizeof u.thread;
    error = thread_info(index, &u.thread);
    break;
  case PITH_INFO_LIMITS:
    whole = sizeof u.limits;
    u.limits = process_limits(process_current());
    break;
  case PITH_INFO_OBJECT:
    whole = sizeof u.object;
    error = object_info(index, &u.object);
    break;
  default: return -EINVAL;
  }
  if (!error)
    error = k_copy_to_user(K->current->domain, (struct uslice){buf, size < whole ? size : whole}, &u);
  return error ? error : (long)whole;
}

/* ---- for looking and measuring ---- */

struct text {
  char text[LINE];
  size_t length;
};

static void put_text(void *ctx, char c) {
  struct text *t = ctx;

  if (t->length < LINE) t->text[t->length++] = c;
}

/* A line per kernel entry: the frame's arguments move on, and the call is made again for the rest. */
static long p_call_hexdump(uint32_t buf, uint32_t length) {
  struct arch_frame *frame = arch_call_frame();
  struct text line = {.length = 0};
  uint32_t n = length < HEXDUMP_LINE ? length : HEXDUMP_LINE;
  long result;

  if (!length || length > HEXDUMP_MAX) return -EINVAL;
  if (!k_user_readable(K->current->domain, (struct uslice){buf, length})) return -EFAULT;
  hexdump(put_text, &line, buf, (const void *)(uintptr_t)buf, n);
  result = process_console->write(line.text, line.length);
  if (k_is_blocked(K->current)) return result;
  if (n == length) return 0;
  frame->r0 = buf + n;
  frame->r1 = length - n;
  arch_call_restart(frame);
  return (long)frame->r0;
}

static long p_call_test(uint32_t a, uint32_t b, uint32_t c, uint32_t d) {
  struct text line = {.length = 0};
  long result;

  fmt_put(put_text, &line, "test call: %d %d %d %d\n", (int)a, (int)b, (int)c, (int)d);
  result = process_console->write(line.text, line.length);
  return k_is_blocked(K->current) ? result : 0;
}

#define SYSCALL(number, name, class, prototype, text) [number] = (k_function *)(uintptr_t)p_call_##name,
k_function *const k_process_functions[1 << K_CALL_BITS] = {
#include "syscalls.def"
};
#undef SYSCALL

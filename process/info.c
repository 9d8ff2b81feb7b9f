/* What there is to see of processes (sys_info()), and what is for looking and measuring alone. A build without reports has
 * none of it, but what /proc needs. */
#include "calls.h"
#include "fmt.h"
#include "hexdump.h"
#include "mem.h"
#include "object.h"

#if PITH_REPORTS || PITH_FILES
enum { HEXDUMP_MAX = 256, HEXDUMP_LINE = 16, LINE = 100 };

void memory_info(struct pith_info_memory *m) {
  m->total = pool_size(&process_pool);
  m->free = pool_free(&process_pool, &m->largest);
  m->blocks = process_pool.count - (process_pool.hole != 0);
  for (int i = 0; i < PITH_PROCESSES; i++)
    if (process_table[i].state == PROCESS_ALIVE) m->waste += process_table[i].waste * 8u;
  m->kernel_free = (uint32_t)heap_free_bytes(&R->heap); /* in the kernel: pith_heap_free() is a call */
}

struct pith_limits process_limits(const struct process *p) {
  const struct process_bounds *b = &p->bounds;
  struct pith_limits l = {
      .memory = b->memory, .threads = b->threads, .handles = b->handles, .objects_memory = b->objects_memory};

  budget_tell(p, &l);
  return l;
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
                                      .text_size = process_text_size(p),
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
                                     .tid = (int32_t)t->thread.tid,
                                     .state = (uint8_t)pith_thread_state(&t->thread),
                                     .priority = t->thread.priority,
                                     .own_priority = t->thread.base,
                                     .stack = K_WORD(t->thread.stack),
                                     .stack_size = t->thread.stack_size,
                                     .sp = K_WORD(t->thread.sp),
                                     .cpu_us = thread_cpu_us(&t->thread)};
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
#if PITH_SHARED_OBJECTS
  case PITH_OBJECT_QUEUE:
    out->count = o->queue.count;
    out->most = o->queue.room;
    out->size = o->queue.size;
    break;
  case PITH_OBJECT_SHM: out->size = o->region.size; break;
  case PITH_OBJECT_DEVICE: out->size = o->device.is->size; break;
#endif
  }
  return 0;
}

long p_call_info(int what, uint32_t index, uint32_t buf, uint32_t size) {
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
long p_call_hexdump(uint32_t buf, uint32_t length) {
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

long p_call_test(uint32_t a, uint32_t b, uint32_t c, uint32_t d) {
  struct text line = {.length = 0};
  long result;

  fmt_put(put_text, &line, "test call: %d %d %d %d\n", (int)a, (int)b, (int)c, (int)d);
  result = process_console->write(line.text, line.length);
  return k_is_blocked(K->current) ? result : 0;
}
#endif

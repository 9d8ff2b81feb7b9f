/* The system calls, C side. Each runs in the kernel context with up to four registers from the caller's
 * frame; each is bounded. Every pointer is an allegation until usercopy has checked it. A call that has
 * to wait for the console parks and is made again from its start when woken, so it may change nothing
 * before that. */
#include "fmt.h"
#include "hexdump.h"
#include "internal.h"

enum { HEXDUMP_MAX = 256, HEXDUMP_LINE = 16, LINE = 100 };

/* A wait of so many microseconds as a deadline; negative is for ever. */
static pith_time deadline_of(int64_t us) {
  if (us < 0 || us > INT64_MAX / PITH_TICK_HZ - 1000000) return PITH_FOREVER;
  return pith_deadline((us * PITH_TICK_HZ + 999999) / 1000000);
}

static long p_call_null(void) { return 0; }

static long p_call_exit(int status) {
  process_end(process_current(), PROCESS_EXITED, status);
  return 0;
}

static long p_call_write(int fd, uint32_t buf, uint32_t length) {
  if (fd != 1 && fd != 2) return -EBADF;
  if (!k_user_readable(K->current->domain, (struct uslice){buf, length})) return -EFAULT;
  return length ? process_console->write((const void *)(uintptr_t)buf, length) : 0;
}

static long p_call_read(int fd, uint32_t buf, uint32_t length) {
  if (fd != 0) return -EBADF;
  if (!k_user_writable(K->current->domain, (struct uslice){buf, length})) return -EFAULT;
  return length ? process_console->read((void *)(uintptr_t)buf, length) : 0;
}

static long p_call_yield(void) {
  k_yield();
  return 0;
}

static long p_call_sleep(int64_t us) {
  if (us < 0) return -EINVAL;
  k_wait(NULL, deadline_of(us));
  return 0;
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

static long p_call_sem_create(uint32_t initial) {
  return initial > PITH_SEM_MAX ? -EINVAL : handle_open(process_current(), OBJECT_SEM, initial);
}

static long p_call_sem_give(uint32_t handle) {
  struct object *o = handle_get(process_current(), handle, OBJECT_SEM);

  return o ? k_sem_give(&o->sem, 1) : -EBADF;
}

static long p_call_sem_take(uint32_t handle, uint32_t pad, int64_t us) {
  struct object *o = handle_get(process_current(), handle, OBJECT_SEM);

  (void)pad;
  return o ? k_sem_take(&o->sem, deadline_of(us)) : -EBADF;
}

static long p_call_mutex_create(void) { return handle_open(process_current(), OBJECT_MUTEX, 0); }

static long p_call_mutex_lock(uint32_t handle, uint32_t pad, int64_t us) {
  struct object *o = handle_get(process_current(), handle, OBJECT_MUTEX);

  (void)pad;
  return o ? k_mutex_lock(&o->mutex, true, deadline_of(us)) : -EBADF;
}

static long p_call_mutex_unlock(uint32_t handle) {
  struct object *o = handle_get(process_current(), handle, OBJECT_MUTEX);

  return o ? k_mutex_unlock(&o->mutex) : -EBADF;
}

static long p_call_close(uint32_t handle) { return handle_close(process_current(), handle); }

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

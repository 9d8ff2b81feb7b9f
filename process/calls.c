/* The system calls, C side. Each runs in the kernel context with up to four registers from the caller's
 * frame; each is bounded. Every pointer is an allegation until usercopy has checked it. A call that has
 * to wait for the console parks and is made again from its start when woken, so it may change nothing
 * before that. */
#include "calls.h"
#include "object.h"
#include "pith/account.h"

long p_call_null(void) { return 0; }

long p_call_exit(int status) {
  process_end(process_current(), PROCESS_EXITED, status);
  return 0;
}

long p_call_yield(void) {
  k_yield();
  return 0;
}

long p_call_sleep(int64_t us) {
  long error;

  if (us < 0) return -EINVAL;
  error = thread_may_wait();
  if (!error) k_wait(NULL, process_deadline(us));
  return error;
}

long p_call_uptime(uint32_t to) {
  uint64_t us = (uint64_t)pith_now() * 1000000 / PITH_TICK_HZ;

  return k_copy_to_user(K->current->domain, (struct uslice){to, sizeof us}, &us);
}

long p_call_brk(uint32_t end) {
  struct process *p = process_current();

  if (end) {
    if (end < p->brk_low || end > p->block + p->block_size) return -ENOMEM;
    p->brk = end;
  }
  return (long)p->brk;
}

long p_call_getpid(void) { return process_current()->pid; }

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

long p_call_sem_create(uint32_t initial) {
  return initial > PITH_SEM_MAX ? -EINVAL : make(PITH_OBJECT_SEM, initial);
}

long p_call_mutex_create(void) { return make(PITH_OBJECT_MUTEX, 0); }

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

long p_call_sem_give(uint32_t handle) {
  long error;
  struct object *o = sem_to_give(handle, &error);

  return o ? k_sem_give(&o->sem, 1) : error;
}

long p_call_sem_take(uint32_t handle, uint32_t pad, int64_t us) {
  (void)pad;
  return take(handle, us);
}

long p_call_sem_give_take(uint32_t given, uint32_t taken, int64_t us) {
  long error;
  struct object *o = sem_to_give(given, &error);

  if (!o || !handle_get(process_current(), taken, PITH_OBJECT_SEM, PITH_RIGHT_WAIT, &error)) return error;
  error = k_sem_give(&o->sem, 1);
  return error ? error : take(taken, us);
}

static struct object *mutex(uint32_t handle, long *error) {
  return handle_get(process_current(), handle, PITH_OBJECT_MUTEX, PITH_RIGHT_WAIT, error);
}

long p_call_mutex_lock(uint32_t handle, uint32_t pad, int64_t us) {
  long error;
  struct object *o = mutex(handle, &error);

  (void)pad;
  return o ? k_mutex_lock(&o->mutex, true, process_deadline(us)) : error;
}

long p_call_mutex_unlock(uint32_t handle) {
  long error;
  struct object *o = mutex(handle, &error);

  if (o) error = k_mutex_unlock(&o->mutex);
  signal_recheck();
  return error;
}

/* ---- processes ---- */

long p_call_spawn(uint32_t spawn) {
  return service_enter(process_spawn_service, spawn, K_WORD(K->current));
}

long p_call_process_id(long pid, int what) {
  struct process *p = pid ? process_by_pid((int)pid) : process_current();

  if (!p) return -ESRCH;
  if (what == PITH_ID_PARENT) return p->parent;
  return what == PITH_ID_GROUP ? p->group : -EINVAL;
}

/* ---- time ---- */

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

uint64_t thread_cpu_us(const struct pith_thread *t) { return us_of(thread_cycles(t)); }

uint64_t process_cpu_us(const struct process *p) {
#if PITH_ACCOUNTING
  uint64_t cycles = p->cycles;

  k_account_now();
#else
  uint64_t cycles = 0;
#endif

  for (int i = 0; i < PITH_PROCESS_THREADS; i++) {
    const struct pith_thread *t = &process_threads[i].thread;

    if (t->domain == &p->domain && k_exists(t)) cycles += thread_cycles(t);
  }
  return us_of(cycles);
}

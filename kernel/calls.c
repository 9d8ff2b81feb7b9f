/* The C side of the calls of kernel threads: the table by number, and the thin wrappers whose home is no
 * object. The assembly loads up to four argument registers from the caller's frame, so a wrapper may
 * take a 64-bit argument in r2:r3 after a word and a pad, or in r0:r1. */
#include "kernel.h"

long k_call_yield(void), k_call_sleep_until(pith_time), k_call_thread_init(void), k_call_thread_create(void),
    k_call_thread_start(void), k_call_thread_exit(void), k_call_thread_join(void), k_call_thread_delete(void),
    k_call_thread_suspend(void), k_call_thread_resume(void), k_call_thread_cancel(void),
    k_call_thread_set_priority(void), k_call_reap(void);

static long k_call_sem_give(struct pith_sem *s) { return k_sem_give(s, 1); }
static long k_call_sem_take(struct pith_sem *s) { return k_sem_take(s, PITH_FOREVER); }
static long k_call_mutex_lock(struct pith_mutex *m) { return k_mutex_lock(m, PITH_FOREVER, false); }
static long k_call_mutex_unlock(struct pith_mutex *m) { return k_mutex_unlock(m); }
static long k_call_sem_delete(struct pith_sem *s) { return k_sem_delete(s); }
static long k_call_mutex_delete(struct pith_mutex *m) { return k_mutex_delete(m); }

static long k_call_sem_take_until(struct pith_sem *s, uint32_t pad, pith_time deadline) {
  (void)pad;
  return k_sem_take(s, deadline);
}

static long k_call_mutex_lock_until(struct pith_mutex *m, uint32_t pad, pith_time deadline) {
  (void)pad;
  return k_mutex_lock(m, deadline, false);
}

static long k_call_monitor(long (*fn)(long, long, long), long a, long b, long c) { return fn(a, b, c); }

static long k_call_malloc(size_t size) {
  k_reap();
  return (long)(intptr_t)heap_alloc(&R->heap, size);
}

static long k_call_free(void *p) { return heap_free(&R->heap, p); }
static long k_call_heap_free(void) {
  k_reap();
  return (long)heap_free_bytes(&R->heap);
}

static long k_call_start(void) { return 0; }

#define KCALL(number, name, handler) [number] = (k_function *)(uintptr_t)k_call_##name,
k_function *const k_kernel_functions[1 << K_CALL_BITS] = {
#include "calls.def"
};
#undef KCALL

#define KCALL(number, name, handler) [number] = #name,
const char *const k_call_names[1 << K_CALL_BITS] = {
#include "calls.def"
};
#undef KCALL

/* ---- the caller's side ---- */

static inline long call(unsigned number, uintptr_t a, uintptr_t b, uintptr_t c, uintptr_t d) {
  return arch_call((uint32_t)a, (uint32_t)b, (uint32_t)c, (uint32_t)d, number);
}

long pith_monitor(long (*fn)(long a, long b, long c), long a, long b, long c) {
  return call(K_CALL_monitor, (uintptr_t)fn, (uintptr_t)a, (uintptr_t)b, (uintptr_t)c);
}

int pith_sem_delete(struct pith_sem *s) { return (int)call(K_CALL_sem_delete, (uintptr_t)s, 0, 0, 0); }
int pith_mutex_delete(struct pith_mutex *m) { return (int)call(K_CALL_mutex_delete, (uintptr_t)m, 0, 0, 0); }

void *pith_malloc(size_t size) {
  if (!R->started) return heap_alloc(&R->heap, size);
  return (void *)(intptr_t)call(K_CALL_malloc, size, 0, 0, 0);
}

int pith_free(void *p) {
  if (!p) return 0;
  return R->started ? (int)call(K_CALL_free, (uintptr_t)p, 0, 0, 0) : heap_free(&R->heap, p);
}

size_t pith_heap_free(void) {
  return R->started ? (size_t)call(K_CALL_heap_free, 0, 0, 0, 0) : heap_free_bytes(&R->heap);
}

/* The calls whose home is no object: the kernel's heap, monitor calls, and the idle thread's housekeeping. */
#include "kernel.h"

static long monitor(long (*fn)(long, long, long), long a, long b, long c) { return fn(a, b, c); }
K_CALL(monitor)

static long heap_malloc(size_t size) {
  k_reap();
  return (long)(intptr_t)heap_alloc(&R->heap, size);
}
K_CALL(heap_malloc)

static long heap_release(void *p) {
  int error = heap_free(&R->heap, p);

  if (PITH_DEBUG_CHECKS && error)
    pith_panic("pith_free(%p): no block in use, freed before, or what is around it is overwritten", p);
  return error;
}
K_CALL(heap_release)

static long heap_count(void) {
  k_reap();
  return (long)heap_free_bytes(&R->heap);
}
K_CALL(heap_count)

static long housekeeping(void) {
  k_reap();
  return 0;
}
K_CALL(housekeeping)

/* Does nothing: boot becomes the idle thread by it (arch_first_switch). */
static long start(void) { return 0; }
K_CALL_FROM_OUTSIDE(k_idle_call, start, "start")

_Noreturn void k_idle(void) {
  for (;;) {
    if (PITH_HEAP && R->graveyard) K_ENTER(housekeeping, 0, 0, 0, 0);
    if (R->idle_hook) R->idle_hook();
    arch_wait_for_interrupt();
  }
}

/* ---- the caller's side ---- */

long pith_monitor(long (*fn)(long a, long b, long c), long a, long b, long c) {
  return K_ENTER(monitor, fn, a, b, c);
}

void *pith_malloc(size_t size) {
  if (!R->started) return heap_alloc(&R->heap, size);
  return (void *)(intptr_t)K_ENTER(heap_malloc, size, 0, 0, 0);
}

int pith_free(void *p) {
  if (!p) return 0;
  return R->started ? (int)K_ENTER(heap_release, p, 0, 0, 0) : heap_free(&R->heap, p);
}

size_t pith_heap_free(void) {
  return R->started ? (size_t)K_ENTER(heap_count, 0, 0, 0, 0) : heap_free_bytes(&R->heap);
}

void pith_idle_hook(void (*hook)(void)) { R->idle_hook = hook; }

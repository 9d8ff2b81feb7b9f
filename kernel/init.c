/* Bringing the kernel up: its state, its heap, the two domains of kernel threads, the idle thread.
 *
 * The idle thread is what is left of boot: pith_start() puts it in the ready list as the running thread,
 * moves to its stack and calls the kernel, which switches to whoever is more urgent. */
#include "kernel.h"
#include "config_check.h"
#include "mem.h"
#include "mpu.h"

struct k_rest k_rest;
static uint64_t idle_stack[PITH_IDLE_STACK / 8];
#if PITH_HEAP
static uint64_t heap_memory[PITH_HEAP / 8];
#endif

#if PITH_DOMAINS
/* Regions 0 to 3 off (RBAR with VALID and the region's number, RASR 0). */
#define NO_REGIONS {0x10, 0, 0x11, 0, 0x12, 0, 0x13, 0}
#if PITH_FAST
#define CALLS(table) .calls = table, .mpu = NO_REGIONS
#else
#define CALLS(table) .mpu = NO_REGIONS
#endif
struct k_domain k_domain_kernel = {CALLS(k_calls_kernel)};
#if PITH_COOPERATIVE_THREADS
struct k_domain k_domain_coop = {CALLS(k_calls_coop), .control = K_DOMAIN_TELL};
#endif
struct k_domain k_domain_sliced = {CALLS(k_calls_kernel), .control = K_DOMAIN_TELL};
#endif

void pith_init(void) {
  memset(K, 0, sizeof *K);
  memset(R, 0, sizeof *R);
  arch_init();
  k_time_init();
#if PITH_HEAP
  heap_init(&R->heap, heap_memory, sizeof heap_memory);
#endif
#if PITH_DOMAINS
#if PITH_FAST
  K->calls = k_calls_kernel;
#endif
  K->domain = K_DOMAIN_KERNEL;
#endif
}

_Noreturn void pith_start(uint32_t clock_hz) {
  static const struct pith_thread_attr attr = {
      .name = "idle", .priority = PITH_PRIORITIES - 1, .stack = idle_stack, .stack_size = sizeof idle_stack};

  k_stack_paint(idle_stack, sizeof idle_stack);
  k_thread_setup(&R->idle, &attr, NULL, NULL, K_DOMAIN_KERNEL);
  R->threads--; /* it is beyond PITH_THREADS */
  K->current = &R->idle;
  R->started = true;
  arch_first_switch((struct arch_frame *)(void *)R->idle.sp + 1, clock_hz); /* what it would return to is never used */
}

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

/* Regions 0 to 3 off (RBAR with VALID and the region's number, RASR 0). */
#define NO_REGIONS {0x10, 0, 0x11, 0, 0x12, 0, 0x13, 0}
struct k_domain k_domain_kernel = {.calls = k_calls_kernel, .mpu = NO_REGIONS};
#if PITH_COOPERATIVE_THREADS
struct k_domain k_domain_coop = {.calls = k_calls_coop, .mpu = NO_REGIONS, .control = K_DOMAIN_TELL};
#else
struct k_domain k_domain_coop;
#endif
struct k_domain k_domain_sliced = {.calls = k_calls_kernel, .mpu = NO_REGIONS, .control = K_DOMAIN_TELL};

void pith_init(void) {
  memset(K, 0, sizeof *K);
  memset(R, 0, sizeof *R);
  arch_init();
  k_time_init();
#if PITH_HEAP
  heap_init(&R->heap, heap_memory, sizeof heap_memory);
#endif
  K->calls = k_calls_kernel;
  K->domain = &k_domain_kernel;
}

_Noreturn void pith_start(uint32_t clock_hz) {
  struct pith_thread *idle = &R->idle;

  *idle = (struct pith_thread){.name = "idle",
                               .priority = PITH_PRIORITIES - 1,
                               .base = PITH_PRIORITIES - 1,
                               .seal = K_SEAL ^ K_WORD(idle),
                               .domain = &k_domain_kernel,
                               .stack = (uint8_t *)idle_stack,
                               .stack_size = sizeof idle_stack,
                               .all = R->all};
  memset(idle_stack, 0xA5, sizeof idle_stack);
#if PITH_STACK_GUARDS
  idle->guard = arch_mpu_guard((uintptr_t)idle_stack);
#endif
#if PITH_STACK_GUARDS || PITH_PROCESS_SUPPORT
  arch_mpu_enable();
#endif
  R->all = idle;
  k_set_list(idle);
  k_ready(idle);
  K->current = idle;
  R->started = true;
  arch_first_switch(idle_stack + PITH_IDLE_STACK / 8, clock_hz);
}

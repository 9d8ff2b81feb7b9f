/* Starting the kernel, its clock, its heap, the idle hook, the end.
 *
 *   static struct pith_thread first;
 *   static uint64_t stack[128];
 *
 *   static void run(void *unused) {
 *     for (pith_time next = pith_now();; pith_sleep_until(next += PITH_MS(10))) measure();
 *   }
 *
 *   int main(void) {
 *     struct pith_thread_attr attr = {.priority = 5, .stack = stack, .stack_size = sizeof stack};
 *
 *     pith_init();
 *     PITH_ASSERT(pith_thread_init(&first, &attr, run, NULL) == 0);
 *     pith_start(25000000); // Hz
 *   }
 */
#ifndef PITH_KERNEL_H
#define PITH_KERNEL_H
#include "pith/types.h"

/* Prepares the kernel; then threads and objects may be made. Boot, once. */
void pith_init(void);
/* Starts the clock, its timer fed by clock_hz, and the most urgent thread. A tick, clock_hz / PITH_TICK_HZ,
 * must be 32 to 8388608 cycles: else it panics. Boot; does not return. */
_Noreturn void pith_start(uint32_t clock_hz);

/* Ticks since pith_start(). Any context from then on. No kernel entry. */
pith_time pith_now(void);
/* now + span + 1 (the present tick is partly over) without overflow: the deadline of a wait that is to last
 * at least span. PITH_POLL for a span of 0 or less, PITH_FOREVER for PITH_FOREVER. Any context. */
pith_time pith_deadline(pith_time span);

/* Memory from the kernel's own heap, 8-aligned; NULL when there is none. Boot or thread. O(1). */
void *pith_malloc(size_t size);
/* Gives it back; NULL is fine. 0, -EINVAL (not a block in use, one freed before, or an overwritten one:
 * nothing is changed; with PITH_DEBUG_CHECKS that panics). Boot or thread. O(1). */
int pith_free(void *p);
/* Bytes free in the kernel heap, in pieces perhaps. Boot or thread. O(1). */
size_t pith_heap_free(void);

/* hook is called by the idle thread, on its stack of PITH_IDLE_STACK bytes, each time before it sleeps until
 * an interrupt. It must not block (nobody would be left to run). NULL for none. Any context. */
void pith_idle_hook(void (*hook)(void));

/* Prints a report and stops: under QEMU the run ends with status 70. Any context. */
#if PITH_REPORTS
_Noreturn void pith_panic(const char *format, ...) __attribute__((format(printf, 1, 2)));
#else
_Noreturn void k_stop(void);
#define pith_panic(...) k_stop()
#endif
/* Where reports of panics go, one byte at a time, by polling. Boot. */
void pith_panic_output(void (*put)(void *ctx, char c), void *ctx);
/* A caller's bug: names it and panics. */
#define PITH_ASSERT(cond)                                                                                    \
  do {                                                                                                       \
    if (!(cond)) pith_panic("%s:%d: assertion failed: %s", __FILE__, __LINE__, #cond);                       \
  } while (0)
#endif

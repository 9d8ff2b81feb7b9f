/* The architecture contract: what the portable kernel asks of a core. arch/armv7m and arch/cortexm
 * implement it for Cortex-M3/M4/M7, arch/host fakes it for unit tests. */
#ifndef PITH_ARCH_H
#define PITH_ARCH_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct pith_thread;
struct k_domain;

/* What the hardware stacks on exception entry (Armv7-M ARM B1.5.6), lowest address first. */
struct arch_frame {
  uint32_t r0, r1, r2, r3, r12, lr, pc, xpsr;
};

/* Lays the first frame of a thread below `top` of its stack (8-aligned), so that switching to it calls entry(arg) and a
 * return from entry calls k_thread_return(). Fills the saved context of t. Kernel context or boot. */
void arch_thread_init(struct pith_thread *t, void *top, void (*entry)(void *), void *arg);
void k_thread_return(void); /* the kernel's */

/* Priorities of SVCall, PendSV, SysTick and the fault exceptions; FPU access; fault enables. Boot. */
void arch_init(void);
/* Leaves the boot stack, which may lie anywhere, for the idle thread's; from here on exceptions have the whole of the
 * interrupt stack, which k_stack_start() fills. Enables the MPU, starts the tick (PITH_TICK_HZ, from a timer fed by
 * clock_hz), makes the first switch; comes back as the idle thread in k_idle(). Boot. */
_Noreturn void arch_first_switch(void *idle_stack_top, uint32_t clock_hz);

/* Asks for the kernel's bottom half (PendSV). Any context. */
void arch_pend(void);
/* The number of the active exception, 0 in a thread. Any context. */
#ifdef __arm__
static inline uint32_t arch_exception(void) {
  uint32_t ipsr;

  __asm__ volatile("mrs %0, ipsr" : "=r"(ipsr));
  return ipsr;
}
#else
uint32_t arch_exception(void);
#endif
/* True in a thread, false in an exception and at boot. Any context. */
#ifdef __arm__
static inline bool arch_in_thread(void) {
  uint32_t control;

  __asm__ volatile("mrs %0, control" : "=r"(control));
  return control & 2; /* SPSEL: threads have the process stack, all else the main one (Armv7-M ARM B1.4.4) */
}
#else
bool arch_in_thread(void);
#endif
/* The interrupt stack, of PITH_ISR_STACK bytes: interrupts and the kernel run on it; boot may. */
extern uint32_t k_isr_stack[];
/* The frame of the call being served, on the caller's stack. Kernel context. */
#ifdef __arm__
static inline struct arch_frame *arch_call_frame(void) {
  struct arch_frame *frame;

  __asm__ volatile("mrs %0, psp" : "=r"(frame));
  return frame;
}
#else
struct arch_frame *arch_call_frame(void);
#endif
/* Moves a frame's pc back to the call instruction, SVC, which has 16 bits, so that the call happens again when its thread
 * next runs; or past it again. Kernel context. */
static inline void arch_call_restart(struct arch_frame *frame) { frame->pc -= 2; }
static inline void arch_call_skip(struct arch_frame *frame) { frame->pc += 2; }

/* Makes a call with four arguments: a number of kernel/hot.def, or the address of a struct k_call. Thread. */
#ifdef __arm__
static inline long arch_call(uint32_t a, uint32_t b, uint32_t c, uint32_t d, uint32_t call) {
  register uint32_t r0 __asm__("r0") = a, r1 __asm__("r1") = b, r2 __asm__("r2") = c, r3 __asm__("r3") = d;
  register uint32_t r12 __asm__("r12") = call;

  __asm__ volatile("svc #0" : "+r"(r0) : "r"(r1), "r"(r2), "r"(r3), "r"(r12) : "memory");
  return (long)r0;
}

/* The same with two: r2 and r3 are what they are. */
static inline long arch_call2(uint32_t a, uint32_t b, uint32_t call) {
  register uint32_t r0 __asm__("r0") = a, r1 __asm__("r1") = b;
  register uint32_t r12 __asm__("r12") = call;

  __asm__ volatile("svc #0" : "+r"(r0) : "r"(r1), "r"(r12) : "memory");
  return (long)r0;
}
#else
long arch_call(uint32_t a, uint32_t b, uint32_t c, uint32_t d, uint32_t call);
static inline long arch_call2(uint32_t a, uint32_t b, uint32_t call) { return arch_call(a, b, 0, 0, call); }
#endif

/* The clock. It runs from arch_first_switch() on; its interrupt, the most urgent of all, posts R->expiry at
 * the first moment that pith_now() (defined here, any context) is at or past the deadline set last, at once if
 * it is past already. Kernel context. */
void arch_clock_deadline(int64_t deadline);
/* Adds ticks that passed while the clock stood still, in a sleep that stops it. Kernel context. */
void arch_clock_advance(int64_t ticks);
/* Interrupts the clock has taken so far. Any context. */
uint32_t arch_clock_interrupts(void);
/* Cycles of the core clock so far, modulo 2^32. Any context. */
uint32_t arch_cycles(void);
/* Of them in a tick. Any context, once it runs. */
uint32_t arch_cycles_per_tick(void);

/* Atomic on this core against every interrupt. Any context. */
uint32_t arch_atomic_add(volatile uint32_t *p, uint32_t n);              /* returns the old value */
uint32_t arch_atomic_swap(volatile uint32_t *p, uint32_t v);             /* returns the old value */
uint8_t arch_atomic_swap8(volatile uint8_t *p, uint8_t v);               /* returns the old value */
bool arch_atomic_cas(volatile uint32_t *p, uint32_t old, uint32_t new_); /* true if it stored */
void arch_list_push(void *volatile *head, void *node, void **node_next); /* LIFO; not in a thread */

/* Copies bytes, exchanges the contents of a and b: whole multiples of 32 bytes, 4-aligned. Any context. O(bytes). */
void arch_copy(void *to, const void *from, uint32_t bytes);
void arch_exchange(void *a, void *b, uint32_t bytes);

/* Interrupt lines, 0..arch_irq_lines() - 1, and their levels, 0 (the most urgent but for the clock) to
 * arch_irq_levels() - 1 (above faults and the kernel). Any context. */
unsigned arch_irq_lines(void);
unsigned arch_irq_levels(void);
bool arch_irq_is_free(unsigned irq); /* the vector table has no handler of its own for it */
void arch_irq_set_level(unsigned irq, unsigned level);
void arch_irq_enable(unsigned irq);  /* at the last level if it never got one */
void arch_irq_disable(unsigned irq); /* in effect on return */
void arch_irq_pend(unsigned irq);
void arch_irq_forget(unsigned irq); /* it is not pending any more */
/* Who gets the interrupts the vector table has no handler for. */
void arch_irq_dispatcher(void (*dispatch)(uint32_t irq));

/* Leading zeros of v; 32 for 0. */
static inline unsigned arch_clz(uint32_t v) { return v ? (unsigned)__builtin_clz(v) : 32u; }

/* Sleeps until an interrupt. Thread. */
void arch_wait_for_interrupt(void);
/* No interrupt from now on: the one place after boot that masks. Any context, on the way to arch_halt(). */
void arch_stop_interrupts(void);
/* Starts the machine anew. Any context. */
_Noreturn void arch_reset(void);
/* Last words are out: stops the machine, or exits QEMU with status. */
_Noreturn void arch_halt(int status);
#endif

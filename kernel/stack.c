/* Stack truth on a core without an MPU, and how deep a stack went on any.
 *
 * Every stack of a kernel thread, and the interrupt stack, is filled with a pattern before it is used, so
 * its lowest bytes are a canary as they are. Without an MPU the domain of kernel threads asks to be told
 * when one of them is switched to (K_DOMAIN_TELL, k_entered()), as that of threads with a slice always does;
 * then the thread that ran before is looked at, and the interrupt stack. With an MPU the domain does not
 * ask: the regions of arch/cortexm/mpu_v7.c find an overflow when it happens, and no path is longer for the
 * canaries.
 *
 * HAZARD: a canary tells late. What lies below the stack has been overwritten when the panic comes. */
#include "bits.h"
#include "kernel.h"
#include "mpu.h"
#include "pith/irq.h"

#define PATTERN 0xA5A5A5A5u

enum { CANARY = ARCH_GUARD_SIZE / 4 }; /* words */

static uint32_t unused(const uint8_t *low, uint32_t size) {
  uint32_t guard = 0, n;

  if (PITH_STACK_GUARDS) guard = round_up(K_WORD(low), ARCH_GUARD_SIZE) + ARCH_GUARD_SIZE - K_WORD(low);
  for (n = guard; n < size && low[n] == (uint8_t)PATTERN;) n++; /* the guard may not even be read */
  return n - guard;
}

uint32_t pith_stack_unused(const struct pith_thread *t) { return unused(t->stack, t->stack_size); }

#if PITH_STACK_GUARDS
uint32_t pith_irq_stack_unused(void) { return unused((uint8_t *)k_isr_stack, PITH_ISR_STACK); }

static bool is_whole(const void *stack) {
  const uint32_t *word = stack;
  unsigned n = 0;

  while (n < CANARY && word[n] == PATTERN) n++;
  return n == CANARY;
}

bool k_stack_is_whole(const struct pith_thread *t) {
  bool guarded = !R->canaries || t->domain->control & 1 || t->flags & PITH_DORMANT; /* or not filled yet */

  return guarded ||
         (is_whole(t->stack) && (t == K->current || (uint8_t *)t->sp >= t->stack + ARCH_GUARD_SIZE));
}

bool k_isr_stack_is_whole(void) { return !R->canaries || is_whole(k_isr_stack); }

void k_stack_check(const struct pith_thread *t) {
  if (!k_isr_stack_is_whole())
    pith_panic("the interrupt stack has overflowed (%u bytes at %08x)", PITH_ISR_STACK,
               (unsigned)K_WORD(k_isr_stack));
  if (!k_stack_is_whole(t))
    pith_panic("thread %s has overflowed its stack (%u bytes at %08x): found at the next switch", t->name,
               (unsigned)t->stack_size, (unsigned)K_WORD(t->stack));
}

void k_stack_entered(struct pith_thread *t) {
  if (!R->canaries) return;
  if (R->ran) k_stack_check(R->ran);
  R->ran = t;
  K->domain = NULL; /* so that the next switch comes here, too */
}

/* If t ends itself it may be looked at once more, at the switch away from it: its memory is still as it was. */
void k_stack_forget(const struct pith_thread *t) {
  if (R->canaries) k_stack_check(t);
}

void k_stack_start(void) {
  for (uint32_t *p = k_isr_stack; p < k_isr_stack + PITH_ISR_STACK / 4; p++) *p = PATTERN;
  R->canaries = !arch_mpu_regions();
  k_domain_kernel.control = R->canaries ? K_DOMAIN_TELL : 0;
  if (R->canaries) K->domain = NULL;
}
#else
uint32_t pith_irq_stack_unused(void) { return 0; }
#endif

/* Handlers attached at run time: a table by line. A line whose entry in the vector table is the default
 * handler is sent here by it (arch: the dispatcher), once the first handler has been attached; a line without
 * a handler of either kind ends in the panic that names it. */
#include "kernel.h"
#include "pith/irq.h"

struct slot {
  void (*volatile handler)(void *arg);
  void *volatile arg;
#if PITH_ACCOUNTING
  volatile uint32_t count; /* only the line itself adds to it */
#endif
};

static struct slot slots[PITH_IRQ_SLOTS];

static void dispatch(uint32_t irq) {
  void (*handler)(void *arg) = irq < PITH_IRQ_SLOTS ? slots[irq].handler : NULL;

  if (!handler) k_panic_irq(irq + 16);
#if PITH_ACCOUNTING
  slots[irq].count++;
#endif
  handler(slots[irq].arg);
}

/* Between two writes of a slot the line is disabled. */
static void not_yet(void *arg) { (void)arg; }

int pith_irq_attach(unsigned irq, void (*handler)(void *arg), void *arg) {
  struct slot *slot;

  if (irq >= arch_irq_lines() || irq >= PITH_IRQ_SLOTS || !handler) return -EINVAL;
  slot = &slots[irq];
  if (!arch_irq_is_free(irq)) return -EBUSY;
  if (!arch_atomic_cas((volatile uint32_t *)&slot->handler, 0, K_WORD(not_yet))) return -EBUSY;
  arch_irq_disable(irq);
  arch_irq_set_level(irq, arch_irq_levels() - 1);
  slot->arg = arg;
  slot->handler = handler;
  arch_irq_dispatcher(dispatch);
  return 0;
}

int pith_irq_detach(unsigned irq) {
  if (irq >= arch_irq_lines() || irq >= PITH_IRQ_SLOTS || !slots[irq].handler) return -EINVAL;
  arch_irq_disable(irq);
  arch_irq_forget(irq);
  slots[irq].handler = NULL;
  return 0;
}

int pith_irq_enable(unsigned irq) {
  if (irq >= arch_irq_lines()) return -EINVAL;
  arch_irq_enable(irq);
  return 0;
}

int pith_irq_disable(unsigned irq) {
  if (irq >= arch_irq_lines()) return -EINVAL;
  arch_irq_disable(irq);
  return 0;
}

int pith_irq_count(unsigned irq, uint32_t *count) {
  if (irq >= PITH_IRQ_SLOTS || !slots[irq].handler) return -EINVAL;
#if PITH_ACCOUNTING
  *count = slots[irq].count;
  return 0;
#else
  (void)count;
  return -ENOTSUP;
#endif
}

unsigned pith_irq_levels(void) { return arch_irq_levels(); }

int pith_irq_priority(unsigned irq, unsigned level) {
  if (irq >= arch_irq_lines() || level >= arch_irq_levels()) return -EINVAL;
  arch_irq_set_level(irq, level);
  return 0;
}

int pith_irq_pend(unsigned irq) {
  if (irq >= arch_irq_lines()) return -EINVAL;
  arch_irq_pend(irq);
  return 0;
}

/* Interrupt lines: handlers attached at run time, priorities, on and off.
 *
 *   enum { LINE_BUTTON = 4 };
 *   static struct pith_sem pressed = PITH_SEM_INIT(0);
 *
 *   static void button(void *arg) { pith_sem_give(arg); }
 *
 *   int button_start(void) {
 *     int error = pith_irq_attach(LINE_BUTTON, button, &pressed);
 *
 *     if (!error) error = pith_irq_priority(LINE_BUTTON, 2);
 *     return error ? error : pith_irq_enable(LINE_BUTTON);
 *   }
 *
 * A handler of any priority may call what "any context" and "ISR" functions there are: the kernel masks
 * nothing. A driver may instead define the line's handler under its CMSIS name (boards: vectors.c); that one
 * is entered by the hardware directly, an attached one 14 instructions later. A line that comes and has
 * neither is a panic that names it.
 *
 * Level 0 is the most urgent. Above it there is only the clock's interrupt, below the last level faults and
 * the kernel. Cores have 5 levels (3 bits), 12 (4 bits) or more. */
#ifndef PITH_IRQ_H
#define PITH_IRQ_H
#include "pith/types.h"

/* Levels there are. Any context. */
unsigned pith_irq_levels(void);
/* Makes handler(arg) serve line irq, with the last level, not yet enabled. 0, -EINVAL (no such line, or from
 * PITH_IRQ_SLOTS on; no handler), -EBUSY (it has a handler, attached or by name). Thread or boot. O(1). */
int pith_irq_attach(unsigned irq, void (*handler)(void *arg), void *arg);
/* Disables the line and takes its handler away; after the return in a thread it does not run. What was
 * pending is forgotten. 0, -EINVAL (nothing attached). Thread or boot. O(1). */
int pith_irq_detach(unsigned irq);
/* Lets the line through, or not. What comes while it is disabled stays pending. A line that was never given a
 * level gets the last one. After pith_irq_disable() in a thread its handler does not run. 0, -EINVAL (no such
 * line). Any context. */
int pith_irq_enable(unsigned irq);
int pith_irq_disable(unsigned irq);
/* Sets the level of a line, attached or not, 0..pith_irq_levels() - 1. 0, -EINVAL (no such line, no such
 * level). Any context. */
int pith_irq_priority(unsigned irq, unsigned level);
/* Makes the line pending, as its device would. If it is enabled, its handler has run on return, unless the
 * caller is an ISR of the same or a more urgent level. 0, -EINVAL. Any context. */
int pith_irq_pend(unsigned irq);
/* How often the line, which has a handler attached, has come. 0, -EINVAL (nothing attached), -ENOTSUP (a build without
 * PITH_ACCOUNTING). Any context. */
int pith_irq_count(unsigned irq, uint32_t *count);
/* Bytes of the interrupt stack (PITH_ISR_STACK: interrupts and the kernel) never used since pith_start(), its
 * guard apart; 0 in a build without PITH_STACK_GUARDS. Thread. O(PITH_ISR_STACK). */
uint32_t pith_irq_stack_unused(void);
#endif

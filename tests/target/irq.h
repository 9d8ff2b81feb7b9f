/* Interrupts for tests: three lines that nothing else uses, raised by software, and three timers.
 *
 * Lines and timers have a handler each, set before use. Priorities are NVIC priority bytes: 0 the most
 * urgent; use multiples of 0x20, which every core has, below 0xC0. */
#ifndef PITH_TEST_IRQ_H
#define PITH_TEST_IRQ_H
#include <stdint.h>

enum { IRQ_LINES = 3, IRQ_TIMERS = 3, IRQ_FIRST_LINE = 13 };

/* Lets line (0..IRQ_LINES - 1) through. Its NVIC number is IRQ_FIRST_LINE + line. Thread. */
void irq_on(unsigned line, uint8_t priority, void (*handler)(void));
/* Pends it: its handler has run on return unless the caller's own priority forbids. Any context. */
void irq_raise(unsigned line);

/* Sets up timer (0..IRQ_TIMERS - 1). Thread. */
void timer_on(unsigned timer, uint8_t priority, void (*handler)(void));
/* One interrupt after about so many clocks of 25 MHz (1 to 16,000), instead of one that is due. Thread, ISR. */
void timer_once(unsigned timer, uint32_t clocks);
#endif

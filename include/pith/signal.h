/* Signals with a value: one writer publishes a word, and every thread that waits at that moment gets it.
 * Who is not waiting misses it, but can read the latest.
 *
 *   static struct pith_signal temperature = PITH_SIGNAL_INIT(0);
 *
 *   void adc_isr(void) { pith_signal_publish(&temperature, adc_read()); }
 *
 *   void display(void *unused) {
 *     uint32_t value;
 *     while (pith_signal_wait(&temperature, &value) == 0) show(value);
 *   }
 */
#ifndef PITH_SIGNAL_H
#define PITH_SIGNAL_H
#include "pith/types.h"

struct pith_signal {
  struct k_post post;
  struct k_waitq waiters;
  volatile uint32_t value;
};
void k_signal_apply(struct k_post *post, uint32_t n);
#define PITH_SIGNAL_INIT(value) {{k_signal_apply, 0, 0}, {0}, (value)}

/* Makes s usable, with a value to read until the first is published. Any context, before its first use. */
void pith_signal_init(struct pith_signal *s, uint32_t value);
/* Publishes value and wakes all waiters with it, the most urgent first. Of several publications by
 * interrupts before the kernel gets to run, the last one is what the waiters get. 0. Any context, any
 * interrupt priority. O(1) in an ISR; O(waiters) in the kernel. */
int pith_signal_publish(struct pith_signal *s, uint32_t value);
/* Waits for the next publication; *value (may be NULL) is the one that ended the wait, untouched on an
 * error. 0, -ECANCELED, -EIDRM. Thread. O(waiters). */
int pith_signal_wait(struct pith_signal *s, uint32_t *value);
/* The same until a deadline. Also -ETIMEDOUT. Thread. */
int pith_signal_wait_until(struct pith_signal *s, uint32_t *value, pith_time deadline);
/* The same for a span of ticks from now. PITH_POLL is always -ETIMEDOUT: use pith_signal_value(). */
int pith_signal_wait_for(struct pith_signal *s, uint32_t *value, pith_time span);
/* The value published last. Any context. O(1). */
uint32_t pith_signal_value(const struct pith_signal *s);
/* Ends every wait on s with -EIDRM. Thread. O(waiters). */
int pith_signal_delete(struct pith_signal *s);
#endif

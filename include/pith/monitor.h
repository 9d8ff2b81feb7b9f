/* Running a piece of code as the kernel: for drivers.
 *
 * The kernel is a monitor: it runs in SVCall and PendSV, which share the lowest exception priority, so
 * nothing in it ever overlaps and it needs no locks. A driver that is shared by threads and processes
 * puts its shared part into a function and runs it here. Interrupts go on meanwhile.
 *
 *   static struct pith_waker room; // pith_waker_init() at boot
 *
 *   static long put(long byte, long unused, long unused2) {
 *     if (fifo_is_full()) return pith_monitor_wait(&room);
 *     fifo_put(byte);
 *     return 0;
 *   }
 *
 *   long uart_send(uint8_t byte) { return pith_monitor(put, byte, 0, 0); }
 *   void uart_isr(void) { pith_wake(&room); }
 */
#ifndef PITH_MONITOR_H
#define PITH_MONITOR_H
#include "pith/types.h"

/* Threads wait on it until a thread or an interrupt wakes them all. */
struct pith_waker {
  struct k_post post;
  struct k_waitq waiters;
};

/* Makes w usable. Any context, before its first use. */
void pith_waker_init(struct pith_waker *w);

/* Wakes every thread that waits on w. Any context, any interrupt priority. O(waiters), in the kernel. */
void pith_wake(struct pith_waker *w);

/* Runs fn(a, b, c) in the kernel context and returns its result. fn must be short and bounded; it may not
 * block but by pith_monitor_wait(). Thread. One kernel entry, and fn's own time, in which no thread runs. */
long pith_monitor(long (*fn)(long a, long b, long c), long a, long b, long c);

/* Parks the calling thread until w is woken and then runs the whole call (the pith_monitor() call or
 * the system call) again from its start. Its value must be returned by fn at once. Kernel context. */
long pith_monitor_wait(struct pith_waker *w);

/* The same with an end: when the deadline has come the call runs again, too, and sees so by the clock. -ETIMEDOUT, without
 * another run, if it has come already. */
long pith_monitor_wait_until(struct pith_waker *w, pith_time deadline);

/* Runs the whole call again at once, behind what interrupts have posted and what the kernel has posted to itself. Its
 * value must be returned by fn at once. Kernel context. */
long pith_monitor_again(void);

/* Work that an interrupt handler, or the kernel itself, leaves to the kernel context. */
struct pith_deferred {
  struct k_post post;
  void (*run)(struct pith_deferred *d);
};

/* Makes d usable: run(d) will be called. Any context, before its first use. */
void pith_deferred_init(struct pith_deferred *d, void (*run)(struct pith_deferred *d));

/* Has run(d) called in the kernel context, soon: once for all that is asked until it begins. It must be short and
 * bounded. Any context, any interrupt priority. O(1). */
void pith_defer(struct pith_deferred *d);
#endif

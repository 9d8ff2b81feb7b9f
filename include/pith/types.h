/* Types every public header shares, and what the words of their contracts mean.
 *
 * Errors are negative <pith_errno.h> numbers; 0 or more is success. A pointer that is no object of its kind
 * is a bug that need not be noticed.
 *
 * Boot: before pith_start(). Thread: a kernel thread, and not an interrupt; a call that would enter the
 * kernel from one panics with its own name and the interrupt's number. ISR: an interrupt handler of any
 * priority, or a timer's function. Any context: all of these. An object is made usable before its first use
 * by anybody, and is not touched after its deletion until it is made usable again; its memory must not move
 * while it is in use.
 *
 * Costs are those of the call itself, not of the wait. "No kernel entry": some 10 to 20 instructions in the
 * caller's mode. Else a call is one kernel entry, O(1) where nothing is said; waiting until a deadline adds
 * O(log threads), and a place in a queue O(less urgent waiters). Interrupts are never held up by any.
 *
 * Waiting forms end in nothing (as long as it takes), _until (a point of pith_now()'s clock) or _for (a span
 * from now). A wait ends with -ETIMEDOUT at its deadline, -ECANCELED by pith_thread_cancel(), -EIDRM when
 * the object is deleted; a deadline or span of PITH_POLL does not wait, one of PITH_FOREVER does not end. */
#ifndef PITH_TYPES_H
#define PITH_TYPES_H
#include <stddef.h>
#include <stdint.h>
#include "config.h"

/* A point on the kernel's monotonic clock, or a span of it: ticks of 1/PITH_TICK_HZ s, 64 bits, never
 * wraps. A deadline is a point: one at or before now polls, PITH_FOREVER waits without end. */
typedef int64_t pith_time;
#define PITH_FOREVER INT64_MAX
#define PITH_POLL ((pith_time)0)
/* Spans, rounded up so that a wait is never shorter than asked. */
#define PITH_MS(n) ((pith_time)(((int64_t)(n) * PITH_TICK_HZ + 999) / 1000))
#define PITH_US(n) ((pith_time)(((int64_t)(n) * PITH_TICK_HZ + 999999) / 1000000))

struct pith_thread;
struct k_domain;

/* A place in the kernel's heap of deadlines. Private to the kernel: see kernel/time.c. */
struct k_timeout {
  pith_time deadline;
  uint16_t place; /* in the heap + 1; 0 when not armed */
  uint8_t kind;   /* what it is part of */
  volatile uint8_t command; /* what an ISR wants of it */
} __attribute__((packed, aligned(4)));

/* Threads blocked on an object, most urgent first, FIFO among equals. Private to the kernel. */
struct k_waitq {
  struct pith_thread *head;
};

/* Embedded in an object that an interrupt can signal. Private to the kernel: see kernel/post.c. */
struct k_post {
  void (*apply)(struct k_post *post, uint32_t n);
  struct k_post *next;
  uint32_t pending;
};
#endif

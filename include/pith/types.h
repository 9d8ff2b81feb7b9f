/* Types every public header shares. */
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

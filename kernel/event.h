/* What the kernel's other files may do with event flags. Kernel context. */
#ifndef PITH_KERNEL_EVENT_H
#define PITH_KERNEL_EVENT_H
#include "kernel.h"
#include "pith/event.h"

/* A waiting thread's wait_data: what it wants, and what it has got. The kernel's memory or a kernel
 * thread's stack. */
struct k_event_wish {
  uint32_t bits, options, got;
};

long k_event_wait(struct pith_event *e, struct k_event_wish *wish, pith_time deadline);
long k_event_set(struct pith_event *e, uint32_t bits);
long k_event_delete(struct pith_event *e);

/* Takes without waiting: true, *got: which of bits were set; cleared if options say so. Any context. */
bool k_event_take(struct pith_event *e, uint32_t bits, unsigned options, uint32_t *got);
/* The same behind all who wait. Kernel context. */
bool k_event_take_in_turn(struct pith_event *e, uint32_t bits, unsigned options, uint32_t *got);
/* A proxy may stand anywhere in e->waiters. Who puts it there sets e->awaited, and then looks at the bits
 * again, if awaited was 0: an interrupt may have set them. When bits satisfy it, event.c takes them into
 * its item's got and then calls k_proxy_won(). Leaving needs no word. */
#endif

/* What the kernel's other files may do with event flags. Kernel context. */
#ifndef PITH_KERNEL_EVENT_H
#define PITH_KERNEL_EVENT_H
#include "kernel.h"
#include "pith/event.h"

/* A waiting thread's wait_data: what it wants, and what it has got. The kernel's memory or a kernel thread's stack. */
struct k_event_wish {
  uint32_t bits, options, got;
};

long k_event_wait(struct pith_event *e, struct k_event_wish *wish, pith_time deadline);
long k_event_set(struct pith_event *e, uint32_t bits);
long k_event_delete(struct pith_event *e);

/* Takes without waiting: true, *got: which of bits were set; cleared if options say so. Any context. */
bool k_event_take(struct pith_event *e, uint32_t bits, unsigned options, uint32_t *got);
/* A proxy has joined e->waiters (anywhere: the order is for the queue to know). Whoever is satisfied by what interrupts
 * have set meanwhile goes on, it too. For a proxy event.c itself takes the bits into the item's got, and then calls
 * k_proxy_won(). Leaving needs no word. */
void k_event_watched(struct pith_event *e);
#endif

/* What the kernel's other files may do with a message queue. Kernel context. */
#ifndef PITH_KERNEL_QUEUE_H
#define PITH_KERNEL_QUEUE_H
#include "kernel.h"
#include "pith/queue.h"

/* The calls of pith/queue.h. A waiting thread's wait_data is the address of its message, which the kernel
 * reads or writes when its turn comes: for a process it must be the kernel's copy. */
long k_queue_send(struct pith_queue *q, const void *msg, pith_time deadline);
long k_queue_receive(struct pith_queue *q, void *msg, pith_time deadline);
long k_queue_delete(struct pith_queue *q);

/* Receives without waiting, behind those who wait. False when there is no message for the caller. */
bool k_queue_poll(struct pith_queue *q, void *msg);
/* Takes the oldest message; a waiting sender's moves up. False when there is none. A proxy that stands first in
 * q->receivers is woken by k_wake() when a message is in the queue, and its k_proxy_won() takes it by this. */
bool k_queue_take(struct pith_queue *q, void *msg);
/* A proxy has joined q->receivers: from now on messages pass through the kernel. Leaving needs no word. */
void k_queue_watched(struct pith_queue *q);
#endif

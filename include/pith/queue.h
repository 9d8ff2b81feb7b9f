/* Message queues: messages of one size are copied in and out in the order they were sent. A message goes to
 * the most urgent receiver that waits; room goes to the most urgent sender.
 *
 *   struct reading { pith_time at; uint32_t value; };
 *   PITH_QUEUE(readings, sizeof(struct reading), 8);
 *   static unsigned lost;
 *
 *   void ADC_Handler(void) { // an interrupt sends without waiting
 *     struct reading r = {pith_now(), adc_value()};
 *
 *     if (pith_queue_try_send(&readings, &r)) lost++;
 *   }
 *
 *   void display(void *unused) { // a thread waits for the next one
 *     struct reading r;
 *
 *     while (pith_queue_receive(&readings, &r) == 0) show(&r);
 *   }
 *
 * Sending and receiving messages of 4 or 16 bytes, when nobody waits, is 20 instructions without entering the
 * kernel; all else is one kernel entry. Functions that may wait panic by name in an ISR. */
#ifndef PITH_QUEUE_H
#define PITH_QUEUE_H
#include "pith/types.h"

/* Words of storage for `count` messages of `size` bytes: one slot more than messages, see kernel/queue.c. */
#define PITH_QUEUE_WORDS(size, count) (((size) + 3u) / 4u * ((count) + 1u))

/* The fields are the kernel's. */
struct pith_queue {
  struct k_post post; /* an ISR has staged or taken messages */
  struct k_waitq receivers, senders;
  int (*volatile send)(struct pith_queue *q, const void *msg); /* what pith_queue_send() does for now */
  int (*volatile receive)(struct pith_queue *q, void *msg);
  uint32_t *volatile rd, *volatile wr; /* slots: the oldest message, the next one to come; equal: empty */
  uint32_t *end, *base;                /* of the storage */
  uint32_t *volatile staged;           /* the slot behind the last one staged; NULL: none is */
  uint16_t size;                       /* bytes of a message */
  volatile uint8_t front;              /* the kernel is putting a message before the oldest */
};

void k_queue_apply(struct k_post *post, uint32_t n);
int k_queue_send_slow(struct pith_queue *q, const void *msg);
int k_queue_receive_slow(struct pith_queue *q, void *msg);

/* storage: uint32_t[PITH_QUEUE_WORDS(size, count)]; size 1..65535 bytes, count at least 1. */
#define PITH_QUEUE_INIT(storage, bytes, count)                                                               \
  {                                                                                                          \
    .post = {k_queue_apply, NULL, 0}, .send = k_queue_send_slow, .receive = k_queue_receive_slow,            \
    .rd = (storage), .wr = (storage), .end = (storage) + PITH_QUEUE_WORDS(bytes, count), .base = (storage),  \
    .size = (bytes)                                                                                          \
  }
/* A queue with its storage, both static. */
#define PITH_QUEUE(name, bytes, count)                                                                       \
  static uint32_t name##_storage[PITH_QUEUE_WORDS(bytes, count)];                                            \
  static struct pith_queue name = PITH_QUEUE_INIT(name##_storage, bytes, count)

/* Makes q an empty queue for up to count messages of size bytes, 1..65535, in storage that stays the
 * caller's: uint32_t[PITH_QUEUE_WORDS(size, count)]. 0, -EINVAL. Any context, before its first use. O(1). */
int pith_queue_init(struct pith_queue *q, uint32_t *storage, uint32_t size, uint32_t count);

/* msg, in all of these: a message's bytes; 4-aligned in a queue of 16-byte messages. On an error a receiver's
 * buffer may have been written to. */

/* Sends a copy of *msg, waiting for room as long as it takes. 0, -ECANCELED, -EIDRM; after an error it has
 * not been sent. Thread. O(1) + O(waiters before it) when it waits. */
int pith_queue_send(struct pith_queue *q, const void *msg);
/* The same until a deadline, or for a span of ticks from now: -ETIMEDOUT too. Thread. O(log threads) when it
 * waits. */
int pith_queue_send_until(struct pith_queue *q, const void *msg, pith_time deadline);
int pith_queue_send_for(struct pith_queue *q, const void *msg, pith_time span);
/* The same without waiting: -EAGAIN when there is no room. Any context, any interrupt priority. O(1). In an
 * ISR the message is staged; it is in the queue, or with its receiver, before any thread goes on. */
int pith_queue_try_send(struct pith_queue *q, const void *msg);
/* Puts it before all others, without waiting. 0, -EAGAIN. Thread. O(1). */
int pith_queue_try_send_front(struct pith_queue *q, const void *msg);

/* Receives the oldest message into *msg, waiting for one as long as it takes. 0, -ECANCELED, -EIDRM; after an
 * error no message has been taken. Thread. O(1) + O(waiters before it) when it waits. */
int pith_queue_receive(struct pith_queue *q, void *msg);
/* The same until a deadline, or for a span of ticks from now: -ETIMEDOUT too. Thread. O(log threads) when it
 * waits. */
int pith_queue_receive_until(struct pith_queue *q, void *msg, pith_time deadline);
int pith_queue_receive_for(struct pith_queue *q, void *msg, pith_time span);
/* The same without waiting: -EAGAIN when it is empty. Any context. O(1). An ISR does not see messages that
 * were staged since the last thread ran, and none while the kernel it has interrupted puts one to the
 * front. */
int pith_queue_try_receive(struct pith_queue *q, void *msg);
/* Copies the oldest message and leaves it there. 0, -EAGAIN, as pith_queue_try_receive(). Any context.
 * O(1). */
int pith_queue_peek(struct pith_queue *q, void *msg);

/* Messages in it at some moment of the call, staged ones included. Any context. O(1). */
uint32_t pith_queue_count(const struct pith_queue *q);
/* Drops all messages; waiting senders get the room. Thread. O(waiters that fit). */
int pith_queue_flush(struct pith_queue *q);
/* Ends every wait on q with -EIDRM and leaves it empty. Thread. O(waiters). */
int pith_queue_delete(struct pith_queue *q);
#endif

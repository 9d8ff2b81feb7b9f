/* The sequences of arch/armv7m/queue.S, step by step in C: an interrupt may come before each of them, and a
 * thread that PendSV finds inside one begins anew.
 *
 * The assembly's PendSV moves the thread's pc. Here it leaves a mark, each step looks whether it is there, and
 * pith_queue_send() or pith_queue_receive() starts over. What a sequence holds in registers is in variables
 * of the step's function, so it is forgotten in the same way; what it has written stays: the free slot, the
 * receiver's buffer. Behind the commit nothing looks at the mark. */
#include <string.h>
#include "host.h"
#include "kernel.h"
#include "pith/queue.h"

int k_queue_send_4(struct pith_queue *q, const void *msg);
int k_queue_send_16(struct pith_queue *q, const void *msg);
int k_queue_receive_4(struct pith_queue *q, void *msg);
int k_queue_receive_16(struct pith_queue *q, void *msg);
void k_queue_sequences(struct arch_frame *frame);
bool k_queue_retreat(struct pith_queue *q, uint32_t *slot);
extern const struct k_call k_queue_send_call, k_queue_receive_call;

enum { PUT_BACK = -100003 }; /* no result of a call */
static bool put_back;

void k_queue_sequences(struct arch_frame *frame) {
  (void)frame;
  put_back = true;
}

#define STEP                                                                                                 \
  do {                                                                                                       \
    host_point();                                                                                            \
    if (put_back) return PUT_BACK;                                                                           \
  } while (0)

static int enter(struct pith_queue *q, const void *msg, const struct k_call *call) {
  return (int)arch_call(K_WORD(q), K_WORD(msg), 0, 0, K_WORD(call));
}

static uint32_t *after(const struct pith_queue *q, uint32_t *slot, int words) {
  return slot + words == q->end ? q->base : slot + words;
}

int k_queue_send_slow(struct pith_queue *q, const void *msg) {
  STEP; /* not in the kernel yet: a thread put back from here finds the address anew */
  return enter(q, msg, &k_queue_send_call);
}

static int send(struct pith_queue *q, const uint8_t *msg, int words) {
  uint32_t *slot, *next;

  STEP;
  slot = q->wr;
  for (int i = 0; i < words; i++) {
    STEP;
    memcpy(&slot[i], msg + 4 * i, 4); /* the slot at wr is free even when the queue is full */
  }
  STEP;
  next = after(q, slot, words);
  if (next == q->rd) return k_queue_send_slow(q, msg);
  STEP;
  q->wr = next; /* commit */
  host_point();
  return 0;
}

int k_queue_send_4(struct pith_queue *q, const void *msg) { return send(q, msg, 1); }
int k_queue_send_16(struct pith_queue *q, const void *msg) { return send(q, msg, 4); }

int pith_queue_send(struct pith_queue *q, const void *msg) {
  int result;

  if (k_in_isr()) return enter(q, msg, &k_queue_send_call);
  do {
    put_back = false;
    result = q->send(q, msg);
  } while (result == PUT_BACK);
  return result;
}

/* Not one of the places from which a thread is put back. */
int k_queue_receive_slow(struct pith_queue *q, void *msg) {
  host_point();
  return enter(q, msg, &k_queue_receive_call);
}

static int receive(struct pith_queue *q, uint8_t *msg, int words) {
  uint32_t *slot, *next;

  STEP;
  slot = q->rd;
  if (slot == q->wr) return k_queue_receive_slow(q, msg);
  for (int i = 0; i < words; i++) {
    STEP;
    memcpy(msg + 4 * i, &slot[i], 4);
  }
  STEP;
  next = after(q, slot, words);
  STEP;
  q->rd = next; /* commit */
  host_point();
  return 0;
}

int k_queue_receive_4(struct pith_queue *q, void *msg) { return receive(q, msg, 1); }
int k_queue_receive_16(struct pith_queue *q, void *msg) { return receive(q, msg, 4); }

int pith_queue_receive(struct pith_queue *q, void *msg) {
  int result;

  if (k_in_isr()) return enter(q, msg, &k_queue_receive_call);
  do {
    put_back = false;
    result = q->receive(q, msg);
  } while (result == PUT_BACK);
  return result;
}

bool k_queue_retreat(struct pith_queue *q, uint32_t *slot) {
  const uint32_t *next;

  do {
    host_monitor_open();
    next = q->staged;
    host_point();
    if (!next) next = q->wr;
    if (next == slot) return false;
  } while (!host_monitor_close());
  q->rd = slot;
  host_point();
  return true;
}

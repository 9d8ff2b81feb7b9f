/* Message queues. A ring of slots; rd is the oldest message, wr the slot for the next one. They are equal
 * when it is empty, so one slot is always spare: it is where a sender may write before it knows whether there
 * is room.
 *
 *      base      rd                   wr        staged               end
 *       |  free  | message | message | staged  | free/spare | free   |
 *
 * Threads send and receive by restartable sequences (arch/armv7m/queue.S), the kernel does the rest. An
 * interrupt that sends writes neither rd nor wr: it reserves the slot behind the last one reserved
 * (LDREX/STREX on `staged`, which starts from wr), copies its message there and posts the queue. Interrupts
 * nest and the kernel runs below them all, so whenever the kernel looks, every reserved slot holds its whole
 * message; it makes them messages by wr = staged. The kernel itself sends in the same way. An interrupt that
 * receives copies the message at rd and moves rd by LDREX/STREX; so does the kernel. Whoever finds rd moved
 * meanwhile has copied what another one got, and copies anew.
 *
 * Why no message is lost or doubled. A sequence interrupted anywhere before its last store has changed
 * nothing but the free slot at wr, which an interrupt may take and overwrite, and the receiver's buffer.
 * Either nobody posts, nothing has changed, and it goes on; or PendSV comes before the thread does, and puts
 * it back to its start, where it looks at rd and wr as they are then. After its last store it is through. So
 * in thread mode nothing is ever staged and no thread acts on an old rd or wr. The kernel is never inside a
 * sequence, since it came by SVC or by PendSV. Between two loads of the kernel `staged` can only grow, rd
 * only move on, up to wr; neither can come round to where it was, as the spare slot keeps them apart, so
 * comparing them tells that nobody came between.
 *
 * Receivers wait only while it is empty, senders only while it is full; while anybody waits, q->send or
 * q->receive leads into the kernel. They may lead there longer than that: whoever leaves a wait early does
 * not restore them, the next call does. An interrupt may send or make room just before a thread's call: that is
 * for those who wait, so a call serves them first and never takes what is there while others wait for it. A
 * waiter has its message's address in wait_data and nothing of it
 * anywhere else, so it can go at any time. */
#include "queue.h"
#include "mem.h"

/* ---- arch/: the sequences and what else must be in assembly ---- */

int k_queue_send_4(struct pith_queue *q, const void *msg);
int k_queue_send_16(struct pith_queue *q, const void *msg);
int k_queue_receive_4(struct pith_queue *q, void *msg);
int k_queue_receive_16(struct pith_queue *q, void *msg);
void k_queue_sequences(struct arch_frame *frame);
bool k_queue_retreat(struct pith_queue *q, uint32_t *slot);

/* ---- any context but a thread ---- */

static uint32_t words(const struct pith_queue *q) { return (q->size + 3u) / 4; }

static uint32_t *after(const struct pith_queue *q, uint32_t *slot) {
  slot += words(q);
  return slot == q->end ? q->base : slot;
}

static bool change(uint32_t *volatile *p, uint32_t *from, uint32_t *to) {
  return arch_atomic_cas((volatile uint32_t *)p, K_WORD(from), K_WORD(to));
}

/* Stages a message. */
static bool put(struct pith_queue *q, const void *msg) {
  uint32_t *staged, *slot, *next;

  do {
    staged = q->staged;
    slot = staged ? staged : q->wr;
    next = after(q, slot);
    if (next == q->rd) return false;
  } while (!change(&q->staged, staged, next));
  memcpy(slot, msg, q->size);
  return true;
}

static bool take(struct pith_queue *q, void *msg) {
  uint32_t *slot;

  do {
    slot = q->rd;
    if (slot == q->wr) return false;
    memcpy(msg, slot, q->size);
  } while (!change(&q->rd, slot, after(q, slot)));
  return true;
}

static bool look(struct pith_queue *q, void *msg) {
  uint32_t *slot;

  do {
    slot = q->rd;
    if (slot == q->wr) return false;
    memcpy(msg, slot, q->size);
  } while (q->rd != slot);
  return true;
}

/* ---- in the kernel ---- */

/* What is staged becomes messages. wr first: an interrupt goes on from `staged` until that is NULL, then from
 * wr. */
static void commit(struct pith_queue *q) {
  uint32_t *staged;

  while ((staged = q->staged)) {
    q->wr = staged;
    change(&q->staged, staged, NULL);
  }
}

/* Where pith_queue_send() and pith_queue_receive() lead, after the waiters have changed. */
static void __attribute__((noinline)) set_paths(struct pith_queue *q) {
  bool one = q->size == 4;

  if (!PITH_FAST || (!one && q->size != 16)) return;
  K->sequences = K_WORD(k_queue_sequences) & ~1u; /* first: PendSV must know of them */
  q->send = q->receivers.head ? k_queue_send_slow : one ? k_queue_send_4 : k_queue_send_16;
  q->receive = q->senders.head ? k_queue_receive_slow : one ? k_queue_receive_4 : k_queue_receive_16;
}

/* Messages to receivers and waiting senders' messages into the queue, until there are none of one or the
 * other. Bounded by the waiters: nobody begins to wait meanwhile. */
static void serve(struct pith_queue *q) {
  struct pith_thread *t;

  for (;;) {
    commit(q);
    t = q->receivers.head;
    if (t && q->rd != q->wr) {
      if (!k_is_proxy(t) && !take(q, t->wait_data)) continue; /* an interrupt was faster */
      k_wake(&q->receivers);                                         /* a proxy takes its message itself */
      if (q->receivers.head == t) break;
    } else {
      t = q->senders.head;
      if (!t || !put(q, t->wait_data)) break;
      k_wake(&q->senders);
    }
  }
  set_paths(q);
}

void k_queue_apply(struct k_post *post, uint32_t n) {
  (void)n;
  serve((struct pith_queue *)post);
}

void k_queue_watched(struct pith_queue *q) { set_paths(q); }

bool k_queue_poll(struct pith_queue *q, void *msg) {
  if (q->receivers.head || q->senders.head) serve(q);
  return !q->receivers.head && k_queue_take(q, msg);
}

bool k_queue_take(struct pith_queue *q, void *msg) {
  commit(q);
  if (!take(q, msg)) return false;
  while (q->senders.head && put(q, q->senders.head->wait_data)) k_wake(&q->senders);
  commit(q);
  set_paths(q);
  return true;
}

/* The most urgent receiver, if it can be given a message straight away. */
static struct pith_thread *receiver(const struct pith_queue *q) {
  struct pith_thread *t = q->receivers.head;

  return t && !k_is_proxy(t) ? t : NULL;
}

static bool hand_over(struct pith_queue *q, const void *msg) {
  struct pith_thread *t = receiver(q);

  if (!t) return false;
  memcpy(t->wait_data, msg, q->size);
  k_wake(&q->receivers);
  set_paths(q);
  return true;
}

long k_queue_send(struct pith_queue *q, const void *msg, pith_time deadline) {
  long result;

  if (q->staged || q->senders.head)
    serve(q); /* what interrupts sent before, and who has waited, goes before */
  if (hand_over(q, msg)) return 0;
  if (!q->senders.head && put(q, msg)) {
    serve(q);
    return 0;
  }
  K->current->wait_data = (void *)(uintptr_t)msg;
  result = k_wait(&q->senders, deadline);
  set_paths(q);
  return result;
}

long k_queue_receive(struct pith_queue *q, void *msg, pith_time deadline) {
  long result;

  if (k_queue_poll(q, msg)) return 0;
  K->current->wait_data = msg;
  result = k_wait(&q->receivers, deadline);
  set_paths(q);
  return result;
}

/* Interrupts must not receive meanwhile (`front`): then the slot before rd is the spare one or free, and
 * nobody's. */
static long queue_try_send_front(struct pith_queue *q, const void *msg) {
  uint32_t *slot;
  bool done;

  if (hand_over(q, msg)) return 0;
  if (q->senders.head) serve(q);
  if (q->senders.head) return -EAGAIN;
  q->front = 1;
  slot = (q->rd == q->base ? q->end : q->rd) - words(q);
  memcpy(slot, msg, q->size);
  done = k_queue_retreat(q, slot);
  q->front = 0;
  serve(q);
  return done ? 0 : -EAGAIN;
}
K_CALL(queue_try_send_front)

static long queue_flush(struct pith_queue *q) {
  serve(q); /* what an interrupt has just sent is for those who wait */
  q->rd = q->wr;
  serve(q);
  return 0;
}
K_CALL(queue_flush)

long k_queue_delete(struct pith_queue *q) {
  k_wake_all(&q->receivers, -EIDRM);
  k_wake_all(&q->senders, -EIDRM);
  return queue_flush(q);
}

/* pith_queue_send() and pith_queue_receive() that find work for the kernel. */
static long send(struct pith_queue *q, const void *msg) { return k_queue_send(q, msg, PITH_FOREVER); }
static long receive(struct pith_queue *q, void *msg) { return k_queue_receive(q, msg, PITH_FOREVER); }
K_CALL_FROM_OUTSIDE(k_queue_send_call, send, "queue_send")
K_CALL_FROM_OUTSIDE(k_queue_receive_call, receive, "queue_receive")

static long queue_send_until(struct pith_queue *q, const void *msg, pith_time deadline) {
  return k_queue_send(q, msg, deadline);
}
K_CALL(queue_send_until)

static long queue_receive_until(struct pith_queue *q, void *msg, pith_time deadline) {
  return k_queue_receive(q, msg, deadline);
}
K_CALL(queue_receive_until)

static long queue_peek(struct pith_queue *q, void *msg) {
  if (q->staged) serve(q);
  return look(q, msg) ? 0 : -EAGAIN;
}
K_CALL(queue_peek)

static long queue_delete(struct pith_queue *q) { return k_queue_delete(q); }
K_CALL(queue_delete)

/* ---- the caller's side; pith_queue_send() and pith_queue_receive() are in arch/ ---- */

int pith_queue_init(struct pith_queue *q, uint32_t *storage, uint32_t size, uint32_t count) {
  if (!size || size > UINT16_MAX || !count || !storage || (uintptr_t)storage % 4) return -EINVAL;
  if (count > INT32_MAX / 4 / ((size + 3) / 4) - 1) return -EINVAL;
  *q = (struct pith_queue)PITH_QUEUE_INIT(storage, (uint16_t)size, count);
  return 0;
}

static int enter(struct pith_queue *q, const void *msg, pith_time deadline, uint32_t call) {
  return (int)arch_call(K_WORD(q), K_WORD(msg), (uint32_t)(uint64_t)deadline,
                        (uint32_t)((uint64_t)deadline >> 32), call);
}

int pith_queue_send_until(struct pith_queue *q, const void *msg, pith_time deadline) {
  return enter(q, msg, deadline, K_CALL_OF_TIME(queue_send_until));
}

int pith_queue_send_for(struct pith_queue *q, const void *msg, pith_time span) {
  return pith_queue_send_until(q, msg, pith_deadline(span));
}

int pith_queue_receive_until(struct pith_queue *q, void *msg, pith_time deadline) {
  return enter(q, msg, deadline, K_CALL_OF_TIME(queue_receive_until));
}

int pith_queue_receive_for(struct pith_queue *q, void *msg, pith_time span) {
  return pith_queue_receive_until(q, msg, pith_deadline(span));
}

static int again(int error) { return error == -ETIMEDOUT ? -EAGAIN : error; }

int pith_queue_try_send(struct pith_queue *q, const void *msg) {
  if (!k_in_isr()) return again(pith_queue_send_until(q, msg, PITH_POLL));
  if (!put(q, msg)) return -EAGAIN;
  k_post(&q->post);
  return 0;
}

int pith_queue_try_receive(struct pith_queue *q, void *msg) {
  if (!k_in_isr()) return again(pith_queue_receive_until(q, msg, PITH_POLL));
  if (q->front || !take(q, msg)) return -EAGAIN;
  k_post(&q->post);
  return 0;
}

int pith_queue_peek(struct pith_queue *q, void *msg) {
  if (!k_in_isr()) return (int)K_ENTER(queue_peek, q, msg, 0, 0);
  return q->front || !look(q, msg) ? -EAGAIN : 0;
}

uint32_t pith_queue_count(const struct pith_queue *q) {
  uint32_t *rd, *wr, *staged;

  do {
    rd = q->rd;
    staged = q->staged;
    wr = q->wr;
  } while (rd != q->rd || staged != q->staged);
  if (staged) wr = staged;
  return (uint32_t)(wr < rd ? (wr - q->base) + (q->end - rd) : wr - rd) / words(q);
}

int pith_queue_try_send_front(struct pith_queue *q, const void *msg) {
  return (int)K_ENTER(queue_try_send_front, q, msg, 0, 0);
}

int pith_queue_flush(struct pith_queue *q) { return (int)K_ENTER(queue_flush, q, 0, 0, 0); }
int pith_queue_delete(struct pith_queue *q) { return (int)K_ENTER(queue_delete, q, 0, 0, 0); }

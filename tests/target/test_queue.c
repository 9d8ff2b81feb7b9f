/* Message queues, contract by contract; test_storm_queue.c has everything at once. */
#include "check.h"
#include "irq.h"
#include "kernel.h"
#include "mem.h"
#include "pith/queue.h"

enum { OWN = 8, LOW = 0xA0, HIGH = 0x20, LONG = 100000, ODD = 7, ROOM = 3 };

PITH_QUEUE(q, 4, ROOM);
PITH_QUEUE(q16, 16, ROOM);
PITH_QUEUE(q7, ODD, ROOM);

static struct pith_thread *waiter[4];
static int result[4];
static uint32_t value[4];

static int send(uint32_t n) { return pith_queue_try_send(&q, &n); }

static uint32_t receive(void) {
  uint32_t n = 0;
  int error = pith_queue_try_receive(&q, &n);

  return error ? (uint32_t)error : n;
}

/* Thread i receives until something goes wrong. */
static void receiver(void *i_) {
  uint32_t i = (uint32_t)(uintptr_t)i_;

  while (!(result[i] = pith_queue_receive(&q, &value[i]))) trace((char)('a' + i));
  trace('!');
}

/* Thread i sends i + 1. */
static void sender(void *i_) {
  uint32_t i = (uint32_t)(uintptr_t)i_, n = i + 1;

  result[i] = pith_queue_send(&q, &n);
  trace(result[i] ? '!' : (char)('a' + i));
}

/* ---- order, room, deadlines ---- */

static void pass(struct pith_queue *queue, uint32_t size) {
  uint8_t in[16], out[16];

  for (int round = 0; round < 3 * ROOM; round++) {
    for (uint8_t i = 0; i < ROOM; i++) {
      memset(in, round * ROOM + i, sizeof in);
      in[size - 1] = i;
      CHECK_EQ(pith_queue_send(queue, in), 0);
      CHECK_EQ(pith_queue_count(queue), i + 1);
    }
    CHECK_EQ(pith_queue_try_send(queue, in), -EAGAIN);
    for (uint8_t i = 0; i < ROOM; i++) {
      memset(out, 0xEE, sizeof out);
      CHECK_EQ(pith_queue_receive(queue, out), 0);
      CHECK_EQ(out[0], round * ROOM + i);
      CHECK_EQ(out[size - 1], i);
      if (size < sizeof out) CHECK_EQ(out[size], 0xEE);
    }
    CHECK_EQ(pith_queue_try_receive(queue, out), -EAGAIN);
    memset(in, 1, sizeof in); /* the next round starts elsewhere in the ring */
    CHECK_EQ(pith_queue_send(queue, in), 0);
    CHECK_EQ(pith_queue_receive(queue, out), 0);
  }
}

TEST(queue_order,
     "messages of any size come out as they went in, in order; the queue holds as many as it says") {
  pass(&q, 4);
  pass(&q16, 16);
  pass(&q7, ODD);
  CHECK_KERNEL();
}

TEST(queue_init, "a queue is made at run time; what cannot be one is refused") {
  static uint32_t storage[PITH_QUEUE_WORDS(16, ROOM)];
  struct pith_queue queue;

  CHECK_EQ(sizeof storage, 16 * (ROOM + 1));
  CHECK_EQ(pith_queue_init(&queue, storage, 0, 1), -EINVAL);
  CHECK_EQ(pith_queue_init(&queue, storage, 65536, 1), -EINVAL);
  CHECK_EQ(pith_queue_init(&queue, storage, 4, 0), -EINVAL);
  CHECK_EQ(pith_queue_init(&queue, storage, 4, 0x40000000), -EINVAL);
  CHECK_EQ(pith_queue_init(&queue, NULL, 4, 1), -EINVAL);
  CHECK_EQ(pith_queue_init(&queue, storage, 16, ROOM), 0);
  pass(&queue, 16);
}

TEST(queue_deadline,
     "a poll and a deadline end a wait with -ETIMEDOUT, in time, and nothing is sent or received") {
  pith_time begin;
  uint32_t n = 1;

  CHECK_EQ(pith_queue_receive_for(&q, &n, PITH_POLL), -ETIMEDOUT);
  begin = pith_now();
  CHECK_EQ(pith_queue_receive_for(&q, &n, 3), -ETIMEDOUT);
  CHECK(pith_now() - begin >= 3 && pith_now() - begin <= 5);
  CHECK_EQ(pith_queue_receive_until(&q, &n, begin), -ETIMEDOUT);
  for (n = 1; n <= ROOM; n++) CHECK_EQ(pith_queue_send_for(&q, &n, PITH_POLL), 0);
  CHECK_EQ(pith_queue_send_for(&q, &n, PITH_POLL), -ETIMEDOUT);
  begin = pith_now();
  CHECK_EQ(pith_queue_send_until(&q, &n, begin + 3), -ETIMEDOUT);
  CHECK(pith_now() - begin >= 3 && pith_now() - begin <= 5);
  for (uint32_t i = 1; i <= ROOM; i++) {
    CHECK_EQ(pith_queue_receive_for(&q, &n, LONG), 0);
    CHECK_EQ(n, i);
  }
  CHECK_EQ(pith_queue_count(&q), 0);
  CHECK_KERNEL();
}

/* ---- waiting ---- */

TEST(queue_receivers, "a message goes to the most urgent receiver that waits") {
  test_thread(0, 6, 0, receiver, (void *)0);
  test_thread(1, 5, 0, receiver, (void *)1);
  for (uint32_t n = 10; n < 14; n++) CHECK_EQ(pith_queue_send(&q, &n), 0);
  CHECK_TRACE("bbbb"); /* it comes back for the next one at once */
  CHECK_EQ(value[1], 13);
  CHECK_EQ(pith_queue_count(&q), 0);
  CHECK_KERNEL();
}

static void receive_once(void *i_) {
  uint32_t i = (uint32_t)(uintptr_t)i_;

  result[i] = pith_queue_receive_for(&q, &value[i], LONG);
  trace(result[i] ? '!' : (char)('a' + i));
}

TEST(queue_receivers_once, "each message goes to one receiver, in the order of their priorities") {
  static const uint8_t priority[4] = {6, 5, 6, 4};

  for (int i = 0; i < 4; i++) test_thread(i, priority[i], 0, receive_once, (void *)(intptr_t)i);
  for (uint32_t n = 10; n < 15; n++) CHECK_EQ(pith_queue_send(&q, &n), 0);
  CHECK_TRACE("dbac");
  CHECK_EQ(value[3], 10);
  CHECK_EQ(value[1], 11);
  CHECK_EQ(value[0], 12);
  CHECK_EQ(value[2], 13);
  CHECK_EQ(receive(), 14);
  CHECK_KERNEL();
}

TEST(queue_senders, "room goes to the most urgent sender, whose message comes behind those in the queue") {
  static const uint8_t priority[4] = {6, 5, 6, 4};

  for (uint32_t n = 10; n < 10 + ROOM; n++) CHECK_EQ(send(n), 0);
  for (int i = 0; i < 4; i++) test_thread(i, priority[i], 0, sender, (void *)(intptr_t)i);
  CHECK_TRACE("");
  CHECK_EQ(pith_queue_count(&q), ROOM);
  CHECK_EQ(receive(), 10);
  CHECK_TRACE("d");
  CHECK_EQ(pith_queue_count(&q), ROOM);
  for (uint32_t n = 11; n < 10 + ROOM; n++) {
    uint32_t got;

    CHECK_EQ(pith_queue_receive(&q, &got), 0); /* the fast path stands back while senders wait */
    CHECK_EQ(got, n);
  }
  CHECK_TRACE("ba");
  CHECK_EQ(receive(), 4);
  CHECK_EQ(receive(), 2);
  CHECK_EQ(receive(), 1);
  CHECK_EQ(receive(), 3);
  CHECK_EQ(receive(), (uint32_t)-EAGAIN);
  CHECK_TRACE("c");
  CHECK_KERNEL();
}

TEST(queue_cancel, "a wait that is cancelled has sent nothing and taken nothing; the others go on") {
  uint32_t n = 77;

  for (int i = 0; i < 3; i++) waiter[i] = test_thread(i, 5, 0, receive_once, (void *)(intptr_t)i);
  CHECK_EQ(pith_thread_cancel(waiter[0]), 0);
  CHECK_EQ(result[0], -ECANCELED);
  CHECK_EQ(pith_queue_send(&q, &n), 0);
  CHECK_EQ(value[1], 77);
  CHECK_EQ(pith_thread_delete(waiter[2]), 0);
  CHECK_TRACE("!b");
  CHECK_EQ(pith_queue_send(&q, &n), 0);
  CHECK_EQ(pith_queue_count(&q), 1);
  CHECK_EQ(send(10) | send(11), 0);
  for (int i = 0; i < 3; i++) waiter[i] = test_thread(3 + i, 5, 0, sender, (void *)(intptr_t)i);
  CHECK_EQ(pith_thread_cancel(waiter[0]), 0);
  CHECK_EQ(result[0], -ECANCELED);
  CHECK_EQ(pith_thread_delete(waiter[2]), 0);
  CHECK_EQ(receive(), 77);
  CHECK_EQ(receive(), 10);
  CHECK_EQ(receive(), 11);
  CHECK_EQ(receive(), 2);
  CHECK_EQ(receive(), (uint32_t)-EAGAIN);
  CHECK_TRACE("!b");
  CHECK_KERNEL();
}

TEST(queue_delete, "deleting ends every wait with -EIDRM and leaves an empty queue that works") {
  for (int i = 0; i < 2; i++) test_thread(i, 5, 0, receive_once, (void *)(intptr_t)i);
  CHECK_EQ(pith_queue_delete(&q), 0);
  CHECK_EQ(result[0], -EIDRM);
  CHECK_EQ(result[1], -EIDRM);
  for (uint32_t n = 0; n < ROOM; n++) CHECK_EQ(send(n), 0);
  for (int i = 0; i < 2; i++) test_thread(2 + i, 5, 0, sender, (void *)(intptr_t)i);
  CHECK_EQ(pith_queue_delete(&q), 0);
  CHECK_EQ(result[0], -EIDRM);
  CHECK_EQ(result[1], -EIDRM);
  CHECK_TRACE("!!!!");
  CHECK_EQ(pith_queue_count(&q), 0);
  pass(&q, 4);
  CHECK_KERNEL();
}

TEST(queue_front, "a message put to the front is the next one; a receiver that waits gets it") {
  uint32_t n = 1;

  for (int round = 0; round < 2 * ROOM; round++) {
    CHECK_EQ(send(10), 0);
    CHECK_EQ(pith_queue_try_send_front(&q, &n), 0);
    CHECK_EQ(send(11), 0);
    CHECK_EQ(pith_queue_try_send_front(&q, &n), -EAGAIN);
    CHECK_EQ(receive(), 1);
    CHECK_EQ(receive(), 10);
    CHECK_EQ(receive(), 11);
  }
  for (uint32_t i = 0; i < ROOM; i++) CHECK_EQ(pith_queue_try_send_front(&q, &i), 0);
  for (uint32_t i = ROOM; i-- > 0;) CHECK_EQ(receive(), i);
  test_thread(0, 5, 0, receive_once, (void *)0);
  CHECK_EQ(pith_queue_try_send_front(&q, &n), 0);
  CHECK_EQ(value[0], 1);
  CHECK_TRACE("a");
  CHECK_EQ(pith_queue_count(&q), 0);
}

TEST(queue_peek_flush, "peek leaves the message there; flush drops all and lets waiting senders in") {
  uint32_t n;

  CHECK_EQ(pith_queue_peek(&q, &n), -EAGAIN);
  for (uint32_t i = 0; i < ROOM; i++) CHECK_EQ(send(i + 20), 0);
  for (int i = 0; i < 2; i++) test_thread(i, 5, 0, sender, (void *)(intptr_t)i);
  CHECK_EQ(pith_queue_peek(&q, &n), 0);
  CHECK_EQ(n, 20);
  CHECK_EQ(pith_queue_count(&q), ROOM);
  CHECK_EQ(pith_queue_flush(&q), 0);
  CHECK_TRACE("ab");
  CHECK_EQ(receive(), 1);
  CHECK_EQ(receive(), 2);
  CHECK_EQ(receive(), (uint32_t)-EAGAIN);
}

static void coop_sender(void *unused) {
  uint32_t n = 1;

  (void)unused;
  CHECK_EQ(pith_queue_send(&q, &n), 0); /* wakes a more urgent one, which must wait */
  trace('1');
  for (n = 2; n <= ROOM + 2; n++) CHECK_EQ(pith_queue_send(&q, &n), 0);
  trace('2');
}

TEST_WITH(PITH_COOPERATIVE_THREADS, queue_cooperative,
     "a cooperative sender is not preempted by the receiver it wakes, until it waits itself") {
  test_thread(0, 3, 0, receive_once, (void *)0);
  test_thread(1, 5, PITH_COOPERATIVE, coop_sender, NULL);
  CHECK_TRACE("1a"); /* the queue filled up */
  for (uint32_t n = 2; n <= ROOM + 2; n++) CHECK_EQ(receive(), n);
  CHECK_TRACE("2");
  CHECK_KERNEL();
}

/* ---- what the fast paths cost: tests/bench/measure.py tells how to read it ---- */

#define MARK(n) __asm__ volatile(".inst.w 0xF3AF8000 + %c0" ::"i"(n) : "memory")

TEST(bench_queue, "messages of 4 and 16 bytes sent and received, nobody waits") {
  static uint32_t m4, m16[4];

  CHECK_EQ(pith_queue_flush(&q) | pith_queue_flush(&q16), 0);
  for (int i = 0; i < 64; i++) {
    MARK(0x20);
    MARK(0x60);
    pith_queue_send(&q, &m4);
    MARK(0x61);
    pith_queue_receive(&q, &m4);
    MARK(0x62);
    pith_queue_send(&q16, m16);
    MARK(0x63);
    pith_queue_receive(&q16, m16);
    MARK(0x64);
    pith_queue_try_send(&q, &m4);
    MARK(0x65);
    pith_queue_try_receive(&q, &m4);
    MARK(0x66);
    MARK(0x21);
  }
  CHECK_EQ(pith_queue_count(&q) + pith_queue_count(&q16), 0);
}

/* ---- interrupts ---- */

static uint32_t isr_value, isr_count;
static int isr_result;

static void isr_send(void) {
  isr_result = pith_queue_try_send(&q, &isr_value);
  isr_count = pith_queue_count(&q);
  isr_value++;
}

static void isr_send_all(void) {
  do isr_send();
  while (!isr_result);
}

/* Sends, is interrupted by a more urgent one that does the same, sends again. */
static void isr_nested(void) {
  isr_send();
  irq_raise(1);
  isr_send();
}

static void isr_receive(void) { isr_result = pith_queue_try_receive(&q, &isr_value); }

static void isr_send_receive(void) {
  isr_send();
  isr_receive();
}

static void isr_peek(void) { isr_result = pith_queue_peek(&q, &isr_value); }

TEST(queue_isr_send, "an ISR's messages are in the queue in order, or refused, before the thread goes on") {
  irq_on(0, LOW, isr_send_all);
  isr_value = 10;
  irq_raise(0);
  CHECK_EQ(isr_result, -EAGAIN);
  CHECK_EQ(isr_value, 11 + ROOM);
  CHECK_EQ(isr_count, ROOM);
  CHECK_EQ(pith_queue_count(&q), ROOM);
  CHECK_EQ(q.staged == NULL, 1);
  for (uint32_t n = 10; n < 10 + ROOM; n++) CHECK_EQ(receive(), n);
  irq_raise(0);
  CHECK_EQ(receive(), 11 + ROOM);
  CHECK_EQ(pith_queue_flush(&q), 0);
  irq_on(0, LOW, isr_nested);
  irq_on(1, HIGH, isr_send);
  isr_value = 1;
  irq_raise(0);
  for (uint32_t n = 1; n <= 3; n++) CHECK_EQ(receive(), n);
  CHECK_KERNEL();
}

TEST(queue_isr_wake, "an ISR's message goes to a waiting receiver, which preempts the interrupted thread") {
  irq_on(0, LOW, isr_nested);
  irq_on(1, HIGH, isr_send);
  test_thread(0, 5, 0, receive_once, (void *)0);
  test_thread(1, 4, 0, receive_once, (void *)1);
  isr_value = 5;
  irq_raise(0);
  trace('m');
  CHECK_TRACE("bam");
  CHECK_EQ(value[1], 5);
  CHECK_EQ(value[0], 6);
  CHECK_EQ(receive(), 7);
  CHECK_EQ(receive(), (uint32_t)-EAGAIN);
  CHECK_KERNEL();
}

TEST(queue_isr_receive, "an ISR receives without waiting; a waiting sender gets the room") {
  irq_on(0, LOW, isr_receive);
  irq_on(1, LOW, isr_peek);
  irq_raise(0);
  CHECK_EQ(isr_result, -EAGAIN);
  irq_raise(1);
  CHECK_EQ(isr_result, -EAGAIN);
  for (uint32_t n = 10; n < 10 + ROOM; n++) CHECK_EQ(send(n), 0);
  test_thread(0, 5, 0, sender, (void *)0);
  irq_raise(1);
  CHECK_EQ(isr_result, 0);
  CHECK_EQ(isr_value, 10);
  CHECK_TRACE("");
  isr_value = 0;
  irq_raise(0);
  CHECK_EQ(isr_result, 0);
  CHECK_EQ(isr_value, 10);
  CHECK_TRACE("a");
  for (uint32_t n = 11; n < 10 + ROOM; n++) CHECK_EQ(receive(), n);
  CHECK_EQ(receive(), 1);
  CHECK_KERNEL();
}

TEST(queue_isr_staged, "an ISR does not receive what has just been sent by an ISR; the thread does") {
  irq_on(0, LOW, isr_send_receive);
  isr_value = 9;
  irq_raise(0);
  CHECK_EQ(isr_result, -EAGAIN);
  CHECK_EQ(isr_count, 1);
  irq_raise(0);
  CHECK_EQ(isr_result, 0);
  CHECK_EQ(isr_value, 9);
  CHECK_EQ(receive(), 10);
  CHECK_EQ(receive(), (uint32_t)-EAGAIN);
}

static void isr_blocks(void) {
  uint32_t n = 0;

  pith_queue_send(&q, &n);
}

static void isr_blocks_receive(void) {
  uint32_t n;

  pith_queue_receive_for(&q16, &n, 3);
}

TEST_PANIC(queue_isr_blocking, "pith_queue_send() in an ISR panics by name, even if there is room") {
  CHECK_EQ(send(1), 0);
  irq_on(0, LOW, isr_blocks);
  irq_raise(0);
}

TEST_PANIC(queue_isr_blocking_receive, "pith_queue_receive_for() in an ISR panics by name") {
  irq_on(0, LOW, isr_blocks_receive);
  irq_raise(0);
}

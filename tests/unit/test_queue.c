/* Message queues, contract by contract: order, room, who waits for what, interrupts. test_queue_model.c has what comes in
 * between, and everything at once. */
#include "queue.h"
#include "fixture.h"
#include <string.h>

enum { ROOM = 3, ODD = 7 };
PITH_QUEUE(q, 4, ROOM);
PITH_QUEUE(q16, 16, ROOM);
PITH_QUEUE(q7, ODD, ROOM);

static uint32_t got[FIXTURE_THREADS], msg[FIXTURE_THREADS];
static int isr_result;
static uint32_t isr_value, isr_got, isr_count;

static void setup(const int *priorities) {
  fixture_start(priorities);
  assert_int_equal(pith_queue_init(&q, q_storage, 4, ROOM), 0);
  memset(got, 0xEE, sizeof got);
  isr_result = 1;
  isr_value = 100;
}
#define SETUP(...) setup((const int[]){__VA_ARGS__, -1})

static int send(uint32_t n) { return pith_queue_try_send(&q, &n); }

/* The next message, or the error. */
static long next(void) {
  uint32_t n = 0;
  int error = pith_queue_try_receive(&q, &n);

  return error ? error : (long)n;
}

#define FILL(thread, from)                                                                                   \
  for (uint32_t n_ = 0; n_ < ROOM; n_++) GETS(thread, send((from) + n_), 0)
#define SENDS(i, value) BLOCKS(&thread[i], (msg[i] = (value), pith_queue_send(&q, &msg[i])))
#define RECEIVES(i) BLOCKS(&thread[i], pith_queue_receive(&q, &got[i]))

/* ---- what a queue is ---- */

static void test_init(void **state) {
  static uint32_t storage[PITH_QUEUE_WORDS(ODD, ROOM)];
  static struct pith_queue queue;

  (void)state;
  assert_int_equal(sizeof storage, 8 * (ROOM + 1)); /* whole words, one slot to spare */
  assert_int_equal(pith_queue_init(&queue, storage, 0, 1), -EINVAL);
  assert_int_equal(pith_queue_init(&queue, storage, 65536, 1), -EINVAL);
  assert_int_equal(pith_queue_init(&queue, storage, 4, 0), -EINVAL);
  assert_int_equal(pith_queue_init(&queue, NULL, 4, 1), -EINVAL);
  assert_int_equal(pith_queue_init(&queue, (uint32_t *)((uintptr_t)storage + 2), 4, 1), -EINVAL);
  assert_int_equal(pith_queue_init(&queue, storage, 4, 0x40000000), -EINVAL);
  assert_int_equal(pith_queue_init(&queue, storage, 65535, 0x7FFF), -EINVAL); /* with the spare slot 2 GB */
  assert_int_equal(pith_queue_init(&queue, storage, 65535, 0x7FFE), 0);
  assert_int_equal(pith_queue_init(&queue, storage, ODD, ROOM), 0);
  assert_ptr_equal(queue.end, storage + 2 * (ROOM + 1));
  assert_int_equal(pith_queue_count(&queue), 0);
}

/* Messages of any size come out as they went in, in order, wherever in the ring they lie. */
static void pass(struct pith_queue *queue, uint32_t size) {
  static uint8_t in[16] __attribute__((aligned(4))), out[17] __attribute__((aligned(4)));

  for (int round = 0; round < 3 * ROOM; round++) {
    for (uint8_t i = 0; i < ROOM; i++) {
      for (uint8_t k = 0; k < sizeof in; k++) in[k] = (uint8_t)(round * 40 + i * 16 + k);
      GETS(A, pith_queue_send(queue, in), 0);
      assert_int_equal(pith_queue_count(queue), i + 1);
    }
    GETS(A, pith_queue_try_send(queue, in), -EAGAIN);
    for (uint8_t i = 0; i < ROOM; i++) {
      memset(out, 0xEE, sizeof out);
      GETS(A, pith_queue_receive(queue, out), 0);
      for (uint8_t k = 0; k < size; k++) assert_int_equal(out[k], (uint8_t)(round * 40 + i * 16 + k));
      assert_int_equal(out[size], 0xEE);
      assert_int_equal(pith_queue_count(queue), ROOM - 1 - i);
    }
    GETS(A, pith_queue_try_receive(queue, out), -EAGAIN);
    GETS(A, pith_queue_send(queue, in), 0); /* the next round starts elsewhere */
    GETS(A, pith_queue_receive(queue, out), 0);
  }
}

static void test_order(void **state) {
  (void)state;
  SETUP(10);
  pass(&q, 4);
  pass(&q16, 16);
  pass(&q7, ODD);
}

/* Once a queue of 4 or 16 bytes has been through the kernel it needs it no more, until somebody waits. */
static void test_paths(void **state) {
  static uint32_t m[4];

  (void)state;
  SETUP(10, 20);
  assert_ptr_equal(q.send, k_queue_send_slow);
  assert_int_equal(K->sequences, 0);
  GETS(A, pith_queue_send(&q, m), 0);
  assert_int_not_equal(K->sequences, 0); /* before the first sequence: PendSV knows of them */
  assert_ptr_not_equal(q.send, k_queue_send_slow);
  assert_ptr_not_equal(q.receive, k_queue_receive_slow);
  GETS(A, pith_queue_receive(&q, m), 0);
  RECEIVES(0);
  assert_ptr_equal(q.send, k_queue_send_slow);
  GETS(B, pith_queue_send(&q, m), 0);
  RUNS(A);
  assert_ptr_not_equal(q.send, k_queue_send_slow);
  FILL(A, 1);
  SENDS(0, 4);
  assert_ptr_equal(q.receive, k_queue_receive_slow);
  GETS(B, next(), 1);
  RUNS(A);
  assert_ptr_not_equal(q.receive, k_queue_receive_slow);
  GETS(A, pith_queue_send(&q7, m), 0);
  assert_ptr_equal(q7.send, k_queue_send_slow); /* other sizes always */
  GETS(A, pith_queue_flush(&q7), 0);
}

static void test_deadline(void **state) {
  static uint32_t n;

  (void)state;
  SETUP(10);
  GETS(A, pith_queue_receive_for(&q, &n, PITH_POLL), -ETIMEDOUT);
  BLOCKS(A, pith_queue_receive_for(&q, &n, 3));
  assert_int_equal(host_deadline(), 4);
  host_advance(4);
  RUNS(A);
  WOKEN(A, -ETIMEDOUT);
  GETS(A, pith_queue_receive_until(&q, &n, 4), -ETIMEDOUT); /* now */
  for (n = 1; n <= ROOM; n++) GETS(A, pith_queue_send_for(&q, &n, PITH_POLL), 0);
  GETS(A, pith_queue_send_for(&q, &n, PITH_POLL), -ETIMEDOUT);
  BLOCKS(A, pith_queue_send_until(&q, &n, 9));
  host_advance(4);
  RUNS(&R->idle);
  host_advance(1);
  RUNS(A);
  WOKEN(A, -ETIMEDOUT);
  for (uint32_t i = 1; i <= ROOM; i++) GETS(A, next(), i); /* nothing was sent */
  GETS(A, next(), -EAGAIN);
}

/* ---- waiting ---- */

/* Each message goes to one receiver, the most urgent, first come first served among equals. */
static void test_receivers(void **state) {
  (void)state;
  SETUP(12, 11, 12, 10, 20);
  RECEIVES(3);
  RECEIVES(1);
  RECEIVES(0);
  RECEIVES(2);
  for (uint32_t n = 10; n < 14; n++) {
    struct pith_thread *idle_one = &thread[4];

    GETS(idle_one, send(n), 0);
    WOKEN(K->current, 0);
    BLOCKS(K->current, pith_sleep(PITH_FOREVER));
  }
  assert_int_equal(got[3], 10);
  assert_int_equal(got[1], 11);
  assert_int_equal(got[0], 12);
  assert_int_equal(got[2], 13);
  assert_int_equal(pith_queue_count(&q), 0);
}

/* Room goes to the most urgent sender, whose message comes behind those in the queue. */
static void test_senders(void **state) {
  static const int expected[] = {10, 11, 12, 4, 2, 1, 3, -EAGAIN};

  (void)state;
  SETUP(12, 11, 12, 10, 20);
  FILL(D, 10);
  SENDS(3, 4);
  SENDS(1, 2);
  SENDS(0, 1);
  SENDS(2, 3);
  for (unsigned i = 0; i < sizeof expected / sizeof *expected; i++) {
    GETS(&thread[4], next(), expected[i]);
    if (K->current == &thread[4]) continue;
    WOKEN(K->current, 0);
    assert_int_equal(pith_queue_count(&q), ROOM);
    BLOCKS(K->current, pith_sleep(PITH_FOREVER));
  }
}

/* Who is cancelled has sent nothing and taken nothing; the others go on. */
static void test_cancel(void **state) {
  (void)state;
  SETUP(10, 11, 20);
  RECEIVES(0);
  RECEIVES(1);
  GETS(C, pith_thread_cancel(A), 0);
  WOKEN(A, -ECANCELED);
  BLOCKS(A, pith_sleep(PITH_FOREVER));
  GETS(C, send(77), 0);
  WOKEN(B, 0);
  assert_int_equal(got[1], 77);
  assert_int_equal(got[0], 0xEEEEEEEE);
  FILL(B, 1);
  SENDS(1, 50);
  GETS(C, pith_thread_cancel(A), 0);
  SENDS(0, 60);
  GETS(C, pith_thread_cancel(B), 0);
  WOKEN(B, -ECANCELED);
  GETS(B, next(), 1);
  RUNS(A);
  for (int n = 2; n <= 3; n++) GETS(A, next(), n);
  GETS(A, next(), 60);
  GETS(A, next(), -EAGAIN);
}

/* Deleting ends every wait and leaves an empty queue that works. */
static void test_delete(void **state) {
  (void)state;
  SETUP(10, 11, 20);
  RECEIVES(0);
  RECEIVES(1);
  GETS(C, pith_queue_delete(&q), 0);
  WOKEN(A, -EIDRM);
  WOKEN(B, -EIDRM);
  FILL(A, 1);
  SENDS(0, 4);
  SENDS(1, 5);
  GETS(C, pith_queue_delete(&q), 0);
  WOKEN(A, -EIDRM);
  WOKEN(B, -EIDRM);
  assert_int_equal(pith_queue_count(&q), 0);
  pass(&q, 4);
}

/* A message put to the front is the next one; a receiver that waits gets it. */
static void test_front(void **state) {
  static uint32_t n = 1;

  (void)state;
  SETUP(10, 20);
  for (int round = 0; round < 2 * ROOM; round++) {
    GETS(A, send(10), 0);
    GETS(A, pith_queue_try_send_front(&q, &n), 0);
    GETS(A, send(11), 0);
    GETS(A, pith_queue_try_send_front(&q, &n), -EAGAIN);
    GETS(A, next(), 1);
    GETS(A, next(), 10);
    GETS(A, next(), 11);
  }
  for (n = 1; n <= ROOM; n++) GETS(A, pith_queue_try_send_front(&q, &n), 0);
  for (int i = ROOM; i > 0; i--) GETS(A, next(), i);
  RECEIVES(0);
  n = 9;
  GETS(B, pith_queue_try_send_front(&q, &n), 0);
  WOKEN(A, 0);
  assert_int_equal(got[0], 9);
  assert_int_equal(pith_queue_count(&q), 0);
}

/* Peek leaves the message there; flush drops all and lets waiting senders in. */
static void test_peek_flush(void **state) {
  static uint32_t n;

  (void)state;
  SETUP(10, 11, 20);
  GETS(A, pith_queue_peek(&q, &n), -EAGAIN);
  FILL(A, 20);
  SENDS(0, 1);
  SENDS(1, 2);
  GETS(C, pith_queue_peek(&q, &n), 0);
  assert_int_equal(n, 20);
  assert_int_equal(pith_queue_count(&q), ROOM);
  GETS(C, pith_queue_flush(&q), 0);
  WOKEN(A, 0);
  WOKEN(B, 0);
  GETS(A, next(), 1);
  GETS(A, next(), 2);
  GETS(A, next(), -EAGAIN);
}

/* ---- interrupts ---- */

static void isr_send(void) {
  isr_result = pith_queue_try_send(&q, &isr_value);
  isr_count = pith_queue_count(&q);
  isr_value++;
}

static void isr_fill(void) {
  do isr_send();
  while (!isr_result);
}

/* Is interrupted by a more urgent one that does the same. */
static void isr_nested(void) {
  isr_send();
  host_interrupt(isr_send);
  isr_send();
}

static void isr_receive(void) { isr_result = pith_queue_try_receive(&q, &isr_got); }
static void isr_peek(void) { isr_result = pith_queue_peek(&q, &isr_got); }

static void isr_send_receive(void) {
  isr_send();
  isr_receive();
}

/* An interrupt's messages are in the queue in order, or refused, before the thread goes on. */
static void test_isr_send(void **state) {
  (void)state;
  SETUP(10);
  host_interrupt(isr_fill);
  assert_int_equal(isr_result, -EAGAIN);
  assert_int_equal(isr_count, ROOM); /* staged ones are counted */
  assert_int_equal(pith_queue_count(&q), ROOM);
  assert_null(q.staged);
  for (int n = 100; n < 100 + ROOM; n++) GETS(A, next(), n);
  GETS(A, next(), -EAGAIN);
  host_interrupt(isr_nested);
  assert_int_equal(isr_count, ROOM);
  for (int n = 104; n < 104 + ROOM; n++) GETS(A, next(), n); /* 103 was refused */
  GETS(A, next(), -EAGAIN);
}

/* They go to the receivers that wait. */
static void test_isr_wakes(void **state) {
  (void)state;
  SETUP(11, 10, 20);
  RECEIVES(1);
  RECEIVES(0);
  host_interrupt(isr_nested);
  RUNS(B);
  WOKEN(B, 0);
  WOKEN(A, 0);
  assert_int_equal(got[1], 100);
  assert_int_equal(got[0], 101);
  GETS(B, next(), 102);
}

/* An interrupt receives and peeks without waiting; a waiting sender gets the room. */
static void test_isr_receive(void **state) {
  (void)state;
  SETUP(10, 20);
  host_interrupt(isr_receive);
  assert_int_equal(isr_result, -EAGAIN);
  host_interrupt(isr_peek);
  assert_int_equal(isr_result, -EAGAIN);
  FILL(A, 1);
  SENDS(0, 4);
  host_interrupt(isr_peek);
  assert_int_equal(isr_result, 0);
  assert_int_equal(isr_got, 1);
  RUNS(B);
  isr_got = 0;
  host_interrupt(isr_receive);
  assert_int_equal(isr_result, 0);
  assert_int_equal(isr_got, 1);
  RUNS(A);
  WOKEN(A, 0);
  for (int n = 2; n <= 4; n++) GETS(A, next(), n);
}

/* What has been staged since the last thread ran an interrupt does not see. */
static void test_isr_staged(void **state) {
  (void)state;
  SETUP(10);
  host_interrupt(isr_send_receive);
  assert_int_equal(isr_result, -EAGAIN);
  host_interrupt(isr_send_receive);
  assert_int_equal(isr_result, 0);
  assert_int_equal(isr_got, 100);
  GETS(A, next(), 101);
  GETS(A, next(), -EAGAIN);
}

static bool taken;
static void isr_take(void) { taken = pith_queue_try_receive(&q, &isr_got) == 0; }

/* What one interrupt sends another one may take before the kernel has handed it to who waits: one of the two has it. */
static void test_isr_takes(void **state) {
  bool ever = false;

  (void)state;
  for (uint32_t n = 1;; n++) {
    SETUP(10, 20);
    RECEIVES(0);
    taken = false;
    host_inject(n, isr_take);
    host_interrupt(isr_send);
    host_inject(0, NULL);
    host_settle();
    if (!host_injected()) break;
    assert_int_equal(k_is_blocked(A), taken);
    assert_int_equal(taken ? isr_got : got[0], 100);
    assert_int_equal(pith_queue_count(&q), 0);
    ever |= taken;
  }
  assert_true(ever);
}

static void blocks_sending(void) { pith_queue_send(&q, &isr_value); }
static void blocks_receiving(void) { pith_queue_receive(&q, &isr_got); }
static void blocks_until(void) { pith_queue_receive_for(&q, &isr_got, 1); }

/* What may wait is a bug in an interrupt handler, even if it need not. */
static void test_isr_blocks(void **state) {
  static void (*const bad[])(void) = {blocks_sending, blocks_receiving, blocks_until};

  (void)state;
  for (int i = 0; i < 3; i++) {
    SETUP(10);
    GETS(A, send(1), 0);
    GETS(A, (host_interrupt(bad[i]), 0), HOST_PANIC);
  }
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_init),        cmocka_unit_test(test_order),      cmocka_unit_test(test_paths),
    cmocka_unit_test(test_deadline),    cmocka_unit_test(test_receivers),  cmocka_unit_test(test_senders),
    cmocka_unit_test(test_cancel),      cmocka_unit_test(test_delete),     cmocka_unit_test(test_front),
    cmocka_unit_test(test_peek_flush),  cmocka_unit_test(test_isr_send),   cmocka_unit_test(test_isr_wakes),
    cmocka_unit_test(test_isr_receive), cmocka_unit_test(test_isr_staged), cmocka_unit_test(test_isr_takes),
    cmocka_unit_test(test_isr_blocks),
};
FIXTURE_MAIN

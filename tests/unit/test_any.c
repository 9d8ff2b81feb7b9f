/* Waiting for any of several objects: exactly one item is consumed, nobody who waits is overtaken, and no proxy stays behind
 * its thread, whatever ends the wait and wherever an interrupt comes in between. */
#include "pith/any.h"
#include "fixture.h"
#include "pith/event.h"
#include "pith/queue.h"
#include "pith/timer.h"
#include <string.h>

enum { SEM, QUEUE, EVENT, ITEMS };
static struct pith_sem s, other;
PITH_QUEUE(q, 4, 2);
static struct pith_event e;
static struct pith_timer_sem timer;
static struct pith_wait_item items[FIXTURE_THREADS][ITEMS];
static uint32_t message[FIXTURE_THREADS], got;

/* Threads, fresh objects, and for each thread an item for each object. */
static void setup(const int *priorities) {
  fixture_start(priorities);
  pith_sem_init(&s, 0);
  pith_sem_init(&other, 0);
  assert_int_equal(pith_queue_init(&q, q_storage, 4, 2), 0);
  pith_event_init(&e, 0);
  memset(message, 0, sizeof message);
  for (int i = 0; i < FIXTURE_THREADS; i++) {
    items[i][SEM] = (struct pith_wait_item)PITH_WAIT_ON_SEM(&s);
    items[i][QUEUE] = (struct pith_wait_item)PITH_WAIT_ON_QUEUE(&q, &message[i]);
    items[i][EVENT] = (struct pith_wait_item)PITH_WAIT_ON_EVENT(&e, 6, PITH_EVENT_ALL | PITH_EVENT_CLEAR);
  }
}
#define SETUP(...) setup((const int[]){__VA_ARGS__, -1})
#define ANY(i, deadline) pith_wait_any(items[i], ITEMS, deadline)
#define WAITS(i) BLOCKS(&thread[i], ANY(i, PITH_FOREVER))

static int send(uint32_t n) { return pith_queue_try_send(&q, &n); }

static void nobody_stands(void) {
  assert_null(s.waiters.head);
  assert_null(q.receivers.head);
  assert_null(e.waiters.head);
}

static void test_arguments(void **state) {
  static struct pith_wait_item bad[12];
  static struct k_domain process = {.control = 1};

  (void)state;
  SETUP(10, 11);
  bad[0] = (struct pith_wait_item)PITH_WAIT_ON_SEM(NULL);
  bad[1] = (struct pith_wait_item)PITH_WAIT_ON_TIMER(NULL);
  bad[2] = (struct pith_wait_item)PITH_WAIT_ON_QUEUE(&q, NULL);
  bad[3] = (struct pith_wait_item)PITH_WAIT_ON_QUEUE(NULL, &got);
  bad[4] = (struct pith_wait_item)PITH_WAIT_ON_EVENT(&e, 0, PITH_EVENT_ANY);
  bad[5] = (struct pith_wait_item)PITH_WAIT_ON_EVENT(&e, 1, 4);
  bad[6] = (struct pith_wait_item)PITH_WAIT_ON_EVENT(NULL, 1, PITH_EVENT_ANY);
  bad[7] = (struct pith_wait_item)PITH_WAIT_ON_THREAD(NULL);
  bad[8] = (struct pith_wait_item)PITH_WAIT_ON_THREAD(A);          /* itself */
  bad[9] = (struct pith_wait_item)PITH_WAIT_ON_THREAD(&thread[7]); /* no thread */
  bad[10] = (struct pith_wait_item)PITH_WAIT_ON_THREAD(B);
  for (int i = 0; i < 10; i++) GETS(A, pith_wait_any(&bad[i], 1, PITH_POLL), -EINVAL);
  GETS(A, pith_wait_any(&bad[10], 1, PITH_POLL), -ETIMEDOUT);
  B->domain = &process;
  GETS(A, pith_wait_any(&bad[10], 1, PITH_POLL), -EINVAL); /* a process's */
  B->domain = A->domain;
  GETS(A, pith_wait_any(NULL, 1, PITH_POLL), -EINVAL);
  GETS(A, pith_wait_any(items[0], 0, PITH_POLL), -EINVAL);
  GETS(A, pith_wait_any(items[0], 65536, PITH_POLL), -EINVAL);
  nobody_stands();
}

/* Of what can be had at once the first is taken, and only it. */
static void test_at_once(void **state) {
  (void)state;
  SETUP(10);
  GETS(A, ANY(0, PITH_POLL), -ETIMEDOUT);
  GETS(A, pith_event_set(&e, 7), 0);
  GETS(A, send(5), 0);
  GETS(A, pith_sem_give(&s), 0);
  GETS(A, ANY(0, PITH_POLL), SEM);
  assert_int_equal(pith_sem_count(&s), 0);
  GETS(A, ANY(0, PITH_FOREVER), QUEUE);
  assert_int_equal(message[0], 5);
  assert_int_equal(pith_event_get(&e), 7);
  GETS(A, ANY(0, 1), EVENT);
  assert_int_equal(items[0][EVENT].got, 6);
  assert_int_equal(pith_event_get(&e), 1);
  GETS(A, ANY(0, PITH_POLL), -ETIMEDOUT);
  nobody_stands();
}

/* The wait ends with whichever comes, and the thread has left the other queues. */
static void test_wakes(void **state) {
  (void)state;
  SETUP(10, 20);
  WAITS(0);
  assert_int_equal(pith_thread_state(A), PITH_THREAD_WAITING);
  GETS(B, pith_sem_give(&s), 0);
  WOKEN(A, SEM);
  nobody_stands();
  WAITS(0);
  GETS(B, send(8), 0);
  WOKEN(A, QUEUE);
  assert_int_equal(message[0], 8);
  assert_int_equal(pith_queue_count(&q), 0);
  nobody_stands();
  WAITS(0);
  GETS(B, pith_event_set(&e, 2), 0);
  RUNS(B); /* not all of the bits */
  GETS(B, pith_event_set(&e, 5), 0);
  WOKEN(A, EVENT);
  assert_int_equal(items[0][EVENT].got, 6);
  assert_int_equal(pith_event_get(&e), 1);
  nobody_stands();
}

/* Deadline, cancel, deletion of the thread and of each object: nothing stays behind. */
static void test_ends(void **state) {
  (void)state;
  SETUP(10, 20);
  BLOCKS(A, ANY(0, 5));
  host_advance(5);
  WOKEN(A, -ETIMEDOUT);
  nobody_stands();
  WAITS(0);
  GETS(B, pith_thread_cancel(A), 0);
  WOKEN(A, -ECANCELED);
  nobody_stands();
  WAITS(0);
  GETS(B, pith_sem_delete(&s), 0);
  WOKEN(A, -EIDRM);
  assert_int_equal(items[0][SEM].result, -EIDRM);
  assert_int_equal(items[0][QUEUE].result, 0);
  nobody_stands();
  WAITS(0);
  GETS(B, pith_queue_delete(&q), 0);
  WOKEN(A, -EIDRM);
  assert_int_equal(items[0][SEM].result, 0);
  assert_int_equal(items[0][QUEUE].result, -EIDRM);
  WAITS(0);
  GETS(B, pith_event_delete(&e), 0);
  WOKEN(A, -EIDRM);
  assert_int_equal(items[0][EVENT].result, -EIDRM);
  nobody_stands();
  WAITS(0);
  GETS(B, pith_thread_delete(A), 0);
  nobody_stands();
  GETS(B, pith_sem_give(&s), 0);
  assert_int_equal(pith_sem_count(&s), 1);
}

/* Among plain waiters it stands at its priority, which it may inherit. */
static void test_order(void **state) {
  static struct pith_mutex m;

  (void)state;
  SETUP(12, 11, 10, 11, 20, 5);
  BLOCKS(&thread[5], pith_sleep(3));
  BLOCKS(C, pith_sem_take(&s)); /* parked by the straight path, alone */
  WAITS(1);
  BLOCKS(D, pith_sem_take(&s));
  BLOCKS(A, pith_sem_take(&s));
  assert_int_equal(s.word, K_SEM_WAITERS);
  GETS(&thread[4], pith_sem_give(&s), 0);
  RUNS(C);
  GETS(C, pith_sem_give(&s), 0);
  WOKEN(B, SEM);
  GETS(C, pith_sem_give(&s), 0);
  WOKEN(D, 0);
  GETS(C, pith_sem_give(&s), 0);
  WOKEN(A, 0);
  BLOCKS(C, pith_sleep(PITH_FOREVER));
  BLOCKS(B, pith_sleep(PITH_FOREVER));
  BLOCKS(D, pith_sem_take(&s)); /* A, 12, holds m and waits for s, the queue, the event, and F ends */
  pith_mutex_init(&m, 0);
  GETS(A, pith_mutex_lock(&m), 0);
  items[0][EVENT] = (struct pith_wait_item)PITH_WAIT_ON_THREAD(&thread[5]);
  WAITS(0);
  assert_ptr_equal(s.waiters.head, D);
  host_advance(4);
  BLOCKS(&thread[5], pith_mutex_lock(&m));
  assert_int_equal(A->priority, 5);
  assert_ptr_equal((void *)s.waiters.head, (void *)&items[0][SEM]);
  assert_int_equal(items[0][QUEUE].priority, 5);
  assert_int_equal(items[0][EVENT].priority, UINT8_MAX);
  GETS(&thread[4], pith_sem_give(&s), 0);
  WOKEN(A, SEM);
  assert_true(k_is_blocked(D));
}

/* ---- events by proxy ---- */

/* Everybody is looked at in order, plain or not; what one clears is not there for the next, and an item that is not
 * satisfied stays where it is. */
static void test_event_order(void **state) {
  (void)state;
  SETUP(10, 11, 12, 20);
  items[0][EVENT].bits = 9;
  WAITS(0); /* 9, all, clear */
  WAITS(1); /* 6, all, clear */
  items[2][EVENT].bits = 2;
  items[2][EVENT].options = PITH_EVENT_ANY;
  WAITS(2);
  GETS(D, pith_event_set(&e, 8), 0);
  RUNS(D);
  GETS(D, pith_event_set(&e, 6), 0);
  WOKEN(B, EVENT);
  assert_true(k_is_blocked(A));
  assert_true(k_is_blocked(C)); /* B has taken its bit */
  assert_int_equal(pith_event_get(&e), 8);
  assert_int_not_equal(e.awaited, 0);
  BLOCKS(B, pith_sleep(PITH_FOREVER));
  GETS(D, pith_event_set(&e, 3), 0);
  RUNS(A);
  WOKEN(A, EVENT);
  assert_int_equal(items[0][EVENT].got, 9);
  WOKEN(C, EVENT);
  assert_int_equal(items[2][EVENT].got, 2);
  assert_int_equal(pith_event_get(&e), 2);
  assert_int_equal(e.awaited, 0);
}

/* Two items of one thread and one event: the first that is satisfied is the one, the other one leaves with it, and who
 * stands behind gets its turn. */
static void test_event_twice(void **state) {
  (void)state;
  SETUP(10, 11, 20);
  for (int i = 0; i < 2; i++) {
    items[i][SEM] = (struct pith_wait_item)PITH_WAIT_ON_EVENT(&e, 1, PITH_EVENT_CLEAR);
    items[i][QUEUE] = (struct pith_wait_item)PITH_WAIT_ON_EVENT(&e, 2, PITH_EVENT_CLEAR);
    items[i][EVENT] = (struct pith_wait_item)PITH_WAIT_ON_SEM(&s);
    WAITS(i);
  }
  GETS(C, pith_event_set(&e, 3), 0);
  WOKEN(A, 0);
  WOKEN(B, 1);
  assert_int_equal(items[0][0].got, 1);
  assert_int_equal(items[1][1].got, 2);
  assert_int_equal(pith_event_get(&e), 0);
  nobody_stands();
}

/* ---- threads and timers ---- */

/* All who wait for a thread's end learn of it, and it is still to be joined; one may join it meanwhile. */
static void test_thread(void **state) {
  static struct pith_wait_item watch[4];
  static int value;

  (void)state;
  SETUP(10, 11, 12, 20, 13);
  for (int i = 0; i < 4; i++) watch[i] = (struct pith_wait_item)PITH_WAIT_ON_THREAD(D);
  BLOCKS(A, pith_wait_any(&watch[0], 1, PITH_FOREVER));
  BLOCKS(B, pith_thread_join(D, &value, PITH_FOREVER)); /* before those that watch */
  BLOCKS(C, pith_wait_any(&watch[1], 1, PITH_FOREVER));
  GETS(&thread[4], pith_thread_join(D, NULL, PITH_POLL), -EBUSY);
  BLOCKS(&thread[4], pith_sleep(PITH_FOREVER));
  assert_ptr_equal(D->joiners.head, B);
  BLOCKS(D, (pith_thread_exit(4), 0));
  WOKEN(A, 0);
  WOKEN(B, 0);
  WOKEN(C, 0);
  assert_int_equal(value, 4);
  assert_int_equal(pith_thread_state(D), PITH_THREAD_NONE);
  SETUP(10, 11);
  watch[3] = (struct pith_wait_item)PITH_WAIT_ON_THREAD(B);
  BLOCKS(A, pith_wait_any(&watch[3], 1, PITH_FOREVER));
  BLOCKS(B, (pith_thread_exit(4), 0));
  WOKEN(A, 0);
  GETS(A, pith_wait_any(&watch[3], 1, PITH_POLL), 0); /* still */
  GETS(A, pith_thread_join(B, &value, PITH_POLL), 0);
  GETS(A, pith_wait_any(&watch[3], 1, PITH_POLL), -EINVAL);
}

static void test_timer(void **state) {
  static struct pith_wait_item item = PITH_WAIT_ON_TIMER(&timer);

  (void)state;
  SETUP(10, 20);
  memset(&timer, 0, sizeof timer);
  assert_int_equal(pith_timer_init(&timer.timer, pith_timer_give, PITH_TIMER_PERIODIC), 0);
  GETS(A, pith_timer_start(&timer.timer, 5), 0);
  BLOCKS(A, pith_wait_any(&item, 1, PITH_FOREVER));
  host_advance(6);
  WOKEN(A, 0);
  host_advance(10); /* nobody waits: they are kept */
  assert_int_equal(pith_sem_count(&timer.sem), 2);
  GETS(A, pith_timer_stop(&timer.timer), 0);
  GETS(A, pith_wait_any(&item, 1, PITH_POLL), 0);
  GETS(A, pith_wait_any(&item, 1, PITH_POLL), 0);
  GETS(A, pith_wait_any(&item, 1, PITH_POLL), -ETIMEDOUT);
}

/* ---- interrupts ---- */

static bool sent;

static void give(void) { pith_sem_give(&s); }
static void isr_send(void) { sent = send(9) == 0; }
static void set(void) { pith_event_set(&e, 6); }
static void all(void) { give(), isr_send(), set(); }
static void expire(void) { pith_sem_give(&timer.sem); }
static void later(void) { arch_clock_advance(100); }

/* How many of the items are still to be had. */
static int left(void) {
  return (int)pith_sem_count(&s) + (int)pith_queue_count(&q) + (pith_event_get(&e) == 6) +
         (int)pith_sem_count(&timer.sem);
}

/* For every point of beginning to wait: whatever an interrupt brings there ends the wait, exactly one of all it brings is
 * consumed, and no proxy stays. */
static void test_everywhere(void **state) {
  static void (*const isr[])(void) = {give, isr_send, set, expire, all};
  static struct pith_wait_item four[4];

  (void)state;
  for (int which = 0; which < 5; which++)
    for (uint32_t n = 1;; n++) {
      long result;

      SETUP(10, 20);
      memset(&timer, 0, sizeof timer);
      memcpy(four, items[0], sizeof items[0]);
      four[3] = (struct pith_wait_item)PITH_WAIT_ON_TIMER(&timer);
      host_inject(n, isr[which]);
      result = AS(A, pith_wait_any(four, 4, PITH_FOREVER));
      host_inject(0, NULL);
      host_settle();
      if (!host_injected()) break;
      assert_false(k_is_blocked(A));
      if (result == HOST_BLOCKED) result = host_result(A);
      if (which < 4) assert_int_equal(result, which);
      else assert_true(result >= 0);
      assert_int_equal(left(), which == 4 ? 2 : 0);
      if (result == QUEUE) assert_int_equal(message[0], 9);
      if (result == EVENT) assert_int_equal(four[EVENT].got, 6);
      nobody_stands();
      assert_null(timer.sem.waiters.head);
    }
}

/* Of units that are there, or come while one is taken, exactly one is taken. */
static void test_units(void **state) {
  (void)state;
  for (uint32_t units = 1; units <= 2; units++)
    for (uint32_t n = 1;; n++) {
      SETUP(10);
      for (uint32_t i = 0; i < units; i++) GETS(A, pith_sem_give(&s), 0);
      host_inject(n, give);
      GETS(A, ANY(0, PITH_POLL), SEM);
      host_inject(0, NULL);
      assert_int_equal(pith_sem_count(&s), units - !host_injected());
      if (!host_injected()) break;
    }
}

/* The deadline may come while the thread begins to wait. */
static void test_late(void **state) {
  bool late = false;

  (void)state;
  for (uint32_t n = 1;; n++) {
    SETUP(10, 20);
    host_inject(n, later);
    late |= AS(A, ANY(0, 50)) == -ETIMEDOUT;
    host_inject(0, NULL);
    if (!host_injected()) break;
    host_advance(50);
    assert_false(k_is_blocked(A));
    WOKEN(A, -ETIMEDOUT);
    nobody_stands();
  }
  assert_true(late);
}

/* Who asks for something that an interrupt has just brought does not overtake who waits for it. */
static void test_no_overtaking(void **state) {
  static void (*const isr[])(void) = {give, isr_send, set};
  static const uint32_t bits = 6;

  (void)state;
  for (int which = 0; which < 3; which++)
    for (int proxy = 0; proxy < 2; proxy++)
      for (uint32_t n = 1;; n++) {
        SETUP(10, 20);
        if (proxy) WAITS(0);
        else if (which == SEM) BLOCKS(A, pith_sem_take(&s));
        else if (which == QUEUE) BLOCKS(A, pith_queue_receive(&q, &message[0]));
        else BLOCKS(A, pith_wait_any(&items[0][EVENT], 1, PITH_FOREVER));
        host_inject(n, isr[which]);
        items[1][EVENT].bits = bits;
        GETS(B, ANY(1, PITH_POLL), -ETIMEDOUT);
        host_inject(0, NULL);
        host_settle();
        if (!host_injected()) break;
        RUNS(A);
      }
}

static void steal(void) {
  static uint32_t n;

  sent = pith_queue_try_receive(&q, &n) == 0;
}

/* An interrupt that receives may be faster than one who waits by proxy: then that one goes on waiting. */
static void test_stolen(void **state) {
  bool stolen = false;

  (void)state;
  for (uint32_t n = 1;; n++) {
    SETUP(10, 20);
    WAITS(0);
    sent = false;
    host_inject(n, steal);
    GETS(B, send(9), 0);
    host_inject(0, NULL);
    host_settle();
    if (!host_injected()) break;
    assert_int_equal(k_is_blocked(A), sent);
    assert_int_equal(pith_queue_count(&q), 0);
    stolen |= sent;
  }
  assert_true(stolen);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_arguments),     cmocka_unit_test(test_at_once), cmocka_unit_test(test_wakes),
    cmocka_unit_test(test_ends),          cmocka_unit_test(test_order),   cmocka_unit_test(test_event_order),
    cmocka_unit_test(test_event_twice),   cmocka_unit_test(test_thread),  cmocka_unit_test(test_timer),
    cmocka_unit_test(test_everywhere),    cmocka_unit_test(test_units),   cmocka_unit_test(test_late),
    cmocka_unit_test(test_no_overtaking), cmocka_unit_test(test_stolen),
};
FIXTURE_MAIN

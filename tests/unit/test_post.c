/* The post list: whatever interrupts signal, at whatever point of the kernel's taking it, arrives, once each,
 * in the order it was first signalled. */
#include "fixture.h"
#include <string.h>

/* An object of the K_POST_OBJECT kind that counts, a semaphore, a timer: the three kinds of nodes. */
static struct k_post node[3];
static uint32_t got[3], calls;
static char order[16];
static struct pith_sem s;
static struct pith_timer timer;

static void counted(struct k_post *p, uint32_t n) {
  got[p - node] += n;
  if (calls < sizeof order - 1) order[calls] = (char)('0' + (p - node));
  calls++;
}

static void fired(struct pith_timer *t) { (void)t; }

static void setup(void) {
  START(10, 20);
  memset(node, 0, sizeof node);
  memset(got, 0, sizeof got);
  memset(order, 0, sizeof order);
  for (int i = 0; i < 3; i++) node[i].apply = counted;
  calls = 0;
  pith_sem_init(&s, 0);
  pith_timer_init(&timer, fired, 0);
}

static void post_all(void) {
  for (int i = 0; i < 3; i++) k_post(&node[i]);
  k_post(&node[1]);
  k_post(&node[1]);
}

static void test_order(void **state) {
  (void)state;
  setup();
  host_interrupt(post_all);
  assert_string_equal(order, "012");
  assert_int_equal(got[0], 1);
  assert_int_equal(got[1], 3);
  assert_int_equal(got[2], 1);
  assert_null(K->posts);
  host_settle();
  assert_int_equal(calls, 3);
}

/* Nothing is applied while a call runs; right after it, before its thread goes on. */
static long calls_in_call = -1;
static long post_in_call(long a, long b, long c) {
  (void)a, (void)b, (void)c;
  host_interrupt(post_all);
  calls_in_call = calls;
  return 7;
}

static void test_after_call(void **state) {
  (void)state;
  setup();
  GETS(A, pith_monitor(post_in_call, 0, 0, 0), 7);
  assert_int_equal(calls_in_call, 0);
  assert_int_equal(calls, 3);
}

/* What the interrupts of test_everywhere() have signalled. */
static uint32_t sent[3], units, started;

static void signal_all(void) {
  for (int i = 0; i < 3; i++) {
    k_post(&node[i]);
    sent[i]++;
  }
  if (pith_sem_give(&s) == 0) units++;
  if (pith_timer_start(&timer, 50) == 0) started++;
}

/* In the other order, so that a list cut in the middle loses something. */
static void signal_back(void) {
  if (pith_timer_start(&timer, 60) == 0) started++;
  if (pith_sem_give(&s) == 0) units++;
  for (int i = 2; i >= 0; i--) {
    k_post(&node[i]);
    sent[i]++;
  }
}

static long nothing(long a, long b, long c) {
  (void)a, (void)b, (void)c;
  return 0;
}

/* For each point of the kernel's applying posts: a second interrupt signals everything anew there. */
static void test_everywhere(void **state) {
  static void (*const second[])(void) = {signal_all, signal_back};
  uint32_t n = 0;

  (void)state;
  for (int which = 0; which < 2; which++) {
    for (n = 1;; n++) {
      setup();
      memset(sent, 0, sizeof sent);
      units = started = 0;
      BLOCKS(A, pith_sem_take_for(&s, 1000)); /* so that gives are posted */
      host_inject(n, second[which]);
      host_interrupt(signal_all);
      host_inject(0, NULL);
      host_settle();
      for (int i = 0; i < 3; i++) assert_int_equal(got[i], sent[i]);
      assert_false(k_is_blocked(A));
      assert_int_equal(pith_sem_count(&s), units - 1);
      assert_int_equal(timer.timeout.command, 0);
      assert_int_equal(timer.timeout.place, 1);
      assert_null(K->posts);
      if (!host_injected()) break;
    }
    assert_true(n > 40);
  }
}

/* An interrupt interrupts the posting of another: both arrive, whoever was first. */
static void test_nested(void **state) {
  (void)state;
  for (uint32_t n = 1;; n++) {
    setup();
    memset(sent, 0, sizeof sent);
    host_inject(n, signal_back);
    host_interrupt(signal_all);
    host_inject(0, NULL);
    host_settle();
    for (int i = 0; i < 3; i++) assert_int_equal(got[i], sent[i]);
    if (!host_injected()) break;
  }
}

static void start_10(void) { pith_timer_start(&timer, 10); }
static void stop(void) { pith_timer_stop(&timer); }
static void start_stop(void) { start_10(), stop(); }
static void stop_start(void) { stop(), start_10(); }

/* A timer's last command wins. */
static void test_timer_commands(void **state) {
  (void)state;
  setup();
  host_interrupt(start_10);
  assert_int_equal(host_deadline(), 11);
  host_interrupt(stop);
  assert_int_equal(host_deadline(), PITH_FOREVER);
  host_interrupt(start_stop);
  assert_int_equal(host_deadline(), PITH_FOREVER);
  host_interrupt(stop_start);
  assert_int_equal(host_deadline(), 11);
}

static struct pith_waker waker;
static void wake(void) { pith_wake(&waker); }

static int tries, ready_;
static long wait_ready(long a, long b, long c) {
  (void)b, (void)c;
  tries++;
  return ready_ ? a : pith_monitor_wait(&waker);
}

/* A waker's waiters run their whole call again; a thread may wake them too, and at boot there are none. */
static void test_waker(void **state) {
  (void)state;
  setup();
  tries = ready_ = 0;
  pith_waker_init(&waker);
  BLOCKS(A, pith_monitor(wait_ready, 5, 6, 7));
  assert_int_equal(tries, 1);
  BLOCKS(B, pith_monitor(wait_ready, 5, 6, 7));
  assert_int_equal(A->blocked, K_BLOCKED_RESTART);
  assert_int_equal(host_result(A),
                   K_WORD(wait_ready)); /* its first argument, where the call finds it again */
  host_interrupt(wake);
  RUNS(A);
  assert_false(k_is_blocked(A) || k_is_blocked(B));
  ready_ = 1;
  GETS(A, pith_monitor(wait_ready, 5, 6, 7), 5);
  GETS(A, pith_monitor(nothing, 0, 0, 0), 0);
  ready_ = 0;
  BLOCKS(A, pith_monitor(wait_ready, 5, 6, 7));
  AS(B, (pith_wake(&waker), 0));
  RUNS(A);
  fixture_init();
  pith_wake(&waker);
  assert_false(k_in_isr());
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_order),  cmocka_unit_test(test_after_call),     cmocka_unit_test(test_everywhere),
    cmocka_unit_test(test_nested), cmocka_unit_test(test_timer_commands), cmocka_unit_test(test_waker),
};
FIXTURE_MAIN

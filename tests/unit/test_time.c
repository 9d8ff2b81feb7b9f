/* Deadlines: the heap against a plain list, the spans, and everything an expiry can end. */
#include "fixture.h"

enum { MANY = K_TIMEOUTS };
static struct k_timeout timeout[MANY];

static int64_t earliest(const bool *armed) {
  int64_t best = PITH_FOREVER;

  for (int i = 0; i < MANY; i++)
    if (armed[i] && timeout[i].deadline < best) best = timeout[i].deadline;
  return best;
}

static void check_heap(void) {
  for (uint32_t i = 0; i < R->timeout_count; i++) {
    assert_int_equal(R->timeouts[i]->place, i + 1);
    if (i) assert_true(R->timeouts[(i - 1) / 2]->deadline <= R->timeouts[i]->deadline);
  }
}

/* Random arming and disarming, up to a full heap: it is a heap throughout, and the clock knows the earliest.
 * */
static void test_model(void **state) {
  static bool armed[MANY];
  uint32_t n = 0;

  (void)state;
  fixture_init();
  for (int i = 0; i < MANY; i++) timeout[i] = (struct k_timeout){.kind = K_TIMEOUT_THREAD}, armed[i] = false;
  for (int i = 0; i < 30000; i++) {
    uint32_t k = unit_below(MANY);

    if (armed[k]) {
      k_timeout_disarm(&timeout[k]);
      n--;
    } else {
      assert_int_equal(k_timeout_arm(&timeout[k], 1 + unit_below(i % 2 ? 40 : 100000)), 0);
      n++;
    }
    armed[k] = !armed[k];
    check_heap();
    assert_int_equal(R->timeout_count, n);
    assert_int_equal(host_deadline(), earliest(armed));
    if (i % 1000 == 0) k_timeout_disarm(&R->slice); /* not armed: no effect */
  }
}

/* Timers leave a place for each thread: one too many is refused. */
static void test_full(void **state) {
  static struct k_timeout timer[K_TIMERS + 1];

  (void)state;
  fixture_init();
  for (int i = 0; i <= K_TIMERS; i++) {
    timer[i] = (struct k_timeout){.kind = K_TIMEOUT_TIMER};
    assert_int_equal(k_timeout_arm(&timer[i], 10 + i), i < K_TIMERS ? 0 : -EAGAIN);
  }
  assert_int_equal(R->timers, K_TIMERS);
  k_timeout_disarm(&timer[1]);
  assert_int_equal(k_timeout_arm(&timer[K_TIMERS], 5), 0);
  assert_int_equal(host_deadline(), 5);
}

/* A deadline is never earlier than the span: the present tick is partly over. It does not overflow. */
static void test_spans(void **state) {
  (void)state;
  fixture_init();
  assert_int_equal(pith_deadline(0), PITH_POLL);
  assert_int_equal(pith_deadline(-1), PITH_POLL);
  assert_int_equal(pith_deadline(INT64_MIN), PITH_POLL);
  assert_int_equal(pith_deadline(PITH_FOREVER), PITH_FOREVER);
  assert_int_equal(pith_deadline(1), 2);
  START(10);
  host_advance(1000);
  assert_int_equal(pith_deadline(1), 1002);
  assert_int_equal(pith_deadline(PITH_FOREVER - 1), PITH_FOREVER);
  assert_int_equal(pith_deadline(PITH_FOREVER - 1001), PITH_FOREVER);
  assert_int_equal(pith_deadline(PITH_FOREVER - 1002), PITH_FOREVER - 1);
}

/* A sleeper's deadline is success, a waiter's is not; all that are due at once come in the order of their
 * times. */
static void test_expiry(void **state) {
  static struct pith_sem s = PITH_SEM_INIT(0);

  (void)state;
  START(10, 11, 12, 20);
  BLOCKS(A, pith_sleep_until(5));
  BLOCKS(B, pith_sem_take_until(&s, 5));
  BLOCKS(C, pith_sleep_until(3));
  host_advance(2);
  RUNS(D);
  host_advance(1);
  RUNS(C);
  WOKEN(C, 0);
  host_advance(2);
  WOKEN(A, 0);
  WOKEN(B, -ETIMEDOUT);
  RUNS(A);
  GETS(A, pith_sleep_until(5), 0); /* is past: no sleep */
  GETS(A, pith_sleep(0), 0);
  GETS(A, pith_sleep(-7), 0);
  BLOCKS(A, pith_sleep_until(0x100000005)); /* both words of it count */
  BLOCKS(B, pith_sleep(PITH_FOREVER));
  BLOCKS(C, pith_sleep(PITH_FOREVER));
  assert_int_equal(host_deadline(), 0x100000005);
  host_advance(0x100000000 - 1);
  RUNS(D);
  host_advance(1);
  RUNS(A);
}

/* The clock stood still: what is due meanwhile comes at once. */
static void test_advance(void **state) {
  (void)state;
  START(10, 20);
  BLOCKS(A, pith_sleep(5));
  arch_clock_advance(50);
  host_advance(0);
  RUNS(A);
  assert_int_equal(pith_now(), 50);
}

static struct k_timeout *fired[3];

static void fire(struct k_timeout *t) { fired[t->kind - K_TIMEOUT_DOMAIN] = t; }

/* Deadlines of domains are counted as timers, and who has them is told by their kind; a deadline that is taken back is
 * nobody's. */
static void test_domain(void **state) {
  static struct k_timeout t[3];

  (void)state;
  START(10, 20);
  k_domain_due = fire;
  for (int i = 0; i < 3; i++) {
    t[i] = (struct k_timeout){.kind = (uint8_t)(K_TIMEOUT_DOMAIN + i)};
    fired[i] = NULL;
    assert_int_equal(k_timeout_arm_timer(&t[i], 5 + i), 0);
  }
  assert_int_equal(R->timers, 3);
  k_timeout_disarm(&t[1]);
  host_advance(5);
  assert_ptr_equal(fired[0], &t[0]);
  assert_null(fired[2]);
  host_advance(2);
  assert_ptr_equal(fired[2], &t[2]);
  assert_null(fired[1]);
  assert_int_equal(R->timers, 0);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_model),  cmocka_unit_test(test_full),    cmocka_unit_test(test_spans),
    cmocka_unit_test(test_expiry), cmocka_unit_test(test_advance), cmocka_unit_test(test_domain),
};
FIXTURE_MAIN

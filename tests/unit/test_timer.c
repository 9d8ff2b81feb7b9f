/* Software timers: when they fire, from threads and from interrupts, and what they may do then. */
#include "fixture.h"

static struct pith_timer t, u;
static int fired;
static struct pith_sem s;

static void count(struct pith_timer *timer) { fired += timer == &t; }
static void give(struct pith_timer *timer) {
  (void)timer;
  pith_sem_give(&s);
}
static void again(struct pith_timer *timer) {
  fired++;
  if (fired < 3) pith_timer_start(timer, 4);
}

static void setup(unsigned flags, void (*fn)(struct pith_timer *)) {
  START(10, 20);
  pith_timer_init(&t, fn, flags);
  fired = 0;
}

static void test_arguments(void **state) {
  (void)state;
  setup(0, count);
  assert_int_equal(pith_timer_init(&u, NULL, 0), -EINVAL);
  assert_int_equal(pith_timer_init(&u, count, 2), -EINVAL);
  GETS(A, pith_timer_start(&t, 0), -EINVAL);
  GETS(A, pith_timer_start(&t, -1), -EINVAL);
  GETS(A, pith_timer_start(&t, PITH_TIMER_MAX + 1ll), -EINVAL);
  GETS(A, pith_timer_stop(&t), -EINVAL);
  GETS(A, pith_timer_left(&t), 0);
}

static void test_once(void **state) {
  (void)state;
  setup(0, count);
  GETS(A, pith_timer_start(&t, 5), 0);
  GETS(A, pith_timer_left(&t), 6);
  host_advance(5);
  assert_int_equal(fired, 0);
  host_advance(1);
  assert_int_equal(fired, 1);
  host_advance(100);
  assert_int_equal(fired, 1);
  GETS(A, pith_timer_start(&t, 5), 0);
  host_advance(3);
  GETS(A, pith_timer_start(&t, 5), 0); /* anew */
  host_advance(5);
  assert_int_equal(fired, 1);
  GETS(A, pith_timer_stop(&t), 0);
  host_advance(100);
  assert_int_equal(fired, 1);
}

/* A periodic one does not drift, and skips what was missed altogether. */
static void test_periodic(void **state) {
  (void)state;
  setup(PITH_TIMER_PERIODIC, count);
  GETS(A, pith_timer_start(&t, 10), 0);
  host_advance(11);
  assert_int_equal(fired, 1);
  host_advance(9);
  assert_int_equal(fired, 1);
  host_advance(1);
  assert_int_equal(fired, 2);
  arch_clock_advance(34); /* 31, 41, 51 are missed: 21 + 34 = 55 */
  host_advance(0);
  assert_int_equal(fired, 3);
  GETS(A, pith_timer_left(&t), 6);
  host_advance(6);
  assert_int_equal(fired, 4);
  arch_clock_advance(20);
  GETS(A, pith_timer_left(&t), 0); /* due, and not fired yet */
}

/* Its function may give, and start its own timer. */
static void test_function(void **state) {
  (void)state;
  setup(0, give);
  pith_sem_init(&s, 0);
  GETS(A, pith_timer_start(&t, 5), 0);
  BLOCKS(A, pith_sem_take(&s));
  host_advance(6);
  RUNS(A);
  pith_timer_init(&t, again, 0);
  GETS(A, pith_timer_start(&t, 5), 0);
  host_advance(6);
  assert_int_equal(fired, 1);
  host_advance(20);
  assert_int_equal(fired, 3);
}

/* Before the kernel runs, and more than there are places. */
static void test_boot_and_full(void **state) {
  static struct pith_timer more[K_TIMERS];
  static int i;

  (void)state;
  fixture_init();
  fixture_thread(0, 10, 0);
  fired = 0;
  pith_timer_init(&t, count, 0);
  assert_int_equal(pith_timer_start(&t, 3), 0);
  host_start();
  for (i = 0; i < K_TIMERS; i++) {
    pith_timer_init(&more[i], count, 0);
    GETS(A, pith_timer_start(&more[i], 10), i < K_TIMERS - 1 ? 0 : -EAGAIN);
  }
  host_advance(4);
  assert_int_equal(fired, 1);
  GETS(A, pith_timer_start(&more[K_TIMERS - 1], 10), 0);
}

static void isr_start(void) { assert_int_equal(pith_timer_start(&t, 7), 0); }
static void isr_stop(void) { assert_int_equal(pith_timer_stop(&t), 0); }

/* From an interrupt, at each point of a thread's own starting of it: it fires once, at one of the two times.
 * */
static void test_isr(void **state) {
  (void)state;
  setup(0, count);
  host_interrupt(isr_start);
  GETS(A, pith_timer_left(&t), 8);
  host_interrupt(isr_stop);
  host_interrupt(isr_stop);
  host_advance(10);
  assert_int_equal(fired, 0);
  for (uint32_t n = 1;; n++) {
    setup(0, count);
    host_inject(n, isr_start);
    GETS(A, pith_timer_start(&t, 3), 0);
    host_inject(0, NULL);
    host_settle();
    host_advance(20);
    assert_int_equal(fired, 1);
    if (!host_injected()) break;
  }
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_arguments), cmocka_unit_test(test_once),          cmocka_unit_test(test_periodic),
    cmocka_unit_test(test_function),  cmocka_unit_test(test_boot_and_full), cmocka_unit_test(test_isr),
};
FIXTURE_MAIN

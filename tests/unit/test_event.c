/* Event flags: who is satisfied by what, and interrupts that set bits at every point: none is missed. */
#include "event.h"
#include "fixture.h"

static struct pith_event e;
static struct k_event_wish
    wish[FIXTURE_THREADS]; /* a blocked call's own one would not outlive it here: host.h */
static uint32_t got;

static long wait_in_kernel(long i, long bits, long options) {
  wish[i] = (struct k_event_wish){(uint32_t)bits, (uint32_t)options, 0};
  return k_event_wait(&e, &wish[i], PITH_FOREVER);
}

static long wait_until_10(long i, long bits, long options) {
  wish[i] = (struct k_event_wish){(uint32_t)bits, (uint32_t)options, 0};
  return k_event_wait(&e, &wish[i], 10);
}

/* i: whose thread it is. */
#define WAITS(i, bits, options) BLOCKS(&thread[i], pith_monitor(wait_in_kernel, i, bits, options))

static void test_without_waiting(void **state) {
  (void)state;
  START(10);
  pith_event_init(&e, 6);
  assert_int_equal(pith_event_get(&e), 6);
  GETS(A, pith_event_wait(&e, 0, 0, &got), -EINVAL);
  GETS(A, pith_event_wait(&e, 1, 4, &got), -EINVAL);
  GETS(A, pith_event_wait(&e, 3, PITH_EVENT_ANY, &got), 0);
  assert_int_equal(got, 2);
  GETS(A, pith_event_wait_for(&e, 3, PITH_EVENT_ALL, &got, PITH_POLL), -ETIMEDOUT);
  assert_int_equal(got, 2);
  GETS(A, pith_event_set(&e, 1), 0);
  GETS(A, pith_event_wait(&e, 3, PITH_EVENT_ALL | PITH_EVENT_CLEAR, NULL), 0);
  assert_int_equal(pith_event_get(&e), 4);
  GETS(A, pith_event_clear(&e, 12), 0);
  assert_int_equal(pith_event_get(&e), 0);
}

/* Waiters are looked at in their order; what one clears is not there for the next. */
static void test_waiters(void **state) {
  (void)state;
  START(10, 11, 12, 20);
  pith_event_init(&e, 0);
  WAITS(0, 3, PITH_EVENT_ALL | PITH_EVENT_CLEAR);
  WAITS(1, 1, PITH_EVENT_CLEAR);
  WAITS(2, 5, PITH_EVENT_ANY);
  GETS(D, pith_event_set(&e, 4), 0);
  RUNS(C);
  WOKEN(C, 0);
  assert_int_equal(wish[2].got, 4);
  BLOCKS(C, pith_sleep(PITH_FOREVER));
  GETS(D, pith_event_set(&e, 1), 0); /* not enough for A: B takes it */
  RUNS(B);
  assert_int_equal(wish[1].got, 1);
  assert_int_equal(pith_event_get(&e), 4);
  GETS(B, pith_event_set(&e, 2), 0);
  RUNS(B);
  GETS(B, pith_event_set(&e, 1), 0);
  RUNS(A);
  assert_int_equal(wish[0].got, 3);
  assert_int_equal(pith_event_get(&e), 4);
  assert_int_equal(e.awaited, 0);
}

static void test_ends(void **state) {
  (void)state;
  START(10, 11, 20);
  pith_event_init(&e, 0);
  BLOCKS(A, pith_monitor(wait_until_10, 0, 1, 0));
  WAITS(1, 1, 0);
  GETS(C, pith_event_wait_for(&e, 1, 0, &got, PITH_POLL), -ETIMEDOUT);
  host_advance(10);
  RUNS(A);
  WOKEN(A, -ETIMEDOUT);
  GETS(A, pith_event_delete(&e), 0);
  WOKEN(B, -EIDRM);
  GETS(A, pith_event_set(&e, 1), 0);
  assert_int_equal(e.awaited, 0);
}

static void set_1(void) { pith_event_set(&e, 1); }
static void set_2(void) { pith_event_set(&e, 2); }

static void test_interrupt(void **state) {
  (void)state;
  START(10, 20);
  pith_event_init(&e, 0);
  host_interrupt(set_1); /* nobody waits: no post */
  assert_int_equal(pith_event_get(&e), 1);
  WAITS(0, 3, PITH_EVENT_ALL);
  host_interrupt(set_2);
  RUNS(A);
  assert_int_equal(wish[0].got, 3);
}

/* For every point of beginning to wait, of setting, and of clearing: an interrupt sets a bit there. */
static void test_everywhere(void **state) {
  (void)state;
  for (uint32_t n = 1;; n++) { /* while A begins to wait for it */
    START(10, 20);
    pith_event_init(&e, 0);
    host_inject(n, set_1);
    AS(A, pith_monitor(wait_in_kernel, 0, 1, PITH_EVENT_CLEAR));
    host_inject(0, NULL);
    host_settle();
    if (!host_injected()) break;
    assert_false(k_is_blocked(A));
    assert_int_equal(wish[0].got, 1);
    assert_int_equal(pith_event_get(&e), 0);
  }
  for (uint32_t n = 1;; n++) { /* while B sets another one, and clears a third */
    START(10, 20);
    pith_event_init(&e, 4);
    WAITS(0, 3, PITH_EVENT_ALL);
    host_inject(n, set_1);
    AS(B, (pith_event_clear(&e, 4), pith_event_set(&e, 2)));
    host_inject(0, NULL);
    host_settle();
    if (!host_injected()) break;
    assert_false(k_is_blocked(A));
    assert_int_equal(pith_event_get(&e), 3);
  }
  for (uint32_t n = 1;; n++) { /* while A takes what is there */
    START(10, 20);
    pith_event_init(&e, 2);
    host_inject(n, set_1);
    GETS(A, pith_event_wait(&e, 2, PITH_EVENT_CLEAR, &got), 0);
    host_inject(0, NULL);
    host_settle();
    assert_int_equal(got, 2);
    assert_int_equal(pith_event_get(&e), host_injected());
    if (!host_injected()) break;
  }
}

static uint32_t again, appeared; /* appeared: times bit 0 was set that was not */

static void count_and_set_1(void) {
  appeared += !(pith_event_get(&e) & 1);
  set_1();
}

static void set_1_twice(void) {
  count_and_set_1();
  host_inject(again, count_and_set_1);
}

static long poll_in_kernel(long i, long bits, long options) {
  wish[i] = (struct k_event_wish){(uint32_t)bits, (uint32_t)options, 0};
  return k_event_wait(&e, &wish[i], PITH_POLL);
}

/* Interrupts set a bit twice, at any two points of the call of somebody who wants it, too: those who wait get both. */
static void test_turns(void **state) {
  bool second;

  (void)state;
  for (uint32_t n = 1;; n++) {
    for (again = 1, second = true; second; again++) {
      START(20, 21, 10);
      appeared = 0;
      pith_event_init(&e, 0);
      BLOCKS(C, pith_sleep(5));
      WAITS(0, 1, PITH_EVENT_CLEAR);
      WAITS(1, 1, PITH_EVENT_CLEAR);
      host_advance(6);
      host_inject(n, set_1_twice);
      GETS(C, pith_monitor(poll_in_kernel, 2, 1, PITH_EVENT_CLEAR), -ETIMEDOUT);
      second = host_injected();
      host_inject(0, NULL);
      host_settle();
      assert_int_equal(k_is_blocked(A), !wish[0].got);
      assert_int_equal(k_is_blocked(B), !wish[1].got);
      assert_int_equal(pith_event_get(&e), 0);
      assert_int_equal(wish[0].got + wish[1].got, appeared);
    }
    if (!wish[0].got) return; /* not even the first has come */
  }
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_without_waiting), cmocka_unit_test(test_waiters),    cmocka_unit_test(test_ends),
    cmocka_unit_test(test_interrupt),       cmocka_unit_test(test_everywhere), cmocka_unit_test(test_turns),
};
FIXTURE_MAIN

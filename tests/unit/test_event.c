/* Event flags: who is satisfied by what, also against a model, and interrupts that set and clear bits at every point: none
 * is missed. test_any.c has the waits by proxy. */
#include "event.h"
#include "fixture.h"
#include <string.h>

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

/* Who takes bits while others wait for other bits does so in the kernel, behind them. */
static void test_behind(void **state) {
  (void)state;
  START(10, 20);
  pith_event_init(&e, 4);
  WAITS(0, 3, PITH_EVENT_ALL);
  GETS(B, pith_event_wait(&e, 6, PITH_EVENT_CLEAR, &got), 0);
  assert_int_equal(got, 4);
  assert_int_equal(pith_event_get(&e), 0);
  assert_true(k_is_blocked(A));
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

static void clear_2(void) { pith_event_clear(&e, 2); }

/* An interrupt clears what a thread is about to take: it has got it, or it waits; never neither or both. */
static void test_cleared(void **state) {
  bool lost = false;

  (void)state;
  for (uint32_t n = 1;; n++) {
    START(10, 20);
    pith_event_init(&e, 2);
    wish[0].got = 0;
    host_inject(n, clear_2);
    AS(A, pith_monitor(wait_in_kernel, 0, 2, PITH_EVENT_CLEAR));
    host_inject(0, NULL);
    host_settle();
    if (!host_injected()) break;
    assert_int_equal(k_is_blocked(A), wish[0].got != 2);
    assert_int_equal(pith_event_get(&e), 0);
    lost |= k_is_blocked(A);
    if (!k_is_blocked(A)) continue;
    GETS(B, pith_event_set(&e, 2), 0);
    RUNS(A);
    assert_int_equal(wish[0].got, 2);
  }
  assert_true(lost);
}

/* Who comes as an interrupt sets bits does not get them before who has waited for them. */
static void test_no_overtaking(void **state) {
  (void)state;
  for (uint32_t n = 1;; n++) {
    START(10, 20);
    pith_event_init(&e, 0);
    WAITS(0, 1, PITH_EVENT_CLEAR);
    host_inject(n, set_1);
    GETS(B, pith_event_wait_for(&e, 1, PITH_EVENT_CLEAR, &got, PITH_POLL), -ETIMEDOUT);
    host_inject(0, NULL);
    host_settle();
    if (!host_injected()) break;
    RUNS(A);
    assert_int_equal(wish[0].got, 1);
  }
}

/* ---- against a model ---- */

enum { WAITERS = 5, ACTOR = WAITERS, LIFE = 30000 }; /* the actor, the least urgent, sets and clears */
static const int priorities[] = {6, 5, 7, 6, 5, 20, -1};
static struct {
  bool waits;
  uint32_t since;
} model[WAITERS];
static uint32_t bits, turns;

static uint32_t found(int i) {
  uint32_t set = bits & wish[i].bits;

  return wish[i].options & PITH_EVENT_ALL && set != wish[i].bits ? 0 : set;
}

/* The next who is to be looked at, behind `last`. */
static int after(int last) {
  int best = -1;

  for (int i = 0; i < WAITERS; i++) {
    int rank = last < 0 ? 1 : priorities[i] - priorities[last];

    if (!model[i].waits || rank < 0 || (rank == 0 && model[i].since <= model[last].since)) continue;
    if (best < 0 || priorities[i] < priorities[best] ||
        (priorities[i] == priorities[best] && model[i].since < model[best].since))
      best = i;
  }
  return best;
}

static void model_serve(void) {
  int next;

  for (int i = after(-1); i >= 0; i = next) {
    uint32_t taken = found(i);

    next = after(i);
    if (!taken) continue;
    model[i].waits = false;
    if (wish[i].options & PITH_EVENT_CLEAR) bits &= ~taken;
    assert_false(k_is_blocked(&thread[i]));
    assert_int_equal(wish[i].got, taken);
  }
}

static uint32_t isr_bits;
static void isr_set(void) { pith_event_set(&e, isr_bits); }

/* Threads wait for random bits, which are set and cleared at random: who is satisfied, in which order and by what is the
 * model's. */
static void test_life(void **state) {
  (void)state;
  fixture_start(priorities);
  pith_event_init(&e, bits = turns = 0);
  memset(model, 0, sizeof model);
  for (int step = 0; step < LIFE; step++) {
    int i = (int)(K->current - thread);
    uint32_t some = 1 + unit_below(31);

    if (i < WAITERS) {
      long options = unit_below(4);
      long result = AS(&thread[i], pith_monitor(wait_in_kernel, i, some, options));
      uint32_t taken = found(i);

      assert_int_equal(result, taken ? 0 : HOST_BLOCKED);
      model[i].waits = !taken;
      model[i].since = turns++;
      if (taken) assert_int_equal(wish[i].got, taken);
      if (options & PITH_EVENT_CLEAR) bits &= ~taken;
    } else if (unit_below(3) == 0) {
      GETS(&thread[ACTOR], pith_event_clear(&e, some), 0);
      bits &= ~some;
    } else {
      isr_bits = some;
      if (unit_below(2)) host_interrupt(isr_set);
      else GETS(&thread[ACTOR], pith_event_set(&e, some), 0);
      bits |= some;
      model_serve();
    }
    for (i = 0; i < WAITERS; i++) assert_int_equal(k_is_blocked(&thread[i]), model[i].waits);
    assert_int_equal(pith_event_get(&e), bits);
  }
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_without_waiting),
    cmocka_unit_test(test_waiters),
    cmocka_unit_test(test_behind),
    cmocka_unit_test(test_ends),
    cmocka_unit_test(test_interrupt),
    cmocka_unit_test(test_everywhere),
    cmocka_unit_test(test_cleared),
    cmocka_unit_test(test_no_overtaking),
    cmocka_unit_test(test_life),
    cmocka_unit_test(test_turns),
};

static int fixture_run(void) {
  unit_seed();
  return cmocka_run_group_tests(tests, NULL, NULL);
}

int main(int argc, char *argv[]) {
  if (argc > 1) cmocka_set_test_filter(argv[1]);
  return host_main(fixture_run);
}

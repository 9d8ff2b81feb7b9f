/* Semaphores: units, waiters in their order, every way a wait ends, and interrupts that give at every point
 * of every operation: no unit is lost or made. */
#include "fixture.h"

static struct pith_sem s;

/* Units are counted from 0 to the most there can be; taking one that is there does not enter the kernel. */
static void test_units(void **state) {
  (void)state;
  START(10);
  assert_int_equal(pith_sem_init(&s, PITH_SEM_MAX + 1u), -EINVAL);
  assert_int_equal(pith_sem_init(&s, 2), 0);
  assert_int_equal(pith_sem_count(&s), 2);
  GETS(A, pith_sem_take(&s), 0);
  GETS(A, pith_sem_take_until(&s, PITH_POLL), 0);
  assert_int_equal(pith_sem_count(&s), 0);
  GETS(A, pith_sem_take_until(&s, PITH_POLL), -ETIMEDOUT);
  GETS(A, pith_sem_take_for(&s, 0), -ETIMEDOUT);
  GETS(A, pith_sem_give(&s), 0);
  GETS(A, pith_sem_take_for(&s, 5), 0);
  assert_int_equal(pith_sem_init(&s, PITH_SEM_MAX), 0);
  GETS(A, pith_sem_give(&s), -EOVERFLOW);
  assert_int_equal((uint32_t)s.word, 0x80000000u);
}

static void give(void) { pith_sem_give(&s); }
static int gave;
static void give_note(void) { gave = pith_sem_give(&s); }

static void test_isr_overflow(void **state) {
  (void)state;
  START(10);
  s = (struct pith_sem){.word = INT32_MIN};
  host_interrupt(give_note);
  assert_int_equal(gave, -EOVERFLOW);
  assert_int_equal(s.word, INT32_MIN);
}

/* The one waiter is parked by the straight path; a unit wakes it, and who gives stays if it is as urgent. */
static void test_one_waiter(void **state) {
  (void)state;
  START(10, 10);
  pith_sem_init(&s, 0);
  BLOCKS(A, pith_sem_take(&s));
  assert_int_equal(s.word, K_SEM_ONE);
  assert_int_equal(pith_thread_state(A), PITH_THREAD_WAITING);
  assert_int_equal(pith_sem_count(&s), 0);
  GETS(B, pith_sem_give(&s), 0);
  RUNS(B);
  WOKEN(A, 0);
  assert_int_equal(s.word, 0);
  BLOCKS(B, pith_sem_take(&s));
  RUNS(A);
}

/* Units go to the most urgent waiter, first come first served among equals. */
static void test_order(void **state) {
  (void)state;
  START(12, 11, 11, 20);
  pith_sem_init(&s, 0);
  BLOCKS(B, pith_sem_take(&s));
  BLOCKS(C, pith_sem_take_until(&s, PITH_FOREVER));
  BLOCKS(A, pith_sem_take_for(&s, 1000));
  assert_string_equal(fixture_queue(s.waiters.head), "BCA");
  assert_int_equal(s.word, K_SEM_WAITERS);
  GETS(D, pith_sem_give(&s), 0);
  RUNS(B);
  BLOCKS(B, pith_sem_take(&s));
  assert_string_equal(fixture_queue(s.waiters.head), "CBA");
  for (const char *who = "CBA"; *who; who++) {
    GETS(D, pith_sem_give(&s), 0);
    WOKEN(&thread[*who - 'A'], 0);
    RUNS(&thread[*who - 'A']);
    BLOCKS(&thread[*who - 'A'], pith_sleep(PITH_FOREVER));
  }
  GETS(D, pith_sem_give(&s), 0);
  assert_int_equal(pith_sem_count(&s), 1);
}

/* A deadline ends the wait, at its tick and not before, and its waiter leaves no trace. */
static void test_deadline(void **state) {
  (void)state;
  START(10, 20);
  pith_sem_init(&s, 0);
  BLOCKS(A, pith_sem_take_until(&s, 5));
  host_advance(4);
  RUNS(B);
  host_advance(1);
  RUNS(A);
  WOKEN(A, -ETIMEDOUT);
  GETS(A, pith_sem_give(&s), 0);
  assert_int_equal(pith_sem_count(&s), 1);
  GETS(A, pith_sem_take_until(&s, 5), 0);
  GETS(A, pith_sem_take_until(&s, 5), -ETIMEDOUT); /* 5 is now */
  BLOCKS(A, pith_sem_take_for(&s, 5));
  host_advance(5);
  RUNS(B);
  GETS(B, pith_sem_give(&s), 0); /* in time: no deadline is left behind */
  RUNS(A);
  WOKEN(A, 0);
  assert_int_equal(host_deadline(), PITH_FOREVER);
}

/* Each waiter's wait can be ended from without, the one of the straight path included; the others wait on. */
static void test_cancel(void **state) {
  (void)state;
  START(10, 11, 20);
  pith_sem_init(&s, 0);
  BLOCKS(A, pith_sem_take(&s));
  BLOCKS(B, pith_sem_take(&s));
  GETS(C, pith_thread_cancel(A), 0);
  WOKEN(A, -ECANCELED);
  BLOCKS(A, pith_sleep(3));
  GETS(C, pith_thread_cancel(B), 0);
  WOKEN(B, -ECANCELED);
  GETS(B, pith_sem_take_until(&s, PITH_POLL), -ETIMEDOUT);
  BLOCKS(B, pith_sem_take(&s)); /* alone again: by the straight path */
  assert_int_equal(s.word, K_SEM_ONE);
  GETS(C, pith_thread_cancel(B), 0);
  assert_int_equal(s.word, K_SEM_WAITERS); /* and nobody waits: the queue tells */
  GETS(B, pith_sem_give(&s), 0);
  assert_int_equal(pith_sem_count(&s), 1);
}

/* Deleting ends every wait with -EIDRM and leaves no units; the memory can be used again. */
static void test_delete(void **state) {
  (void)state;
  START(10, 11, 20);
  pith_sem_init(&s, 0);
  BLOCKS(A, pith_sem_take(&s));
  BLOCKS(B, pith_sem_take_for(&s, 100));
  GETS(C, pith_sem_delete(&s), 0);
  WOKEN(A, -EIDRM);
  WOKEN(B, -EIDRM);
  assert_int_equal(s.word, 0);
  GETS(A, pith_sem_give(&s), 0);
  GETS(A, pith_sem_delete(&s), 0);
  assert_int_equal(pith_sem_count(&s), 0);
}

/* Several gives posted by interrupts before the kernel runs are all applied. */
static void give_thrice(void) {
  for (int i = 0; i < 3; i++) assert_int_equal(pith_sem_give(&s), 0);
}

static void test_isr_gives(void **state) {
  (void)state;
  START(10, 11, 20);
  pith_sem_init(&s, 0);
  BLOCKS(A, pith_sem_take(&s));
  BLOCKS(B, pith_sem_take(&s));
  host_interrupt(give_thrice);
  RUNS(A);
  WOKEN(A, 0);
  WOKEN(B, 0);
  assert_int_equal(pith_sem_count(&s), 1);
}

/* The same while the kernel applies them: an interrupt gives one more at each point. */
static void test_isr_gives_more(void **state) {
  (void)state;
  for (uint32_t n = 1;; n++) {
    START(10, 11, 20);
    pith_sem_init(&s, 0);
    BLOCKS(A, pith_sem_take(&s));
    BLOCKS(B, pith_sem_take(&s));
    host_inject(n, give);
    host_interrupt(give_thrice);
    host_inject(0, NULL);
    host_settle();
    WOKEN(A, 0);
    WOKEN(B, 0);
    assert_int_equal(pith_sem_count(&s), 1 + host_injected());
    if (!host_injected()) break;
  }
}

/* A unit too many, posted while waiters seemed to be there, is refused in the kernel. */
static void test_overflow_in_kernel(void **state) {
  (void)state;
  START(10);
  s = (struct pith_sem){.word = -5};
  assert_int_equal(k_sem_give(&s, PITH_SEM_MAX - 4), -EOVERFLOW);
  assert_int_equal(s.word, -5);
  assert_int_equal(k_sem_give(&s, PITH_SEM_MAX - 5), 0);
  assert_int_equal(s.word, INT32_MIN);
}

static int32_t units(void) { return (int32_t)pith_sem_count(&s); }

/* What test_everywhere() interrupts: each an operation of A, or of B with A waiting. */
static void setup_empty(void) { pith_sem_init(&s, 0); }
static void setup_units(void) { pith_sem_init(&s, 3); }
static void setup_waiter(void) {
  pith_sem_init(&s, 0);
  BLOCKS(A, pith_sem_take(&s));
}
static void setup_timed(void) {
  pith_sem_init(&s, 0);
  BLOCKS(A, pith_sem_take_for(&s, 9));
}
static long do_take(void) { return pith_sem_take(&s); }
static long do_take_for(void) { return pith_sem_take_for(&s, 9); }
static long do_poll(void) { return pith_sem_take_for(&s, 0); }
static long do_give(void) { return pith_sem_give(&s); }
static long do_cancel(void) { return pith_thread_cancel(A); }
static long do_delete(void) { return pith_sem_delete(&s); }

static void give_other(void) { /* two interrupts, one within the other's operation */
  give();
  give();
}

/* For every point of every operation: an interrupt gives there. Units before + given = taken + units left. */
static void setup_limited(void) { assert_int_equal(pith_sem_init_limited(&s, 3, 9), 0); }
static void setup_limited_empty(void) { pith_sem_init_limited(&s, 0, 9); }

static void give_too_often(void) {
  for (int i = 0; i < 3; i++) gave = pith_sem_give(&s);
}

/* A limit holds whoever gives, and with it a semaphore does all that others do. */
static void test_limited(void **state) {
  (void)state;
  START(10, 11, 20);
  assert_int_equal(pith_sem_init_limited(&s, 0, 0), -EINVAL);
  assert_int_equal(pith_sem_init_limited(&s, 3, 2), -EINVAL);
  assert_int_equal(pith_sem_init_limited(&s, 0, PITH_SEM_LIMIT_MAX + 1), -EINVAL);
  assert_int_equal(pith_sem_init_limited(&s, PITH_SEM_LIMIT_MAX, PITH_SEM_LIMIT_MAX), 0);
  GETS(A, pith_sem_give(&s), -EOVERFLOW);
  assert_int_equal(pith_sem_count(&s), PITH_SEM_LIMIT_MAX);
  s = (struct pith_sem)PITH_SEM_INIT_LIMITED(1, 2);
  assert_int_equal(pith_sem_count(&s), 1);
  GETS(A, pith_sem_give(&s), 0);
  GETS(A, pith_sem_give(&s), -EOVERFLOW);
  host_interrupt(give_note);
  assert_int_equal(gave, -EOVERFLOW);
  GETS(A, pith_sem_take(&s), 0);
  GETS(A, pith_sem_take_until(&s, PITH_POLL), 0);
  GETS(A, pith_sem_take_until(&s, PITH_POLL), -ETIMEDOUT);
  host_interrupt(give_too_often); /* the third finds two that are not applied yet */
  assert_int_equal(gave, -EOVERFLOW);
  assert_int_equal(pith_sem_count(&s), 2);
  assert_int_equal(k_sem_give(&s, 1), -EOVERFLOW);
  GETS(A, pith_sem_take_for(&s, 7), 0);
  assert_int_equal(k_sem_give(&s, 2), -EOVERFLOW); /* and one that there was room for */
  assert_int_equal(pith_sem_count(&s), 2);
  GETS(A, pith_sem_delete(&s), 0);
  assert_int_equal(pith_sem_count(&s), 0);
  BLOCKS(A, pith_sem_take(&s));
  BLOCKS(B, pith_sem_take_for(&s, 7));
  assert_int_equal(pith_sem_count(&s), 0);
  assert_string_equal(fixture_queue(s.waiters.head), "AB");
  GETS(C, pith_sem_give(&s), 0);
  WOKEN(A, 0);
  RUNS(A);
  host_interrupt(give_too_often); /* one to B */
  WOKEN(B, 0);
  assert_int_equal(pith_sem_count(&s), 2);
  assert_int_equal(pith_sem_init_limited(&s, 0, 1), 0);
  BLOCKS(A, pith_sem_take(&s));
  GETS(B, pith_sem_delete(&s), 0);
  WOKEN(A, -EIDRM);
  RUNS(A);
  GETS(A, pith_sem_give(&s), 0);
  GETS(A, pith_sem_give(&s), -EOVERFLOW);
}

static void test_everywhere(void **state) {
  static const struct {
    void (*setup)(void);
    long (*op)(void);
    int made; /* units the operation gives itself */
  } cases[] = {{setup_empty, do_take, 0},
               {setup_units, do_take, 0},
               {setup_empty, do_take_for, 0},
               {setup_empty, do_poll, 0},
               {setup_units, do_take_for, 0},
               {setup_empty, do_give, 1},
               {setup_waiter, do_take, 0},
               {setup_waiter, do_give, 1},
               {setup_timed, do_give, 1},
               {setup_waiter, do_cancel, 0},
               {setup_timed, do_cancel, 0},
               {setup_waiter, do_take_for, 0},
               {setup_limited, do_take, 0},
               {setup_limited, do_give, 1},
               {setup_limited_empty, do_take, 0},
               {setup_limited, do_poll, 0},
               {setup_limited_empty, do_take_for, 0}};
  static void (*const isrs[])(void) = {give, give_other};
  static int points;

  (void)state;
  for (unsigned i = 0; i < 2 * (sizeof cases / sizeof cases[0]); i++) {
    for (uint32_t n = 1;; n++) {
      static int before, given, taken;
      static long result;

      START(10, 20, 25);
      cases[i / 2].setup();
      before = units();
      host_inject(n, isrs[i % 2]);
      result = AS(K->current, cases[i / 2].op());
      host_inject(0, NULL);
      host_settle();
      if (!host_injected()) break;
      points++;
      given = (int)(i % 2) + 1 + (result == 0 || cases[i / 2].made ? cases[i / 2].made : 0);
      taken = cases[i / 2].setup == setup_waiter || cases[i / 2].setup == setup_timed
                  ? !k_is_blocked(A) && host_result(A) == 0
                  : 0;
      if (cases[i / 2].op == do_take || cases[i / 2].op == do_take_for || cases[i / 2].op == do_poll) {
        static struct pith_thread *taker;

        taker = cases[i / 2].setup == setup_waiter ? B : A;
        taken += result == 0 || (result == HOST_BLOCKED && !k_is_blocked(taker) && host_result(taker) == 0);
        assert_true(!k_is_blocked(taker) || units() == 0);
      }
      assert_int_equal(before + given, taken + units());
    }
  }
  assert_true(points > 200);
}

/* The same with deletion, which throws units away: nobody waits afterwards. */
static void test_delete_everywhere(void **state) {
  (void)state;
  for (uint32_t n = 1;; n++) {
    START(10, 20);
    setup_waiter();
    host_inject(n, give);
    GETS(B, do_delete(), 0);
    host_inject(0, NULL);
    host_settle();
    assert_false(k_is_blocked(A));
    assert_true(units() <= 1);
    if (!host_injected()) break;
  }
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_units),
    cmocka_unit_test(test_isr_overflow),
    cmocka_unit_test(test_one_waiter),
    cmocka_unit_test(test_order),
    cmocka_unit_test(test_deadline),
    cmocka_unit_test(test_cancel),
    cmocka_unit_test(test_delete),
    cmocka_unit_test(test_isr_gives),
    cmocka_unit_test(test_isr_gives_more),
    cmocka_unit_test(test_overflow_in_kernel),
    cmocka_unit_test(test_limited),
    cmocka_unit_test(test_everywhere),
    cmocka_unit_test(test_delete_everywhere),
};
FIXTURE_MAIN

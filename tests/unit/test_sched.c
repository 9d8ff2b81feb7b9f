/* The ready lists: who runs, who is next, and what moves a thread. */
#include <string.h>
#include "fixture.h"

static long pick(void) { return k_best() == K->current; }

/* The most urgent runs, equals in the order they became ready. */
static void test_order(void **state) {
  (void)state;
  START(12, 10, 12, 10);
  RUNS(B);
  assert_string_equal(fixture_queue(K->list[10]), "BD");
  assert_string_equal(fixture_queue(K->list[12]), "AC");
  BLOCKS(B, pith_sleep(PITH_FOREVER));
  BLOCKS(D, pith_sleep(PITH_FOREVER));
  BLOCKS(A, pith_sleep(PITH_FOREVER));
  BLOCKS(C, pith_sleep(PITH_FOREVER));
  RUNS(&R->idle);
  assert_int_equal(K->ready, 1u << (31 - (PITH_PRIORITIES - 1)));
  GETS(&R->idle, pith_thread_cancel(C), 0);
  RUNS(C);
  GETS(C, pith_thread_cancel(A), 0); /* as urgent: it does not preempt */
  RUNS(C);
  GETS(C, pith_thread_cancel(B), 0);
  RUNS(B);
  assert_true(pick());
}

static void test_yield(void **state) {
  (void)state;
  START(10, 10, 10, 11);
  AS(A, (pith_yield(), 0));
  AS(B, (pith_yield(), 0));
  AS(C, (pith_yield(), 0));
  RUNS(A);
  assert_string_equal(fixture_queue(K->list[10]), "ABC");
  BLOCKS(A, pith_sleep(PITH_FOREVER));
  BLOCKS(B, pith_sleep(PITH_FOREVER));
  AS(C, (pith_yield(), 0)); /* nobody as urgent */
  RUNS(C);
}

/* A yield by one that interrupts have overtaken changes nothing: it is not the head of its list any more. */
static void test_yield_behind(void **state) {
  (void)state;
  START(10, 10);
  *A->list = B;
  k_yield();
  assert_ptr_equal(*A->list, B);
  *A->list = A;
}

/* Priorities: of the running, a ready, a blocked, a suspended thread; the same one again. */
static void test_priority(void **state) {
  static struct pith_sem s = PITH_SEM_INIT(0);

  (void)state;
  START(10, 12, 12, 5);
  BLOCKS(D, pith_sem_take(&s));
  GETS(A, pith_thread_set_priority(A, 10), 0);
  GETS(A, pith_thread_set_priority(B, 9), 0);
  RUNS(B);
  GETS(B, pith_thread_set_priority(B, 12), 0); /* the running one becomes the head of its list */
  RUNS(A);
  assert_string_equal(fixture_queue(K->list[12]), "BC");
  GETS(A, pith_thread_set_priority(A, 12), 0);
  RUNS(A);
  assert_string_equal(fixture_queue(K->list[12]), "ABC");
  GETS(A, pith_thread_set_priority(D, 20), 0);
  GETS(A, pith_sem_give(&s), 0);
  RUNS(A);
  assert_string_equal(fixture_queue(K->list[20]), "D");
  GETS(A, pith_thread_suspend(D), 0);
  GETS(A, pith_thread_set_priority(D, 3), 0);
  RUNS(A);
  GETS(A, pith_thread_resume(D), 0);
  RUNS(D);
  assert_int_equal(pith_thread_priority(D), 3);
}

/* A waiter whose priority changes moves in its queue; a sleeper just has another one. */
static void test_priority_of_waiters(void **state) {
  static struct pith_sem s = PITH_SEM_INIT(0);

  (void)state;
  START(10, 11, 12, 13);
  BLOCKS(A, pith_sem_take(&s));
  BLOCKS(B, pith_sem_take(&s));
  BLOCKS(C, pith_sleep(PITH_FOREVER));
  GETS(D, pith_thread_set_priority(A, 12), 0);
  assert_string_equal(fixture_queue(s.waiters.head), "BA");
  GETS(D, pith_thread_set_priority(C, 2), 0);
  GETS(D, pith_thread_set_priority(A, 1), 0);
  assert_string_equal(fixture_queue(s.waiters.head), "AB");
  GETS(D, pith_thread_cancel(C), 0);
  RUNS(C);
  GETS(C, pith_sem_give(&s), 0);
  RUNS(A);
}

static void test_suspend(void **state) {
  (void)state;
  START(10, 11, 12);
  GETS(A, pith_thread_suspend(B), 0);
  GETS(A, pith_thread_suspend(C), 0);
  assert_int_equal(pith_thread_state(B), PITH_THREAD_SUSPENDED);
  GETS(A, pith_thread_cancel(B), -EINVAL);
  BLOCKS(A, pith_thread_suspend(A));
  RUNS(&R->idle);
  GETS(&R->idle, pith_thread_resume(B), 0);
  RUNS(B);
  GETS(B, pith_thread_resume(A), 0);
  RUNS(A);
  WOKEN(A, 0);
  GETS(A, pith_thread_resume(A), -EINVAL);
}

/* Who is woken while suspended waits in limbo; who was ready when it was suspended, nowhere. */
static void test_limbo(void **state) {
  static struct pith_sem s;

  (void)state;
  pith_sem_init(&s, 0);
  START(10, 11, 12, 13);
  BLOCKS(A, pith_sem_take(&s));
  BLOCKS(B, pith_sem_take(&s));
  GETS(C, pith_thread_suspend(A), 0);
  GETS(C, pith_thread_suspend(B), 0);
  GETS(C, pith_thread_suspend(D), 0);
  assert_null(K->limbo);
  GETS(C, pith_sem_give(&s), 0);
  GETS(C, pith_sem_give(&s), 0);
  assert_string_equal(fixture_queue(K->limbo), "AB");
  assert_int_equal(pith_thread_state(A), PITH_THREAD_SUSPENDED);
  GETS(C, pith_thread_suspend(D), 0);
  GETS(C, pith_thread_set_priority(D, 2), 0);
  GETS(C, pith_thread_resume(D), 0);
  RUNS(C);
  GETS(C, pith_thread_resume(D), 0);
  RUNS(D);
  GETS(D, pith_thread_resume(B), 0);
  assert_string_equal(fixture_queue(K->limbo), "A");
  GETS(D, pith_thread_resume(A), 0);
  BLOCKS(D, pith_thread_suspend(D));
  RUNS(A);
  GETS(A, pith_thread_delete(D), 0);
  GETS(A, pith_thread_resume(D), -EINVAL);
}

/* ---- cooperative threads ---- */

static void start_cooperative(void) {
  fixture_init();
  fixture_thread(0, 12, PITH_COOPERATIVE);
  fixture_thread(1, 10, PITH_DORMANT);
  fixture_thread(2, 12, PITH_COOPERATIVE);
  fixture_thread(3, 14, 0);
  host_start();
}

/* Nothing preempts one that runs; at its own yield, block or end the most urgent is next. */
static void test_cooperative(void **state) {
  (void)state;
  start_cooperative();
  RUNS(A);
  assert_ptr_equal(R->raised, A);
  assert_int_equal(pith_thread_priority(A), 12);
  GETS(A, pith_thread_start(B), 0);
  RUNS(A);
  AS(A, (pith_yield(), 0));
  RUNS(B);
  assert_null(R->raised);
  GETS(B, pith_thread_suspend(A), 0);
  BLOCKS(B, pith_sleep(PITH_FOREVER));
  RUNS(C); /* from its own place, at its own priority */
  GETS(C, pith_thread_resume(A), 0);
  RUNS(C);
  AS(C, (pith_yield(), 0));
  RUNS(A); /* from one cooperative thread to the other */
  assert_ptr_equal(R->raised, A);
  GETS(A, pith_thread_cancel(B), 0);
  RUNS(A);
  BLOCKS(A, pith_sleep(10));
  RUNS(B);
}

/* Its calls, each kind; what wakes another thread does not end its turn. */
static void test_cooperative_calls(void **state) {
  static struct pith_sem s = PITH_SEM_INIT(0);
  static struct pith_mutex m = PITH_MUTEX_INIT;

  (void)state;
  start_cooperative();
  GETS(A, pith_thread_start(B), 0);
  GETS(A, pith_mutex_lock(&m), 0);
  BLOCKS(A, pith_sem_take(&s));
  GETS(B, pith_sem_give(&s), 0);
  BLOCKS(B, pith_mutex_lock(&m));
  RUNS(A); /* with the priority of B, now: its own place is before C */
  assert_int_equal(pith_thread_priority(A), 10);
  GETS(A, pith_thread_set_priority(A, 13), 0);
  GETS(A, pith_mutex_unlock(&m), 0);
  RUNS(A);
  assert_int_equal(pith_thread_priority(A), 13);
  WOKEN(B, 0);
  BLOCKS(A, pith_sem_take(&s));
  RUNS(B);
}

/* Its calls that wait for each other's: contended mutexes, gives to waiters, its own priority. */
static void test_cooperative_contention(void **state) {
  static struct pith_sem s = PITH_SEM_INIT(0);
  static struct pith_mutex m = PITH_MUTEX_INIT, n = PITH_MUTEX_INIT;

  (void)state;
  start_cooperative();
  GETS(A, pith_mutex_lock(&n), 0);
  GETS(A, pith_thread_start(B), 0);
  AS(A, (pith_yield(), 0));
  GETS(B, pith_mutex_lock(&m), 0);
  BLOCKS(B, pith_sem_take(&s));
  RUNS(C);
  GETS(C, pith_sem_give(&s), 0);
  RUNS(C);
  BLOCKS(C, pith_mutex_lock(&m));
  RUNS(B);
  BLOCKS(B, pith_mutex_lock(&n));
  RUNS(A);
  assert_int_equal(pith_thread_priority(A), 10);
  assert_int_equal(k_thread_start(A), -EINVAL);
  k_reprioritize(R->raised, 9); /* the raised one keeps its place */
  assert_ptr_equal(*R->raised->list, A);
  k_reprioritize(R->raised, 10);
  GETS(A, pith_mutex_unlock(&n), 0);
  RUNS(A);
  BLOCKS(A, pith_sleep(PITH_FOREVER));
  RUNS(B);
  GETS(B, pith_mutex_unlock(&m), 0);
  WOKEN(C, 0);
}

static struct pith_sem wanted = PITH_SEM_INIT(0);
static void give_wanted(void) { pith_sem_give(&wanted); }

/* An interrupt that wakes a more urgent thread does not end it either; suspending it does. */
static void test_cooperative_interrupt(void **state) {
  (void)state;
  start_cooperative();
  pith_sem_init(&wanted, 0);
  GETS(A, pith_thread_start(B), 0);
  AS(A, (pith_yield(), 0));
  BLOCKS(B, pith_sem_take(&wanted));
  RUNS(C); /* A went behind its equals */
  host_interrupt(give_wanted);
  RUNS(C);
  WOKEN(B, 0);
  BLOCKS(C, pith_thread_suspend(C));
  RUNS(B);
  GETS(B, pith_thread_resume(C), 0);
  BLOCKS(B, pith_sleep(PITH_FOREVER));
  RUNS(A);
  BLOCKS(A, (pith_thread_exit(3), 0));
  RUNS(C);
}

/* A cooperative thread lets go by suspending itself, and by its end. */
static void test_cooperative_ends(void **state) {
  (void)state;
  start_cooperative();
  RUNS(A);
  BLOCKS(A, pith_thread_suspend(A));
  assert_ptr_equal(R->raised, C);
  GETS(C, pith_thread_resume(A), 0);
  RUNS(C);
  BLOCKS(C, (pith_thread_exit(0), 0));
  assert_int_equal(pith_thread_state(C), PITH_THREAD_DEAD);
  RUNS(A);
}

/* ---- domains that count their time ---- */

static char told[8];
static void note(char c) { told[strlen(told)] = c; }
static void enter_first(struct k_domain *d) { (void)d, note('1'); }
static void leave_first(struct k_domain *d) { (void)d, note('-'); }
static void enter_second(struct k_domain *d) { (void)d, note('2'); }
static void leave_second(struct k_domain *d) { (void)d, note('='); }

/* One hears when it gets the processor and when another gets it, once each; switches inside it are nobody's news. */
static void test_domains_told(void **state) {
  static const struct k_domain_ops of_first = {.entered = enter_first, .left = leave_first};
  static const struct k_domain_ops of_second = {.entered = enter_second, .left = leave_second};
  static struct k_domain first, second;

  (void)state;
  memset(told, 0, sizeof told);
  START(10, 10, 10, 10);
  first = second = *A->domain;
  first.control = second.control = K_DOMAIN_TELL;
  first.ops = &of_first, second.ops = &of_second;
  B->domain = C->domain = &first;
  D->domain = &second;
  AS(A, (pith_yield(), 0));
  assert_string_equal(told, "1");
  AS(B, (pith_yield(), 0));
  RUNS(C);
  assert_string_equal(told, "1");
  AS(C, (pith_yield(), 0));
  RUNS(D);
  assert_string_equal(told, "1-2");
  AS(D, (pith_yield(), 0));
  RUNS(A);
  assert_string_equal(told, "1-2=");
  k_left(); /* nobody is told twice */
  assert_string_equal(told, "1-2=");
  B->domain = C->domain = D->domain = A->domain;
}

/* One that minds only when it gets the processor is asked each time that happens. */
static void test_domain_enters(void **state) {
  static const struct k_domain_ops ops = {.entered = enter_first};
  static struct k_domain process;

  (void)state;
  memset(told, 0, sizeof told);
  START(10, 10);
  process = *A->domain;
  process.control = K_DOMAIN_TELL;
  process.ops = &ops;
  B->domain = &process;
  for (int i = 0; i < 2; i++) {
    AS(A, (pith_yield(), 0));
    RUNS(B);
    AS(B, (pith_yield(), 0));
    RUNS(A);
  }
  assert_string_equal(told, "11");
  B->domain = A->domain;
}

/* Kernel work that ends with nobody lowered settles nothing. */
static void test_settle(void **state) {
  (void)state;
  start_cooperative();
  k_coop_leave();
  k_coop_leave();
  assert_null(R->raised);
  assert_null(K->domain);
  k_coop_settle();
  assert_ptr_equal(R->raised, A);
  START(10, 11);
  K->domain = NULL; /* as after a slice: not a cooperative thread's */
  k_coop_settle();
  assert_null(R->raised);
  K->domain = NULL;
  K->current = B; /* another one is best */
  k_coop_settle();
  assert_null(K->domain);
  K->current = A;
  K->domain = A->domain;
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_order),
    cmocka_unit_test(test_yield),
    cmocka_unit_test(test_yield_behind),
    cmocka_unit_test(test_priority),
    cmocka_unit_test(test_priority_of_waiters),
    cmocka_unit_test(test_suspend),
    cmocka_unit_test(test_limbo),
    cmocka_unit_test(test_cooperative),
    cmocka_unit_test(test_cooperative_calls),
    cmocka_unit_test(test_cooperative_contention),
    cmocka_unit_test(test_cooperative_interrupt),
    cmocka_unit_test(test_cooperative_ends),
    cmocka_unit_test(test_domains_told),
    cmocka_unit_test(test_domain_enters),
    cmocka_unit_test(test_settle),
};
FIXTURE_MAIN

/* Time slices: when one begins, goes on and ends. */
#include "fixture.h"

static void start_sliced(void) {
  fixture_init();
  fixture_sliced(0, 10, 5);
  fixture_sliced(1, 10, 3);
  fixture_thread(2, 10, 0);
  fixture_thread(3, 20, 0);
  host_start();
}

/* A sliced thread that has had its time goes behind its equals; one without runs as long as it likes. */
static void test_slices(void **state) {
  (void)state;
  start_sliced();
  RUNS(A);
  host_advance(4);
  RUNS(A);
  host_advance(1);
  RUNS(B);
  host_advance(2);
  RUNS(B);
  host_advance(1);
  RUNS(C);
  host_advance(100);
  RUNS(C);
  AS(C, (pith_yield(), 0));
  RUNS(A);
  host_advance(2);
  AS(A, (pith_yield(), 0));
  RUNS(B); /* with a slice of its own */
  host_advance(2);
  RUNS(B);
  host_advance(1);
  RUNS(C);
}

/* Alone at its priority it gets one slice after the other; blocking ends one. */
static void test_slice_alone(void **state) {
  static struct pith_sem s = PITH_SEM_INIT(0);

  (void)state;
  start_sliced();
  GETS(A, pith_thread_set_priority(A, 9), 0);
  host_advance(5);
  RUNS(A);
  assert_int_equal(host_deadline(), 10);
  GETS(A, pith_thread_set_priority(B, 9), 0);
  host_advance(5);
  RUNS(B);
  BLOCKS(B, pith_sem_take(&s));
  BLOCKS(A, pith_sem_take(&s));
  RUNS(C);
  host_advance(20);
  RUNS(C);
  GETS(C, pith_sem_give(&s), 0);
  RUNS(B);
}

/* The end of a slice that comes when its thread blocks or is not the head is nobody's. */
static void test_slice_late(void **state) {
  (void)state;
  start_sliced();
  *A->list = B; /* A is the running one, and behind */
  k_slice_over();
  assert_ptr_equal(*A->list, B);
  *A->list = A;
  A->blocked = K_BLOCKED;
  k_slice_over();
  assert_ptr_equal(*A->list, A);
  A->blocked = 0;
  BLOCKS(A, pith_sleep(PITH_FOREVER));
  BLOCKS(B, pith_sleep(PITH_FOREVER));
  k_slice_over(); /* C has no slice */
  RUNS(C);
}

/* Who is preempted by another sliced thread gets the rest of its slice later, a tick at least; who blocks begins anew. */
static void test_slice_rest(void **state) {
  (void)state;
  fixture_init();
  fixture_sliced(0, 10, 5);
  fixture_thread(1, 10, 0);
  fixture_sliced(2, 5, 4);
  host_start();
  BLOCKS(C, pith_sleep(2)); /* due at 3 */
  RUNS(A);
  host_advance(3);
  RUNS(C);
  BLOCKS(C, pith_sleep(1)); /* due at 5, when A has had all 5 */
  RUNS(A);
  assert_int_equal(host_deadline(), 5);
  host_advance(2);
  RUNS(C);
  BLOCKS(C, pith_sleep(PITH_FOREVER));
  RUNS(B);
  AS(B, (pith_yield(), 0));
  RUNS(A);
  host_advance(4);
  RUNS(A);
  host_advance(1);
  RUNS(B);
}

/* A slice goes on while one without a slice preempts its thread, and is nobody's when its thread is deleted. */
static void test_slice_goes_on(void **state) {
  (void)state;
  fixture_init();
  fixture_sliced(0, 10, 5);
  fixture_sliced(1, 10, 5);
  fixture_thread(2, 5, 0);
  host_start();
  BLOCKS(C, pith_sleep(1)); /* due at 2 */
  RUNS(A);
  host_advance(2);
  BLOCKS(C, pith_sleep(1)); /* due at 4 */
  RUNS(A);
  host_advance(2);
  assert_int_equal(host_deadline(), 5);
  GETS(C, pith_thread_delete(B), 0);
  assert_ptr_equal(R->sliced, A);
  GETS(C, pith_thread_delete(A), 0);
  assert_null(R->sliced);
  k_reprioritize(A, 12); /* the dead are in no list */
  k_reprioritize(A, 12);
  assert_int_equal(pith_thread_priority(A), 12);
  BLOCKS(C, pith_sleep(10));
  host_advance(20);
  RUNS(C);
}

/* ---- turns of processes' threads ---- */

static struct k_domain process;

static void of_process(struct pith_thread *t, bool turns) {
  t->domain = &process;
  t->flags = turns ? K_TAKES_TURNS : 0;
}

static void start_turns(void) {
  fixture_init();
  for (int i = 0; i < 3; i++) fixture_thread(i, 10, 0);
  fixture_thread(3, 5, 0);
  host_start();
  process = *A->domain;
  process.control = 1;
  of_process(A, true);
  of_process(B, true);
}

static void end_turns(void) { A->domain = B->domain = C->domain = D->domain; }

/* A thread that has come to wait for an equal has its turn after K_TURN_TICKS ticks, and then they take turns. */
static void test_turns(void **state) {
  (void)state;
  start_turns();
  of_process(C, true);
  BLOCKS(D, pith_sleep(PITH_FOREVER));
  BLOCKS(A, pith_sleep(1));
  BLOCKS(B, pith_sleep(1));
  RUNS(C);
  assert_int_equal(R->turn.place, 0);
  host_advance(2); /* A and B come after C */
  RUNS(C);
  host_advance(K_TURN_TICKS - 1);
  RUNS(C);
  host_advance(1);
  RUNS(A);
  host_advance(K_TURN_TICKS);
  RUNS(B);
  host_advance(K_TURN_TICKS);
  RUNS(C);
  end_turns();
}

/* One that gives way to no equal runs on; a more urgent one of the kernel's makes the others wait a part of a turn more. */
static void test_turns_fifo(void **state) {
  (void)state;
  start_turns();
  of_process(C, false);
  BLOCKS(D, pith_sleep(2 + K_TURN_TICKS)); /* due at 3 and a turn */
  BLOCKS(A, pith_sleep(1));
  RUNS(B);
  AS(B, (pith_yield(), 0));
  RUNS(C);
  host_advance(2);
  assert_true(R->turn.place > 0);
  host_advance(K_TURN_TICKS);
  RUNS(C);
  host_advance(1);
  RUNS(D);
  host_advance(K_TURN_TICKS);
  RUNS(D);
  assert_int_equal(R->turn.deadline - pith_now(), (K_TURN_TICKS + 3) / 4 - 1);
  BLOCKS(D, pith_sleep(PITH_FOREVER));
  BLOCKS(C, pith_sleep(PITH_FOREVER));
  RUNS(B);
  host_advance(K_TURN_TICKS);
  RUNS(A);
  end_turns();
}

/* It ends with nobody running; who became ready by itself is noticed at the next deadline. */
static void test_turns_end(void **state) {
  (void)state;
  start_turns();
  BLOCKS(D, pith_sleep(3));
  BLOCKS(A, pith_sleep(1));
  BLOCKS(B, pith_sleep(PITH_FOREVER));
  BLOCKS(C, pith_sleep(2));
  host_advance(2);
  RUNS(A);
  host_advance(1); /* C has no turns, but A has now */
  k_timeout_disarm(&R->turn);
  assert_int_equal(R->turn.place, 0);
  host_advance(1);
  RUNS(D);
  assert_true(R->turn.place > 0);
  BLOCKS(D, pith_sleep(PITH_FOREVER));
  RUNS(A);
  k_timeout_disarm(&R->turn);
  A->blocked = K_BLOCKED; /* it runs no longer */
  k_turn_look();
  A->blocked = 0;
  *A->list = C; /* it has let the other one go first */
  k_turn_look();
  *A->list = A;
  assert_int_equal(R->turn.place, 0);
  k_turn_look();
  assert_true(R->turn.place > 0);
  BLOCKS(A, pith_sleep(PITH_FOREVER));
  BLOCKS(C, pith_sleep(PITH_FOREVER));
  host_advance(K_TURN_TICKS);
  assert_int_equal(R->turn.place, 0);
  end_turns();
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_slices),
    cmocka_unit_test(test_slice_alone),
    cmocka_unit_test(test_slice_late),
    cmocka_unit_test(test_slice_rest),
    cmocka_unit_test(test_slice_goes_on),
    cmocka_unit_test(test_turns),
    cmocka_unit_test(test_turns_fifo),
    cmocka_unit_test(test_turns_end),
};
FIXTURE_MAIN

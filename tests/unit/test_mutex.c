/* Mutexes: owners, inheritance along chains, options, and a random life in which every rule is checked at
 * each step (kernel/check.c computes each priority anew). */
#include "fixture.h"
#include "held.h"

static struct pith_mutex m, n, o;

static void fresh(void) {
  pith_mutex_init(&m, 0);
  pith_mutex_init(&n, 0);
  pith_mutex_init(&o, 0);
}

static void test_init(void **state) {
  (void)state;
  assert_int_equal(pith_mutex_init(&m, 2), -EINVAL);
  assert_int_equal(pith_mutex_init(&m, 16), -EINVAL);
  assert_int_equal(pith_mutex_init(&m, 3u << 8), -EINVAL); /* a priority without a ceiling */
  assert_int_equal(pith_mutex_init(&m, PITH_MUTEX_CEILING(PITH_PRIORITIES - 1)), -EINVAL);
  assert_int_equal(pith_mutex_init(&m, PITH_MUTEX_CEILING(PITH_PRIORITIES - 2)), 0);
  assert_int_equal(pith_mutex_init(&m, PITH_MUTEX_ROBUST | PITH_MUTEX_RECURSIVE | PITH_MUTEX_CEILING(0)), 0);
}

static void test_owner(void **state) {
  (void)state;
  START(10, 11);
  fresh();
  assert_null(pith_mutex_owner(&m));
  GETS(A, pith_mutex_unlock(&m), -EPERM);
  GETS(A, pith_mutex_lock(&m), 0);
  assert_ptr_equal(pith_mutex_owner(&m), A);
  GETS(A, pith_mutex_lock(&m), -EDEADLK);
  GETS(A, pith_mutex_lock_until(&m, PITH_POLL), -EDEADLK);
  BLOCKS(A, pith_sleep(1));
  GETS(B, pith_mutex_unlock(&m), -EPERM);
  GETS(B, pith_mutex_lock_for(&m, 0), -ETIMEDOUT);
  host_advance(2);
  GETS(A, pith_mutex_unlock(&m), 0);
  GETS(A, pith_mutex_lock_for(&m, 0), 0);
  GETS(A, pith_mutex_unlock(&m), 0);
  assert_int_equal(m.word, 0);
}

static void test_recursive(void **state) {
  (void)state;
  START(10, 20);
  pith_mutex_init(&m, PITH_MUTEX_RECURSIVE);
  for (int i = 0; i < 3; i++) GETS(A, pith_mutex_lock(&m), 0);
  for (int i = 0; i < 2; i++) GETS(A, pith_mutex_unlock(&m), 0);
  assert_ptr_equal(pith_mutex_owner(&m), A);
  GETS(A, pith_mutex_unlock(&m), 0);
  assert_null(pith_mutex_owner(&m));
  GETS(A, pith_mutex_unlock(&m), -EPERM);
  GETS(A, pith_mutex_lock(&m), 0);
  m.depth = UINT16_MAX;
  GETS(A, pith_mutex_lock(&m), -EAGAIN);
  m.depth = 0;
  GETS(A, pith_mutex_lock(&m), 0);
  GETS(A, pith_mutex_unlock(&m), 0);
  BLOCKS(A, pith_sleep(3));
  BLOCKS(B, pith_mutex_lock(&m));
  host_advance(4);
  GETS(A, pith_mutex_unlock(&m), 0);
  WOKEN(B, 0);
  assert_ptr_equal(pith_mutex_owner(&m), B);
}

/* The next owner is the most urgent waiter; the owner runs at its priority meanwhile. */
static void test_inheritance(void **state) {
  (void)state;
  START(20, 15, 10, 15);
  fresh();
  BLOCKS(C, pith_sleep(5));
  BLOCKS(B, pith_sleep(3));
  BLOCKS(D, pith_sleep(4));
  GETS(A, pith_mutex_lock(&m), 0);
  host_advance(4);
  RUNS(B);
  BLOCKS(B, pith_mutex_lock(&m));
  assert_int_equal(pith_thread_priority(A), 15);
  host_advance(1);
  RUNS(A); /* before D, which is as urgent but came later */
  host_advance(1);
  BLOCKS(C, pith_mutex_lock_for(&m, 100));
  RUNS(A);
  assert_int_equal(pith_thread_priority(A), 10);
  GETS(A, pith_mutex_unlock(&m), 0);
  RUNS(C);
  assert_int_equal(pith_thread_priority(A), 20);
  assert_int_equal(host_deadline(), PITH_FOREVER);
  BLOCKS(C, pith_sleep(50));
  BLOCKS(D, pith_mutex_lock(&m));
  assert_string_equal(fixture_queue(m.waiters.head), "BD");
  host_advance(60);
  GETS(C, pith_mutex_unlock(&m), 0);
  assert_ptr_equal(pith_mutex_owner(&m), B);
  assert_int_equal(pith_thread_priority(C), 10);
}

/* Along a chain of owners, and back when a wait in it ends: by deadline, cancel, end of the waiter, or when
 * the waiter's own priority changes. */
static void start_chain(void) { /* D waits for C's o, C for B's n, B for A's m */
  START(20, 19, 18, 5);
  fresh();
  BLOCKS(D, pith_sleep(3));
  BLOCKS(C, pith_sleep(2));
  BLOCKS(B, pith_sleep(1));
  GETS(A, pith_mutex_lock(&m), 0);
  host_advance(2);
  GETS(B, pith_mutex_lock(&n), 0);
  BLOCKS(B, pith_mutex_lock(&m));
  host_advance(1);
  GETS(C, pith_mutex_lock(&o), 0);
  BLOCKS(C, pith_mutex_lock(&n));
  host_advance(1);
}

static void assert_chain(unsigned priority) {
  for (int i = 0; i < 3; i++) assert_int_equal(pith_thread_priority(&thread[i]), priority);
}

static void test_chain(void **state) {
  (void)state;
  start_chain();
  BLOCKS(D, pith_mutex_lock_for(&o, 10));
  assert_chain(5);
  host_advance(11);
  RUNS(D);
  WOKEN(D, -ETIMEDOUT);
  BLOCKS(D, pith_sleep(5));
  assert_int_equal(pith_thread_priority(A), 18);
  assert_int_equal(pith_thread_priority(C), 18);
  host_advance(6);
  BLOCKS(D, pith_mutex_lock(&o));
  assert_chain(5);
  GETS(A, pith_thread_set_priority(D, 7), 0);
  assert_chain(7);
  GETS(A, pith_thread_set_priority(A, 6), 0);
  assert_int_equal(pith_thread_priority(A), 6);
  GETS(A, pith_thread_set_priority(A, 20), 0);
  GETS(A, pith_thread_delete(D), 0);
  assert_int_equal(pith_thread_priority(C), 18);
  GETS(A, pith_thread_cancel(C), 0);
  RUNS(C);
  WOKEN(C, -ECANCELED);
  assert_int_equal(pith_thread_priority(A), 19);
  assert_int_equal(pith_thread_priority(B), 19);
}

/* A circle of owners is a deadlock; the walk along it ends. */
static void test_circle(void **state) {
  (void)state;
  START(20, 19, 10);
  fresh();
  BLOCKS(C, pith_sleep(5));
  BLOCKS(B, pith_sleep(1));
  GETS(A, pith_mutex_lock(&m), 0);
  host_advance(2);
  GETS(B, pith_mutex_lock(&n), 0);
  BLOCKS(B, pith_mutex_lock(&m));
  BLOCKS(A, pith_mutex_lock(&n));
  RUNS(&R->idle);
  host_advance(5);
  BLOCKS(C, pith_mutex_lock(&m));
  assert_int_equal(pith_thread_priority(A), 10);
  assert_int_equal(pith_thread_priority(B), 10);
  GETS(&R->idle, pith_thread_cancel(A), 0);
  RUNS(A);
  GETS(A, pith_mutex_unlock(&m), 0);
  RUNS(C);
}

/* A circle whose members lend each other a priority that nobody has any more, and that breaks when one of
 * them gives up: its own priority is computed anew while it is on its way out of the queue. */
static void test_circle_breaks(void **state) {
  (void)state;
  START(20, 19, 5);
  fresh();
  BLOCKS(C, pith_sleep(5));
  BLOCKS(B, pith_sleep(1));
  GETS(A, pith_mutex_lock(&m), 0);
  host_advance(2);
  GETS(B, pith_mutex_lock(&n), 0);
  BLOCKS(B, pith_mutex_lock(&m));
  BLOCKS(A, pith_mutex_lock(&n));
  host_advance(5);
  BLOCKS(C, pith_mutex_lock(&m));
  GETS(&R->idle, pith_thread_cancel(C), 0);
  BLOCKS(C, pith_sleep(PITH_FOREVER));
  GETS(&R->idle, pith_thread_cancel(A), 0);
  RUNS(A);
  WOKEN(A, -ECANCELED);
  assert_int_equal(pith_thread_priority(A), 19);
  assert_int_equal(pith_thread_priority(B), 19);
  GETS(A, pith_mutex_unlock(&m), 0);
  RUNS(B);
  WOKEN(B, 0);
}

/* Several mutexes: each counts, in whatever order they are unlocked. */
static void test_several(void **state) {
  (void)state;
  START(20, 15, 10);
  fresh();
  BLOCKS(C, pith_sleep(5));
  BLOCKS(B, pith_sleep(1));
  GETS(A, pith_mutex_lock(&m), 0);
  GETS(A, pith_mutex_lock(&n), 0);
  GETS(A, pith_mutex_lock(&o), 0);
  host_advance(2);
  BLOCKS(B, pith_mutex_lock(&m));
  host_advance(5);
  BLOCKS(C, pith_mutex_lock(&n));
  GETS(A, pith_mutex_unlock(&m), 0);
  assert_int_equal(pith_thread_priority(A), 10);
  GETS(A, pith_mutex_unlock(&n), 0);
  RUNS(C);
  assert_int_equal(pith_thread_priority(A), 20);
}

/* An owner that ends: the next one is told, at once, or when it comes to lock. */
static void test_owner_died(void **state) {
  (void)state;
  START(20, 15, 10);
  fresh();
  BLOCKS(C, pith_sleep(5));
  BLOCKS(B, pith_sleep(1));
  GETS(A, pith_mutex_lock(&m), 0);
  GETS(A, pith_mutex_lock(&n), 0);
  host_advance(2);
  BLOCKS(B, pith_mutex_lock(&m));
  BLOCKS(A, (pith_thread_exit(0), 0));
  RUNS(B);
  WOKEN(B, -EOWNERDEAD);
  assert_ptr_equal(pith_mutex_owner(&m), B);
  GETS(B, pith_mutex_lock(&n), -EOWNERDEAD);
  GETS(B, pith_mutex_unlock(&n), 0);
  GETS(B, pith_mutex_lock(&n), 0); /* said once */
  GETS(B, pith_mutex_unlock(&m), 0);
  GETS(B, pith_mutex_lock(&m), 0);
}

static void test_robust(void **state) {
  (void)state;
  START(20, 15, 10);
  pith_mutex_init(&m, PITH_MUTEX_ROBUST);
  pith_mutex_init(&n, PITH_MUTEX_ROBUST);
  BLOCKS(C, pith_sleep(9));
  BLOCKS(B, pith_sleep(1));
  GETS(A, pith_mutex_lock(&m), 0);
  GETS(A, pith_mutex_lock(&n), 0);
  GETS(A, pith_mutex_consistent(&m), -EINVAL);
  BLOCKS(A, (pith_thread_exit(0), 0));
  host_advance(2);
  GETS(B, pith_mutex_consistent(&m), -EPERM);
  GETS(B, pith_mutex_lock(&m), -EOWNERDEAD);
  GETS(B, pith_mutex_consistent(&m), 0);
  GETS(B, pith_mutex_unlock(&m), 0);
  GETS(B, pith_mutex_lock(&m), 0);
  GETS(B, pith_mutex_lock(&n), -EOWNERDEAD);
  host_advance(9);
  BLOCKS(C, pith_mutex_lock(&n));
  GETS(B, pith_mutex_unlock(&n), 0); /* without repair: lost */
  RUNS(C);
  WOKEN(C, -ENOTRECOVERABLE);
  assert_int_equal(pith_thread_priority(B), 15);
  GETS(C, pith_mutex_lock(&n), -ENOTRECOVERABLE);
  GETS(C, pith_mutex_delete(&n), 0);
  GETS(C, pith_mutex_lock(&n), 0);
  GETS(C, pith_mutex_unlock(&n), 0);
}

static void test_ceiling(void **state) {
  (void)state;
  START(20, 15, 4);
  pith_mutex_init(&m, PITH_MUTEX_CEILING(10));
  GETS(C, pith_mutex_lock(&m), -EINVAL);
  BLOCKS(C, pith_sleep(9));
  BLOCKS(B, pith_sleep(1));
  GETS(A, pith_mutex_lock(&m), 0);
  assert_int_equal(pith_thread_priority(A), 10);
  host_advance(2);
  RUNS(A);
  GETS(A, pith_mutex_unlock(&m), 0);
  RUNS(B);
  assert_int_equal(pith_thread_priority(A), 20);
}

static void test_delete(void **state) {
  (void)state;
  START(20, 15, 10);
  fresh();
  BLOCKS(C, pith_sleep(5));
  BLOCKS(B, pith_sleep(1));
  GETS(A, pith_mutex_lock(&m), 0);
  GETS(A, pith_mutex_lock(&n), 0);
  host_advance(2);
  BLOCKS(B, pith_mutex_lock(&m));
  host_advance(5);
  BLOCKS(C, pith_mutex_lock(&m));
  GETS(A, pith_mutex_delete(&m), 0);
  RUNS(C);
  WOKEN(B, -EIDRM);
  WOKEN(C, -EIDRM);
  assert_int_equal(pith_thread_priority(A), 20);
  assert_null(pith_mutex_owner(&m));
  GETS(C, pith_mutex_delete(&n), 0); /* locked, and nobody waits */
  GETS(C, pith_mutex_delete(&o), 0);
  GETS(C, pith_mutex_lock(&n), 0);
}

/* A system call's locks are always known to the kernel; one that waits elsewhere moves to a mutex. */
static long lock_tracked(long a, long b, long c) {
  (void)a, (void)b, (void)c;
  return k_mutex_lock(&m, true, PITH_FOREVER);
}

static void test_tracked(void **state) {
  (void)state;
  START(10, 20);
  fresh();
  GETS(A, pith_monitor(lock_tracked, 0, 0, 0), 0);
  assert_ptr_equal(A->held, &m);
  BLOCKS(A, pith_sleep(3));
  BLOCKS(B, pith_mutex_lock(&m));
  host_advance(4);
  GETS(A, pith_mutex_unlock(&m), 0);
  assert_null(A->held);
  assert_ptr_equal(B->held, &m);
}

/* A waiter of something else is moved to the mutex: it owns it, or waits, or hears that it is lost. */
static struct k_waitq elsewhere;

static long wait_elsewhere(long a, long b, long c) {
  (void)a, (void)b, (void)c;
  return k_wait(&elsewhere, 100);
}

static long move(long a, long b, long c) {
  (void)a, (void)b, (void)c;
  k_mutex_move(&m, elsewhere.head);
  return 0;
}

static void test_move(void **state) {
  (void)state;
  START(10, 11, 20);
  fresh();
  elsewhere.head = NULL;
  BLOCKS(A, pith_monitor(wait_elsewhere, 0, 0, 0));
  BLOCKS(B, pith_monitor(wait_elsewhere, 0, 0, 0));
  GETS(C, pith_monitor(move, 0, 0, 0), 0);
  RUNS(A);
  assert_ptr_equal(pith_mutex_owner(&m), A);
  BLOCKS(A, pith_sleep(5));
  GETS(C, pith_monitor(move, 0, 0, 0), 0);
  assert_string_equal(fixture_queue(m.waiters.head), "B");
  host_advance(6);
  RUNS(A);
  assert_int_equal(host_deadline(), PITH_FOREVER);
  GETS(A, pith_mutex_unlock(&m), 0);
  assert_ptr_equal(pith_mutex_owner(&m), B);
  m.flags |= K_MUTEX_LOST;
  BLOCKS(A, pith_monitor(wait_elsewhere, 0, 0, 0));
  GETS(B, pith_monitor(move, 0, 0, 0), 0);
  WOKEN(A, -ENOTRECOVERABLE);
}

/* Readers' locks are told of what happens to their gate (rwlock.c). */
static int told;
static void tell(struct pith_rwlock *rw) {
  (void)rw;
  told++;
}

static void test_gate(void **state) {
  static struct pith_rwlock rw;

  (void)state;
  START(10, 11);
  rw = (struct pith_rwlock){.changed = tell};
  struct pith_mutex *gate = (struct pith_mutex *)&rw;

  gate->flags = K_MUTEX_GATE;
  told = 0;
  k_mutex_waiter_left(gate);
  assert_int_equal(told, 1);
  fresh();
  k_mutex_waiter_left(&m); /* no gate, no owner: nobody */
  k_mutex_hold(gate, A);
  BLOCKS(A, (pith_thread_exit(0), 0));
  assert_int_equal(told, 2);
}

/* Random calls of whoever runs. The rules hold after each; in the end everybody has the own priority again.
 * */
static void test_random(void **state) {
  static struct pith_mutex *const all[] = {&m, &n, &o};
  static int i;
  static uint32_t what, which;

  (void)state;
  START(5, 6, 7, 8, 9, 10);
  fresh();
  for (i = 0; i < 30000; i++) {
    what = unit_below(10);
    which = unit_below(3);
    if (K->current == &R->idle) {
      host_advance(1 + unit_below(5));
      if (K->current == &R->idle) AS(&R->idle, pith_thread_cancel(&thread[unit_below(6)]));
    } else if (what < 3) AS(K->current, pith_mutex_lock_for(all[which], 1 + unit_below(9)));
    else if (what < 6) AS(K->current, pith_mutex_unlock(all[which]));
    else if (what < 7) AS(K->current, pith_mutex_lock(all[which]));
    else if (what < 8) AS(K->current, pith_thread_set_priority(&thread[unit_below(6)], 3 + unit_below(9)));
    else if (what < 9) AS(K->current, pith_sleep(unit_below(4)));
    else host_advance(1);
  }
  for (i = 0; i < 3; i++) {
    AS(K->current, pith_mutex_delete(all[i]));
  }
  for (i = 0; i < 6; i++) assert_int_equal(thread[i].priority, thread[i].base);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_init),          cmocka_unit_test(test_owner),      cmocka_unit_test(test_recursive),
    cmocka_unit_test(test_inheritance),   cmocka_unit_test(test_chain),      cmocka_unit_test(test_circle),
    cmocka_unit_test(test_several),       cmocka_unit_test(test_owner_died), cmocka_unit_test(test_robust),
    cmocka_unit_test(test_ceiling),       cmocka_unit_test(test_delete),     cmocka_unit_test(test_tracked),
    cmocka_unit_test(test_move),          cmocka_unit_test(test_gate),

    cmocka_unit_test(test_circle_breaks), cmocka_unit_test(test_random),
};
FIXTURE_MAIN

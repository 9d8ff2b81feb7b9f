/* Wait queues against a plain model, and every way out of one. */
#include "fixture.h"
#include <string.h>

static struct k_waitq q;
static struct pith_sem s;

/* Random entering and leaving: most urgent first, first come first served among equals. */
static void test_queue_model(void **state) {
  static char model[FIXTURE_THREADS + 1];

  (void)state;
  fixture_init();
  memset(model, 0, sizeof model);
  for (int i = 0; i < FIXTURE_THREADS; i++) {
    fixture_thread(i, 1, PITH_DORMANT);
    thread[i].blocked = K_BLOCKED;
  }
  for (int i = 0; i < 20000; i++) {
    uint32_t k = unit_below(FIXTURE_THREADS);
    char *in = strchr(model, (char)('A' + k));
    size_t n = strlen(model), at = 0;

    if (in) {
      k_waitq_remove(&q, &thread[k]);
      memmove(in, in + 1, strlen(in));
    } else {
      thread[k].priority = (uint8_t)unit_below(4);
      k_waitq_insert(&q, &thread[k]);
      while (at < n && thread[model[at] - 'A'].priority <= thread[k].priority) at++;
      memmove(model + at + 1, model + at, n - at + 1);
      model[at] = (char)('A' + k);
    }
    assert_string_equal(fixture_queue(q.head), model);
  }
}

/* Nothing is woken where nobody waits. */
static void test_nobody(void **state) {
  (void)state;
  START(10);
  q.head = NULL;
  assert_null(k_wake(&q));
  k_wake_all(&q, -EIDRM);
  RUNS(A);
}

/* A result is written where the parked call will find it: not past what a process may write. */
static void test_result(void **state) {
  static struct k_domain process;
  static struct arch_frame *frame;

  (void)state;
  START(10, 11);
  BLOCKS(A, pith_sleep(PITH_FOREVER));
  frame = (struct arch_frame *)A->sp;
  process = (struct k_domain){.control = 1, .low = (uintptr_t)frame, .high = (uintptr_t)(frame + 1)};
  A->domain = &process;
  k_set_result(A, -5);
  assert_int_equal(host_result(A), -5);
  process.high--;
  k_set_result(A, -6);
  process.low = (uintptr_t)(frame - 1);
  process.high = (uintptr_t)frame - 8; /* the whole frame is above */
  k_set_result(A, -6);
  process.low = (uintptr_t)frame + 1;
  process.high = (uintptr_t)(frame + 1);
  k_set_result(A, -6);
  assert_int_equal(host_result(A), -5);
  A->domain = &k_domain_kernel;
  k_set_result(B, 12); /* the running one: the call being served */
  assert_int_equal(host_result(B), 12);
}

static long paged_result;
static const struct pith_thread *paged_thread;

static void keep_result(struct pith_thread *t, long result) { paged_thread = t, paged_result = result; }

/* Where more is to be known of a process's memory than its bounds, the result is handed over and nothing is written. */
static void test_paged_result(void **state) {
  static const struct k_paged paged = {.result = keep_result};
  static const struct k_domain_ops ops = {.paged = &paged};
  static struct k_domain process;
  long before;

  (void)state;
  START(10, 11);
  BLOCKS(A, pith_sleep(PITH_FOREVER));
  process = (struct k_domain){.control = 1, .high = UINTPTR_MAX, .ops = &ops};
  before = host_result(A);
  A->domain = &process;
  k_set_result(A, before + 1);
  assert_ptr_equal(paged_thread, A);
  assert_int_equal(paged_result, before + 1);
  assert_int_equal(host_result(A), before);
  A->domain = &k_domain_kernel;
}

static long wake_unchanged(long a, long b, long c) {
  (void)a, (void)b, (void)c;
  k_wake_unchanged(A);
  return 0;
}

static long park(long again, long b, long c) {
  (void)again, (void)b, (void)c;
  return k_wait(&q, PITH_FOREVER);
}

static long wake_parked(long a, long b, long c) {
  (void)a, (void)b, (void)c;
  k_wake_parked(&q, B);
  return 0;
}

/* Woken without a result, out of a semaphore's queue and its deadline; or out of the middle of a queue without one. */
static void test_unchanged(void **state) {
  (void)state;
  START(10, 11, 12, 13);
  pith_sem_init(&s, 0);
  q.head = NULL;
  BLOCKS(A, pith_sem_take_for(&s, 10));
  ((struct arch_frame *)(void *)A->sp)->r0 = 77;
  GETS(B, pith_monitor(wake_unchanged, 0, 0, 0), 0);
  RUNS(A);
  assert_int_equal(host_result(A), 77);
  assert_null(s.waiters.head);
  assert_int_equal(host_deadline(), PITH_FOREVER);
  BLOCKS(A, pith_monitor(park, 0, 0, 0));
  BLOCKS(B, pith_monitor(park, 0, 0, 0));
  BLOCKS(C, pith_monitor(park, 0, 0, 0));
  ((struct arch_frame *)(void *)B->sp)->r0 = 78;
  GETS(D, pith_monitor(wake_parked, 0, 0, 0), 0);
  RUNS(B);
  assert_int_equal(host_result(B), 78);
  assert_string_equal(fixture_queue(q.head), "AC");
}

/* Proxies, by which a thread waits for several objects, are any.c's: here, who is told of what. */
static struct pith_thread *won, *lost, *left, *moved;

static struct pith_thread *is_won(struct pith_thread *proxy) {
  won = proxy;
  return D;
}

static void is_lost(struct pith_thread *proxy, long result) {
  assert_int_equal(result, -EIDRM);
  lost = proxy;
  k_waitq_remove(proxy->wait, proxy);
}

static void leaves(struct pith_thread *t) { left = t; }
static void moves(struct pith_thread *t) { moved = t; }

_Static_assert(offsetof(struct pith_wait_item, next) == offsetof(struct pith_thread, next),
               "an item can be a proxy");

static void test_proxies(void **state) {
  static const struct k_proxy_ops ops = {is_won, is_lost, leaves, moves};
  static struct pith_wait_item item;
  static struct pith_thread *proxy = (struct pith_thread *)&item;

  (void)state;
  START(10, 11, 12, 13);
  host_at_exit = NULL;
  item = (struct pith_wait_item){.ops = &ops, .blocked = K_PROXY, .priority = 5, .wait = &q};
  q.head = NULL;
  k_waitq_insert(&q, proxy);
  assert_ptr_equal(k_wake(&q), D);
  assert_ptr_equal(won, proxy);
  k_wake_all(&q, -EIDRM);
  assert_ptr_equal(lost, proxy);
  assert_null(q.head);
  BLOCKS(A, pith_sleep(10));
  A->blocked = K_BLOCKED_MANY;
  A->wait_data = &item;
  GETS(B, pith_thread_set_priority(A, 9), 0);
  assert_ptr_equal(moved, A);
  host_advance(11);
  assert_ptr_equal(left, A);
  WOKEN(A, -ETIMEDOUT);
}

static struct pith_waker waker;
static void wake(void) { pith_wake(&waker); }
static long wait_for_waker(long a, long b, long c) {
  (void)a, (void)b, (void)c;
  return pith_monitor_wait(&waker);
}

/* A wait in a monitor call that ends early is not run again: its result takes the place of the call. */
static void test_restart_cancelled(void **state) {
  static uint32_t pc;

  (void)state;
  START(10, 11);
  pith_waker_init(&waker);
  pc = ((struct arch_frame *)A->sp)->pc;
  BLOCKS(A, pith_monitor(wait_for_waker, 0, 0, 0));
  assert_int_equal(((struct arch_frame *)A->sp)->pc, pc - 2);
  GETS(B, pith_thread_cancel(A), 0);
  WOKEN(A, -ECANCELED);
  assert_int_equal(((struct arch_frame *)A->sp)->pc, pc);
  BLOCKS(A, pith_monitor(wait_for_waker, 0, 0, 0));
  host_interrupt(wake);
  RUNS(A);
  assert_int_equal(((struct arch_frame *)A->sp)->pc, pc - 2);
}

static long wait_till(long deadline, long b, long c) {
  (void)b, (void)c;
  return pith_monitor_wait_until(&waker, deadline);
}

static long again(long a, long b, long c) {
  (void)a, (void)b, (void)c;
  return pith_monitor_again();
}

/* At its deadline a monitor call is run again; one that is past ends it. */
static void test_restart_deadline(void **state) {
  static uint32_t pc;

  (void)state;
  START(10, 11);
  pith_waker_init(&waker);
  pc = ((struct arch_frame *)A->sp)->pc;
  BLOCKS(A, pith_monitor(wait_till, 5, 0, 0));
  host_advance(4);
  RUNS(B);
  host_advance(5);
  RUNS(A);
  assert_null(waker.waiters.head);
  assert_int_equal(((struct arch_frame *)A->sp)->pc, pc - 2);
  ((struct arch_frame *)A->sp)->pc = pc;
  GETS(A, pith_monitor(wait_till, 5, 0, 0), -ETIMEDOUT);
  assert_int_equal(((struct arch_frame *)A->sp)->pc, pc);
  AS(A, pith_monitor(again, 1, 0, 0));
  assert_int_equal(((struct arch_frame *)A->sp)->pc, pc - 2);
}

static struct pith_deferred deferred;
static unsigned runs;
static void count_run(struct pith_deferred *d) { runs += d == &deferred; }
static void defer(void) {
  pith_defer(&deferred);
  pith_defer(&deferred);
}

/* What is deferred is run once for all that asked before, by an interrupt or a thread; not before the kernel runs. */
static void test_deferred(void **state) {
  (void)state;
  fixture_init();
  pith_deferred_init(&deferred, count_run);
  runs = 0;
  pith_defer(&deferred);
  assert_int_equal(runs, 0);
  START(10);
  host_interrupt(defer);
  assert_int_equal(runs, 1);
  host_interrupt(defer);
  assert_int_equal(runs, 2);
  AS(A, (pith_defer(&deferred), 0));
  assert_int_equal(runs, 3);
}

/* A thread that ends while it waits leaves the queue, its deadline and the mutex's owner as if it had not
 * come. */
static void test_abandon(void **state) {
  static struct pith_mutex m = PITH_MUTEX_INIT;

  (void)state;
  START(10, 11, 12);
  pith_sem_init(&s, 0);
  BLOCKS(A, pith_sem_take_for(&s, 10));
  GETS(B, pith_thread_delete(A), 0);
  assert_null(s.waiters.head);
  assert_int_equal(host_deadline(), PITH_FOREVER);
  assert_int_equal(pith_thread_state(A), PITH_THREAD_NONE);
  BLOCKS(B, pith_sleep(1));
  GETS(C, pith_mutex_lock(&m), 0);
  host_advance(2);
  BLOCKS(B, pith_mutex_lock_for(&m, 10));
  assert_int_equal(pith_thread_priority(C), 11);
  GETS(C, pith_thread_delete(B), 0);
  assert_int_equal(pith_thread_priority(C), 12);
  GETS(C, pith_mutex_unlock(&m), 0);
}

/* A deadline that is past does not park at all. */
static void test_poll(void **state) {
  (void)state;
  START(10);
  q.head = NULL;
  host_advance(7);
  assert_int_equal(k_wait(&q, 7), -ETIMEDOUT);
  assert_int_equal(k_wait(&q, PITH_POLL), -ETIMEDOUT);
  assert_null(q.head);
  RUNS(A);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_queue_model),
    cmocka_unit_test(test_nobody),
    cmocka_unit_test(test_result),
    cmocka_unit_test(test_paged_result),
    cmocka_unit_test(test_unchanged),
    cmocka_unit_test(test_proxies),
    cmocka_unit_test(test_restart_cancelled),
    cmocka_unit_test(test_restart_deadline),
    cmocka_unit_test(test_deferred),
    cmocka_unit_test(test_abandon),
    cmocka_unit_test(test_poll),
};
FIXTURE_MAIN

/* Threads: their life from created to gone, and the arguments nobody may give. */
#include "fixture.h"
#include <string.h>

static struct pith_thread *made;
static struct pith_thread_attr attr;
static uint64_t own_stack[PITH_STACK_MIN / 8];
static int value;

static void entry(void *unused) { (void)unused; }

static void set_attr(unsigned priority, uint32_t size) {
  attr = (struct pith_thread_attr){.priority = (uint8_t)priority, .stack_size = size};
}

static void test_arguments(void **state) {
  (void)state;
  START(10);
  set_attr(11, PITH_STACK_MIN);
  GETS(A, pith_thread_create(&made, &attr, NULL, NULL), -EINVAL);
  GETS(A, pith_thread_init(B, &attr, entry, NULL), -EINVAL); /* no stack */
  attr.priority = PITH_PRIORITIES - 1;
  GETS(A, pith_thread_create(&made, &attr, entry, NULL), -EINVAL);
  set_attr(11, PITH_STACK_MIN - 8);
  GETS(A, pith_thread_create(&made, &attr, entry, NULL), -EINVAL);
  set_attr(11, PITH_STACK_MIN + 4);
  GETS(A, pith_thread_create(&made, &attr, entry, NULL), -EINVAL);
  set_attr(11, PITH_STACK_MIN);
  attr.flags = 0x80;
  GETS(A, pith_thread_create(&made, &attr, entry, NULL), -EINVAL);
  attr.flags = PITH_COOPERATIVE;
  attr.slice = 1;
  GETS(A, pith_thread_create(&made, &attr, entry, NULL), -ENOTSUP);
  attr.flags = attr.slice = 0;
  attr.stack = (uint8_t *)own_stack + 4;
  GETS(A, pith_thread_init(B, &attr, entry, NULL), -EINVAL);
  set_attr(11, PITH_HEAP);
  GETS(A, pith_thread_create(&made, &attr, entry, NULL), -ENOMEM);
  memset(B, 0, sizeof *B);
  GETS(A, pith_thread_start(B), -EINVAL);
  GETS(A, pith_thread_join(B, NULL, PITH_POLL), -EINVAL);
  GETS(A, pith_thread_detach(B), -EINVAL);
  GETS(A, pith_thread_delete(B), -EINVAL);
  GETS(A, pith_thread_suspend(B), -EINVAL);
  GETS(A, pith_thread_resume(B), -EINVAL);
  GETS(A, pith_thread_cancel(B), -EINVAL);
  GETS(A, pith_thread_set_priority(B, 1), -EINVAL);
  GETS(A, pith_thread_set_priority(A, PITH_PRIORITIES - 1), -EINVAL);
  GETS(A, pith_thread_cancel(A), -EINVAL);
  GETS(A, pith_thread_join(A, NULL, PITH_FOREVER), -EDEADLK);
  GETS(A, pith_thread_detach(A), -EINVAL);
  assert_int_equal(pith_thread_state(B), PITH_THREAD_NONE);
}

/* A thread the heap holds: everything it took comes back, whichever way it ends. */
static void make(unsigned priority) {
  set_attr(priority, PITH_STACK_MIN);
  GETS(K->current, pith_thread_create(&made, &attr, entry, NULL), 0);
}

static void test_created(void **state) {
  static size_t before;

  (void)state;
  START(10);
  before = heap_free_bytes(&R->heap);
  make(11);
  assert_int_equal(pith_thread_state(made), PITH_THREAD_READY);
  GETS(A, pith_thread_delete(made), 0);
  assert_int_equal(heap_free_bytes(&R->heap), before);
  make(5); /* runs, and ends before it is joined */
  BLOCKS(made, (pith_thread_exit(7), 0));
  assert_int_equal(pith_thread_state(made), PITH_THREAD_DEAD);
  GETS(A, pith_thread_suspend(made), -EINVAL);
  GETS(A, pith_thread_join(made, &value, PITH_POLL), 0);
  assert_int_equal(value, 7);
  assert_int_equal(heap_free_bytes(&R->heap), before);
  make(11); /* is joined before it ends */
  GETS(A, pith_thread_join(made, &value, PITH_POLL), -ETIMEDOUT);
  BLOCKS(A, pith_thread_join(made, &value, 100));
  BLOCKS(made, (pith_thread_exit(9), 0));
  RUNS(A);
  WOKEN(A, 0);
  assert_int_equal(value, 9);
  k_reap();
  assert_int_equal(heap_free_bytes(&R->heap), before);
  make(11); /* deletes itself while nobody waits */
  BLOCKS(A, pith_sleep(1));
  BLOCKS(made, pith_thread_delete(made));
  assert_ptr_equal(R->graveyard, made);
  k_reap();
  assert_int_equal(heap_free_bytes(&R->heap), before);
}

static void test_detached(void **state) {
  static size_t before;

  (void)state;
  START(10, 12);
  before = heap_free_bytes(&R->heap);
  make(11);
  GETS(A, pith_thread_detach(made), 0);
  GETS(A, pith_thread_detach(made), -EINVAL);
  GETS(A, pith_thread_join(made, NULL, PITH_POLL), -EINVAL);
  GETS(A, pith_thread_delete(made), 0);
  assert_int_equal(heap_free_bytes(&R->heap), before);
  make(5);
  BLOCKS(made, (pith_thread_exit(7), 0));
  GETS(A, pith_thread_detach(made), 0); /* dead already */
  assert_int_equal(heap_free_bytes(&R->heap), before);
  make(11);
  BLOCKS(A, pith_thread_join(made, NULL, PITH_FOREVER));
  GETS(made, pith_thread_detach(made), -EBUSY);
  GETS(made, pith_thread_join(made, NULL, PITH_POLL), -EDEADLK);
  BLOCKS(made, pith_sleep(1));
  GETS(B, pith_thread_join(made, NULL, PITH_POLL), -EBUSY);
  GETS(B, pith_thread_delete(made), 0);
  WOKEN(A, 0);
}

/* As many threads as the build allows. */
static void test_full(void **state) {
  (void)state;
  START(10);
  set_attr(20, PITH_STACK_MIN);
  for (uint32_t i = 1; i < PITH_THREADS; i++) GETS(A, pith_thread_create(&made, &attr, entry, NULL), 0);
  GETS(A, pith_thread_create(&made, &attr, entry, NULL), -EAGAIN);
  GETS(A, pith_thread_delete(made), 0);
  GETS(A, pith_thread_create(&made, &attr, entry, NULL), 0);
}

static void test_dormant(void **state) {
  (void)state;
  fixture_init();
  fixture_thread(0, 10, 0);
  fixture_thread(1, 5, PITH_DORMANT);
  fixture_thread(2, 20, PITH_DORMANT);
  assert_int_equal(pith_thread_start(C), 0);
  host_start();
  assert_int_equal(pith_thread_state(B), PITH_THREAD_CREATED);
  GETS(A, pith_thread_cancel(B), -EINVAL);
  GETS(A, pith_thread_start(A), -EINVAL);
  GETS(A, pith_thread_start(B), 0);
  RUNS(B);
  GETS(B, pith_thread_start(B), -EINVAL);
  GETS(B, pith_thread_delete(C), 0);
}

/* Suspends nest up to 255, and reach a waiting thread too. */
static void test_suspend(void **state) {
  (void)state;
  START(10, 5);
  BLOCKS(B, pith_sleep(3));
  assert_int_equal(pith_thread_state(B), PITH_THREAD_SLEEPING);
  for (int i = 0; i < 255; i++) GETS(A, pith_thread_suspend(B), 0);
  GETS(A, pith_thread_suspend(B), -EOVERFLOW);
  for (int i = 0; i < 254; i++) GETS(A, pith_thread_resume(B), 0);
  host_advance(4);
  RUNS(A);
  assert_int_equal(pith_thread_state(B), PITH_THREAD_SUSPENDED);
  GETS(A, pith_thread_resume(B), 0);
  RUNS(B);
  BLOCKS(B, pith_sleep(3));
  GETS(A, pith_thread_suspend(B), 0);
  GETS(A, pith_thread_resume(B), 0);
  host_advance(4);
  RUNS(B);
}

static void test_own(void **state) {
  (void)state;
  START(10);
  assert_ptr_equal(pith_self(), A);
  assert_null(pith_thread_user(A));
  pith_thread_set_user(A, &value);
  assert_ptr_equal(pith_thread_user(A), &value);
  for (unsigned i = 0; i < PITH_TLS_KEYS; i++) {
    assert_null(*pith_tls(i));
    *pith_tls(i) = &value;
  }
  GETS(A, (pith_tls(PITH_TLS_KEYS), 0), HOST_PANIC);
  assert_non_null(strstr(host_panic_text, "PITH_TLS_KEYS"));
  assert_true(pith_stack_unused(A) > FIXTURE_STACK / 2);
}

static void call(void) { pith_sleep(1); }
static void call_isr(void) { host_interrupt(call); }

/* A call that may block is a bug in an interrupt handler. */
static void test_isr(void **state) {
  (void)state;
  START(10);
  GETS(A, (call_isr(), 0), HOST_PANIC);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_arguments), cmocka_unit_test(test_created), cmocka_unit_test(test_detached),
    cmocka_unit_test(test_full),      cmocka_unit_test(test_dormant), cmocka_unit_test(test_suspend),
    cmocka_unit_test(test_own),       cmocka_unit_test(test_isr),
};
FIXTURE_MAIN

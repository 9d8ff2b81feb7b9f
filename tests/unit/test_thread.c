/* Threads: their life from created to gone, and the arguments nobody may give. */
#include "fixture.h"
#include "mpu.h"
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

/* Before the start too; with a stack of the caller's, which stays the caller's; and nothing is lost when the heap has not
 * enough, for the control block or for the stack. */
static void test_memory(void **state) {
  static size_t before;

  (void)state;
  fixture_init();
  set_attr(10, PITH_STACK_MIN);
  before = heap_free_bytes(&R->heap);
  assert_int_equal(pith_thread_create(&made, &attr, entry, NULL), 0);
  assert_true(heap_free_bytes(&R->heap) < before);
  host_start();
  assert_string_equal(made->name, "");
  RUNS(made);
  BLOCKS(made, (pith_thread_exit(0), 0));
  GETS(&R->idle, pith_thread_delete(made), 0); /* dead already */
  assert_int_equal(heap_free_bytes(&R->heap), before);
  attr.stack = own_stack;
  GETS(&R->idle, pith_thread_create(&made, &attr, entry, NULL), 0);
  assert_ptr_equal(made->stack, own_stack);
  GETS(made, pith_thread_set_priority(made, 20), 0);
  BLOCKS(made, pith_sleep(PITH_FOREVER));
  GETS(&R->idle, pith_thread_delete(made), 0);
  assert_int_equal(heap_free_bytes(&R->heap), before);
  while (heap_alloc(&R->heap, sizeof *made)) continue;
  before = heap_free_bytes(&R->heap);
  GETS(&R->idle, pith_thread_create(&made, &attr, entry, NULL), -ENOMEM);
  attr.stack = NULL;
  GETS(&R->idle, pith_thread_create(&made, &attr, entry, NULL), -ENOMEM);
  assert_int_equal(heap_free_bytes(&R->heap), before);
}

/* Who returns from its entry function ends with 0, and who deletes itself is gone, its memory its owner's. */
static void test_itself(void **state) {
  (void)state;
  START(10, 11, 12);
  BLOCKS(A, (((void (*)(void))(uintptr_t)((struct arch_frame *)(void *)A->sp)->lr)(), 0));
  assert_int_equal(pith_thread_state(A), PITH_THREAD_DEAD);
  assert_int_equal(A->exit_value, 0);
  BLOCKS(B, pith_thread_delete(B));
  assert_int_equal(pith_thread_state(B), PITH_THREAD_NONE);
  assert_null(R->graveyard);
  GETS(C, pith_thread_resume(A), -EINVAL);
  GETS(C, pith_thread_cancel(A), -EINVAL);
  GETS(C, pith_thread_set_priority(A, 1), -EINVAL);
  GETS(C, pith_thread_resume(B), -EINVAL);
  GETS(C, pith_thread_resume(C), -EINVAL);          /* not suspended */
  GETS(C, pith_thread_join(A, NULL, PITH_POLL), 0); /* the value is not wanted */
  assert_int_equal(pith_thread_state(A), PITH_THREAD_NONE);
}

/* A cooperative thread that ends, or suspends itself, lets go of the processor. */
static void test_cooperative(void **state) {
  (void)state;
  fixture_init();
  fixture_thread(0, 12, PITH_COOPERATIVE);
  fixture_thread(1, 10, PITH_DORMANT);
  fixture_thread(2, 12, PITH_COOPERATIVE);
  host_start();
  GETS(A, pith_thread_start(B), 0);
  AS(A, pith_thread_suspend(A));
  RUNS(B);
  assert_int_equal(pith_thread_state(A), PITH_THREAD_SUSPENDED);
  GETS(B, pith_thread_resume(A), 0);
  BLOCKS(B, pith_sleep(3));
  RUNS(C);
  host_advance(4);
  RUNS(C);
  BLOCKS(C, (pith_thread_exit(1), 0));
  RUNS(B);
  assert_null(R->raised);
  BLOCKS(B, pith_sleep(PITH_FOREVER));
  RUNS(A);
}

/* A process's thread is its process's to end, and its stack has no guard: that is its own memory. */
static struct k_domain process = {.calls = k_calls_kernel, .control = 1};

static long set_up(long unused, long unused2, long unused3) {
  (void)unused, (void)unused2, (void)unused3;
  attr.stack = own_stack;
  k_thread_setup(B, &attr, entry, NULL, &process);
  return 0;
}

static void test_of_process(void **state) {
  (void)state;
  START(10);
  set_attr(5, PITH_STACK_MIN);
  GETS(A, pith_monitor(set_up, 0, 0, 0), 0);
  RUNS(B); /* ready at once */
  assert_int_equal(B->guard, arch_mpu_guard(0));
  assert_int_not_equal(A->guard, arch_mpu_guard(0));
  BLOCKS(B, pith_sleep(PITH_FOREVER));
  GETS(A, pith_thread_join(B, NULL, PITH_POLL), -EINVAL);
  GETS(A, pith_thread_delete(B), -EINVAL);
  GETS(A, pith_thread_detach(B), -EINVAL);
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
  B->stack = (uint8_t *)own_stack; /* no use has left a trace: it ends with the stack */
  B->stack_size = sizeof own_stack;
  memset(own_stack, A->stack[A->stack_size / 2], sizeof own_stack);
  assert_in_range(pith_stack_unused(B), sizeof own_stack - 64, sizeof own_stack);
}

/* The list of all threads, and what they are doing by name. */
static void test_list(void **state) {
  unsigned found = 0;

  (void)state;
  START(10, 20);
  for (struct pith_thread *t = pith_thread_next(NULL); t; t = pith_thread_next(t)) {
    found |= t == A ? 1u : t == B ? 2u : 4u;
    if (t == A || t == B) assert_string_equal(pith_thread_name(t), t == A ? "A" : "B");
  }
  assert_int_equal(found, 7); /* and idle */
  assert_null(pith_thread_next(C)); /* none */
  assert_int_equal(pith_thread_priority(B), 20);
  assert_string_equal(pith_thread_state_name(pith_thread_state(A)), "ready");
  assert_string_equal(pith_thread_state_name(pith_thread_state(C)), "none");
  assert_string_equal(pith_thread_state_name((enum pith_thread_state)99), "?");
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
    cmocka_unit_test(test_arguments), cmocka_unit_test(test_created),     cmocka_unit_test(test_memory),
    cmocka_unit_test(test_itself),    cmocka_unit_test(test_cooperative), cmocka_unit_test(test_of_process),
    cmocka_unit_test(test_detached),  cmocka_unit_test(test_full),        cmocka_unit_test(test_dormant),
    cmocka_unit_test(test_suspend),   cmocka_unit_test(test_own),         cmocka_unit_test(test_isr),
    cmocka_unit_test(test_list),
};
FIXTURE_MAIN

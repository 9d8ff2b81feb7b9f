/* Canaries: without an MPU an overflow is found when its thread is switched away from, or ends; with one nobody
 * looks. */
#include "fixture.h"
#include "pith/irq.h"
#include <string.h>

static void start(unsigned regions) {
  fixture_init();
  host_mpu_regions = regions;
  fixture_thread(0, 10, 0);
  fixture_thread(1, 12, 0);
  fixture_thread(2, 5, PITH_DORMANT);
  host_start();
  host_mpu_regions = 8;
}

static void overflow(struct pith_thread *t) { t->stack[3] = 0; }

#define PANICS(t, call, words)                                                                               \
  do {                                                                                                       \
    assert_int_equal(AS(t, call), HOST_PANIC);                                                               \
    assert_non_null(strstr(host_panic_text, words));                                                         \
  } while (0)

static void test_block(void **state) {
  (void)state;
  start(0);
  RUNS(A);
  BLOCKS(A, pith_sleep(5));
  BLOCKS(B, pith_sleep(2)); /* idle */
  host_advance(3);
  overflow(B);
  PANICS(B, pith_sleep(5), "thread B has overflowed its stack (512 bytes");
}

static void test_preempted(void **state) {
  (void)state;
  start(0);
  BLOCKS(A, pith_sleep(5));
  overflow(B);
  PANICS(B, pith_thread_start(C), "thread B has overflowed"); /* C is more urgent */
}

/* Whose memory is about to be somebody else's. */
static void test_end(void **state) {
  (void)state;
  start(0);
  BLOCKS(A, pith_sleep(5));
  BLOCKS(B, (pith_thread_exit(0), 0));
  host_advance(6);
  RUNS(A);
  overflow(B);
  PANICS(A, pith_thread_join(B, NULL, PITH_POLL), "thread B has overflowed");
}

static void test_forgotten(void **state) {
  (void)state;
  start(0);
  BLOCKS(A, pith_thread_join(B, NULL, PITH_FOREVER));
  BLOCKS(B, (pith_thread_exit(0), 0)); /* the last that ran, and gone when A is entered */
  assert_int_equal(B->seal, 0);
  overflow(B);
  BLOCKS(A, pith_sleep(5));
}

static void test_sp(void **state) {
  (void)state;
  start(0);
  k_stack_check(B);
  B->sp = (uint32_t *)(void *)(B->stack + 28); /* over the canary in one step */
  PANICS(A, (k_stack_check(B), 0), "thread B has overflowed");
  B->sp = (uint32_t *)(void *)(B->stack + 32);
  k_stack_check(B);
}

static void test_interrupts(void **state) {
  (void)state;
  start(0);
  assert_int_equal(pith_irq_stack_unused() / 4, PITH_ISR_STACK / 4 - 8); /* the guard */
  k_isr_stack[7] = 0;
  PANICS(A, pith_sleep(5), "the interrupt stack has overflowed (2048 bytes");
  start(0);
  k_isr_stack[8] = 0;
  assert_int_equal(pith_irq_stack_unused(), 0);
  BLOCKS(A, pith_sleep(5));
}

static void test_check(void **state) {
  (void)state;
  start(0);
  overflow(C); /* dormant: may not be filled yet */
  assert_int_equal(k_check(), 0);
  overflow(B);
  assert_int_equal(k_check(), -EFAULT);
  assert_ptr_equal(k_check_what, B);
  assert_non_null(strstr(k_check_why, "stack"));
  start(0);
  k_isr_stack[0] = 0;
  assert_int_equal(k_check(), -EFAULT);
  assert_non_null(strstr(k_check_why, "interrupt stack"));
}

static void test_guarded(void **state) {
  (void)state;
  start(8);
  overflow(A);
  k_isr_stack[0] = 0;
  BLOCKS(A, pith_sleep(5));
  BLOCKS(B, (pith_thread_exit(0), 0));
  assert_ptr_equal(K->domain, &k_domain_kernel); /* nobody asks to be told */
  assert_int_equal(k_check(), 0);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_block),     cmocka_unit_test(test_preempted), cmocka_unit_test(test_end),
    cmocka_unit_test(test_forgotten), cmocka_unit_test(test_sp),        cmocka_unit_test(test_interrupts),
    cmocka_unit_test(test_check),     cmocka_unit_test(test_guarded),
};
FIXTURE_MAIN

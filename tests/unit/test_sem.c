/* Semaphores: every way of taking and giving, with interrupts at every point. */
#include "fixture.h"
static struct pith_sem s;

static void test_units(void **state) {
  (void)state;
  START(10, 11);
  assert_int_equal(pith_sem_init(&s, 0x80000000u), -EINVAL);
  assert_int_equal(pith_sem_init(&s, 1), 0);
  GETS(A, pith_sem_take(&s), 0);
  BLOCKS(A, pith_sem_take(&s));
  RUNS(B);
  GETS(B, pith_sem_give(&s), 0);
  RUNS(A);
  WOKEN(A, 0);
}
static const struct CMUnitTest tests[] = {cmocka_unit_test(test_units)};
FIXTURE_MAIN

/* Checks the arithmetic of lib/bits.h at its edges and against slow definitions in 64 bits. */
#include "bits.h"
#include "unit.h"

/* Powers of two are recognised and nothing else is. */
static void test_is_pow2(void **state) {
  (void)state;
  assert_false(is_pow2(0));
  assert_false(is_pow2(UINT32_MAX));
  for (unsigned i = 0; i < 32; i++) {
    assert_true(is_pow2(1u << i));
    if (i > 1) assert_false(is_pow2((1u << i) + 1) || is_pow2((1u << i) - 1));
  }
}

/* Rounding gives the nearest multiple on the stated side, and wraps where it says. */
static void test_round(void **state) {
  (void)state;
  for (int i = 0; i < 100000; i++) {
    uint32_t to = 1u << unit_below(32), v = (uint32_t)unit_random() >> unit_below(32);
    assert_int_equal(round_down(v, to), v / to * to);
    assert_int_equal(round_up(v, to), (uint32_t)(((uint64_t)v + to - 1) / to * to));
  }
  assert_int_equal(round_up(0xfffffff9u, 8), 0);
  assert_int_equal(round_up(0, 8), 0);
  assert_int_equal(round_up(1, 0x80000000u), 0x80000000u);
}

/* Logarithms and the next power of two, by counting up. */
static void test_log2(void **state) {
  (void)state;
  assert_int_equal(log2_ceil(0), 0);
  assert_int_equal(next_pow2(0), 1);
  assert_int_equal(log2_ceil(UINT32_MAX), 32);
  assert_int_equal(log2_floor(UINT32_MAX), 31);
  assert_int_equal(next_pow2(0x80000000u), 0x80000000u);
  assert_int_equal(next_pow2(0x80000001u), 0);
  for (int i = 0; i < 100000; i++) {
    uint32_t v = ((uint32_t)unit_random() >> unit_below(32)) | 1, up = 0, down = 0;
    while ((uint64_t)1 << up < v) up++;
    while ((uint64_t)1 << (down + 1) <= v) down++;
    assert_int_equal(log2_ceil(v), up);
    assert_int_equal(log2_floor(v), down);
    assert_int_equal(next_pow2(v), (uint32_t)((uint64_t)1 << up));
  }
}

/* A number near one of the places where 32-bit sums go wrong. */
static uint32_t edge(void) {
  static const uint32_t places[] = {0, 0x20000000u, 0x7fffffffu, 0x80000000u, 0xfffffff0u, 0xffffffffu};
  return places[unit_below(6)] + unit_below(9) - 4;
}

/* range_within() agrees with 64-bit arithmetic, above all where 32 bits overflow. */
static void test_range_within(void **state) {
  (void)state;
  assert_true(range_within(0x20000000u, 16, 0x20000000u, 16));
  assert_false(range_within(0x20000000u, 17, 0x20000000u, 16));
  assert_false(range_within(0x20000004u, 0xfffffffcu, 0x20000000u, 16));
  assert_true(range_within(0x20000010u, 0, 0x20000000u, 16));
  assert_false(range_within(0x20000011u, 0, 0x20000000u, 16));
  assert_true(range_within(0xfffffff0u, 16, 0xffffffe0u, 32));
  assert_false(range_within(0x1fffffffu, 1, 0x20000000u, 16));
  for (int i = 0; i < 1000000; i++) {
    uint32_t base = edge(), len = edge(), outer = edge(), outer_len = edge();
    bool want = base >= outer && (uint64_t)base + len <= (uint64_t)outer + outer_len;
    assert_int_equal(range_within(base, len, outer, outer_len), want);
  }
}

int main(void) {
  unit_seed();
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_is_pow2),
      cmocka_unit_test(test_round),
      cmocka_unit_test(test_log2),
      cmocka_unit_test(test_range_within),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

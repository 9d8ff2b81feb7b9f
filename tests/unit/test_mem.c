/* Checks lib/string.c, compiled as k_memcpy() and so on, against the host's functions on every alignment. */
#include "unit.h"
#include <string.h>

void *k_memcpy(void *dst, const void *src, size_t n);
void *k_memmove(void *dst, const void *src, size_t n);
void *k_memset(void *dst, int c, size_t n);
int k_memcmp(const void *a, const void *b, size_t n);
size_t k_strlen(const char *s);
size_t k_strnlen(const char *s, size_t n);
int k_strcmp(const char *a, const char *b);
int k_strncmp(const char *a, const char *b, size_t n);

#define SPAN 160

static int sign(int v) { return (v > 0) - (v < 0); }

static void fill(uint8_t *p, size_t n) {
  while (n--) *p++ = (uint8_t)unit_random();
}

/* memcpy: every pair of alignments and every length to 100; nothing beside the range is written. */
static void test_memcpy(void **state) {
  (void)state;
  _Alignas(8) uint8_t src[SPAN], got[SPAN], want[SPAN];
  for (size_t to = 0; to < 8; to++)
    for (size_t from = 0; from < 8; from++)
      for (size_t n = 0; n <= 100; n++) {
        fill(src, SPAN);
        fill(got, SPAN);
        memcpy(want, got, SPAN);
        memcpy(want + to, src + from, n);
        assert_ptr_equal(k_memcpy(got + to, src + from, n), got + to);
        assert_memory_equal(got, want, SPAN);
      }
}

/* memmove: the same within one buffer, so with every overlap in both directions. */
static void test_memmove(void **state) {
  (void)state;
  _Alignas(8) uint8_t got[SPAN], want[SPAN];
  for (size_t to = 0; to < 40; to++)
    for (size_t from = 0; from < 40; from++)
      for (size_t n = 0; n <= 100; n += 1 + n / 24) {
        fill(got, SPAN);
        memcpy(want, got, SPAN);
        memmove(want + to, want + from, n);
        assert_ptr_equal(k_memmove(got + to, got + from, n), got + to);
        assert_memory_equal(got, want, SPAN);
      }
}

/* memset: every alignment and length; only the low byte of the value counts. */
static void test_memset(void **state) {
  (void)state;
  _Alignas(8) uint8_t got[SPAN], want[SPAN];
  for (size_t to = 0; to < 8; to++)
    for (size_t n = 0; n <= 100; n++) {
      int c = (int)unit_random();
      fill(got, SPAN);
      memcpy(want, got, SPAN);
      memset(want + to, c, n);
      assert_ptr_equal(k_memset(got + to, c, n), got + to);
      assert_memory_equal(got, want, SPAN);
    }
}

/* The ends of exactly allocated buffers: a word access past either is caught by the sanitizer. */
static void test_bounds(void **state) {
  (void)state;
  for (size_t n = 1; n < 70; n++)
    for (size_t skip = 0; skip < 4 && skip < n; skip++) {
      uint8_t *a = malloc(n), *b = malloc(n);
      fill(a, n);
      k_memset(b, 0, n);
      k_memcpy(b + skip, a, n - skip);
      assert_memory_equal(b + skip, a, n - skip);
      k_memcpy(b, a + skip, n - skip);
      assert_memory_equal(b, a + skip, n - skip);
      k_memmove(a + skip, a, n - skip);
      assert_int_equal(k_memcmp(a, a, n), 0);
      free(a);
      free(b);
    }
}

/* memcmp, strcmp and strncmp: the host's sign, unsigned bytes, equal and unequal lengths. */
static void test_compare(void **state) {
  (void)state;
  assert_true(k_strcmp("\x80", "\x7f") > 0);
  assert_true(k_memcmp("\x01", "\xff", 1) < 0);
  for (int i = 0; i < 200000; i++) {
    char a[12], b[12];
    for (size_t j = 0; j < sizeof a; j++) {
      a[j] = "\0ab\xff"[unit_below(4)];
      b[j] = unit_below(4) ? a[j] : "\0ab\xff"[unit_below(4)];
    }
    a[11] = b[11] = 0;
    size_t n = unit_below(12);
    assert_int_equal(sign(k_memcmp(a, b, n)), sign(memcmp(a, b, n)));
    assert_int_equal(sign(k_strcmp(a, b)), sign(strcmp(a, b)));
    assert_int_equal(sign(k_strncmp(a, b, n)), sign(strncmp(a, b, n)));
  }
}

/* strlen and strnlen: up to the NUL and never beyond, with or without one. */
static void test_lengths(void **state) {
  (void)state;
  for (size_t n = 0; n < 40; n++) {
    char *s = malloc(n + 1);
    memset(s, 'x', n);
    s[n] = 0;
    assert_int_equal(k_strlen(s), n);
    for (size_t limit = 0; limit < 50; limit++) assert_int_equal(k_strnlen(s, limit), n < limit ? n : limit);
    s[n] = 'x';
    assert_int_equal(k_strnlen(s, n + 1), n + 1);
    free(s);
  }
}

int main(void) {
  unit_seed();
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_memcpy), cmocka_unit_test(test_memmove), cmocka_unit_test(test_memset),
      cmocka_unit_test(test_bounds), cmocka_unit_test(test_compare), cmocka_unit_test(test_lengths),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

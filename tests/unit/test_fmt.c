/* Checks the formatter against the host's snprintf() on random conversions, and its own rules by example. */
#include "fmt.h"
#include "unit.h"
#include <string.h>

/* NULL strings, mad widths and cut texts are what is tested here. */
#pragma GCC diagnostic ignored "-Wformat-overflow"
#pragma GCC diagnostic ignored "-Wformat-truncation"

static char got[600], want[600];

#define same(...)                                                                                            \
  do {                                                                                                       \
    int length = snprintf(want, sizeof want, __VA_ARGS__);                                                   \
    assert_int_equal(fmt_buf(got, sizeof got, __VA_ARGS__), length);                                         \
    assert_string_equal(got, want);                                                                          \
  } while (0)

/* Plain text, every conversion, and their edges. */
static void test_examples(void **state) {
  (void)state;
  same("plain, 100%%, %c%c|%5c|%-5c|", 'a', 'b', 'c', 'd');
  same("%s|%10s|%-10s|%.3s|%10.3s|%.0s|", "text", "text", "text", "text", "text", "text");
  same("%d %i %u %x %X", -1, INT32_MIN, UINT32_MAX, 0xdeadbeef, 0xdeadbeef);
  same("%lld %llu %llx", (long long)INT64_MIN, (unsigned long long)UINT64_MAX, 0x123456789abcdefull);
  same("%ld %lu %lx %zu %zx", -2l, 3ul, 4ul, (size_t)-1, (size_t)5);
  same("%08x %-8x| %8x %08d %.5d %8.5d %-8.5d| %5.0d|", 0x1234, 0x1234, 0x1234, -77, 42, -42, 42, 0);
  same("%*d|%*d|%.*s|%-*s|%0*x|", 6, 1, -6, 2, 2, "abcdef", 6, "x", 8, 0xbeef);
}

/* A pointer has all its digits, a NULL string a name; a string with precision needs no NUL. */
static void test_own_rules(void **state) {
  (void)state;
  const char unterminated[3] = {'a', 'b', 'c'};
  snprintf(want, sizeof want, "0x%0*llx", (int)(2 * sizeof(void *)), (unsigned long long)(uintptr_t)got);
  assert_int_equal(fmt_buf(got, sizeof got, "%p", (void *)got), 2 + 2 * sizeof(void *));
  assert_string_equal(got, want);
  fmt_buf(got, sizeof got, "%s", (char *)NULL);
  assert_string_equal(got, "(null)");
  fmt_buf(got, sizeof got, "%.3s", unterminated);
  assert_string_equal(got, "abc");
}

/* What is no conversion is printed as it stands, also when the format ends inside one. */
static void test_unknown(void **state) {
  (void)state;
  static const char *const formats[] = {"%", "%q", "a%-05", "%lll", "%.", "%5$d", "%f!"};
  for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
    const char *volatile f = formats[i]; /* unseen by the compiler's own check */
    assert_int_equal(fmt_buf(got, sizeof got, f, 1, 2, 3), strlen(f));
    assert_string_equal(got, f);
  }
}

/* The buffer form cuts, always terminates, touches nothing else, and tells the whole length. */
static void test_cut(void **state) {
  (void)state;
  for (size_t n = 0; n < 12; n++) {
    char *small = malloc(n + 1);
    small[n] = '!';
    assert_int_equal(fmt_buf(n ? small : NULL, n, "%s %d", "seven", 123), 9);
    snprintf(want, n ? n : 1, "seven 123");
    if (n) assert_string_equal(small, want);
    assert_int_equal(small[n], '!');
    free(small);
  }
}

/* A width from bad memory ends instead of printing two billion blanks. */
static void test_clamp(void **state) {
  (void)state;
  assert_in_range(fmt_buf(got, sizeof got, "%*d", INT32_MAX, 1), 1, 10000);
  assert_in_range(fmt_buf(got, sizeof got, "%*d", INT32_MIN, 1), 1, 10000);
  assert_in_range(fmt_buf(got, sizeof got, "%.*d", INT32_MAX, 1), 1, 10000);
}

/* 300000 random conversions: flags, width, precision, length, value, as the host prints them. */
static void test_random(void **state) {
  (void)state;
  static const char *const text = "the quick brown fox";
  for (int i = 0; i < 300000; i++) {
    const char letter = "cdiuxXs"[unit_below(7)];
    static const char *const lengths[] = {"", "l", "ll", "z"}, *const precisions[] = {"", "0", "7", "30"};
    const char *length = letter == 'c' || letter == 's' ? "" : lengths[unit_below(4)];
    char f[40] = "<%", *p = f + 2;
    if (unit_below(3) == 0) *p++ = '-';
    if (unit_below(3) == 0 && letter != 'c' && letter != 's') *p++ = '0';
    if (unit_below(2)) p += sprintf(p, "%u", 1 + unit_below(40));
    if (unit_below(3) == 0 && letter != 'c') p += sprintf(p, ".%s", precisions[unit_below(4)]);
    sprintf(p, "%s%c>", length, letter);
    const char *volatile format = f;
    uint64_t v = unit_random() >> unit_below(64);
    if (unit_below(4) == 0) v = 0 - v;
    int n;
    if (letter == 's') {
      const char *arg = text + unit_below(20);
      n = snprintf(want, sizeof want, format, arg);
      assert_int_equal(fmt_buf(got, sizeof got, format, arg), n);
    } else if (letter == 'c') {
      n = snprintf(want, sizeof want, format, (int)(v & 0x7f) | 0x20);
      assert_int_equal(fmt_buf(got, sizeof got, format, (int)(v & 0x7f) | 0x20), n);
    } else if (*length) {
      n = snprintf(want, sizeof want, format, v);
      assert_int_equal(fmt_buf(got, sizeof got, format, v), n);
    } else {
      n = snprintf(want, sizeof want, format, (unsigned)v);
      assert_int_equal(fmt_buf(got, sizeof got, format, (unsigned)v), n);
    }
    if (strcmp(got, want)) fail_msg("%s: \"%s\" is not \"%s\"", f, got, want);
  }
}

int main(void) {
  unit_seed();
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_examples), cmocka_unit_test(test_own_rules), cmocka_unit_test(test_unknown),
      cmocka_unit_test(test_cut),      cmocka_unit_test(test_clamp),     cmocka_unit_test(test_random),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Checks the hexdump's lines: full, partial, several, unprintable, and an address that is not the data's. */
#include "hexdump.h"
#include "unit.h"
#include <string.h>

static char text[4096];
static size_t length;

static void put(void *ctx, char c) {
  assert_ptr_equal(ctx, text);
  assert_true(length < sizeof text - 1);
  text[length++] = c;
  text[length] = 0;
}

static const char *dump(uint32_t base, const void *data, size_t n) {
  length = 0;
  text[0] = 0;
  hexdump(put, text, base, data, n);
  return text;
}

/* One full line, to the character. */
static void test_line(void **state) {
  (void)state;
  assert_string_equal(dump(0x20001230, "Hello World!\0\1\2\3", 16),
                      "20001230  48 65 6c 6c 6f 20 57 6f 72 6c 64 21 00 01 02 03  |Hello World!....|\n");
}

/* A short last line keeps its text in the same column; nothing at all is no line. */
static void test_partial(void **state) {
  (void)state;
  assert_string_equal(dump(0, "abc", 3),
                      "00000000  61 62 63                                         |abc|\n");
  assert_string_equal(dump(0, "", 0), "");
  const char *both = dump(0x1000, "0123456789abcdefg", 17), *second = strchr(both, '\n') + 1;
  assert_int_equal(strchr(both, '|') - both, strchr(second, '|') - second);
  assert_memory_equal(second, "00001010  67 ", 13);
}

/* Only 0x20..0x7e are shown as themselves, and the address wraps at 2^32 without harm. */
static void test_all_bytes(void **state) {
  (void)state;
  uint8_t all[256];
  for (int i = 0; i < 256; i++) all[i] = (uint8_t)i;
  const char *line = dump(0xffffff80u, all, sizeof all);
  for (unsigned i = 0; i < 256; i += 16, line = strchr(line, '\n') + 1) {
    char head[16];
    snprintf(head, sizeof head, "%08x  %02x", (unsigned)(0xffffff80u + i), i);
    assert_memory_equal(line, head, strlen(head));
    const char *shown = strstr(line, "  |") + 3;
    for (unsigned j = 0; j < 16; j++)
      assert_int_equal(shown[j], i + j >= 0x20 && i + j <= 0x7e ? (char)(i + j) : '.');
    assert_memory_equal(shown + 16, "|\n", 2);
  }
  assert_int_equal(*line, 0);
}

/* No byte beyond n is read, for any n: each buffer ends where the sanitizer looks. */
static void test_bounds(void **state) {
  (void)state;
  for (size_t n = 1; n < 50; n++) {
    uint8_t *data = malloc(n);
    memset(data, 'x', n);
    const char *s = dump(0, data, n);
    size_t lines = 0, shown = 0;
    for (; *s; s++) {
      lines += *s == '\n';
      shown += *s == 'x';
    }
    assert_int_equal(lines, (n + 15) / 16);
    assert_int_equal(shown, n);
    free(data);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_line),
      cmocka_unit_test(test_partial),
      cmocka_unit_test(test_all_bytes),
      cmocka_unit_test(test_bounds),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

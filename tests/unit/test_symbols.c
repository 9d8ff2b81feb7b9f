/* process/symbols.c: names for addresses from good tables, and from tables with any number wrong. Files lie in heap
 * blocks of their exact size, so the address sanitizer sees any access outside them. */
#include "symbols.h"
#include "unit.h"
#include <string.h>

enum { SECTIONS = 4, SYMBOLS = 8, STRINGS = 96, CODE = 1 };
enum { NAMES_AT = 52, SYMBOLS_AT = NAMES_AT + STRINGS, SECTIONS_AT = SYMBOLS_AT + SYMBOLS * 16 };
enum { LENGTH = SECTIONS_AT + SECTIONS * 40, SYMTAB = 2, STRTAB = 3 };
enum { NOTYPE = 0, OBJECT = 1, FUNC = 2, FILE_NAME = 4 };

/* A file of a header, a string table, symbols, section headers. */
static uint8_t good[LENGTH];
static uint32_t strings;

static void put(uint8_t *p, uint32_t value, int bytes) {
  for (int i = 0; i < bytes; i++) p[i] = (uint8_t)(value >> 8 * i);
}

static uint8_t *section(int i) { return good + SECTIONS_AT + 40 * i; }
static uint8_t *symbol(int i) { return good + SYMBOLS_AT + 16 * i; }

static void make_symbol(int i, const char *name, uint32_t value, uint32_t size, int type) {
  put(symbol(i), strings, 4);
  put(symbol(i) + 4, value, 4);
  put(symbol(i) + 8, size, 4);
  symbol(i)[12] = (uint8_t)(0x10 | type);
  put(symbol(i) + 14, CODE, 2);
  strcpy((char *)good + NAMES_AT + strings, name);
  strings += (uint32_t)strlen(name) + 1;
  assert_true(strings <= STRINGS);
}

static int setup(void **state) {
  (void)state;
  memset(good, 0, sizeof good);
  memcpy(good,
         "\x7f"
         "ELF\x01\x01\x01",
         7);
  put(good + 32, SECTIONS_AT, 4);
  put(good + 46, 40, 2);
  put(good + 48, SECTIONS, 2);
  put(section(SYMTAB) + 4, 2, 4);
  put(section(SYMTAB) + 16, SYMBOLS_AT, 4);
  put(section(SYMTAB) + 20, SYMBOLS * 16, 4);
  put(section(SYMTAB) + 24, STRTAB, 4);
  put(section(SYMTAB) + 36, 16, 4);
  put(section(STRTAB) + 4, 3, 4);
  put(section(STRTAB) + 16, NAMES_AT, 4);
  put(section(STRTAB) + 20, STRINGS, 4);
  strings = 1;
  make_symbol(1, "crt0.S", 0x100, 0, FILE_NAME);
  make_symbol(2, "$t", 0x120, 0, NOTYPE);
  make_symbol(3, "_start", 0x100, 0, NOTYPE);
  make_symbol(4, "main", 0x121, 0x20, FUNC);
  make_symbol(5, "table", 0x130, 0x10, OBJECT);
  make_symbol(6, "long_name_of_32_characters_123456", 0x161, 0x10, FUNC);
  make_symbol(7, "e\x1b[2J \xff", 0x201, 0x10, FUNC);
  return 0;
}

/* Looks an address up in a copy that ends where the file ends, at every alignment. */
static bool find(size_t length, uint32_t vaddr, struct symbol *s) {
  bool found = false;

  for (size_t shift = 0; shift < 4; shift++) {
    uint8_t *block = malloc(length + shift);
    bool now;

    assert_non_null(block);
    if (length) memcpy(block + shift, good, length);
    memset(s, 0xaa, sizeof *s);
    now = symbol_find(block + shift, length, vaddr, s);
    assert_true(shift == 0 || now == found);
    if (now) assert_non_null(memchr(s->name, 0, sizeof s->name));
    found = now;
    free(block);
  }
  return found;
}

static void expect(uint32_t vaddr, const char *name, uint32_t offset) {
  struct symbol s;

  assert_true(find(LENGTH, vaddr, &s));
  assert_string_equal(s.name, name);
  assert_int_equal(s.offset, offset);
}

static void expect_none(uint32_t vaddr) {
  struct symbol s;

  assert_false(find(LENGTH, vaddr, &s));
}

static void test_names(void **state) {
  (void)state;
  expect_none(0);
  expect_none(0xff);
  expect(0x100, "_start", 0);
  expect(0x11e, "_start", 0x1e);
  expect(0x120, "main", 0);      /* and not $t */
  expect(0x13f, "main", 0x1f);   /* not the object */
  expect(0x140, "_start", 0x40); /* behind main's end; _start has none */
  expect(0x200, "e?[2J??", 0);   /* nothing a terminal would obey */
  expect(0xffffffff, "_start", 0xfffffeff);
}

static void test_long_name(void **state) {
  (void)state;
  expect(0x162, "long_name_of_32_characters_123~", 2);
  put(section(STRTAB) + 20, strings - 7, 4); /* the table ends within the last name */
  expect(0x200, "e", 0);
}

/* An undefined or absolute symbol, a section that is none, and of two functions at one place. */
static void test_kinds(void **state) {
  (void)state;
  put(symbol(4) + 14, 0, 2);
  expect(0x122, "_start", 0x22);
  put(symbol(4) + 14, 0xfff1, 2);
  expect(0x122, "_start", 0x22);
  put(symbol(4) + 14, CODE, 2);
  put(symbol(3) + 4, 0x120, 4);
  expect(0x122, "main", 2);
  put(symbol(4), 0, 4); /* no name */
  expect(0x122, "_start", 2);
}

struct wrong {
  uint32_t at, value;
  int bytes;
};

/* Numbers that lead outside, wrap or mean something else: there is no name, and nothing outside is read. */
static void test_hostile(void **state) {
  static const uint32_t numbers[] = {1,          2,          LENGTH - 1, LENGTH,     LENGTH + 1, 0x7fffffff,
                                     0x80000000, 0xffffffd8, 0xfffffff0, 0xffffffff, 0x10000,    0xffff};
  static const struct wrong fields[] = {{32, 0, 4},
                                        {46, 0, 2},
                                        {48, 0, 2},
                                        {SECTIONS_AT + 80 + 16, 0, 4},
                                        {SECTIONS_AT + 80 + 20, 0, 4},
                                        {SECTIONS_AT + 80 + 24, 0, 4},
                                        {SECTIONS_AT + 80 + 36, 0, 4},
                                        {SECTIONS_AT + 120 + 4, 0, 4},
                                        {SECTIONS_AT + 120 + 16, 0, 4},
                                        {SECTIONS_AT + 120 + 20, 0, 4}};
  struct symbol s;

  for (size_t f = 0; f < sizeof fields / sizeof fields[0]; f++)
    for (size_t n = 0; n < sizeof numbers / sizeof numbers[0]; n++) {
      setup(state);
      put(good + fields[f].at, numbers[n], fields[f].bytes);
      find(LENGTH, 0x122, &s);
    }
  setup(state);
  put(section(SYMTAB) + 16, 0xfffffff0, 4);
  expect_none(0x122);
  setup(state);
  put(section(SYMTAB) + 24, SECTIONS, 4);
  expect_none(0x122);
  setup(state);
  put(section(SYMTAB) + 24, SYMTAB, 4);
  expect_none(0x122);
  setup(state);
  put(section(SYMTAB) + 36, 24, 4);
  expect_none(0x122);
  setup(state);
  put(good + 48, 0xffff, 2);
  expect_none(0x122);
  setup(state);
  put(symbol(4), STRINGS, 4); /* a name behind the table */
  expect(0x122, "_start", 0x22);
  put(symbol(4), 0xffffffff, 4);
  expect(0x122, "_start", 0x22);
  setup(state);
  good[5] = 2;
  expect_none(0x122);
}

static void test_lengths(void **state) {
  struct symbol s;

  (void)state;
  for (size_t n = 0; n < LENGTH; n++) assert_false(find(n, 0x122, &s));
}

static void test_random(void **state) {
  struct symbol s;

  unit_seed();
  for (int i = 0; i < 20000; i++) {
    setup(state);
    for (uint32_t n = unit_below(4) + 1; n > 0; n--) good[unit_below(LENGTH)] = (uint8_t)unit_random();
    find(LENGTH - (unit_below(8) ? 0 : unit_below(LENGTH)), (uint32_t)unit_random() & 0x2ff, &s);
  }
}

/* As many symbols as are looked at, and one more. */
static void test_many(void **state) {
  size_t length = LENGTH + ((size_t)SYMBOLS_MAX + 1) * 16;
  uint8_t *file = malloc(length);
  struct symbol s;

  (void)state;
  assert_non_null(file);
  memcpy(file, good, LENGTH);
  memset(file + LENGTH, 0, length - LENGTH);
  put(file + SECTIONS_AT + 40 * SYMTAB + 16, LENGTH, 4);
  put(file + SECTIONS_AT + 40 * SYMTAB + 20, (SYMBOLS_MAX + 1) * 16, 4);
  memcpy(file + LENGTH + SYMBOLS_MAX * 16, symbol(4), 16);
  assert_false(symbol_find(file, length, 0x122, &s));
  memcpy(file + LENGTH + (SYMBOLS_MAX - 1) * 16, symbol(4), 16);
  assert_true(symbol_find(file, length, 0x122, &s));
  assert_string_equal(s.name, "main");
  free(file);
}

static void test_returns(void **state) {
  /* 0 bl, 4 nop, 6 blx r3, 8 blx.n looks like bx r3, 10 b.w, 14 bl cut off */
  static const uint8_t bytes[] = {0xff, 0xf7, 0x36, 0xff, 0x00, 0xbf, 0x98, 0x47,
                                  0x18, 0x47, 0x00, 0xf0, 0x00, 0xb8, 0x00, 0xf0};
  uint8_t *at = malloc(sizeof bytes);
  struct code code = {.at = at, .low = 0x8000, .size = sizeof bytes};

  (void)state;
  assert_non_null(at);
  memcpy(at, bytes, sizeof bytes);
  for (uint32_t a = 0; a < 64; a++)
    assert_int_equal(code_returns_to(&code, 0x8000 - 16 + a), a == 16 + 5 || a == 16 + 9);
  assert_false(code_returns_to(&code, 0x8004)); /* without the Thumb bit */
  assert_false(code_returns_to(&code, 0xffffffff));
  assert_false(code_returns_to(&code, 1));
  code.low = 0;
  assert_false(code_returns_to(&code, 1));
  assert_true(code_returns_to(&code, 5));
  code.size = 0;
  assert_false(code_returns_to(&code, 5));
  free(at);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup(test_names, setup),   cmocka_unit_test_setup(test_long_name, setup),
      cmocka_unit_test_setup(test_kinds, setup),   cmocka_unit_test_setup(test_hostile, setup),
      cmocka_unit_test_setup(test_lengths, setup), cmocka_unit_test_setup(test_random, setup),
      cmocka_unit_test_setup(test_many, setup),    cmocka_unit_test(test_returns),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

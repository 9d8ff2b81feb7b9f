/* Regular expressions against the C library of the host: what matches, where it begins and where it ends, for random patterns
 * and texts of a small alphabet; groups where both must agree; mutated patterns crash nothing. */
#include <regex.h>
#include <string.h>
#include "unit.h"
#include "pattern.h"

static const char *wrong; /* of the last compile() */

static struct pattern *compile(const char *text, unsigned flags) {
  return pattern_new(text, strlen(text), flags, &wrong);
}

/* What matches first in text, "" for nothing, "!" for no match. */
static const char *first(const char *pattern, unsigned flags, const char *text) {
  static char found[64];
  struct span groups[PATTERN_GROUPS];
  const char *error;
  struct pattern *p = compile(pattern, flags);
  assert_non_null(p);
  int r = pattern_match(p, text, strlen(text), 0, groups, &error);
  assert_true(r >= 0);
  strcpy(found, "!");
  if (r) snprintf(found, sizeof found, "%.*s", (int)(groups[0].to - groups[0].from), text + groups[0].from);
  pattern_delete(p);
  return found;
}

/* Operators where basic and extended expressions differ. */
static void test_syntax(void **state) {
  (void)state;
  assert_string_equal(first("a+", 0, "aa+"), "a+");
  assert_string_equal(first("a\\+", 0, "aa+"), "aa");
  assert_string_equal(first("a+", PATTERN_EXTENDED, "aa+"), "aa");
  assert_string_equal(first("*a", 0, "b*a"), "*a");
  assert_string_equal(first("\\(*a\\)", 0, "b*a"), "*a");
  assert_string_equal(first("^*a", 0, "*a"), "*a");
  assert_string_equal(first("a^b$c", 0, "a^b$c"), "a^b$c");
  assert_string_equal(first("a{x", PATTERN_EXTENDED, "a{x"), "a{x");
  assert_string_equal(first("x", 0, "y"), "!");
}

/* What is no pattern is refused with a reason. */
static void test_refused(void **state) {
  static const char *const basic[] = {"\\(",   "\\)",        "[",          "[a",      "[[:no:]]",
                                      "a\\{",  "a\\{2,1\\}", "a\\{1",      "\\1",     "a\\",
                                      "[b-a]", "\\(a\\1\\)", "a\\{256\\}", "[[.ab.]]"};
  (void)state;
  for (size_t i = 0; i < sizeof basic / sizeof *basic; i++) {
    wrong = NULL;
    assert_null(compile(basic[i], 0));
    assert_non_null(wrong);
  }
  assert_null(compile("((((a{200}){200}){200}){200})", PATTERN_EXTENDED));
  assert_string_equal(wrong, "pattern too large");
}

/* A piece of a random pattern, appended to `to`. */
static void piece(char *to, bool extended, unsigned depth) {
  static const char *const atoms[] = {"a", "b", "c", ".", "[ab]", "[^a]", "a", "b"};
  static const char *const quantifiers[] = {"", "", "", "*", "+", "?", "{2}", "{0,1}", "{1,}", "*"};
  static const char *const basic[] = {"", "", "", "*", "\\+", "\\?", "\\{2\\}", "\\{0,1\\}", "\\{1,\\}", "*"};
  if (strlen(to) > 60) return;
  if (depth && unit_below(4) == 0) {
    strcat(to, extended ? "(" : "\\(");
    for (unsigned n = 1 + unit_below(3); n; n--) {
      piece(to, extended, depth - 1);
      if (n > 1 && unit_below(3) == 0) strcat(to, extended ? "|" : "\\|");
    }
    strcat(to, extended ? ")" : "\\)");
  } else {
    strcat(to, atoms[unit_below(8)]);
  }
  unsigned q = unit_below(10);
  strcat(to, extended ? quantifiers[q] : basic[q]);
}

/* The match of random patterns in random texts begins and ends where the host's library says. */
static void test_against_host(void **state) {
  (void)state;
  unit_seed();
  for (int i = 0; i < 20000; i++) {
    bool extended = unit_below(2);
    char pattern[128] = "", text[24];
    if (unit_below(8) == 0) strcat(pattern, "^");
    for (unsigned n = 1 + unit_below(4); n; n--) piece(pattern, extended, 2);
    if (unit_below(8) == 0) strcat(pattern, "$");
    unsigned length = unit_below(16);
    for (unsigned k = 0; k < length; k++) text[k] = "abcd"[unit_below(4)];
    text[length] = 0;
    regex_t host;
    regmatch_t whole;
    if (regcomp(&host, pattern, extended ? REG_EXTENDED : 0)) continue;
    struct pattern *p = compile(pattern, extended ? PATTERN_EXTENDED : 0);
    struct span groups[PATTERN_GROUPS];
    const char *error;
    if (!p) fail_msg("%s: %s", pattern, wrong);
    int theirs = regexec(&host, text, 1, &whole, 0) == 0;
    int ours = pattern_match(p, text, length, 0, groups, &error);
    if (ours != theirs || (ours && (groups[0].from != whole.rm_so || groups[0].to != whole.rm_eo)))
      fail_msg("%s in %s: %d %ld-%ld, not %d %d-%d", pattern, text, ours, ours ? groups[0].from : -1,
               ours ? groups[0].to : -1, theirs, theirs ? (int)whole.rm_so : -1,
               theirs ? (int)whole.rm_eo : -1);
    pattern_delete(p);
    regfree(&host);
  }
}

/* Groups: the last iteration counts, one that took no part is -1, and back-references follow. */
static void test_groups(void **state) {
  static const struct {
    const char *pattern, *text;
    long from, to; /* of group 1 */
  } cases[] = {{"(a|b)*c", "ababc", 3, 4}, {"(a)?b", "b", -1, -1}, {"x(.*)y", "xaybyc", 1, 4},
               {"(..)\\1", "zabab", 1, 3}, {"(a*)b", "b", 0, 0},   {"(a){3}", "aaaa", 2, 3},
               {"((a)|b)+", "ab", 1, 2}};
  (void)state;
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct span groups[PATTERN_GROUPS];
    const char *error;
    struct pattern *p = compile(cases[i].pattern, PATTERN_EXTENDED);
    assert_non_null(p);
    assert_int_equal(pattern_match(p, cases[i].text, strlen(cases[i].text), 0, groups, &error), 1);
    assert_int_equal(groups[1].from, cases[i].from);
    assert_int_equal(groups[1].to, cases[i].to);
    pattern_delete(p);
  }
}

/* What would take exponential time is done, or given up with a reason where there are back-references. */
static void test_bounds(void **state) {
  char text[400];
  struct span groups[PATTERN_GROUPS];
  const char *error = NULL;
  (void)state;
  memset(text, 'a', sizeof text);
  struct pattern *p = compile("((a*)*b|(a|a)*c|(a|aa)+d)", PATTERN_EXTENDED);
  assert_int_equal(pattern_match(p, text, sizeof text, 0, groups, &error), 0);
  pattern_delete(p);
  p = compile("(a*)(a*)(a*)(a*)(a*)\\1\\2b", PATTERN_EXTENDED);
  assert_int_equal(pattern_match(p, text, sizeof text, 0, groups, &error), -1);
  assert_string_equal(error, "pattern too complex for this line");
  pattern_delete(p);
}

/* Random bytes as patterns, and their texts: nothing is read or written where it may not be. */
static void test_fuzz(void **state) {
  static const char alphabet[] = "ab\\()[]{}*+?|^$.,-:=12<wn";
  (void)state;
  unit_seed();
  for (int i = 0; i < 30000; i++) {
    char pattern[24], text[24];
    size_t n = unit_below(sizeof pattern), m = unit_below(sizeof text);
    for (size_t k = 0; k < n; k++) pattern[k] = alphabet[unit_below(sizeof alphabet)];
    for (size_t k = 0; k < m; k++) text[k] = alphabet[unit_below(sizeof alphabet)];
    const char *error;
    struct span groups[PATTERN_GROUPS];
    struct pattern *p = pattern_new(pattern, n, unit_below(64), &error);
    if (!p) continue;
    if (pattern_match(p, text, m, 0, groups, &error) == 1)
      for (int g = 0; g < PATTERN_GROUPS; g++) {
        assert_in_range(groups[g].from + 1, 0, m + 1);
        assert_in_range(groups[g].to + 1, 0, m + 1);
      }
    pattern_delete(p);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_syntax), cmocka_unit_test(test_refused), cmocka_unit_test(test_against_host),
      cmocka_unit_test(test_groups), cmocka_unit_test(test_bounds),  cmocka_unit_test(test_fuzz),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

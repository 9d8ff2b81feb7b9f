/* pith_app: STACK 8192 HEAP 8192
 *
 * Evaluates an expression of whole numbers and strings, each part a word: | & = == != < <= > >= + - * / % : ( ). STRING : PATTERN: what
 * \( \) of a basic expression matches at the beginning, else how many bytes match; so has match STRING PATTERN. length STRING;
 * substr STRING FROM LENGTH; index STRING CHARACTERS: the first of them. The status is 1 for 0 and for nothing, 2 for what is no
 * expression. */
#include <stdlib.h>
#include <string.h>
#include "pattern.h"
#include "util.h"

const char util_name[] = "expr", util_synopsis[] = "EXPRESSION";

enum { DEEPEST = 32 };
static char **word;
static unsigned depth;
static unsigned unused; /* not 0: the value will not be, so it may have none */

/* Values are strings, in the heap or of the arguments; none is freed. */
static const char *alternatives(void);

static const char *text_of(long long value) {
  char digits[24];
  char *s = format_number(value < 0 ? 0 - (unsigned long long)value : (unsigned long long)value, 10, digits);
  if (value < 0) *--s = '-';
  return need_memory(strdup(s));
}

static bool number(const char *s, long long *to) {
  unsigned long long value;
  bool negative = *s == '-';
  if (!parse_number(s + negative, 10, &value) || value > (unsigned long long)INT64_MAX + negative)
    return false;
  *to = (long long)(negative ? 0 - value : value);
  return true;
}

static bool is_nothing(const char *s) {
  long long value;
  return !*s || (number(s, &value) && !value);
}

static bool next_is(const char *s) {
  if (!*word || strcmp(*word, s) != 0) return false;
  word++;
  return true;
}

static const char *operand(void) {
  if (!*word) usage(NULL, "an expression ends too soon");
  return *word++;
}

static const char *match(const char *s, const char *text) {
  const char *error;
  struct span groups[PATTERN_GROUPS];
  if (unused) return "";
  struct pattern *p = pattern_new(text, strlen(text), 0, &error);
  if (!p) fail(text, error);
  bool has_group = pattern_groups(p) > 0;
  int r = pattern_match(p, s, strlen(s), 0, groups, &error);
  if (r < 0) fail(text, error);
  pattern_delete(p);
  if (groups[0].from != 0) r = 0; /* the leftmost match is further on */
  if (!has_group) return text_of(r ? groups[0].to : 0);
  if (!r || groups[1].from < 0) return "";
  return need_memory(strndup(s + groups[1].from, (size_t)(groups[1].to - groups[1].from)));
}

static const char *part(const char *s, const char *from, const char *length) {
  long long at, n, most = (long long)strlen(s);
  if (!number(from, &at) || !number(length, &n) || at < 1 || n < 1 || at > most) return "";
  if (n > most - at + 1) n = most - at + 1;
  return need_memory(strndup(s + at - 1, (size_t)n));
}

static const char *first_of(const char *s, const char *characters) {
  size_t n = strcspn(s, characters);
  return text_of(s[n] ? (long long)n + 1 : 0);
}

static const char *primary(void) {
  const char *r;
  if (++depth > DEEPEST) usage(NULL, "an expression is too deep");
  if (next_is("(")) {
    r = alternatives();
    if (!next_is(")")) usage(NULL, "( without )");
  } else if (word[0] && word[1] && next_is("length")) {
    r = text_of((long long)strlen(primary()));
  } else if (word[0] && word[1] && word[2] && next_is("match")) {
    r = primary();
    r = match(r, primary());
  } else if (word[0] && word[1] && word[2] && next_is("index")) {
    r = primary();
    r = first_of(r, primary());
  } else if (word[0] && word[1] && word[2] && word[3] && next_is("substr")) {
    r = primary();
    const char *from = primary();
    r = part(r, from, primary());
  } else {
    if (*word && strcmp(*word, ")") == 0) usage(*word, "where a value should be");
    r = operand();
  }
  depth--;
  return r;
}

static const char *matches(void) {
  const char *r = primary();
  while (next_is(":")) r = match(r, primary());
  return r;
}

static const char *computed(const char *a, char op, const char *b) {
  long long x, y, r = 0;
  if (unused) return "";
  if (!number(a, &x)) usage(a, "not a whole number");
  if (!number(b, &y)) usage(b, "not a whole number");
  bool wrong = false;
  switch (op) {
  case '+': wrong = __builtin_add_overflow(x, y, &r); break;
  case '-': wrong = __builtin_sub_overflow(x, y, &r); break;
  case '*': wrong = __builtin_mul_overflow(x, y, &r); break;
  default:
    if (!y) fail(NULL, "division by zero");
    if (y == -1)
      wrong = op == '/' && __builtin_sub_overflow(0, x, &r); /* INT64_MIN % -1 traps on some machines */
    else r = op == '/' ? x / y : x % y;
  }
  if (wrong) fail(NULL, "the result is too large");
  return text_of(r);
}

static const char *products(void) {
  const char *r = matches();
  while (*word && (*word)[0] && !(*word)[1] && strchr("*/%", **word)) {
    char op = **word++;
    r = computed(r, op, matches());
  }
  return r;
}

static const char *sums(void) {
  const char *r = products();
  while (*word && (strcmp(*word, "+") == 0 || strcmp(*word, "-") == 0)) {
    char op = **word++;
    r = computed(r, op, products());
  }
  return r;
}

/* -1, 0, 1: as numbers, if both are. */
static int compare(const char *a, const char *b) {
  long long x, y;
  if (number(a, &x) && number(b, &y)) return (x > y) - (x < y);
  int r = strcmp(a, b);
  return (r > 0) - (r < 0);
}

static const char *comparisons(void) {
  const char *r = sums();
  for (;;) {
    if (next_is("=") || next_is("==")) r = compare(r, sums()) == 0 ? "1" : "0";
    else if (next_is("!=")) r = compare(r, sums()) != 0 ? "1" : "0";
    else if (next_is("<=")) r = compare(r, sums()) <= 0 ? "1" : "0";
    else if (next_is(">=")) r = compare(r, sums()) >= 0 ? "1" : "0";
    else if (next_is("<")) r = compare(r, sums()) < 0 ? "1" : "0";
    else if (next_is(">")) r = compare(r, sums()) > 0 ? "1" : "0";
    else return r;
  }
}

static const char *conjunctions(void) {
  const char *r = comparisons();
  while (next_is("&")) {
    bool nothing = is_nothing(r);
    unused += nothing;
    const char *other = comparisons();
    unused -= nothing;
    if (nothing || is_nothing(other)) r = "0";
  }
  return r;
}

static const char *alternatives(void) {
  const char *r = conjunctions();
  while (next_is("|")) {
    bool decided = !is_nothing(r);
    unused += decided;
    const char *other = conjunctions();
    unused -= decided;
    if (!decided) r = *other ? other : "0";
  }
  return r;
}

int main(int argc, char **argv) {
  failure_status = 2;
  word = argv + 1;
  if (argc > 1 && strcmp(*word, "--") == 0) word++;
  if (!*word) usage(NULL, "no expression given");
  const char *r = alternatives();
  if (*word) usage(*word, "follows the expression");
  put_format("%s\n", r);
  return finish(is_nothing(r));
}

/* $(( )): C's integer operators over long, by the climbing of precedences.
 *
 * Overflow wraps. What is not evaluated (behind && || ?:) is read but has no effect and cannot fail. A variable's value
 * is a number, or nothing, which is 0. Division by zero and bad syntax are errors. */
#include <limits.h>
#include <string.h>
#include "sh.h"

struct reader {
  const char *p, *all;
  unsigned idle; /* not evaluated */
};

static long assignment(struct reader *r);

static _Noreturn void bad(const struct reader *r, const char *what) {
  char text[48];
  fmt_text(text, sizeof text, "%s", r->all);
  sh_error(2, "arithmetic: %s: \"%s\"", what, text);
}

static void blanks(struct reader *r) { r->p += strspn(r->p, " \t\n\r"); }

static int digit(int c) {
  return c >= '0' && c <= '9'   ? c - '0'
         : c >= 'a' && c <= 'f' ? c - 'a' + 10
         : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                : 99;
}

static long read_number(struct reader *r) {
  unsigned long value = 0;
  int base = 10;
  if (*r->p == '0') {
    base = r->p[1] == 'x' || r->p[1] == 'X' ? 16 : 8;
    r->p += base == 16 ? 2 : 1;
    if (base == 16 && digit((unsigned char)*r->p) > 15) bad(r, "bad number");
  }
  for (; digit((unsigned char)*r->p) < base; r->p++)
    value = value * (unsigned)base + (unsigned)digit((unsigned char)*r->p);
  if (name_char((unsigned char)*r->p)) bad(r, "bad number");
  return (long)value;
}

static long value_of(const struct reader *r, const char *name, size_t len) {
  const struct var *v = var_find(name, len);
  if (!v || !(v->flags & V_SET)) {
    if (sh.opt[O_NOUNSET] && !r->idle) sh_error(2, "%s: parameter not set", arena_text(&scratch, name, len));
    return 0;
  }
  struct reader value = {v->text + v->name_len + 1, v->text + v->name_len + 1, 0};
  blanks(&value);
  if (!*value.p) return 0;
  bool minus = *value.p == '-';
  if (minus || *value.p == '+') value.p++;
  if (digit((unsigned char)*value.p) > 9) bad(&value, "not a number");
  long n = read_number(&value);
  blanks(&value);
  if (*value.p) bad(&value, "not a number");
  return minus ? (long)(0ul - (unsigned long)n) : n;
}

static void set(const struct reader *r, const char *name, size_t len, long value) {
  char digits[24];
  if (r->idle) return;
  fmt_text(digits, sizeof digits, "%ld", value);
  var_set_n(name, len, digits);
}

static bool op(struct reader *r, const char *text) {
  size_t len = strlen(text);
  blanks(r);
  if (strncmp(r->p, text, len)) return false;
  r->p += len;
  return true;
}

static long unary(struct reader *r) {
  sh_deeper();
  blanks(r);
  bool down = !strncmp(r->p, "--", 2), step = down || !strncmp(r->p, "++", 2);
  const char *after = r->p + 2 + strspn(step ? r->p + 2 : "", " \t\n");
  size_t len = step ? name_length(after) : 0;
  if (len) {
    unsigned long value = (unsigned long)value_of(r, after, len) + (down ? -1ul : 1ul);
    r->p = after + len;
    set(r, after, len, (long)value);
    return (long)value;
  }
  if (op(r, "(")) {
    long value = assignment(r);
    while (op(r, ",")) value = assignment(r);
    if (!op(r, ")")) bad(r, "missing )");
    return value;
  }
  if (op(r, "!")) return !unary(r);
  if (op(r, "~")) return ~unary(r);
  if (op(r, "-")) return (long)(0ul - (unsigned long)unary(r));
  if (op(r, "+")) return unary(r);
  len = name_length(r->p);
  if (len) {
    const char *name = r->p;
    long value = value_of(r, name, len);
    r->p += len;
    blanks(r);
    if (!strncmp(r->p, "++", 2) || !strncmp(r->p, "--", 2)) {
      set(r, name, len, (long)((unsigned long)value + (*r->p == '+' ? 1ul : -1ul)));
      r->p += 2;
    }
    return value;
  }
  if (digit((unsigned char)*r->p) > 9) bad(r, "syntax error");
  return read_number(r);
}

/* The binary operators, and how tight they bind; longer ones first. */
static const struct {
  char text[3];
  unsigned char level, code;
} operators[] = {{"||", 1, 'o'}, {"&&", 2, 'a'}, {"==", 6, '='}, {"!=", 6, '!'}, {"<=", 7, 'l'},
                 {">=", 7, 'g'}, {"<<", 8, 'L'}, {">>", 8, 'R'}, {"|", 3, '|'},  {"^", 4, '^'},
                 {"&", 5, '&'},  {"<", 7, '<'},  {">", 7, '>'},  {"+", 9, '+'},  {"-", 9, '-'},
                 {"*", 10, '*'}, {"/", 10, '/'}, {"%", 10, '%'}};
enum { OPERATORS = sizeof operators / sizeof *operators };

static int next_operator(struct reader *r) {
  blanks(r);
  for (int i = 0; i < OPERATORS; i++) {
    size_t len = strlen(operators[i].text);
    if (strncmp(r->p, operators[i].text, len)) continue;
    bool assigns = r->p[len] == '=' && strchr("LR|^&+-*/%", operators[i].code);
    return assigns ? -1 : i;
  }
  return -1;
}

static long apply(const struct reader *r, int code, long a, long b) {
  unsigned long x = (unsigned long)a, y = (unsigned long)b;
  unsigned shift = (unsigned)y % (8 * sizeof x);
  switch (code) {
  case '=': return a == b;
  case '!': return a != b;
  case 'l': return a <= b;
  case 'g': return a >= b;
  case '<': return a < b;
  case '>': return a > b;
  case 'L': return (long)(x << shift);
  case 'R': return a >> shift;
  case '|': return a | b;
  case '^': return a ^ b;
  case '&': return a & b;
  case '+': return (long)(x + y);
  case '-': return (long)(x - y);
  case '*': return (long)(x * y);
  default:
    if (r->idle) return 0;
    if (!b) bad(r, "division by zero");
    if (b == -1) return code == '/' ? (long)(0ul - x) : 0;
    return code == '/' ? a / b : a % b;
  }
}

static long binary(struct reader *r, unsigned level) {
  long left = unary(r);
  for (;;) {
    int i = next_operator(r);
    if (i < 0 || operators[i].level < level) return left;
    int code = operators[i].code;
    r->p += strlen(operators[i].text);
    if (code == 'o' || code == 'a') {
      bool decided = (left != 0) == (code == 'o');
      r->idle += decided;
      long right = binary(r, operators[i].level + 1u);
      r->idle -= decided;
      left = decided ? code == 'o' : right != 0;
    } else {
      left = apply(r, code, left, binary(r, operators[i].level + 1u));
    }
  }
}

static long choice(struct reader *r) {
  long condition = binary(r, 1);
  if (!op(r, "?")) return condition;
  sh_deeper();
  r->idle += !condition;
  long yes = assignment(r);
  r->idle -= !condition;
  if (!op(r, ":")) bad(r, "missing :");
  r->idle += condition != 0;
  long no = choice(r);
  r->idle -= condition != 0;
  return condition ? yes : no;
}

static long assignment(struct reader *r) {
  blanks(r);
  const char *name = r->p;
  size_t len = name_length(name);
  if (!len) return choice(r);
  struct reader ahead = {name + len, r->all, 0};
  blanks(&ahead);
  int code = 0;
  const char *p = ahead.p;
  if (*p && strchr("+-*/%&^|", *p) && p[1] == '=') {
    code = *p++;
  } else if ((*p == '<' || *p == '>') && p[1] == *p && p[2] == '=') {
    code = *p == '<' ? 'L' : 'R';
    p += 2;
  }
  if (*p != '=' || p[1] == '=') return choice(r);
  sh_deeper();
  r->p = p + 1;
  long value = assignment(r);
  if (code) value = apply(r, code, value_of(r, name, len), value);
  set(r, name, len, value);
  return value;
}

long arith(const char *text) {
  struct reader r = {text, text, 0};
  blanks(&r);
  if (!*r.p) return 0;
  long value = assignment(&r);
  while (op(&r, ",")) value = assignment(&r);
  blanks(&r);
  if (*r.p) bad(&r, "syntax error");
  return value;
}

/* pith_app: STACK 4096 HEAP 256
 *
 * Writes its operands in a format. %d %i %o %u %x %X %c %s %b %% with flags, width and precision, which may be *; escapes as in C; the
 * format is used again while there are operands. A number may be hexadecimal, octal or 'c. No floating point. */
#include <string.h>
#include "util.h"

const char util_name[] = "printf", util_synopsis[] = "FORMAT [WORD...]";

static char **words;
static int status;

static int digit(char c, unsigned base) {
  unsigned d = c >= '0' && c <= '9' ? (unsigned)(c - '0') : (unsigned)((c | 32) - 'a') + 10;
  return d < base ? (int)d : -1;
}

static int number(const char **s, unsigned base, int most) {
  int value = 0;
  for (; most-- && digit(**s, base) >= 0; ++*s) value = value * (int)base + digit(**s, base);
  return value;
}

/* What is behind a backslash; -1: \c, which ends all output. In %b octal numbers begin with 0. */
static int escape(const char **s, bool in_b) {
  static const char letters[] = "abefnrtv\\\"", values[] = "\a\b\033\f\n\r\t\v\\\"";
  char c = **s;
  const char *known = c ? strchr(letters, c) : NULL;
  if (c == 'c' || !c) return c ? -1 : '\\';
  if (known) return ++*s, values[known - letters];
  if (c == 'x' && digit((*s)[1], 16) >= 0) return ++*s, number(s, 16, 2);
  if (c == '0' && in_b) return ++*s, number(s, 8, 3);
  if (c >= '0' && c <= '7') return number(s, 8, 3);
  return '\\'; /* the character itself follows */
}

struct field {
  bool left, zero, plus, space, alternative;
  int width, precision;
};

static void pad(char c, int n) {
  while (n-- > 0) put_char(c);
}

static void put_padded(const struct field *f, const char *s, size_t length) {
  if (!f->left) pad(' ', f->width - (int)length);
  put(s, length);
  if (f->left) pad(' ', f->width - (int)length);
}

static const char *next_word(void) { return *words ? *words++ : ""; }

/* The number at the start of a text, and what is behind it; NULL: there is none, or it is too large. */
static const char *leading_number(const char *s, unsigned long long *value) {
  const unsigned base = s[0] != '0' ? 10 : (s[1] | 32) == 'x' ? 16 : 8;
  const char *first = base == 16 ? s += 2 : s;
  for (*value = 0; digit(*s, base) >= 0; s++) {
    unsigned d = (unsigned)digit(*s, base);
    if (*value > (~0ull - d) / base) return NULL;
    *value = *value * base + d;
  }
  return s == first ? NULL : s;
}

static unsigned long long next_number(bool *negative) {
  const char *s = next_word();
  unsigned long long value = 0;
  *negative = false;
  if (*s == '\'' || *s == '"') return (unsigned char)s[1];
  if (!*s) return 0;
  *negative = *s == '-';
  const char *rest = leading_number(s + (*s == '-' || *s == '+'), &value);
  if (rest && !*rest) return value;
  complain(s, "not a number");
  status = 1;
  return rest ? value : 0;
}

static void put_integer(struct field *f, char c) {
  bool negative;
  unsigned long long value = next_number(&negative);
  bool is_signed = c == 'd' || c == 'i';
  char digits[24];
  const char *sign = "";
  if (negative && !is_signed) value = 0 - value;
  if (is_signed) sign = negative ? "-" : f->plus ? "+" : f->space ? " " : "";
  else if (f->alternative && value) sign = c == 'x' ? "0x" : c == 'X' ? "0X" : c == 'o' ? "0" : "";
  char *s = format_number(value, c == 'o' ? 8 : (c | 32) == 'x' ? 16 : 10, digits);
  if (c == 'X')
    for (char *p = s; *p; p++)
      if (*p >= 'a') *p -= 32;
  int length = (int)strlen(s), marks = (int)strlen(sign);
  if (f->precision == 0 && !value) length = 0;
  int zeros = f->precision > length ? f->precision - length : 0;
  if (f->precision < 0 && f->zero && !f->left && f->width > length + marks) zeros = f->width - length - marks;
  int space = f->width - length - zeros - marks;
  if (!f->left) pad(' ', space);
  put_text(sign);
  pad('0', zeros);
  put(s, (size_t)length);
  if (f->left) pad(' ', space);
}

/* False: \c came. The width counts what is written. */
static bool put_escaped(const struct field *f, const char *s) {
  char text[256];
  size_t n = 0;
  bool padded = f->width || f->precision >= 0, go_on = true;
  while (*s && go_on) {
    int c = *s++;
    if (c == '\\') {
      c = escape(&s, true);
      if (c < 0) {
        go_on = false;
        break;
      }
    }
    if (!padded) put_char(c);
    else if (n < sizeof text) text[n++] = (char)c;
  }
  if (f->precision >= 0 && (size_t)f->precision < n) n = (size_t)f->precision;
  if (padded) put_padded(f, text, n);
  return go_on;
}

static int star_or_digits(const char **s) {
  bool negative;
  int value = 0;
  if (**s == '*') {
    ++*s;
    unsigned long long v = next_number(&negative);
    if (v > 100000) v = 100000;
    return negative ? -(int)v : (int)v;
  }
  for (; **s >= '0' && **s <= '9'; ++*s)
    if (value < 100000) value = value * 10 + **s - '0';
  return value;
}

static const char *conversion(const char *s) {
  struct field f = {.precision = -1};
  for (;; s++) {
    if (*s == '-') f.left = true;
    else if (*s == '0') f.zero = true;
    else if (*s == '+') f.plus = true;
    else if (*s == ' ') f.space = true;
    else if (*s == '#') f.alternative = true;
    else break;
  }
  f.width = star_or_digits(&s);
  if (f.width < 0) f.left = true, f.width = -f.width;
  if (*s == '.') s++, f.precision = star_or_digits(&s);
  while (*s == 'l' || *s == 'h') s++;
  char c = *s;
  if (c == '%') put_char('%');
  else if (c == 's') {
    const char *word = next_word();
    put_padded(&f, word, f.precision < 0 ? strlen(word) : strnlen(word, (size_t)f.precision));
  } else if (c == 'c') {
    const char *word = next_word();
    put_padded(&f, word, *word != 0);
  } else if (c == 'b') {
    if (!put_escaped(&f, next_word())) return NULL;
  } else if (c && strchr("diouxX", c)) put_integer(&f, c);
  else fail((char[]){'%', c, 0}, c && strchr("eEfFgGaA", c) ? "no floating point" : "no such conversion");
  return s + 1;
}

int main(int argc, char **argv) {
  int first = argc > 1 && strcmp(argv[1], "--") == 0 ? 2 : 1;
  if (first >= argc) usage(NULL, "no format given");
  words = argv + first + 1;
  char **before;
  do {
    before = words;
    for (const char *s = argv[first]; *s;) {
      int c = *s++;
      if (c == '%') {
        if (!(s = conversion(s))) return finish(status);
        continue;
      }
      if (c == '\\' && (c = escape(&s, false)) < 0) return finish(status);
      put_char(c);
    }
  } while (*words && words != before);
  return finish(status);
}

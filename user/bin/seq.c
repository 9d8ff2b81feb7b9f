/* pith_app: STACK 4096 HEAP 256
 *
 * Numbers in steps, with decimals if the operands have them. -s STRING: between them; -w: all of one width, with zeros in front. */
#include <string.h>
#include "util.h"

const char util_name[] = "seq", util_synopsis[] = "[-w] [-s STRING] [FIRST [STEP]] LAST";

enum { MOST_DECIMALS = 9 };
static int decimals; /* the most that an operand has */

static const char *point(const char *s) {
  s = strchr(s, '.');
  return s ? s + 1 : "";
}

/* In units of the last decimal. */
static long long scaled(const char *s) {
  bool negative = *s == '-';
  const char *digits = s + (*s == '-' || *s == '+');
  char whole[40];
  size_t n = strcspn(digits, "."), part = strlen(point(digits));
  unsigned long long value;
  if (n + (size_t)decimals < sizeof whole && n + part) {
    memcpy(whole, digits, n);
    memcpy(whole + n, point(digits), part);
    memset(whole + n + part, '0', (size_t)decimals - part);
    whole[n + (size_t)decimals] = 0;
    if (parse_number(whole, 10, &value) && value <= INT64_MAX)
      return negative ? -(long long)value : (long long)value;
  }
  usage(s, "not a number, or too large");
}

/* The sign, then at least width digits. */
static const char *text(long long value, int width, char to[48]) {
  char digits[24], *p = to + 47;
  const char *s =
      format_number(value < 0 ? 0 - (unsigned long long)value : (unsigned long long)value, 10, digits);
  const char *end = digits + 23;
  *p = 0;
  for (int i = 0; i < width || end > s || i <= decimals; i++) {
    if (decimals && i == decimals) *--p = '.';
    *--p = end > s ? *--end : '0';
  }
  if (value < 0) *--p = '-';
  return p;
}

/* Digits that the number needs before it is padded; its sign counts. */
static int digits_of(long long value) {
  char to[48];
  return (int)strlen(text(value, 0, to)) - (decimals != 0);
}

int main(int argc, char **argv) {
  const char *between = "\n", *words[3] = {"1", "1"};
  bool same_width = false;
  while (option_at < argc && argv[option_at][0] == '-' && !strchr(".0123456789", argv[option_at][1])) {
    int c = option(argc, argv, "ws:");
    if (c == -1) break;
    if (c == 'w') same_width = true;
    else between = option_value;
  }
  argv += option_at;
  argc -= option_at;
  if (argc < 1) usage(NULL, "no number given");
  if (argc > 3) usage(argv[3], "one operand too many");
  words[2] = argv[argc - 1];
  if (argc > 1) words[0] = argv[0];
  if (argc > 2) words[1] = argv[1];
  for (int i = 0; i < 3; i++) {
    size_t n = strlen(point(words[i]));
    if (n > MOST_DECIMALS) usage(words[i], "too many decimals");
    if ((int)n > decimals) decimals = (int)n;
  }
  long long first = scaled(words[0]), step = scaled(words[1]), last = scaled(words[2]), value = first;
  if (!step) usage(words[1], "a step of nothing");
  int width = 0, other;
  if (same_width)
    width = digits_of(first), other = digits_of(last - (last - first) % step),
    width = other > width ? other : width;
  for (bool later = false; step > 0 ? value <= last : value >= last; later = true) {
    char to[48];
    put_text(later ? between : "");
    put_text(text(value, width - (value < 0), to));
    if (__builtin_add_overflow(value, step, &value)) break;
  }
  if (step > 0 ? first <= last : first >= last) put_char('\n');
  return finish(0);
}

/* pith_app: STACK 4096 HEAP 256
 *
 * Writes its operands. -n: no newline; -e: escapes (\a \b \c \e \f \n \r \t \v \\ \0ooo \xhh); -E: none. */
#include <string.h>
#include "util.h"

const char util_name[] = "echo", util_synopsis[] = "[-neE] [WORD...]";

static int number(const char **s, unsigned base, int most) {
  int value = 0;
  for (; most-- && **s; ++*s) {
    unsigned digit = **s >= '0' && **s <= '9' ? (unsigned)(**s - '0') : (unsigned)((**s | 32) - 'a') + 10;
    if (digit >= base || (**s > '9' && (**s | 32) < 'a')) break;
    value = value * (int)base + (int)digit;
  }
  return value;
}

/* False after \c: nothing more is written. */
static bool put_escaped(const char *s) {
  static const char letters[] = "abefnrtv\\", values[] = "\a\b\033\f\n\r\t\v\\";
  while (*s) {
    const char *known;
    if (*s != '\\' || !s[1]) {
      put_char(*s++);
      continue;
    }
    char c = s[1];
    s += 2;
    if (c == 'c') return false;
    if (c == '0') put_char(number(&s, 8, 3));
    else if (c == 'x' && strchr("0123456789abcdefABCDEF", *s) && *s) put_char(number(&s, 16, 2));
    else if ((known = strchr(letters, c))) put_char(values[known - letters]);
    else put_char('\\'), put_char(c);
  }
  return true;
}

int main(int argc, char **argv) {
  bool newline = true, escapes = false;
  int i = 1;
  for (; i < argc && argv[i][0] == '-' && argv[i][1] && !argv[i][1 + strspn(argv[i] + 1, "neE")]; i++)
    for (const char *s = argv[i] + 1; *s; s++) {
      if (*s == 'n') newline = false;
      else escapes = *s == 'e';
    }
  for (int first = i; i < argc; i++) {
    if (i > first) put_char(' ');
    if (!escapes) put_text(argv[i]);
    else if (!put_escaped(argv[i])) return finish(0);
  }
  if (newline) put_char('\n');
  return finish(0);
}

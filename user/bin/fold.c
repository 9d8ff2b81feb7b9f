/* pith_app: STACK 4096 HEAP 8192
 *
 * Breaks lines that are longer than 80 columns. -w N: than N; -b: counts bytes; -s: behind the last blank that fits. */
#include <string.h>
#include "util.h"

const char util_name[] = "fold", util_synopsis[] = "[-bs] [-w WIDTH] [FILE...]";

static bool bytes, at_blanks;
static unsigned long long width = 80;

static unsigned long long column_after(unsigned long long column, int c) {
  if (bytes) return column + 1;
  if (c == '\t') return (column | 7) + 1;
  if (c == '\b') return column ? column - 1 : 0;
  return c == '\r' ? 0 : column + ((c & 0xc0) != 0x80);
}

static unsigned long long columns_of(const char *s, size_t n) {
  unsigned long long column = 0;
  for (size_t i = 0; i < n; i++) column = column_after(column, (unsigned char)s[i]);
  return column;
}

/* Writes what is held, up to behind the last blank if that is asked for and there is one; the rest stays. */
static void put_part(struct line *l) {
  size_t n = l->length;
  if (at_blanks)
    while (n && l->text[n - 1] != ' ' && l->text[n - 1] != '\t') n--;
  if (!n) n = l->length;
  put(l->text, n);
  put_char('\n');
  l->length -= n;
  memmove(l->text, l->text + n, l->length);
}

static bool fold(struct input *in) {
  static struct line held;
  unsigned long long column = 0;
  held.length = 0;
  for (int c; (c = input_byte(in)) >= 0;) {
    if (c == '\n') {
      put(held.text, held.length);
      put_char('\n');
      held.length = 0, column = 0;
      continue;
    }
    while (held.length && column_after(column, c) > width) {
      put_part(&held);
      column = columns_of(held.text, held.length);
    }
    line_add(&held, &(char){(char)c}, 1);
    column = column_after(column, c);
  }
  put(held.text, held.length);
  return true;
}

int main(int argc, char **argv) {
  for (int c; (c = option(argc, argv, "bsw:")) != -1;) {
    if (c == 'b') bytes = true;
    else if (c == 's') at_blanks = true;
    else width = number_argument(option_value, option_value, UINT32_MAX);
  }
  if (!width) usage("0", "not a width");
  return finish(each_file(argv + option_at, fold));
}

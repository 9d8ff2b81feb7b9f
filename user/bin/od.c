/* pith_app: STACK 4096 HEAP 256
 *
 * Shows bytes. -A d|o|x|n: how offsets are written; -t TYPE: a, c, or d o u x with 1, 2, 4 or 8 bytes; -a -b -c -d -o -x: -t a o1 c u2 o2 x2;
 * -j N: skips bytes; -N N: at most so many; -w N: so many in a line; -v: equal lines too, instead of a *. */
#include <string.h>
#include "util.h"

const char util_name[] = "od",
           util_synopsis[] = "[-abcdovx] [-A d|o|x|n] [-t TYPE]... [-j SKIP] [-N COUNT] [-w WIDTH] [FILE...]";

enum { TYPES = 4, WIDTH_MOST = 64 };
static struct {
  char kind;
  unsigned size;
} types[TYPES];
static int type_count;
static char address_base = 'o';
static unsigned width = 16;
static unsigned long long skip, most = UINT64_MAX;
static bool all;

static void add_type(const char *s) {
  while (*s) {
    if (type_count == TYPES) usage(s, "too many types");
    char kind = *s++;
    unsigned size = 1;
    if (!strchr("acdoux", kind)) usage(s - 1, "no such type");
    if (kind != 'a' && kind != 'c') {
      size = 4;
      const char *letters = "C1S2I4L8", *known = *s ? strchr(letters, *s) : NULL;
      if (known) size = (unsigned)letters[(known - letters) | 1] - '0', s++;
    }
    types[type_count].kind = kind;
    types[type_count++].size = size;
  }
}

static void put_address(unsigned long long at) {
  if (address_base == 'n') return;
  if (address_base == 'd') put_format("%07llu", at);
  else if (address_base == 'x') put_format("%06llx", at);
  else put_format("%07llo", at);
}

static void put_character(char kind, unsigned char c) {
  static const char letters[] = "\0\a\b\t\n\v\f\r", marks[] = "0abtnvfr";
  static const char names[] =
      "nulsohstxetxeotenqackbel bs ht nl vt ff cr so sidledc1dc2dc3dc4naksynetbcan emsubesc fs gs rs us sp";
  if (kind == 'a') {
    c &= 127;
    if (c <= ' ') put_format(" %.3s", names + 3 * c);
    else if (c == 127) put_text(" del");
    else put_format("   %c", c);
    return;
  }
  const char *known = memchr(letters, c, sizeof marks - 1);
  if (known) put_format("  \\%c", marks[known - letters]);
  else if (c >= 32 && c < 127) put_format("   %c", c);
  else put_format(" %03o", c);
}

static void put_value(char kind, unsigned size, const unsigned char *p) {
  static const unsigned char widths[][9] = {
      {0, 3, 6, 0, 11, 0, 0, 0, 22}, {0, 4, 6, 0, 11, 0, 0, 0, 20}, {0, 3, 5, 0, 10, 0, 0, 0, 20}};
  unsigned long long value = 0;
  for (unsigned i = size; i-- > 0;) value = value << 8 | p[i];
  if (kind == 'x') put_format(" %0*llx", (int)size * 2, value);
  else if (kind == 'o') put_format(" %0*llo", widths[0][size], value);
  else if (kind == 'u') put_format(" %*llu", widths[2][size], value);
  else {
    unsigned unused = 64 - 8 * size;
    put_format(" %*lld", widths[1][size], (long long)(value << unused) >> unused);
  }
}

static void put_line(const unsigned char *line, unsigned length, unsigned long long at) {
  for (int t = 0; t < type_count; t++) {
    if (!t) put_address(at);
    else if (address_base != 'n') put_text(address_base == 'x' ? "      " : "       ");
    for (unsigned i = 0; i < length; i += types[t].size) {
      if (types[t].kind == 'a' || types[t].kind == 'c') put_character(types[t].kind, line[i]);
      else put_value(types[t].kind, types[t].size, line + i);
    }
    put_char('\n');
  }
}

static unsigned char lines[2][WIDTH_MOST + 8];
static unsigned used, now;
static unsigned long long at;
static bool starred, first = true;

static void end_line(void) {
  memset(lines[now] + used, 0, 8);
  if (!all && !first && used == width && memcmp(lines[0], lines[1], width) == 0) {
    if (!starred) put_text("*\n");
    starred = true;
  } else {
    put_line(lines[now], used, at);
    starred = first = false;
    now = !now;
  }
  at += used;
  used = 0;
}

static bool dump(struct input *in) {
  for (int c; most && (c = input_byte(in)) >= 0;) {
    if (skip) {
      skip--;
      at++;
      continue;
    }
    lines[now][used++] = (unsigned char)c;
    most--;
    if (used == width) end_line();
  }
  return true;
}

static unsigned long long count_argument(const char *s) {
  unsigned long long value;
  if (s[0] == '0' && (s[1] | 32) == 'x') {
    if (parse_number(s + 2, 16, &value)) return value;
    usage(s, "not a number");
  }
  return number_argument(s, s, INT64_MAX);
}

int main(int argc, char **argv) {
  for (int c; (c = option(argc, argv, "A:t:j:N:w:abcdoxv")) != -1;) switch (c) {
    case 'A':
      address_base = *option_value;
      if (strlen(option_value) != 1 || !strchr("doxn", address_base)) usage(option_value, "not d, o, x or n");
      break;
    case 't': add_type(option_value); break;
    case 'j': skip = count_argument(option_value); break;
    case 'N': most = count_argument(option_value); break;
    case 'w': width = (unsigned)number_argument(option_value, option_value, WIDTH_MOST); break;
    case 'a': add_type("a"); break;
    case 'b': add_type("o1"); break;
    case 'c': add_type("c"); break;
    case 'd': add_type("u2"); break;
    case 'o': add_type("o2"); break;
    case 'x': add_type("x2"); break;
    default: all = true;
    }
  if (!type_count) add_type("o2");
  for (int t = 0; t < type_count; t++)
    if (!width || width % types[t].size) usage(NULL, "the width is no multiple of the types' sizes");
  int status = each_file(argv + option_at, dump);
  if (skip) fail(NULL, "skipped beyond the end");
  if (used) end_line();
  if (address_base != 'n') put_address(at), put_char('\n');
  return finish(status);
}

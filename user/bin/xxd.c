/* Hexadecimal and back. -r: back, from what this writes, or with -p from digits alone; -p: digits alone; -c N: bytes in a line (16, with
 * -p 30); -g N: in a group (2); -l N: at most so many; -s N: skips; -u: capital letters. */
#include <string.h>
#include <unistd.h>
#include "util.h"

const char util_name[] = "xxd",
           util_synopsis[] = "[-r] [-pu] [-c BYTES] [-g BYTES] [-l COUNT] [-s SKIP] [FILE]";

enum { COLUMNS_MOST = 64 };
static bool plain, capital;
static unsigned columns, group = 2;
static unsigned long long most = UINT64_MAX, skip;

static void put_hex(unsigned char c) {
  const char *digits = capital ? "0123456789ABCDEF" : "0123456789abcdef";
  put_char(digits[c >> 4]);
  put_char(digits[c & 15]);
}

static void put_line(const unsigned char *line, unsigned length, unsigned long long at) {
  if (!plain) put_format("%08llx: ", at);
  for (unsigned i = 0; i < (plain ? length : columns); i++) {
    if (i < length) put_hex(line[i]);
    else put_text("  ");
    if (!plain && group && (i + 1) % group == 0) put_char(' ');
  }
  if (!plain) {
    put_text(!group || columns % group ? "  " : " ");
    for (unsigned i = 0; i < length; i++) put_char(line[i] >= 32 && line[i] < 127 ? line[i] : '.');
  }
  put_char('\n');
}

static void dump(struct input *in) {
  unsigned char line[COLUMNS_MOST];
  unsigned used = 0;
  unsigned long long at = 0;
  for (int c; most && (c = input_byte(in)) >= 0;) {
    if (at < skip) {
      at++;
      continue;
    }
    line[used++] = (unsigned char)c;
    most--;
    if (used < columns) continue;
    put_line(line, used, at);
    at += used;
    used = 0;
  }
  if (used) put_line(line, used, at);
}

static int hex(int c) {
  if (c >= '0' && c <= '9') return c - '0';
  c |= 32;
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static void back_plain(struct input *in) {
  for (int c, high = -1; (c = input_byte(in)) >= 0;) {
    if (hex(c) < 0) continue;
    if (high < 0) high = hex(c);
    else put_char(high << 4 | hex(c)), high = -1;
  }
}

/* The digits of a line up to two spaces; between offsets that jump the file has zeros. */
static bool back_line(const char *s, unsigned long long *at) {
  char digits[20];
  size_t n = strspn(s, "0123456789abcdefABCDEF");
  unsigned long long to;
  if (!s[0]) return true;
  if (!n || n >= sizeof digits || s[n] != ':') return false;
  memcpy(digits, s, n);
  digits[n] = 0;
  if (!parse_number(digits, 16, &to) || to < *at) return false;
  for (; *at < to; ++*at) put_char(0);
  for (s += n + 1; *s == ' '; s++) continue;
  for (unsigned i = 0; i < 256; i++) {
    if (hex(s[0]) < 0 || hex(s[1]) < 0) return true;
    put_char(hex(s[0]) << 4 | hex(s[1]));
    ++*at;
    s += 2;
    if (*s == ' ') s++;
    if (*s == ' ') return true;
  }
  return true;
}

static void back(struct input *in) {
  struct line l = {0};
  unsigned long long at = 0;
  while (input_line(in, &l))
    if (!back_line(l.text, &at)) fail(l.text, "not a line of a dump");
}

int main(int argc, char **argv) {
  static struct input in;
  bool backwards = false;
  for (int c; (c = option(argc, argv, "rpuc:g:l:s:")) != -1;) switch (c) {
    case 'r': backwards = true; break;
    case 'p': plain = true; break;
    case 'u': capital = true; break;
    case 'c': columns = (unsigned)number_argument(option_value, option_value, COLUMNS_MOST); break;
    case 'g': group = (unsigned)number_argument(option_value, option_value, COLUMNS_MOST); break;
    case 'l': most = number_argument(option_value, option_value, UINT64_MAX); break;
    case 's': skip = number_argument(option_value, option_value, UINT64_MAX); break;
    }
  if (!columns) columns = plain ? 30 : 16;
  if (argc - option_at > 1) usage(argv[option_at + 1], "one file only");
  if (!input_open(&in, option_at < argc ? argv[option_at] : "-")) return 2;
  if (!backwards) dump(&in);
  else if (plain) back_plain(&in);
  else back(&in);
  return finish(in.bad ? 2 : 0);
}

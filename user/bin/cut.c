/* Parts of each line. -b LIST -c LIST: bytes, characters (UTF-8); -f LIST: fields, between -d (tab); -s: no lines without a
 * delimiter. LIST: N, N-M, N-, -M, joined by commas. --complement is not known. */
#include <string.h>
#include "util.h"

const char util_name[] = "cut", util_synopsis[] = "-b LIST | -c LIST | -f LIST [-d CHARACTER] [-s] [FILE...]";

enum { RANGES = 32 };
static struct { uint32_t from, to; } ranges[RANGES];
static int count;
static char kind, delimiter = '\t';
static bool only_delimited;

static uint32_t list_number(const char **s, uint32_t none) {
  const char *start = *s;
  uint64_t value = 0;
  for (; **s >= '0' && **s <= '9'; ++*s)
    if (value <= UINT32_MAX) value = value * 10 + (uint64_t)(**s - '0');
  if (*s == start) return none;
  if (!value || value > UINT32_MAX) usage(start, "positions begin at 1");
  return (uint32_t)value;
}

static void parse_list(const char *s) {
  for (;;) {
    const char *start = s;
    if (count == RANGES) usage(s, "too many ranges");
    uint32_t from = list_number(&s, 0), to = from;
    if (*s == '-') {
      s++;
      to = list_number(&s, UINT32_MAX);
      if (s == start + 1) usage(start, "a range without an end");
      if (!from) from = 1;
    }
    if (!from || to < from || (*s && *s != ',')) usage(start, "not a list of ranges");
    ranges[count].from = from;
    ranges[count++].to = to;
    if (!*s++) return;
  }
}

static bool wanted(uint32_t position) {
  for (int i = 0; i < count; i++)
    if (position >= ranges[i].from && position <= ranges[i].to) return true;
  return false;
}

static void cut_positions(const struct line *l) {
  uint32_t position = 0;
  for (size_t i = 0; i < l->length; i++) {
    if (kind == 'b' || (l->text[i] & 0xc0) != 0x80) position++;
    if (wanted(position)) put_char(l->text[i]);
  }
  put_char('\n');
}

static void cut_fields(const struct line *l) {
  uint32_t field = 1;
  bool written = false;
  if (!memchr(l->text, delimiter, l->length)) {
    if (!only_delimited) put(l->text, l->length), put_char('\n');
    return;
  }
  for (size_t at = 0; at <= l->length; field++) {
    const char *end = memchr(l->text + at, delimiter, l->length - at);
    size_t n = end ? (size_t)(end - l->text) - at : l->length - at;
    if (wanted(field)) {
      if (written) put_char(delimiter);
      put(l->text + at, n);
      written = true;
    }
    at += n + 1;
  }
  put_char('\n');
}

static bool cut(struct input *in) {
  static struct line l;
  while (input_line(in, &l)) kind == 'f' ? cut_fields(&l) : cut_positions(&l);
  return true;
}

int main(int argc, char **argv) {
  for (int c; (c = option(argc, argv, "b:c:f:d:sn")) != -1;) {
    if (c == 'd') {
      if (strlen(option_value) != 1) usage(option_value, "a delimiter is one character");
      delimiter = *option_value;
    } else if (c == 's') {
      only_delimited = true;
    } else if (c != 'n') {
      if (kind) usage(option_value, "one list only");
      kind = (char)c;
      parse_list(option_value);
    }
  }
  if (!kind) usage(NULL, "no list given");
  return finish(each_file(argv + option_at, cut));
}

/* pith_app: STACK 4096 HEAP 8192
 *
 * Numbers lines. -b a: all, t: those with text (as without it), n: none, pPATTERN: those that a basic expression matches; -h -f: the same
 * for headers and footers (n); -v N: the first (1), -i N: the step (1), -w N: the width (6), -s TEXT: what follows (tab), -n ln|rn|rz:
 * left, right, with zeros; -l N: of so many empty lines in a row one counts; -p: pages go on counting; -d CC: instead of \: in the lines
 * \:\:\: \:\: \: that a header, a body, a footer begin with. */
#include <string.h>
#include "pattern.h"
#include "util.h"

const char util_name[] = "nl",
           util_synopsis[] =
               "[-p] [-b TYPE] [-h TYPE] [-f TYPE] [-d CC] [-i STEP] [-l LINES] [-n FORM] [-s TEXT] "
               "[-v FIRST] [-w WIDTH] [FILE]";

enum { FOOTER, BODY, HEADER, SECTIONS };
static struct type {
  char letter;
  struct pattern *pattern;
} types[SECTIONS] = {{'n', NULL}, {'t', NULL}, {'n', NULL}};

static char mark[2] = {'\\', ':'};
static const char *separator = "\t", *form = "rn";
static long long first = 1, step = 1;
static unsigned width = 6, blank_lines = 1;
static bool goes_on;

static void set_type(struct type *t, const char *s) {
  const char *error;
  if (!*s || !strchr("atnp", *s) || (*s != 'p' && s[1])) usage(s, "not a type of lines");
  t->letter = *s;
  if (*s == 'p' && !(t->pattern = pattern_new(s + 1, strlen(s + 1), PATTERN_NO_GROUPS, &error)))
    fail(s + 1, error);
}

static long long integer(const char *s) {
  bool negative = *s == '-';
  long long value = (long long)number_argument(s, s + negative, INT32_MAX);
  return negative ? -value : value;
}

/* Of a line that begins a section, which; -1: it is text. */
static int section_of(const struct line *l) {
  if (l->length % 2 || l->length > 2 * SECTIONS) return -1;
  for (size_t i = 0; i < l->length; i++)
    if (l->text[i] != mark[i % 2]) return -1;
  return (int)l->length / 2 - 1;
}

static bool is_numbered(const struct type *t, const struct line *l) {
  static unsigned empty;
  struct span groups[PATTERN_GROUPS];
  const char *error;
  empty = l->length ? 0 : empty + 1;
  switch (t->letter) {
  case 't': return l->length;
  case 'n': return false;
  case 'a':
    if (l->length) return true;
    if (empty < blank_lines) return false;
    empty = 0;
    return true;
  }
  int r = pattern_match(t->pattern, l->text, l->length, 0, groups, &error);
  if (r < 0) fail(NULL, error);
  return r;
}

static void put_number(long long n) {
  bool negative = n < 0;
  if (*form == 'l') put_format("%-*lld", (int)width, n);
  else if (form[1] == 'n') put_format("%*lld", (int)width, n);
  else
    put_format(negative ? "-%0*llu" : "%0*llu", (int)width - negative,
               (unsigned long long)(negative ? -n : n));
}

static bool number_lines(struct input *in) {
  struct line l = {0};
  int section = BODY;
  long long n = first;
  while (input_line(in, &l)) {
    int begins = section_of(&l);
    if (begins >= 0) {
      if (begins >= section && !goes_on) n = first; /* a new page */
      section = begins;
    } else if (is_numbered(&types[section], &l)) {
      put_number(n);
      put_text(separator);
      n += step;
    } else {
      put_format("%*s", (int)(width + strlen(separator)), "");
    }
    if (begins < 0) put(l.text, l.length);
    put_char('\n');
  }
  return true;
}

static void set_form(const char *s) {
  form = s;
  if (strcmp(s, "ln") != 0 && strcmp(s, "rn") != 0 && strcmp(s, "rz") != 0) usage(s, "not ln, rn or rz");
}

static void set_mark(const char *s) {
  mark[0] = s[0];
  if (*s && s[1]) mark[1] = s[1];
  if (!*s || (s[1] && s[2])) usage(s, "not one or two characters");
}

int main(int argc, char **argv) {
  for (int c; (c = option(argc, argv, "b:h:f:d:i:l:n:s:v:w:p")) != -1;) switch (c) {
    case 'b': set_type(&types[BODY], option_value); break;
    case 'h': set_type(&types[HEADER], option_value); break;
    case 'f': set_type(&types[FOOTER], option_value); break;
    case 'd': set_mark(option_value); break;
    case 'i': step = integer(option_value); break;
    case 'l': blank_lines = (unsigned)number_argument(option_value, option_value, INT32_MAX); break;
    case 'n': set_form(option_value); break;
    case 's': separator = option_value; break;
    case 'v': first = integer(option_value); break;
    case 'w': width = (unsigned)number_argument(option_value, option_value, 1000); break;
    default: goes_on = true;
    }
  if (!width) usage("0", "not a width");
  return finish(each_file(argv + option_at, number_lines));
}

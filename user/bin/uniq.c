/* Drops lines that repeat the one before. -c: says how often; -d: only lines that repeat; -u: only those that do not; -i: letters of
 * either case are equal; -f N -s N: skips fields, then bytes, before it compares. */
#include <fcntl.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>
#include "util.h"

const char util_name[] = "uniq", util_synopsis[] = "[-cdiu] [-f FIELDS] [-s BYTES] [INPUT [OUTPUT]]";

static bool counts, repeated, single, either_case;
static size_t fields, bytes;

static bool is_blank(char c) { return c == ' ' || c == '\t'; }

static size_t key(const struct line *l) {
  size_t at = 0;
  for (size_t n = 0; n < fields && at < l->length; n++) {
    while (at < l->length && is_blank(l->text[at])) at++;
    while (at < l->length && !is_blank(l->text[at])) at++;
  }
  return bytes < l->length - at ? at + bytes : l->length;
}

static bool equal(const struct line *a, const struct line *b) {
  size_t x = key(a), y = key(b), n = a->length - x;
  if (n != b->length - y) return false;
  return either_case ? strncasecmp(a->text + x, b->text + y, n) == 0
                     : memcmp(a->text + x, b->text + y, n) == 0;
}

static void show(const struct line *l, unsigned long times) {
  if (times > 1 ? single : repeated) return;
  if (counts) put_format("%7lu ", times);
  put(l->text, l->length);
  put_char('\n');
}

int main(int argc, char **argv) {
  static struct input in;
  static struct line lines[2];
  for (int c; (c = option(argc, argv, "cdiuf:s:")) != -1;) {
    if (c == 'c') counts = true;
    else if (c == 'd') repeated = true;
    else if (c == 'u') single = true;
    else if (c == 'i') either_case = true;
    else *(c == 'f' ? &fields : &bytes) = (size_t)number_argument(option_value, option_value, INT32_MAX);
  }
  argv += option_at;
  if (argc - option_at > 2) usage(argv[2], "one operand too many");
  if (!input_open(&in, argv[0] ? argv[0] : "-")) return 1;
  if (argv[0] && argv[1] && strcmp(argv[1], "-") != 0) {
    output_fd = open(argv[1], O_WRONLY | O_CREAT | O_TRUNC, 0666);
    if (output_fd < 0) fail_errno(argv[1]);
  }
  unsigned long times = 0;
  int now = 0;
  for (; input_line(&in, &lines[now]); times++) {
    if (times && equal(&lines[0], &lines[1])) continue; /* the next one is read over this */
    if (times) show(&lines[!now], times);
    now = !now;
    times = 0;
  }
  if (times) show(&lines[!now], times);
  return finish(in.bad);
}

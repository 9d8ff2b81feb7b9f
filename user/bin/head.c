/* pith_app: STACK 4096 HEAP 256
 *
 * Writes the beginning of files. -n N: lines (10); -c N: bytes; -N: -n N; -q -v: never, always with names. */
#include <string.h>
#include "util.h"

const char util_name[] = "head", util_synopsis[] = "[-n LINES | -c BYTES] [-qv] [FILE...]";

static unsigned long long count = 10;
static bool bytes, names;

static bool head(struct input *in) {
  static bool later;
  if (names) put_format("%s==> %s <==\n", later ? "\n" : "", in->name);
  later = true;
  for (unsigned long long n = 0; n < count;) {
    int c = input_byte(in);
    if (c < 0) break;
    put_char(c);
    n += bytes || c == '\n';
  }
  return true;
}

int main(int argc, char **argv) {
  int quiet = 0;
  bool old = argc > 1 && argv[1][0] == '-' && argv[1][1] >= '0' && argv[1][1] <= '9';
  if (old) {
    count = number_argument(argv[1], argv[1] + 1, UINT64_MAX);
    option_at = 2;
  }
  for (int c; (c = option(argc, argv, "n:c:qv")) != -1;) {
    if (c == 'q' || c == 'v') quiet = c;
    else count = number_argument(option_value, option_value, UINT64_MAX), bytes = c == 'c';
  }
  names = quiet ? quiet == 'v' : argc - option_at > 1;
  return finish(each_file(argv + option_at, head));
}

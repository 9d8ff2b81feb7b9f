/* pith_app: STACK 4096 HEAP 256
 *
 * Compares two files byte by byte: 0 equal, 1 not, 2 trouble. -l: every difference; -s: says nothing. */
#include "util.h"

const char util_name[] = "cmp", util_synopsis[] = "[-l | -s] FILE1 [FILE2]";

int main(int argc, char **argv) {
  static struct input a, b;
  bool all = false, silent = false, differ = false;
  failure_status = 2;
  for (int c; (c = option(argc, argv, "ls")) != -1;) *(c == 'l' ? &all : &silent) = true;
  argv += option_at;
  argc -= option_at;
  if (argc < 1) usage(NULL, "no file given");
  if (argc > 2) usage(argv[2], "one operand too many");
  if (!input_open(&a, argv[0]) || !input_open(&b, argc > 1 ? argv[1] : "-")) return 2;
  for (unsigned long long at = 1, line = 1;; at++) {
    int x = input_byte(&a), y = input_byte(&b);
    if (a.bad || b.bad) return finish(2);
    if (x < 0 || y < 0) {
      if (x == y) return finish(differ);
      if (!silent) complain(x < 0 ? a.name : b.name, "ends first");
      return finish(1);
    }
    if (x != y) {
      differ = true;
      if (all) put_format("%llu %3o %3o\n", at, x, y);
      else if (!silent) put_format("%s %s differ: byte %llu, line %llu\n", a.name, b.name, at, line);
      if (!all) return finish(1);
    }
    line += x == '\n';
  }
}

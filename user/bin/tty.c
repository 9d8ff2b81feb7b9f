/* pith_app: STACK 4096 HEAP 256
 *
 * The name of the terminal on standard input; status 1 if it is none. -s: says nothing. */
#include <unistd.h>
#include "util.h"

const char util_name[] = "tty", util_synopsis[] = "[-s]";

int main(int argc, char **argv) {
  bool silent = false;
  while (option(argc, argv, "s") != -1) silent = true;
  if (option_at != argc) usage(argv[option_at], "no operands are known");
  bool terminal = isatty(0);
  const char *name = terminal ? ttyname(0) : "not a tty";
  if (!silent) put_format("%s\n", name ? name : "/dev/console");
  return finish(!terminal);
}

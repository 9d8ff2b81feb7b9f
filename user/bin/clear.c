/* pith_app: STACK 4096 HEAP 256
 *
 * Clears the terminal. */
#include "util.h"

const char util_name[] = "clear", util_synopsis[] = "";

int main(int argc, char **argv) {
  option(argc, argv, "");
  if (option_at != argc) usage(argv[option_at], "no operands are known");
  put_text("\033[H\033[2J\033[3J");
  return finish(0);
}

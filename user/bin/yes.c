/* pith_app: STACK 4096 HEAP 256
 *
 * Writes its operands, or "y", line after line. */
#include "util.h"

const char util_name[] = "yes", util_synopsis[] = "[WORD...]";

int main(int argc, char **argv) {
  for (;;) {
    if (argc < 2) put_text("y");
    for (int i = 1; i < argc; i++) put_format("%s%s", i > 1 ? " " : "", argv[i]);
    put_char('\n');
  }
}

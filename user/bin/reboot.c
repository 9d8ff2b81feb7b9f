/* pith_app: STACK 4096 HEAP 256
 *
 * Starts the machine again, once what was written to files is safe. */
#include <unistd.h>
#include "sysinfo.h"

const char util_name[] = "reboot", util_synopsis[] = "";

int main(int argc, char **argv) {
  option(argc, argv, "");
  if (option_at != argc) usage(argv[option_at], "no operands are known");
  sync();
  power(POWER_RESET, 0);
  fail_errno(NULL);
}

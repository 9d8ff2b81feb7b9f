/* pith_app: STACK 4096 HEAP 256
 *
 * Ends the run of the machine, once what was written to files is safe, with a status where something takes one: 0 to 255. */
#include <unistd.h>
#include "sysinfo.h"

const char util_name[] = "poweroff", util_synopsis[] = "[STATUS]";

int main(int argc, char **argv) {
  option(argc, argv, "");
  int status = 0;
  if (argc - option_at > 1) usage(argv[option_at + 1], "one operand too many");
  if (option_at < argc) status = (int)number_argument(argv[option_at], argv[option_at], 255);
  sync();
  power(POWER_HALT, status);
  fail_errno(NULL);
}

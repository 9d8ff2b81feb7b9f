/* pith_app: STACK 4096 HEAP 256
 *
 * Shows variables of the environment, all or those named; the status is 1 if one is not there. */
#include <stdlib.h>
#include "util.h"

const char util_name[] = "printenv", util_synopsis[] = "[NAME...]";
extern char **environ;

int main(int argc, char **argv) {
  int status = 0;
  option(argc, argv, "");
  for (char **e = environ; !argv[option_at] && *e; e++) put_format("%s\n", *e);
  for (char **name = argv + option_at; *name; name++) {
    const char *value = getenv(*name);
    if (value) put_format("%s\n", value);
    else status = 1;
  }
  return finish(status);
}

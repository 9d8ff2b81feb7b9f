/* pith_app: STACK 4096 HEAP 256
 *
 * Makes FIFOs. -m MODE: octal. */
#include "util.h"

const char util_name[] = "mkfifo", util_synopsis[] = "[-m MODE] FILE...";

int main(int argc, char **argv) {
  mode_t mode = 0666;
  int status = 0;
  while (option(argc, argv, "m:") != -1)
    if (!mode_parse(option_value, &mode)) usage(option_value, "not an octal mode");
  if (option_at == argc) usage(NULL, "no file given");
  for (char **path = argv + option_at; *path; path++)
    if (mkfifo(*path, mode) < 0) complain_errno(*path), status = 1;
  return status;
}

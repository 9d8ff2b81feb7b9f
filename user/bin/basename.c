/* pith_app: STACK 4096 HEAP 256
 *
 * The last name of a path, without a suffix if one is given. -a: all operands are paths; -s SUFFIX: -a, without it. */
#include <string.h>
#include "util.h"

const char util_name[] = "basename", util_synopsis[] = "PATH [SUFFIX] | -a [-s SUFFIX] PATH...";

static void put_name(char *path, const char *suffix) {
  const char *name = base_name(trim_slashes(path));
  size_t n = strlen(name), cut = suffix ? strlen(suffix) : 0;
  if (cut && cut < n && strcmp(name + n - cut, suffix) == 0) n -= cut;
  put(name, n);
  put_char('\n');
}

int main(int argc, char **argv) {
  const char *suffix = NULL;
  bool all = false;
  for (int c; (c = option(argc, argv, "as:")) != -1; all = true)
    if (c == 's') suffix = option_value;
  argv += option_at;
  argc -= option_at;
  if (argc < 1) usage(NULL, "no path given");
  if (!all && argc > 2) usage(argv[2], "one operand too many");
  if (!all && argc == 2) suffix = argv[1], argc = 1;
  for (int i = 0; i < argc; i++) put_name(argv[i], suffix);
  return finish(0);
}

/* Runs a program in a changed environment, or shows it. -i: from an empty one; -u NAME: without it. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "util.h"

const char util_name[] = "env", util_synopsis[] = "[-i] [-u NAME]... [NAME=VALUE]... [PROGRAM [WORD...]]";
extern char **environ;

int main(int argc, char **argv) {
  static char *nothing[] = {NULL};
  for (int c; (c = option(argc, argv, "iu:")) != -1;) {
    if (c == 'i') environ = nothing;
    else if (unsetenv(option_value) < 0) fail_errno(option_value);
  }
  argv += option_at;
  if (*argv && strcmp(*argv, "-") == 0) environ = nothing, argv++;
  for (char *equals; *argv && (equals = strchr(*argv, '=')); argv++) {
    *equals = 0;
    if (setenv(*argv, equals + 1, 1) < 0) fail_errno(*argv);
  }
  if (!*argv) {
    for (char **e = environ; *e; e++) put_format("%s\n", *e);
    return finish(0);
  }
  execvp(*argv, argv);
  int error = errno;
  complain_errno(*argv);
  return error == ENOENT ? 127 : 126;
}

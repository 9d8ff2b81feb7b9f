/* pith_app: STACK 4096 HEAP 1024
 *
 * Makes a new empty file and says its name: TEMPLATE with the Xs at its end replaced, or tmp.XXXXXX in TMPDIR or /tmp. -d: a folder;
 * -p FOLDER: in this one; -u: makes none; -q: says nothing if it fails. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "util.h"

const char util_name[] = "mktemp", util_synopsis[] = "[-dqu] [-p FOLDER] [TEMPLATE]";

int main(int argc, char **argv) {
  static char path[PATH_ROOM];
  bool folder = false, quiet = false, unmake = false;
  const char *in = NULL;
  for (int c; (c = option(argc, argv, "dqup:")) != -1;) {
    if (c == 'd') folder = true;
    else if (c == 'q') quiet = true;
    else if (c == 'u') unmake = true;
    else in = option_value;
  }
  const char *name = argv[option_at];
  if (name && argv[option_at + 1]) usage(argv[option_at + 1], "one operand too many");
  if (!name && !in) in = getenv("TMPDIR");
  if (!name && (!in || !*in)) in = "/tmp";
  if (!name) name = "tmp.XXXXXX";
  size_t n = strlen(name);
  if (n < 6 || strcmp(name + n - 6, "XXXXXX") != 0) usage(name, "does not end in XXXXXX");
  const char *whole = in ? path_join(in, name) : name;
  if (!whole || strlen(whole) >= sizeof path) fail(name, "a name is too long");
  strcpy(path, whole);
  int fd = folder ? -1 : mkstemp(path);
  if (folder ? !mkdtemp(path) : fd < 0) {
    if (quiet) return 1;
    fail_errno(whole);
  }
  if (fd >= 0) close(fd);
  if (unmake) folder ? rmdir(path) : unlink(path);
  put_format("%s\n", path);
  return finish(0);
}

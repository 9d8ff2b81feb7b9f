/* pith_app: STACK 4096 HEAP 256
 *
 * Says who one is: root, as everybody here. -u: the user, -g: the group, -G: all groups, as a number or with -n as a name; -r: accepted. */
#include <string.h>
#include "util.h"

const char util_name[] = "id", util_synopsis[] = "[-u | -g | -G] [-nr] [USER]";

int main(int argc, char **argv) {
  bool name = false, one = false;
  for (int c; (c = option(argc, argv, "ugGnr")) != -1;) {
    if (c == 'n') name = true;
    else if (c != 'r') one = true;
  }
  const char *user = argv[option_at];
  if (user && argv[option_at + 1]) usage(argv[option_at + 1], "one operand too many");
  if (user && strcmp(user, "root") != 0 && strcmp(user, "0") != 0) fail(user, "no such user");
  if (name && !one) usage("-n", "needs -u, -g or -G");
  put_text(!one ? "uid=0(root) gid=0(root) groups=0(root)\n" : name ? "root\n" : "0\n");
  return finish(0);
}

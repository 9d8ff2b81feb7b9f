/* getopt() without stdio: newlib's would bring printf() into every program. */
#include <string.h>
#include "util.h"

int option_at = 1;
char *option_value;
static unsigned inside; /* of argv[option_at]: the letter that is next; 0: none begun */

int option(int argc, char **argv, const char *letters) {
  if (!inside) {
    char *word = option_at < argc ? argv[option_at] : NULL;
    if (!word || word[0] != '-' || !word[1]) return -1;
    if (word[1] == '-' && !word[2]) {
      option_at++;
      return -1;
    }
    inside = 1;
  }
  char *word = argv[option_at];
  char letter = word[inside++], name[] = {'-', letter, 0};
  const char *known = letter == ':' ? NULL : strchr(letters, letter);
  if (letter == '-') usage(word, "unknown option");
  if (!known) usage(name, "unknown option");
  bool last = !word[inside];
  if (known[1] != ':') {
    if (last) option_at++, inside = 0;
    return letter;
  }
  option_value = last ? (option_at + 1 < argc ? argv[option_at + 1] : NULL) : word + inside;
  if (!option_value) usage(name, "needs a value");
  option_at += last ? 2 : 1;
  inside = 0;
  return letter;
}

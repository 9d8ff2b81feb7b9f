/* pith_app: STACK 8192 HEAP 24576
 *
 * Edits lines. -n: writes only what p says; -e SCRIPT, -f FILE: the script, or more of it; -E -r: extended patterns; -i: the files are
 * replaced. Commands: { } = a b c d D g G h H i n N p P q Q r s t T x y : #; addresses: N $ /pattern/ \cpatternc first~step, ranges of
 * two, to +N and from 0; !. s knows g, p, i and a number; \1 to \9, & and \n in what replaces. */
#include <stdlib.h>
#include <string.h>
#include "sed.h"

const char util_name[] = "sed", util_synopsis[] = "[-nEri] SCRIPT | -e SCRIPT | -f FILE... [FILE...]";

static struct line script;

static void add_script(const char *text) {
  if (script.length) line_add(&script, "\n", 1);
  line_add(&script, text, strlen(text));
}

static void add_file(const char *name) {
  static struct input in;
  struct line l = {0};
  if (!input_open(&in, name)) exit(1);
  while (input_line(&in, &l)) add_script(l.text);
  if (in.bad) exit(1);
  input_close(&in);
  free(l.text);
}

int main(int argc, char **argv) {
  bool in_place = false, given = false;
  for (int c; (c = option(argc, argv, "nErie:f:")) != -1;) {
    if (c == 'n') quiet = true;
    else if (c == 'E' || c == 'r') extended = true;
    else if (c == 'i') in_place = true;
    else given = true, c == 'e' ? add_script(option_value) : add_file(option_value);
  }
  if (!given && option_at == argc) usage(NULL, "no script given");
  if (!given) add_script(argv[option_at++]);
  line_add(&script, "", 0);
  parse_script(script.text);
  return finish(run_script(argv + option_at, in_place));
}

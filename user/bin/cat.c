/* pith_app: STACK 4096 HEAP 256
 *
 * Writes files one after the other. -n -b: numbers of lines, of those not empty; -s: empty lines in a row as one; -E -T -v:
 * ends of lines, tabs and what does not print made visible; -e -t: -vE, -vT; -A: all three; -u: nothing. */
#include <unistd.h>
#include "util.h"

const char util_name[] = "cat", util_synopsis[] = "[-AbeEnstTuv] [FILE...]";

static struct { bool number, filled, squeeze, ends, tabs, visible; } options;
static unsigned long lines;
static unsigned empty = 1; /* newlines in a row before this byte; at the start of all: 1 */

static void put_visible(int c) {
  if (c >= 128) put_text("M-"), c -= 128;
  if (c < 32) put_char('^'), c += 64;
  else if (c == 127) put_char('^'), c = '?';
  put_char(c);
}

static void put_byte(int c) {
  bool first = empty > 0;
  if (c == '\n' && first && options.squeeze && empty > 1) return;
  if (first && options.number && (c != '\n' || !options.filled)) put_format("%6lu\t", ++lines);
  empty = c == '\n' ? empty + 1 : 0;
  if (c == '\n') {
    if (options.ends) put_char('$');
    put_char(c);
  } else if (c == '\t' ? options.tabs : options.visible) {
    put_visible(c);
  } else {
    put_char(c);
  }
}

static bool decorated(struct input *in) {
  for (int c; (c = input_byte(in)) >= 0;) put_byte(c);
  return true;
}

static bool plain(struct input *in) { return copy_bytes(in->fd, 1, in->name, "write error"); }

int main(int argc, char **argv) {
  for (int c; (c = option(argc, argv, "AbeEnstTuv")) != -1;) {
    if (c == 'n' || c == 'b') options.number = true;
    if (c == 'b') options.filled = true;
    if (c == 's') options.squeeze = true;
    if (c == 'E' || c == 'e' || c == 'A') options.ends = true;
    if (c == 'T' || c == 't' || c == 'A') options.tabs = true;
    if (c == 'v' || c == 'e' || c == 't' || c == 'A') options.visible = true;
  }
  bool all_plain = !options.number && !options.squeeze && !options.ends && !options.tabs && !options.visible;
  return finish(each_file(argv + option_at, all_plain ? plain : decorated));
}

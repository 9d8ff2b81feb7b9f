/* pith_app: STACK 4096 HEAP 256
 *
 * Counts. -l: lines; -w: words; -c: bytes; -m: characters (UTF-8); -L: the longest line; without any: -lwc. */
#include <string.h>
#include "util.h"

const char util_name[] = "wc", util_synopsis[] = "[-lwmcL] [FILE...]";

enum { LINES, WORDS, CHARACTERS, BYTES, LONGEST, COUNTS };
static bool shown[COUNTS];
static unsigned long long total[COUNTS];
static int width = 7;
static unsigned files;

static void put_counts(const unsigned long long *counts, const char *name) {
  bool first = true;
  for (int i = 0; i < COUNTS; i++) {
    if (!shown[i]) continue;
    put_format(first ? "%*llu" : " %*llu", width, counts[i]);
    first = false;
  }
  put_format("%s%s\n", name ? " " : "", name ? name : "");
}

static bool is_space(int c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

static bool count(struct input *in) {
  unsigned long long n[COUNTS] = {0}, column = 0;
  bool inside = false;
  for (int c; (c = input_byte(in)) >= 0;) {
    n[BYTES]++;
    n[CHARACTERS] += (c & 0xc0) != 0x80;
    if (c == '\n') n[LINES]++;
    if (c == '\n' || c == '\r' || c == '\f') column = 0;
    else if (c == '\t') column = (column | 7) + 1;
    else column += c >= 32 && c != 127 && (c & 0xc0) != 0x80;
    if (column > n[LONGEST]) n[LONGEST] = column;
    bool word = !is_space(c);
    n[WORDS] += word && !inside;
    inside = word;
  }
  put_counts(n, in->fd == 0 && !files ? NULL : in->fd == 0 ? "-" : in->name);
  for (int i = 0; i < COUNTS; i++)
    total[i] = i == LONGEST ? (n[i] > total[i] ? n[i] : total[i]) : total[i] + n[i];
  return true;
}

int main(int argc, char **argv) {
  static const char letters[] = "lwmcL";
  int chosen = 0;
  for (int c; (c = option(argc, argv, letters)) != -1;) shown[strchr(letters, c) - letters] = true;
  for (int i = 0; i < COUNTS; i++) chosen += shown[i];
  if (!chosen) shown[LINES] = shown[WORDS] = shown[BYTES] = true;
  files = (unsigned)(argc - option_at);
  if (chosen == 1 && files < 2) width = 1;
  int status = each_file(argv + option_at, count);
  if (files > 1) put_counts(total, "total");
  return finish(status);
}

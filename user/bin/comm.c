/* pith_app: STACK 4096 HEAP 8192
 *
 * Compares two sorted files line by line: in columns, lines of the first alone, of the second alone, of both. -1 -2 -3: without that
 * column. */
#include <string.h>
#include "util.h"

const char util_name[] = "comm", util_synopsis[] = "[-123] FILE1 FILE2";

static bool hidden[3];

static void put_line(int column, const struct line *l) {
  if (hidden[column]) return;
  for (int i = 0; i < column; i++)
    if (!hidden[i]) put_char('\t');
  put(l->text, l->length);
  put_char('\n');
}

static int compare(const struct line *a, const struct line *b) {
  size_t n = a->length < b->length ? a->length : b->length;
  int r = memcmp(a->text, b->text, n);
  return r ? r : (a->length > b->length) - (a->length < b->length);
}

int main(int argc, char **argv) {
  static struct input in[2];
  static struct line line[2];
  bool there[2];
  for (int c; (c = option(argc, argv, "123")) != -1;) hidden[c - '1'] = true;
  argv += option_at;
  if (argc - option_at < 2) usage(NULL, "two files are needed");
  if (argc - option_at > 2) usage(argv[2], "one operand too many");
  for (int i = 0; i < 2; i++) {
    if (!input_open(&in[i], argv[i])) return 1;
    there[i] = input_line(&in[i], &line[i]);
  }
  while (there[0] || there[1]) {
    int r = !there[0] ? 1 : !there[1] ? -1 : compare(&line[0], &line[1]);
    put_line(r < 0 ? 0 : r > 0 ? 1 : 2, &line[r > 0]);
    if (r <= 0) there[0] = input_line(&in[0], &line[0]);
    if (r >= 0) there[1] = input_line(&in[1], &line[1]);
  }
  return finish(in[0].bad || in[1].bad);
}

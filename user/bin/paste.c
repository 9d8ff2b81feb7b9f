/* pith_app: STACK 4096 HEAP 13312
 *
 * Joins lines of files side by side. -s: the lines of each file after the other instead; -d LIST: what comes between them in turn (tab);
 * \n \t \\ \0 (nothing) in it. */
#include <stdlib.h>
#include <string.h>
#include "util.h"

const char util_name[] = "paste", util_synopsis[] = "[-s] [-d LIST] [FILE...]";

enum { FILES = 12, DELIMITERS = 32 };
static char delimiters[DELIMITERS] = "\t";
static bool none[DELIMITERS]; /* nothing is written for it */
static unsigned count = 1;

static void set_delimiters(const char *s) {
  for (count = 0; *s; s++, count++) {
    if (count == DELIMITERS) usage(s, "too many delimiters");
    none[count] = s[0] == '\\' && s[1] == '0';
    if (*s == '\\' && s[1]) s++, delimiters[count] = *s == 'n' ? '\n' : *s == 't' ? '\t' : *s;
    else delimiters[count] = *s;
  }
  if (!count) none[count++] = true;
}

static void put_delimiter(unsigned n) {
  if (!none[n % count]) put_char(delimiters[n % count]);
}

static bool serial(struct input *in) {
  unsigned n = 0;
  for (int c, last = -1; (c = input_byte(in)) >= 0; last = c) {
    if (last == '\n') put_delimiter(n++);
    if (c != '\n') put_char(c);
  }
  put_char('\n');
  return true;
}

/* Standard input may be there several times: its lines go to each in turn. */
static struct input *of(char **names, struct input *in, int i) {
  for (int first = 0; first < i; first++)
    if (strcmp(names[i], "-") == 0 && strcmp(names[first], "-") == 0) return &in[first];
  return &in[i];
}

/* A line of each; false: all have ended. What comes before the first that has one is known to be needed only then. */
static bool put_row(char **names, struct input *in, int files) {
  bool any = false;
  int owed = 0;
  for (int i = 0; i < files; i++) {
    int c = input_byte(of(names, in, i));
    if (i) owed++;
    if (c < 0 && !any) continue;
    for (; owed; owed--) put_delimiter((unsigned)(i - owed));
    any = true;
    for (; c >= 0 && c != '\n'; c = input_byte(of(names, in, i))) put_char(c);
  }
  if (any) put_char('\n');
  return any;
}

int main(int argc, char **argv) {
  static struct input *in;
  static char *standard[] = {"-", NULL};
  bool one_after_other = false;
  for (int c; (c = option(argc, argv, "sd:")) != -1;) {
    if (c == 's') one_after_other = true;
    else set_delimiters(option_value);
  }
  char **names = argv[option_at] ? argv + option_at : standard;
  if (one_after_other) return finish(each_file(names, serial));
  int files = 0, bad = 0;
  while (names[files]) files++;
  if (files > FILES) usage(names[FILES], "too many files");
  in = need_memory(calloc((size_t)files, sizeof *in));
  for (int i = 0; i < files; i++)
    if (!input_open(&in[i], names[i])) return finish(1);
  while (put_row(names, in, files)) continue;
  for (int i = 0; i < files; i++) bad |= in[i].bad;
  return finish(bad);
}

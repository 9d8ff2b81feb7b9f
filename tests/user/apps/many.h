/* More arguments and variables than fit on a small program's stack. */
#ifndef MANY_H
#define MANY_H
#include <stdbool.h>
#include <string.h>

enum { MANY = 300, MANY_LETTERS = 26 }; /* 9 KB: half as arguments, half as variables */

/* The i-th: 1 to 26 letters that begin with another one each time. */
static inline const char *many_text(int i) {
  static const char letters[] = "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz";
  static char text[MANY_LETTERS + 1];
  int n = 1 + i * 7 % MANY_LETTERS;
  memcpy(text, letters + i % MANY_LETTERS, (size_t)n);
  text[n] = 0;
  return text;
}

static inline bool many_right(char **argv, char **environment) {
  for (int i = 0; i < MANY; i++)
    if (!argv[i] || !environment[i] || strcmp(argv[i], many_text(i)) || strcmp(environment[i], many_text(i)))
      return false;
  return !argv[MANY] && !environment[MANY];
}
#endif

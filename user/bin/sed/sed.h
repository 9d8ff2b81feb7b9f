/* sed: a script is read once into commands, which are then run for each line. */
#ifndef PITH_SED_H
#define PITH_SED_H
#include "pattern.h"
#include "util.h"

enum address_kind { NOWHERE, LINE, STEP, LAST, MATCH, MORE }; /* MORE: +N lines, of an end alone */
struct address {
  enum address_kind kind;
  unsigned long line, step;
  struct pattern *pattern; /* NULL: the one used last */
};

struct command {
  struct address from, to;
  bool negated, inside; /* inside: of its range */
  char name;
  unsigned long end; /* of the range, a line */
  unsigned target;   /* of b, t, T and {: the index of a command */
  struct pattern *pattern;
  char *text; /* a, i, c, r; the replacement of s; the 256 bytes of y; a label until it is found */
  size_t length;
  unsigned long nth; /* of s: from this match on; exit status of q, Q */
  bool all, print;
};

extern struct command *commands;
extern unsigned command_count;
extern bool extended, quiet;

void parse_script(const char *text);
int run_script(char **files, bool in_place); /* the status to end with */
#endif

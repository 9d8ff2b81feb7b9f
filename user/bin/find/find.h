/* find's expression: parse.c makes it, test.c says whether a file fits. */
#ifndef PITH_FIND_H
#define PITH_FIND_H
#include "util.h"

enum kind {
  NOT, /* of left */
  AND,
  OR,
  ALWAYS,
  NAME, /* these three: a pattern */
  NAME_EITHER_CASE,
  PATH,
  TYPE,
  SIZE,
  AGE,
  NEWER,
  EMPTY,
  PRUNE,
  PRINT, /* from here on: actions */
  PRINT_0,
  EXEC,
  EXEC_MANY,
  DELETE
};

struct node {
  enum kind kind;
  char sign;          /* of a number: + - or 0 */
  unsigned unit;      /* bytes, or seconds */
  uint32_t number;    /* SIZE, AGE; of EXEC: how many words */
  const char *text;   /* patterns, the letter of TYPE */
  char **words;       /* EXEC */
  struct batch *many; /* EXEC_MANY */
  struct timespec time;
  struct node *left, *right;
};

extern unsigned least_depth, most_depth;
extern bool depth_first, one_device, pruned;
extern int status;

struct node *parse(char **words); /* never NULL; what is wrong ends the program */
bool fits(const struct node *n, const struct visit *v);
void command_ended(int result); /* of EXEC_MANY */
void run_rest(const struct node *n);
#endif

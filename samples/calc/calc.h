/* What calc's parts know of each other. */
#ifndef CALC_H
#define CALC_H
#include <stdbool.h>

enum { NAME = 16, NAMES = 32, BODY = 80 };

struct function {
  char name[NAME], parameter[2][NAME], body[BODY];
  int parameters;
};

/* names.c. Setting is false when the table is full. */
bool variable_get(const char *name, double *value);
bool variable_set(const char *name, double value);
struct function *function_find(const char *name); /* or NULL */
bool function_set(const struct function *f);

extern const char *calc_file; /* where errors are; the line only if calc_line is not 0 */
extern int calc_line;

/* Does the commands of a line, which it cuts off at a comment; prints values and errors. 0, or 1 for an error. */
int calc_run(char *text);
#endif

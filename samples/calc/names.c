/* The tables of variables and functions. A free place has the name "". */
#include <math.h>
#include <string.h>
#include "calc.h"

static struct {
  char name[NAME];
  double value;
} variables[NAMES] = {{"pi", M_PI}, {"e", M_E}, {"ans", 0}};
static struct function functions[NAMES];

bool variable_get(const char *name, double *value) {
  for (int i = 0; i < NAMES; i++) {
    if (strcmp(variables[i].name, name)) continue;
    *value = variables[i].value;
    return true;
  }
  return false;
}

bool variable_set(const char *name, double value) {
  int room = -1;

  for (int i = NAMES - 1; i >= 0; i--) {
    if (strcmp(variables[i].name, name) && (*variables[i].name || room >= 0)) continue;
    room = i;
    if (*variables[i].name) break;
  }
  if (room < 0) return false;
  strcpy(variables[room].name, name);
  variables[room].value = value;
  return true;
}

struct function *function_find(const char *name) {
  for (int i = 0; i < NAMES; i++)
    if (!strcmp(functions[i].name, name)) return &functions[i];
  return NULL;
}

bool function_set(const struct function *f) {
  struct function *room = function_find(f->name);

  if (!room) room = function_find("");
  if (room) *room = *f;
  return room;
}

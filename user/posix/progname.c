/* The program's name: the last part of argv[0], which user/start.c leaves here if anybody asks for it. */
#include <stdlib.h>
#include <string.h>

static char unknown[] = "?";
char *program_invocation_name = unknown, *program_invocation_short_name = unknown;

void __pith_named(char *name);
void __pith_named(char *name) {
  char *slash = strrchr(name, '/');
  program_invocation_name = name;
  program_invocation_short_name = slash ? slash + 1 : name;
}

const char *getprogname(void) { return program_invocation_short_name; }
void setprogname(const char *name) {
  program_invocation_short_name = (char *)(strrchr(name, '/') ? strrchr(name, '/') + 1 : name);
}

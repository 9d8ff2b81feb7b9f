#include "interpret.h"
#include <string.h>
#include <unistd.h>
#include "pith.h"
#include "result.h"

enum { LINE = 128 };

/* Cuts the line into a program and the rest, its one argument, NULL: none. NULL: it is no such line, or it is too long. */
static char *cut(char *line, char **argument) {
  char *end = strchr(line, '\n');
  if (line[0] != '#' || line[1] != '!' || !end) return NULL;
  while (strchr(" \t\r\n", *end)) *end-- = 0;
  char *program = line + 2 + strspn(line + 2, " \t"), *rest = program + strcspn(program, " \t");
  *argument = NULL;
  if (*rest) *rest++ = 0, *argument = rest + strspn(rest, " \t");
  return *program ? program : NULL;
}

long __pith_interpret(const char *path, char *const argv[],
                      long (*start)(void *data, const char *program, char *const argv[]), void *data) {
  char line[LINE + 1], *argument;
  long fd = sys_open(path, PITH_O_RDONLY, 0), n = fd < 0 ? 0 : sys_read((int)fd, line, LINE);
  size_t count = 0, k = 0;
  if (fd >= 0) sys_close(fd);
  line[n < 0 ? 0 : n] = 0;
  char *program = cut(line, &argument);
  if (!program) return -ENOEXEC;
  while (argv && argv[count]) count++;
  char *words[count + 4];
  words[k++] = program;
  if (argument) words[k++] = argument;
  words[k++] = (char *)path;
  for (size_t i = 1; i < count; i++) words[k++] = argv[i];
  words[k] = NULL;
  return start(data, program, words);
}

/* Lines of any length. */
#define _POSIX_C_SOURCE 200809L
#include <stdio.h>

ssize_t getdelim(char **line, size_t *room, int end, FILE *stream) {
  return __getdelim(line, room, end, stream);
}
ssize_t getline(char **line, size_t *room, FILE *stream) { return __getdelim(line, room, '\n', stream); }

/* newlib's, and lines of any length under POSIX's names: newlib has them with two underscores. */
#include_next <stdio.h>
#ifndef PITH_STDIO_H
#define PITH_STDIO_H
#include <sys/features.h>

#ifdef __cplusplus
extern "C" {
#endif
#if __POSIX_VISIBLE >= 200809
ssize_t getdelim(char **line, size_t *room, int end, FILE *stream);
ssize_t getline(char **line, size_t *room, FILE *stream);
#endif
#ifdef __cplusplus
}
#endif
#endif

/* Memory and string functions of the freestanding kernel, under their C names because the compiler calls
 * them by these. They mean what C11 7.24 says; on the host the system's own serve (lib/string.c is then
 * not linked). All: any context, O(n), and only ordinary memory, not device registers: words may be used. */
#ifndef PITH_MEM_H
#define PITH_MEM_H
#include <stddef.h>

/* Copies n bytes; the ranges may not overlap. dst. 16 bytes a turn when both are equally aligned. */
void *memcpy(void *dst, const void *src, size_t n);
/* Copies n bytes; the ranges may overlap. dst. */
void *memmove(void *dst, const void *src, size_t n);
/* Sets n bytes to (unsigned char)c. dst. 16 bytes a turn. */
void *memset(void *dst, int c, size_t n);
/* Below, at or above 0, as the first byte that differs is smaller or larger, unsigned, in a. */
int memcmp(const void *a, const void *b, size_t n);

/* Bytes before the NUL. Never reads past it. */
size_t strlen(const char *s);
/* The same, at most n. Never reads past the NUL or s[n - 1]. */
size_t strnlen(const char *s, size_t n);
/* As memcmp, up to and including the first NUL. */
int strcmp(const char *a, const char *b);
/* The same, at most n bytes. */
int strncmp(const char *a, const char *b, size_t n);
#endif

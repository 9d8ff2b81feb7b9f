/* Formatted text without a libc: what printf means, less what a kernel does not need.
 *
 *   %[-][0][width|*][.precision|.*][l|ll|z] and one of  c s d i u x X p %
 *
 * Precision limits a string (which then needs no NUL) and is the least number of digits of a number. %p is
 * 0x and all digits of an address, eight on the target. A NULL string prints as (null). There is no
 * floating point, no %n, and nothing else: an unknown conversion is printed as it stands. */
#ifndef PITH_FMT_H
#define PITH_FMT_H
#include <stdarg.h>
#include <stddef.h>

/* Writes the text of f and its arguments through put(ctx, c); the number of characters. args is used up.
 * Any context put may be called in. O(characters); about 120 bytes of stack, no other state. */
int fmt_v(void (*put)(void *ctx, char c), void *ctx, const char *f, va_list args)
    __attribute__((format(printf, 3, 0)));

/* The same, of arguments. */
int fmt_put(void (*put)(void *ctx, char c), void *ctx, const char *f, ...)
    __attribute__((format(printf, 3, 4)));

/* Writes to buf, at most n bytes with the NUL that ends it (nothing if n is 0); the number of characters
 * of the whole text, without NUL: n or more means it was cut. Any context. */
int fmt_buf(char *buf, size_t n, const char *f, ...) __attribute__((format(printf, 3, 4)));
int fmt_bufv(char *buf, size_t n, const char *f, va_list args) __attribute__((format(printf, 3, 0)));
#endif

/* Errors as one line on stderr: "NAME: text", and ": " with what errno means; err() and errx() end the program. */
#ifndef PITH_ERR_H
#define PITH_ERR_H
#include <stdarg.h>

#ifdef __cplusplus
extern "C" {
#endif
#define __PITH_ERR(format, first) __attribute__((__format__(__printf__, format, first)))
void warn(const char *format, ...) __PITH_ERR(1, 2);
void warnx(const char *format, ...) __PITH_ERR(1, 2);
void vwarn(const char *format, va_list rest) __PITH_ERR(1, 0);
void vwarnx(const char *format, va_list rest) __PITH_ERR(1, 0);
void err(int status, const char *format, ...) __PITH_ERR(2, 3) __attribute__((__noreturn__));
void errx(int status, const char *format, ...) __PITH_ERR(2, 3) __attribute__((__noreturn__));
void verr(int status, const char *format, va_list rest) __PITH_ERR(2, 0) __attribute__((__noreturn__));
void verrx(int status, const char *format, va_list rest) __PITH_ERR(2, 0) __attribute__((__noreturn__));
#undef __PITH_ERR
#ifdef __cplusplus
}
#endif
#endif

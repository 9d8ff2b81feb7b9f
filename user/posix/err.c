/* Errors as one line on stderr: <err.h>. */
#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* error < 0: nothing more is known. */
static void line(int error, const char *format, va_list rest) {
  fprintf(stderr, "%s: ", getprogname());
  if (format) vfprintf(stderr, format, rest);
  if (error >= 0) fprintf(stderr, "%s%s", format ? ": " : "", strerror(error));
  putc('\n', stderr);
}

void vwarn(const char *format, va_list rest) { line(errno, format, rest); }
void vwarnx(const char *format, va_list rest) { line(-1, format, rest); }

void verr(int status, const char *format, va_list rest) {
  line(errno, format, rest);
  exit(status);
}

void verrx(int status, const char *format, va_list rest) {
  line(-1, format, rest);
  exit(status);
}

void warn(const char *format, ...) {
  va_list rest;
  va_start(rest, format);
  line(errno, format, rest);
  va_end(rest);
}

void warnx(const char *format, ...) {
  va_list rest;
  va_start(rest, format);
  line(-1, format, rest);
  va_end(rest);
}

void err(int status, const char *format, ...) {
  va_list rest;
  va_start(rest, format);
  verr(status, format, rest);
}

void errx(int status, const char *format, ...) {
  va_list rest;
  va_start(rest, format);
  verrx(status, format, rest);
}

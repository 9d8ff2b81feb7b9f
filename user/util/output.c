/* Standard output through one buffer. A write that fails ends the program: nobody is left to write for. */
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "util.h"

static char buffer[1024];
static size_t used;
int output_fd = 1;

bool write_all(int fd, const void *data, size_t length) {
  const char *p = data;
  while (length) {
    ssize_t n = write(fd, p, length);
    if (n < 0) {
      if (errno == EINTR) continue;
      return false;
    }
    p += n;
    length -= (size_t)n;
  }
  return true;
}

void flush(void) {
  size_t n = used;
  used = 0; /* first: what is said about a failure flushes again */
  if (n && !write_all(output_fd, buffer, n)) fail_errno("write error");
}

int finish(int status) {
  flush();
  return status;
}

void put(const void *data, size_t length) {
  const char *p = data;
  while (length) {
    size_t n = sizeof buffer - used < length ? sizeof buffer - used : length;
    memcpy(buffer + used, p, n);
    used += n;
    p += n;
    length -= n;
    if (used == sizeof buffer) flush();
  }
}

void put_char(int c) {
  buffer[used++] = (char)c;
  if (used == sizeof buffer) flush();
}

void put_text(const char *s) { put(s, strlen(s)); }

static void fill(char c, int n) {
  while (n-- > 0) put_char(c);
}

struct field {
  bool left, zero;
  int width;
};

static void put_field(const struct field *f, const char *sign, const char *s, size_t length) {
  int space = f->width - (int)length - (*sign != 0);
  if (!f->left && !f->zero) fill(' ', space);
  if (*sign) put_char(*sign);
  if (!f->left && f->zero) fill('0', space);
  put(s, length);
  if (f->left) fill(' ', space);
}

static int digits_of(const char **format, va_list *arguments) {
  int n = 0;
  if (**format == '*') {
    ++*format;
    return va_arg(*arguments, int);
  }
  while (**format >= '0' && **format <= '9') n = n * 10 + *(*format)++ - '0';
  return n;
}

static unsigned long long integer(va_list *arguments, int longs, bool is_signed) {
  if (longs == 2) return va_arg(*arguments, unsigned long long);
  if (is_signed) return (unsigned long long)(longs ? va_arg(*arguments, long) : va_arg(*arguments, int));
  return longs ? va_arg(*arguments, unsigned long) : va_arg(*arguments, unsigned);
}

static void put_conversion(char c, const struct field *f, int precision, int longs, va_list *arguments) {
  char digits[24];
  if (c == 's') {
    const char *s = va_arg(*arguments, const char *);
    put_field(f, "", s, precision < 0 ? strlen(s) : strnlen(s, (size_t)precision));
  } else if (c == 'c') {
    digits[0] = (char)va_arg(*arguments, int);
    put_field(f, "", digits, 1);
  } else if (c == '%') {
    put_char('%');
  } else {
    unsigned long long value = integer(arguments, longs, c == 'd');
    bool negative = c == 'd' && (long long)value < 0;
    const char *s = format_number(negative ? 0 - value : value, c == 'x' ? 16 : c == 'o' ? 8 : 10, digits);
    put_field(f, negative ? "-" : "", s, strlen(s));
  }
}

void put_format(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  for (;;) {
    size_t plain = strcspn(format, "%");
    put(format, plain);
    format += plain;
    if (!*format++) break;
    struct field f = {0};
    int precision = -1, longs = 0;
    for (; *format == '-' || *format == '0'; format++) *(*format == '-' ? &f.left : &f.zero) = true;
    f.width = digits_of(&format, &arguments);
    if (f.width < 0) f.left = true, f.width = -f.width;
    if (*format == '.') {
      format++;
      precision = digits_of(&format, &arguments);
    }
    for (; *format == 'l'; format++) longs++;
    put_conversion(*format++, &f, precision, longs, &arguments);
  }
  va_end(arguments);
}

/* What the shell itself writes: the output of its builtins, and messages.
 *
 * Builtins fill one small buffer, which is written when full and when the builtin ends; nothing of it is left when a
 * child is made, so nothing is written twice. A message goes to descriptor 2 in one write(), behind what was put out
 * before. Formats know %s %c %d %u %ld and %%: printf() would be larger than all of the shell's language. */
#include <errno.h>
#include <string.h>
#include <unistd.h>
#include "sh.h"

static char buffer[OUT_BUFFER];
static unsigned filled;
static int failed; /* errno */

static int put_all(int fd, const char *p, size_t len) {
  while (len) {
    ssize_t n = write(fd, p, len);
    if (n < 0 && errno == EINTR && !sh.interrupted) continue;
    if (n < 0) return errno;
    p += n;
    len -= (size_t)n;
  }
  return 0;
}

void write_all(int fd, const char *p, size_t len) { put_all(fd, p, len); }

static void empty(void) {
  if (filled && !failed) failed = put_all(1, buffer, filled);
  filled = 0;
}

void out_char(char c) {
  if (filled == OUT_BUFFER) empty();
  buffer[filled++] = c;
}

void out_bytes(const char *p, size_t len) {
  while (len--) out_char(*p++);
}

void out_text(const char *text) { out_bytes(text, strlen(text)); }

int out_flush(const char *who) {
  empty();
  if (!failed) return 0;
  if (failed != EINTR) sh_warn("%s: write error: %s", who, strerror(failed));
  failed = 0;
  return 1;
}

void out_quoted(const char *text) {
  out_char('\'');
  for (; *text; text++) {
    if (*text == '\'') out_text("'\\''");
    else out_char(*text);
  }
  out_char('\'');
}

struct sink {
  char *to, *end; /* NULL: the output */
  size_t reserve; /* what a text leaves for what follows it */
};

static void sink(struct sink *s, char c) {
  if (!s->to) out_char(c);
  else if (s->to < s->end) *s->to++ = c;
}

static void sink_number(struct sink *s, unsigned long value) {
  char digits[24], *p = digits + sizeof digits;
  *--p = 0;
  do *--p = (char)('0' + value % 10);
  while (value /= 10);
  while (*p) sink(s, *p++);
}

static void format(struct sink *s, const char *f, va_list args) {
  for (; *f; f++) {
    if (*f != '%') {
      sink(s, *f);
      continue;
    }
    bool wide = *++f == 'l';
    if (wide) f++;
    if (*f == 's') {
      size_t reserve = f[1] ? s->reserve : 0;
      for (const char *text = va_arg(args, const char *); *text; text++)
        if (!reserve || (size_t)(s->end - s->to) > reserve) sink(s, *text);
    } else if (*f == 'c') {
      sink(s, (char)va_arg(args, int));
    } else if (*f == 'd') {
      long value = wide ? va_arg(args, long) : va_arg(args, int);
      if (value < 0) sink(s, '-');
      sink_number(s, value < 0 ? 0ul - (unsigned long)value : (unsigned long)value);
    } else if (*f == 'u') {
      sink_number(s, wide ? va_arg(args, unsigned long) : va_arg(args, unsigned));
    } else {
      sink(s, *f);
    }
  }
}

void out_fmt(const char *f, ...) {
  va_list args;
  va_start(args, f);
  struct sink s = {NULL, NULL, 0};
  format(&s, f, args);
  va_end(args);
}

int fmt_text(char *to, size_t room, const char *f, ...) {
  va_list args;
  va_start(args, f);
  struct sink s = {to, to + room - 1, 0};
  format(&s, f, args);
  va_end(args);
  *s.to = 0;
  return (int)(s.to - to);
}

static void message(const char *f, va_list args) {
  char text[OUT_BUFFER * 2];
  struct sink s = {text, text + sizeof text - 1, 64};
  empty();
  s.to += fmt_text(text, sizeof text / 2, "%s: ", sh.name);
  if (sh.script) s.to += fmt_text(s.to, 24, "%u: ", sh.line);
  if (sh.running) s.to += fmt_text(s.to, 24, "%s: ", sh.running);
  format(&s, f, args);
  *s.to++ = '\n';
  put_all(2, text, (size_t)(s.to - text));
}

void sh_warn(const char *f, ...) {
  va_list args;
  va_start(args, f);
  message(f, args);
  va_end(args);
}

void sh_error(int status, const char *f, ...) {
  va_list args;
  va_start(args, f);
  message(f, args);
  va_end(args);
  sh.status = status;
  sh_raise();
}

void sh_nomem(void) { sh_error(2, "out of memory"); }

/* Each of the functions that call themselves asks here, so a script's nesting ends with a message. */
void sh_deeper(void) {
  if (sh.stack_base - (char *)__builtin_frame_address(0) > STACK_LIMIT) sh_error(2, "nested too deeply");
}

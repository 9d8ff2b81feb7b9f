/* The formatter: one pass over the format, one character at a time out through put(), so it needs no
 * buffer but the digits of one number and can run in a panic.
 *
 * A field is: padding, prefix (sign or 0x), zeros, body, padding. number() and string() lay it out, field()
 * writes it. Numbers are 64 bits inside; the digits above 2^32 cost a library division each, the rest do
 * not. Widths and precisions are clamped to LIMIT so that a format read from bad memory ends. */
#include "fmt.h"
#include <stdbool.h>
#include <stdint.h>

#define LIMIT 4096

struct out {
  void (*put)(void *ctx, char c);
  void *ctx;
  int count;
};

/* One conversion, as written. */
struct spec {
  bool left, zero;
  int width, precision; /* precision -1: none */
  unsigned longs;       /* l: 1, ll: 2, z: 1 (size_t is as wide as long on all our machines) */
};
_Static_assert(sizeof(size_t) == sizeof(long) && sizeof(void *) == sizeof(long), "z and p are read as l");

/* va_list may be an array type; in a struct it can be handed on by address everywhere. */
struct args {
  va_list list;
};

static void emit(struct out *o, char c) {
  o->put(o->ctx, c);
  o->count++;
}

static void pad(struct out *o, char c, int n) {
  while (n-- > 0) emit(o, c);
}

static void field(struct out *o, const struct spec *s, const char *prefix, int zeros, const char *body,
                  int length) {
  int blanks = s->width - length - zeros;
  for (const char *p = prefix; *p; p++) blanks--;
  if (!s->left) pad(o, ' ', blanks);
  while (*prefix) emit(o, *prefix++);
  pad(o, '0', zeros);
  while (length--) emit(o, *body++);
  if (s->left) pad(o, ' ', blanks);
}

static void number(struct out *o, const struct spec *s, const char *prefix, uint64_t v, unsigned base,
                   const char *digits) {
  char text[20]; /* 2^64 - 1 has 20 decimal digits */
  int at = sizeof text, zeros = 0;
  for (; v > UINT32_MAX; v /= base) text[--at] = digits[v % base];
  for (uint32_t rest = (uint32_t)v; rest; rest /= base) text[--at] = digits[rest % base];
  int length = (int)sizeof text - at, least = s->precision < 0 ? 1 : s->precision;
  if (s->zero && !s->left && s->precision < 0) {
    least = s->width;
    for (const char *p = prefix; *p; p++) least--;
    if (least < 1) least = 1;
  }
  if (least > length) zeros = least - length;
  field(o, s, prefix, zeros, text + at, length);
}

static void string(struct out *o, const struct spec *s, const char *text) {
  if (!text) text = "(null)";
  int length = 0;
  while (length != s->precision && text[length]) length++;
  field(o, s, "", 0, text, length);
}

static int64_t signed_arg(struct args *a, unsigned longs) {
  return longs == 0 ? va_arg(a->list, int) : longs == 1 ? va_arg(a->list, long) : va_arg(a->list, long long);
}

static uint64_t unsigned_arg(struct args *a, unsigned longs) {
  return longs == 0   ? va_arg(a->list, unsigned)
         : longs == 1 ? va_arg(a->list, unsigned long)
                      : va_arg(a->list, unsigned long long);
}

/* A number in the format, or the argument a star stands for; moves *f past it. */
static int count(const char **f, struct args *a) {
  int n = 0;
  if (**f == '*') {
    ++*f;
    n = va_arg(a->list, int);
  } else {
    for (; **f >= '0' && **f <= '9'; ++*f)
      if (n <= LIMIT) n = 10 * n + **f - '0';
  }
  return n > LIMIT ? LIMIT : n < -LIMIT ? -LIMIT : n;
}

/* What stands between % and the conversion letter; f points behind the %. The letter's place. */
static const char *parse(const char *f, struct spec *s, struct args *a) {
  *s = (struct spec){.precision = -1};
  for (; *f == '-' || *f == '0'; f++) {
    s->left |= *f == '-';
    s->zero |= *f == '0';
  }
  s->width = count(&f, a);
  if (s->width < 0) {
    s->left = true;
    s->width = -s->width;
  }
  if (*f == '.') {
    f++;
    s->precision = count(&f, a);
    if (s->precision < 0) s->precision = -1;
  }
  if (*f == 'z') {
    f++;
    s->longs = 1;
  } else {
    for (; *f == 'l' && s->longs < 2; f++) s->longs++;
  }
  return f;
}

/* Writes one conversion; false if there is none of that letter. */
static bool convert(struct out *o, struct spec *s, char letter, struct args *a) {
  static const char lower[] = "0123456789abcdef", upper[] = "0123456789ABCDEF";
  switch (letter) {
  case 'd':
  case 'i': {
    int64_t v = signed_arg(a, s->longs);
    number(o, s, v < 0 ? "-" : "", v < 0 ? 0 - (uint64_t)v : (uint64_t)v, 10, lower);
    return true;
  }
  case 'u': number(o, s, "", unsigned_arg(a, s->longs), 10, lower); return true;
  case 'x': number(o, s, "", unsigned_arg(a, s->longs), 16, lower); return true;
  case 'X': number(o, s, "", unsigned_arg(a, s->longs), 16, upper); return true;
  case 'p':
    s->precision = 2 * sizeof(void *);
    number(o, s, "0x", (uintptr_t)va_arg(a->list, void *), 16, lower);
    return true;
  case 'c': {
    char c = (char)va_arg(a->list, int);
    field(o, s, "", 0, &c, 1);
    return true;
  }
  case 's': string(o, s, va_arg(a->list, const char *)); return true;
  case '%': emit(o, '%'); return true;
  default: return false;
  }
}

int fmt_v(void (*put)(void *ctx, char c), void *ctx, const char *f, va_list list) {
  struct out o = {put, ctx, 0};
  struct args a;
  struct spec s;
  va_copy(a.list, list);
  while (*f) {
    if (*f != '%') {
      emit(&o, *f++);
      continue;
    }
    const char *letter = parse(f + 1, &s, &a);
    if (*letter && convert(&o, &s, *letter, &a)) f = letter + 1;
    else /* unknown: as it stands, up to the letter */
      while (f < letter) emit(&o, *f++);
  }
  va_end(a.list);
  return o.count;
}

int fmt_put(void (*put)(void *ctx, char c), void *ctx, const char *f, ...) {
  va_list args;
  va_start(args, f);
  int n = fmt_v(put, ctx, f, args);
  va_end(args);
  return n;
}

struct window {
  char *at, *last; /* last: where the NUL must fit */
};

static void put_window(void *ctx, char c) {
  struct window *w = ctx;
  if (w->at < w->last) *w->at++ = c;
}

int fmt_bufv(char *buf, size_t n, const char *f, va_list args) {
  struct window w = {buf, n ? buf + n - 1 : buf};
  int length = fmt_v(put_window, &w, f, args);
  if (n) *w.at = 0;
  return length;
}

int fmt_buf(char *buf, size_t n, const char *f, ...) {
  va_list args;
  va_start(args, f);
  int length = fmt_bufv(buf, n, f, args);
  va_end(args);
  return length;
}

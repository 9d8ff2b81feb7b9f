/* printf, and the escapes it shares with echo.
 *
 * The format is used again until the arguments are; what is missing counts as empty or 0. Only integers are formatted
 * here: a format with a conversion of floating point is left to the program of this name. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "sh.h"

struct conversion {
  bool left, plus, space, zero, alternate;
  int width, precision; /* -1: none */
};

static char **args;
static bool stop;
static int failed;

static int octal_digits(const char **p, int n) {
  int value = 0;
  for (; n && **p >= '0' && **p <= '7'; n--) value = value * 8 + *(*p)++ - '0';
  return value;
}

/* After a backslash; \c gives -1. \0ooo for %b and echo, \ooo in both. */
static int escape(const char **p, bool zero) {
  static const char from[] = "abfnrtv\\", to[] = "\a\b\f\n\r\t\v\\";
  char c = **p;
  const char *found = c ? strchr(from, c) : NULL;
  if (found) {
    ++*p;
    return (unsigned char)to[found - from];
  }
  if (zero && c == 'c') return -1;
  if (zero && c == '0') {
    ++*p;
    return octal_digits(p, 3) & 0xff;
  }
  if (!zero && c >= '0' && c <= '7') return octal_digits(p, 3) & 0xff;
  if (!zero && (c == '"' || c == '\'')) return (unsigned char)*(*p)++;
  return '\\';
}

bool out_escaped(const char *text) {
  while (*text) {
    int c = (unsigned char)*text++;
    if (c == '\\') c = escape(&text, true);
    if (c < 0) return false;
    out_char((char)c);
  }
  return true;
}

static void pad(int n, char c) {
  for (; n > 0; n--) out_char(c);
}

static void put_text(const struct conversion *c, const char *text, size_t len) {
  if (c->precision >= 0 && len > (size_t)c->precision) len = (size_t)c->precision;
  if (!c->left) pad(c->width - (int)len, ' ');
  out_bytes(text, len);
  if (c->left) pad(c->width - (int)len, ' ');
}

static long argument(bool is_signed) {
  const char *text = *args;
  char *end;
  if (!text) return 0;
  args++;
  if (*text == '\'' || *text == '"') return (unsigned char)text[1];
  errno = 0;
  long value = is_signed || *text == '-' ? strtol(text, &end, 0) : (long)strtoul(text, &end, 0);
  if (*end || end == text || errno) {
    sh_warn("%s: %s", text, errno ? strerror(errno) : "not a number");
    failed = 1;
  }
  return value;
}

static void put_number(const struct conversion *c, char kind) {
  bool is_signed = kind == 'd' || kind == 'i';
  long value = argument(is_signed);
  bool minus = is_signed && value < 0;
  unsigned long n = minus ? 0ul - (unsigned long)value : (unsigned long)value;
  unsigned base = kind == 'o' ? 8 : kind == 'x' || kind == 'X' ? 16 : 10;
  const char *letters = kind == 'X' ? "0123456789ABCDEF" : "0123456789abcdef";
  char digits[24], *p = digits + sizeof digits;
  for (unsigned long rest = n; rest; rest /= base) *--p = letters[rest % base];
  int len = (int)(digits + sizeof digits - p), least = c->precision < 0 ? 1 : c->precision;
  char prefix[3] = "";
  if (minus || (is_signed && (c->plus || c->space))) prefix[0] = minus ? '-' : c->plus ? '+' : ' ';
  else if (c->alternate && base == 16 && n) prefix[0] = '0', prefix[1] = kind;
  if (c->alternate && base == 8 && least <= len) least = len + 1;
  int zeros = least > len ? least - len : 0, all = len + zeros + (int)strlen(prefix);
  if (c->zero && !c->left && c->precision < 0 && all < c->width) {
    zeros += c->width - all;
    all = c->width;
  }
  if (!c->left) pad(c->width - all, ' ');
  out_text(prefix);
  pad(zeros, '0');
  out_bytes(p, (size_t)len);
  if (c->left) pad(c->width - all, ' ');
}

static int width(const char **p) {
  long n = 0;
  if (**p == '*') {
    ++*p;
    n = argument(true);
  } else {
    for (; **p >= '0' && **p <= '9'; ++*p) n = n < 100000 ? n * 10 + **p - '0' : n;
  }
  return n > 65535 ? 65535 : n < -65535 ? -65535 : (int)n;
}

static void put_escaped(const struct conversion *c) {
  const char *text = *args ? *args++ : "";
  struct str s;
  str_init(&s, &scratch);
  while (*text && !stop) {
    int ch = (unsigned char)*text++;
    if (ch == '\\') ch = escape(&text, true);
    if (ch < 0) stop = true;
    else str_put(&s, (char)ch);
  }
  put_text(c, s.p, s.len);
}

/* After "%". False: no such conversion. */
static bool convert(const char **p) {
  struct conversion c = {.precision = -1};
  for (;; ++*p) {
    if (**p == '-') c.left = true;
    else if (**p == '+') c.plus = true;
    else if (**p == ' ') c.space = true;
    else if (**p == '0') c.zero = true;
    else if (**p == '#') c.alternate = true;
    else break;
  }
  c.width = width(p);
  if (c.width < 0) {
    c.left = true;
    c.width = -c.width;
  }
  if (**p == '.') {
    ++*p;
    c.precision = width(p);
  }
  char kind = **p;
  if (!kind) return false;
  ++*p;
  if (kind == 's' || kind == 'c') {
    const char *text = *args ? *args++ : "";
    put_text(&c, text, kind == 'c' && *text ? 1 : strlen(text));
  } else if (kind == 'b') {
    put_escaped(&c);
  } else if (strchr("diouxX", kind)) {
    put_number(&c, kind);
  } else {
    return false;
  }
  return true;
}

static bool has_float(const char *p) {
  for (; *p; p++) {
    if (*p != '%') continue;
    p += 1 + strspn(p + 1, "-+ 0#*.123456789");
    if (!*p) break;
    if (strchr("eEfFgGaA", *p)) return true;
  }
  return false;
}

static int by_program(char **argv) {
  struct node n = {.kind = N_SIMPLE};
  struct start how = {-1, -1, sh.control ? 0 : -1, false};
  int status = 0;
  sh.running = NULL;
  pid_t pid = start_program(argv, &how, &status);
  if (!pid) return status;
  struct job *j = job_new(&n);
  job_add(j, pid, 0);
  return job_wait(j);
}

int b_printf(int argc, char **argv) {
  char **all = argv;
  if (argc > 1 && !strcmp(argv[1], "--")) argc--, argv++;
  if (argc < 2) return usage("printf FORMAT [WORD]...");
  if (has_float(argv[1])) return by_program(all);
  args = argv + 2;
  stop = false;
  failed = 0;
  for (char **before = NULL; !stop && (args == argv + 2 || (*args && args != before));) {
    before = args;
    for (const char *p = argv[1]; *p && !stop;) {
      if (*p == '\\') {
        p++;
        out_char((char)escape(&p, false));
      } else if (*p != '%' || p[1] == '%') {
        if (*p == '%') p++;
        out_char(*p++);
      } else {
        const char *from = p++;
        if (!convert(&p)) {
          sh_warn("%s: no such conversion", from);
          return 1;
        }
      }
    }
    if (args == argv + 2) break; /* it takes none */
  }
  return failed;
}

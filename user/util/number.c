#include <string.h>
#include "util.h"

bool parse_number(const char *s, unsigned base, unsigned long long *to) {
  unsigned long long value = 0;
  if (!*s) return false;
  for (; *s; s++) {
    unsigned digit = *s >= '0' && *s <= '9' ? (unsigned)(*s - '0') : (unsigned)((*s | 32) - 'a') + 10;
    if (digit >= base || __builtin_mul_overflow(value, (unsigned long long)base, &value) ||
        __builtin_add_overflow(value, (unsigned long long)digit, &value))
      return false;
  }
  *to = value;
  return true;
}

bool parse_seconds(const char *s, unsigned long long *ns) {
  char whole[20];
  size_t n = strspn(s, "0123456789");
  unsigned long long seconds = 0, part = 0, unit = 100000000;
  if (n >= sizeof whole || (!n && (s[0] != '.' || !s[1]))) return false;
  memcpy(whole, s, n);
  whole[n] = 0;
  if (n && !parse_number(whole, 10, &seconds)) return false;
  s += n;
  if (*s == '.')
    for (s++; *s >= '0' && *s <= '9'; s++, unit /= 10) part += (unsigned)(*s - '0') * unit;
  return !*s && !__builtin_mul_overflow(seconds, 1000000000ull, ns) && !__builtin_add_overflow(*ns, part, ns);
}

static unsigned long long multiplier(char suffix) {
  switch (suffix) {
  case 'b': return 512;
  case 'k':
  case 'K': return 1024;
  case 'M': return 1024 * 1024;
  case 'G': return 1024 * 1024 * 1024;
  default: return 0;
  }
}

unsigned long long number_argument(const char *what, const char *s, unsigned long long most) {
  size_t n = strlen(s);
  unsigned long long value, times = n ? multiplier(s[n - 1]) : 0;
  char digits[24];
  if (n < sizeof digits) {
    memcpy(digits, s, n + 1);
    if (times) digits[n - 1] = 0;
    if (parse_number(digits, 10, &value) && !__builtin_mul_overflow(value, times ? times : 1, &value) &&
        value <= most)
      return value;
  }
  usage(what, "not a number, or too large");
}

/* Divides by up to 2^16 in four steps of 32 bits: the core has no 64-bit division, and its function is large. */
static unsigned divide(unsigned long long *value, unsigned by) {
  uint32_t rest = 0;
  unsigned long long quotient = 0;
  for (int shift = 48; shift >= 0; shift -= 16) {
    rest = rest << 16 | (uint32_t)(*value >> shift & 0xffff);
    quotient |= (unsigned long long)(rest / by) << shift;
    rest %= by;
  }
  *value = quotient;
  return rest;
}

char *format_number(unsigned long long value, unsigned base, char to[24]) {
  char *p = to + 23;
  *p = 0;
  do *--p = "0123456789abcdef"[divide(&value, base)];
  while (value);
  return p;
}

/* Rounded up, as ls and df do: a file is never said to be smaller than it is. */
const char *format_size(unsigned long long bytes, char to[8]) {
  static const char units[] = "BKMGTPE";
  unsigned unit = 0;
  unsigned long long tenths = bytes * 10; /* of the unit */
  if (bytes > UINT64_MAX / 10 - 1024) tenths = UINT64_MAX - 1024;
  while (tenths >= 1024 * 10) {
    tenths = (tenths + 1023) >> 10;
    unit++;
  }
  char digits[24], *p = to;
  const char *s;
  if (unit && tenths < 100) {
    s = format_number(tenths, 10, digits);
    *p++ = s[0], *p++ = '.', *p++ = s[1];
  } else {
    s = format_number(((uint32_t)tenths + 9) / 10, 10, digits);
    while (*s) *p++ = *s++;
  }
  if (unit) *p++ = units[unit];
  *p = 0;
  return to;
}

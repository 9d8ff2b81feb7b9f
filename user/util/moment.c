/* strftime() without locales and without stdio, for the C locale and UTC. */
#include <string.h>
#include <time.h>
#include "util.h"

struct text {
  char *to;
  size_t used, room;
};

static void add(struct text *t, const char *s, size_t n) {
  if (t->used + n < t->room) memcpy(t->to + t->used, s, n);
  t->used += n;
}

/* At least width characters, padded on the left. */
static void add_number(struct text *t, long long value, int width, char pad) {
  char digits[24], *p = format_number((unsigned long long)(value < 0 ? -value : value), 10, digits);
  while (digits + 23 - p < width) *--p = pad;
  if (value < 0) add(t, "-", 1);
  add(t, p, (size_t)(digits + 23 - p));
}

/* The n-th of words that are joined by spaces, cut to its first `most` letters. */
static void add_word(struct text *t, const char *words, int n, size_t most) {
  while (n-- > 0) words = strchr(words, ' ') + 1;
  size_t length = strcspn(words, " ");
  add(t, words, length < most ? length : most);
}

static const char days[] = "Sunday Monday Tuesday Wednesday Thursday Friday Saturday";
static const char months[] =
    "January February March April May June July August September October November December";

static bool leap(int year) { return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0; }

long long time_of(const struct tm *t) {
  long long year = t->tm_year + 1900 - (t->tm_mon < 2); /* that begins in March */
  int month = (t->tm_mon + 10) % 12;
  long long days_before =
      365 * year + year / 4 - year / 100 + year / 400 + (month * 153 + 2) / 5 + t->tm_mday - 1;
  return ((days_before - 719468) * 24 + t->tm_hour) * 3600 + t->tm_min * 60 + t->tm_sec;
}

/* The week of ISO 8601, and the year it belongs to. */
static int iso_week(const struct tm *t, int *year) {
  int weekday = (t->tm_wday + 6) % 7, week = (t->tm_yday - weekday + 10) / 7;
  *year = t->tm_year + 1900;
  if (week == 0) {
    int last = t->tm_yday + (leap(--*year) ? 366 : 365);
    return (last - weekday + 10) / 7;
  }
  if (week == 53 && t->tm_yday - weekday + 3 >= (leap(*year) ? 366 : 365)) {
    ++*year;
    return 1;
  }
  return week;
}

/* Formats that stand for others. */
static const char *alias(char c) {
  switch (c) {
  case 'c': return "%a %b %e %H:%M:%S %Y";
  case 'D':
  case 'x': return "%m/%d/%y";
  case 'F': return "%Y-%m-%d";
  case 'R': return "%H:%M";
  case 'r': return "%I:%M:%S %p";
  case 'T':
  case 'X': return "%H:%M:%S";
  default: return NULL;
  }
}

static void convert(struct text *t, char c, const struct tm *m, long ns) {
  int year = m->tm_year + 1900, iso = 0, hour = m->tm_hour % 12 ? m->tm_hour % 12 : 12;
  switch (c) {
  case 'a': add_word(t, days, m->tm_wday, 3); break;
  case 'A': add_word(t, days, m->tm_wday, 9); break;
  case 'h':
  case 'b': add_word(t, months, m->tm_mon, 3); break;
  case 'B': add_word(t, months, m->tm_mon, 9); break;
  case 'C': add_number(t, year / 100, 2, '0'); break;
  case 'd': add_number(t, m->tm_mday, 2, '0'); break;
  case 'e': add_number(t, m->tm_mday, 2, ' '); break;
  case 'G': iso_week(m, &iso), add_number(t, iso, 4, '0'); break;
  case 'g': iso_week(m, &iso), add_number(t, iso % 100, 2, '0'); break;
  case 'H': add_number(t, m->tm_hour, 2, '0'); break;
  case 'k': add_number(t, m->tm_hour, 2, ' '); break;
  case 'I': add_number(t, hour, 2, '0'); break;
  case 'l': add_number(t, hour, 2, ' '); break;
  case 'j': add_number(t, m->tm_yday + 1, 3, '0'); break;
  case 'm': add_number(t, m->tm_mon + 1, 2, '0'); break;
  case 'M': add_number(t, m->tm_min, 2, '0'); break;
  case 'n': add(t, "\n", 1); break;
  case 'N': add_number(t, ns, 9, '0'); break;
  case 'p': add(t, m->tm_hour < 12 ? "AM" : "PM", 2); break;
  case 's': add_number(t, time_of(m), 1, '0'); break;
  case 'S': add_number(t, m->tm_sec, 2, '0'); break;
  case 't': add(t, "\t", 1); break;
  case 'u': add_number(t, m->tm_wday ? m->tm_wday : 7, 1, '0'); break;
  case 'U': add_number(t, (m->tm_yday + 7 - m->tm_wday) / 7, 2, '0'); break;
  case 'V': add_number(t, iso_week(m, &iso), 2, '0'); break;
  case 'w': add_number(t, m->tm_wday, 1, '0'); break;
  case 'W': add_number(t, (m->tm_yday + 7 - (m->tm_wday + 6) % 7) / 7, 2, '0'); break;
  case 'y': add_number(t, year % 100, 2, '0'); break;
  case 'Y': add_number(t, year, 1, '0'); break;
  case 'z': add(t, "+0000", 5); break;
  case 'Z': add(t, "UTC", 3); break;
  case '%': add(t, "%", 1); break;
  default: add(t, (char[]){'%', c}, 2);
  }
}

static void format_into(struct text *t, const char *format, const struct tm *m, long ns) {
  for (; *format; format++) {
    if (*format != '%' || !format[1]) {
      add(t, format, 1);
      continue;
    }
    const char *other = alias(*++format);
    if (other) format_into(t, other, m, ns);
    else convert(t, *format, m, ns);
  }
}

size_t format_time(char *to, size_t room, const char *format, const struct tm *m, long ns) {
  struct text t = {to, 0, room};
  format_into(&t, format, m, ns);
  if (t.used >= room) return 0;
  to[t.used] = 0;
  return t.used;
}

/* Times as people type them, in UTC. */
#include <string.h>
#include <time.h>
#include "util.h"

static bool two(const char **s, int *to) {
  if ((*s)[0] < '0' || (*s)[0] > '9' || (*s)[1] < '0' || (*s)[1] > '9') return false;
  *to = ((*s)[0] - '0') * 10 + (*s)[1] - '0';
  *s += 2;
  return true;
}

static int month_days(int year, int month) {
  bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  return month == 1 ? 28 + leap : month == 3 || month == 5 || month == 8 || month == 10 ? 30 : 31;
}

static bool valid(const struct tm *t) {
  int year = t->tm_year + 1900;
  return year >= 1970 && t->tm_mon >= 0 && t->tm_mon < 12 && t->tm_mday >= 1 &&
         t->tm_mday <= month_days(year, t->tm_mon) && t->tm_hour < 24 && t->tm_min < 60 && t->tm_sec < 60;
}

static bool parse_clock(const char **s, struct tm *t) {
  if (!two(s, &t->tm_hour) || *(*s)++ != ':' || !two(s, &t->tm_min)) return false;
  t->tm_sec = 0;
  if (**s != ':') return true;
  ++*s;
  return two(s, &t->tm_sec);
}

static bool parse(const char *s, struct tm *t) {
  int century, year;
  unsigned long long seconds;
  if (*s == '@') {
    time_t at;
    if (!parse_number(s + 1, 10, &seconds) || seconds > INT32_MAX) return false;
    at = (time_t)seconds;
    return gmtime_r(&at, t);
  }
  if (strlen(s) < 10 || s[4] != '-') return parse_clock(&s, t) && !*s;
  if (!two(&s, &century) || !two(&s, &year) || *s++ != '-' || !two(&s, &t->tm_mon) || *s++ != '-' ||
      !two(&s, &t->tm_mday))
    return false;
  t->tm_year = century * 100 + year - 1900;
  t->tm_mon--;
  t->tm_hour = t->tm_min = t->tm_sec = 0;
  if (!*s) return true;
  return (*s == ' ' || *s == 'T') && (s++, parse_clock(&s, t)) && !*s;
}

bool parse_time(const char *s, struct tm *t) { return parse(s, t) && valid(t); }

bool parse_time_digits(const char *s, bool year_first, struct tm *t) {
  size_t digits = strspn(s, "0123456789");
  int century = -1, year = -1;
  t->tm_sec = 0;
  if (year_first && digits == 12 && !two(&s, &century)) return false;
  if (year_first && digits >= 10 && !two(&s, &year)) return false;
  if (!two(&s, &t->tm_mon) || !two(&s, &t->tm_mday) || !two(&s, &t->tm_hour) || !two(&s, &t->tm_min))
    return false;
  t->tm_mon--;
  if (!year_first && digits == 12 && !two(&s, &century)) return false;
  if (!year_first && digits >= 10 && !two(&s, &year)) return false;
  if (century >= 0) t->tm_year = century * 100 + year - 1900;
  else if (year >= 0) t->tm_year = year < 69 ? year + 100 : year;
  if (*s == '.' && (s++, !two(&s, &t->tm_sec))) return false;
  return !*s && valid(t);
}

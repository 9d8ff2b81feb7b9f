/* pith_app: STACK 4096 HEAP 256
 *
 * Shows the time, in UTC. +FORMAT: as strftime() has it; -u: accepted; -s TIME: sets it; -d TIME: shows that one; -r FILE: when a file
 * changed. TIME: @SECONDS, YYYY-MM-DD[ T]HH:MM[:SS], YYYY-MM-DD, HH:MM[:SS]; without -s MMDDhhmm[[CC]YY][.ss] sets it. */
#include <string.h>
#include <time.h>
#include "util.h"

const char util_name[] = "date",
           util_synopsis[] = "[-u] [-d TIME | -r FILE | -s TIME | MMDDhhmm[[CC]YY][.ss]] [+FORMAT]";

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

/* MMDDhhmm[[CC]YY][.ss] */
static bool parse_posix(const char *s, struct tm *t) {
  int a, b;
  t->tm_sec = 0;
  if (!two(&s, &t->tm_mon) || !two(&s, &t->tm_mday) || !two(&s, &t->tm_hour) || !two(&s, &t->tm_min))
    return false;
  t->tm_mon--;
  if (two(&s, &a)) t->tm_year = two(&s, &b) ? a * 100 + b - 1900 : a < 69 ? a + 100 : a;
  if (*s == '.') {
    s++;
    if (!two(&s, &t->tm_sec)) return false;
  }
  return !*s;
}

int main(int argc, char **argv) {
  const char *format = "+%a %b %e %H:%M:%S %Z %Y", *shown = NULL, *file = NULL, *set = NULL;
  struct timespec now;
  struct tm t;
  for (int c; (c = option(argc, argv, "ud:r:s:")) != -1;) {
    if (c == 'd') shown = option_value;
    if (c == 'r') file = option_value;
    if (c == 's') set = option_value;
  }
  argv += option_at;
  clock_gettime(CLOCK_REALTIME, &now);
  if (file) {
    struct stat st;
    if (stat(file, &st) < 0) fail_errno(file);
    now = (struct timespec){st.st_mtime, 0};
  }
  gmtime_r(&now.tv_sec, &t);
  const char *given = set ? set : shown;
  int status = 0;
  bool good = !given || parse(given, &t);
  if (*argv && **argv != '+') given = set = *argv++, good = parse_posix(given, &t);
  if (given && (!good || !valid(&t))) usage(given, "not a time");
  if (*argv && **argv == '+') format = *argv++;
  if (*argv) usage(*argv, "one operand too many");
  if (given) now = (struct timespec){(time_t)time_of(&t), 0};
  gmtime_r(&now.tv_sec, &t);
  if (set && clock_settime(CLOCK_REALTIME, &now) < 0) complain_errno("cannot set the clock"), status = 1;
  char text[256];
  if (!format_time(text, sizeof text, format + 1, &t, now.tv_nsec)) {
    if (format[1]) fail(format, "too long");
    *text = 0;
  }
  put_format("%s\n", text);
  return finish(status);
}

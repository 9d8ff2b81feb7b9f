/* From a day and time in UTC to seconds since 1970. */
#include <time.h>

#define DAY 86400

/* Days from 1970-01-01 to the first of March that begins year y, counted from March, as the leap day then is the last. */
static long long days_to(long long y) {
  long long era = (y >= 0 ? y : y - 399) / 400, of_era = y - era * 400;
  return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 - 719468;
}

time_t timegm(struct tm *t) {
  long long month = t->tm_mon, year = t->tm_year + 1900LL + month / 12;
  month %= 12;
  if (month < 0) month += 12, year--;
  long long from_march = (month + 10) % 12;
  long long days = days_to(year - (month < 2)) + (153 * from_march + 2) / 5 + t->tm_mday - 1;
  time_t at = (time_t)(days * DAY + t->tm_hour * 3600LL + t->tm_min * 60LL + t->tm_sec);
  gmtime_r(&at, t);
  return at;
}

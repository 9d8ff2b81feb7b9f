/* pith_app: STACK 4096 HEAP 256
 *
 * Shows the time, in UTC. +FORMAT: as strftime() has it; -u: accepted; -s TIME: sets it; -d TIME: shows that one; -r FILE: when a file
 * changed. TIME: @SECONDS, YYYY-MM-DD[ T]HH:MM[:SS], YYYY-MM-DD, HH:MM[:SS]; without -s MMDDhhmm[[CC]YY][.ss] sets it. */
#include <string.h>
#include <time.h>
#include "util.h"

const char util_name[] = "date",
           util_synopsis[] = "[-u] [-d TIME | -r FILE | -s TIME | MMDDhhmm[[CC]YY][.ss]] [+FORMAT]";

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
  bool good = !given || parse_time(given, &t);
  if (*argv && **argv != '+') given = set = *argv++, good = parse_time_digits(given, false, &t);
  if (!good) usage(given, "not a time");
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

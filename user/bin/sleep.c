/* pith_app: STACK 4096 HEAP 256
 *
 * Sleeps for the sum of its operands: seconds, with a fraction and with s, m, h or d behind them if wanted. */
#include <errno.h>
#include <string.h>
#include <time.h>
#include "util.h"

const char util_name[] = "sleep", util_synopsis[] = "SECONDS[smhd]...";

static unsigned long long nanoseconds(char *s) {
  size_t n = strlen(s);
  unsigned long long ns, times = 1;
  char unit = n ? s[n - 1] : 0, kept = unit;
  if (unit == 'm') times = 60;
  if (unit == 'h') times = 3600;
  if (unit == 'd') times = 86400;
  if (times > 1 || unit == 's') s[n - 1] = 0;
  bool good = parse_seconds(s, &ns) && !__builtin_mul_overflow(ns, times, &ns);
  if (n) s[n - 1] = kept;
  if (!good) usage(s, "not a time");
  return ns;
}

int main(int argc, char **argv) {
  unsigned long long sum = 0;
  option(argc, argv, "");
  if (option_at == argc) usage(NULL, "no time given");
  for (int i = option_at; i < argc; i++)
    if (__builtin_add_overflow(sum, nanoseconds(argv[i]), &sum)) usage(argv[i], "too long");
  struct timespec t = {(time_t)(sum / 1000000000u), (long)(sum % 1000000000u)};
  while (nanosleep(&t, &t) < 0)
    if (errno != EINTR) fail_errno(NULL);
  return 0;
}

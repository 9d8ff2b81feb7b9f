/* pith_app: STACK 4096 HEAP 256
 *
 * Runs a program and says how long it took: real is the clock's time, user what its threads ran. -p: in seconds, POSIX's way. */
#include <sys/resource.h>
#include <string.h>
#include <time.h>
#include "util.h"

const char util_name[] = "time", util_synopsis[] = "[-p] PROGRAM [WORD...]";

static void say(const char *name, unsigned long long us, bool posix) {
  char digits[24];
  const char *whole = format_number(us / 1000000, 10, digits);
  char fraction[24];
  const char *part = format_number(1000000 + us % 1000000, 10, fraction) + 1;
  write_all(2, name, strlen(name));
  write_all(2, posix ? " " : "\t", 1);
  write_all(2, whole, (size_t)(digits + 23 - whole));
  write_all(2, ".", 1);
  write_all(2, part, posix ? 2 : 6);
  write_all(2, posix ? "\n" : "s\n", posix ? 1 : 2);
}

static unsigned long long now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (unsigned long long)t.tv_sec * 1000000 + (unsigned long)t.tv_nsec / 1000;
}

int main(int argc, char **argv) {
  bool posix = false;
  struct rusage r = {0};
  while (option(argc, argv, "p") != -1) posix = true;
  if (option_at == argc) usage(NULL, "no program given");
  unsigned long long start = now();
  int status = run_command(argv + option_at, &r);
  say("real", now() - start, posix);
  say("user", (unsigned long long)r.ru_utime.tv_sec * 1000000 + (unsigned long)r.ru_utime.tv_usec, posix);
  say("sys", (unsigned long long)r.ru_stime.tv_sec * 1000000 + (unsigned long)r.ru_stime.tv_usec, posix);
  return status;
}

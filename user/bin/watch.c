/* Runs a command again and again and shows what it says on a cleared screen. -n SECONDS: between (2); -t: no title; -e: ends when
 * it fails, with its status; -c N: so many times. */
#include <errno.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include "util.h"

const char util_name[] = "watch", util_synopsis[] = "[-te] [-n SECONDS] [-c TIMES] COMMAND [WORD...]";

int main(int argc, char **argv) {
  unsigned long long ns = 2000000000, times = UINT64_MAX;
  bool title = true, until_failure = false;
  const char *interval = "2";
  for (int c; (c = option(argc, argv, "ten:c:")) != -1;) {
    if (c == 't') title = false;
    else if (c == 'e') until_failure = true;
    else if (c == 'c') times = number_argument(option_value, option_value, UINT32_MAX);
    else if (!parse_seconds(interval = option_value, &ns)) usage(option_value, "not a time");
  }
  if (option_at == argc) usage(NULL, "no command given");
  struct line command = {0};
  for (int i = option_at; i < argc; i++) {
    if (i > option_at) line_add(&command, " ", 1);
    line_add(&command, argv[i], strlen(argv[i]));
  }
  char *words[] = {"sh", "-c", command.text, NULL};
  for (;;) {
    struct rusage used;
    put_text("\033[H\033[2J");
    if (title) put_format("Every %s s: %s\n\n", interval, command.text);
    flush();
    int status = run_command(words, &used);
    if ((until_failure && status) || !--times) return status;
    struct timespec t = {(time_t)(ns / 1000000000u), (long)(ns % 1000000000u)};
    while (nanosleep(&t, &t) < 0)
      if (errno != EINTR) fail_errno(NULL);
  }
}

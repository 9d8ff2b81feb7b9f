/* pith_app: STACK 4096 HEAP 256
 *
 * Sends a signal to processes and, with negative numbers, to groups. -s NAME, -NAME, -NUMBER: which (TERM);
 * -l [STATUS...]: the names, or those that statuses stand for. */
#include <signal.h>
#include <string.h>
#include "util.h"

const char util_name[] = "kill", util_synopsis[] = "[-s SIGNAL | -SIGNAL] PID... | -l [STATUS...]";

static int list(char **statuses) {
  if (!*statuses) {
    for (int i = 1, column = 0; i < NSIG; i++) {
      const char *name = signal_name(i);
      if (name) put_format("%2d %-7s%s", i, name, ++column % 8 ? " " : "\n");
    }
    put_char('\n');
  }
  for (; *statuses; statuses++) {
    int number = signal_number(*statuses);
    unsigned long long value;
    bool digits = parse_number(*statuses, 10, &value);
    if (digits) number = value > 128 && value < 128 + NSIG ? (int)value - 128 : number;
    const char *name = number > 0 ? signal_name(number) : NULL;
    if (!name) usage(*statuses, "no such signal");
    if (digits) put_format("%s\n", name);
    else put_format("%d\n", number);
  }
  return finish(0);
}

static bool send(const char *s, int number) {
  unsigned long long pid;
  bool group = *s == '-';
  if (!parse_number(s + group, 10, &pid) || pid > INT32_MAX) usage(s, "not a process");
  if (kill(group ? -(pid_t)pid : (pid_t)pid, number) == 0) return true;
  complain_errno(s);
  return false;
}

int main(int argc, char **argv) {
  int number = SIGTERM, i = 1, status = 0;
  const char *name = NULL, *word = argc > 1 ? argv[1] : "";
  if (strcmp(word, "-l") == 0) return list(argv + 2);
  if (strcmp(word, "-s") == 0 || strcmp(word, "-n") == 0) {
    if (argc < 3) usage(word, "needs a signal");
    name = argv[2], i = 3;
  } else if (word[0] == '-' && word[1] && strcmp(word, "--") != 0) {
    name = word + 1, i = 2;
  }
  if (name && (number = signal_number(name)) < 0) usage(name, "no such signal");
  if (i < argc && strcmp(argv[i], "--") == 0) i++;
  if (i == argc) usage(NULL, "no process given");
  for (; i < argc; i++)
    if (!send(argv[i], number)) status = 1;
  return status;
}

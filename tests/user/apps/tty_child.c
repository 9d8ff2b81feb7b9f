/* A job for posix_tty.c: what it does is its argument.
 * pith_app: STACK 1024 HEAP 2048 */
#include <signal.h>
#include <string.h>
#include <unistd.h>

static void ends(int signal) {
  write(1, "tidy\n", 5);
  _exit(50 + signal);
}

int main(int argc, char *argv[]) {
  char line[64];
  if (argc < 2) return 99;
  if (!strcmp(argv[1], "read")) return (int)read(0, line, sizeof line);
  if (!strcmp(argv[1], "write")) return (int)write(1, "job\n", 4);
  if (!strcmp(argv[1], "tidy")) signal(SIGINT, ends);
  while (tcgetpgrp(0) != getpgrp()) usleep(1000);
  write(1, "ready\n", 6);
  for (;;) continue;
}

/* Running another program, for env, time, watch, find and xargs. */
#include <errno.h>
#include <spawn.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include "util.h"

extern char **environ;

int wait_command(pid_t pid, struct rusage *usage) {
  int status;
  while (wait4(pid, &status, 0, usage) < 0)
    if (errno != EINTR) fail_errno("wait");
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int cannot_run(const char *name, int error) {
  complain(name, error_text(error));
  return error == ENOENT ? 127 : 126;
}

int run_command(char **argv, struct rusage *usage) {
  pid_t pid;
  int error = posix_spawnp(&pid, argv[0], NULL, NULL, argv, environ);
  return error ? cannot_run(argv[0], error) : wait_command(pid, usage);
}

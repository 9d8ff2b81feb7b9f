/* Running another program, for env, time and watch. */
#include <errno.h>
#include <spawn.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include "util.h"

extern char **environ;

int run_command(char **argv, struct rusage *usage) {
  pid_t pid;
  int status, error = posix_spawnp(&pid, argv[0], NULL, NULL, argv, environ);
  if (error) {
    complain(argv[0], error_text(error));
    return error == ENOENT ? 127 : 126;
  }
  while (wait4(pid, &status, 0, usage) < 0)
    if (errno != EINTR) fail_errno(argv[0]);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

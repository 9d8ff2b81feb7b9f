/* system(): a command for sh. */
#include <paths.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include "thread.h"

/* Meanwhile SIGINT and SIGQUIT are the command's, and SIGCHLD waits. */
int system(const char *command) {
  struct sigaction ignore = {.sa_handler = SIG_IGN}, interrupt, quit;
  sigset_t child = 1ul << SIGCHLD, before, defaults = 0;
  posix_spawnattr_t a;
  struct stat st;
  int status = -1;
  pid_t pid, ended;
  if (!command) return stat(_PATH_BSHELL, &st) == 0;
  sigaction(SIGINT, &ignore, &interrupt);
  sigaction(SIGQUIT, &ignore, &quit);
  sigprocmask(SIG_BLOCK, &child, &before);
  if (interrupt.sa_handler != SIG_IGN) defaults |= 1ul << SIGINT;
  if (quit.sa_handler != SIG_IGN) defaults |= 1ul << SIGQUIT;
  posix_spawnattr_init(&a);
  posix_spawnattr_setsigmask(&a, &before);
  posix_spawnattr_setsigdefault(&a, &defaults);
  posix_spawnattr_setflags(&a, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  int error = posix_spawn(&pid, _PATH_BSHELL, NULL, &a, (char *[]){"sh", "-c", (char *)command, NULL}, NULL);
  if (error == ENOENT || error == EACCES || error == ENOEXEC) status = 127 << 8;
  if (!error) {
    do ended = waitpid(pid, &status, 0);
    while (ended < 0 && errno == EINTR);
    if (ended < 0) status = -1;
  }
  posix_spawnattr_destroy(&a);
  sigaction(SIGINT, &interrupt, NULL);
  sigaction(SIGQUIT, &quit, NULL);
  sigprocmask(SIG_SETMASK, &before, NULL);
  if (error && status == -1) errno = error;
  return status;
}

/* The process and its memory, under the names newlib calls.
 *
 * What the system does not have yet answers ENOSYS: fork, exec, wait, signals to others. */
#include <signal.h>
#include <sys/types.h>
#include <sys/times.h>
#include <unistd.h>
#include "pith.h"
#include "result.h"

_Noreturn void _exit(int status) { sys_exit(status); }

pid_t _getpid(void) { return (pid_t)sys_getpid(); }

/* Moves the end of the heap by change bytes; the old end. malloc calls it under its own lock; a program
 * that mixes both from several threads locks itself. */
void *_sbrk(ptrdiff_t change) {
  long end = sys_brk(0);
  /* Addresses have all 32 bits, errors are the last page: no memory ends there. */
  if ((unsigned long)end > -4096UL)
    return (void *)result(end);
  if (change) {
    long moved = sys_brk((unsigned long)end + (unsigned long)change);
    if ((unsigned long)moved > -4096UL)
      return (void *)result(moved);
  }
  return (void *)end;
}

/* A signal to oneself that nobody handles ends the process, with the status a shell expects. */
int _kill(pid_t pid, int signal) {
  if (pid != _getpid())
    return (int)result(-ENOSYS);
  if (signal)
    sys_exit(128 + signal);
  return 0;
}

pid_t _fork(void) { return (pid_t)result(-ENOSYS); }

pid_t _wait(int *status) {
  (void)status;
  return (pid_t)result(-ENOSYS);
}

int _execve(const char *path, char *const argv[], char *const envp[]) {
  (void)path, (void)argv, (void)envp;
  return (int)result(-ENOSYS);
}

clock_t _times(struct tms *times) {
  (void)times;
  return (clock_t)result(-ENOSYS);
}

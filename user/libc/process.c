/* The process and its memory, under the names newlib calls.
 *
 * vfork() is fork(): it may do all that fork() may. */
#include <signal.h>
#include <sys/types.h>
#include <unistd.h>
#include "interpret.h"
#include "pith.h"
#include "result.h"
#include "thread.h"

_Noreturn void _exit(int status) { sys_exit(status); }

pid_t _getpid(void) { return (pid_t)sys_getpid(); }

/* Moves the end of the heap by change bytes; the old end. malloc calls it under its own lock; a program
 * that mixes both from several threads locks itself. */
void *_sbrk(ptrdiff_t change) {
  long end = sys_brk(0);
  /* Addresses have all 32 bits, errors are the last page: no memory ends there. */
  if ((unsigned long)end > -4096UL) return (void *)result(end);
  if (change) {
    long moved = sys_brk((unsigned long)end + (unsigned long)change);
    if ((unsigned long)moved > -4096UL) return (void *)result(moved);
  }
  return (void *)end;
}

int _kill(pid_t pid, int signal) { return (int)result(sys_kill(pid, signal)); }

pid_t getppid(void) { return (pid_t)sys_process_id(0, PITH_ID_PARENT); }
pid_t getpgrp(void) { return (pid_t)sys_process_id(0, PITH_ID_GROUP); }
pid_t getpgid(pid_t pid) { return (pid_t)result(sys_process_id(pid, PITH_ID_GROUP)); }
int setpgid(pid_t pid, pid_t group) { return (int)result(sys_setpgid(pid, group)); }
int setpgrp(void) { return setpgid(0, 0); }

/* The child has one thread, this one, by another number; of what other threads held nobody is the owner any more. */
pid_t _fork(void) {
  if (__pith_atfork) __pith_atfork(FORK_BEFORE);
  if (__pith_fork_locks) __pith_fork_locks(FORK_BEFORE);
  long r = sys_fork();
  if (r == 0) {
    uthread_self()->tid = (uint32_t)sys_thread_self();
    if (__pith_fork_threads) __pith_fork_threads();
  }
  if (__pith_fork_locks) __pith_fork_locks(r == 0 ? FORK_CHILD : FORK_PARENT);
  if (r == 0 && __pith_fork_timers) __pith_fork_timers();
  if (__pith_atfork) __pith_atfork(r == 0 ? FORK_CHILD : FORK_PARENT);
  return (pid_t)result(r);
}

pid_t vfork(void) { return fork(); }

static long execute(void *envp, const char *path, char *const argv[]) { return sys_execve(path, argv, envp); }

int _execve(const char *path, char *const argv[], char *const envp[]) {
  long r = sys_execve(path, argv, envp);
  return (int)result(r == -ENOEXEC ? __pith_interpret(path, argv, execute, (void *)envp) : r);
}

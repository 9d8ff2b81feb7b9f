/* Waiting for children. A child that a fault or a signal ended shows the signal. */
#include <sys/wait.h>
#include "result.h"
#include "thread.h"

#define EXIT_BITS 8

pid_t wait4(pid_t pid, int *status, int options, struct rusage *usage) {
  struct pith_ended ended;
  long r;
  if (options & ~(WNOHANG | WUNTRACED)) return (pid_t)result(-EINVAL);
  wait_starts();
  do r = sys_wait(pid, &ended, options & WNOHANG ? 0 : PITH_WAIT_FOREVER);
  while (again_restart(r));
  if (r == -ETIMEDOUT) return 0;
  if (r < 0) return (pid_t)result(r);
  if (status) *status = ended.cause == PITH_ENDED_EXIT ? (ended.status & 0xff) << EXIT_BITS : ended.status & 0x7f;
  if (usage)
    *usage = (struct rusage){.ru_utime = {.tv_sec = (time_t)(ended.cpu_us / 1000000),
                                          .tv_usec = (suseconds_t)(ended.cpu_us % 1000000)}};
  return (pid_t)r;
}

pid_t wait3(int *status, int options, struct rusage *usage) { return wait4(-1, status, options, usage); }
pid_t waitpid(pid_t pid, int *status, int options) { return wait4(pid, status, options, NULL); }
pid_t wait(int *status) { return waitpid(-1, status, 0); }
pid_t _wait(int *status) { return wait(status); }

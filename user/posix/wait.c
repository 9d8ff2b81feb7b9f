/* Waiting for children. A child that a fault or a signal ended shows the signal. */
#include <sys/wait.h>
#include "result.h"
#include "thread.h"

#define CODE_BITS 8
#define STOPPED 0x7f
#define CONTINUES 0xffff

/* For times() and getrusage(): of the children that were waited for, microseconds. */
unsigned long long __pith_children_us;

static int status_of(const struct pith_ended *ended) {
  switch (ended->cause) {
  case PITH_ENDED_EXIT: return (ended->status & 0xff) << CODE_BITS;
  case PITH_ENDED_STOPPED: return ended->status << CODE_BITS | STOPPED;
  case PITH_ENDED_CONTINUED: return CONTINUES;
  default: return ended->status & 0x7f;
  }
}

pid_t wait4(pid_t pid, int *status, int options, struct rusage *usage) {
  struct pith_ended ended;
  long r;
  if (options & ~(WNOHANG | WUNTRACED | WCONTINUED)) return (pid_t)result(-EINVAL);
  wait_starts();
  do r = sys_wait4(pid, &ended, (unsigned)options);
  while (again_restart(r));
  if (r <= 0) return (pid_t)result(r);
  if (ended.cause != PITH_ENDED_STOPPED && ended.cause != PITH_ENDED_CONTINUED) __pith_children_us += ended.cpu_us;
  if (status) *status = status_of(&ended);
  if (usage)
    *usage = (struct rusage){.ru_utime = {.tv_sec = (time_t)(ended.cpu_us / 1000000),
                                          .tv_usec = (suseconds_t)(ended.cpu_us % 1000000)}};
  return (pid_t)r;
}

pid_t wait3(int *status, int options, struct rusage *usage) { return wait4(-1, status, options, usage); }
pid_t waitpid(pid_t pid, int *status, int options) { return wait4(pid, status, options, NULL); }
pid_t wait(int *status) { return waitpid(-1, status, 0); }
pid_t _wait(int *status) { return wait(status); }

/* Without signals: a process may end itself and its descendants. */
#include "calls.h"
#include "internal.h"

#if !PITH_PROCESS_SIGNALS
long p_call_kill(long pid, int signal) {
  struct process *from = process_current(), *to = pid > 0 ? process_by_pid((int)pid) : NULL;
  const struct process *p = to;

  if (!to || to->state == PROCESS_LOADING) return -ESRCH;
  while (p && p != from) p = process_by_pid(p->parent);
  if (!p) return -EPERM;
  if (signal < 0 || signal > PITH_SIGNALS) return -EINVAL;
  if (signal) process_end(to, PROCESS_KILLED, signal);
  return 0;
}
#endif

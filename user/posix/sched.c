/* Priorities and policies of threads. The most urgent thread runs; of equals each for a while (SCHED_OTHER and SCHED_RR), or
 * until it blocks or yields (SCHED_FIFO). */
#include <sched.h>
#include <unistd.h>
#include "posix_thread.h"
#include "priority.h"
#include "result.h"

/* Pith's number, of the thread itself, not what a lock lends it. */
static long set_priority(struct uthread *t, int priority) {
  if (t->ceilings) {
    /* Until it has unlocked them it keeps the most urgent of them. */
    t->own_priority = priority;
    if (priority >= sys_thread_priority((long)t->tid, -1)) return 0;
  }
  return sys_thread_priority((long)t->tid, priority);
}

int pthread_setschedprio(pthread_t thread, int priority) {
  if (!valid_priority(priority)) return EINVAL;
  long r = set_priority(uthread_of(thread), to_pith(priority));
  return r < 0 ? (int)-r : 0;
}

int pthread_setschedparam(pthread_t thread, int policy, const struct sched_param *param) {
  if (!valid_policy(policy)) return EINVAL;
  int error = pthread_setschedprio(thread, param->sched_priority);
  if (error) return error;
  long r = sys_thread_policy((long)uthread_of(thread)->tid, kernel_policy(policy));
  uthread_of(thread)->round_robin = policy == SCHED_RR;
  return r < 0 ? (int)-r : 0;
}

static int policy_of(const struct uthread *t) {
  if (sys_thread_policy((long)t->tid, -1) == PITH_POLICY_FIFO) return SCHED_FIFO;
  return t->round_robin ? SCHED_RR : SCHED_OTHER;
}

int pthread_getschedparam(pthread_t thread, int *policy, struct sched_param *param) {
  const struct uthread *t = uthread_of(thread);
  long r = sys_thread_priority((long)t->tid, -1);
  if (r < 0) return (int)-r;
  *policy = policy_of(t);
  param->sched_priority = from_pith(t->ceilings ? t->own_priority : (int)r);
  return 0;
}

int pthread_getconcurrency(void) { return 0; }
int pthread_setconcurrency(int level) { return level < 0 ? EINVAL : 0; }
void pthread_yield(void) { sys_yield(); }

static int range(int policy, int value) {
  return valid_policy(policy) ? value : (int)result(-EINVAL);
}

int sched_get_priority_min(int policy) { return range(policy, PRIORITY_MIN); }
int sched_get_priority_max(int policy) { return range(policy, PRIORITY_MAX); }

/* Of the process: of its calling thread; nobody sets another process's. */
static bool own(pid_t pid) { return pid == 0 || pid == getpid(); }

int sched_setparam(pid_t pid, const struct sched_param *param) {
  if (!own(pid)) return (int)result(-EPERM);
  return (int)result(-pthread_setschedprio(pthread_self(), param->sched_priority));
}

int sched_getparam(pid_t pid, struct sched_param *param) {
  int policy;
  if (!own(pid)) return (int)result(-EPERM);
  return (int)result(-pthread_getschedparam(pthread_self(), &policy, param));
}

int sched_setscheduler(pid_t pid, int policy, const struct sched_param *param) {
  if (!own(pid)) return (int)result(-EPERM);
  int before = sched_getscheduler(pid), error = pthread_setschedparam(pthread_self(), policy, param);
  return error ? (int)result(-error) : before;
}

int sched_getscheduler(pid_t pid) {
  return own(pid) ? policy_of(uthread_of(pthread_self())) : (int)result(-EPERM);
}

int sched_rr_get_interval(pid_t pid, struct timespec *interval) {
  if (!own(pid)) return (int)result(-EPERM);
  long ms = sys_thread_policy((long)uthread_of(pthread_self())->tid, PITH_POLICY_SPAN);
  *interval = (struct timespec){.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};
  return 0;
}

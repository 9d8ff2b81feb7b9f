/* What a process has used and what it may have. The limits are what it was given when it was started: none can be changed. */
#include <limits.h>
#include <stdbool.h>
#include <sys/resource.h>
#include <sys/times.h>
#include <unistd.h>
#include "clock.h"
#include "pith.h"
#include "result.h"

static bool own(struct pith_info_process *p) {
  int pid = (int)sys_getpid();
  for (unsigned i = 0; sys_info(PITH_INFO_PROCESS, i, p, sizeof *p) >= 0; i++)
    if (p->pid == pid) return true;
  return false;
}

int getrlimit(int what, struct rlimit *limit) {
  struct pith_info_process p;
  if (!own(&p)) return (int)result(-EINVAL);
  rlim_t is = RLIM_INFINITY;
  switch (what) {
  case RLIMIT_DATA: is = p.block + p.block_size - p.heap; break;
  case RLIMIT_STACK: is = p.stack_size; break;
  case RLIMIT_RSS:
  case RLIMIT_AS: is = p.block_size; break;
  case RLIMIT_NOFILE: is = PITH_OPEN_MAX; break;
  case RLIMIT_CORE: is = 0; break;
  case RLIMIT_CPU:
  case RLIMIT_FSIZE:
  case RLIMIT_NPROC: break;
  default: return (int)result(-EINVAL);
  }
  *limit = (struct rlimit){is, is};
  return 0;
}

/* What it is already, it may be. */
int setrlimit(int what, const struct rlimit *limit) {
  struct rlimit is;
  if (getrlimit(what, &is)) return -1;
  if (limit->rlim_cur > limit->rlim_max) return (int)result(-EINVAL);
  return (int)result(limit->rlim_cur == is.rlim_cur && limit->rlim_max == is.rlim_max ? 0 : -EPERM);
}

int getrusage(int whose, struct rusage *used) {
  struct pith_info_process p;
  struct tms t = {0};
  if (whose != RUSAGE_SELF && whose != RUSAGE_CHILDREN) return (int)result(-EINVAL);
  times(&t);
  clock_t ticks = whose == RUSAGE_SELF ? t.tms_utime : t.tms_cutime;
  *used = (struct rusage){
      .ru_utime = {.tv_sec = (time_t)(ticks / TICKS_A_SECOND),
                   .tv_usec = (suseconds_t)(ticks % TICKS_A_SECOND * (1000000 / TICKS_A_SECOND))}};
  if (whose == RUSAGE_SELF && own(&p)) used->ru_maxrss = (long)(p.block_size / 1024);
  return 0;
}

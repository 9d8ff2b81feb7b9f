/* What a process may have, and what it has used. */
#ifndef PITH_SYS_RESOURCE_H
#define PITH_SYS_RESOURCE_H
#include <sys/time.h>
#include <sys/types.h>

#ifdef __cplusplus
extern "C" {
#endif
typedef unsigned long rlim_t;
#define RLIM_INFINITY 0x7FFFFFFFul
#define RLIM_SAVED_CUR RLIM_INFINITY
#define RLIM_SAVED_MAX RLIM_INFINITY
struct rlimit {
  rlim_t rlim_cur, rlim_max;
};

#define RLIMIT_CPU 0
#define RLIMIT_FSIZE 1
#define RLIMIT_DATA 2
#define RLIMIT_STACK 3
#define RLIMIT_CORE 4
#define RLIMIT_RSS 5
#define RLIMIT_NPROC 6
#define RLIMIT_NOFILE 7
#define RLIMIT_AS 9
#define RLIM_NLIMITS 10
int getrlimit(int what, struct rlimit *limit);
int setrlimit(int what, const struct rlimit *limit);

#define RUSAGE_SELF 0
#define RUSAGE_CHILDREN (-1)
struct rusage {
  struct timeval ru_utime, ru_stime; /* all of it is in ru_utime */
  long ru_maxrss;                    /* KB of its block */
};
int getrusage(int whose, struct rusage *used);
#ifdef __cplusplus
}
#endif
#endif

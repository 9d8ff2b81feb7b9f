/* What a terminal asks of whoever runs programs: who is calling, and whom a key reaches. All in the kernel context. */
#ifndef PITH_JOBS_H
#define PITH_JOBS_H
#include <stdbool.h>

struct jobs {
  /* The group of the process whose call this is; 0: the caller is the system. */
  int (*group)(void);
  bool (*exists)(int group); /* some process of it is alive */
  void (*signal)(int group, int signal);
  /* The caller, in the background, does what only the foreground may: its group gets the signal, unless the caller
   * blocks or ignores it. True: *result is what its call returns, at once. False: it may go on. */
  bool (*hold)(int signal, long *result);
};

extern const struct jobs *jobs; /* NULL: there are no programs */
#endif

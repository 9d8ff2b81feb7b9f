/* What there is to know of the running system as text: /proc. A file is made each time it is read, of what is true
 * then; so a file that is read in pieces is one text only if nothing has changed meanwhile; but it is never longer than
 * when its beginning was read. The files are somebody else's matter (process/proc.c): this makes a tree of them,
 * /proc/NAME, /proc/PID/NAME and /proc/self/NAME. */
#ifndef PITH_PROCFS_H
#define PITH_PROCFS_H
#include "vfs.h"

typedef void procfs_put(void *ctx, char c);

struct procfs {
  struct mount mount;               /* point, source and ops are set by procfs_mount() */
  const char *const *names;         /* of the system's files; ends with NULL */
  const char *const *process_names; /* of each process's */
  int (*process_at)(unsigned i);    /* the number of the i-th process; 0 past the last one */
  int (*self)(void);                /* whose call this is, for /proc/self; 0: nobody's */
  /* The text of file `file` of `names` (pid 0) or of `process_names`; of a process that is gone: none. Thread. */
  void (*print)(int pid, unsigned file, procfs_put *put, void *ctx);
};

/* Mounts p at /proc. 0, or as vfs_mount(). Thread. */
int procfs_mount(struct procfs *p);
#endif

/* /proc: what the system and its processes are doing, as text. */
#ifndef PITH_PROC_H
#define PITH_PROC_H

/* What /proc/version says; stays. */
struct proc_about {
  const char *version, *board, *machine;
};

/* Mounts it. 0 or negative errno. Thread, once, after vfs_init(). */
int proc_start(const struct proc_about *about);
#endif

/* Named kernel objects as POSIX names them: "/door" of <semaphore.h> is "/sem/door". */
#ifndef PITH_POSIX_NAMED_H
#define PITH_POSIX_NAMED_H
#include <fcntl.h>
#include <sys/types.h>
#include "thread.h"

/* 0, -EINVAL (no slash in front, or more of them), -ENAMETOOLONG. folder: "/sem" */
long object_path(char path[PITH_OBJECT_NAME], const char *folder, const char *name);
/* Opens or creates; its handle. The file mode's bits, whoever's, are what other processes may ask for. */
long object_open(unsigned kind, const char *folder, const char *name, int flags, mode_t mode, unsigned rights,
                 unsigned initial, unsigned size);
long object_unlink(const char *folder, const char *name);

/* O_RDONLY, O_WRONLY, O_RDWR as rights. */
static inline unsigned object_rights(int flags) {
  int access = flags & O_ACCMODE;
  return access == O_RDONLY ? PITH_RIGHT_WAIT : access == O_WRONLY ? PITH_RIGHT_SIGNAL
                                                                   : PITH_RIGHT_WAIT | PITH_RIGHT_SIGNAL;
}
#endif

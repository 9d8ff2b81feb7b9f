/* From the kernel's convention (0 or more, or a negative errno) to POSIX's (-1 and errno). */
#ifndef PITH_RESULT_H
#define PITH_RESULT_H
#include <errno.h>

static inline long result(long r) {
  if (r >= 0)
    return r;
  errno = (int)-r;
  return -1;
}
#endif

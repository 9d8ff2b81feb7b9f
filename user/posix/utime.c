/* The time of a file's last change; that of the last access is kept nowhere. */
#include <sys/time.h>
#include <utime.h>
#include "pith.h"
#include "result.h"

int utimes(const char *path, const struct timeval *times) {
  if (!times) return (int)result(sys_utime(path, NULL));
  if (times[1].tv_usec < 0 || times[1].tv_usec > 999999) return (int)result(-EINVAL);
  long long us = (long long)times[1].tv_sec * 1000000 + times[1].tv_usec;
  return (int)result(sys_utime(path, &us));
}

int utime(const char *path, const struct utimbuf *times) {
  if (!times) return utimes(path, NULL);
  struct timeval both[2] = {{.tv_sec = times->actime}, {.tv_sec = times->modtime}};
  return utimes(path, both);
}

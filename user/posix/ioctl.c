/* ioctl(). It may wait (for output to be sent): then it is a cancellation point, and goes on after signals as read() does. */
#include <stdarg.h>
#include <sys/ioctl.h>
#include "result.h"
#include "thread.h"

_Static_assert(TCSBRKP == PITH_TCSBRKP && TIOCSWINSZ == PITH_TIOCSWINSZ && TIOCSPGRP == PITH_TIOCSPGRP,
               "the kernel's");

int ioctl(int fd, unsigned long request, ...) {
  va_list rest;
  long r;
  va_start(rest, request);
  void *arg = va_arg(rest, void *);
  va_end(rest);
  wait_starts();
  do r = sys_ioctl(fd, (unsigned)request, arg);
  while (again_restart(r));
  return (int)result(r);
}

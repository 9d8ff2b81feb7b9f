/* What poll() waits on: one queue for all. Whoever waits there is few, and looks at all its files again whenever
 * something has changed; nobody waiting costs those who change things one look. And the sizes of ioctl() arguments. */
#include "pith/monitor.h"
#include "vfs.h"

struct pith_waker vfs_poll;
pith_time vfs_read_deadline;

void vfs_changed(void) {
  if (vfs_poll.waiters.head) pith_wake(&vfs_poll);
}

uint32_t vfs_ioctl_size(uint32_t request, bool *to) {
  *to = false;
  switch (request) {
  case PITH_TCSETS:
  case PITH_TCSETSW:
  case PITH_TCSETSF: *to = true; return sizeof(struct pith_termios);
  case PITH_TCGETS: return sizeof(struct pith_termios);
  case PITH_TIOCSPGRP: *to = true; return sizeof(int32_t);
  case PITH_TIOCGPGRP:
  case PITH_TIOCOUTQ:
  case PITH_FIONREAD: return sizeof(int32_t);
  case PITH_TIMERSET: *to = true; return sizeof(struct pith_timer_spec);
  case PITH_TIMERGET: return sizeof(struct pith_timer_spec);
  case PITH_TIOCSWINSZ: *to = true; return sizeof(struct pith_winsize);
  case PITH_TIOCGWINSZ: return sizeof(struct pith_winsize);
  default: return 0;
  }
}

/* Terminals: serial lines as processes see them, in /dev. A line discipline (ldisc.h) between a tty's rings and those who
 * read and write, and of the controlling terminal, the console, job control. */
#ifndef PITH_TERM_H
#define PITH_TERM_H
#include "devfs.h"
#include "ldisc.h"
#include "pith/monitor.h"
#include "tty.h"

struct term {
  struct pith_deferred attention; /* first: the interrupt has something for us */
  struct devfs_device device;
  struct ldisc line;
  struct tty *tty;
  struct pith_waker data; /* readers */
  pith_time last;         /* when a byte came */
  bool controlling, sent; /* sent: the driver is to be told of bytes in the ring */
  int group;              /* in the foreground; 0: none was said */
  int reader;             /* the group that read last */
  struct pith_winsize size;
};

/* Makes a terminal of a line, in /dev under that name. raw: without editing, echo and signals to begin with. controlling:
 * the one keys of which send signals to the foreground, and which /dev/tty is. 0, -EEXIST. Thread. */
int term_init(struct term *t, const char *name, struct tty *tty, bool raw, bool controlling);
/* Its size, as the system knows it. Thread. */
void term_resize(struct term *t, unsigned rows, unsigned columns);
#endif

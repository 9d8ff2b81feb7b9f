/* Terminals, by ioctl(). */
#include <stdint.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>
#include "pith.h"
#include "pith_termios.h"
#include "result.h"

_Static_assert(sizeof(struct termios) == sizeof(struct pith_termios) && VEOL2 == PITH_VEOL2 &&
                   IEXTEN == PITH_IEXTEN && IUTF8 == PITH_IUTF8 && ONLRET == PITH_ONLRET &&
                   CLOCAL == PITH_CLOCAL,
               "the kernel's");

int tcgetattr(int fd, struct termios *t) { return ioctl(fd, TCGETS, t); }

int tcsetattr(int fd, int when, const struct termios *t) {
  return when < TCSANOW || when > TCSAFLUSH ? (int)result(-EINVAL)
                                            : ioctl(fd, TCSETS + (unsigned long)when, t);
}

int tcdrain(int fd) { return ioctl(fd, TCSBRK, NULL); }
int tcflush(int fd, int which) { return ioctl(fd, TCFLSH, (void *)(intptr_t)which); }
int tcflow(int fd, int what) { return ioctl(fd, TCXONC, (void *)(intptr_t)what); }

int tcsendbreak(int fd, int duration) {
  (void)duration; /* the device's own */
  return ioctl(fd, TCSBRKP, NULL);
}

pid_t tcgetpgrp(int fd) {
  int32_t group;
  return ioctl(fd, TIOCGPGRP, &group) < 0 ? -1 : (pid_t)group;
}

int tcsetpgrp(int fd, pid_t group_) {
  int32_t group = group_;
  return ioctl(fd, TIOCSPGRP, &group);
}

void cfmakeraw(struct termios *t) {
  t->c_iflag &= ~(tcflag_t)(IGNBRK | BRKINT | PARMRK | ISTRIP | INLCR | IGNCR | ICRNL | IXON);
  t->c_oflag &= ~(tcflag_t)OPOST;
  t->c_lflag &= ~(tcflag_t)(ECHO | ECHONL | ICANON | ISIG | IEXTEN);
  t->c_cflag = (t->c_cflag & ~(tcflag_t)(CSIZE | PARENB)) | CS8;
  t->c_cc[VMIN] = 1;
  t->c_cc[VTIME] = 0;
}

speed_t cfgetospeed(const struct termios *t) { return t->__speed; }
speed_t cfgetispeed(const struct termios *t) { return t->__speed; }

int cfsetspeed(struct termios *t, speed_t speed) {
  t->__speed = speed;
  return 0;
}

int cfsetospeed(struct termios *t, speed_t speed) { return cfsetspeed(t, speed); }
/* 0: as the other direction. */
int cfsetispeed(struct termios *t, speed_t speed) { return speed ? cfsetspeed(t, speed) : 0; }

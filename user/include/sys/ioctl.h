/* What a file has of its own. TCGETS and TCSETS take a struct termios, TIOCGPGRP and TIOCSPGRP a pid_t, FIONREAD and TIOCOUTQ
 * an int, TIOCGWINSZ and TIOCSWINSZ a struct winsize: pointers to them; TCXONC, TCFLSH a number. */
#ifndef PITH_SYS_IOCTL_H
#define PITH_SYS_IOCTL_H

#ifdef __cplusplus
extern "C" {
#endif

#define TCGETS 0x5401
#define TCSETS 0x5402
#define TCSETSW 0x5403
#define TCSETSF 0x5404
#define TCSBRK 0x5409
#define TCXONC 0x540A
#define TCFLSH 0x540B
#define TIOCGPGRP 0x540F
#define TIOCSPGRP 0x5410
#define TIOCOUTQ 0x5411
#define TIOCGWINSZ 0x5413
#define TIOCSWINSZ 0x5414
#define FIONREAD 0x541B
#define TIOCINQ FIONREAD
#define TCSBRKP 0x5425

struct winsize {
  unsigned short ws_row, ws_col, ws_xpixel, ws_ypixel;
};

int ioctl(int fd, unsigned long request, ...);

#ifdef __cplusplus
}
#endif
#endif

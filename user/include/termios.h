/* Terminals: POSIX.1-2008 and what is usual beside it. A line has 8 bits without parity and one speed for both
 * directions: c_cflag is read back as CS8, CREAD and CLOCAL whatever was asked for. */
#ifndef PITH_TERMIOS_H
#define PITH_TERMIOS_H
#include <sys/types.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef unsigned tcflag_t;
typedef unsigned speed_t;
typedef unsigned char cc_t;

#define NCCS 20
struct termios {
  tcflag_t c_iflag, c_oflag, c_cflag, c_lflag;
  speed_t __speed;
  cc_t c_cc[NCCS];
};

#define _POSIX_VDISABLE 0

#define VINTR 0
#define VQUIT 1
#define VERASE 2
#define VKILL 3
#define VEOF 4
#define VTIME 5
#define VMIN 6
#define VSTART 8
#define VSTOP 9
#define VSUSP 10
#define VEOL 11
#define VREPRINT 12
#define VWERASE 14
#define VLNEXT 15
#define VEOL2 16

/* c_iflag; breaks and parity errors are not told of */
#define IGNBRK 000001
#define BRKINT 000002
#define IGNPAR 000004
#define PARMRK 000010
#define INPCK 000020
#define ISTRIP 000040
#define INLCR 000100
#define IGNCR 000200
#define ICRNL 000400
#define IXON 002000
#define IXANY 004000
#define IXOFF 010000
#define IMAXBEL 020000
#define IUTF8 040000

/* c_oflag */
#define OPOST 000001
#define ONLCR 000004
#define OCRNL 000010
#define ONOCR 000020
#define ONLRET 000040

/* c_cflag */
#define CSIZE 000060
#define CS5 000000
#define CS6 000020
#define CS7 000040
#define CS8 000060
#define CSTOPB 000100
#define CREAD 000200
#define PARENB 000400
#define PARODD 001000
#define HUPCL 002000
#define CLOCAL 004000
#define CRTSCTS 020000000000

/* c_lflag */
#define ISIG 000001
#define ICANON 000002
#define ECHO 000010
#define ECHOE 000020
#define ECHOK 000040
#define ECHONL 000100
#define NOFLSH 000200
#define TOSTOP 000400
#define ECHOCTL 001000
#define ECHOKE 004000
#define IEXTEN 0100000

/* bits per second */
#define B0 0
#define B50 50
#define B75 75
#define B110 110
#define B134 134
#define B150 150
#define B200 200
#define B300 300
#define B600 600
#define B1200 1200
#define B1800 1800
#define B2400 2400
#define B4800 4800
#define B9600 9600
#define B19200 19200
#define B38400 38400
#define B57600 57600
#define B115200 115200
#define B230400 230400
#define B460800 460800
#define B921600 921600

#define TCSANOW 0
#define TCSADRAIN 1
#define TCSAFLUSH 2

#define TCIFLUSH 0
#define TCOFLUSH 1
#define TCIOFLUSH 2

#define TCOOFF 0
#define TCOON 1
#define TCIOFF 2
#define TCION 3

int tcgetattr(int fd, struct termios *t);
int tcsetattr(int fd, int when, const struct termios *t);
int tcdrain(int fd);
int tcflush(int fd, int which);
int tcflow(int fd, int what);
int tcsendbreak(int fd, int duration);
void cfmakeraw(struct termios *t);
speed_t cfgetispeed(const struct termios *t);
speed_t cfgetospeed(const struct termios *t);
int cfsetispeed(struct termios *t, speed_t speed);
int cfsetospeed(struct termios *t, speed_t speed);
int cfsetspeed(struct termios *t, speed_t speed);

#ifdef __cplusplus
}
#endif
#endif

/* Terminals: the bits and places of struct pith_termios (pith_file.h), the usual ones. A control character of 0 is none. */
#ifndef PITH_TERMIOS_ABI_H
#define PITH_TERMIOS_ABI_H

/* places in cc */
enum {
  PITH_VINTR,
  PITH_VQUIT,
  PITH_VERASE,
  PITH_VKILL,
  PITH_VEOF,
  PITH_VTIME, /* tenths of a second */
  PITH_VMIN,
  PITH_VSTART = 8,
  PITH_VSTOP,
  PITH_VSUSP,
  PITH_VEOL,
  PITH_VREPRINT,
  PITH_VWERASE = 14,
  PITH_VLNEXT,
  PITH_VEOL2,
};

/* iflag */
#define PITH_IGNBRK 000001u
#define PITH_BRKINT 000002u
#define PITH_IGNPAR 000004u
#define PITH_PARMRK 000010u
#define PITH_INPCK 000020u
#define PITH_ISTRIP 000040u
#define PITH_INLCR 000100u
#define PITH_IGNCR 000200u
#define PITH_ICRNL 000400u
#define PITH_IXON 002000u
#define PITH_IXANY 004000u
#define PITH_IXOFF 010000u
#define PITH_IMAXBEL 020000u
#define PITH_IUTF8 040000u

/* oflag */
#define PITH_OPOST 000001u
#define PITH_ONLCR 000004u
#define PITH_OCRNL 000010u
#define PITH_ONOCR 000020u
#define PITH_ONLRET 000040u

/* cflag: 8 bits without parity are all there is */
#define PITH_CS8 000060u
#define PITH_CREAD 000200u
#define PITH_CLOCAL 004000u

/* lflag */
#define PITH_ISIG 000001u
#define PITH_ICANON 000002u
#define PITH_ECHO 000010u
#define PITH_ECHOE 000020u
#define PITH_ECHOK 000040u
#define PITH_ECHONL 000100u
#define PITH_NOFLSH 000200u
#define PITH_TOSTOP 000400u
#define PITH_ECHOCTL 001000u
#define PITH_ECHOKE 004000u
#define PITH_IEXTEN 0100000u
#endif

/* The second serial line: tests/user/test_tty.py sends back what comes.
 * pith_app: STACK 3072 HEAP 2048 */
#include "posix.h"
#include <fcntl.h>
#include <poll.h>
#include <stdint.h>
#include <termios.h>

enum { BYTES = 4096 };

static uint8_t buf[512];
static int fd;

static void opens(void) {
  struct termios t;
  fd = open("/dev/uart1", O_RDWR);
  CHECK(fd >= 0);
  CHECK_EQ(isatty(fd), 1);
  const char *name = ttyname(fd);
  CHECK(name && !strcmp(name, "/dev/uart1"));
  CHECK_EQ(tcgetattr(fd, &t), 0);
  CHECK(!(t.c_lflag & (ICANON | ECHO | ISIG)) && !(t.c_oflag & OPOST)); /* raw to begin with */
  FAILS(tcgetpgrp(fd), ENOTTY);
  cfsetspeed(&t, B57600);
  CHECK_EQ(tcsetattr(fd, TCSADRAIN, &t), 0);
  CHECK_EQ(tcgetattr(fd, &t), 0);
  CHECK_EQ(cfgetispeed(&t), B57600);
}

/* All 256 bytes, and more than the rings hold. */
static void *writes(void *unused) {
  uint8_t piece[64];
  for (int at = 0; at < BYTES; at += (int)sizeof piece) {
    for (unsigned i = 0; i < sizeof piece; i++) piece[i] = (uint8_t)(at + i + at / 256);
    CHECK_EQ(write(fd, piece, sizeof piece), sizeof piece);
  }
  return unused;
}

static void round_trip(void) {
  pthread_t t = start(HIGH, writes, NULL);
  unsigned wrong = 0;
  int at = 0;
  while (at < BYTES) {
    struct pollfd p = {.fd = fd, .events = POLLIN};
    CHECK_EQ(poll(&p, 1, -1), 1);
    long n = read(fd, buf, sizeof buf);
    if (n <= 0) break;
    for (long i = 0; i < n; i++, at++) wrong += buf[i] != (uint8_t)(at % 64 + at / 64 * 64 + at / 256);
  }
  CHECK_EQ(at, BYTES);
  CHECK_EQ(wrong, 0);
  finish(t);
}

static void drains(void) {
  struct pollfd p = {.fd = fd, .events = POLLOUT};
  CHECK_EQ(write(fd, "end", 3), 3);
  CHECK_EQ(tcdrain(fd), 0);
  CHECK_EQ(poll(&p, 1, 0), 1);
  CHECK_EQ(read(fd, buf, 1), 1);
  CHECK_EQ(tcflush(fd, TCIOFLUSH), 0);
  CHECK_EQ(close(fd), 0);
}

static void closed(void) { FAILS(read(fd, buf, 1), EBADF); }

TESTS({"opens", opens}, {"round trip", round_trip}, {"drains", drains}, {"closed", closed})

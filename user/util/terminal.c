#include "terminal.h"
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <termios.h>
#include <unistd.h>
#include "util.h"

static struct termios before;
static bool changed;

void terminal_restore(void) {
  if (changed) tcsetattr(0, TCSANOW, &before);
  changed = false;
}

static void interrupted(int number) {
  terminal_restore();
  signal(number, SIG_DFL);
  raise(number);
}

void terminal_raw(bool with_signals) {
  static const unsigned char ends[] = {SIGINT, SIGTERM, SIGHUP, SIGPIPE};
  if (tcgetattr(0, &before) < 0) return;
  struct termios raw = before;
  raw.c_iflag &= ~(tcflag_t)(BRKINT | ICRNL | INLCR | IGNCR | INPCK | ISTRIP | IXON | IXOFF);
  if (!with_signals) raw.c_oflag &= ~(tcflag_t)OPOST;
  raw.c_lflag &= ~(tcflag_t)(ECHO | ICANON | (with_signals ? 0 : ISIG));
  raw.c_cc[VMIN] = 1;
  raw.c_cc[VTIME] = 0;
  for (unsigned i = 0; i < sizeof ends; i++) signal(ends[i], interrupted);
  changed = true;
  atexit(terminal_restore);
  tcsetattr(0, TCSANOW, &raw);
}

int terminal_byte(int ms) {
  static unsigned char bytes[256];
  static unsigned at, end;
  if (at == end) {
    struct pollfd p = {.fd = 0, .events = POLLIN};
    int r = poll(&p, 1, ms);
    if (r <= 0) return r < 0 && errno != EINTR ? -2 : -1;
    ssize_t n = read(0, bytes, sizeof bytes);
    if (n <= 0) return n < 0 && (errno == EINTR || errno == EAGAIN) ? -1 : -2;
    at = 0;
    end = (unsigned)n;
  }
  return bytes[at++];
}

int terminal_get(void *unused, int ms) {
  (void)unused;
  return terminal_byte(ms);
}

bool terminal_put(void *unused, const void *bytes, size_t n) {
  (void)unused;
  return write_all(1, bytes, n);
}

#include <stdbool.h>
#include <sys/ioctl.h>
#include "terminal.h"

static bool size(struct winsize *to) { return ioctl(1, TIOCGWINSZ, to) == 0; }

unsigned terminal_rows(void) {
  struct winsize s;
  return size(&s) && s.ws_row ? s.ws_row : 24;
}

unsigned terminal_columns(void) {
  struct winsize s;
  return size(&s) && s.ws_col ? s.ws_col : 80;
}

/* pith_app: STACK 4096 HEAP 256
 *
 * Shows files a screen at a time. Space or f: the next; Enter or j: a line; d: half a screen; b: a screen back, of a file; n: the next
 * file; q: the end. Where the output is no terminal it copies them. */
#include <fcntl.h>
#include <string.h>
#include <unistd.h>
#include "terminal.h"
#include "util.h"

const char util_name[] = "more", util_synopsis[] = "[FILE...]";

/* Where the last screens began, the oldest lost first; off_t -1: the input cannot go back. */
enum { SCREENS = 64 };
static off_t screens[SCREENS];
static unsigned shown; /* how many of them */
static off_t position; /* of the next byte */
static unsigned rows, columns, column;
static struct input in;
static bool several;

static int next_byte(void) {
  int c = input_byte(&in);
  if (c >= 0) position++;
  return c;
}

static bool at_end(void) {
  int c = next_byte();
  if (c < 0) return true;
  in.at--;
  position--;
  return false;
}

/* A line of the screen: a longer one of the file is several. False: the end. */
static bool put_row(void) {
  for (int c; (c = next_byte()) >= 0;) {
    if (c == '\n') {
      put_char('\n');
      column = 0;
      return true;
    }
    unsigned wide = c == '\t' ? 8 - column % 8 : c >= ' ' && (c & 0xc0) != 0x80;
    if (column + wide > columns) {
      in.at--;
      position--;
      put_char('\n');
      column = 0;
      return true;
    }
    put_char(c);
    column = c == '\b' ? column - (column > 0) : c == '\r' ? 0 : column + wide;
  }
  if (column) put_char('\n');
  column = 0;
  return false;
}

static void go_to(off_t to) {
  if (lseek(in.fd, to, SEEK_SET) < 0) return;
  in.at = in.end = 0;
  position = to;
  column = 0;
}

static bool can_go_back(void) { return shown > 1 && lseek(in.fd, 0, SEEK_CUR) >= 0; }

static void note_screen(void) {
  if (shown == SCREENS) memmove(screens, screens + 1, sizeof screens - sizeof *screens), shown--;
  screens[shown++] = position;
}

/* How many rows are to come next; -1: the next file, -2: the end. */
static int ask(void) {
  put_format("\033[7m--More--%s%s\033[m", several ? " " : "", several ? in.name : "");
  flush();
  for (;;) {
    int c = terminal_byte(-1), rows_more = 0;
    if (c == -1) continue;
    if (c == ' ' || c == 'f') rows_more = (int)rows;
    else if (c == '\r' || c == '\n' || c == 'j') rows_more = 1;
    else if (c == 'd') rows_more = (int)(rows + 1) / 2;
    else if (c == 'n') rows_more = -1;
    else if (c == 'q' || c == 'Q' || c == -2 || c == 4) rows_more = -2;
    else if (c == 'b' && can_go_back()) go_to(screens[shown -= 2]), rows_more = (int)rows;
    if (!rows_more) continue;
    put_text("\r\033[K");
    return rows_more;
  }
}

static bool show(void) {
  int more = (int)rows;
  shown = 0;
  position = 0;
  if (several) put_format("::::::::::::::\n%s\n::::::::::::::\n", in.name), more -= 3;
  for (;;) {
    if (more > 1 || !shown) note_screen();
    while (more-- > 0)
      if (!put_row()) return true;
    if (at_end()) return true;
    more = ask();
    if (more < 0) return more == -1;
  }
}

static bool copy(struct input *from) {
  for (int c; (c = input_byte(from)) >= 0;) put_char(c);
  return true;
}

/* Keys come from standard input: what is read from it otherwise is moved away. False: there are no keys. */
static bool find_keys(void) {
  if (isatty(0)) return true;
  int keys = open("/dev/tty", O_RDONLY);
  if (keys < 0) return false;
  int moved = dup(0);
  if (moved < 0 || dup2(keys, 0) < 0) return false;
  close(keys);
  input_from(&in, moved, "standard input");
  return true;
}

int main(int argc, char **argv) {
  static char *standard[] = {"-", NULL};
  int status = 0;
  option(argc, argv, "");
  char **names = argv[option_at] ? argv + option_at : standard;
  bool piped = !isatty(0);
  if (names == standard && !piped) usage(NULL, "no file given");
  if (!isatty(1) || !find_keys()) return finish(each_file(names, copy));
  several = names[1];
  rows = terminal_rows() > 4 ? terminal_rows() - 1 : 4;
  columns = terminal_columns();
  terminal_raw(true);
  for (bool on = true; on && *names; names++) {
    if (strcmp(*names, "-") != 0 && !input_open(&in, *names)) {
      status = 1;
      continue;
    }
    on = show();
    if (in.bad) status = 1;
    input_close(&in);
  }
  return finish(status);
}

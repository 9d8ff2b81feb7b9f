/* Editing a line at the terminal.
 *
 * The terminal is raw only while a line is edited: edit_end() gives it back as programs want it, after a line and after
 * any error. A terminal that a program has left raw is given back as it was before that program. What is typed may be
 * anything: a byte that means nothing rings the bell, and a line that is full takes no more. */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>
#include "edit.h"

enum { ESCAPE_MS = 50 }; /* how soon the rest of a key's sequence follows its ESC */

static struct termios cooked;
static bool raw, known; /* cooked is */
static char
    *line; /* LINE_LIMIT + 2, while edited: of the heap, and known here so that an error can free it */
static char *killed; /* what Ctrl-Y gives back */

static bool raw_mode(void) {
  struct termios t;
  if (tcgetattr(0, &t)) return false;
  if (t.c_lflag & ICANON || !known) cooked = t;
  known = true;
  t = cooked;
  t.c_iflag &= ~(tcflag_t)(ICRNL | INLCR | IGNCR | ISTRIP | IXON);
  t.c_lflag &= ~(tcflag_t)(ICANON | ECHO | ISIG | IEXTEN);
  t.c_cc[VMIN] = 1;
  t.c_cc[VTIME] = 0;
  if (tcsetattr(0, TCSADRAIN, &t)) return false;
  raw = true;
  return true;
}

void edit_end(void) {
  free(line);
  line = NULL;
  if (raw) tcsetattr(0, TCSADRAIN, &cooked);
  raw = false;
}

static int byte(void) {
  unsigned char c;
  for (;;) {
    ssize_t n = read(0, &c, 1);
    if (n == 1) return c;
    if (n < 0 && errno == EINTR && !sh.interrupted) continue;
    return n < 0 && errno == EINTR ? KEY_CTRL('C') : KEY_END;
  }
}

static int soon(void) {
  struct pollfd p = {.fd = 0, .events = POLLIN};
  return poll(&p, 1, ESCAPE_MS) == 1 ? byte() : KEY_END;
}

int edit_key(void) {
  int c = byte(), d;
  if (c != 033) return c;
  c = soon();
  if (c == 'b') return KEY_BACK_WORD;
  if (c == 'f') return KEY_NEXT_WORD;
  if (c == 'd') return KEY_KILL_WORD;
  if (c != '[' && c != 'O') return KEY_NONE;
  d = soon();
  if (d >= '0' && d <= '9') {
    int n = d - '0';
    while ((d = soon()) >= '0' && d <= ';')
      if (d <= '9') n = n < 1000 ? n * 10 + d - '0' : n;
    if (d == 'C' || d == 'D') return d == 'C' ? KEY_NEXT_WORD : KEY_BACK_WORD; /* with Ctrl */
    if (d != '~') return KEY_NONE;
    return n == 1 || n == 7 ? KEY_HOME : n == 4 || n == 8 ? KEY_LAST : n == 3 ? KEY_DELETE : KEY_NONE;
  }
  static const char letters[] = "ABDCHF";
  const char *found = d > 0 ? strchr(letters, d) : NULL;
  return found ? KEY_UP + (int)(found - letters) : KEY_NONE;
}

static size_t before(const struct edit *e, size_t at) {
  if (at) at--;
  while (at && (e->text[at] & 0xc0) == 0x80) at--;
  return at;
}

static size_t after(const struct edit *e, size_t at) {
  if (at < e->len) at++;
  while (at < e->len && (e->text[at] & 0xc0) == 0x80) at++;
  return at;
}

static size_t word_before(const struct edit *e) {
  size_t at = e->at;
  while (at && e->text[at - 1] == ' ') at--;
  while (at && e->text[at - 1] != ' ') at--;
  return at;
}

static size_t word_after(const struct edit *e) {
  size_t at = e->at;
  while (at < e->len && e->text[at] == ' ') at++;
  while (at < e->len && e->text[at] != ' ') at++;
  return at;
}

bool edit_insert(struct edit *e, const char *text, size_t len) {
  if (e->len + len > LINE_LIMIT) {
    edit_bell();
    return false;
  }
  memmove(e->text + e->at + len, e->text + e->at, e->len - e->at);
  memcpy(e->text + e->at, text, len);
  e->len += len;
  e->at += len;
  return true;
}

void edit_remove(struct edit *e, size_t from, size_t to) {
  memmove(e->text + from, e->text + to, e->len - to);
  e->len -= to - from;
  e->at = from;
}

void edit_replace(struct edit *e, const char *text) {
  size_t len = strlen(text);
  e->len = len < LINE_LIMIT ? len : LINE_LIMIT;
  memcpy(e->text, text, e->len);
  e->at = e->len;
}

static void kill_text(struct edit *e, size_t from, size_t to) {
  char *copy = to > from ? malloc(to - from + 1) : NULL;
  if (copy) {
    memcpy(copy, e->text + from, to - from);
    copy[to - from] = 0;
    free(killed);
    killed = copy;
  }
  edit_remove(e, from, to);
}

static void go_history(struct edit *e, bool up) {
  unsigned back = up ? e->back + 1 : e->back - 1;
  const char *text = !up && !e->back ? NULL : back ? history_get(back) : e->kept;
  if (!text) {
    edit_bell();
    return;
  }
  if (!e->back) e->kept = arena_text(&scratch, e->text, e->len);
  e->back = back;
  edit_replace(e, text);
}

static void typed(struct edit *e, char c) {
  bool simple = e->at == e->len && (e->shown + 1) % e->columns;
  if (!edit_insert(e, &c, 1)) return;
  if (!simple) {
    edit_show(e);
    return;
  }
  write_all(2, &c, 1);
  if ((c & 0xc0) != 0x80) e->shown++;
}

/* False: the line ends. */
static bool key(struct edit *e, int c, int last) {
  switch (c) {
  case KEY_CTRL('A'):
  case KEY_HOME: e->at = 0; break;
  case KEY_CTRL('E'):
  case KEY_LAST: e->at = e->len; break;
  case KEY_CTRL('B'):
  case KEY_LEFT: e->at = before(e, e->at); break;
  case KEY_CTRL('F'):
  case KEY_RIGHT: e->at = after(e, e->at); break;
  case KEY_BACK_WORD: e->at = word_before(e); break;
  case KEY_NEXT_WORD: e->at = word_after(e); break;
  case KEY_CTRL('H'):
  case 0177: edit_remove(e, before(e, e->at), e->at); break;
  case KEY_CTRL('D'):
  case KEY_DELETE: edit_remove(e, e->at, after(e, e->at)); break;
  case KEY_CTRL('K'): kill_text(e, e->at, e->len); break;
  case KEY_CTRL('U'): kill_text(e, 0, e->at); break;
  case KEY_CTRL('W'): kill_text(e, word_before(e), e->at); break;
  case KEY_KILL_WORD: kill_text(e, e->at, word_after(e)); break;
  case KEY_CTRL('Y'):
    if (killed) edit_insert(e, killed, strlen(killed));
    break;
  case KEY_CTRL('L'):
    write_all(2, "\033[H\033[2J", 7);
    e->row = 0;
    break;
  case KEY_CTRL('P'):
  case KEY_UP: go_history(e, true); break;
  case KEY_CTRL('N'):
  case KEY_DOWN: go_history(e, false); break;
  case '\t': edit_complete(e, last == '\t'); break;
  case '\r':
  case '\n': return false;
  default:
    if (c >= ' ' && c < 256) typed(e, (char)c);
    else edit_bell();
    return true;
  }
  edit_show(e);
  return true;
}

/* False: the end, or an interrupt. */
static bool keys(struct edit *e, bool *interrupted) {
  int last = 0;
  for (;;) {
    int c = edit_key();
    if (c == KEY_CTRL('R')) c = edit_search(e);
    if (c == KEY_CTRL('C')) {
      sh.interrupted = 0;
      *interrupted = true;
      e->at = e->len;
      edit_show(e);
      write_all(2, "^C\n", 3);
      return false;
    }
    if (c == KEY_END || (c == KEY_CTRL('D') && !e->len)) {
      write_all(2, "\n", 1);
      return false;
    }
    if (!key(e, c, last)) break;
    last = c;
  }
  edit_below(e);
  return true;
}

static unsigned columns(void) {
  struct winsize w;
  return !ioctl(0, TIOCGWINSZ, &w) && w.ws_col > 1 ? w.ws_col : 80;
}

char *edit_line(const char *prompt, bool *interrupted) {
  static bool begun;
  *interrupted = false;
  if (!begun) history_init();
  begun = true;
  free(line);
  line = malloc(LINE_LIMIT + 2);
  if (!line) sh_nomem();
  struct edit e = {.text = line, .columns = columns()};
  const char *last = strrchr(prompt, '\n');
  if (last) write_all(2, prompt, (size_t)(last + 1 - prompt));
  e.prompt = last ? last + 1 : prompt;
  if (!raw_mode()) return NULL;
  edit_show(&e);
  bool whole = keys(&e, interrupted);
  char *result = whole ? line : NULL;
  if (whole) {
    line[e.len] = 0;
    history_add(line);
    line[e.len] = '\n';
    line[e.len + 1] = 0;
    line = NULL; /* the input's from here on */
  }
  edit_end();
  return result;
}

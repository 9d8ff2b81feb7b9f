/* The line discipline. Nothing that is typed can do more harm than to fill the ring: each byte is looked at once, and each
 * counter moves over bytes that are there.
 *
 * A byte that finds the ring full waits if somebody can make room by reading, so nothing is lost as long as the other side
 * can be held up (IXOFF, or a device that keeps it). Only a line that is too long could wait for ever: there the byte
 * is lost, and the bell says so. One place is kept for what ends the line. */
#include "ldisc.h"
#include "mem.h"
#include "pith_termios.h"

enum { SIZE = PITH_TTY_LINE, MASK = SIZE - 1, TAB = 8, BELL = 7, BACKSPACE = 8, RUBOUT = 0x7F };
/* newlib's numbers */
enum { SIGINT = 2, SIGQUIT = 3, SIGTSTP = 18 };

_Static_assert(!(SIZE & MASK) && SIZE >= 64 && SIZE <= 16384, "PITH_TTY_LINE");

static bool in(const struct ldisc *l, uint32_t flag) { return l->set.iflag & flag; }
static bool local(const struct ldisc *l, uint32_t flag) { return l->set.lflag & flag; }
static bool is(const struct ldisc *l, uint8_t c, unsigned place) { return c && c == l->set.cc[place]; }
static unsigned used(const struct ldisc *l) { return (uint16_t)(l->head - l->tail); }
static bool is_control(uint8_t c) { return c < ' ' || c == RUBOUT; }
static bool is_part(const struct ldisc *l, uint8_t c) { return in(l, PITH_IUTF8) && (c & 0xC0) == 0x80; }

static void set_end(struct ldisc *l, uint16_t at, bool end) {
  uint32_t bit = 1u << (at & 31);

  if (end) l->ends[(at & MASK) / 32] |= bit;
  else l->ends[(at & MASK) / 32] &= ~bit;
}

/* ---- the screen ---- */

/* Where the cursor is after c. */
static uint16_t after(const struct ldisc *l, uint16_t column, uint8_t c) {
  if (c >= ' ' && c < RUBOUT) return (uint16_t)(column + 1);
  if (c == '\n') return l->set.oflag & PITH_OPOST ? 0 : column; /* without ONLCR the other side sees to it */
  if (c == '\r') return 0;
  if (c == BACKSPACE) return column ? column - 1 : 0;
  if (c == '\t') return (uint16_t)((column / TAB + 1) * TAB);
  return is_control(c) || is_part(l, c) ? column : (uint16_t)(column + 1);
}

size_t ldisc_write(struct ldisc *l, const uint8_t *buf, size_t n, size_t room) {
  bool post = l->set.oflag & PITH_OPOST;
  uint32_t how = post ? l->set.oflag : 0;
  size_t i = 0, run = 0, bytes = 0;

  for (; i < n && bytes < room; i++) {
    const uint8_t *c = &buf[i];

    if (how & PITH_ONLCR && *c == '\n') {
      if (bytes + 2 > room) break;
      l->ops->put(l->to, buf + run, i - run);
      l->ops->put(l->to, (const uint8_t *)"\r\n", 2);
      run = i + 1;
      bytes++;
    } else if (how & (PITH_OCRNL | PITH_ONOCR) && *c == '\r') {
      l->ops->put(l->to, buf + run, i - run);
      run = i + 1;
      if (how & PITH_OCRNL) l->ops->put(l->to, (const uint8_t *)"\n", 1);
      else if (l->column) l->ops->put(l->to, c, 1);
    }
    bytes++;
    l->column = after(l, l->column, *c);
  }
  l->ops->put(l->to, buf + run, i - run);
  return i;
}

static void put(struct ldisc *l, const char *text, size_t n) {
  ldisc_write(l, (const uint8_t *)text, n, SIZE);
}

static void bell(struct ldisc *l) {
  if (in(l, PITH_IMAXBEL)) put(l, (const char[]){BELL}, 1);
}

/* As it is shown: a control character as two. */
static void show(struct ldisc *l, uint8_t c) {
  if (local(l, PITH_ECHOCTL) && is_control(c) && c != '\t' && c != '\n')
    put(l, (const char[]){'^', (char)(c ^ 0x40)}, 2);
  else put(l, (const char *)&c, 1);
}

static uint16_t after_shown(const struct ldisc *l, uint16_t column, uint8_t c) {
  if (local(l, PITH_ECHOCTL) && is_control(c) && c != '\t') return (uint16_t)(column + 2);
  return after(l, column, c);
}

/* The cursor when what was typed of the line, up to `end`, has been shown. */
static uint16_t column_at(const struct ldisc *l, uint16_t end) {
  uint16_t column = l->start;

  for (uint16_t at = l->commit; at != end; at++) column = after_shown(l, column, l->bytes[at & MASK]);
  return column;
}

/* So many columns before the cursor: back, over them, back. In few pieces, as this is the kernel's time. */
static void wipe(struct ldisc *l, uint16_t columns) {
  static const uint8_t back[] = "\b\b\b\b\b\b\b\b\b\b\b\b\b\b\b\b", over[] = "                ";
  enum { PIECE = sizeof back - 1 };

  l->column -= columns < l->column ? columns : l->column;
  for (int pass = 0; pass < 3; pass++)
    for (unsigned left = columns, n; left; left -= n) {
      n = left < PIECE ? left : PIECE;
      l->ops->put(l->to, pass == 1 ? over : back, n);
    }
}

/* ---- what is typed ---- */

/* Bytes at the end of the line that a word erase takes. */
static uint16_t word(const struct ldisc *l) {
  uint16_t at = l->head;
  bool seen = false;

  for (; at != l->commit; at--) {
    uint8_t c = l->bytes[(at - 1) & MASK];
    bool part = (uint8_t)((c | 32) - 'a') < 26 || (uint8_t)(c - '0') < 10 || c == '_' || c >= 0x80;

    if (seen && !part) break;
    seen |= part;
  }
  return (uint16_t)(l->head - at);
}

static uint16_t character(const struct ldisc *l) {
  uint16_t n = 0;

  while ((uint16_t)(l->head - n) != l->commit)
    if (!is_part(l, l->bytes[(l->head - ++n) & MASK])) break;
  return n;
}

/* Columns that the last n bytes of the line take: where they begin matters only to a tab. */
static uint16_t width(const struct ldisc *l, uint16_t n) {
  uint16_t from = 0, to;

  for (uint16_t at = l->head - n; at != l->head; at++)
    if (l->bytes[at & MASK] == '\t') from = column_at(l, l->head - n);
  to = from;
  for (uint16_t at = l->head - n; at != l->head; at++) to = after_shown(l, to, l->bytes[at & MASK]);
  return to - from;
}

/* The last n bytes of the line are taken back. */
static void erase(struct ldisc *l, uint16_t n, uint8_t key, bool visibly) {
  uint16_t columns = visibly && local(l, PITH_ECHO) ? width(l, n) : 0;

  l->head -= n;
  if (!local(l, PITH_ECHO)) return;
  if (visibly) {
    wipe(l, columns);
    return;
  }
  show(l, key);
  if (is(l, key, PITH_VKILL) && local(l, PITH_ECHOK)) {
    put(l, "\n", 1);
    l->start = l->column;
  }
}

static void reprint(struct ldisc *l) {
  if (!local(l, PITH_ECHO)) return;
  show(l, l->set.cc[PITH_VREPRINT]);
  put(l, "\n", 1);
  l->start = l->column = 0;
  for (uint16_t at = l->commit; at != l->head; at++) show(l, l->bytes[at & MASK]);
}

/* True: it was a key that changes the line. */
static bool edit(struct ldisc *l, uint8_t c) {
  bool extended = local(l, PITH_IEXTEN), visibly = local(l, PITH_ECHOE);

  if (is(l, c, PITH_VERASE)) {
    if (l->head != l->commit) erase(l, character(l), c, visibly);
  } else if (is(l, c, PITH_VKILL)) {
    erase(l, (uint16_t)(l->head - l->commit), c, visibly && local(l, PITH_ECHOKE));
  } else if (extended && is(l, c, PITH_VWERASE)) {
    if (l->head != l->commit) erase(l, word(l), c, visibly);
  } else if (extended && is(l, c, PITH_VREPRINT)) {
    reprint(l);
  } else if (extended && is(l, c, PITH_VLNEXT)) {
    l->literal = true;
    if (local(l, PITH_ECHO) && local(l, PITH_ECHOCTL)) put(l, "^\b", 2);
  } else {
    return false;
  }
  return true;
}

static void store(struct ldisc *l, uint8_t c, bool end) {
  l->bytes[l->head & MASK] = c;
  set_end(l, l->head, end);
  l->head++;
  if (end || !local(l, PITH_ICANON)) l->commit = l->head;
}

static void echo(struct ldisc *l, uint8_t c) {
  if (l->head == l->commit) l->start = l->column;
  if (local(l, PITH_ECHO) || (c == '\n' && local(l, PITH_ECHONL) && local(l, PITH_ICANON))) show(l, c);
}

static void interrupt(struct ldisc *l, uint8_t c, int signal) {
  if (!local(l, PITH_NOFLSH)) {
    ldisc_flush(l);
    l->ops->drop(l->to);
  }
  if (in(l, PITH_IXON) && l->stopped) l->ops->stop(l->to, l->stopped = false);
  if (local(l, PITH_ECHO)) show(l, c);
  l->ops->signal(l->to, signal);
}

/* What is no input but an order. */
static bool order(struct ldisc *l, uint8_t c) {
  if (in(l, PITH_IXON) && (is(l, c, PITH_VSTART) || is(l, c, PITH_VSTOP))) {
    bool stop = is(l, c, PITH_VSTOP) && !(is(l, c, PITH_VSTART) && l->stopped);

    l->ops->stop(l->to, l->stopped = stop);
    return true;
  }
  if (in(l, PITH_IXON) && in(l, PITH_IXANY) && l->stopped) l->ops->stop(l->to, l->stopped = false);
  if (!local(l, PITH_ISIG)) return false;
  if (is(l, c, PITH_VINTR)) interrupt(l, c, SIGINT);
  else if (is(l, c, PITH_VQUIT)) interrupt(l, c, SIGQUIT);
  else if (is(l, c, PITH_VSUSP)) interrupt(l, c, SIGTSTP);
  else return false;
  return true;
}

/* There is no room for it. False: it waits for a reader. */
static bool full(struct ldisc *l, bool ends, bool *stored) {
  unsigned most = local(l, PITH_ICANON) && !ends ? SIZE - 1 : SIZE;

  *stored = used(l) < most;
  if (*stored) return true;
  if (l->commit != l->tail) return false;
  l->lost++;
  bell(l);
  return true;
}

static void throttle(struct ldisc *l) {
  if (!in(l, PITH_IXOFF) || l->throttled || used(l) < SIZE / 4 * 3 || l->commit == l->tail) return;
  l->throttled = true;
  l->ops->send(l->to, l->set.cc[PITH_VSTOP]);
}

static void unthrottle(struct ldisc *l) {
  if (!l->throttled || (in(l, PITH_IXOFF) && used(l) > SIZE / 4)) return;
  l->throttled = false;
  l->ops->send(l->to, l->set.cc[PITH_VSTART]);
}

bool ldisc_input(struct ldisc *l, uint8_t c) {
  bool canonical = local(l, PITH_ICANON), ends = false, eof = false, room;

  if (!l->literal) {
    if (in(l, PITH_ISTRIP)) c &= 0x7F;
    if (order(l, c)) return true;
    if (c == '\r' && in(l, PITH_IGNCR)) return true;
    if (c == '\r' && in(l, PITH_ICRNL)) c = '\n';
    else if (c == '\n' && in(l, PITH_INLCR)) c = '\r';
    if (canonical && edit(l, c)) return true;
    eof = canonical && is(l, c, PITH_VEOF);
    ends = canonical && (eof || c == '\n' || is(l, c, PITH_VEOL) || is(l, c, PITH_VEOL2));
  }
  if (!full(l, ends, &room)) return false;
  l->literal = false;
  if (!room) return true;
  if (!eof) echo(l, c);
  store(l, eof ? 0 : c, ends);
  throttle(l);
  return true;
}

/* Of the first n readable bytes those up to the first end, without it. */
static size_t before_end(const struct ldisc *l, size_t n) {
  for (size_t i = 0; i < n;) {
    uint16_t at = (uint16_t)(l->tail + i);
    uint32_t word = l->ends[(at & MASK) / 32] >> (at & 31);

    if (word) return i + (size_t)__builtin_ctz(word) < n ? i + (size_t)__builtin_ctz(word) : n;
    i += 32 - (at & 31);
  }
  return n;
}

static void copy_out(struct ldisc *l, uint8_t *buf, size_t n) {
  size_t at = l->tail & MASK, first = n < SIZE - at ? n : SIZE - at;

  memcpy(buf, l->bytes + at, first);
  memcpy(buf + first, l->bytes, n - first);
  l->tail = (uint16_t)(l->tail + n);
}

size_t ldisc_read(struct ldisc *l, uint8_t *buf, size_t n) {
  size_t there = ldisc_readable(l), line = local(l, PITH_ICANON) ? before_end(l, there) : there;
  bool ends = line < there, eof = ends && !l->bytes[(l->tail + line) & MASK], whole;

  if (ends && !eof) line++;
  whole = line <= n;
  if (!whole) line = n;
  copy_out(l, buf, line);
  /* The next read is of the next line. An end of file alone is what a read of nothing leaves there. */
  if (whole && eof && n) l->tail++;
  unthrottle(l);
  return line;
}

/* ---- settings ---- */

void ldisc_flush(struct ldisc *l) {
  l->tail = l->commit = l->head;
  l->literal = false;
  l->start = l->column;
  unthrottle(l);
}

void ldisc_set(struct ldisc *l, const struct pith_termios *set) {
  uint32_t changed = l->set.lflag ^ set->lflag;

  l->set = *set;
  l->set.cflag = PITH_CS8 | PITH_CREAD | PITH_CLOCAL;
  if (changed & PITH_ICANON) { /* a line that has begun is readable as it is; one begins after it */
    l->commit = l->head;
    l->start = l->column;
    l->literal = false;
  }
  if (!in(l, PITH_IXON) && l->stopped) l->ops->stop(l->to, l->stopped = false);
  if (!in(l, PITH_IXOFF)) unthrottle(l);
}

void ldisc_init(struct ldisc *l, const struct ldisc_ops *ops, void *to, bool raw, bool crlf, uint32_t speed) {
  static const uint8_t keys[sizeof l->set.cc] = {
      [PITH_VINTR] = 3,  [PITH_VQUIT] = 28,    [PITH_VERASE] = RUBOUT, [PITH_VKILL] = 21,
      [PITH_VEOF] = 4,   [PITH_VMIN] = 1,      [PITH_VSTART] = 17,     [PITH_VSTOP] = 19,
      [PITH_VSUSP] = 26, [PITH_VREPRINT] = 18, [PITH_VWERASE] = 23,    [PITH_VLNEXT] = 22};

  memset(l, 0, sizeof *l);
  l->ops = ops;
  l->to = to;
  l->set.cflag = PITH_CS8 | PITH_CREAD | PITH_CLOCAL;
  l->set.speed = speed;
  memcpy(l->set.cc, keys, sizeof keys);
  if (raw) return;
  l->set.iflag = PITH_ICRNL | PITH_IXON | PITH_IMAXBEL | PITH_IUTF8;
  l->set.oflag = PITH_OPOST | (crlf ? PITH_ONLCR : 0);
  l->set.lflag = PITH_ISIG | PITH_ICANON | PITH_ECHO | PITH_ECHOE | PITH_ECHOK | PITH_ECHOCTL | PITH_ECHOKE |
                 PITH_IEXTEN;
}

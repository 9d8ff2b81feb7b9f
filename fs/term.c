/* Terminals.
 *
 * The UART's interrupt puts bytes into the ring of its tty and has attend() called in the kernel context, which gives them
 * to the line discipline: so keys echo and signal also while nobody reads. What the discipline has no room for stays in
 * the ring, and then in the device, until a reader makes room. attend() also comes when there is room to write again.
 *
 * In the background, a read is held with SIGTTIN, and with SIGTTOU what changes the terminal, and with TOSTOP a write. There
 * are no sessions: while no foreground group is set, or it has died out, everybody may, and keys signal to the group that
 * read last. */
#include "term.h"
#include "jobs.h"
#include "mem.h"
#include "pith/kernel.h"
#include "pith_termios.h"

enum { BATCH = 64, ROWS = 24, COLUMNS = 80 };
enum { SIGTTIN = 21, SIGTTOU = 22, SIGWINCH = 28 }; /* newlib's numbers */

const struct jobs *jobs;

static struct term *term_of(const struct file *f) { return ((const struct devfs_device *)f->node)->data; }

/* ---- jobs ---- */

static int foreground(const struct term *t) {
  return t->group && jobs && jobs->exists(t->group) ? t->group : 0;
}

/* True: the caller has to return *result. */
static bool in_background(struct term *t, int signal, long *result) {
  int group = t->controlling && jobs ? jobs->group() : 0, front;

  if (!group) return false;
  front = foreground(t);
  if (signal == SIGTTIN && (!front || front == group)) t->reader = group;
  return front && front != group && jobs->hold(signal, result);
}

static void signal_foreground(struct term *t, int signal) {
  int group = foreground(t);

  if (!t->controlling || !jobs) return;
  if (!group) group = t->reader;
  if (group) jobs->signal(group, signal);
}

/* ---- for the line discipline ---- */

static bool put(void *to, const uint8_t *bytes, size_t n) {
  struct term *t = to;

  if (!n) return true;
  t->sent = true;
  return tty_put(t->tty, bytes, n);
}

static void send_signal(void *to, int signal) { signal_foreground(to, signal); }
static void stop(void *to, bool stopped) { tty_stop(((struct term *)to)->tty, stopped); }
static void urgent(void *to, uint8_t byte) { tty_urgent(((struct term *)to)->tty, byte); }
static void drop(void *to) { tty_drop(((struct term *)to)->tty); }

static const struct ldisc_ops ldisc_ops = {put, send_signal, stop, urgent, drop};

static void kick(struct term *t) {
  if (t->sent) tty_kick(t->tty);
  t->sent = false;
}

static void attend(struct pith_deferred *d) {
  struct term *t = (struct term *)d;
  int byte, n = 0;

  for (; n < BATCH && (byte = tty_peek(t->tty)) >= 0; n++) {
    if (!ldisc_input(&t->line, (uint8_t)byte)) break;
    tty_took(t->tty);
  }
  if (n == BATCH) pith_defer(d);
  if (n) t->last = pith_now();
  kick(t);
  if (ldisc_readable(&t->line) && t->data.waiters.head) pith_wake(&t->data);
  vfs_changed();
}

/* ---- reading ---- */

static bool canonical(const struct term *t) { return t->line.set.lflag & PITH_ICANON; }

static long take(struct term *t, void *buf, size_t n) {
  n = ldisc_read(&t->line, buf, n);
  if (tty_peek(t->tty) >= 0) pith_defer(&t->attention);
  kick(t);
  return (long)n;
}

/* Without ICANON: VMIN bytes, or a time that depends on whether VMIN is 0. True: what there is will do. */
static bool enough(struct term *t, size_t n, pith_time *deadline) {
  const uint8_t *cc = t->line.set.cc;
  size_t there = ldisc_readable(&t->line), least = cc[PITH_VMIN] < n ? cc[PITH_VMIN] : n;
  pith_time span = PITH_MS(cc[PITH_VTIME] * 100), from = pith_now();

  *deadline = PITH_FOREVER;
  if (there >= (least ? least : 1)) return true;
  if (!span) return !least;
  if (least && !there) return false;
  if (!vfs_read_deadline) vfs_read_deadline = from + span; /* it has begun now */
  if (least && t->last + span > vfs_read_deadline) vfs_read_deadline = t->last + span;
  *deadline = vfs_read_deadline;
  return from >= *deadline;
}

static long term_read(struct file *f, void *buf, size_t n) {
  struct term *t = term_of(f);
  pith_time deadline = PITH_FOREVER;
  long result;

  if (in_background(t, SIGTTIN, &result)) return result;
  if (canonical(t) ? ldisc_readable(&t->line) != 0 : enough(t, n, &deadline)) return take(t, buf, n);
  if (!(f->flags & PITH_O_NONBLOCK)) return pith_monitor_wait_until(&t->data, deadline);
  return !canonical(t) && ldisc_readable(&t->line) ? take(t, buf, n) : -EAGAIN;
}

/* ---- writing ---- */

/* Room that a write of n bytes waits for: short ones come out in one piece, each end of a line two bytes. */
static size_t needed(size_t n) {
  size_t whole = n <= TTY_ATOMIC ? 2 * n : 2;

  return whole > PITH_TTY_TX / 2 - TTY_RESERVE ? 2 : whole;
}

static long term_write(struct file *f, const void *buf, size_t n) {
  struct term *t = term_of(f);
  size_t room = tty_room(t->tty);
  long result;

  if (t->line.set.lflag & PITH_TOSTOP && in_background(t, SIGTTOU, &result)) return result;
  if (room < needed(n)) return f->flags & PITH_O_NONBLOCK ? -EAGAIN : tty_wait_room(t->tty);
  result = (long)ldisc_write(&t->line, buf, n < TTY_ATOMIC ? n : TTY_ATOMIC, room);
  kick(t);
  return result;
}

static unsigned term_poll(struct file *f) {
  struct term *t = term_of(f);
  unsigned bits = ldisc_readable(&t->line) ? PITH_POLLIN : 0;

  if (tty_room(t->tty) >= needed(1)) bits |= PITH_POLLOUT;
  else tty_want_room(t->tty);
  return bits;
}

/* ---- settings ---- */

static long set_speed(struct term *t, uint32_t speed) {
  const struct uart *u = t->tty->uart;

  if (speed == t->line.set.speed) return 0;
  return u->ops->speed ? u->ops->speed(u->dev, speed) : -EINVAL;
}

static long flush(struct term *t, uint32_t which) {
  if (which > 2) return -EINVAL;
  if (which != 1) {
    while (tty_peek(t->tty) >= 0) tty_took(t->tty);
    ldisc_flush(&t->line);
  }
  if (which != 0) tty_drop(t->tty);
  return 0;
}

static long set_termios(struct term *t, uint32_t request, const struct pith_termios *set) {
  long result;

  if (request != PITH_TCSETS && tty_drains(t->tty, &result)) return result;
  result = set_speed(t, set->speed);
  if (result) return result;
  if (request == PITH_TCSETSF) flush(t, 0);
  ldisc_set(&t->line, set);
  pith_defer(&t->attention); /* there may be room now for what was held */
  if (ldisc_readable(&t->line)) pith_wake(&t->data);
  vfs_changed();
  return 0;
}

static long flow(struct term *t, uint32_t what) {
  if (what > 3) return -EINVAL;
  if (what < 2) tty_stop(t->tty, t->line.stopped = what == 0);
  else tty_urgent(t->tty, t->line.set.cc[what == 2 ? PITH_VSTOP : PITH_VSTART]);
  return 0;
}

static void resize(struct term *t, const struct pith_winsize *size) {
  bool same = !memcmp(&t->size, size, sizeof *size);

  t->size = *size;
  if (!same) signal_foreground(t, SIGWINCH);
}

static long set_group(struct term *t, const int32_t *group) {
  if (*group <= 0) return -EINVAL;
  if (!jobs || !jobs->exists(*group)) return -EPERM;
  t->group = *group;
  return 0;
}

static long send_break(struct term *t) {
  const struct uart *u = t->tty->uart;
  long result;

  if (tty_drains(t->tty, &result)) return result;
  if (u->ops->send_break) u->ops->send_break(u->dev);
  return 0;
}

static bool changes(uint32_t request) {
  switch (request) {
  case PITH_TCSETS:
  case PITH_TCSETSW:
  case PITH_TCSETSF:
  case PITH_TCSBRK:
  case PITH_TCSBRKP:
  case PITH_TCXONC:
  case PITH_TCFLSH:
  case PITH_TIOCSPGRP: return true;
  default: return false;
  }
}

static long get_number(void *user, int32_t n) {
  memcpy(user, &n, sizeof n);
  return 0;
}

/* The foreground group; while there is none, the caller's is as good. */
static long get_group(struct term *t, void *user) {
  int group = foreground(t);

  return get_number(user, group || !jobs ? group : jobs->group());
}

static long term_ioctl(struct file *f, uint32_t request, void *user, uint32_t arg) {
  struct term *t = term_of(f);
  union {
    struct pith_termios set;
    struct pith_winsize size;
    int32_t number;
  } in;
  bool to;
  uint32_t size = vfs_ioctl_size(request, &to);
  long result;

  if ((request == PITH_TIOCGPGRP || request == PITH_TIOCSPGRP) && !t->controlling) return -ENOTTY;
  if (changes(request) && in_background(t, SIGTTOU, &result)) return result;
  if (to) memcpy(&in, user, size);
  switch (request) {
  case PITH_TCGETS: memcpy(user, &t->line.set, size); return 0;
  case PITH_TCSETS:
  case PITH_TCSETSW:
  case PITH_TCSETSF: return set_termios(t, request, &in.set);
  case PITH_TCSBRK: return tty_drain(t->tty);
  case PITH_TCSBRKP: return send_break(t);
  case PITH_TCXONC: return flow(t, arg);
  case PITH_TCFLSH: return flush(t, arg);
  case PITH_TIOCGPGRP: return get_group(t, user);
  case PITH_TIOCSPGRP: return set_group(t, &in.number);
  case PITH_TIOCOUTQ: return get_number(user, (int32_t)ring_used(&t->tty->tx));
  case PITH_FIONREAD: return get_number(user, (int32_t)ldisc_readable(&t->line));
  case PITH_TIOCGWINSZ: memcpy(user, &t->size, size); return 0;
  case PITH_TIOCSWINSZ: resize(t, &in.size); return 0;
  default: return -ENOTTY;
  }
}

/* ---- threads ---- */

static const struct file_ops term_ops = {.in_kernel = true,
                                         .read = term_read,
                                         .write = term_write,
                                         .stat = devfs_stat,
                                         .poll = term_poll,
                                         .ioctl = term_ioctl};

int term_init(struct term *t, const char *name, struct tty *tty, bool raw, bool controlling) {
  static struct devfs_device alias = {.name = "tty", .ops = &term_ops};
  int error;

  memset(t, 0, sizeof *t);
  pith_deferred_init(&t->attention, attend);
  pith_waker_init(&t->data);
  ldisc_init(&t->line, &ldisc_ops, t, raw, tty->crlf, 115200);
  t->tty = tty;
  t->controlling = controlling;
  t->size = (struct pith_winsize){.rows = ROWS, .columns = COLUMNS};
  t->device = (struct devfs_device){.name = name, .ops = &term_ops, .data = t};
  tty->attention = &t->attention;
  pith_defer(&t->attention); /* for what has come already */
  error = devfs_add(&t->device);
  if (error || !controlling) return error;
  alias.data = t;
  return devfs_add(&alias);
}

static long resize_call(long t, long rows, long columns) {
  const struct pith_winsize size = {.rows = (uint16_t)rows, .columns = (uint16_t)columns};

  resize((struct term *)t, &size);
  return 0;
}

void term_resize(struct term *t, unsigned rows, unsigned columns) {
  pith_monitor(resize_call, (long)t, (long)rows, (long)columns);
}

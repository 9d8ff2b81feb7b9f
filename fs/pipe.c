/* Pipes in the kernel context: one copy between a process's memory and the ring for each side, and the other side is
 * woken only if it waits.
 *
 * A reader waits for any byte. A writer waits for room for what it has left to write or, if that is more, for half a
 * ring: so writers and readers of much take turns with half a ring, and not with a byte, and nobody waits in vain for a reader
 * that waits for what the writer will do when it is done.
 *
 * No wait outlives its reason: whoever closes the last end wakes the other side, and a woken caller makes its call again
 * and looks anew. The memory goes in close(), in a thread: by then nobody waits in it. */
#include "pipe.h"
#include "mem.h"

enum {
  SIZE = PITH_PIPE,
  MASK = SIZE - 1,
  HALF = SIZE / 2,
  STEP = 512 /* bytes copied in one kernel entry */
};

_Static_assert(!(PITH_PIPE & (PITH_PIPE - 1)) && PITH_PIPE / 2 >= (int)PITH_PIPE_BUF, "PITH_PIPE");

static void *(*take_memory)(uint32_t size);
static void (*give_memory)(void *memory);

void pipe_memory(void *(*take)(uint32_t size), void (*give)(void *memory)) {
  take_memory = take;
  give_memory = give;
}

static uint32_t used(const struct pipe *p) { return p->head - p->tail; }
static bool reads(const struct file *f) { return (f->flags & PITH_O_ACCMODE) != PITH_O_WRONLY; }
static bool writes(const struct file *f) { return (f->flags & PITH_O_ACCMODE) != PITH_O_RDONLY; }

static void wake(struct pith_waker *w) {
  if (w->waiters.head) pith_wake(w);
}

/* ---- in the kernel ---- */

static long pipe_read(struct file *f, void *buf, size_t n) {
  struct pipe *p = f->node;
  uint32_t there = used(p), at = p->tail & MASK;

  if (!there) {
    if (!p->writers && (p->written_once || f->flags & PITH_O_NONBLOCK)) return 0;
    return f->flags & PITH_O_NONBLOCK ? -EAGAIN : pith_monitor_wait(&p->data);
  }
  if (n > there) n = there;
  if (n > STEP) n = STEP;
  if (n <= SIZE - at) {
    memcpy(buf, p->bytes + at, n);
  } else {
    memcpy(buf, p->bytes + at, SIZE - at);
    memcpy((uint8_t *)buf + (SIZE - at), p->bytes, n - (SIZE - at));
  }
  p->tail += n;
  if (SIZE - (there - n) >= p->need) {
    p->need = UINT32_MAX;
    wake(&p->room);
  }
  vfs_changed();
  return (long)n;
}

static long wait_for_room(struct pipe *p, uint32_t n) {
  if (n > HALF) n = HALF;
  if (n < p->need) p->need = n;
  return pith_monitor_wait(&p->room);
}

static long pipe_write(struct file *f, const void *buf, size_t n) {
  struct pipe *p = f->node;
  uint32_t room = SIZE - used(p), at = p->head & MASK;

  if (!p->readers && p->read_once) return -EPIPE;
  if (!p->readers || room < (n <= PITH_PIPE_BUF ? n : 1))
    return f->flags & PITH_O_NONBLOCK ? -EAGAIN : wait_for_room(p, n);
  if (n > room) n = room;
  if (n > STEP) n = STEP;
  if (n <= SIZE - at) {
    memcpy(p->bytes + at, buf, n);
  } else {
    memcpy(p->bytes + at, buf, SIZE - at);
    memcpy(p->bytes, (const uint8_t *)buf + (SIZE - at), n - (SIZE - at));
  }
  p->head += n;
  wake(&p->data);
  vfs_changed();
  return (long)n;
}

static unsigned pipe_poll(struct file *f) {
  const struct pipe *p = f->node;
  unsigned bits = 0;

  if (reads(f)) {
    if (used(p)) bits |= PITH_POLLIN;
    if (!p->writers && p->written_once) bits |= PITH_POLLHUP;
  }
  if (writes(f)) {
    if (p->readers && SIZE - used(p) >= PITH_PIPE_BUF) bits |= PITH_POLLOUT;
    if (!p->readers && p->read_once) bits |= PITH_POLLERR;
  }
  return bits;
}

static long pipe_ioctl(struct file *f, uint32_t request, void *user, uint32_t arg) {
  int32_t n = (int32_t)used(f->node);

  (void)arg;
  if (request != PITH_FIONREAD) return -ENOTTY;
  memcpy(user, &n, sizeof n);
  return 0;
}

static void pipe_release(struct file *f) {
  struct pipe *p = f->node;

  if (reads(f)) p->readers--;
  if (writes(f)) p->writers--;
  wake(&p->data);
  wake(&p->room);
  vfs_changed();
}

/* ---- threads ---- */

static int pipe_stat(struct file *f, struct pith_stat *st) {
  *st = (struct pith_stat){
      .mode = PITH_S_IFIFO | 0600, .size = used(f->node), .links = 1, .block = PITH_PIPE_BUF};
  return 0;
}

static int pipe_close(struct file *f) {
  struct pipe *p = f->node;
  void (*closed)(struct file * f, void *node) = p->closed;
  void *node = p->node;

  if (!--p->files) {
    if (p->home) *p->home = NULL;
    give_memory(p);
  }
  if (closed) closed(f, node);
  return 0;
}

static const struct file_ops pipe_ops = {.in_kernel = true,
                                         .streams = true,
                                         .read = pipe_read,
                                         .write = pipe_write,
                                         .stat = pipe_stat,
                                         .close = pipe_close,
                                         .release = pipe_release,
                                         .poll = pipe_poll,
                                         .ioctl = pipe_ioctl};

static struct pipe *pipe_new(void) {
  struct pipe *p = take_memory(sizeof *p);

  if (!p) return NULL;
  memset(p, 0, offsetof(struct pipe, bytes));
  p->need = UINT32_MAX;
  pith_waker_init(&p->data);
  pith_waker_init(&p->room);
  return p;
}

static long connect(long f_, long p_, long flags) {
  struct file *f = (struct file *)f_;
  struct pipe *p = (struct pipe *)p_;

  f->flags = (uint32_t)flags;
  f->node = p;
  f->ops = &pipe_ops;
  p->files++;
  if (reads(f)) {
    p->readers++;
    p->read_once = true;
  }
  if (writes(f)) {
    p->writers++;
    p->written_once = true;
  }
  wake(&p->data);
  wake(&p->room);
  vfs_changed();
  return 0;
}

static long make_ends(long p, long end_, long flags) {
  struct file **end = (struct file **)end_;

  end[0] = file_new();
  end[1] = end[0] ? file_new() : NULL;
  if (!end[1]) {
    if (end[0]) file_release(end[0]); /* it has no ops yet */
    return -ENFILE;
  }
  connect((long)end[0], p, flags | (long)PITH_O_RDONLY);
  connect((long)end[1], p, flags | (long)PITH_O_WRONLY);
  return 0;
}

int pipe_make(struct file *end[2], uint32_t flags) {
  struct pipe *p = pipe_new();
  long error;

  if (!p) return -ENOMEM;
  error = pith_monitor(make_ends, (long)p, (long)end, (long)flags);
  if (error) give_memory(p);
  return (int)error;
}

int fifo_open(struct file *f, uint32_t flags, struct pipe **home, void *node,
              void (*closed)(struct file *f, void *node)) {
  struct pipe *p = *home;
  bool alone = !p || !p->readers; /* readers changes in the kernel, but only down while the tree is locked */

  if ((flags & PITH_O_ACCMODE) == PITH_O_WRONLY && flags & PITH_O_NONBLOCK && alone) return -ENXIO;
  if (!p) p = pipe_new();
  if (!p) return -ENOMEM;
  p->home = home;
  p->node = node;
  p->closed = closed;
  *home = p;
  pith_monitor(connect, (long)f, (long)p, (long)f->flags);
  return 0;
}

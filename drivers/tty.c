/* Between waiting threads and a UART's interrupt.
 *
 * Each ring has one producer and one consumer: the kernel context fills tx and empties rx, the interrupt
 * handler does the reverse. The kernel is a monitor, so writers do not overlap each other; a ring with one
 * user at each end needs no lock against the interrupt. Nothing is masked.
 *
 * No wake-up is lost. A caller first says what it waits for (low, wanted), then looks at the ring, then
 * parks. If the interrupt moves a byte before the look, the look sees it; if after, it finds the wish and
 * posts a wake-up, which the kernel applies only when this call has finished parking.
 *
 * Room is announced when tx has drained to half, and a write in one piece never needs more than half: a
 * woken writer that comes first always fits.
 *
 * A full receive ring loses nothing by itself: the device keeps its byte and holds up the other side if it can (a
 * virtual machine's can). Only a device that is overrun loses bytes.
 *
 * Dropping what waits to be sent is the interrupt's, too: it moves tail, as nobody else may. */
#include "tty.h"

void tty_init(struct tty *t, const struct uart *uart, uint8_t *tx, uint8_t *rx, bool crlf) {
  ring_init(&t->tx, tx, PITH_TTY_TX);
  ring_init(&t->rx, rx, PITH_TTY_RX);
  t->uart = uart;
  t->low = -1;
  t->wanted = false;
  t->crlf = crlf;
  t->stopped = t->drop = t->held = false;
  t->urgent = -1;
  t->overruns = 0;
  t->attention = NULL;
  pith_waker_init(&t->room);
  pith_waker_init(&t->data);
}

/* Ring bytes that buf takes, line ends included. */
static size_t expanded(const struct tty *t, const uint8_t *buf, size_t n) {
  size_t bytes = n;
  if (t->crlf)
    for (size_t i = 0; i < n; i++) bytes += buf[i] == '\n';
  return bytes;
}

/* Fills the ring from buf; returns the bytes of buf that fitted. */
static size_t fill(struct tty *t, const uint8_t *buf, size_t n) {
  if (!t->crlf) return ring_put(&t->tx, buf, n);
  size_t i = 0;
  for (; i < n; i++) {
    if (buf[i] == '\n') {
      if (ring_room(&t->tx) < 2) break;
      ring_putc(&t->tx, '\r');
    }
    if (!ring_putc(&t->tx, buf[i])) break;
  }
  return i;
}

long tty_write(struct tty *t, const void *buf, size_t n) {
  const size_t half = PITH_TTY_TX / 2;
  if (n == 0) return 0;
  size_t need = n <= TTY_ATOMIC ? expanded(t, buf, n) : 1;
  if (need > half) need = 1; /* longer than one piece can be: what fits */
  if (need == 1 && t->crlf) need = 2;
  if (ring_room(&t->tx) < need) {
    t->low = (int32_t)half;
    if (ring_room(&t->tx) < need) return pith_monitor_wait(&t->room);
  }
  size_t taken = fill(t, buf, n);
  tty_kick(t);
  return (long)taken;
}

long tty_read(struct tty *t, void *buf, size_t n) {
  if (n == 0) return 0;
  if (ring_used(&t->rx) == 0) {
    t->wanted = true;
    if (ring_used(&t->rx) == 0) return pith_monitor_wait(&t->data);
  }
  n = ring_get(&t->rx, buf, n);
  if (t->held) tty_kick(t);
  return (long)n;
}

bool tty_drains(struct tty *t, long *result) {
  if (ring_used(&t->tx) == 0) return false;
  t->low = 0;
  if (ring_used(&t->tx) == 0) return false;
  *result = pith_monitor_wait(&t->room);
  return true;
}

long tty_drain(struct tty *t) {
  long result = 0;
  tty_drains(t, &result);
  return result;
}

/* The terminal's side. */

size_t tty_room(const struct tty *t) {
  size_t room = ring_room(&t->tx);
  return room > TTY_RESERVE ? room - TTY_RESERVE : 0;
}

bool tty_put(struct tty *t, const uint8_t *bytes, size_t n) {
  return ring_room(&t->tx) >= n && ring_put(&t->tx, bytes, n) == n;
}

void tty_kick(struct tty *t) { t->uart->ops->kick(t->uart->dev); }

void tty_want_room(struct tty *t) {
  t->low = PITH_TTY_TX / 2;
  if (ring_used(&t->tx) <= PITH_TTY_TX / 2 && t->attention) pith_defer(t->attention);
}

long tty_wait_room(struct tty *t) {
  t->low = PITH_TTY_TX / 2;
  if (ring_used(&t->tx) <= PITH_TTY_TX / 2) return pith_monitor_again(); /* it has drained meanwhile */
  return pith_monitor_wait(&t->room);
}

int tty_peek(struct tty *t) {
  const struct ring *r = &t->rx;
  return ring_used(r) ? r->buf[r->tail & (r->size - 1)] : -1;
}

void tty_took(struct tty *t) {
  uint8_t byte;
  ring_getc(&t->rx, &byte);
  if (t->held) tty_kick(t);
}

void tty_stop(struct tty *t, bool stopped) {
  t->stopped = stopped;
  if (!stopped) tty_kick(t);
}

void tty_urgent(struct tty *t, uint8_t byte) {
  t->urgent = byte;
  tty_kick(t);
}

void tty_drop(struct tty *t) {
  t->drop_to = t->tx.head;
  t->drop = true;
  tty_kick(t);
}

/* The threads' side. */

static long write_call(long t, long buf, long n) {
  return tty_write((struct tty *)t, (const void *)buf, (size_t)n);
}

static long read_call(long t, long buf, long n) { return tty_read((struct tty *)t, (void *)buf, (size_t)n); }

static long drain_call(long t, long b, long c) {
  (void)b;
  (void)c;
  return tty_drain((struct tty *)t);
}

void tty_print(struct tty *t, const char *buf, size_t n) {
  while (n > 0) {
    long taken = pith_monitor(write_call, (long)t, (long)buf, (long)n);
    if (taken < 0) return; /* the wait was cancelled: this thread is being ended */
    buf += taken;
    n -= (size_t)taken;
  }
}

long tty_get(struct tty *t, void *buf, size_t n) {
  return pith_monitor(read_call, (long)t, (long)buf, (long)n);
}

void tty_flush(struct tty *t) { pith_monitor(drain_call, (long)t, 0, 0); }

void tty_flush_polled(struct tty *t) {
  uint8_t byte;
  while (ring_getc(&t->tx, &byte)) t->uart->ops->putc_polled(t->uart->dev, byte);
}

/* The interrupt's side. */

bool tty_isr_rx_room(struct tty *t) {
  if (ring_room(&t->rx)) {
    t->held = false;
    return true;
  }
  t->held =
      true; /* HAZARD: said before the second look, or a reader that has just made room would not kick */
  if (!ring_room(&t->rx)) return false;
  t->held = false;
  return true;
}

void tty_isr_rx(struct tty *t, uint8_t byte) {
  ring_putc(&t->rx, byte);
  if (t->attention) pith_defer(t->attention);
  if (t->wanted) {
    t->wanted = false;
    pith_wake(&t->data);
  }
}

bool tty_isr_tx(struct tty *t, uint8_t *byte) {
  if (t->drop) {
    t->drop = false;
    if ((int32_t)(t->drop_to - t->tx.tail) > 0) t->tx.tail = t->drop_to;
  }
  int16_t urgent = t->urgent;
  bool got;
  if (urgent >= 0) {
    t->urgent = -1;
    *byte = (uint8_t)urgent;
    got = true;
  } else {
    got = !t->stopped && ring_getc(&t->tx, byte);
  }
  if ((int32_t)ring_used(&t->tx) <= t->low) {
    t->low = -1;
    pith_wake(&t->room);
    if (t->attention) pith_defer(t->attention);
  }
  return got;
}

void tty_isr_overrun(struct tty *t) { t->overruns++; }

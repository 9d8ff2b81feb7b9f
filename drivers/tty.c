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
 * woken writer that comes first always fits. */
#include "tty.h"

void tty_init(struct tty *t, const struct uart *uart, uint8_t *tx, uint8_t *rx, bool crlf) {
  ring_init(&t->tx, tx, PITH_TTY_TX);
  ring_init(&t->rx, rx, PITH_TTY_RX);
  t->uart = uart;
  t->low = -1;
  t->wanted = false;
  t->crlf = crlf;
  t->overruns = 0;
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
  t->uart->ops->kick(t->uart->dev);
  return (long)taken;
}

long tty_read(struct tty *t, void *buf, size_t n) {
  if (n == 0) return 0;
  if (ring_used(&t->rx) == 0) {
    t->wanted = true;
    if (ring_used(&t->rx) == 0) return pith_monitor_wait(&t->data);
  }
  return (long)ring_get(&t->rx, buf, n);
}

long tty_drain(struct tty *t) {
  if (ring_used(&t->tx) == 0) return 0;
  t->low = 0;
  if (ring_used(&t->tx) == 0) return 0;
  return pith_monitor_wait(&t->room);
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

void tty_isr_rx(struct tty *t, uint8_t byte) {
  if (!ring_putc(&t->rx, byte)) t->overruns++;
  if (t->wanted) {
    t->wanted = false;
    pith_wake(&t->data);
  }
}

bool tty_isr_tx(struct tty *t, uint8_t *byte) {
  bool got = ring_getc(&t->tx, byte);
  if ((int32_t)ring_used(&t->tx) <= t->low) {
    t->low = -1;
    pith_wake(&t->room);
  }
  return got;
}

void tty_isr_overrun(struct tty *t) { t->overruns++; }

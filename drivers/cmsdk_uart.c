/* CMSDK UART: moves bytes between the device and a tty.
 *
 * The transmit interrupt comes only when the device's one-byte buffer goes from full to empty, never
 * because it is empty. A kick therefore makes the interrupt pending at the NVIC and leaves the device to the
 * handler: the handler is the only code that sends, so a kick cannot race with a byte that leaves at the
 * same moment. If the device is busy, the handler does nothing and that byte's own interrupt goes on; if it
 * is idle, the handler sends. An extra interrupt finds the ring empty and does no harm.
 *
 * The receive interrupt comes only when a byte arrives. One that arrived without the interrupt would stay in the
 * buffer and keep out all others, so the device receives nothing before start(). */
#include "cmsdk_uart.h"

#include "pith_errno.h"
#include "tty.h"

/* Arm DDI0479D, section 4.3. */
struct regs {
  uint32_t data;
  uint32_t state;
  uint32_t ctrl;
  uint32_t intstatus; /* a write of one clears */
  uint32_t bauddiv;   /* 16 or more */
};
enum { STATE_TX_FULL = 1, STATE_RX_FULL = 2, STATE_RX_OVERRUN = 8 };
enum { CTRL_TX = 1, CTRL_RX = 2, CTRL_TX_INT = 4, CTRL_RX_INT = 8 };
enum { INT_TX = 1, INT_RX = 2, MAX_DIVIDER = 0xFFFFF };
enum { POLLS_FOR_BYTE = 200000 }; /* longer than ten bits at 9600 bit/s on a 100 MHz core */

static volatile struct regs *regs_of(const struct cmsdk_uart *u) { return (volatile struct regs *)u->base; }

/* Of the clock for a rate; 0: it cannot make it. */
static uint32_t divider_for(const struct cmsdk_uart *u, uint32_t baud) {
  uint32_t divider = baud ? (u->clock_hz() + baud / 2) / baud : 0;
  return divider < 16 || divider > MAX_DIVIDER ? 0 : divider;
}

static int init(const void *dev) {
  const struct cmsdk_uart *u = dev;
  volatile struct regs *r = regs_of(u);
  uint32_t divider = divider_for(u, u->baud);
  r->ctrl = 0;
  r->bauddiv = divider ? divider : 16;
  r->intstatus = INT_TX | INT_RX;
  r->ctrl = CTRL_TX;
  return divider ? 0 : -EINVAL;
}

static int speed(const void *dev, uint32_t baud) {
  uint32_t divider = divider_for(dev, baud);
  if (!divider) return -EINVAL;
  regs_of(dev)->bauddiv = divider;
  return 0;
}

static void putc_polled(const void *dev, uint8_t byte) {
  volatile struct regs *r = regs_of(dev);
  for (int polls = 0; r->state & STATE_TX_FULL; polls++)
    if (polls == POLLS_FOR_BYTE) return;
  r->data = byte;
}

static void start(const void *dev, struct tty *tty) {
  const struct cmsdk_uart *u = dev;
  volatile struct regs *r = regs_of(u);
  u->state->tty = tty;
  if (r->state & STATE_RX_FULL) (void)r->data;
  r->ctrl = CTRL_TX | CTRL_RX | CTRL_TX_INT | CTRL_RX_INT;
}

static void kick(const void *dev) {
  const struct cmsdk_uart *u = dev;
  *u->tx.set = u->tx.bit;
}

const struct uart_ops cmsdk_uart_ops = {init, putc_polled, start, kick, speed, NULL};

/* One byte at a time in both: acknowledge first, so that a byte which arrives or leaves meanwhile raises
 * the interrupt again. A byte for which there is no room stays in the device, whose interrupt is acknowledged: the
 * transmit interrupt of a kick takes it. Both have one priority, so they do not preempt each other. */

void cmsdk_uart_rx_isr(const struct cmsdk_uart *u) {
  volatile struct regs *r = regs_of(u);
  struct tty *tty = u->state->tty;
  r->intstatus = INT_RX;
  uint32_t state = r->state;
  if (state & STATE_RX_OVERRUN) {
    r->state = STATE_RX_OVERRUN;
    if (tty) tty_isr_overrun(tty);
  }
  if (!(state & STATE_RX_FULL) || (tty && !tty_isr_rx_room(tty))) return;
  uint8_t byte = (uint8_t)r->data;
  if (tty) tty_isr_rx(tty, byte);
}

void cmsdk_uart_tx_isr(const struct cmsdk_uart *u) {
  volatile struct regs *r = regs_of(u);
  struct tty *tty = u->state->tty;
  uint8_t byte;
  r->intstatus = INT_TX;
  if (!tty) return;
  if (tty->held) cmsdk_uart_rx_isr(u);
  if (r->state & STATE_TX_FULL) return;
  if (tty_isr_tx(tty, &byte)) r->data = byte;
}

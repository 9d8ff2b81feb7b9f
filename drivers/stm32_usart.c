/* STM32 USART: moves bytes between the device and a tty.
 *
 * TXE, "the data register is empty", is a level: its interrupt may be on only while there is something to
 * send. Only the handler turns it on and off, so CR1 has one writer once started; a kick makes the line
 * pending at the NVIC and lets the handler see to it. That also serves emulators that do not model the TXE
 * interrupt, where TXE is always set: the handler then sends the whole ring at once. */
#include "stm32_usart.h"

#include "pith_errno.h"
#include "tty.h"

/* RM0090 section 30.6. */
struct regs {
  uint32_t sr, dr, brr, cr1, cr2, cr3, gtpr;
};
enum { SR_ORE = 1 << 3, SR_RXNE = 1 << 5, SR_TXE = 1 << 7 };
enum {
  CR1_SBK = 1 << 0,
  CR1_RE = 1 << 2,
  CR1_TE = 1 << 3,
  CR1_RXNEIE = 1 << 5,
  CR1_TXEIE = 1 << 7,
  CR1_UE = 1 << 13
};
enum { POLLS_FOR_BYTE = 200000 }; /* longer than ten bits at 9600 bit/s on a 168 MHz core */

static volatile struct regs *regs_of(const struct stm32_usart *u) { return (volatile struct regs *)u->base; }

/* With 16 samples for each bit BRR is simply clock / baud (RM0090 30.3.4). 0: the clock cannot make it. */
static uint32_t divider_for(const struct stm32_usart *u, uint32_t baud) {
  uint32_t divider = baud ? (u->clock_hz() + baud / 2) / baud : 0;
  return divider < 16 || divider > 0xFFFF ? 0 : divider;
}

static int init(const void *dev) {
  const struct stm32_usart *u = dev;
  volatile struct regs *r = regs_of(u);
  uint32_t divider = divider_for(u, u->baud);
  r->cr1 = 0;
  r->cr2 = 0;
  r->cr3 = 0;
  r->brr = divider ? divider : 16;
  r->cr1 = CR1_UE | CR1_TE | CR1_RE;
  return divider ? 0 : -EINVAL;
}

static int speed(const void *dev, uint32_t baud) {
  uint32_t divider = divider_for(dev, baud);
  if (!divider) return -EINVAL;
  regs_of(dev)->brr = divider;
  return 0;
}

static void putc_polled(const void *dev, uint8_t byte) {
  volatile struct regs *r = regs_of(dev);
  for (int polls = 0; !(r->sr & SR_TXE); polls++)
    if (polls == POLLS_FOR_BYTE) return;
  r->dr = byte;
}

static void start(const void *dev, struct tty *tty) {
  const struct stm32_usart *u = dev;
  u->state->tty = tty;
  regs_of(u)->cr1 = CR1_UE | CR1_TE | CR1_RE | CR1_RXNEIE;
}

static void kick(const void *dev) {
  const struct stm32_usart *u = dev;
  *u->irq.set = u->irq.bit;
}

static void send_break(const void *dev) {
  const struct stm32_usart *u = dev;
  u->state->breaks = true;
  kick(dev);
}

const struct uart_ops stm32_usart_ops = {init, putc_polled, start, kick, speed, send_break};

/* RXNE and ORE are levels: while there is no room their interrupt is off, and a kick brings us here. The byte that found no
 * room is taken all the same, and kept: HAZARD: in QEMU the line stays up until DR is read, whatever RXNEIE is. */
static void receive(volatile struct regs *r, struct stm32_usart_state *state) {
  struct tty *tty = state->tty;
  if (state->holds) {
    if (!tty_isr_rx_room(tty)) return;
    state->holds = false;
    tty_isr_rx(tty, state->held);
  }
  for (uint32_t sr; (sr = r->sr) & (SR_RXNE | SR_ORE);) {
    bool room = tty_isr_rx_room(tty);
    if (!room) r->cr1 &= ~(uint32_t)CR1_RXNEIE;
    uint8_t byte = (uint8_t)r->dr; /* reading SR and then DR also clears ORE: RM0090 30.6.1 */
    if (sr & SR_ORE) tty_isr_overrun(tty);
    if (!(sr & SR_RXNE)) continue;
    if (room) {
      tty_isr_rx(tty, byte);
      continue;
    }
    state->held = byte;
    state->holds = true;
    return;
  }
  r->cr1 |= CR1_RXNEIE;
}

static void transmit(volatile struct regs *r, struct tty *tty) {
  uint8_t byte;
  while (r->sr & SR_TXE) {
    if (!tty_isr_tx(tty, &byte)) {
      r->cr1 &= ~(uint32_t)CR1_TXEIE;
      return;
    }
    r->dr = byte;
  }
  r->cr1 |= CR1_TXEIE;
}

void stm32_usart_isr(const struct stm32_usart *u) {
  struct tty *tty = u->state->tty;
  if (!tty) return;
  receive(regs_of(u), u->state);
  if (u->state->breaks) {
    u->state->breaks = false;
    regs_of(u)->cr1 |= CR1_SBK; /* the device clears it: RM0090 30.6.4 */
  }
  transmit(regs_of(u), tty);
}

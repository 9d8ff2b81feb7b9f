/* A terminal line: what threads and processes read and write, over any UART.
 *
 * Writers and readers wait, the UART's interrupt handler never does. See tty.c for why nothing is masked. */
#ifndef PITH_DRIVERS_TTY_H
#define PITH_DRIVERS_TTY_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "class.h"
#include "pith/monitor.h"
#include "ring.h"

/* Writes of up to this many bytes, or half the transmit ring if that is less, come out in one piece. */
#define TTY_ATOMIC 128

struct tty {
  struct ring tx, rx;
  const struct uart *uart;
  struct pith_waker room, data; /* the transmit ring has drained to low; the receive ring has got a byte */
  volatile int32_t low;         /* wake room when no more than this is in tx; -1: nobody waits */
  volatile bool wanted;         /* a reader waits */
  bool crlf;                    /* send "\r\n" for "\n" */
  volatile uint32_t overruns;   /* received bytes lost: ring full or device overrun */
};

/* Makes t usable over uart; the buffers are PITH_TTY_TX and PITH_TTY_RX bytes, powers of two. The UART's
 * own init and start are the board's. Boot. */
void tty_init(struct tty *t, const struct uart *uart, uint8_t *tx, uint8_t *rx, bool crlf);

/* Puts up to n bytes into the transmit ring: all of them in one piece if n is at most TTY_ATOMIC, else as
 * many as fit. Parks the caller while there is no room. Bytes taken, 1 to n (0 for n = 0); the value must
 * be returned at once. Kernel context. O(n). */
long tty_write(struct tty *t, const void *buf, size_t n);

/* Takes up to n received bytes, parking the caller until there is one. Bytes read, 1 to n (0 for n = 0);
 * the value must be returned at once. Kernel context. O(n). */
long tty_read(struct tty *t, void *buf, size_t n);

/* Parks the caller until the UART has taken all that was written. 0; to be returned at once. Kernel
 * context. */
long tty_drain(struct tty *t);

/* The same three for kernel threads: print returns when all n bytes are in the ring, flush when it is
 * empty. Thread. */
void tty_print(struct tty *t, const char *buf, size_t n);
long tty_get(struct tty *t, void *buf, size_t n);
void tty_flush(struct tty *t);

/* Sends what is left in the transmit ring by polling. For a panic or a halt, when the UART's interrupt will
 * not come any more. Any context that nothing else on this tty can interrupt. */
void tty_flush_polled(struct tty *t);

/* The UART driver's side. rx: a byte has come. tx: the next byte to send, false if there is none.
 * overrun: the device lost a byte. From the device's interrupt handlers only, which must not preempt each
 * other for the same ring. O(1). */
void tty_isr_rx(struct tty *t, uint8_t byte);
bool tty_isr_tx(struct tty *t, uint8_t *byte);
void tty_isr_overrun(struct tty *t);
#endif

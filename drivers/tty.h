/* A serial line: two rings over any UART, and flow control. Threads of the kernel read and write it as it is; what makes a
 * terminal of it for processes is fs/term.h.
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
/* So many bytes of the transmit ring are for what the system says in between: echo. */
#define TTY_RESERVE (PITH_TTY_TX / 8)

struct tty {
  struct ring tx, rx;
  const struct uart *uart;
  struct pith_waker room, data; /* the transmit ring has drained to low; the receive ring has got a byte */
  volatile int32_t low;         /* wake room when no more than this is in tx; -1: nobody waits */
  volatile bool wanted;         /* a reader waits */
  bool crlf;                    /* send "\r\n" for "\n" */
  volatile bool stopped;        /* nothing is sent but `urgent` */
  volatile bool drop;           /* what is in tx up to drop_to is not sent */
  volatile bool held;           /* the device keeps a byte for which there was no room */
  volatile int16_t urgent;      /* a byte to be sent before all others; -1: none */
  volatile uint32_t drop_to;
  volatile uint32_t overruns;      /* received bytes lost: device overrun */
  struct pith_deferred *attention; /* NULL, or to be told of each received byte and of room */
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
/* The same as a question: true if the caller was parked, with *result to be returned at once. */
bool tty_drains(struct tty *t, long *result);

/* The same three for kernel threads: print returns when all n bytes are in the ring, flush when it is
 * empty. Thread. */
void tty_print(struct tty *t, const char *buf, size_t n);
long tty_get(struct tty *t, void *buf, size_t n);
void tty_flush(struct tty *t);

/* The parts of a terminal's work, kernel context. room: bytes tty_put() takes, but for the reserve. put: all n bytes as
 * they are, or false; kick after the last one. wait_room: parks the caller until the ring is half empty, to be
 * returned at once; want_room: the same told to t->attention. peek: the oldest received byte, or -1; took: it is done
 * with. stop, urgent, drop: flow control and flushing of what is sent; flush_input. */
size_t tty_room(const struct tty *t);
bool tty_put(struct tty *t, const uint8_t *bytes, size_t n);
void tty_kick(struct tty *t);
long tty_wait_room(struct tty *t);
void tty_want_room(struct tty *t);
int tty_peek(struct tty *t);
void tty_took(struct tty *t);
void tty_stop(struct tty *t, bool stopped);
void tty_urgent(struct tty *t, uint8_t byte);
void tty_drop(struct tty *t);

/* Sends what is left in the transmit ring by polling. For a panic or a halt, when the UART's interrupt will
 * not come any more. Any context that nothing else on this tty can interrupt. */
void tty_flush_polled(struct tty *t);

/* The UART driver's side. rx_room: tty_isr_rx() has room; if not, the device keeps its byte, with its receive interrupt
 * off if that would come again and again, until its kick() comes. rx: a byte has come. tx: the next byte to send, false if there is none.
 * overrun: the device lost a byte. From the device's interrupt handlers only, which must not preempt each
 * other for the same ring. O(1). */
bool tty_isr_rx_room(struct tty *t);
void tty_isr_rx(struct tty *t, uint8_t byte);
bool tty_isr_tx(struct tty *t, uint8_t *byte);
void tty_isr_overrun(struct tty *t);
#endif

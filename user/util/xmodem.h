/* XMODEM: blocks of 128 bytes with a sum or a CRC, and of 1,024 bytes (XMODEM-1K). Both ends; the line is two functions.
 *
 * The receiver decides: it begins with 'C' for a CRC and after four tries with NAK for a sum. Every block is answered with ACK, or NAK to
 * have it again; a block that comes twice is taken once. Each side gives up after XMODEM_TRIES errors in a row, and at once when it
 * gets two CAN. The protocol knows no length: the last block is filled up with 0x1A. */
#ifndef PITH_XMODEM_H
#define PITH_XMODEM_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { XMODEM_TRIES = 10, XMODEM_FILL = 0x1a };
enum xmodem_result {
  XMODEM_DONE,
  XMODEM_CANCELLED, /* by the other end */
  XMODEM_TIMEOUT,   /* nothing comes */
  XMODEM_ERRORS,    /* too many in a row */
  XMODEM_OUT_OF_STEP,
  XMODEM_CLOSED, /* the line has an end */
  XMODEM_FILE    /* what data() said: the file cannot be read or written */
};

struct xmodem {
  int (*get)(void *ctx, int ms); /* a byte; -1: none came in ms; -2: there will be none */
  bool (*put)(void *ctx, const void *bytes, size_t n);
  /* Receiving: takes n bytes, 0 or more; sending: fills in up to n bytes, how many, fewer only at the end. Negative: an error. */
  long (*data)(void *ctx, void *bytes, size_t n);
  void *ctx;
  bool large;      /* the sender: blocks of 1,024 bytes while there is so much */
  bool sum;        /* the receiver: no CRC */
  unsigned blocks; /* that went over */
  uint8_t block[1024];
};

enum xmodem_result xmodem_receive(struct xmodem *x);
enum xmodem_result xmodem_send(struct xmodem *x);
const char *xmodem_text(enum xmodem_result r);
#endif

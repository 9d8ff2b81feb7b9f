#include "xmodem.h"
#include <string.h>

enum { SOH = 1, STX = 2, EOT = 4, ACK = 6, NAK = 0x15, CAN = 0x18, CRC = 'C' };
enum {
  BYTE_MS = 1000,
  BLOCK_MS = 10000,
  START_MS = 3000,
  START_TRIES = 20,
  CRC_TRIES = 4,
  SEND_START_MS = 60000
};
enum { INTERRUPT = 3 }; /* Ctrl-C, of a person who does not wait for the other end any more */

static uint16_t crc16(const uint8_t *p, size_t n) {
  uint16_t crc = 0;
  while (n--) {
    crc ^= (uint16_t)(*p++ << 8);
    for (int bit = 0; bit < 8; bit++) crc = (uint16_t)(crc & 0x8000 ? crc << 1 ^ 0x1021 : crc << 1);
  }
  return crc;
}

static uint8_t sum(const uint8_t *p, size_t n) {
  uint8_t s = 0;
  while (n--) s = (uint8_t)(s + *p++);
  return s;
}

static int get(struct xmodem *x, int ms) { return x->get(x->ctx, ms); }

static void put(struct xmodem *x, uint8_t byte) { x->put(x->ctx, &byte, 1); }

static void purge(struct xmodem *x) {
  while (get(x, BYTE_MS) >= 0) continue;
}

/* So that the other end stops at once, whatever it is at; the backspaces clear what a shell there would read. */
static enum xmodem_result cancel(struct xmodem *x, enum xmodem_result why) {
  static const uint8_t bytes[] = {CAN, CAN, CAN, CAN, CAN, 8, 8, 8, 8, 8};
  x->put(x->ctx, bytes, sizeof bytes);
  return why;
}

/* One CAN may be noise, two are meant. */
static bool second_can(struct xmodem *x) { return get(x, BYTE_MS) == CAN; }

enum part { GOOD, AGAIN, BAD, WRONG, CLOSED };

/* The block behind its first byte. AGAIN: the one before, once more; WRONG: another one. */
static enum part receive_block(struct xmodem *x, size_t size, uint8_t expected, bool with_crc) {
  int number = get(x, BYTE_MS), inverse = get(x, BYTE_MS), byte = 0;
  size_t n = 0;
  for (; n < size && (byte = get(x, BYTE_MS)) >= 0; n++) x->block[n] = (uint8_t)byte;
  int high = with_crc && byte >= 0 ? get(x, BYTE_MS) : 0, low = byte >= 0 ? get(x, BYTE_MS) : -1;
  if (byte == -2 || low == -2) return CLOSED;
  if (number < 0 || inverse < 0 || n < size || high < 0 || low < 0 || number + inverse != 255) return BAD;
  if (with_crc ? crc16(x->block, size) != (high << 8 | low) : sum(x->block, size) != low) return BAD;
  if (number == expected) return GOOD;
  return number == (uint8_t)(expected - 1) ? AGAIN : WRONG;
}

enum xmodem_result xmodem_receive(struct xmodem *x) {
  bool with_crc = !x->sum, started = false, end = false;
  uint8_t expected = 1, answer = with_crc ? CRC : NAK;
  for (unsigned errors = 0; errors < (started ? (unsigned)XMODEM_TRIES : (unsigned)START_TRIES);) {
    if (answer) put(x, answer);
    int c = get(x, started ? BLOCK_MS : START_MS);
    answer = started ? NAK : with_crc ? CRC : NAK;
    if (c == SOH || c == STX) {
      switch (receive_block(x, c == STX ? 1024 : 128, expected, with_crc)) {
      case GOOD:
        if (x->data(x->ctx, x->block, c == STX ? 1024 : 128) < 0) return cancel(x, XMODEM_FILE);
        started = true;
        expected++;
        x->blocks++;
        errors = 0;
        end = false;
        answer = ACK;
        break;
      case AGAIN:
        if (started) answer = ACK;
        errors++;
        break;
      case BAD:
        purge(x);
        errors++;
        break;
      case WRONG: return cancel(x, XMODEM_OUT_OF_STEP);
      case CLOSED: return XMODEM_CLOSED;
      }
    } else if (c == EOT && end) {
      put(x, ACK);
      return XMODEM_DONE;
    } else if (c == EOT) {
      end = true; /* noise could look like one: the sender must say it again */
      answer = NAK;
    } else if (c == CAN && second_can(x)) {
      return XMODEM_CANCELLED;
    } else if (c == INTERRUPT && !started) {
      return XMODEM_CANCELLED;
    } else if (c == -2) {
      return XMODEM_CLOSED;
    } else {
      if (c >= 0) purge(x);
      errors++;
      if (!started && errors == CRC_TRIES) with_crc = false, answer = NAK;
    }
  }
  return cancel(x, started ? XMODEM_ERRORS : XMODEM_TIMEOUT);
}

/* What the receiver answers: ACK, NAK, -1: nothing that is known; -2: the line's end, CAN: it has enough. */
static int answer(struct xmodem *x) {
  for (unsigned noise = 0; noise < 2048; noise++) {
    int c = get(x, BLOCK_MS);
    if (c == ACK || c == NAK || c < 0) return c;
    if (c == CRC) return NAK; /* it did not see the first block */
    if (c == CAN && second_can(x)) return CAN;
  }
  return -1;
}

static bool send_block(struct xmodem *x, size_t size, uint8_t number, bool with_crc) {
  uint8_t head[3] = {size == 1024 ? STX : SOH, number, (uint8_t)~number};
  uint16_t crc = crc16(x->block, size);
  uint8_t tail[2] = {(uint8_t)(crc >> 8), (uint8_t)crc};
  if (!with_crc) tail[0] = sum(x->block, size);
  return x->put(x->ctx, head, sizeof head) && x->put(x->ctx, x->block, size) &&
         x->put(x->ctx, tail, with_crc ? 2 : 1);
}

/* Sends and repeats until it is taken; size 0: the end. */
static enum xmodem_result deliver(struct xmodem *x, size_t size, uint8_t number, bool with_crc) {
  int c = -1;
  for (unsigned errors = 0; errors < XMODEM_TRIES; errors++) {
    if (!size) put(x, EOT);
    else if (!send_block(x, size, number, with_crc)) return XMODEM_CLOSED;
    c = answer(x);
    if (c == ACK) return XMODEM_DONE;
    if (c == CAN) return XMODEM_CANCELLED;
    if (c == -2) return XMODEM_CLOSED;
  }
  return cancel(x, c == -1 ? XMODEM_TIMEOUT : XMODEM_ERRORS);
}

/* Waits for the receiver; whether it wants a CRC. */
static enum xmodem_result start(struct xmodem *x, bool *with_crc) {
  for (unsigned noise = 0; noise < 2048; noise++) {
    int c = get(x, SEND_START_MS);
    *with_crc = c == CRC;
    if (c == CRC || c == NAK) return XMODEM_DONE;
    if (c == INTERRUPT || (c == CAN && second_can(x))) return XMODEM_CANCELLED;
    if (c == -1) return cancel(x, XMODEM_TIMEOUT);
    if (c == -2) return XMODEM_CLOSED;
  }
  return cancel(x, XMODEM_ERRORS);
}

enum xmodem_result xmodem_send(struct xmodem *x) {
  bool with_crc;
  uint8_t number = 1;
  size_t had = 0, at = 0; /* what is read of the file, and what of it is sent */
  enum xmodem_result r = start(x, &with_crc);
  for (bool end = false; r == XMODEM_DONE; number++, x->blocks++) {
    /* The file is read one large block at a time; its rest goes in small ones. */
    if (at == had && !end) {
      long n = x->data(x->ctx, x->block, x->large && with_crc ? 1024 : 128);
      if (n < 0) return cancel(x, XMODEM_FILE);
      had = (size_t)n;
      at = 0;
      end = had < (x->large && with_crc ? 1024u : 128u);
    }
    if (at == had) return deliver(x, 0, 0, with_crc);
    size_t size = had - at == 1024 ? 1024 : 128, given = had - at < size ? had - at : size;
    memmove(x->block, x->block + at, had - at);
    had -= at;
    at = 0;
    if (given < size) memset(x->block + given, XMODEM_FILL, size - given);
    r = deliver(x, size, number, with_crc);
    at = given;
  }
  return r;
}

const char *xmodem_text(enum xmodem_result r) {
  switch (r) {
  case XMODEM_DONE: return "done";
  case XMODEM_CANCELLED: return "cancelled by the other end";
  case XMODEM_TIMEOUT: return "the other end does not answer";
  case XMODEM_ERRORS: return "too many errors";
  case XMODEM_OUT_OF_STEP: return "a block is missing";
  case XMODEM_CLOSED: return "the line was closed";
  default: return "the file failed";
  }
}

/* The line discipline of a terminal: what typed bytes become, and written ones. Pure: bytes come in, and what
 * they mean to others goes out through struct ldisc_ops.
 *
 * Input is a ring with three counters that only grow: what lies from tail to commit can be read, from commit to head is
 * the line that is being typed (without ICANON there is none). A bit for each place says that the byte ends a line; one
 * that is 0 and has the bit is an end of file, which is not a byte of the input. */
#ifndef PITH_LDISC_H
#define PITH_LDISC_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "config.h"
#include "pith_file.h"

/* What it does to the world. Kernel context. */
struct ldisc_ops {
  bool (*put)(void *to, const uint8_t *bytes, size_t n); /* to the screen: all of them, or false */
  void (*signal)(void *to, int signal);                  /* to the foreground */
  void (*stop)(void *to, bool stopped);                  /* output stands still, or goes on */
  void (*send)(void *to, uint8_t byte);                  /* to the other side, before all output: IXOFF */
  void (*drop)(void *to);                                /* output that is not sent yet */
};

struct ldisc {
  const struct ldisc_ops *ops;
  void *to;
  struct pith_termios set;
  uint16_t tail, commit, head; /* modulo 2^16; head - tail is 0 to PITH_TTY_LINE */
  uint16_t column, start;      /* of the cursor; where the line that is being typed began */
  bool literal;                /* the next byte is itself */
  bool stopped, throttled;     /* by the other side's STOP; the other side, by ours */
  uint32_t lost;               /* bytes there was no room for */
  uint8_t bytes[PITH_TTY_LINE];
  uint32_t ends[PITH_TTY_LINE / 32];
};

/* What a terminal is to begin with: canonical, with echo, signals and flow control of output; or raw. */
void ldisc_init(struct ldisc *l, const struct ldisc_ops *ops, void *to, bool raw, bool crlf, uint32_t speed);

/* A byte came. False: there is no room before somebody reads; the byte has to be brought again. A line that is too long
 * rings the bell instead and loses the byte. O(1); O(line) for what erases. */
bool ldisc_input(struct ldisc *l, uint8_t byte);

/* A read would get something: a line or an end of file; without ICANON bytes. How many bytes (a few too many where
 * there are ends of file). O(1). */
static inline size_t ldisc_readable(const struct ldisc *l) { return (uint16_t)(l->commit - l->tail); }

/* Reads: of one line at most, with ICANON. 0 of something readable: the end of file. O(n). */
size_t ldisc_read(struct ldisc *l, uint8_t *buf, size_t n);

/* Writes through ops->put, of which `room` bytes may be given; how many of n were taken. O(n). */
size_t ldisc_write(struct ldisc *l, const uint8_t *buf, size_t n, size_t room);

/* New settings; what was typed stays. */
void ldisc_set(struct ldisc *l, const struct pith_termios *set);
/* All that was typed is forgotten. */
void ldisc_flush(struct ldisc *l);
#endif

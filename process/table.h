/* One line of the table of services: pure text in, numbers out. docs/SERVICES.md is the format.
 *
 *   NAME [OPTION=VALUE ...] PROGRAM [ARGUMENT ...]
 *
 * Words are separated by blanks; the first one after NAME without "=" is the program, all behind it are its arguments,
 * whatever is in them. A line whose first word begins with "#" is a comment. */
#ifndef PITH_TABLE_H
#define PITH_TABLE_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "pith_process.h"

enum {
  TABLE_LINE = 160, /* bytes with the closing 0 */
  TABLE_NAME = 24,  /* the same, of a name */
  TABLE_WORDS = 12, /* the program and its arguments */
  TABLE_RESTARTS = 16,
};

struct table_line {
  char text[TABLE_LINE]; /* what name and argv point into: a line is not to be moved */
  const char *name;
  const char *argv[TABLE_WORDS + 1]; /* the program first; ends with NULL */
  bool restarts;                     /* not: it runs once */
  uint32_t restart_limit;            /* so many times in window_us; 0: always */
  uint32_t window_us;
  uint32_t backoff_us, backoff_max_us; /* before the first restart, before each at most */
  bool console;                        /* it has the console: only when nothing else was asked for */
  bool manages;                        /* it may set the clock and end it all */
  uint32_t heartbeat_us;               /* 0: none wanted */
  uint8_t priority, ceiling;
  struct pith_limits limits; /* 0: the system's */
};

struct table_defaults {
  uint8_t priority, lowest; /* of a service that states none; the greatest number there is */
  uint32_t backoff_us, backoff_max_us;
};

/* Reads the line of `length` bytes at text, without its end of line. 1: *line is a service; 0: blank or a comment; -EINVAL:
 * *what, in *line, is the word that is wrong, and *why the reason. Any context. O(length). */
int table_read(const char *text, size_t length, const struct table_defaults *defaults,
               struct table_line *line, const char **what, const char **why);
#endif

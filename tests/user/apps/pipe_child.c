/* The other side of pipes, for posix_pipe.c and posix_poll.c: what it is to do is its first argument; descriptors are
 * those it inherited.
 * pith_app: STACK 2048 HEAP 4096 */
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "many.h"
#include "pith.h"

extern char **environ;

static uint8_t buf[2048];

static uint32_t next(uint32_t *state) { return *state = *state * 1664525 + 1013904223; }

/* count N FD: N bytes that count up */
static int count(uint32_t n, int fd) {
  for (uint32_t at = 0; at < n;) {
    uint32_t k = n - at < sizeof buf ? n - at : sizeof buf;
    for (uint32_t i = 0; i < k; i++) buf[i] = (uint8_t)((at + i) * 7 + ((at + i) >> 8));
    if (write(fd, buf, k) != (ssize_t)k) return 1;
    at += k;
  }
  return 0;
}

/* records N FD ID: N records of 3 to 512 bytes, each a length in two bytes and then ID */
static int records(uint32_t n, int fd, uint8_t id) {
  uint32_t random = id;
  while (n--) {
    uint32_t size = 3 + (next(&random) >> 16) % 510;
    memset(buf, id, size);
    buf[0] = (uint8_t)size;
    buf[1] = (uint8_t)(size >> 8);
    if (write(fd, buf, size) != (ssize_t)size) return 1;
  }
  return 0;
}

/* filter IN OUT: what cat does */
static int filter(int in, int out) {
  ssize_t n;
  while ((n = read(in, buf, sizeof buf)) > 0)
    if (write(out, buf, (size_t)n) != n) return 1;
  return n < 0;
}

/* sum: 5 if its arguments and environment are what many.h makes them. */
static int sum(char **argv) { return many_right(argv, environ) ? 5 : 6; }

int main(int argc, char *argv[]) {
  if (!strcmp(argv[1], "sum")) return sum(argv + 2);
  if (!strcmp(argv[1], "words here")) /* as an interpreter: the script, what it was given */
    return argc == 5 && !strcmp(argv[2], "/tmp/script") && !strcmp(argv[3], "c") && !strcmp(argv[4], "d") ? 7
                                                                                                          : 8;
  long a = argc > 2 ? atol(argv[2]) : 0, b = argc > 3 ? atol(argv[3]) : 0, c = argc > 4 ? atol(argv[4]) : 0;
  /* What is open beyond the standard ones and the first two arguments' is the parent's business. */
  for (int fd = 3; fd < 16; fd++)
    if (fd != a && fd != b) close(fd);
  if (!strcmp(argv[1], "count")) return count((uint32_t)c, (int)a);
  if (!strcmp(argv[1], "records")) return records((uint32_t)c, (int)a, (uint8_t)atol(argv[5]));
  if (!strcmp(argv[1], "filter")) return filter((int)a, (int)b);
  if (!strcmp(argv[1], "sigpipe")) { /* nobody reads: it does not come back */
    write((int)a, "x", 1);
    return 3;
  }
  if (!strcmp(argv[1], "sleep")) return usleep((useconds_t)a * 1000), 4;
  return 2;
}

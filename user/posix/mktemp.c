/* Files and directories of new names: newlib's cannot make directories, and are one object. The Xs at the end of a template become letters
 * and digits that depend on the process and the time; what is there already is never taken. */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include "result.h"

enum { XS = 6, TRIES = 1000 };

static void fill(char *x, const char *end) {
  static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789";
  static uint32_t state;
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  state += (uint32_t)t.tv_nsec + (uint32_t)t.tv_sec * 1000003u + (uint32_t)getpid() * 7919u;
  for (; x < end; x++) {
    state = state * 1664525u + 1013904223u;
    *x = letters[(state >> 16) % (sizeof letters - 1)];
  }
}

static int make_file(const char *path, int flags) {
  return open(path, O_RDWR | O_CREAT | O_EXCL | flags, 0600);
}

static int make_directory(const char *path, int unused) {
  (void)unused;
  return mkdir(path, 0700);
}

static int make_nothing(const char *path, int unused) {
  struct stat st;
  (void)unused;
  return stat(path, &st) == 0 ? (int)result(-EEXIST) : errno == ENOENT ? 0 : -1;
}

static int make(char *template, int suffix, int (*how)(const char *path, int flags), int flags) {
  size_t n = strlen(template);
  if (suffix < 0 || n < (size_t)suffix + XS) return (int)result(-EINVAL);
  char *end = template + n - suffix, *x = end;
  while (x > template && x[-1] == 'X') x--;
  if (end - x < XS) return (int)result(-EINVAL);
  for (int tries = 0;; tries++) {
    fill(x, end);
    int r = how(template, flags);
    if (r >= 0 || errno != EEXIST || tries == TRIES) return r;
  }
}

int mkostemps(char *template, int suffix, int flags) { return make(template, suffix, make_file, flags); }
int mkostemp(char *template, int flags) { return mkostemps(template, 0, flags); }
int mkstemps(char *template, int suffix) { return mkostemps(template, suffix, 0); }
int mkstemp(char *template) { return mkostemps(template, 0, 0); }
char *mkdtemp(char *template) { return make(template, 0, make_directory, 0) < 0 ? NULL : template; }

char *mktemp(char *template) {
  if (make(template, 0, make_nothing, 0) < 0) *template = 0;
  return template;
}

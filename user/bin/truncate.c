/* pith_app: STACK 4096 HEAP 256
 *
 * Makes files so long: what is beyond is gone, what is missing is 0. -s [+-<>/%]SIZE, with k, M: + - changes it, < > at most, at least,
 * / % down, up to a multiple; -r FILE: as long as that one; -c: makes no files. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>
#include "util.h"

const char util_name[] = "truncate", util_synopsis[] = "[-c] -s [+-<>/%]SIZE | -r FILE  FILE...";

static char how;
static uint32_t number;

/* INT32_MAX is as large as a file can be; more is told by the system. */
static uint64_t new_size(uint32_t old) {
  switch (how) {
  case '+': return (uint64_t)old + number;
  case '-': return number < old ? old - number : 0;
  case '<': return number < old ? number : old;
  case '>': return number > old ? number : old;
  case '/': return old - old % number;
  case '%': return (uint64_t)old + (old % number ? number - old % number : 0);
  default: return number;
  }
}

static void parse(const char *s) {
  how = 's';
  if (*s && strchr("+-<>/%", *s)) how = *s++;
  number = (uint32_t)number_argument(s, s, UINT32_MAX);
  if (!number && (how == '/' || how == '%')) usage(s, "no multiple of 0");
}

int main(int argc, char **argv) {
  int status = 0, flags = O_WRONLY | O_CREAT;
  struct stat st;
  for (int c; (c = option(argc, argv, "cs:r:")) != -1;) {
    if (c == 'c') flags = O_WRONLY;
    else if (c == 's') parse(option_value);
    else if (stat(option_value, &st) < 0) fail_errno(option_value);
    else how = 's', number = (uint32_t)st.st_size;
  }
  if (!how) usage(NULL, "no size given");
  if (option_at == argc) usage(NULL, "no file given");
  for (char **path = argv + option_at; *path; path++) {
    int fd = open(*path, flags, 0666);
    if (fd < 0 && errno == ENOENT && !(flags & O_CREAT)) continue;
    if (fd < 0 || fstat(fd, &st) < 0 || ftruncate(fd, (off_t)new_size((uint32_t)st.st_size)) < 0)
      complain_errno(*path), status = 1;
    if (fd >= 0) close(fd);
  }
  return status;
}

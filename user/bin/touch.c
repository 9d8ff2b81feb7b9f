/* pith_app: STACK 4096 HEAP 256
 *
 * Makes files that are not there, and sets the time of those that are: to now, or -t [[CC]YY]MMDDhhmm[.ss], -d TIME (as date
 * has it), -r FILE: that file's. -c: makes none. -a, -m: accepted; there is one time. */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>
#include "util.h"

const char util_name[] = "touch", util_synopsis[] = "[-acm] [-r FILE | -t TIME | -d TIME] FILE...";

/* [0]: of access, which is not kept. */
static struct timeval times[2];

static void take_time(int option, const char *text) {
  time_t now = time(NULL);
  struct tm t;
  struct stat st;
  gmtime_r(&now, &t);
  if (option == 'r' && stat(text, &st) < 0) fail_errno(text);
  if (option == 't' && !parse_time_digits(text, true, &t)) usage(text, "not a time");
  if (option == 'd' && !parse_time(text, &t)) usage(text, "not a time");
  times[1] = (struct timeval){.tv_sec = option == 'r' ? st.st_mtime : (time_t)time_of(&t)};
  if (option == 'r') times[1].tv_usec = st.st_mtim.tv_nsec / 1000;
}

int main(int argc, char **argv) {
  bool make = true, given = false;
  int status = 0;
  for (int c; (c = option(argc, argv, "acmr:t:d:")) != -1;) {
    if (c == 'c') make = false;
    if (c == 'r' || c == 't' || c == 'd') take_time(c, option_value), given = true;
  }
  if (option_at == argc) usage(NULL, "no file given");
  for (char **path = argv + option_at; *path; path++) {
    if (utimes(*path, given ? times : NULL) == 0 || (errno == ENOENT && !make)) continue;
    int fd = errno == ENOENT ? open(*path, O_WRONLY | O_CREAT, 0666) : -1;
    if (fd < 0) {
      complain_errno(*path), status = 1;
      continue;
    }
    close(fd);
    if (given && utimes(*path, times) < 0) complain_errno(*path), status = 1;
  }
  return status;
}

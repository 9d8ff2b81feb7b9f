/* pith_app: STACK 4096 HEAP 16384
 *
 * Writes the end of files. -n N: lines (10), +N: from line N; -c: the same in bytes; -N: -n N; -f: goes on as the file grows;
 * -q -v: never, always with names. A file that can be read backwards is; of a pipe the end is kept in memory, and what
 * does not fit there is an error. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include "util.h"

const char util_name[] = "tail", util_synopsis[] = "[-n [+]LINES | -c [+]BYTES] [-fqv] [FILE...]";

static unsigned long long count = 10;
static bool bytes, from_start, follow, names;

static void rest(struct input *in) {
  while (input_fill(in) >= 0) put(in->data, in->end);
}

static bool skip(struct input *in) {
  for (unsigned long long n = 1; n < count;) {
    int c = input_byte(in);
    if (c < 0) return true;
    n += bytes || c == '\n';
  }
  put(in->data + in->at, in->end - in->at);
  rest(in);
  return true;
}

/* Where the last `count` lines begin: looks for newlines from the end. Negative: errno. */
static off_t start_of_lines(int fd, off_t size) {
  static char block[512];
  unsigned long long found = 0;
  for (off_t end = size; end > 0;) {
    size_t n = end > (off_t)sizeof block ? sizeof block : (size_t)end, got = 0;
    end -= (off_t)n;
    if (lseek(fd, end, SEEK_SET) < 0) return -1;
    while (got < n) {
      ssize_t r = read(fd, block + got, n - got);
      if (r < 0) return -1;
      if (r == 0) break; /* it shrinks */
      got += (size_t)r;
    }
    for (size_t i = got; i-- > 0;) {
      if (block[i] != '\n' || end + (off_t)i == size - 1) continue;
      if (++found == count) return end + (off_t)i + 1;
    }
  }
  return 0;
}

static bool tail_of_file(struct input *in, off_t size) {
  off_t start = size;
  if (count)
    start = !bytes                                     ? start_of_lines(in->fd, size)
            : (off_t)count < size && (off_t)count >= 0 ? size - (off_t)count
                                                       : 0;
  if (start < 0 || lseek(in->fd, start, SEEK_SET) < 0) {
    complain_errno(in->name);
    return false;
  }
  rest(in);
  return true;
}

/* A pipe's end: what is kept begins at `from`. */
struct kept {
  char *data;
  size_t from, end, room;
  unsigned long long units; /* bytes, or newlines, from `from` on */
};

static void drop(struct kept *k) {
  while (k->units > count ||
         (!bytes && k->units == count && k->end > k->from && k->data[k->end - 1] != '\n')) {
    if (bytes) {
      k->from += (size_t)(k->units - count);
      k->units = count;
    } else {
      const char *newline = memchr(k->data + k->from, '\n', k->end - k->from);
      k->from = (size_t)(newline - k->data) + 1;
      k->units--;
    }
  }
}

static void move_down(struct kept *k) {
  memmove(k->data, k->data + k->from, k->end - k->from);
  k->end -= k->from;
  k->from = 0;
}

/* What is no longer wanted is moved over once it is a third, and before there is no room at all. */
static void make_room(struct kept *k, size_t n) {
  if (k->room - k->end < n && k->from > (k->end - k->from) / 2) move_down(k);
  if (k->room - k->end >= n) return;
  size_t room = k->end + n + k->end / 2;
  char *data = realloc(k->data, room);
  if (!data && k->from) move_down(k);
  if (k->room - k->end >= n) return;
  if (!data) data = realloc(k->data, room = k->end + n);
  if (!data) fail(NULL, "the end of the input is longer than memory allows");
  k->data = data;
  k->room = room;
}

static bool tail_of_stream(struct input *in) {
  struct kept k = {0};
  while (input_fill(in) >= 0) {
    make_room(&k, in->end);
    memcpy(k.data + k.end, in->data, in->end);
    for (unsigned i = 0; i < in->end; i++) k.units += bytes || in->data[i] == '\n';
    k.end += in->end;
    drop(&k);
  }
  put(k.data + k.from, count ? k.end - k.from : 0);
  free(k.data);
  return true;
}

static bool tail(struct input *in) {
  static bool later;
  if (names) put_format("%s==> %s <==\n", later ? "\n" : "", in->name);
  later = true;
  struct stat st;
  if (from_start) return skip(in);
  if (fstat(in->fd, &st) == 0 && S_ISREG(st.st_mode)) return tail_of_file(in, st.st_size);
  return tail_of_stream(in);
}

/* A file that has become shorter starts again. */
static _Noreturn void follow_file(struct input *in) {
  static const struct timespec pause = {0, 200000000};
  for (;;) {
    struct stat st;
    rest(in);
    flush();
    if (in->bad) exit(1);
    nanosleep(&pause, NULL);
    off_t at = lseek(in->fd, 0, SEEK_CUR);
    if (at >= 0 && fstat(in->fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size < at) {
      complain(in->name, "file truncated");
      lseek(in->fd, 0, SEEK_SET);
    }
  }
}

static void count_argument(const char *s) {
  from_start = *s == '+';
  count = number_argument(s, s + (*s == '+' || *s == '-'), INT64_MAX);
}

int main(int argc, char **argv) {
  int quiet = 0;
  if (argc > 1 && (argv[1][0] == '-' || argv[1][0] == '+') && argv[1][1] >= '0' && argv[1][1] <= '9') {
    count_argument(argv[1]);
    option_at = 2;
  }
  for (int c; (c = option(argc, argv, "n:c:fqv")) != -1;) {
    if (c == 'n' || c == 'c') count_argument(option_value), bytes = c == 'c';
    else if (c == 'f') follow = true;
    else quiet = c;
  }
  names = quiet ? quiet == 'v' : argc - option_at > 1;
  if (!follow) return finish(each_file(argv + option_at, tail));
  if (argc - option_at > 1) usage("-f", "follows one file");
  static struct input in;
  if (!input_open(&in, argv[option_at] ? argv[option_at] : "-")) return 1;
  if (!tail(&in)) return 1;
  follow_file(&in);
}

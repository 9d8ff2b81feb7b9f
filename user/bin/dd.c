/* pith_app: STACK 4096 HEAP 24576
 *
 * Copies in blocks. if=FILE of=FILE; bs=N ibs=N obs=N (512, at most what memory has); count=N blocks; skip=N of the input, seek=N of the
 * output; conv=notrunc,sync,noerror,fsync; iflag=fullblock; status=none. Numbers may end with c, w, b, k, M, G and be joined by x. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include "util.h"

const char util_name[] = "dd",
           util_synopsis[] =
               "[if=FILE] [of=FILE] [bs=N] [count=N] [skip=N] [seek=N] [conv=WORD,...] [status=none]";

static unsigned long long block = UINT64_MAX, in_block = 512, out_block = 512, count = UINT64_MAX, skip, seek;
static const char *input_name, *output_name;
static bool keep, fill, go_on, sync_end, full, silent;
static unsigned long long in_full, in_part, out_full, out_part, bytes;

/* The factors of "2x512" one after the other. */
static unsigned long long number(const char *whole, const char *s) {
  unsigned long long value = 1;
  for (;;) {
    char digits[24];
    size_t n = strcspn(s, "x");
    unsigned long long factor, times = 1;
    if (!n || n >= sizeof digits) usage(whole, "not a number");
    memcpy(digits, s, n);
    digits[n] = 0;
    char last = digits[n - 1];
    if (last == 'c' || last == 'w') times = last == 'w' ? 2 : 1, digits[n - 1] = 0;
    factor = number_argument(whole, digits, INT64_MAX);
    if (__builtin_mul_overflow(value, factor, &value) || __builtin_mul_overflow(value, times, &value) ||
        value > INT64_MAX)
      usage(whole, "too large");
    s += n;
    if (!*s++) return value;
  }
}

static void words(const char *whole, const char *s) {
  for (;;) {
    size_t n = strcspn(s, ",");
    if (n == 7 && memcmp(s, "notrunc", n) == 0) keep = true;
    else if (n == 4 && memcmp(s, "sync", n) == 0) fill = true;
    else if (n == 7 && memcmp(s, "noerror", n) == 0) go_on = true;
    else if (n == 5 && memcmp(s, "fsync", n) == 0) sync_end = true;
    else if (n == 9 && memcmp(s, "fullblock", n) == 0) full = true;
    else if (n == 4 && memcmp(s, "none", n) == 0) silent = true;
    else usage(whole, "no such word");
    s += n;
    if (!*s++) return;
  }
}

static void operand(const char *s) {
  static const struct {
    char name[8];
    unsigned long long *value;
  } numbers[] = {{"bs=", &block},    {"ibs=", &in_block}, {"obs=", &out_block},
                 {"count=", &count}, {"skip=", &skip},    {"seek=", &seek}};
  const char *value = strchr(s, '=');
  if (!value++) usage(s, "not NAME=VALUE");
  size_t n = (size_t)(value - s);
  for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
    if (strncmp(s, numbers[i].name, n) == 0 && !numbers[i].name[n]) {
      *numbers[i].value = number(s, value);
      return;
    }
  if (n == 3 && memcmp(s, "if", 2) == 0) input_name = value;
  else if (n == 3 && memcmp(s, "of", 2) == 0) output_name = value;
  else if (strncmp(s, "conv=", n) == 0 || strncmp(s, "iflag=", n) == 0 || strncmp(s, "status=", n) == 0)
    words(s, value);
  else usage(s, "no such operand");
}

static void report(void) {
  if (silent) return;
  int to = output_fd;
  flush();
  output_fd = 2;
  put_format("%llu+%llu records in\n%llu+%llu records out\n%llu bytes copied\n", in_full, in_part, out_full,
             out_part, bytes);
  flush();
  output_fd = to;
}

static _Noreturn void stop(const char *name) {
  complain_errno(name);
  report();
  exit(1);
}

/* A block, or less at the end; with fullblock, and of ordinary files, only there. */
static size_t read_block(char *buffer, size_t size) {
  size_t got = 0;
  while (got < size) {
    ssize_t n = read(0, buffer + got, size - got);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0 && go_on) {
      complain_errno(input_name ? input_name : "standard input");
      if (lseek(0, (off_t)(size - got), SEEK_CUR) < 0) return got;
      memset(buffer + got, 0, size - got);
      return size;
    }
    if (n < 0) stop(input_name ? input_name : "standard input");
    got += (size_t)n;
    if (!n || !full) break;
  }
  return got;
}

static void write_block(const char *data, size_t size, size_t whole) {
  if (!size) return;
  for (size_t done = 0; done < size;) {
    ssize_t n = write(1, data + done, size - done);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) {
      out_part += done != 0;
      stop(output_name ? output_name : "standard output");
    }
    done += (size_t)n;
    bytes += (size_t)n;
  }
  *(size == whole ? &out_full : &out_part) += 1;
}

static void skip_input(char *buffer) {
  unsigned long long rest;
  if (__builtin_mul_overflow(skip, in_block, &rest) || rest > INT64_MAX) usage("skip", "too large");
  if (rest && lseek(0, (off_t)rest, SEEK_CUR) >= 0) return;
  while (rest) {
    size_t n = rest < in_block ? (size_t)rest : (size_t)in_block;
    ssize_t got = read(0, buffer, n);
    if (got < 0) stop(input_name ? input_name : "standard input");
    if (!got) return;
    rest -= (unsigned long long)got;
  }
}

static void open_as(int wanted, const char *name, int flags) {
  if (!name) return;
  close(wanted);
  int fd = open(name, flags, 0666);
  if (fd < 0) fail_errno(name);
  if (fd != wanted && (dup2(fd, wanted) < 0 || close(fd) < 0)) fail_errno(name);
}

static void open_files(void) {
  unsigned long long start;
  if (__builtin_mul_overflow(seek, out_block, &start) || start > INT64_MAX) usage("seek", "too large");
  open_as(0, input_name, O_RDONLY);
  open_as(1, output_name, (seek ? O_RDWR : O_WRONLY) | O_CREAT | (keep || seek ? 0 : O_TRUNC));
  const char *name = output_name ? output_name : "standard output";
  if (seek && !keep && output_name && ftruncate(1, (off_t)start) < 0) fail_errno(name);
  if (seek && lseek(1, (off_t)start, SEEK_SET) < 0) fail_errno(name);
}

static void copy(char *input, char *output) {
  size_t used = 0;
  for (unsigned long long n = 0; n < count; n++) {
    size_t got = read_block(input, (size_t)in_block);
    if (!got) break;
    *(got == in_block ? &in_full : &in_part) += 1;
    if (fill) {
      memset(input + got, 0, (size_t)in_block - got);
      got = (size_t)in_block;
    }
    if (!output) {
      write_block(input, got, (size_t)out_block);
      continue;
    }
    for (size_t at = 0; at < got;) {
      size_t part = out_block - used < got - at ? (size_t)out_block - used : got - at;
      memcpy(output + used, input + at, part);
      used += part;
      at += part;
      if (used < out_block) continue;
      write_block(output, used, used);
      used = 0;
    }
  }
  write_block(output, used, (size_t)out_block);
}

int main(int argc, char **argv) {
  for (int i = 1; i < argc; i++) operand(argv[i]);
  bool one = block != UINT64_MAX; /* bs: blocks are written as they are read */
  if (one) in_block = out_block = block;
  if (!in_block || !out_block || in_block > INT32_MAX || out_block > INT32_MAX)
    usage(NULL, "a block has a size");
  open_files();
  char *input = malloc((size_t)in_block), *output = one ? NULL : malloc((size_t)out_block);
  if (!input || (!one && !output)) fail(NULL, "a block is larger than memory");
  skip_input(input);
  copy(input, output);
  if (sync_end && fsync(1) < 0) stop(output_name ? output_name : "standard output");
  report();
  return 0;
}

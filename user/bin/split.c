/* pith_app: STACK 4096 HEAP 256
 *
 * Copies a file in pieces: xaa, xab, ... -l N: of so many lines (1000); -b N: bytes, with k, m; -a N: so many letters (2). */
#include <fcntl.h>
#include <string.h>
#include <unistd.h>
#include "util.h"

const char util_name[] = "split", util_synopsis[] = "[-l LINES | -b BYTES] [-a LETTERS] [FILE [PREFIX]]";

static char path[PATH_ROOM];
static size_t letters = 2;

static void end_piece(void) {
  flush();
  if (output_fd > 2 && close(output_fd) < 0) fail_errno(path);
  output_fd = 1;
}

/* The next name: as a number whose digits are letters. */
static void next_name(void) {
  size_t n = strlen(path), at = n;
  while (at > n - letters && path[at - 1] == 'z') path[--at] = 'a';
  if (at == n - letters) fail(NULL, "there are no more names: -a");
  path[at - 1]++;
}

static void begin_piece(void) {
  static bool later;
  if (later) next_name();
  later = true;
  output_fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0666);
  if (output_fd < 0) output_fd = 1, fail_errno(path);
}

int main(int argc, char **argv) {
  static struct input in;
  bool bytes = false, open_piece = false;
  unsigned long long most = 1000, n = 0;
  for (int c; (c = option(argc, argv, "l:b:a:")) != -1;) {
    size_t last = strlen(option_value) - 1;
    if (c == 'b' && *option_value && option_value[last] == 'm') option_value[last] = 'M';
    unsigned long long value = number_argument(option_value, option_value, c == 'a' ? 32 : UINT64_MAX);
    if (!value) usage(option_value, "must be more");
    if (c == 'a') letters = (size_t)value;
    else most = value, bytes = c == 'b';
  }
  argv += option_at;
  if (argc - option_at > 2) usage(argv[2], "one operand too many");
  const char *prefix = argv[0] && argv[1] ? argv[1] : "x";
  size_t length = strlen(prefix);
  if (length + letters >= sizeof path) fail(prefix, "a name is too long");
  memcpy(path, prefix, length);
  memset(path + length, 'a', letters);
  if (!input_open(&in, argv[0] ? argv[0] : "-")) return 1;
  for (int c; (c = input_byte(&in)) >= 0;) {
    if (!open_piece) begin_piece();
    open_piece = true;
    put_char(c);
    n += bytes || c == '\n';
    if (n == most) end_piece(), open_piece = false, n = 0;
  }
  end_piece();
  return in.bad;
}

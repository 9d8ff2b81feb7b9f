/* The report is held back until its last line, "  thread NAME, exception N", is complete; then it is judged
 * as a whole and printed. A wrong one is printed with its first word in small letters: whoever runs the tests
 * looks for the other. */
#include "expect.h"
#include "board.h"
#include "mem.h"
#include "pith/kernel.h"

enum { REPORT_MAX = 1024 };

static const char *expected, *expected_thread;
static char report[REPORT_MAX];
static size_t length;

static const char *find(const char *in, const char *what) {
  size_t n = strlen(what);

  for (; *in; in++)
    if (!strncmp(in, what, n)) return in;
  return NULL;
}

static void print(const char *text) {
  while (*text) board_panic_putc(NULL, *text++);
}

static void judge(const char *last_line) {
  char *word = (char *)find(report, "PANIC");
  size_t n = expected_thread ? strlen(expected_thread) : 0;
  const char *name = last_line + sizeof "\n  thread " - 1;

  if (!find(report, expected) || (n && (strncmp(name, expected_thread, n) || name[n] != ','))) {
    if (word) memcpy(word, "panic", 5);
    print("\nthis report should say: ");
    print(expected);
    print(", thread ");
    print(expected_thread ? expected_thread : "(any)");
  }
  print(report);
}

static void put(void *ctx, char c) {
  const char *last_line;

  (void)ctx;
  if (length < REPORT_MAX - 1) report[length++] = c;
  last_line = find(report, "\n  thread ");
  if (c == '\n' && last_line) judge(last_line);
}

void expect_panic(const char *text, const char *thread) {
  expected = text;
  expected_thread = thread;
  pith_panic_output(put, NULL);
}

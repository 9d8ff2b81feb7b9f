/* The kernel alone, with a console and a command line: what init/init.c is to the system. */
#include "init.h"
#include <stdarg.h>
#include "arch.h"
#include "board.h"
#include "fmt.h"
#include "pith/kernel.h"
#include "pith/thread.h"
#include "semihost.h"

enum { PRIORITY = 8, STACK = 4096, LINE = 200, ARGUMENTS = 8, COMMAND_LINE = 256 };

static int (*program)(int argc, char *argv[]);
static struct pith_thread thread;
static uint64_t stack[STACK / 8];
static char command_line[COMMAND_LINE];

void say(const char *format, ...) {
  char line[LINE];
  va_list args;
  int n;

  va_start(args, format);
  n = fmt_bufv(line, sizeof line, format, args);
  va_end(args);
  tty_print(board_console(), line, n < LINE ? (size_t)n : LINE - 1);
}

_Noreturn void init_exit(int status) {
  tty_flush(board_console());
  arch_halt(status);
}

static void run(void *unused) {
  char *argv[ARGUMENTS];
  int argc;

  (void)unused;
  board_start();
  argc = semihost_args(command_line, sizeof command_line, argv, ARGUMENTS);
  init_exit(program(argc < 0 ? 0 : argc, argv));
}

_Noreturn void init_run(int (*program_)(int argc, char *argv[])) {
  struct pith_thread_attr attr = {.name = "init", .priority = PRIORITY, .stack = stack, .stack_size = sizeof stack};

  program = program_;
  pith_panic_output(board_panic_putc, NULL);
  pith_init();
  PITH_ASSERT(pith_thread_init(&thread, &attr, run, NULL) == 0);
  pith_start(board_get()->clock_hz);
}

_Noreturn void arch_halt(int status) {
  tty_flush_polled(board_console());
  semihost_exit(status);
  for (;;) arch_wait_for_interrupt();
}

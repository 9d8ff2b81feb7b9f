/* From main() to a running program, and the end: the console, the process service, the exit status. */
#include "init.h"
#include <stdarg.h>
#include "arch.h"
#include "board.h"
#include "fmt.h"
#include "mem.h"
#include "pith/kernel.h"
#include "pith/monitor.h"
#include "pith/thread.h"
#include "pith_errno.h"
#include "report.h"
#include "semihost.h"
#include "vfs.h"

enum { INIT_PRIORITY = 8, INIT_STACK = 4096, LINE = 200, ARGUMENTS = 32, COMMAND_LINE = 2048, DEVICES = 8 };

extern uint8_t __pool_start[], __pool_end[];

static int (*program)(int argc, char *argv[]);
static struct pith_thread init_thread;
static uint64_t init_stack[INIT_STACK / 8];
static char command_line[COMMAND_LINE];

static long console_write(const void *buf, size_t n) { return tty_write(board_console(), buf, n); }
static long console_read(void *buf, size_t n) { return tty_read(board_console(), buf, n); }
static void console_print(const char *text, size_t n) { tty_print(board_console(), text, n); }

static const struct process_console console = {console_write, console_read, console_print};

void say(const char *format, ...) {
  char line[LINE];
  va_list args;
  int n;

  va_start(args, format);
  n = fmt_bufv(line, sizeof line, format, args);
  va_end(args);
  console_print(line, n < LINE ? (size_t)n : LINE - 1);
}

_Noreturn void init_exit(int status) {
  tty_flush(board_console());
  arch_halt(status);
}

/* The board's list as processes know it. */
static void give_devices(void) {
#if PITH_SHARED_OBJECTS
  static struct process_device devices[DEVICES];
  const struct board *b = board_get();
  unsigned n = 0;

  PITH_ASSERT(b->device_count <= DEVICES);
  for (; n < b->device_count; n++) {
    const struct board_device *d = &b->devices[n];

    devices[n] = (struct process_device){d->name, d->base, d->size, d->irq};
  }
  process_devices(devices, n);
#endif
}

static void power(int how, int status) {
  vfs_sync();
  if (how == PITH_POWER_OFF) init_exit(status);
  tty_flush(board_console());
  arch_reset();
}

/* Whether the console is fed by a pipe is asked before there is a terminal, which would echo what has come already. */
static bool is_piped(int argc, char *argv[]) {
  for (int i = 1; i < argc; i++)
    if (!strcmp(argv[i], "--pipe")) return true;
  return false;
}

static void init_main(void *unused) {
  char *argv[ARGUMENTS];
  int argc = semihost_args(command_line, sizeof command_line, argv, ARGUMENTS);

  (void)unused;
  semihost_through(pith_monitor);
  board_start();
  mount_all(is_piped(argc, argv));
  process_init((uintptr_t)__pool_start, (uintptr_t)__pool_end, &console);
  if (board_get()->more_high) process_more_memory(board_get()->more_low, board_get()->more_high);
  process_set_power(power);
  give_devices();
  if (argc == -ENAMETOOLONG || argc == -E2BIG) {
    say("init: command line: more than %d characters or %d arguments: pass fewer files\n", COMMAND_LINE - 1,
        ARGUMENTS);
    init_exit(2);
  }
  init_exit(program(argc < 0 ? 0 : argc, argv));
}

_Noreturn void init_run(int (*program_)(int argc, char *argv[])) {
  struct pith_thread_attr attr = {
      .name = "init", .priority = INIT_PRIORITY, .stack = init_stack, .stack_size = sizeof init_stack};

  program = program_;
  pith_panic_output(board_panic_putc, NULL);
  pith_init();
  report_boot(board_putc, NULL);
  PITH_ASSERT(pith_thread_init(&init_thread, &attr, init_main, NULL) == 0);
  pith_start(board_get()->clock_hz);
}

/* Under QEMU or a debugger the run ends with the status; without one the board stands still. */
_Noreturn void arch_halt(int status) {
  tty_flush_polled(board_console());
  semihost_exit(status);
  for (;;) arch_wait_for_interrupt();
}

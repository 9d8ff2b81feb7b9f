/* A product of the smallest kernel with processes: a console, and the program of the image that the command line names, with
 * its arguments. The run ends with what it returns, 128 and the signal if it is killed, or 127 if it cannot run. */
#include "arch.h"
#include "board.h"
#include "mem.h"
#include "pith/kernel.h"
#include "pith/thread.h"
#include "pith_errno.h"
#include "process.h"
#include "romfs.h"
#include "semihost.h"

enum { INIT_PRIORITY = 8, PROGRAM_PRIORITY = 16, STACK = 4096, ARGUMENTS = 8, COMMAND_LINE = 256, CANNOT = 127, KILLED = 128 };

extern uint8_t __pool_start[], __pool_end[];

static struct pith_thread thread;
static uint64_t stack[STACK / 8];
static char command_line[COMMAND_LINE];

static long console_write(const void *buf, size_t n) { return tty_write(board_console(), buf, n); }
static long console_read(void *buf, size_t n) { return tty_read(board_console(), buf, n); }
static void console_print(const char *text, size_t n) { tty_print(board_console(), text, n); }

static const struct process_console console = {console_write, console_read, console_print};

static void say(const char *text) { console_print(text, strlen(text)); }

static int find(const char *name, const void **file, uint32_t *size) {
  struct romfs_file f;
  int error = romfs_find(name, &f);

  if (error) return error;
  *file = f.data;
  *size = f.size;
  return 0;
}

/* argv ends with a NULL. */
static int run(const char *const argv[]) {
  struct process_request request = {.name = argv[0], .argv = argv, .priority = PROGRAM_PRIORITY};
  struct process_result result;
  const char *why = "no such program";
  int pid = find(argv[0], &request.file, &request.size);

  if (!pid) pid = process_spawn(&request, NULL, &why);
  if (pid < 0) {
    say(why);
    say("\n");
    return CANNOT;
  }
  process_wait(pid, &result, PITH_FOREVER);
  return result.cause == PROCESS_EXITED ? result.status & 0xFF : KILLED + result.status;
}

static void init(void *unused) {
  char *argv[ARGUMENTS + 1];
  uint32_t before, after;
  int argc, status = CANNOT;

  (void)unused;
  board_start();
  process_init((uintptr_t)__pool_start, (uintptr_t)__pool_end, &console);
  process_programs(find);
  argc = semihost_args(command_line, sizeof command_line, argv, ARGUMENTS);
  argv[argc < 0 ? 0 : argc] = NULL;
  before = process_memory_free(NULL);
  if (argc > 1) status = run((const char *const *)argv + 1);
  after = process_memory_free(NULL);
  if (before != after) say("process memory was lost\n");
  tty_flush(board_console());
  arch_halt(before == after ? status : CANNOT);
}

int main(void) {
  struct pith_thread_attr attr = {.name = "init", .priority = INIT_PRIORITY, .stack = stack, .stack_size = sizeof stack};

  pith_init();
  pith_thread_init(&thread, &attr, init, NULL);
  pith_start(board_get()->clock_hz);
}

_Noreturn void arch_halt(int status) {
  tty_flush_polled(board_console());
  semihost_exit(status);
  for (;;) arch_wait_for_interrupt();
}

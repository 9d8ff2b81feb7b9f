/* The same rows in the whole system: its init thread starts them. */
#include "bench.h"
#include "init.h"

static struct pith_thread thread;
static uint64_t stack[STACK / 8];
static int status;

_Noreturn void bench_exit(int code, const char *text) {
  if (text) say("%s", text);
  init_exit(code);
}

static void run(void *what) { status = bench_run(what); }

static int program(int argc, char *argv[]) {
  struct pith_thread_attr attr = {
      .name = "bench", .priority = HIGHEST, .stack = stack, .stack_size = sizeof stack};

  CHECK(pith_thread_init(&thread, &attr, run, argv[argc - 1]) == 0);
  CHECK(pith_thread_join(&thread, NULL, PITH_FOREVER) == 0);
  return status;
}

int main(void) { init_run(program); }

/* Runs one test, or lists them: --list, --run NAME. Status 0 passed, 1 failed, 2 no such test. */
#include "arch.h"
#include "mem.h"
#include "test.h"

extern const struct test __start_test_list[], __stop_test_list[];

static struct pith_thread threads[TEST_THREADS];
static uint64_t stacks[TEST_THREADS][TEST_STACK / 8];

_Noreturn void test_failed(const char *file, int line, const char *what, long long got, long long want) {
  if (arch_exception()) /* where nobody can wait for the console */
    pith_panic("%s:%d: failed: %s (got %lld, want %lld)", file, line, what, got, want);
  say("%s:%d: failed: %s (got %lld, want %lld)\n", file, line, what, got, want);
  init_exit(1);
}

struct pith_thread *test_thread(int i, unsigned priority, unsigned flags, void (*entry)(void *), void *arg) {
  struct pith_thread_attr attr = {.name = "test",
                                  .priority = (uint8_t)priority,
                                  .flags = (uint8_t)flags,
                                  .stack = stacks[i],
                                  .stack_size = sizeof stacks[i]};

  CHECK_EQ(pith_thread_init(&threads[i], &attr, entry, arg), 0);
  return &threads[i];
}

static int program(int argc, char *argv[]) {
  for (const struct test *t = __start_test_list; t < __stop_test_list; t++) {
    if (argc > 1 && !strcmp(argv[1], "--list"))
      say("TEST %s: %s%s\n", t->name, t->what, t->panics ? " [panic]" : "");
    if (argc > 2 && !strcmp(argv[1], "--run") && !strcmp(argv[2], t->name)) {
      t->run();
      return t->panics ? 1 : 0;
    }
  }
  if (argc > 1 && !strcmp(argv[1], "--list")) return 0;
  say("tests: no such test; --list names them\n");
  return 2;
}

int main(void) { init_run(program); }

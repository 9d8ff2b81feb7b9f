/* The demo: a kernel thread that prints a dot every second, the same ELF file twice side by side, and a
 * process that reaches for the kernel's memory and is stopped. */
#include "init.h"
#include "pith/kernel.h"
#include "pith/thread.h"

enum { DOTS_PRIORITY = 4, AFTER_MS = 1500, HELLO_RETURNS = 42, INTRUDER_RETURNS = 139 };

static struct pith_thread dots_thread;
static uint64_t dots_stack[64];

static void dots(void *unused) {
  pith_time next = pith_now();

  (void)unused;
  for (;;) {
    next += PITH_MS(1000);
    pith_sleep_until(next);
    say(".\n");
  }
}

int demo(bool stay) {
  static const char *const one[] = {"hello", "one", NULL}, *const two[] = {"hello", "two", NULL};
  static const char *const intruder[] = {"intruder", NULL};
  struct pith_thread_attr attr = {
      .name = "dots", .priority = DOTS_PRIORITY, .stack = dots_stack, .stack_size = sizeof dots_stack};
  int a, b, c;
  bool good;

  say("\n");
  say_free();
  pith_thread_init(&dots_thread, &attr, dots, NULL);
  a = run_builtin("hello", one);
  b = run_builtin("hello", two);
  if (a < 0 || b < 0) return 1;
  good = finish(a) == HELLO_RETURNS && finish(b) == HELLO_RETURNS;
  c = run_builtin("intruder", intruder);
  if (c < 0) return 1;
  good = finish(c) == INTRUDER_RETURNS && good;
  pith_sleep(PITH_MS(AFTER_MS));
  say_free();
  say(good ? "demo: as expected\n" : "demo: something went wrong\n");
  while (stay) pith_sleep(PITH_MS(1000));
  return good ? 0 : 1;
}

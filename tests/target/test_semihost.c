/* Calls to the host with memory it cannot see: what lies behind a guard, in the 1024 bytes that QEMU asks the MPU about at
 * once. */
#include "semihost.h"
#include "mem.h"
#include "pith/thread.h"
#include "test.h"

enum { URGENT = 4, SIZE = 2048, GUARD = 32 };

static uint8_t stack[SIZE] __attribute__((aligned(1024)));
static int length;

static void ask(void *unused) {
  (void)unused;
  length = semihost_cmdline((char *)stack + GUARD, 512);
}

TEST(semihost_beside_guard, "the host writes to memory behind the guard of the stack of the thread that asks") {
  static struct pith_thread thread;
  struct pith_thread_attr a = {.name = "asks", .priority = URGENT, .stack = stack, .stack_size = SIZE};

  CHECK_EQ(pith_thread_init(&thread, &a, ask, NULL), 0);
  CHECK_EQ(pith_thread_join(&thread, NULL, PITH_FOREVER), 0);
  CHECK(length > 4);
  CHECK_EQ(memcmp(stack + GUARD, "pith", 4), 0);
}

/* Spawns programs and waits for them: 0x22 is right before a spawn, 0x27 right after the wait. */
#include "pith.h"
#include "pith_process.h"

#define MARK(n) __asm__ volatile(".inst.w 0xF3AF8000 + %c0" ::"i"(n) : "memory")
enum { ROUNDS = 4 };

static int run(const char *path, int returns) {
  struct pith_spawn s = {.path = (uint32_t)(uintptr_t)path, .priority = -1, .ceiling = -1, .group = -1};
  struct pith_ended e = {0};
  long pid, waited;

  MARK(0x22);
  pid = sys_spawn(&s);
  waited = sys_wait(-1, &e, -1);
  MARK(0x27);
  return pid < 0 || waited != pid || e.cause != PITH_ENDED_EXIT || e.status != returns;
}

int main(void) {
  int wrong = 0;

  MARK(0x20);
  for (int i = 0; i < ROUNDS; i++) wrong |= run("/bin/bench_child", 7);
  wrong |= run("/bin/hello", 42);
  MARK(0x21);
  return wrong;
}

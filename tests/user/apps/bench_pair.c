/* Two of these hand a unit to and fro: 0x22 to 0x23 by two calls a side, 0x24 to 0x25 by one. Whoever makes the first
 * semaphore is the one that measures. */
#include "pith.h"
#include "pith_process.h"

#define MARK(n) __asm__ volatile(".inst.w 0xF3AF8000 + %c0" ::"i"(n) : "memory")
enum { ROUNDS = 50 };

static long open_sem(const char *name, unsigned flags) {
  struct pith_object o = {.kind = PITH_OBJECT_SEM,
                          .flags = flags,
                          .rights = PITH_RIGHT_ALL,
                          .name = (uint32_t)(uintptr_t)name,
                          .others = PITH_RIGHT_ALL};
  return sys_object_open(&o);
}

static int measure(long ping, long pong) {
  long wrong = sys_sem_take(pong, -1); /* the other one is there */

  MARK(0x20);
  for (int i = 0; i < ROUNDS; i++) {
    MARK(0x22);
    wrong |= sys_sem_give(ping);
    wrong |= sys_sem_take(pong, -1);
    MARK(0x23);
  }
  for (int i = 0; i < ROUNDS; i++) {
    MARK(0x24);
    wrong |= sys_sem_give_take(ping, pong, -1);
    MARK(0x25);
  }
  MARK(0x21);
  return wrong != 0;
}

static int answer(long ping, long pong) {
  long wrong = sys_sem_give(pong);

  wrong |= sys_sem_take(ping, -1);
  for (int i = 1; i < ROUNDS; i++) {
    wrong |= sys_sem_give(pong);
    wrong |= sys_sem_take(ping, -1);
  }
  for (int i = 0; i < ROUNDS; i++) wrong |= sys_sem_give_take(pong, ping, -1);
  wrong |= sys_sem_give(pong);
  return wrong != 0;
}

int main(void) {
  long ping = open_sem("/sem/ping", PITH_OPEN_CREATE | PITH_OPEN_EXCLUSIVE);

  if (ping >= 0) return measure(ping, open_sem("/sem/pong", PITH_OPEN_CREATE));
  return answer(open_sem("/sem/ping", 0), open_sem("/sem/pong", PITH_OPEN_CREATE));
}

/* The first of two faults, 0x22 right before; the other one counts on, 0x23 in its loop. */
#include "pith.h"
#include "pith_process.h"

#define MARK(n) __asm__ volatile(".inst.w 0xF3AF8000 + %c0" ::"i"(n) : "memory")

int main(void) {
  struct pith_object o = {.kind = PITH_OBJECT_SEM,
                          .flags = PITH_OPEN_CREATE | PITH_OPEN_EXCLUSIVE,
                          .rights = PITH_RIGHT_ALL,
                          .name = (uint32_t)(uintptr_t) "/sem/fault",
                          .others = PITH_RIGHT_ALL};

  if (sys_object_open(&o) >= 0) {
    sys_thread_priority(sys_thread_self(), 12);
    sys_sleep(3000);
    MARK(0x20);
    MARK(0x22);
    *(volatile int *)0 = 1;
  }
  for (long end = 0; end < 3000000; end++) MARK(0x23);
  return 0;
}

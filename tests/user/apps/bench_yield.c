/* Two of these yield to each other; tools/icnt counts from one's call to the other's return. */
#include "pith.h"

#define MARK(n) __asm__ volatile(".inst.w 0xF3AF8000 + %c0" ::"i"(n) : "memory")

int main(void) {
  sys_sleep(5000); /* until the other one is there too */
  MARK(0x20);
  for (int i = 0; i < 64; i++) {
    MARK(0x22);
    sys_yield();
    MARK(0x23);
  }
  MARK(0x21);
  return 0;
}

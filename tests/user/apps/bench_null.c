/* Makes the null call 64 times between two markers; tools/icnt counts what lies between them. */
#include "pith.h"

#define MARK(n) __asm__ volatile(".inst.w 0xF3AF8000 + %c0" ::"i"(n) : "memory")

int main(void) {
  MARK(0x20);
  for (int i = 0; i < 64; i++) {
    MARK(0x22);
    long result = sys_null();
    MARK(0x23);
    if (result) return 1;
  }
  MARK(0x21);
  return 0;
}

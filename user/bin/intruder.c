/* Reads memory that is not its own. A process that can do this is not isolated: it must be killed, with a
 * report, and nothing else may notice. Returns 1 if it survives. */
#include <stdint.h>
#include <stdio.h>

#define FOREIGN 0x20000000u /* the first word of RAM: the kernel's */

int main(void) {
  printf("[intruder] reading 0x%08x, which belongs to the kernel\n", FOREIGN);
  fflush(stdout);
  uint32_t seen = *(volatile uint32_t *)FOREIGN;
  printf("[intruder] read 0x%08lx: not isolated\n", (unsigned long)seen);
  return 1;
}

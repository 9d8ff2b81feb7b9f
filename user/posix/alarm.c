/* alarm(): the kernel's own, without a thread. It and setitimer() know nothing of each other. */
#include <unistd.h>
#include "pith.h"

unsigned alarm(unsigned seconds) {
  unsigned long long us = seconds * 1000000ull;
  if (sys_alarm(&us) < 0 || us == 0) return 0;
  return us < 1500000 ? 1 : (unsigned)((us + 500000) / 1000000); /* what is left, to the nearest, but never 0 */
}

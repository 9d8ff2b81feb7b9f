/* alarm(): the kernel's own, without a thread. It and setitimer() know nothing of each other. */
#include <unistd.h>
#include "pith.h"

unsigned alarm(unsigned seconds) {
  unsigned long long us = seconds * 1000000ull;
  return sys_alarm(&us) < 0 ? 0 : (unsigned)((us + 999999) / 1000000);
}

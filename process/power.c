/* The end of it all, on behalf of a process that manages the system. */
#include "calls.h"
#include "internal.h"

static void (*act)(int how, int status);

void process_set_power(void (*power)(int how, int status)) { act = power; }

static long power(struct process *p, uint32_t how, uint32_t status) {
  (void)p;
  act((int)how, (int)status);
  return 0;
}

long p_call_power(int how, int status) {
  if (how != PITH_POWER_OFF && how != PITH_POWER_RESET) return -EINVAL;
  if (!process_current()->manages) return -EPERM;
  return act ? service_enter(power, (uint32_t)how, (uint32_t)status) : -ENOSYS;
}

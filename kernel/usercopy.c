/* The only way to a process's memory. A range is checked whole, by direction, against what the process
 * itself may access, without a sum that could wrap; a range that fails is not touched at all. An empty
 * range is fine wherever it lies. Kernel threads (privileged domains) are trusted. */
#include "bits.h"
#include "kernel.h"
#include "mem.h"
#include "mpu.h"

static bool within(struct uslice s, uintptr_t low, uintptr_t high) {
  return range_within(s.base, s.length, (uint32_t)low, (uint32_t)(high - low));
}

/* HAZARD: the guard under the running thread's stack is in the way of the kernel too. */
bool k_is_guarded(struct uslice s) {
#if PITH_STACK_GUARDS
  uint32_t guard = round_down(K->current->guard, ARCH_GUARD_SIZE);

  return guard - s.base < s.length || s.base - guard < ARCH_GUARD_SIZE;
#else
  (void)s;
  return false;
#endif
}

bool k_user_writable(const struct k_domain *d, struct uslice s) {
  if (!(d->control & 1) || !s.length) return true;
  if (within(s, d->low, d->high)) return !k_is_guarded(s);
  return d->extra_write && within(s, d->extra_low, d->extra_high);
}

bool k_user_readable(const struct k_domain *d, struct uslice s) {
  return k_user_writable(d, s) || within(s, d->text_low, d->text_high) ||
         within(s, d->extra_low, d->extra_high);
}

long k_copy_from_user(const struct k_domain *d, void *to, struct uslice from) {
  if (!k_user_readable(d, from)) return -EFAULT;
  memcpy(to, (const void *)(uintptr_t)from.base, from.length);
  return 0;
}

long k_copy_to_user(const struct k_domain *d, struct uslice to, const void *from) {
  if (!k_user_writable(d, to)) return -EFAULT;
  memcpy((void *)(uintptr_t)to.base, from, to.length);
  return 0;
}

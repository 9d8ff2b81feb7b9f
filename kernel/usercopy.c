/* The only way to a process's memory. A range is checked whole, by direction, against what the process
 * itself may access, without a sum that could wrap; a range that fails is not touched at all. An empty
 * range is fine wherever it lies. Kernel threads (privileged domains) are trusted. */
#include "bits.h"
#include "kernel.h"
#include "mem.h"
#include "mpu.h"

static inline bool may(const struct k_domain *d, struct uslice s, bool write) {
  if (!(d->control & 1) || !s.length) return true;
  if (k_is_within(s, d->low, d->high)) return !k_is_guarded(s);
  if (k_is_within(s, d->extra_low, d->extra_high)) return !write || (d->control & K_DOMAIN_EXTRA_WRITE) != 0;
  if (!write && k_is_within(s, d->text_low, d->text_high)) return true;
  return k_paged(d) && k_paged(d)->reach(d, s, write);
}

bool k_user_writable(const struct k_domain *d, struct uslice s) { return may(d, s, true); }
bool k_user_readable(const struct k_domain *d, struct uslice s) { return may(d, s, false); }

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

/* One shared memory or device at a time is a process's fourth region. */
#include "calls.h"
#include "mpu.h"
#include "object.h"

#if PITH_SHARED_OBJECTS
/* The mapped object's region becomes or stops being the process's fourth; the switch loads it when the domain is
 * next entered, so the domain the processor is in is forgotten. */
static void set_region(struct process *p, const uint32_t words[2]) {
  p->domain.mpu[2 * ARCH_MPU_EXTRA] = words[0];
  p->domain.mpu[2 * ARCH_MPU_EXTRA + 1] = words[1];
  if (K->domain == &p->domain) arch_mpu_load(words);
}

void process_unmap(struct process *p) {
  uint32_t words[2];

  arch_mpu_off(words, ARCH_MPU_EXTRA);
  set_region(p, words);
  p->domain.extra_low = p->domain.extra_high = 0;
  p->domain.control &= ~K_DOMAIN_EXTRA_WRITE;
  p->mapped = 0;
}

long p_call_map(uint32_t handle) {
  struct process *p = process_current();
  long error;
  struct object *o = handle_get(p, handle, 0, PITH_RIGHT_WAIT, &error);
  bool write, device;
  struct region r;
  uint32_t words[2];

  if (!o) return error;
  device = o->kind == PITH_OBJECT_DEVICE;
  if (!device && o->kind != PITH_OBJECT_SHM) return -EBADF;
  r = device ? (struct region){o->device.is->base, o->device.is->size} : o->region;
  if (p->mapped && p->domain.extra_low != r.base) return -EBUSY;
  write = handle_rights(handle) & PITH_RIGHT_SIGNAL;
  if (arch_mpu_extra(words, r.base, r.size, write, device)) return -EINVAL;
  set_region(p, words);
  p->domain.extra_low = device ? 0 : r.base; /* the kernel itself does not touch devices for a process */
  p->domain.extra_high = device ? 0 : r.base + r.size;
  p->domain.control &= ~K_DOMAIN_EXTRA_WRITE;
  if (write && !device) p->domain.control |= K_DOMAIN_EXTRA_WRITE;
  p->mapped = (uint8_t)((handle & 0xFF) + 1);
  return (long)r.base;
}

long p_call_unmap(void) {
  struct process *p = process_current();

  if (!p->mapped) return -EINVAL;
  process_unmap(p);
  return 0;
}
#endif

/* Handles: how a process names a kernel object; never an address. A handle carries rights, which a copy of it can
 * only have fewer of. */
#include "calls.h"
#include "mpu.h"
#include "object.h"

static uint32_t generation;

static unsigned kind_of(uint32_t number) { return number >> HANDLE_KIND & 7; }
static uint32_t rights_of(uint32_t number) { return number >> HANDLE_RIGHTS & PITH_RIGHT_ALL; }

static struct k_handle *find(struct process *p, uint32_t number) {
  struct k_handle *h = &p->handle[number & 0xFF];

  return (number & 0xFF) < PITH_PROCESS_HANDLES && number && h->number == number ? h : NULL;
}

static uint32_t new_number(uint32_t index, const struct object *o, uint32_t rights) {
  uint32_t number;

  generation = generation % 0xFFF + 1;
  number = index | generation << 8 | rights << HANDLE_RIGHTS | (uint32_t)o->kind << HANDLE_KIND;
  if (o->kind != PITH_OBJECT_SEM) return number;
  return number | (rights & PITH_RIGHT_SIGNAL ? HANDLE_GIVE : 0) | (rights & PITH_RIGHT_WAIT ? HANDLE_TAKE : 0);
}

long handle_open(struct process *p, struct object *o, uint32_t rights) {
  if (p->handles >= p->most_handles) return -EMFILE;
  for (uint32_t i = 0; i < PITH_PROCESS_HANDLES; i++) {
    struct k_handle *h = &p->handle[i];

    if (h->number) continue;
    *h = (struct k_handle){new_number(i, o, rights), o};
    o->refs++;
    p->handles++;
    return (long)h->number;
  }
  return -EMFILE;
}

struct object *handle_get(struct process *p, uint32_t number, unsigned kind, uint32_t right, long *error) {
  struct k_handle *h = find(p, number);

  *error = -EBADF;
  if (!h || (kind && kind_of(number) != kind)) return NULL;
  *error = -EPERM;
  return (rights_of(number) & right) == right ? h->object : NULL;
}

uint32_t handle_rights(uint32_t number) { return rights_of(number); }

static void close_slot(struct process *p, struct k_handle *h) {
  struct object *o = h->object;

  if (p->mapped && h == &p->handle[p->mapped - 1]) process_unmap(p);
  if (o->kind == PITH_OBJECT_QUEUE) queue_forget(&o->queue, p);
  h->number = 0;
  p->handles--;
  object_release(o);
}

long handle_close(struct process *p, uint32_t handle) {
  struct k_handle *h = find(p, handle);

  if (!h) return -EBADF;
  close_slot(p, h);
  return 0;
}

void handle_close_all(struct process *p) {
  for (uint32_t i = 0; p->handles && i < PITH_PROCESS_HANDLES; i++)
    if (p->handle[i].number) close_slot(p, &p->handle[i]);
}

long handle_inherit(struct process *from, uint32_t handle, struct process *to) {
  struct k_handle *h = find(from, handle);

  if (!h) return -EBADF;
  return rights_of(handle) & PITH_RIGHT_MANAGE ? handle_open(to, h->object, rights_of(handle)) : -EPERM;
}

/* All of them, under the same numbers. */
void handle_copy_all(const struct process *from, struct process *to) {
  for (uint32_t i = 0; i < PITH_PROCESS_HANDLES; i++) {
    to->handle[i] = from->handle[i];
    if (to->handle[i].number) ((struct object *)to->handle[i].object)->refs++;
  }
  to->handles = from->handles;
}

/* ---- calls ---- */

long p_call_handle_dup(uint32_t handle, uint32_t rights) {
  struct process *p = process_current();
  struct k_handle *h = find(p, handle);

  if (!h) return -EBADF;
  if (!rights || rights & ~rights_of(handle)) return -EPERM;
  return handle_open(p, h->object, rights);
}

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
  write = rights_of(handle) & PITH_RIGHT_SIGNAL;
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

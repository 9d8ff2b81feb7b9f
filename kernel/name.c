/* The registry of objects. Only the kernel writes it. Reading by handle is done in place, in any context: a
 * reader takes the object first and looks at the place's generation afterwards. The kernel fills a place
 * before it gives it its generation and changes the generation before it clears the place, so what the reader
 * took belongs to a generation that it still finds there. */
#include "kernel.h"
#include "mem.h"
#include "pith/name.h"

#define IN_USE 0x8000u /* bit of the generation */

struct place {
  void *volatile object;
  const char *volatile name;
  volatile uint16_t generation; /* 1..0x7fff; with IN_USE while an object is here */
  volatile uint8_t kind;
};

static struct place places[PITH_NAMES];

/* generation:16 place:16, positive because IN_USE is left out */
static int handle_of(const struct place *p) {
  return (int)((uint32_t)(p->generation & ~IN_USE) << 16 | (uint32_t)(p - places));
}

static struct place *place_of(int handle) {
  uint32_t i = (uint32_t)handle & 0xffff;

  return handle > 0 && i < PITH_NAMES ? &places[i] : NULL;
}

static bool is_current(const struct place *p, int handle) {
  return p->generation == ((uint32_t)handle >> 16 | IN_USE);
}

/* ---- in the kernel ---- */

static struct place *by_name(const char *name) {
  for (struct place *p = places; p < places + PITH_NAMES; p++)
    if (p->generation & IN_USE && p->name && !strcmp(p->name, name)) return p;
  return NULL;
}

static long name_register(void *object, unsigned kind, const char *name) {
  struct place *p = places;

  if (name && by_name(name)) return -EEXIST;
  while (p < places + PITH_NAMES && p->generation & IN_USE) p++;
  if (p == places + PITH_NAMES) return -ENFILE;
  p->object = object;
  p->name = name;
  p->kind = (uint8_t)kind;
  p->generation = (uint16_t)(p->generation % 0x7fff + 1) | IN_USE;
  return handle_of(p);
}
K_CALL(name_register)

static long name_unregister(int handle) {
  struct place *p = place_of(handle);

  if (!p || !is_current(p, handle)) return -EBADF;
  p->generation &= (uint16_t)~IN_USE;
  p->object = NULL;
  p->name = NULL;
  return 0;
}
K_CALL(name_unregister)

static long name_find(const char *name, unsigned kind) {
  const struct place *p = by_name(name);

  if (!p) return -ENOENT;
  return kind == PITH_KIND_ANY || p->kind == kind ? handle_of(p) : -EINVAL;
}
K_CALL(name_find)

/* ---- the caller's side ---- */

int pith_register(void *object, unsigned kind, const char *name) {
  if (!object || kind < 1 || kind > UINT8_MAX || (name && !*name)) return -EINVAL;
  return (int)(R->started ? K_ENTER(name_register, object, kind, name, 0)
                          : name_register(object, kind, name));
}

int pith_unregister(int handle) {
  return (int)(R->started ? K_ENTER(name_unregister, handle, 0, 0, 0) : name_unregister(handle));
}

int pith_find(const char *name, unsigned kind) {
  return (int)(R->started ? K_ENTER(name_find, name, kind, 0, 0) : name_find(name, kind));
}

void *pith_object(int handle, unsigned kind) {
  const struct place *p = place_of(handle);
  void *object = p ? p->object : NULL;

  if (!p || (kind != PITH_KIND_ANY && p->kind != kind)) return NULL;
  return is_current(p, handle) ? object : NULL;
}

const char *pith_name(int handle) {
  const struct place *p = place_of(handle);
  const char *name = p ? p->name : NULL;

  if (!p || !is_current(p, handle)) return NULL;
  return name ? name : "";
}

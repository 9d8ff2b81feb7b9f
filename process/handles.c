/* Handles: how a process names a kernel object. An index into the process's own table and a generation
 * that changes whenever the slot is reused, so that a stale handle is refused; never an address. The
 * objects come from one table of fixed size, so no process can make the kernel allocate. */
#include "internal.h"

static struct object objects[PITH_PROCESS_OBJECTS];

static int free_object(void) {
  for (int i = 0; i < PITH_PROCESS_OBJECTS; i++)
    if (objects[i].kind == OBJECT_FREE) return i;
  return -ENFILE;
}

static struct handle *find(struct process *p, uint32_t handle) {
  uint32_t i = handle & 0xFF;
  struct handle *h = &p->handle[i];

  if (i >= PITH_PROCESS_HANDLES || !h->in_use || h->generation != handle >> 8) return NULL;
  return h;
}

long handle_open(struct process *p, enum object_kind kind, uint32_t initial) {
  int object = free_object();

  for (uint32_t i = 0; i < PITH_PROCESS_HANDLES; i++) {
    struct handle *h = &p->handle[i];

    if (h->in_use) continue;
    if (object < 0) return object;
    if (kind == OBJECT_SEM) {
      if (pith_sem_init(&objects[object].sem, initial)) return -EINVAL;
    } else {
      pith_mutex_init(&objects[object].mutex, 0);
    }
    objects[object].kind = (uint8_t)kind;
    if (++h->generation == 0) h->generation = 1;
    h->in_use = 1;
    h->object = (uint16_t)object;
    return (long)((uint32_t)h->generation << 8 | i);
  }
  return -EMFILE;
}

struct object *handle_get(struct process *p, uint32_t handle, enum object_kind kind) {
  struct handle *h = find(p, handle);

  return h && objects[h->object].kind == kind ? &objects[h->object] : NULL;
}

static void close_slot(struct handle *h) {
  struct object *o = &objects[h->object];

  if (o->kind == OBJECT_SEM) k_sem_delete(&o->sem);
  else k_mutex_delete(&o->mutex);
  o->kind = OBJECT_FREE;
  h->in_use = 0;
}

long handle_close(struct process *p, uint32_t handle) {
  struct handle *h = find(p, handle);

  if (!h) return -EBADF;
  close_slot(h);
  return 0;
}

void handle_close_all(struct process *p) {
  for (uint32_t i = 0; i < PITH_PROCESS_HANDLES; i++)
    if (p->handle[i].in_use) close_slot(&p->handle[i]);
}

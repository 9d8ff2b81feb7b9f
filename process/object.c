/* The table of kernel objects of processes: see object.h. */
#include "object.h"

struct object process_objects[PITH_PROCESS_OBJECTS];

/* A slot whose memory still has to go back is not free. */
struct object *object_new(int maker, uint8_t kind) {
  for (int i = 0; i < PITH_PROCESS_OBJECTS; i++) {
    struct object *o = &process_objects[i];

#if PITH_SHARED_OBJECTS
    if (o->kind || o->memory) continue;
    *o = (struct object){.kind = kind, .maker = maker, .others = PITH_RIGHT_ALL};
#else
    (void)maker;
    if (o->kind) continue;
    *o = (struct object){.kind = kind};
#endif
    return o;
  }
  return NULL;
}

void object_release(struct object *o) {
  if (--o->refs) return;
  if (o->kind == PITH_OBJECT_SEM) k_sem_delete(&o->sem);
  else if (o->kind == PITH_OBJECT_MUTEX) k_mutex_delete(&o->mutex);
#if PITH_SHARED_OBJECTS
  object_ended(o);
#endif
  o->kind = 0;
}

/* Numbers and names for objects: a registry of what can be asked for by somebody who has no pointer.
 *
 *   static struct pith_sem door = PITH_SEM_INIT(0);
 *
 *   int door_start(void) { return pith_register(&door, PITH_KIND_SEM, "/sem/door"); }
 *
 *   void ring(void) {
 *     struct pith_sem *s = pith_object(pith_find("/sem/door", PITH_KIND_SEM), PITH_KIND_SEM);
 *
 *     if (s) pith_sem_give(s);
 *   }
 *
 * A handle holds a place in the registry and the generation of that place, so one of an object that is gone
 * is not taken for that of the next one there (until the place has been used 32,767 times). The registry does
 * not own objects: unregister one before it is deleted. */
#ifndef PITH_NAME_H
#define PITH_NAME_H
#include "pith/types.h"

/* Kinds from PITH_KIND_USER to 255 are the application's. */
enum pith_kind {
  PITH_KIND_ANY, /* for pith_find() and pith_object(): whatever it is */
  PITH_KIND_SEM,
  PITH_KIND_MUTEX,
  PITH_KIND_COND,
  PITH_KIND_RWLOCK,
  PITH_KIND_BARRIER,
  PITH_KIND_EVENT,
  PITH_KIND_SIGNAL,
  PITH_KIND_QUEUE,
  PITH_KIND_STREAM,
  PITH_KIND_POOL,
  PITH_KIND_TIMER,
  PITH_KIND_THREAD,
  PITH_KIND_WORKQ,
  PITH_KIND_WORK,
  PITH_KIND_WAKER,
  PITH_KIND_USER = 128,
};

/* Registers object; name (NULL: it has a number only) is kept by reference. Its handle, above 0; -EINVAL (no
 * object, kind not 1..255, an empty name), -EEXIST (the name is taken, whatever the kind), -ENFILE
 * (PITH_NAMES are registered). Boot or thread. O(PITH_NAMES). */
int pith_register(void *object, unsigned kind, const char *name);
/* Ends a handle. 0, -EBADF (it is no handle, or not any more). Boot or thread. O(1). */
int pith_unregister(int handle);
/* The object of a handle, NULL if it is none (errors of pith_find() included), or not of this kind. Any
 * context. O(1). */
void *pith_object(int handle, unsigned kind);
/* The handle registered under a name. Above 0, -ENOENT, -EINVAL (it is of another kind). Boot or thread.
 * O(PITH_NAMES). */
int pith_find(const char *name, unsigned kind);
/* The name of a handle, "" if it has none, NULL if it is no handle. Any context. O(1). */
const char *pith_name(int handle);
#endif

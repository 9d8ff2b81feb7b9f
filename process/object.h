/* Kernel objects that processes share: semaphores, mutexes, message queues, pieces of memory, devices. A table of
 * fixed size; an object lives while a handle or a service refers to it, a named one is found by its name while it
 * lives and the name is not unlinked. What it takes of the process memory is charged to who made it. */
#ifndef PITH_PROCESS_OBJECT_H
#define PITH_PROCESS_OBJECT_H
#include "internal.h"

#if PITH_SHARED_OBJECTS
struct queue {
  uint32_t memory;            /* of its slots */
  uint32_t size;              /* bytes of the longest message */
  uint16_t first, last, free; /* slots + 1: the messages in order, the free ones */
  uint16_t count, room;
  struct k_waitq senders, receivers;
  uint8_t notified; /* process slot + 1 that is told of the next message; 0: none */
  uint8_t told;     /* it has been, and has not been waiting for it */
  int8_t signal;    /* how; 0: whoever of it waits for that */
};

struct region {
  uint32_t base, size;
};

struct device {
  const struct process_device *is;
  struct pith_sem interrupt;
  bool attached;
};

#endif

struct object {
  union { /* first: a semaphore is where its object is */
    struct pith_sem sem;
    struct pith_mutex mutex;
#if PITH_SHARED_OBJECTS
    struct queue queue;
    struct region region;
    struct device device;
#endif
  };
  uint8_t kind;  /* PITH_OBJECT_; 0: free */
  uint16_t refs; /* handles */
#if PITH_SHARED_OBJECTS
  uint8_t others; /* rights other processes than the maker may ask for */
  uint8_t named;
  int maker;        /* the process that made it */
  uint32_t charged; /* bytes of process memory, to the maker while it lives */
  uint32_t memory;  /* to be given back to the pool with the object; 0 */
  char name[PITH_OBJECT_NAME];
#endif
};

extern struct object process_objects[PITH_PROCESS_OBJECTS];

/* A free slot, now of that kind, with no handle yet, or NULL. maker: a process's number; 0: the system. Kernel context. */
struct object *object_new(int maker, uint8_t kind);
/* A handle was closed: the last one ends the object. Kernel context. */
void object_release(struct object *o);
#if PITH_SHARED_OBJECTS
/* named.c: the last handle is gone. Kernel context. */
void object_ended(struct object *o);
/* Bytes a queue takes of the pool; its slots made. */
uint32_t queue_memory(uint32_t messages, uint32_t size);
void queue_init(struct queue *q, uint32_t memory, uint32_t messages, uint32_t size);
void queue_end(struct queue *q);
void queue_forget(struct queue *q, const struct process *p); /* p is not told any more */
#endif
#endif

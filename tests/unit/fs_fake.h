/* The kernel under the file systems, faked: one thread, so that a monitor call is a call, and a lock only says whether it
 * is held. */
#ifndef PITH_FS_FAKE_H
#define PITH_FS_FAKE_H
#include <stdbool.h>
#include <stdint.h>
#include "tmpfs.h"

enum { FAKE_WAITS = -1000 }; /* what a call returns that would be made again when it is woken */
extern uint64_t fake_now;    /* pith_now() */
extern bool fake_locked;     /* the tree's lock */
extern unsigned fake_chunks; /* taken and not given back */
extern unsigned fake_fails;  /* so many more chunks are refused */

/* Memory for chunks. */
void *fake_take(uint32_t size);
void fake_give(void *memory);
/* The built-in image, of `count` files. */
struct fake_file {
  const char *name, *text;
};
void fake_image(const struct fake_file *files, unsigned count);
/* Counts the blocks of everything that is reachable and checks each is there once: they are all that are in use. */
void fake_check(struct tmpfs *t);
#endif

/* A heap over one piece of memory: two-level segregated fit. Allocating and freeing take a bounded number
 * of steps whatever the heap holds. The heap is data, not a lock: its owner lets one caller in at a time.
 *
 * A free block is found through classes: eight per power of two of size. A request takes the first block
 * of a class all of whose blocks are large enough; only when there is none, the first of its own class.
 * Every allocation costs 4 bytes besides what is asked, rounded up to a multiple of 8, 16 at least. */
#ifndef PITH_HEAP_H
#define PITH_HEAP_H
#include <stddef.h>
#include <stdint.h>

/* The largest heap is 2^HEAP_MAX_LOG2 bytes. 10..24. A step of one costs 32 bytes in struct heap. */
#ifndef HEAP_MAX_LOG2
#define HEAP_MAX_LOG2 24
#endif
#define HEAP_CLASSES (8 * (HEAP_MAX_LOG2 - 7) + 16)
#define HEAP_MAPS ((HEAP_CLASSES + 31) / 32)

/* The control block: private to heap.c, not part of the memory it manages. */
struct heap {
  uint32_t *word; /* the memory, 8-aligned; everything below counts 8-byte units from here */
  uint32_t end;   /* unit of the end mark */
  uint32_t free_units;
  uint32_t map[HEAP_MAPS];     /* bit per class: it has a block */
  uint32_t head[HEAP_CLASSES]; /* first block of the class, 0 none */
};

/* Makes h one free block of mem, size bytes of any alignment, 32 to 2^HEAP_MAX_LOG2. 0, or -EINVAL if size
 * is outside. Any context, once. O(classes). */
int heap_init(struct heap *h, void *mem, size_t size);

/* size bytes, 8-aligned, contents undefined; size 0 is as 1. NULL if no block is large enough or the one
 * found is damaged. One caller at a time. O(1). */
void *heap_alloc(struct heap *h, size_t size);

/* Gives back what heap_alloc() of the same heap returned; NULL is nothing to do. 0, or -EINVAL, with the
 * heap unchanged, if p is no allocation: a stray pointer, freed already, or its block or a neighbour's
 * header overwritten. A stray pointer into data that looks like a header passes once in 512 at most. One
 * caller at a time. O(1). */
int heap_free(struct heap *h, void *p);

/* Bytes free in all, each block's own 4 included. Any context. O(1). */
size_t heap_free_bytes(const struct heap *h);
/* The largest size heap_alloc() would now grant, 0 if none. One caller at a time. O(1). */
size_t heap_largest(const struct heap *h);

/* The first block whose header or footer is damaged, as heap_alloc() gave it; NULL if none is. What precedes
 * it is the end of another one, which was written to beyond its size. One caller at a time. O(blocks). */
const void *heap_damage(const struct heap *h);
/* Walks every block and every list. 0; -EFAULT if a block's header or footer is damaged, -EIO if the lists
 * of free blocks disagree with the blocks. One caller at a time. O(blocks), for tests and reports. */
int heap_check(const struct heap *h);
#endif

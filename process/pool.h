/* The memory processes live in: blocks of any size and alignment, first fit. The book-keeping is the
 * kernel's, outside the memory itself. Pure; callers serialise. */
#ifndef PITH_POOL_H
#define PITH_POOL_H
#include <stdint.h>
#include "config.h"

enum { POOL_BLOCKS = 65 + PITH_TMPFS / PITH_TMPFS_CHUNK };

struct pool {
  uint32_t low, high;
  uint32_t hole; /* bytes between two pieces of memory: a block in use, for good */
  uint32_t count;
  struct pool_block {
    uint32_t base, size;
  } block[POOL_BLOCKS]; /* in use, by ascending base */
};

void pool_init(struct pool *p, uint32_t low, uint32_t high);
/* A second piece of memory, above the first, which is taken when that is full. Once, before anything is taken. */
void pool_add(struct pool *p, uint32_t low, uint32_t high);
/* `size` bytes at a multiple of align, a power of two. The address, or 0 when nothing fits. O(blocks). */
uint32_t pool_take(struct pool *p, uint32_t size, uint32_t align);
/* `size` bytes, up to 16 units, that begin at a multiple of unit and end within 16 units of a multiple of 8: a block as
 * arch_mpu_block_size() has it. The same otherwise. */
uint32_t pool_take_block(struct pool *p, uint32_t size, uint32_t unit);
/* As pool_take(), as high as it can be: for pieces that should not be between others. */
uint32_t pool_take_high(struct pool *p, uint32_t size, uint32_t align);
/* Gives a block back. 0, -EINVAL if base is none in use. O(blocks). */
int pool_give(struct pool *p, uint32_t base);
/* Bytes of memory. */
static inline uint32_t pool_size(const struct pool *p) { return p->high - p->low - p->hole; }
/* Bytes not in use; *largest the longest piece of them. O(blocks). */
uint32_t pool_free(const struct pool *p, uint32_t *largest);
#endif

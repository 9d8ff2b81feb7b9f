/* Memory pools: blocks of one size, in memory the caller gives, taken and returned in a few instructions.
 *
 *   struct packet { uint32_t length, data[5]; };
 *   static uint32_t memory[PITH_POOL_BYTES(sizeof(struct packet), 10) / 4];
 *   static struct pith_pool packets;
 *
 *   int packets_start(void) { return pith_pool_init(&packets, memory, sizeof(struct packet), 10); }
 *
 *   void receive(void) {
 *     struct packet *p = pith_pool_alloc(&packets);
 *
 *     if (!p) return;
 *     fetch(p);
 *     pith_pool_free(&packets, p);
 *   }
 *
 * A free block holds a link in its first word, so a pool needs no memory beside the blocks. */
#ifndef PITH_POOL_H
#define PITH_POOL_H
#include "pith/types.h"

/* The smallest block, bytes. */
#define PITH_POOL_MIN (PITH_POOL_CHECK ? 8u : 4u)
/* Bytes of memory for `count` blocks of `size`. */
#define PITH_POOL_BYTES(size, count) ((size) * (count))

/* The fields are the kernel's. */
struct pith_pool {
  void *volatile head;     /* first free block; bit 0: threads wait, or did */
  struct k_waitq waiters;  /* valid while bit 0 of head is set */
  void *volatile returned; /* blocks that interrupts gave back while threads waited */
  struct k_post post;
  void *memory;
  uint32_t size, count;
};

/* Makes p hold `count` (1..) free blocks of `size` bytes (a multiple of 4, from PITH_POOL_MIN) in memory,
 * aligned to 4, that is the pool's from now on. A block is aligned to what both memory and size are multiples
 * of. 0, -EINVAL. Any context, before its first use. O(count). */
int pith_pool_init(struct pith_pool *p, void *memory, size_t size, size_t count);
/* A block, its contents undefined; NULL when none is free, or threads wait for one. Any context, any
 * interrupt priority. O(1): 8 instructions, never enters the kernel. */
void *pith_pool_alloc(struct pith_pool *p);
/* The same, waiting for a block until a deadline: *block. A block that is freed goes to the most urgent
 * waiter, first come first served among equals. 0, -ETIMEDOUT, -ECANCELED, -EIDRM. Thread. O(log threads)
 * when it waits. */
int pith_pool_alloc_until(struct pith_pool *p, void **block, pith_time deadline);
/* The same for a span of ticks from now; PITH_POLL does not wait, PITH_FOREVER does not give up. */
int pith_pool_alloc_for(struct pith_pool *p, void **block, pith_time span);
/* Gives back a block of p, once. Any context, any interrupt priority. O(1): 7 instructions; enters the kernel
 * only when threads wait. With PITH_POOL_CHECK a block that is not p's, or is free already, panics. */
void pith_pool_free(struct pith_pool *p, void *block);
/* Free blocks. Thread. O(count), counted anew when an interrupt comes meanwhile. */
size_t pith_pool_count(const struct pith_pool *p);
/* Ends every wait on p with -EIDRM and leaves it without blocks; the memory is the caller's again, once
 * nobody holds a block. Thread. O(waiters). */
int pith_pool_delete(struct pith_pool *p);
#endif

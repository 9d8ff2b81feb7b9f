/* Memory pools. The head is a LIFO of free blocks, changed by LDREX/STREX in any context (arch: pool.S). Its
 * bit 0 says that threads wait: then there is no free block, only the kernel changes the head, and a block
 * that is given back goes through the kernel to the most urgent waiter. An interrupt leaves such a block in a
 * second LIFO and posts. So a block is never free while somebody waits for one.
 *
 * A waiter that gives up leaves bit 0 behind, without a waiter; the next operation in the kernel tidies it.
 *
 * With PITH_POOL_CHECK the second word of a free block holds a mark. A block in use may hold the same word by
 * chance, one time in 2^32; the mark depends on the block's address and on the pool. */
#include "kernel.h"
#include "pith/pool.h"

#define WAITED ((void *)1)

/* pool.S; any context */
void *k_pool_pop(struct pith_pool *p);              /* NULL when there is none or bit 0 is set */
void k_pool_push(struct pith_pool *p, void *block); /* k_pool_return() when bit 0 is set */
void k_pool_return(struct pith_pool *p, void *block);

/* ---- in the kernel ---- */

static void tidy(struct pith_pool *p) {
  if (p->head == WAITED && !p->waiters.head) p->head = NULL;
}

/* wait_data says where a waiter wants its block: on its own stack. */
static void give_back(struct pith_pool *p, void *block) {
  struct pith_thread *t;

  if (p->head == WAITED && (t = p->waiters.head)) {
    *(void **)t->wait_data = block;
    k_wake(&p->waiters);
  } else {
    tidy(p);
    k_pool_push(p, block);
  }
}

static long pool_alloc_until(struct pith_pool *p, void **block, pith_time deadline) {
  long result;

  do {
    tidy(p);
    *block = k_pool_pop(p);
    if (*block) return 0;
    if (deadline != PITH_FOREVER && deadline <= pith_now()) return -ETIMEDOUT;
    /* an interrupt may free a block now */
  } while (p->head != WAITED && !arch_atomic_cas((volatile uint32_t *)&p->head, 0, K_WORD(WAITED)));
  result = k_wait(&p->waiters, deadline);
  if (!result) K->current->wait_data = block;
  return result;
}
K_CALL(pool_alloc_until)

static long pool_free(struct pith_pool *p, void *block) {
  give_back(p, block);
  return 0;
}
K_CALL(pool_free)

static void returned_apply(struct k_post *post, uint32_t n) {
  struct pith_pool *p = (struct pith_pool *)((uint8_t *)post - offsetof(struct pith_pool, post));
  void *block = (void *)(uintptr_t)arch_atomic_swap((volatile uint32_t *)&p->returned, 0);

  (void)n;
  while (block) {
    void *next = *(void **)block;

    give_back(p, block);
    block = next;
  }
}

static long pool_delete(struct pith_pool *p) {
  k_wake_all(&p->waiters, -EIDRM);
  p->head = NULL;
  return 0;
}
K_CALL(pool_delete)

/* ---- any context ---- */

/* The way out of k_pool_push(): somebody waits. */
void k_pool_return(struct pith_pool *p, void *block) {
  if (k_in_isr()) {
    arch_list_push((void *volatile *)&p->returned, block, block);
    k_post(&p->post);
  } else {
    K_ENTER(pool_free, p, block, 0, 0);
  }
}

#if PITH_POOL_CHECK
static uint32_t mark_of(const struct pith_pool *p, const void *block) {
  return K_WORD(block) * 0x9E3779B1u ^ K_WORD(p) ^ 0xF4EEB10Cu;
}

void *pith_pool_alloc(struct pith_pool *p) {
  uint32_t *block = k_pool_pop(p);

  if (block) block[1] = 0;
  return block;
}

void pith_pool_free(struct pith_pool *p, void *block) {
  uint32_t offset = K_WORD(block) - K_WORD(p->memory), *word = block;

  if (offset >= p->size * p->count || offset % p->size)
    pith_panic("pith_pool_free: %p is no block of pool %p", block, (void *)p);
  if (word[1] == mark_of(p, block))
    pith_panic("pith_pool_free: block %p of pool %p is free already", block, (void *)p);
  word[1] = mark_of(p, block);
  k_pool_push(p, block);
}
#endif

int pith_pool_init(struct pith_pool *p, void *memory, size_t size, size_t count) {
  uint8_t *block = memory;

  if (!memory || (uintptr_t)memory % 4 || size % 4 || size < PITH_POOL_MIN || !count ||
      count > INT32_MAX / size)
    return -EINVAL;
  *p = (struct pith_pool){.post = {.apply = returned_apply}, .memory = memory, .size = size, .count = count};
  for (block += size * count; block != memory;) {
    block -= size;
    *(void **)(void *)block = p->head;
#if PITH_POOL_CHECK
    ((uint32_t *)(void *)block)[1] = mark_of(p, block);
#endif
    p->head = block;
  }
  return 0;
}

/* ---- the caller's side; the rest is in arch/ ---- */

int pith_pool_alloc_until(struct pith_pool *p, void **block, pith_time deadline) {
  int result = 0;

  *block = k_pool_pop(p);
  if (!*block)
    result = (int)arch_call(K_WORD(p), K_WORD(block), (uint32_t)(uint64_t)deadline,
                            (uint32_t)((uint64_t)deadline >> 32), K_CALL_OF_TIME(pool_alloc_until));
#if PITH_POOL_CHECK
  if (!result) ((uint32_t *)*block)[1] = 0;
#endif
  return result;
}

int pith_pool_alloc_for(struct pith_pool *p, void **block, pith_time span) {
  return pith_pool_alloc_until(p, block, pith_deadline(span));
}

int pith_pool_delete(struct pith_pool *p) { return (int)K_ENTER(pool_delete, p, 0, 0, 0); }

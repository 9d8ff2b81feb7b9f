/* Memory pools: the LIFO of free blocks, in the caller's own mode: thread, ISR or kernel.
 *
 * Between LDREX and STREX others may take and return blocks, and the link that is read may be their data by then;
 * but they come by an exception, which clears the monitor, and STREX fails: no ABA. The plain store in push stands
 * in the same place: the local monitor of Cortex-M3, M4 and M7 does not watch stores of its own core. (The
 * architecture leaves that open, Armv7-M ARM A3.4; on a core where it did, push would not end.)
 *
 * With PITH_POOL_CHECK, pith_pool_alloc() and pith_pool_free() are in C, around these. */
#include "config.h"
#include "offsets.h"

#define OWN_SECTIONS
#include "function.h"

/* void *pith_pool_alloc(struct pith_pool *p) */
#if PITH_POOL_CHECK
FUNCTION k_pool_pop
#else
FUNCTION k_pool_pop, pith_pool_alloc
#endif
1: ldrex r1, [r0, #P_HEAD]
  cmp r1, #1
  bls 2f
  ldr r2, [r1]
  strex r3, r2, [r0, #P_HEAD]
  cbnz r3, 3f
  mov r0, r1
  bx lr
2: movs r0, #0
  bx lr
3: b 1b

/* void pith_pool_free(struct pith_pool *p, void *block) */
#if PITH_POOL_CHECK
FUNCTION k_pool_push
#else
FUNCTION k_pool_push, pith_pool_free
#endif
1: ldrex r2, [r0, #P_HEAD]
  lsls r3, r2, #31
  bmi 2f
  str r2, [r1]
  strex r3, r1, [r0, #P_HEAD]
  cbnz r3, 3f
  bx lr
2: b k_pool_return
3: b 1b

/* size_t pith_pool_count(const struct pith_pool *p): walks while nothing comes between; what it reads meanwhile may
 * be anything, so it follows no link out of the pool's memory and counts no more blocks than there are. */
FUNCTION pith_pool_count
  push {r4-r7, lr}
  ldr r4, [r0, #P_MEMORY]
  ldr r5, [r0, #P_SIZE]
  ldr r6, [r0, #P_COUNT]
  mul r5, r5, r6              /* bytes */
1: ldrex r1, [r0, #P_HEAD]
  mov r2, r1
  movs r3, #0
2: subs r7, r2, r4
  cmp r7, r5
  bhs 3f                      /* the end: 0, 1, or not a block */
  cmp r3, r6
  bhs 3f
  lsls r7, r2, #30
  bne 3f
  ldr r2, [r2]
  adds r3, #1
  b 2b
3: strex r7, r1, [r0, #P_HEAD]
  cmp r7, #0
  bne 1b
  mov r0, r3
  pop {r4-r7, pc}

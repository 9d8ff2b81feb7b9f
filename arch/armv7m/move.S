/* Moving memory in words, as fast as the core can: for pages of processes (process/versions.c). Preemptible like any thread's
 * code. Both take whole multiples of 32 bytes, 4-aligned, and may change r0-r3 and r12 only. */
#define OWN_SECTIONS
#include "function.h"

/* void arch_copy(void *to, const void *from, uint32_t bytes) */
FUNCTION arch_copy
  push {r4-r9, lr}
  subs r2, #64
  blo 2f
1: ldmia r1!, {r3-r9, lr}
  stmia r0!, {r3-r9, lr}
  ldmia r1!, {r3-r9, lr}
  stmia r0!, {r3-r9, lr}
  subs r2, #64
  bhs 1b
2: adds r2, #64
  beq 3f
  ldmia r1!, {r3-r9, lr}
  stmia r0!, {r3-r9, lr}
3: pop {r4-r9, pc}

  .macro EXCHANGE_16
  ldmia r0, {r3-r6}
  ldmia r1, {r7-r10}
  stmia r1!, {r3-r6}
  stmia r0!, {r7-r10}
  .endm

/* void arch_exchange(void *a, void *b, uint32_t bytes) */
FUNCTION arch_exchange
  push {r4-r10, lr}
  lsls r3, r2, #26            /* bit 5: an odd number of 32 bytes begins in the middle */
  bmi 2f
1: subs r2, #32
  EXCHANGE_16
  EXCHANGE_16
2: subs r2, #32
  EXCHANGE_16
  EXCHANGE_16
  bne 1b
  pop {r4-r10, pc}

/* Memory protection: what a process's regions are made of. The numbers are computed here, once per load;
 * the switch only copies words (struct k_domain). */
#ifndef PITH_ARCH_MPU_H
#define PITH_ARCH_MPU_H
#include <stdbool.h>
#include <stdint.h>

/* Regions 0 to 3 are a process's. Later ones win where they overlap. */
enum {
  ARCH_MPU_TEXT,
  ARCH_MPU_BLOCK_LOW,
  ARCH_MPU_BLOCK_HIGH,
  ARCH_MPU_EXTRA,
  ARCH_MPU_ISR,
  ARCH_MPU_NULL = 6,
  ARCH_MPU_GUARD
};

/* Bytes at the bottom of a kernel thread's stack that its guard takes, the alignment apart. */
enum { ARCH_GUARD_SIZE = 32 };
/* A fault that finds less of the interrupt stack below it, its guard included, does not use it. Bytes. */
enum { ARCH_ISR_FULL = 3 * ARCH_GUARD_SIZE };

/* Regions the MPU has; 0: there is none, and nothing is isolated. Any context. */
unsigned arch_mpu_regions(void);
/* Unprivileged code gets nothing but its regions from now on; privileged code everything but address 0 to 127 and
 * the guards under its stack and the interrupt stack. Boot. */
void arch_mpu_enable(void);
/* What the switch writes to RBAR for a thread: its guard at the first aligned place in its stack, or nowhere
 * (stack 0). Any context. */
uint32_t arch_mpu_guard(uintptr_t stack);

/* The size a block of at least `want` bytes must have so that two adjacent regions cover it exactly, and its alignment in
 * *unit; besides, it must end within 16 units of a multiple of 8 of them. The rest is under 1/8 of want. 0 if want is above
 * 1 GB. Any context. */
uint32_t arch_mpu_block_size(uint32_t want, uint32_t *unit);
/* Region words that cover the block [base, base + size), as arch_mpu_block_size() gave it: read, write,
 * and execute if asked. words are the RBAR, RASR pairs of the two regions. Any context. */
void arch_mpu_block(uint32_t words[4], uint32_t base, uint32_t size, bool execute);
/* Bytes of a page of such a block, the least that can be made inaccessible by itself; the first one begins at its base,
 * and there are at most 16. Any context. */
uint32_t arch_mpu_block_page(uint32_t size);
/* The same words without the pages whose bits are 0 in `pages`. Any context. O(1). */
void arch_mpu_block_pages(uint32_t words[4], uint32_t base, uint32_t size, uint32_t pages);
/* Region words that cover [base, base + size) for reading and executing with one region and at most the
 * rest of the first and last of its subregions besides. 0, -EINVAL if none does. Any context. */
int arch_mpu_text(uint32_t words[2], uint32_t base, uint32_t size);
/* Region words that cover exactly [base, base + size), a power of two of at least 32 bytes or eighths of one of at least
 * 256, as the process's ARCH_MPU_EXTRA: to read, to write if `write`, never to execute; as memory or as a device. 0,
 * -EINVAL. Any context. O(1). */
int arch_mpu_extra(uint32_t words[2], uint32_t base, uint32_t size, bool write, bool device);
/* Into the MPU, now. Kernel context. */
void arch_mpu_load(const uint32_t words[2]);
/* Region words that switch region `n` off. Any context. */
void arch_mpu_off(uint32_t words[2], unsigned n);
#endif

/* PMSAv7 (Armv7-M ARM B3.5): a region is a power of two in size, at least 32 bytes, aligned to its size,
 * and from 256 bytes up has eight subregions that can be switched off one by one.
 *
 * A block is a whole number of subregions, at most 16, in two adjacent windows of eight: the unit is at
 * most 1/8 of the block, so that much is the most rounding can waste. HAZARD: a base that is not aligned
 * to the region's size silently disables the region; every base here is masked to its window. */
#include "mpu.h"
#include "arch.h"
#include "bits.h"
#include "config.h"
#include "pith_errno.h"
#include "scb.h"

enum {
  WINDOW_MIN = 256, /* smallest region with subregions */
  NULL_SIZE = 128,  /* of the vector table at most, which data accesses do not need */
};

#define GUARD                                                                                                \
  (MPU_RASR_AP(MPU_AP_NONE_NONE) | MPU_RASR_XN | MPU_RASR_SIZE(log2_ceil(ARCH_GUARD_SIZE)) | MPU_RASR_ENABLE)
#define NORMAL_MEMORY (MPU_RASR_C | MPU_RASR_S) /* write-through, shareable */

unsigned arch_mpu_regions(void) { return MPU_TYPE_DREGION(MPU_TYPE); }

#if PITH_STACK_GUARDS
/* False: the table at 0 ends early, and what follows it is code or constants. A vector is odd, or 0 if unused. With
 * processes the whole table is a board's, and NULL is guarded in any case. */
static bool null_is_vectors(void) {
  uint32_t table, even = 0;

  if (PITH_PROCESS_SUPPORT) return true;
  table = SCB_VTOR;
  for (unsigned i = 16; i < NULL_SIZE / 4; i++) {
    uint32_t word = ((const uint32_t *)(uintptr_t)table)[i];
    if (!(word & 1)) even |= word;
  }
  return table || !even;
}
#endif

void arch_mpu_enable(void) {
  if (!arch_mpu_regions()) return;
  for (unsigned i = 0; i < arch_mpu_regions(); i++) {
    MPU_RNR = i;
    MPU_RASR = 0;
  }
#if PITH_STACK_GUARDS
  if (null_is_vectors()) {
    MPU_RBAR = MPU_RBAR_VALID | ARCH_MPU_NULL;
    MPU_RASR =
        MPU_RASR_AP(MPU_AP_NONE_NONE) | MPU_RASR_XN | MPU_RASR_SIZE(log2_ceil(NULL_SIZE)) | MPU_RASR_ENABLE;
  }
  MPU_RBAR = arch_mpu_guard(0);
  MPU_RASR = GUARD;
  MPU_RBAR = round_up((uint32_t)(uintptr_t)k_isr_stack, ARCH_GUARD_SIZE) | MPU_RBAR_VALID | ARCH_MPU_ISR;
  MPU_RASR = GUARD;
#endif
  MPU_CTRL = MPU_CTRL_PRIVDEFENA | MPU_CTRL_ENABLE;
  __asm__ volatile("dsb\n\tisb" ::: "memory");
}

/* Nowhere is in the system space, which no region governs. */
uint32_t arch_mpu_guard(uintptr_t stack) {
  return (stack ? round_up((uint32_t)stack, ARCH_GUARD_SIZE) : 0xE0000000) | MPU_RBAR_VALID | ARCH_MPU_GUARD;
}

void arch_mpu_off(uint32_t words[2], unsigned n) {
  words[0] = MPU_RBAR_VALID | n;
  words[1] = 0;
}

/* Region n over the window [window, window + size), with the subregions of it on that [low, high) touches. */
static void region(uint32_t words[2], unsigned n, uint32_t window, uint32_t size, uint32_t low, uint32_t high,
                   uint32_t attributes) {
  uint32_t log2 = log2_ceil(size), sub = log2 - 3, end = window + (size - 1), off;

  if (low > end || high <= window) {
    arch_mpu_off(words, n);
    return;
  }
  off = low > window ? (1u << ((low - window) >> sub)) - 1 : 0;              /* those below low */
  if (high <= end) off |= 0xFFu << ((high - 1 - window) >> sub) << 1 & 0xFF; /* those above high - 1 */
  words[0] = (window & ~(size - 1)) | MPU_RBAR_VALID | n;
  words[1] = attributes | MPU_RASR_SRD(off) | MPU_RASR_SIZE(log2) | MPU_RASR_ENABLE;
}

uint32_t arch_mpu_block_size(uint32_t want, uint32_t *unit) {
  uint32_t bytes = WINDOW_MIN / 8;

  if (want > 1u << 30) return 0;
  while (bytes * 16 < want) bytes *= 2;
  *unit = bytes;
  return round_up(want, bytes);
}

static uint32_t window_of(uint32_t size) {
  uint32_t window = WINDOW_MIN;

  while (window * 2 < size) window *= 2;
  return window;
}

void arch_mpu_block(uint32_t words[4], uint32_t base, uint32_t size, bool execute) {
  uint32_t window = window_of(size), low = base & ~(window - 1),
           attributes = NORMAL_MEMORY | MPU_RASR_AP(MPU_AP_RW_RW) | (execute ? 0 : MPU_RASR_XN);

  region(words, ARCH_MPU_BLOCK_LOW, low, window, base, base + size, attributes);
  region(words + 2, ARCH_MPU_BLOCK_HIGH, low + window, window, base, base + size, attributes);
}

uint32_t arch_mpu_block_page(uint32_t size) { return window_of(size) / 8; }

void arch_mpu_block_pages(uint32_t words[4], uint32_t base, uint32_t size, uint32_t pages) {
  uint32_t window = window_of(size), off = ~(pages << (base & (window - 1)) / (window / 8));

  words[1] = (words[1] & ~MPU_RASR_SRD(0xFFu)) | (words[1] ? MPU_RASR_SRD(off & 0xFF) : 0);
  words[3] = (words[3] & ~MPU_RASR_SRD(0xFFu)) | (words[3] ? MPU_RASR_SRD(off >> 8 & 0xFF) : 0);
}

int arch_mpu_text(uint32_t words[2], uint32_t base, uint32_t size) {
  for (uint32_t window = WINDOW_MIN; window && window <= 1u << 30; window *= 2) {
    uint32_t low = base & ~(window - 1);

    if (base - low + (uint64_t)size > window) continue;
    region(words, ARCH_MPU_TEXT, low, window, base, base + size, NORMAL_MEMORY | MPU_RASR_AP(MPU_AP_RO_RO));
    return 0;
  }
  return -EINVAL;
}

int arch_mpu_extra(uint32_t words[2], uint32_t base, uint32_t size, bool write, bool device) {
  uint32_t window = next_pow2(size), unit = window < WINDOW_MIN ? window : window / 8;
  uint32_t attributes = MPU_RASR_XN | MPU_RASR_AP(write ? MPU_AP_RW_RW : MPU_AP_RW_RO) |
                        (device ? MPU_RASR_B | MPU_RASR_S : NORMAL_MEMORY);

  if (window < 32 || size % unit || base % window) return -EINVAL;
  if (window < WINDOW_MIN) {
    words[0] = base | MPU_RBAR_VALID | ARCH_MPU_EXTRA;
    words[1] = attributes | MPU_RASR_SIZE(log2_ceil(window)) | MPU_RASR_ENABLE;
  } else {
    region(words, ARCH_MPU_EXTRA, base, window, base, base + size, attributes);
  }
  return 0;
}

void arch_mpu_load(const uint32_t words[2]) {
  MPU_RBAR = words[0];
  MPU_RASR = words[1];
  __asm__ volatile("dsb\n\tisb" ::: "memory");
}

/* Arithmetic on sizes and addresses, 32 bits wide on every machine so that host tests see the target's
 * overflows. All: any context, O(1), pure. */
#ifndef PITH_BITS_H
#define PITH_BITS_H
#include <stdbool.h>
#include <stdint.h>

/* True for 1, 2, 4 ... 2^31; false for 0. */
static inline bool is_pow2(uint32_t v) { return v && !(v & (v - 1)); }

/* v down to a multiple of to, a power of two. */
static inline uint32_t round_down(uint32_t v, uint32_t to) { return v & ~(to - 1); }

/* v up to a multiple of to, a power of two. Wraps to 0 above 2^32 - to: check the range first. */
static inline uint32_t round_up(uint32_t v, uint32_t to) { return round_down(v + (to - 1), to); }

/* The largest n with 2^n <= v, 0..31. v is not 0. */
static inline uint32_t log2_floor(uint32_t v) { return 31u - (uint32_t)__builtin_clz(v); }

/* The smallest n with 2^n >= v, 0..32. 0 for v 0 and 1. */
static inline uint32_t log2_ceil(uint32_t v) { return v > 1 ? log2_floor(v - 1) + 1 : 0; }

/* The smallest power of two >= v: 1 for 0; 0 above 2^31, where none fits. */
static inline uint32_t next_pow2(uint32_t v) { return v > 0x80000000u ? 0 : 1u << log2_ceil(v); }

/* True if [base, base + len) lies in [outer_base, outer_base + outer_len); neither end need be
 * representable. An empty range lies in the outer one if its base does, or is the outer's end. */
static inline bool range_within(uint32_t base, uint32_t len, uint32_t outer_base, uint32_t outer_len) {
  return base >= outer_base && len <= outer_len && base - outer_base <= outer_len - len;
}
#endif

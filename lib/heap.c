/* Two-level segregated fit on 32-bit offsets, so host and target have the same layout.
 *
 * Memory is counted in units of 8 bytes; unit n's block has its header in the word before byte 8n, where
 * the payload starts:
 *     word 2n-1  header: check 9 bits | units 21 bits | PREV_FREE | USED
 *     word 2n    payload; in a free block the next one of its class, 0 none
 *     word 2n+1  payload; in a free block the previous one of its class, 0 for the first
 *     last word  payload; in a free block its own n (the footer, found by the block behind it)
 * Invariants: blocks tile [1, end); no two free ones are adjacent; a USED header of 0 units ends them. The
 * check seals a header to its place, so a stray write or pointer is noticed, 511 times in 512, before any
 * state changes. A second free is noticed always: the block's header says free, or, where a merge swallowed
 * it, says that a block ends before it which by then is longer. */
#include "heap.h"
#include "pith_errno.h"
#include <stdbool.h>

_Static_assert(HEAP_MAX_LOG2 >= 10 && HEAP_MAX_LOG2 <= 24, "HEAP_MAX_LOG2 is 10..24");

#define USED 1u
#define PREV_FREE 2u
#define UNITS(low) ((low) >> 2)
#define LOW_BITS 23
#define LOW_MASK ((1u << LOW_BITS) - 1)
#define MIN_UNITS 2u

static uint32_t sealed(uint32_t n, uint32_t low) {
  return low | ((low ^ n << 11) * 0x9e3779b1u) >> LOW_BITS << LOW_BITS;
}

static void set_header(struct heap *h, uint32_t n, uint32_t low) { h->word[2 * n - 1] = sealed(n, low); }

/* The header of block n without its check; 0 if n is no block or its header is damaged. Any n is safe. */
static uint32_t header(const struct heap *h, uint32_t n) {
  if (n - 1 >= h->end) return 0;
  uint32_t v = h->word[2 * n - 1], low = v & LOW_MASK;
  return v == sealed(n, low) && UNITS(low) <= h->end - n ? low : 0;
}

/* Classes are one unit wide below 16 units, then an eighth of a power of two. */
static uint32_t class_shift(uint32_t units) { return units < 16 ? 0 : 28u - (uint32_t)__builtin_clz(units); }

static uint32_t class_of(uint32_t units) {
  uint32_t shift = class_shift(units);
  return 8 * shift + (units >> shift);
}

/* True if the neighbours of free block n in its list agree that it is there. */
static bool linked(const struct heap *h, uint32_t n, uint32_t units) {
  const uint32_t *w = h->word;
  uint32_t next = w[2 * n], prev = w[2 * n + 1];
  if (next && (next >= h->end || w[2 * next + 1] != n)) return false;
  return prev ? prev < h->end && w[2 * prev] == n : h->head[class_of(units)] == n;
}

/* The units of free block n if its header, the one behind it and its list all hold; else 0. Any n is safe. */
static uint32_t sound_free(const struct heap *h, uint32_t n) {
  uint32_t low = header(h, n), units = UNITS(low);
  return low && !(low & USED) && header(h, n + units) && linked(h, n, units) ? units : 0;
}

static void unlink_free(struct heap *h, uint32_t n, uint32_t units) {
  uint32_t *w = h->word, next = w[2 * n], prev = w[2 * n + 1], c = class_of(units);
  if (next) w[2 * next + 1] = prev;
  if (prev) w[2 * prev] = next;
  else if (!(h->head[c] = next)) h->map[c / 32] &= ~(1u << c % 32);
}

/* Makes [n, n + units) a free block, whatever it was; the block behind it learns of it. */
static void link_free(struct heap *h, uint32_t n, uint32_t units) {
  uint32_t *w = h->word, c = class_of(units), next = h->head[c], behind = n + units;
  set_header(h, n, units << 2);
  w[2 * n] = next;
  w[2 * n + 1] = 0;
  w[2 * behind - 2] = n;
  if (next) w[2 * next + 1] = n;
  h->head[c] = n;
  h->map[c / 32] |= 1u << c % 32;
  set_header(h, behind, (w[2 * behind - 1] & LOW_MASK) | PREV_FREE);
}

/* A block of class c or the nearest above that has one; 0 none. */
static uint32_t first_from(const struct heap *h, uint32_t c) {
  uint32_t mask = ~0u << c % 32;
  for (uint32_t i = c / 32; i < HEAP_MAPS; i++, mask = ~0u)
    if (h->map[i] & mask) return h->head[32 * i + (uint32_t)__builtin_ctz(h->map[i] & mask)];
  return 0;
}

int heap_init(struct heap *h, void *mem, size_t size) {
  uintptr_t skip = -(uintptr_t)mem & 7;
  if (size < 32 || size > (size_t)1 << HEAP_MAX_LOG2) return -EINVAL;
  *h = (struct heap){.word = (uint32_t *)((uintptr_t)mem + skip)};
  h->end = (uint32_t)((size - skip) / 8);
  h->free_units = h->end - 1;
  set_header(h, h->end, USED);
  link_free(h, 1, h->end - 1);
  return 0;
}

void *heap_alloc(struct heap *h, size_t size) {
  if (size > (1u << HEAP_MAX_LOG2) - 12) return NULL;
  uint32_t units = ((uint32_t)size + 4 + 7) / 8;
  if (units < MIN_UNITS) units = MIN_UNITS;
  uint32_t n = first_from(h, class_of(units + (1u << class_shift(units)) - 1));
  if (!n) n = h->head[class_of(units)];
  uint32_t have = sound_free(h, n), behind = n + have;
  if (have < units) return NULL;

  unlink_free(h, n, have);
  if (have - units >= MIN_UNITS) {
    link_free(h, n + units, have - units);
  } else {
    units = have;
    set_header(h, behind, h->word[2 * behind - 1] & LOW_MASK & ~PREV_FREE);
  }
  set_header(h, n, units << 2 | USED);
  h->free_units -= units;
  return &h->word[2 * n];
}

int heap_free(struct heap *h, void *p) {
  if (!p) return 0;
  uintptr_t at = (uintptr_t)p - (uintptr_t)h->word;
  if (at % 8 || at / 8 >= h->end) return -EINVAL;
  uint32_t n = (uint32_t)(at / 8), low = header(h, n), units = UNITS(low);
  if (!(low & USED) || units < MIN_UNITS) return -EINVAL;
  uint32_t behind = n + units, behind_low = header(h, behind), behind_units = 0;
  if (!(behind_low & USED) && !(behind_units = sound_free(h, behind))) return -EINVAL;
  uint32_t first = n;
  if (low & PREV_FREE) {
    first = h->word[2 * n - 2];
    uint32_t first_units = sound_free(h, first);
    if (!first_units || first + first_units != n) return -EINVAL;
  }

  h->free_units += units;
  if (first != n) unlink_free(h, first, n - first);
  if (behind_units) unlink_free(h, behind, behind_units);
  link_free(h, first, behind + behind_units - first);
  return 0;
}

size_t heap_free_bytes(const struct heap *h) { return (size_t)h->free_units * 8; }

size_t heap_largest(const struct heap *h) {
  for (uint32_t i = HEAP_MAPS; i-- > 0;) {
    if (h->map[i]) {
      uint32_t c = 32 * i + 31u - (uint32_t)__builtin_clz(h->map[i]);
      return (size_t)UNITS(header(h, h->head[c])) * 8 - 4;
    }
  }
  return 0;
}

/* The blocks, in order; the number of free ones or a negative errno, with *at the block that is wrong. */
static int check_blocks(const struct heap *h, uint32_t *at) {
  uint32_t n = 1, before = 0, free_units = 0; /* before: PREV_FREE if the block before n is free */
  int free_blocks = 0;
  for (;;) {
    uint32_t low = header(h, n), units = UNITS(low);
    *at = n;
    if (!low || (low & PREV_FREE) != before) return -EFAULT;
    if (n == h->end) break;
    if (units < MIN_UNITS || (before && !(low & USED))) return -EFAULT;
    before = 0;
    if (!(low & USED)) {
      if (h->word[2 * (n + units) - 2] != n) return -EFAULT;
      if (!linked(h, n, units)) return -EIO;
      before = PREV_FREE;
      free_units += units;
      free_blocks++;
    }
    n += units;
  }
  return free_units == h->free_units ? free_blocks : -EIO;
}

const void *heap_damage(const struct heap *h) {
  uint32_t at;
  return check_blocks(h, &at) == -EFAULT ? &h->word[2 * at] : NULL;
}

int heap_check(const struct heap *h) {
  uint32_t at;
  int blocks = check_blocks(h, &at);
  if (blocks < 0) return blocks;
  for (uint32_t c = 0; c < HEAP_CLASSES; c++) {
    uint32_t n = h->head[c];
    if (!n != !(h->map[c / 32] >> c % 32 & 1)) return -EIO;
    for (; n; n = h->word[2 * n]) {
      uint32_t low = header(h, n);
      if (!low || low & USED || class_of(UNITS(low)) != c || blocks-- == 0) return -EIO;
    }
  }
  return blocks == 0 ? 0 : -EIO;
}

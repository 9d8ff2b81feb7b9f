/* First fit over a sorted table of the blocks in use: a gap is what lies between two of them. With at
 * most POOL_BLOCKS entries the walk is short, and there is no header in memory for a process to damage. */
#include "pool.h"
#include "bits.h"
#include "pith_errno.h"

void pool_init(struct pool *p, uint32_t low, uint32_t high) {
  p->low = low;
  p->high = high;
  p->count = 0;
  p->hole = 0;
}

void pool_add(struct pool *p, uint32_t low, uint32_t high) {
  p->hole = low - p->high;
  p->block[p->count++] = (struct pool_block){p->high, p->hole};
  p->high = high;
}

static uint32_t gap_start(const struct pool *p, uint32_t i) {
  return i ? p->block[i - 1].base + p->block[i - 1].size : p->low;
}

static uint32_t gap_end(const struct pool *p, uint32_t i) {
  return i < p->count ? p->block[i].base : p->high;
}

static uint32_t enter(struct pool *p, uint32_t i, uint32_t base, uint32_t size) {
  for (uint32_t k = p->count++; k > i; k--) p->block[k] = p->block[k - 1];
  p->block[i] = (struct pool_block){base, size};
  return base;
}

/* As low as it can be in a gap: the next multiple of align, or the one from which it fits. */
static uint32_t place(uint32_t start, uint32_t size, uint32_t align, uint32_t window) {
  uint32_t base = round_up(start, align);

  return (base & (window - 1)) + size > 2 * window ? round_up(base, window) : base;
}

static uint32_t take(struct pool *p, uint32_t size, uint32_t align, uint32_t window) {
  if (!size || p->count == POOL_BLOCKS) return 0;
  for (uint32_t i = 0; i <= p->count; i++) {
    uint32_t start = gap_start(p, i), base = place(start, size, align, window), end = gap_end(p, i);

    if (base < start || base > end || end - base < size) continue;
    return enter(p, i, base, size);
  }
  return 0;
}

uint32_t pool_take(struct pool *p, uint32_t size, uint32_t align) { return take(p, size, align, 1u << 30); }
uint32_t pool_take_block(struct pool *p, uint32_t size, uint32_t unit) {
  return take(p, size, unit, unit * 8);
}

uint32_t pool_take_high(struct pool *p, uint32_t size, uint32_t align) {
  if (!size || p->count == POOL_BLOCKS) return 0;
  for (uint32_t i = p->count + 1; i--;) {
    uint32_t start = gap_start(p, i), end = gap_end(p, i), base;

    if (end - start < size) continue;
    base = round_down(end - size, align);
    if (base >= start) return enter(p, i, base, size);
  }
  return 0;
}

int pool_give(struct pool *p, uint32_t base) {
  for (uint32_t i = 0; i < p->count; i++) {
    if (p->block[i].base != base) continue;
    p->count--;
    for (; i < p->count; i++) p->block[i] = p->block[i + 1];
    return 0;
  }
  return -EINVAL;
}

uint32_t pool_free(const struct pool *p, uint32_t *largest) {
  uint32_t sum = 0, best = 0;

  for (uint32_t i = 0; i <= p->count; i++) {
    uint32_t gap = gap_end(p, i) - gap_start(p, i);

    sum += gap;
    if (gap > best) best = gap;
  }
  if (largest) *largest = best;
  return sum;
}

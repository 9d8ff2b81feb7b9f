/* Pieces of process memory for files that are not in the image. */
#include "bits.h"
#include "load.h"

uint32_t process_memory_free(uint32_t *largest) {
  uint32_t n;

  pith_mutex_lock(&process_lock);
  n = pool_free(&process_pool, largest);
  pith_mutex_unlock(&process_lock);
  return n;
}

void *process_memory_take(uint32_t size) {
  uint32_t align = next_pow2(size) < 256 ? 256 : next_pow2(size), base;

  if (!align) return NULL;
  size =
      round_up(size, align / 8); /* a region over its text may show the rest of an eighth: to itself alone */
  pith_mutex_lock(&process_lock);
  base = pool_take(&process_pool, size, align);
  pith_mutex_unlock(&process_lock);
  return (void *)(uintptr_t)base;
}

void *process_memory_chunk(uint32_t size) {
  uint32_t base;

  pith_mutex_lock(&process_lock);
  base = pool_take_high(&process_pool, size, 32);
  pith_mutex_unlock(&process_lock);
  return (void *)(uintptr_t)base;
}

void process_memory_give(void *memory) {
  pith_mutex_lock(&process_lock);
  if (!image_keep(memory)) pool_give(&process_pool, (uint32_t)(uintptr_t)memory);
  pith_mutex_unlock(&process_lock);
}

/* malloc() and its family, in place of newlib's small one, whose free() walks a list of all that is free.
 *
 * Memory comes from sbrk() and is laid out as blocks without gaps, up to an end mark. A block's first word is its size, a
 * multiple of 8, with two flags; what follows is the caller's, at a multiple of 8. A free block has there the links of its
 * bin's list, and in its last word its size again, by which the block behind it finds it, so neighbours that are free are always one
 * block. Bins are two per power of two of size: what is in a higher bin than a request's own fits it, and in its own a few are
 * looked at. So every operation takes a bounded number of steps but for blocks beyond the last bin. user/start.c makes the linker come
 * here first. */
#include <errno.h>
#include <malloc.h>
#include <reent.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define USED 1u      /* this block */
#define PREV_FREE 2u /* the one before it is not in use */
#define FLAGS 7u

struct block {
  uint32_t size;
  struct block *next, *prev; /* of a free one */
};

enum {
  HEADER = 4,
  MIN = 16,
  GRAIN = 256, /* the least that is asked of sbrk(), if there is so much */
  LOOKED_AT = 8,
  BINS = 42, /* the last one from 12 MB on */
};
#define LARGEST 0x7FFFFFE0u

static struct block *bins[BINS];
static uint32_t map[(BINS + 31) / 32]; /* bit: the bin has one */
static struct block *end;              /* the mark: in use, of size 0 */
static size_t from_system, in_use;     /* bytes */

static uint32_t size_of(const struct block *b) { return b->size & ~FLAGS; }
static struct block *at(const void *p, size_t offset) { return (struct block *)((uintptr_t)p + offset); }
static struct block *behind(const struct block *b) { return at(b, size_of(b)); }
static void *memory(struct block *b) { return at(b, HEADER); }
static struct block *block_of(const void *p) { return at(p, -(size_t)HEADER); }
/* The last word of the free block before b. */
static uint32_t *size_before(const struct block *b) { return (uint32_t *)((uintptr_t)b - 4); }

static unsigned bin_of(uint32_t size) {
  uint32_t units = size / 8;
  if (units < 4) return units;
  unsigned shift = 30u - (unsigned)__builtin_clz(units), bin = 2 * shift + (units >> shift);
  return bin < BINS ? bin : BINS - 1;
}

static void unlink_free(struct block *b) {
  unsigned bin = bin_of(size_of(b));
  if (b->next) b->next->prev = b->prev;
  if (b->prev) b->prev->next = b->next;
  else if (!(bins[bin] = b->next)) map[bin / 32] &= ~(1u << bin % 32);
}

/* The block of that size at b is free now; those beside it are not. */
static void link_free(struct block *b, uint32_t size) {
  unsigned bin = bin_of(size);
  b->size = size;
  b->prev = NULL;
  b->next = bins[bin];
  if (b->next) b->next->prev = b;
  bins[bin] = b;
  map[bin / 32] |= 1u << bin % 32;
  *size_before(behind(b)) = size;
  behind(b)->size |= PREV_FREE;
}

/* In its own bin the smallest of a few that fits; all of the last bin are looked at. */
static struct block *in_bin(unsigned bin, uint32_t size) {
  struct block *best = NULL;
  int left = LOOKED_AT;
  for (struct block *b = bins[bin]; b && (left-- > 0 || bin == BINS - 1); b = b->next) {
    if (size_of(b) < size || (best && size_of(best) <= size_of(b))) continue;
    best = b;
    if (size_of(b) == size) break;
  }
  return best;
}

static struct block *find(uint32_t size) {
  unsigned bin = bin_of(size);
  struct block *b = in_bin(bin, size);
  if (b || ++bin == BINS) return b;
  uint32_t mask = ~0u << bin % 32;
  for (unsigned i = bin / 32; i < sizeof map / sizeof map[0]; i++, mask = ~0u)
    if (map[i] & mask) {
      bin = 32 * i + (unsigned)__builtin_ctz(map[i] & mask);
      return bin == BINS - 1 ? in_bin(bin, size) : bins[bin];
    }
  return NULL;
}

/* `size` bytes of the block become free, together with what is free behind them. */
static void release(struct block *b, uint32_t size) {
  struct block *next = at(b, size);
  if (!(next->size & USED)) {
    unlink_free(next);
    size += size_of(next);
  }
  link_free(b, size);
}

/* Block b, which is in no list and as large, is in use with `size` bytes; what is left over is free. */
static void *use(struct block *b, uint32_t have, uint32_t size) {
  uint32_t before = b->size & PREV_FREE;
  if (have - size >= MIN) {
    b->size = size | USED | before;
    release(behind(b), have - size);
  } else {
    size = have;
    b->size = size | USED | before;
    behind(b)->size &= ~PREV_FREE;
  }
  in_use += size;
  return memory(b);
}

/* At least *bytes, which becomes what it is, and `extra` more; false: there is not so much. */
static bool more(struct _reent *r, size_t *bytes, size_t extra) {
  bool had = *bytes < GRAIN && _sbrk_r(r, (ptrdiff_t)(GRAIN + extra)) != (void *)-1;
  if (had) *bytes = GRAIN;
  else had = _sbrk_r(r, (ptrdiff_t)(*bytes + extra)) != (void *)-1;
  if (had) from_system += *bytes + extra;
  return had;
}

static bool goes_on(struct _reent *r) { return end && _sbrk_r(r, 0) == (void *)at(end, HEADER); }

/* A free block of at least `size` bytes at the end of the memory, in no list; NULL: there is no more. What somebody else has had
 * of sbrk() meanwhile stays behind the old mark, which looks like a block in use; a new piece begins behind that. */
static struct block *grow(struct _reent *r, uint32_t size) {
  struct block *b = end;
  bool on = goes_on(r);
  uint32_t have = on && end->size & PREV_FREE ? *size_before(end) : 0;
  size_t bytes = size - have, skip = 0;
  if (!on) {
    uintptr_t now = (uintptr_t)_sbrk_r(r, 0);
    skip = -now & 7;
    b = at((void *)now, skip + HEADER);
  }
  if (!more(r, &bytes, on ? 0 : skip + 8)) return NULL; /* 8: a header and the mark */
  if (have) unlink_free(b = at(end, -(size_t)have));
  b->size = (uint32_t)bytes + have;
  end = behind(b);
  end->size = USED;
  return b;
}

static void *take(struct _reent *r, uint32_t size) {
  struct block *b = find(size);
  if (b) unlink_free(b);
  else b = grow(r, size);
  if (!b) return r->_errno = ENOMEM, NULL;
  return use(b, size_of(b), size);
}

/* Bytes of a block; 0: more than there can be. */
static uint32_t rounded(size_t size) {
  if (size > LARGEST) return 0;
  uint32_t bytes = ((uint32_t)size + HEADER + 7) & ~7u;
  return bytes < MIN ? MIN : bytes;
}

void *_malloc_r(struct _reent *r, size_t size) {
  uint32_t bytes = rounded(size);
  if (!bytes) return r->_errno = ENOMEM, NULL;
  __malloc_lock(r);
  void *p = take(r, bytes);
  __malloc_unlock(r);
  return p;
}

static void give(struct block *b) {
  uint32_t size = size_of(b);
  in_use -= size;
  if (b->size & PREV_FREE) {
    uint32_t before = *size_before(b);
    b = at(b, -(size_t)before);
    unlink_free(b);
    size += before;
  }
  release(b, size);
}

/* What was not allocated, or is free already, ends the program: going on would damage what is. */
void _free_r(struct _reent *r, void *p) {
  static const char why[] = "free(): this was not allocated\n";
  if (!p) return;
  if ((uintptr_t)p % 8 || !(block_of(p)->size & USED) || size_of(block_of(p)) < MIN) {
    write(2, why, sizeof why - 1);
    abort();
  }
  __malloc_lock(r);
  give(block_of(p));
  __malloc_unlock(r);
}

/* In place, with what is free behind it or with new memory there; NULL: not so. */
static void *resize(struct _reent *r, struct block *b, uint32_t size) {
  uint32_t have = size_of(b), old = have;
  struct block *next = behind(b);
  uint32_t free_there = next->size & USED ? 0 : size_of(next);
  if (have + free_there < size && at(next, free_there) == end && goes_on(r)) {
    struct block *added = grow(r, size - have < MIN ? MIN : size - have);
    if (added) link_free(added, size_of(added));
  }
  if (have < size && !(next->size & USED) && have + size_of(next) >= size) {
    unlink_free(next);
    have += size_of(next);
  }
  if (have < size) return NULL;
  in_use -= old;
  return use(b, have, size);
}

void *_realloc_r(struct _reent *r, void *old, size_t size) {
  if (!old) return _malloc_r(r, size);
  if (!size) return _free_r(r, old), NULL;
  uint32_t bytes = rounded(size);
  if (!bytes) return r->_errno = ENOMEM, NULL;
  __malloc_lock(r);
  struct block *b = block_of(old);
  size_t had = size_of(b) - HEADER;
  void *p = resize(r, b, bytes);
  if (!p && (p = take(r, bytes))) {
    memcpy(p, old, had);
    give(b);
  }
  __malloc_unlock(r);
  return p;
}

void *_calloc_r(struct _reent *r, size_t count, size_t size) {
  size_t bytes;
  if (__builtin_mul_overflow(count, size, &bytes)) {
    r->_errno = ENOMEM;
    return NULL;
  }
  void *p = _malloc_r(r, bytes);
  return p ? memset(p, 0, bytes) : NULL;
}

/* What lies before the place is given back: at least a block. */
void *_memalign_r(struct _reent *r, size_t align, size_t size) {
  if (align <= 8) return _malloc_r(r, size);
  uint32_t bytes = rounded(size);
  if (align & (align - 1)) return r->_errno = EINVAL, NULL;
  if (!bytes || align > LARGEST / 2 || bytes > LARGEST - align - MIN) return r->_errno = ENOMEM, NULL;
  __malloc_lock(r);
  char *p = take(r, bytes + (uint32_t)align + MIN);
  if (p && (uintptr_t)p % align) {
    struct block *b = block_of(p);
    char *place = (char *)(((uintptr_t)p + MIN + align - 1) & ~(align - 1));
    uint32_t before = (uint32_t)(place - p);
    block_of(place)->size = (size_of(b) - before) | USED;
    b->size = before | (b->size & FLAGS);
    give(b);
    p = place;
  }
  if (p) in_use -= size_of(block_of(p)), use(block_of(p), size_of(block_of(p)), bytes);
  __malloc_unlock(r);
  return p;
}

size_t _malloc_usable_size_r(struct _reent *r, void *p) {
  (void)r;
  return p ? size_of(block_of(p)) - HEADER : 0;
}

struct mallinfo _mallinfo_r(struct _reent *r) {
  struct mallinfo all = {0};
  __malloc_lock(r);
  all.arena = from_system;
  all.uordblks = in_use;
  all.fordblks = from_system - in_use;
  __malloc_unlock(r);
  return all;
}

void *malloc(size_t size) { return _malloc_r(_REENT, size); }
void free(void *p) { _free_r(_REENT, p); }
void *realloc(void *old, size_t size) { return _realloc_r(_REENT, old, size); }
void *calloc(size_t count, size_t size) { return _calloc_r(_REENT, count, size); }
void *memalign(size_t align, size_t size) { return _memalign_r(_REENT, align, size); }
size_t malloc_usable_size(void *p) { return _malloc_usable_size_r(_REENT, p); }
struct mallinfo mallinfo(void) {
  return _mallinfo_r(_REENT);
}

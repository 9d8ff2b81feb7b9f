/* Blocks, and files made of them.
 *
 * A file's table has the numbers of its blocks; when it is full it moves into a block of numbers, and the table has the
 * numbers of such blocks: it is one higher. A number of 0 is a hole, which reads as zeros. What lies in the last block
 * behind the end of the file is always zero, so that a file that grows shows nothing old. */
#include "mem.h"
#include "tmpfs.h"

enum { NUMBERS = TMPFS_BLOCK / 2, NUMBERS_SHIFT = 7 };

_Static_assert(sizeof(struct tmpfs_node) <= TMPFS_BLOCK, "a node is a block");
_Static_assert((int)TMPFS_TABLE <= (int)NUMBERS && 1 << NUMBERS_SHIFT == NUMBERS,
               "a table moves into a block");

/* ---- blocks ---- */

static uint32_t per_chunk(const struct tmpfs *t) { return t->chunk_size / TMPFS_BLOCK; }

void *tmpfs_block(const struct tmpfs *t, uint16_t block) {
  uint32_t i = block - 1u;

  return t->chunk[i / per_chunk(t)].memory + i % per_chunk(t) * TMPFS_BLOCK;
}

/* A free block holds the number of the next one. */
static uint16_t *link_of(const struct tmpfs *t, uint16_t block) { return tmpfs_block(t, block); }

static bool take_chunk(struct tmpfs *t, uint32_t i) {
  struct tmpfs_chunk *c = &t->chunk[i];
  uint32_t first = i * per_chunk(t) + 1, n = per_chunk(t);

  c->memory = t->take(t->chunk_size);
  if (!c->memory) return false;
  for (uint32_t k = 0; k < n; k++)
    *link_of(t, (uint16_t)(first + k)) = (uint16_t)(k + 1 < n ? first + k + 1 : 0);
  c->free = (uint16_t)first;
  c->used = 0;
  return true;
}

/* One that has room, else a new one. */
static struct tmpfs_chunk *chunk_with_room(struct tmpfs *t) {
  for (uint32_t i = 0; i < t->chunk_count; i++)
    if (t->chunk[i].memory && t->chunk[i].free) return &t->chunk[i];
  for (uint32_t i = 0; i < t->chunk_count; i++)
    if (!t->chunk[i].memory) return take_chunk(t, i) ? &t->chunk[i] : NULL;
  return NULL;
}

uint16_t tmpfs_take(struct tmpfs *t) {
  struct tmpfs_chunk *c = chunk_with_room(t);
  uint16_t block;

  if (!c) return 0;
  block = c->free;
  c->free = *link_of(t, block);
  c->used++;
  t->used++;
  memset(tmpfs_block(t, block), 0, TMPFS_BLOCK);
  return block;
}

void tmpfs_free(struct tmpfs *t, uint16_t block) {
  struct tmpfs_chunk *c = &t->chunk[(block - 1u) / per_chunk(t)];

  *link_of(t, block) = c->free;
  c->free = block;
  t->used--;
  if (--c->used) return;
  t->give(c->memory);
  c->memory = NULL;
}

/* ---- files ---- */

/* Blocks of bytes that one number of a table of this height stands for. */
static uint32_t span(unsigned height) { return 1u << (height * NUMBERS_SHIFT); }

static bool is_empty(const uint16_t *table, unsigned n) {
  while (n && !*table) table++, n--;
  return !n;
}

/* One higher. */
static bool raise(struct tmpfs *t, struct tmpfs_node *node) {
  uint16_t block;

  if (!is_empty(node->table, TMPFS_TABLE)) {
    block = tmpfs_take(t);
    if (!block) return false;
    memcpy(tmpfs_block(t, block), node->table, sizeof node->table);
    memset(node->table, 0, sizeof node->table);
    node->table[0] = block;
  }
  node->height++;
  return true;
}

/* Where the number of the k-th block is, in the table or the block of numbers on the last level; NULL: a hole, and
 * nothing is to be made, or there is no space. */
static uint16_t *find(struct tmpfs *t, struct tmpfs_node *node, uint32_t k, bool make) {
  uint16_t *slot;
  unsigned height;

  while (k >= TMPFS_TABLE * span(node->height))
    if (!make || !raise(t, node)) return NULL;
  height = node->height;
  slot = &node->table[k / span(height)];
  while (height) {
    if (!*slot && make) *slot = tmpfs_take(t);
    if (!*slot) return NULL;
    k %= span(height--);
    slot = (uint16_t *)tmpfs_block(t, *slot) + k / span(height);
  }
  if (!*slot && make) *slot = tmpfs_take(t);
  return *slot ? slot : NULL;
}

static uint32_t lesser(uint32_t a, uint32_t b) { return a < b ? a : b; }

long tmpfs_read(const struct tmpfs *t, const struct tmpfs_node *node, uint32_t at, uint8_t *to, uint32_t n) {
  uint32_t done = 0;

  n = at < node->size ? lesser(n, node->size - at) : 0;
  while (done < n) {
    uint32_t offset = at % TMPFS_BLOCK, piece = lesser(n - done, TMPFS_BLOCK - offset);
    const uint16_t *block =
        find((struct tmpfs *)(uintptr_t)t, (struct tmpfs_node *)(uintptr_t)node, at / TMPFS_BLOCK, false);

    if (block) memcpy(to + done, (uint8_t *)tmpfs_block(t, *block) + offset, piece);
    else memset(to + done, 0, piece);
    done += piece;
    at += piece;
  }
  return (long)n;
}

long tmpfs_write(struct tmpfs *t, struct tmpfs_node *node, uint32_t at, const uint8_t *from, uint32_t n) {
  uint32_t done = 0;

  if (at >= INT32_MAX) return -EFBIG;
  n = lesser(n, INT32_MAX - at);
  while (done < n) {
    uint32_t offset = at % TMPFS_BLOCK, piece = lesser(n - done, TMPFS_BLOCK - offset);
    const uint16_t *block = find(t, node, at / TMPFS_BLOCK, true);

    if (!block) {
      tmpfs_resize(t, node, node->size); /* blocks of numbers that were taken for nothing */
      return done ? (long)done : -ENOSPC;
    }
    memcpy((uint8_t *)tmpfs_block(t, *block) + offset, from + done, piece);
    done += piece;
    at += piece;
    if (node->size < at) node->size = at;
  }
  return (long)n;
}

/* Frees all blocks of a table, or of a block of numbers, but the first `kept` blocks of bytes. */
static void cut(struct tmpfs *t, uint16_t *table, uint32_t n, unsigned height, uint32_t kept) {
  uint32_t each = span(height);

  for (uint32_t i = kept / each; i < n; i++) {
    uint32_t rest = i == kept / each ? kept % each : 0;

    if (!table[i]) continue;
    if (height) cut(t, tmpfs_block(t, table[i]), NUMBERS, height - 1, rest);
    if (rest) continue;
    tmpfs_free(t, table[i]);
    table[i] = 0;
  }
}

void tmpfs_resize(struct tmpfs *t, struct tmpfs_node *node, uint32_t size) {
  const uint16_t *last;

  cut(t, node->table, TMPFS_TABLE, node->height, (size + TMPFS_BLOCK - 1) / TMPFS_BLOCK);
  last = size < node->size && size % TMPFS_BLOCK ? find(t, node, size / TMPFS_BLOCK, false) : NULL;
  if (last)
    memset((uint8_t *)tmpfs_block(t, *last) + size % TMPFS_BLOCK, 0, TMPFS_BLOCK - size % TMPFS_BLOCK);
  if (!size) node->height = 0;
  node->size = size;
}

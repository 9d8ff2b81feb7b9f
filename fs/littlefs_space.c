/* littlefs's device, and how much space there is.
 *
 * littlefs writes into free blocks and finds which are by looking at everything. So what is known here is a lower bound:
 * counted, then one less for every block that is erased, counted again only when it is too low for what is wanted.
 *
 * A write changes nothing that is committed. It takes blocks from where it begins to where it ends, at once, and for what is
 * behind it in the file, when that is copied later: that is the file's promise. What comes to more than there is, is not
 * begun, so littlefs itself never runs out in the middle. */
#include "littlefs_node.h"
#include "mem.h"

/* ---- the device ---- */

static struct littlefs *of(const struct lfs_config *c) { return c->context; }

static int device_read(const struct lfs_config *c, lfs_block_t block, lfs_off_t at, void *buf, lfs_size_t n) {
  const struct block *d = of(c)->device;

  if (!littlefs_steps--) littlefs_escape();
  return d->ops->read(d->dev, block, at, buf, n) ? LFS_ERR_IO : 0;
}

/* -EIO: littlefs takes another block. */
static int outcome(int error) { return error == -EIO ? LFS_ERR_CORRUPT : error ? LFS_ERR_IO : 0; }

static int device_prog(const struct lfs_config *c, lfs_block_t block, lfs_off_t at, const void *buf,
                       lfs_size_t n) {
  const struct block *d = of(c)->device;

  return outcome(d->ops->prog(d->dev, block, at, buf, n));
}

static int device_erase(const struct lfs_config *c, lfs_block_t block) {
  const struct block *d = of(c)->device;

  if (of(c)->free) of(c)->free--;
  return outcome(d->ops->erase(d->dev, block));
}

static int device_sync(const struct lfs_config *c) {
  const struct block *d = of(c)->device;

  return d->ops->sync(d->dev) ? LFS_ERR_IO : 0;
}

static bool fits(const struct block *d) {
  uint32_t cache = PITH_DATA_CACHE;

  return d->read_size && d->prog_size && cache % d->read_size == 0 && cache % d->prog_size == 0 &&
         d->block_size % cache == 0 && d->block_size >= 128 && d->block_count >= 2 &&
         d->block_count <= PITH_DATA_BLOCKS;
}

enum { METADATA_MAX = 4096, WEAR_BLOCKS = 16 };

int littlefs_setup(struct littlefs *l) {
  const struct block *d = l->device;
  uint32_t quota = PITH_DATA_QUOTA / (d->block_size ? d->block_size : 1), bytes;

  if (!fits(d)) return -EINVAL;
  l->config = (struct lfs_config){
      .context = l,
      .read = device_read,
      .prog = device_prog,
      .erase = device_erase,
      .sync = device_sync,
      .read_size = d->read_size,
      .prog_size = d->prog_size,
      .block_size = d->block_size,
      .block_count = d->block_count,
      .block_cycles =
          d->block_count < WEAR_BLOCKS ? -1 : PITH_DATA_CYCLES, /* few blocks: nothing to level with */
      .cache_size = PITH_DATA_CACHE,
      .lookahead_size = sizeof l->lookahead,
      .read_buffer = l->read_cache,
      .prog_buffer = l->prog_cache,
      .lookahead_buffer = l->lookahead,
      /* Reading a directory takes longer the longer its log is. */
      .metadata_max = d->block_size > METADATA_MAX && d->block_size % METADATA_MAX == 0 ? METADATA_MAX : 0,
  };
  l->blocks = quota && quota < d->block_count ? quota : d->block_count;
  l->reserve = PITH_DATA_RESERVE < l->blocks / 16 ? PITH_DATA_RESERVE : l->blocks / 16;
  bytes = d->block_size * d->block_count;
  l->steps = 65536 + 4 * (bytes > UINT32_MAX / 8 ? UINT32_MAX / 8 : bytes);
  return 0;
}

/* ---- blank devices ---- */

/* A new file system is a few words at the start of two blocks. One that was cut while it was made is not a loss. */
enum { NEW_BLOCKS = 2, NEW_BYTES = 256 };

static int is_erased(struct littlefs *l, uint32_t block, uint32_t from) {
  const struct block *d = l->device;

  for (uint32_t at = from; at < d->block_size; at += sizeof l->read_cache) {
    if (d->ops->read(d->dev, block, at, l->read_cache, sizeof l->read_cache)) return -EIO;
    for (size_t i = 0; i < sizeof l->read_cache / 4; i++)
      if (l->read_cache[i] != UINT32_MAX) return 0;
  }
  return 1;
}

int littlefs_is_blank(struct littlefs *l) {
  uint32_t start = NEW_BYTES > PITH_DATA_CACHE ? NEW_BYTES : PITH_DATA_CACHE;
  int blank = 1;

  for (uint32_t block = 0; blank == 1 && block < l->device->block_count; block++)
    blank = is_erased(l, block, block < NEW_BLOCKS ? start : 0);
  return blank;
}

/* ---- free blocks ---- */

static int mark(void *fs, lfs_block_t block) {
  struct littlefs *l = fs;

  if (block < l->device->block_count) l->used[block / 8] |= (uint8_t)(1u << block % 8);
  return 0;
}

int littlefs_count(struct littlefs *l) {
  uint32_t used = 0;
  int error;

  memset(l->used, 0, sizeof l->used);
  error = lfs_fs_traverse(&l->lfs, mark, l);
  if (error) return error;
  for (uint32_t block = 0; block < l->device->block_count; block++)
    used += l->used[block / 8] >> block % 8 & 1;
  l->free = used < l->blocks ? l->blocks - used : 0;
  return 0;
}

/* Which block of a file its byte `at` is in: each block but the first begins with pointers, of 4 bytes, to others: one more
 * than its number has zeros at its end. */
static uint32_t index_of(uint32_t block_size, uint32_t at) {
  uint32_t room = block_size - 8, i = at / room;

  return i ? (at - 4 * ((uint32_t)__builtin_popcount(i - 1) + 2)) / room : 0;
}

static bool is_writing(const struct node *n) {
  return n->kind == NODE_FILE && n->file.flags & LFS_F_WRITING && !(n->file.flags & LFS_F_INLINE);
}

static uint32_t promise(const struct littlefs *l, const struct node *n) {
  uint32_t size = l->device->block_size;

  if (!is_writing(n) || !n->file.pos || n->file.pos >= n->file.ctz.size) return 0;
  return index_of(size, n->file.ctz.size - 1) - index_of(size, n->file.pos - 1);
}

static bool has_counted_room(const struct littlefs *l, uint32_t n, const struct node *but) {
  for (int i = 0; i < PITH_DATA_FILES; i++)
    if (&l->node[i] != but) n += promise(l, &l->node[i]);
  return l->free >= n + l->reserve;
}

static bool has_room(struct littlefs *l, uint32_t n, const struct node *but) {
  return has_counted_room(l, n, but) || (!littlefs_count(l) && has_counted_room(l, n, but));
}

bool littlefs_has_room(struct littlefs *l, uint32_t n) { return has_room(l, n, NULL); }

static bool goes_on(const struct node *n, uint32_t from) {
  return is_writing(n) && n->file.pos == from && from;
}

/* Blocks that n bytes at `at` take, n at least 1, and what is behind them; the file is `size` long. */
static uint32_t blocks_for(const struct littlefs *l, const struct node *node, uint32_t size, uint32_t at,
                           uint32_t n) {
  uint32_t block = l->device->block_size, end = at + n, from = at < size ? at : size,
           all = end > size ? end : size;
  uint32_t last = index_of(block, all - 1);

  if (node->file.flags & LFS_F_INLINE) return all <= l->lfs.inline_max ? 0 : last + 1;
  return goes_on(node, from) ? last - index_of(block, from - 1) : last - index_of(block, from) + 1;
}

/* HAZARD: what is written elsewhere than where the last write ended makes littlefs copy what is behind that first: the
 * file's promise is due besides. */
size_t littlefs_room_at(struct littlefs *l, struct node *node, uint32_t at, size_t n) {
  uint32_t size = (uint32_t)lfs_file_size(&l->lfs, &node->file);
  const struct node *but = goes_on(node, at < size ? at : size) ? node : NULL;
  size_t low = 0, high = n;

  if (has_room(l, blocks_for(l, node, size, at, (uint32_t)n), but)) return n;
  while (low + 1 < high) {
    size_t middle = low + (high - low) / 2;

    if (has_counted_room(l, blocks_for(l, node, size, at, (uint32_t)middle), but)) low = middle;
    else high = middle;
  }
  return low;
}

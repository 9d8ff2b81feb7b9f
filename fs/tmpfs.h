/* Files in RAM. Everything is made of blocks of 256 bytes, a file of one more than its bytes take (for its name and
 * where they are); blocks are cut from chunks, which are taken when needed and given back when empty. An empty file
 * system has no chunk. What was written is kept in the order of calls: nothing is to be synced, and nothing survives
 * the system. */
#ifndef PITH_TMPFS_H
#define PITH_TMPFS_H
#include "vfs.h"

enum {
  TMPFS_BLOCK = 256,
  TMPFS_CHUNKS = 64, /* at most */
  TMPFS_TABLE = (TMPFS_BLOCK - 24 - PITH_NAME_MAX - 1) / 2,
};

/* A file or a directory, a block. Blocks have numbers from 1 on; 0 is none, as a node the root. */
struct tmpfs_node {
  uint16_t parent, next; /* next: in its bucket of the directory, by ascending numbers */
  uint16_t opens;
  uint8_t gone;   /* it has no name any more: it goes with its last open file */
  uint8_t height; /* of a file: blocks between the table and the bytes, on the way */
  uint32_t mode;  /* PITH_S_IF */
  uint32_t size;  /* bytes; of a directory: entries */
  int64_t mtime;
  char name[PITH_NAME_MAX + 1];
  uint16_t table[TMPFS_TABLE]; /* of a file: blocks; of a directory: the first nodes of its buckets */
};

struct tmpfs_chunk {
  uint8_t *memory; /* NULL: not taken */
  uint16_t free;   /* its first free block; 0: none */
  uint16_t used;   /* blocks */
};

_Static_assert(offsetof(struct tmpfs_node, table) % sizeof(void *) == 0, "a FIFO has a pointer there");

/* What a file system is made with; the rest is its own. */
struct tmpfs {
  struct mount mount;               /* point, source; the rest is filled in */
  uint32_t chunk_size, chunk_count; /* bytes, a power of two; both together are the quota */
  void *(*take)(uint32_t size); /* memory for a chunk, 8-aligned, or NULL: then there is no space. Thread */
  void (*give)(void *memory);
  struct tmpfs_node root;
  uint32_t used, files; /* blocks; nodes */
  struct tmpfs_chunk chunk[TMPFS_CHUNKS];
};

/* Mounts it. 0, or as vfs_mount(). Thread. */
int tmpfs_mount(struct tmpfs *t);

/* ---- fs/tmpfs_data.c, under the lock of the tree ---- */

/* A block of zeros; 0: none is left. */
uint16_t tmpfs_take(struct tmpfs *t);
void tmpfs_free(struct tmpfs *t, uint16_t block);
void *tmpfs_block(const struct tmpfs *t, uint16_t block);
/* At any place up to INT32_MAX: bytes, or -ENOSPC, -EFBIG if none could be written. */
long tmpfs_write(struct tmpfs *t, struct tmpfs_node *node, uint32_t at, const uint8_t *from, uint32_t n);
long tmpfs_read(const struct tmpfs *t, const struct tmpfs_node *node, uint32_t at, uint8_t *to, uint32_t n);
/* Shorter or longer; what is new reads as zeros and takes no space. */
void tmpfs_resize(struct tmpfs *t, struct tmpfs_node *node, uint32_t size);
#endif

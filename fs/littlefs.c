/* The way into littlefs and out, the nodes of what is open, mounting: see littlefs.h.
 *
 * Files are known by their paths, of which each has one: a node for each that is open, whose littlefs file is always open
 * for reading and writing. A struct file has the position; littlefs's own is set before each use. */
#include "littlefs_node.h"
#include "mem.h"

enum { BLOCK = 1024 /* what a stream buffers */, NAMED_INO = 256 };

static struct littlefs fs;
static struct littlefs *running;
uint32_t littlefs_steps;

/* ---- into littlefs, and out ---- */

void littlefs_escape(void) {
  running->damaged = true;
  __builtin_longjmp(running->escape, 1);
}

__attribute__((noinline)) long littlefs_run(struct littlefs *l,
                                            long (*fn)(struct littlefs *l, struct call *c), struct call *c) {
  if (l->damaged) return -EIO;
  running = l;
  littlefs_steps = l->steps;
  if (__builtin_setjmp(running->escape)) return -EIO;
  return littlefs_error(fn(l, c));
}

/* littlefs's numbers; those that are the same in every errno.h are not here. */
long littlefs_error(long error) {
  switch (error) {
  case LFS_ERR_CORRUPT: return -EIO;
  case LFS_ERR_NOTEMPTY: return -ENOTEMPTY;
  case LFS_ERR_NAMETOOLONG: return -ENAMETOOLONG;
  case LFS_ERR_NOATTR: return -ENOENT;
  default: return error;
  }
}

/* ---- nodes ---- */

struct node *littlefs_find(struct littlefs *l, const char *path) {
  for (int i = 0; i < PITH_DATA_FILES; i++) {
    struct node *n = &l->node[i];

    if ((n->kind == NODE_FILE || n->kind == NODE_BROKEN) && !n->gone && !strcmp(n->path, path)) return n;
  }
  return NULL;
}

struct node *littlefs_new_node(struct littlefs *l, const char *path) {
  for (int i = 0; i < PITH_DATA_FILES; i++) {
    struct node *n = &l->node[i];

    if (n->kind != NODE_FREE) continue;
    memset(n, 0, sizeof *n);
    memcpy(n->path, path, strlen(path) + 1);
    n->attribute = (struct lfs_attr){MTIME, &n->mtime, sizeof n->mtime};
    n->config = (struct lfs_file_config){.buffer = n->cache, .attrs = &n->attribute, .attr_count = 1};
    return n;
  }
  return NULL;
}

/* littlefs marks what it opens with attributes as changed; it is only if it is new. */
int littlefs_open_node(struct littlefs *l, struct node *n, int flags) {
  int error = lfs_file_opencfg(&l->lfs, &n->file, n->path, LFS_O_RDWR | flags, &n->config);

  n->kind = error ? NODE_BROKEN : NODE_FILE;
  if (!error && !(flags & LFS_O_CREAT)) n->file.flags &= ~(uint32_t)LFS_F_DIRTY;
  return error;
}

/* Closes the littlefs file without a commit. */
void littlefs_drop(struct littlefs *l, struct node *n) {
  n->file.flags |= LFS_F_ERRED;
  lfs_file_close(&l->lfs, &n->file);
  n->kind = NODE_BROKEN;
}

int littlefs_reopen(struct littlefs *l, struct node *n) {
  littlefs_drop(l, n);
  return littlefs_open_node(l, n, 0);
}

/* A write has littlefs_failed: littlefs can go on only from what was committed. */
long littlefs_failed(struct littlefs *l, struct node *n, long error) {
  n->lost = true;
  if (n->gone) littlefs_drop(l, n);
  else littlefs_reopen(l, n);
  return error;
}

int littlefs_told_loss(struct node *n) {
  bool lost = n->lost;

  n->lost = false;
  return lost ? LFS_ERR_IO : 0;
}

/* 16 bits, of the path: the same as long as the name is; those without a name have small ones. */
static uint32_t fold(uint32_t h) {
  h = (h ^ h >> 16) & 0xFFFF;
  return h < NAMED_INO ? h + NAMED_INO : h;
}

uint32_t littlefs_ino(const char *path, const char *name) {
  uint32_t h = fs_hash(FS_HASH, path);

  if (name) h = fs_hash(fs_hash(h, "/"), name);
  return *path || name ? fold(h) : 1;
}

void littlefs_fill(struct pith_stat *st, bool directory, uint32_t size, int64_t mtime, uint32_t ino,
                   bool gone) {
  *st = (struct pith_stat){.mode = directory ? PITH_S_IFDIR | 0777 : PITH_S_IFREG | 0777,
                           .size = size,
                           .ino = ino,
                           .links = !gone,
                           .block = BLOCK,
                           .mtime = mtime};
}

void littlefs_stat_node(struct littlefs *l, struct node *n, struct pith_stat *st) {
  uint32_t number = 2 + (uint32_t)(n - l->node), size = 0;

  if (n->kind == NODE_FILE) size = (uint32_t)lfs_file_size(&l->lfs, &n->file);
  littlefs_fill(st, n->kind == NODE_DIRECTORY, size, n->mtime, n->gone ? number : littlefs_ino(n->path, NULL),
                n->gone);
}

/* ---- mounting ---- */

static long mount_image(struct littlefs *l) {
  int error = lfs_mount(&l->lfs, &l->config);

  if (error) return error;
  if (l->lfs.root[0] == UINT32_MAX) return LFS_ERR_CORRUPT; /* a directory, but no superblock */
  error = lfs_fs_mkconsistent(&l->lfs);                     /* what was cut is finished or undone */
  return error ? error : littlefs_count(l);
}

static long call_mount(struct littlefs *l, struct call *c) {
  long error = c->n ? LFS_ERR_CORRUPT : mount_image(l);
  int blank;

  if (!error) return 0;
  *c->why = error == LFS_ERR_INVAL ? "it holds an image of another size or version"
                                   : "what it holds cannot be read";
  blank = c->n ? 1 : error == LFS_ERR_INVAL ? 0 : littlefs_is_blank(l);
  if (blank < 1) return blank ? blank : error;
  *c->why = "it cannot be formatted";
  error = lfs_format(&l->lfs, &l->config);
  return error ? error : mount_image(l);
}

int littlefs_mount(const struct block *device, const char *source, bool format, const char **why) {
  struct littlefs *l = &fs;
  long error;

  memset(l, 0, sizeof *l);
  l->device = device;
  *why = "its blocks are not of a size or number that can be";
  if (littlefs_setup(l)) return -EINVAL;
  *why = "what it holds is damaged";
  error = littlefs_run(l, call_mount, &(struct call){.n = format, .why = why});
  if (error) return (int)error;
  l->mount = (struct mount){.point = "/data", .source = source, .ops = &littlefs_ops, .data = l};
  *why = "there is one already";
  return vfs_mount(&l->mount);
}

void littlefs_forget(void) { memset(&fs, 0, sizeof fs); }

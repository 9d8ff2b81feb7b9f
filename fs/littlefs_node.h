/* What littlefs's parts here share. */
#ifndef PITH_LITTLEFS_NODE_H
#define PITH_LITTLEFS_NODE_H
#include "fs.h"
#include "littlefs.h"
#include "littlefs_config.h"
#include <lfs.h>

enum { MTIME = 't' }; /* the attribute: microseconds since 1970, 64 bits, little-endian */

/* A file that is open, once or more; or one opening of a directory. */
struct node {
  uint8_t kind; /* NODE_ */
  bool gone;    /* it has no name any more */
  bool lost;    /* what was written has been lost by an error that fsync() or close() have to tell */
  uint16_t opens;
  uint32_t told; /* of a directory: where its reader is */
  int64_t mtime;
  struct lfs_attr attribute;
  struct lfs_file_config config;
  union {
    lfs_file_t file;
    lfs_dir_t directory;
  };
  char path[PITH_PATH_MAX]; /* within the file system */
  uint8_t cache[PITH_DATA_CACHE];
};
enum { NODE_FREE, NODE_FILE, NODE_DIRECTORY, NODE_BROKEN /* could not be opened again */ };

struct littlefs {
  struct mount mount;
  const struct block *device;
  bool damaged;     /* littlefs's state is not to be trusted: no call any more */
  uint32_t blocks;  /* that may be used: the device's or the quota's */
  uint32_t reserve; /* of them, for deleting and for directories */
  uint32_t free;    /* of them, at least */
  uint32_t steps;   /* a call may make */
  void *escape[5];
  lfs_t lfs;
  struct lfs_config config;
  struct node node[PITH_DATA_FILES];
  struct lfs_info info; /* of the call under way: too large for a stack */
  uint32_t read_cache[PITH_DATA_CACHE / 4], prog_cache[PITH_DATA_CACHE / 4];
  uint8_t lookahead[PITH_DATA_BLOCKS / 8], used[PITH_DATA_BLOCKS / 8];
};

/* Arguments of a call that goes into littlefs. */
struct call {
  struct file *f;
  const char *path, *to;
  uint32_t flags;
  void *buf;
  const void *from;
  size_t n;
  struct pith_stat *st;
  struct pith_dirent *entry;
  struct pith_mount *usage;
  const char **why;
};

/* Runs fn(l, c), which may call littlefs: the one way in. -EIO if it had to be left by an escape, now or before. */
long littlefs_run(struct littlefs *l, long (*fn)(struct littlefs *l, struct call *c), struct call *c);
/* littlefs's error as a negative errno; what is not negative stays. */
long littlefs_error(long error);
/* "/" for "". */
static inline const char *littlefs_path(const char *path) { return *path ? path : "/"; }

/* ---- nodes: fs/littlefs.c ---- */

/* The node of a file by its path; NULL: it is not open. */
struct node *littlefs_find(struct littlefs *l, const char *path);
/* A free one, with that path, of no kind yet; NULL: there is none. */
struct node *littlefs_new_node(struct littlefs *l, const char *path);
/* Opens its littlefs file; flags: LFS_O_CREAT or 0. littlefs's error, then it is NODE_BROKEN. */
int littlefs_open_node(struct littlefs *l, struct node *n, int flags);
/* Closes its littlefs file without a commit: NODE_BROKEN. */
void littlefs_drop(struct littlefs *l, struct node *n);
/* The same, and opens it by its path. */
int littlefs_reopen(struct littlefs *l, struct node *n);
/* A write has failed with that error, which it returns: goes back to what was committed. */
long littlefs_failed(struct littlefs *l, struct node *n, long error);
/* LFS_ERR_IO, once, if what was written has been lost. */
int littlefs_told_loss(struct node *n);
void littlefs_fill(struct pith_stat *st, bool directory, uint32_t size, int64_t mtime, uint32_t ino,
                   bool gone);
void littlefs_stat_node(struct littlefs *l, struct node *n, struct pith_stat *st);
/* 16 bits that stand for a path, or for a name in it (NULL: none). */
uint32_t littlefs_ino(const char *path, const char *name);

/* ---- fs/littlefs_file.c and fs/littlefs_path.c ---- */

long littlefs_set_size(struct littlefs *l, struct node *n, uint32_t size);
long littlefs_call_sync(struct littlefs *l, struct call *c);
int littlefs_close(struct file *f);
extern const struct file_ops littlefs_file_ops, littlefs_directory_ops;
extern const struct fs_ops littlefs_ops;

/* ---- fs/littlefs_space.c ---- */

/* Counts the blocks that are free: O(everything). Negative: littlefs's error. */
int littlefs_count(struct littlefs *l);
/* Are there n more blocks than the reserve and what open files have been promised? Counts if it has to. */
bool littlefs_has_room(struct littlefs *l, uint32_t n);
/* Of n bytes that are to be written to a file at `at`, those that there is room for. */
size_t littlefs_room_at(struct littlefs *l, struct node *node, uint32_t at, size_t n);
/* Is the device as it comes, or as a first formatting that was cut left it? 1, 0, or negative errno. */
int littlefs_is_blank(struct littlefs *l);
/* The callbacks and sizes for a device. 0, -EINVAL. */
int littlefs_setup(struct littlefs *l);
#endif

/* Names and directories of a file system in RAM: see tmpfs.h.
 *
 * A directory is a hash table of nodes, each of which has its name in it: there are no links, so there is one. A bucket
 * is in the order of the nodes' numbers, which do not change: who reads a directory while entries come and go sees each
 * that stays exactly once.
 *
 * An open file, or directory, that is unlinked is a node without a name until it is closed. */
#include "tmpfs.h"
#include "fs.h"
#include "mem.h"
#include "pipe.h"

enum { ROOT = 0, BLOCK = 1024 /* what a stream buffers */ };

static struct tmpfs *of(const struct mount *m) { return m->data; }

static struct tmpfs_node *node_at(struct tmpfs *t, uint16_t number) {
  return number == ROOT ? &t->root : tmpfs_block(t, number);
}

static bool is_directory(const struct tmpfs_node *n) { return n->mode == PITH_S_IFDIR; }
static bool is_fifo(const struct tmpfs_node *n) { return n->mode == PITH_S_IFIFO; }

/* ---- directories ---- */

static unsigned bucket_of(const char *name, size_t length) {
  uint32_t hash = 2166136261u;

  while (length--) hash = (hash ^ (uint8_t)*name++) * 16777619u;
  return (hash >> 8) % TMPFS_TABLE;
}

/* Where a path leads: its last name, the directory it is in, and the node, if there is one. */
struct place {
  uint16_t directory, number;
  bool exists;
  const char *name;
  size_t length;
};

static bool find_in(struct tmpfs *t, struct place *p) {
  p->number = node_at(t, p->directory)->table[bucket_of(p->name, p->length)];
  while (p->number && !fs_same(p->name, p->length, node_at(t, p->number)->name))
    p->number = node_at(t, p->number)->next;
  return p->exists = p->number != 0;
}

/* 0: the node exists or only its last name is missing. Else -ENOENT, -ENOTDIR. */
static int walk(struct tmpfs *t, const char *path, struct place *p) {
  const char *name;
  size_t length;

  *p = (struct place){.directory = ROOT, .number = ROOT, .exists = true, .name = ""};
  while ((name = fs_name(&path, &length))) {
    if (!p->exists) return -ENOENT;
    if (!is_directory(node_at(t, p->number))) return -ENOTDIR;
    p->directory = p->number;
    p->name = name;
    p->length = length;
    find_in(t, p);
  }
  return 0;
}

static int walk_to(struct tmpfs *t, const char *path, struct place *p) {
  int error = walk(t, path, p);

  return error ? error : p->exists ? 0 : -ENOENT;
}

/* The node, which has no name, gets that of p. */
static void link_node(struct tmpfs *t, const struct place *p, uint16_t number) {
  struct tmpfs_node *directory = node_at(t, p->directory), *n = node_at(t, number);
  uint16_t *link = &directory->table[bucket_of(p->name, p->length)];

  memset(n->name, 0, sizeof n->name);
  memcpy(n->name, p->name, p->length);
  while (*link && *link < number) link = &node_at(t, *link)->next;
  n->parent = p->directory;
  n->next = *link;
  *link = number;
  directory->size++;
  directory->mtime = vfs_time();
}

static void unlink_node(struct tmpfs *t, uint16_t number) {
  struct tmpfs_node *n = node_at(t, number), *directory = node_at(t, n->parent);
  uint16_t *link = &directory->table[bucket_of(n->name, strlen(n->name))];

  while (*link != number) link = &node_at(t, *link)->next;
  *link = n->next;
  directory->size--;
  directory->mtime = vfs_time();
}

static void free_node(struct tmpfs *t, uint16_t number) {
  if (!is_directory(node_at(t, number))) tmpfs_resize(t, node_at(t, number), 0);
  tmpfs_free(t, number);
  t->files--;
}

/* Its name goes, and itself when nobody has it open. */
static void remove_node(struct tmpfs *t, uint16_t number) {
  struct tmpfs_node *n = node_at(t, number);

  unlink_node(t, number);
  n->gone = 1;
  if (!n->opens) free_node(t, number);
}

static int make(struct tmpfs *t, struct place *p, uint32_t mode) {
  struct tmpfs_node *n;

  p->number = tmpfs_take(t);
  if (!p->number) return -ENOSPC;
  n = node_at(t, p->number);
  n->mode = mode;
  n->mtime = vfs_time();
  link_node(t, p, p->number);
  p->exists = true;
  t->files++;
  return 0;
}

/* ---- open files: node, data[0] its number ---- */

static struct tmpfs_node *node_of(const struct file *f) { return f->node; }

static long file_read(struct file *f, void *buf, size_t n) {
  long r = tmpfs_read(of(f->mount), node_of(f), f->pos, buf, (uint32_t)n);

  f->pos += (uint32_t)r;
  return r;
}

static long file_write(struct file *f, const void *buf, size_t n) {
  long r;

  if (f->flags & PITH_O_APPEND) f->pos = node_of(f)->size;
  r = tmpfs_write(of(f->mount), node_of(f), f->pos, buf, (uint32_t)n);
  if (r < 0) return r;
  f->pos += (uint32_t)r;
  node_of(f)->mtime = vfs_time();
  return r;
}

static long file_seek(struct file *f, int32_t offset, int whence) {
  return fs_seek(f, offset, whence, node_of(f)->size);
}

static void fill(struct pith_stat *st, const struct tmpfs_node *n, uint32_t number) {
  *st = (struct pith_stat){.mode = n->mode | 0777,
                           .size = is_directory(n) ? 0 : n->size,
                           .ino = number + 1,
                           .links = !n->gone,
                           .block = BLOCK,
                           .mtime = n->mtime};
}

static int file_stat(struct file *f, struct pith_stat *st) {
  fill(st, node_of(f), f->data[0]);
  return 0;
}

static int file_truncate(struct file *f, uint32_t size) {
  tmpfs_resize(of(f->mount), node_of(f), size);
  node_of(f)->mtime = vfs_time();
  return 0;
}

static int file_close(struct file *f) {
  struct tmpfs_node *n = node_of(f);

  if (!--n->opens && n->gone) free_node(of(f->mount), (uint16_t)f->data[0]);
  return 0;
}

/* Of a FIFO. Its table has the pipe in it, while there is one. */
static void fifo_closed(struct file *f, void *node) {
  struct tmpfs_node *n = node;

  if (!--n->opens && n->gone) free_node(of(f->mount), (uint16_t)f->data[0]);
}

static int open_fifo(struct tmpfs_node *n, uint32_t number, uint32_t flags, struct file *f) {
  int error;

  f->data[0] = number;
  error = fifo_open(f, flags, (struct pipe **)(void *)n->table, n, fifo_closed);
  if (!error) n->opens++;
  return error;
}

/* f->pos - 2: the bucket, and the number of the last entry told. */
static int directory_read(struct file *f, struct pith_dirent *d) {
  struct tmpfs *t = of(f->mount);
  uint32_t bucket = (f->pos - 2) >> 16, last = (f->pos - 2) & 0xFFFF;

  for (; bucket < TMPFS_TABLE; bucket++, last = 0) {
    uint16_t number = node_of(f)->table[bucket];

    while (number && number <= last) number = node_at(t, number)->next;
    if (!number) continue;
    f->pos = 2 + (bucket << 16 | number);
    fs_entry(d, number + 1u, node_at(t, number)->mode, node_at(t, number)->name,
             strlen(node_at(t, number)->name));
    return 1;
  }
  return 0;
}

static const struct file_ops file_ops = {.read = file_read,
                                         .write = file_write,
                                         .seek = file_seek,
                                         .stat = file_stat,
                                         .truncate = file_truncate,
                                         .close = file_close};
static const struct file_ops directory_ops = {.read = fs_is_directory,
                                              .seek = fs_seek_directory,
                                              .stat = file_stat,
                                              .readdir = directory_read,
                                              .close = file_close};

/* ---- the file system's calls ---- */

static int tmp_open(struct mount *m, const char *path, uint32_t flags, uint32_t mode, struct file *f) {
  struct tmpfs *t = of(m);
  struct tmpfs_node *n;
  struct place p;
  int error = walk(t, path, &p);

  (void)mode;
  if (error) return error;
  if (p.exists) error = fs_may_open(is_directory(node_at(t, p.number)), flags);
  else error = flags & PITH_O_CREAT ? make(t, &p, PITH_S_IFREG) : -ENOENT;
  if (error) return error;
  n = node_at(t, p.number);
  if (is_fifo(n)) return open_fifo(n, p.number, flags, f);
  f->node = n;
  f->data[0] = p.number;
  f->ops = is_directory(n) ? &directory_ops : &file_ops;
  n->opens++;
  if (flags & PITH_O_TRUNC && fs_writes(flags)) file_truncate(f, 0);
  return 0;
}

static int tmp_stat(struct mount *m, const char *path, struct pith_stat *st) {
  struct place p;
  int error = walk_to(of(m), path, &p);

  if (!error) fill(st, node_at(of(m), p.number), p.number);
  return error;
}

static int tmp_unlink(struct mount *m, const char *path) {
  struct tmpfs *t = of(m);
  struct place p;
  int error = walk_to(t, path, &p);

  if (!error && is_directory(node_at(t, p.number))) error = -EISDIR;
  if (!error) remove_node(t, p.number);
  return error;
}

static int may_remove_directory(const struct tmpfs_node *n) {
  if (!is_directory(n)) return -ENOTDIR;
  return n->size ? -ENOTEMPTY : 0;
}

static int tmp_rmdir(struct mount *m, const char *path) {
  struct tmpfs *t = of(m);
  struct place p;
  int error = walk_to(t, path, &p);

  if (!error) error = may_remove_directory(node_at(t, p.number));
  if (!error) remove_node(t, p.number);
  return error;
}

static int tmp_mkdir(struct mount *m, const char *path, uint32_t mode) {
  struct place p;
  int error = walk(of(m), path, &p);

  (void)mode;
  if (error) return error;
  return p.exists ? -EEXIST : make(of(m), &p, PITH_S_IFDIR);
}

static int tmp_mkfifo(struct mount *m, const char *path, uint32_t mode) {
  struct place p;
  int error = walk(of(m), path, &p);

  (void)mode;
  if (error) return error;
  return p.exists ? -EEXIST : make(of(m), &p, PITH_S_IFIFO);
}

static int tmp_utime(struct mount *m, const char *path, int64_t mtime) {
  struct place p;
  int error = walk_to(of(m), path, &p);

  if (!error) node_at(of(m), p.number)->mtime = mtime;
  return error;
}

/* Nothing is taken, so what may be done is done. The vfs has seen to it that `to` is not below `from`. */
static int tmp_rename(struct mount *m, const char *from, const char *to) {
  struct tmpfs *t = of(m);
  struct place a, b;
  int error = walk_to(t, from, &a);

  if (!error) error = walk(t, to, &b);
  if (error) return error;
  if (b.exists) {
    struct tmpfs_node *old = node_at(t, b.number);

    if (a.number == b.number) return 0;
    if (is_directory(node_at(t, a.number))) error = may_remove_directory(old);
    else error = is_directory(old) ? -EISDIR : 0;
    if (error) return error;
    remove_node(t, b.number);
  }
  unlink_node(t, a.number);
  link_node(t, &b, a.number);
  return 0;
}

static int tmp_usage(struct mount *m, struct pith_mount *u) {
  const struct tmpfs *t = of(m);

  u->total = t->chunk_count * (t->chunk_size / TMPFS_BLOCK);
  u->free = u->total - t->used;
  u->files = u->total;
  u->files_free = u->free;
  return 0;
}

static const struct fs_ops tmpfs_ops = {.name = "tmpfs",
                                        .open = tmp_open,
                                        .stat = tmp_stat,
                                        .unlink = tmp_unlink,
                                        .rename = tmp_rename,
                                        .mkdir = tmp_mkdir,
                                        .rmdir = tmp_rmdir,
                                        .mkfifo = tmp_mkfifo,
                                        .utime = tmp_utime,
                                        .usage = tmp_usage};

int tmpfs_mount(struct tmpfs *t) {
  t->mount.ops = &tmpfs_ops;
  t->mount.data = t;
  t->mount.flags = 0;
  t->root.mode = PITH_S_IFDIR;
  return vfs_mount(&t->mount);
}

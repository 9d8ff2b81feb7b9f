/* The calls of a file system, by littlefs: see littlefs.h.
 *
 * Files are known by their paths, of which each has one: a node for each that is open, whose littlefs file is always open
 * for reading and writing. A struct file has the position; littlefs's own is set before each use.
 *
 * A file that loses its name while it is open (unlink, or another is renamed over it) stays in littlefs's list of open
 * files, cut off from the image. HAZARD: its blocks belong to nobody else only as long as it is marked as changed, because
 * littlefs counts those of changed open files as used. So it is marked before it loses its name. After a power cut they
 * are free. A file that changes its name is committed and opened again by the new one. */
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

static struct littlefs *of(const struct mount *m) { return m->data; }
static struct littlefs *of_file(const struct file *f) { return f->mount->data; }
static struct node *node_of(const struct file *f) { return f->node; }

/* ---- nodes ---- */

static struct node *find_file(struct littlefs *l, const char *path) {
  for (int i = 0; i < PITH_DATA_FILES; i++) {
    struct node *n = &l->node[i];

    if ((n->kind == NODE_FILE || n->kind == NODE_BROKEN) && !n->gone && !strcmp(n->path, path)) return n;
  }
  return NULL;
}

static struct node *new_node(struct littlefs *l, const char *path) {
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
static int open_node(struct littlefs *l, struct node *n, int flags) {
  int error = lfs_file_opencfg(&l->lfs, &n->file, n->path, LFS_O_RDWR | flags, &n->config);

  n->kind = error ? NODE_BROKEN : NODE_FILE;
  if (!error && !(flags & LFS_O_CREAT)) n->file.flags &= ~(uint32_t)LFS_F_DIRTY;
  return error;
}

/* Closes the littlefs file without a commit. */
static void drop(struct littlefs *l, struct node *n) {
  n->file.flags |= LFS_F_ERRED;
  lfs_file_close(&l->lfs, &n->file);
  n->kind = NODE_BROKEN;
}

static int reopen(struct littlefs *l, struct node *n) {
  drop(l, n);
  return open_node(l, n, 0);
}

/* A write has failed: littlefs can go on only from what was committed. */
static long failed(struct littlefs *l, struct node *n, long error) {
  n->lost = true;
  if (n->gone) drop(l, n);
  else reopen(l, n);
  return error;
}

static int told_loss(struct node *n) {
  bool lost = n->lost;

  n->lost = false;
  return lost ? LFS_ERR_IO : 0;
}

/* 16 bits, of the path: the same as long as the name is; those without a name have small ones. */
static uint32_t hash(uint32_t h, const char *s) {
  for (; *s; s++) h = (h ^ (uint8_t)*s) * 16777619u;
  return h;
}

static uint32_t fold(uint32_t h) {
  h = (h ^ h >> 16) & 0xFFFF;
  return h < NAMED_INO ? h + NAMED_INO : h;
}

static uint32_t ino_of(const char *path) { return *path ? fold(hash(2166136261u, path)) : 1; }

static void fill(struct pith_stat *st, bool directory, uint32_t size, int64_t mtime, uint32_t ino,
                 bool gone) {
  *st = (struct pith_stat){.mode = directory ? PITH_S_IFDIR | 0777 : PITH_S_IFREG | 0666,
                           .size = size,
                           .ino = ino,
                           .links = !gone,
                           .block = BLOCK,
                           .mtime = mtime};
}

static void fill_node(struct littlefs *l, struct node *n, struct pith_stat *st) {
  uint32_t number = 2 + (uint32_t)(n - l->node), size = 0;

  if (n->kind == NODE_FILE) size = (uint32_t)lfs_file_size(&l->lfs, &n->file);
  fill(st, n->kind == NODE_DIRECTORY, size, n->mtime, n->gone ? number : ino_of(n->path), n->gone);
}

/* ---- files: each call_ runs within littlefs_run() ---- */

static long seek_to(struct littlefs *l, struct node *n, uint32_t at) {
  return n->kind == NODE_FILE ? lfs_file_seek(&l->lfs, &n->file, (lfs_soff_t)at, LFS_SEEK_SET) : LFS_ERR_IO;
}

static long call_read(struct littlefs *l, struct call *c) {
  long r = seek_to(l, node_of(c->f), c->f->pos);

  if (r >= 0) r = lfs_file_read(&l->lfs, &node_of(c->f)->file, c->buf, (lfs_size_t)c->n);
  if (r > 0) c->f->pos += (uint32_t)r;
  return r;
}

/* Zeros up to a place behind the end, in pieces. */
static long write_zeros(struct littlefs *l, struct node *n, uint32_t to) {
  static const uint8_t zeros[64];
  uint32_t at = (uint32_t)lfs_file_size(&l->lfs, &n->file);
  long r = at < to ? seek_to(l, n, at) : 0;

  while (r >= 0 && at < to) {
    uint32_t piece = to - at < sizeof zeros ? to - at : sizeof zeros;

    r = lfs_file_write(&l->lfs, &n->file, zeros, piece);
    at += piece;
  }
  return r < 0 ? r : 0;
}

static long call_write(struct littlefs *l, struct call *c) {
  struct file *f = c->f;
  struct node *n = node_of(f);
  long r;

  if (n->kind != NODE_FILE) return -EIO;
  if (f->flags & PITH_O_APPEND) f->pos = (uint32_t)lfs_file_size(&l->lfs, &n->file);
  if (f->pos >= INT32_MAX) return -EFBIG;
  if (c->n > INT32_MAX - f->pos) c->n = INT32_MAX - f->pos;
  c->n = littlefs_room_at(l, n, f->pos, c->n);
  if (!c->n) return -ENOSPC;
  r = write_zeros(l, n, f->pos);
  if (r >= 0) r = seek_to(l, n, f->pos);
  if (r >= 0) r = lfs_file_write(&l->lfs, &n->file, c->from, (lfs_size_t)c->n);
  if (r < 0) return failed(l, n, r);
  f->pos += (uint32_t)r;
  n->mtime = vfs_time();
  if (f->flags & PITH_O_SYNC && lfs_file_sync(&l->lfs, &n->file)) return failed(l, n, -EIO);
  return r;
}

static long set_size(struct littlefs *l, struct node *n, uint32_t size) {
  uint32_t now = (uint32_t)lfs_file_size(&l->lfs, &n->file);
  long r = 0;

  if (size > now) {
    if (littlefs_room_at(l, n, now, size - now) < size - now) return -ENOSPC;
    r = write_zeros(l, n, size);
  } else if (size < now) {
    if (!littlefs_has_room(l, 0) && size) return -ENOSPC; /* its last block will be a new one */
    r = lfs_file_truncate(&l->lfs, &n->file, size);
  }
  if (r < 0) return failed(l, n, r);
  n->mtime = vfs_time();
  n->file.flags |= LFS_F_DIRTY;
  return 0;
}

static long call_truncate(struct littlefs *l, struct call *c) {
  return node_of(c->f)->kind == NODE_FILE ? set_size(l, node_of(c->f), (uint32_t)c->n) : -EIO;
}

static long call_sync(struct littlefs *l, struct call *c) {
  struct node *n = node_of(c->f);
  int error = told_loss(n);

  if (n->kind != NODE_FILE) return n->kind == NODE_BROKEN ? -EIO : 0;
  if (lfs_file_sync(&l->lfs, &n->file)) return told_loss(n), failed(l, n, -EIO);
  return error;
}

static long call_stat_node(struct littlefs *l, struct call *c) {
  fill_node(l, node_of(c->f), c->st);
  return 0;
}

/* The last one. What has no name is not committed. */
static long call_close(struct littlefs *l, struct call *c) {
  struct node *n = node_of(c->f);
  int error = told_loss(n), closed = 0;

  if (n->kind == NODE_DIRECTORY) closed = lfs_dir_close(&l->lfs, &n->directory);
  else if (n->kind == NODE_FILE && n->gone) drop(l, n);
  else if (n->kind == NODE_FILE) closed = lfs_file_close(&l->lfs, &n->file);
  return error ? error : closed;
}

static long file_read(struct file *f, void *buf, size_t n) {
  return littlefs_run(of_file(f), call_read, &(struct call){.f = f, .buf = buf, .n = n});
}

static long file_write(struct file *f, const void *buf, size_t n) {
  return littlefs_run(of_file(f), call_write, &(struct call){.f = f, .from = buf, .n = n});
}

static int file_stat(struct file *f, struct pith_stat *st) {
  return (int)littlefs_run(of_file(f), call_stat_node, &(struct call){.f = f, .st = st});
}

static long file_seek(struct file *f, int32_t offset, int whence) {
  struct pith_stat st = {.size = 0};
  int error = whence == PITH_SEEK_END ? file_stat(f, &st) : 0;

  return error ? error : fs_seek(f, offset, whence, st.size);
}

static int file_truncate(struct file *f, uint32_t size) {
  return (int)littlefs_run(of_file(f), call_truncate, &(struct call){.f = f, .n = size});
}

static int file_sync(struct file *f) {
  return (int)littlefs_run(of_file(f), call_sync, &(struct call){.f = f});
}

static int file_close(struct file *f) {
  struct node *n = node_of(f);
  long error = 0;

  if (--n->opens) return fs_writes(f->flags) ? file_sync(f) : 0;
  if (!of_file(f)->damaged || fs_writes(f->flags))
    error = littlefs_run(of_file(f), call_close, &(struct call){.f = f});
  n->kind = NODE_FREE;
  return (int)error;
}

/* An entry with a name that is too long for the system is passed over. A reader goes on where it is, though entries before
 * that may have come and gone: littlefs moves it then. */
static long call_readdir(struct littlefs *l, struct call *c) {
  struct node *n = node_of(c->f);
  struct lfs_info info;
  int r = 1;

  if (n->gone || n->kind != NODE_DIRECTORY) return 0;
  if (c->f->pos != n->told) r = lfs_dir_seek(&l->lfs, &n->directory, c->f->pos);
  if (r == LFS_ERR_INVAL) return 0; /* behind the end */
  if (r >= 0) r = lfs_dir_read(&l->lfs, &n->directory, &info);
  while (r > 0 && (!strcmp(info.name, ".") || !strcmp(info.name, "..") || strlen(info.name) > PITH_NAME_MAX))
    r = lfs_dir_read(&l->lfs, &n->directory, &info);
  if (r < 0) return r;
  n->told = c->f->pos = (uint32_t)lfs_dir_tell(&l->lfs, &n->directory);
  if (!r) return 0;
  fs_entry(c->entry, fold(hash(hash(hash(2166136261u, n->path), "/"), info.name)),
           info.type == LFS_TYPE_DIR ? PITH_S_IFDIR : PITH_S_IFREG, info.name, strlen(info.name));
  return 1;
}

static int directory_read(struct file *f, struct pith_dirent *d) {
  return (int)littlefs_run(of_file(f), call_readdir, &(struct call){.f = f, .entry = d});
}

static const struct file_ops file_ops = {.read = file_read,
                                         .write = file_write,
                                         .seek = file_seek,
                                         .stat = file_stat,
                                         .truncate = file_truncate,
                                         .sync = file_sync,
                                         .close = file_close};
static const struct file_ops directory_ops = {.read = fs_is_directory,
                                              .seek = fs_seek_directory,
                                              .stat = file_stat,
                                              .readdir = directory_read,
                                              .close = file_close};

/* ---- by path ---- */

static int info_of(struct littlefs *l, const char *path, struct lfs_info *info) {
  return lfs_stat(&l->lfs, littlefs_path(path), info);
}

/* Its modification time; one from elsewhere may have none. */
static int64_t mtime_of(struct littlefs *l, const char *path) {
  int64_t mtime = 0;

  return lfs_getattr(&l->lfs, littlefs_path(path), MTIME, &mtime, sizeof mtime) == sizeof mtime ? mtime : 0;
}

static long call_stat(struct littlefs *l, struct call *c) {
  struct node *n = find_file(l, c->path);
  struct lfs_info info;
  int error;

  if (n) return fill_node(l, n, c->st), 0;
  error = info_of(l, c->path, &info);
  if (error) return error;
  fill(c->st, info.type == LFS_TYPE_DIR, info.type == LFS_TYPE_DIR ? 0 : info.size, mtime_of(l, c->path),
       ino_of(c->path), false);
  return 0;
}

static int open_directory(struct littlefs *l, struct node *n) {
  n->mtime = mtime_of(l, n->path);
  n->kind = NODE_DIRECTORY;
  return lfs_dir_open(&l->lfs, &n->directory, littlefs_path(n->path));
}

static long open_new(struct littlefs *l, struct call *c, bool directory, int flags) {
  struct node *n = new_node(l, c->path);
  int error;

  if (!n) return -ENFILE;
  if (flags & LFS_O_CREAT) {
    if (!littlefs_has_room(l, 0)) return -ENOSPC;
    n->mtime = vfs_time();
  }
  error = directory ? open_directory(l, n) : open_node(l, n, flags);
  if (error) n->kind = NODE_FREE;
  else c->f->node = n;
  return error;
}

static long call_open(struct littlefs *l, struct call *c) {
  struct node *n = find_file(l, c->path);
  struct lfs_info info = {.type = LFS_TYPE_REG};
  long error = n ? 0 : info_of(l, c->path, &info);
  bool directory = info.type == LFS_TYPE_DIR, fresh = error == LFS_ERR_NOENT && c->flags & PITH_O_CREAT;

  if (!error) error = fs_may_open(directory, c->flags);
  if (error && !fresh) return error;
  if (n && n->kind == NODE_BROKEN) return -EIO;
  error = 0;
  if (n) c->f->node = n;
  else error = open_new(l, c, directory, fresh ? LFS_O_CREAT : 0);
  if (error) return error;
  c->f->ops = directory ? &directory_ops : &file_ops;
  n = c->f->node;
  n->opens++;
  if (!fresh && c->flags & PITH_O_TRUNC && fs_writes(c->flags)) error = set_size(l, n, 0);
  return error;
}

/* The file may be open: its content stays for those who have it so. */
static struct node *cut_off(struct littlefs *l, const char *path) {
  struct node *n = find_file(l, path);

  if (n && n->kind == NODE_FILE) n->file.flags |= LFS_F_DIRTY;
  return n;
}

static void forget_name(struct littlefs *l, struct node *file, const char *directory) {
  if (file) file->gone = true;
  for (int i = 0; i < PITH_DATA_FILES; i++)
    if (l->node[i].kind == NODE_DIRECTORY && !strcmp(l->node[i].path, directory)) l->node[i].gone = true;
}

static long remove_name(struct littlefs *l, const char *path, uint8_t type, long wrong) {
  struct lfs_info info;
  struct node *n;
  int error = info_of(l, path, &info);

  if (error) return error;
  if (info.type != type) return wrong;
  n = cut_off(l, path);
  error = lfs_remove(&l->lfs, path);
  if (!error) forget_name(l, n, path);
  return error;
}

static long call_unlink(struct littlefs *l, struct call *c) {
  return remove_name(l, c->path, LFS_TYPE_REG, -EISDIR);
}

static long call_rmdir(struct littlefs *l, struct call *c) {
  return remove_name(l, c->path, LFS_TYPE_DIR, -ENOTDIR);
}

static long call_mkdir(struct littlefs *l, struct call *c) {
  int64_t now = vfs_time();
  struct lfs_info info;
  int error = info_of(l, c->path, &info);

  if (!error) return -EEXIST;
  if (error != LFS_ERR_NOENT) return error;
  if (!littlefs_has_room(l, 2)) return -ENOSPC;
  error = lfs_mkdir(&l->lfs, c->path);
  return error ? error : lfs_setattr(&l->lfs, c->path, MTIME, &now, sizeof now);
}

/* What is open below a directory, and the directory, are known by their new paths. A path that becomes too long for the
 * tree cannot be reached by it any more, but has been opened. */
static void move_paths(struct littlefs *l, const char *from, const char *to) {
  size_t old = strlen(from), new = strlen(to);

  for (int i = 0; i < PITH_DATA_FILES; i++) {
    struct node *n = &l->node[i];
    size_t rest = strlen(n->path) - old + 1;

    if (n->kind == NODE_FREE || n->gone || strncmp(n->path, from, old)) continue;
    if ((n->path[old] && n->path[old] != '/') || new + rest > sizeof n->path) continue;
    memmove(n->path + new, n->path + old, rest);
    memcpy(n->path, to, new);
  }
}

static long call_rename(struct littlefs *l, struct call *c) {
  struct node *moved = find_file(l, c->path), *replaced;
  struct lfs_info info, old;
  int error = info_of(l, c->path, &info), exists;

  if (error || !strcmp(c->path, c->to)) return error;
  exists = info_of(l, c->to, &old);
  if (exists && exists != LFS_ERR_NOENT) return exists;
  if (!exists && info.type != old.type) return info.type == LFS_TYPE_DIR ? -ENOTDIR : -EISDIR;
  if (exists && !littlefs_has_room(l, 0) && l->free < l->reserve / 2) return -ENOSPC;
  if (moved && moved->kind == NODE_FILE && (error = lfs_file_sync(&l->lfs, &moved->file)))
    return failed(l, moved, error);
  replaced = cut_off(l, c->to);
  error = lfs_rename(&l->lfs, c->path, c->to);
  if (error) return error;
  forget_name(l, replaced, c->to);
  move_paths(l, c->path, c->to);
  return moved && moved->kind == NODE_FILE ? reopen(l, moved) : 0;
}

static long call_usage(struct littlefs *l, struct call *c) {
  int error = littlefs_count(l);
  uint32_t unit = l->device->block_size / 256;

  c->usage->total = l->blocks * unit;
  c->usage->free = l->free > l->reserve ? (l->free - l->reserve) * unit : 0;
  return error;
}

/* Everything that is open; the first error. */
static long call_sync_all(struct littlefs *l, struct call *c) {
  long result = 0;

  for (int i = 0; i < PITH_DATA_FILES; i++) {
    struct file f = {.node = &l->node[i]};
    long error;

    c->f = &f;
    error = l->node[i].kind == NODE_FILE && !l->node[i].gone ? call_sync(l, c) : 0;
    if (!result) result = error;
  }
  return result;
}

static int data_open(struct mount *m, const char *path, uint32_t flags, uint32_t mode, struct file *f) {
  (void)mode;
  f->node = NULL;
  long error = littlefs_run(of(m), call_open, &(struct call){.path = path, .flags = flags, .f = f});

  if (error && f->node) file_close(f); /* it was opened, but could not be truncated */
  return (int)error;
}

static int data_stat(struct mount *m, const char *path, struct pith_stat *st) {
  return (int)littlefs_run(of(m), call_stat, &(struct call){.path = path, .st = st});
}

static int data_unlink(struct mount *m, const char *path) {
  return (int)littlefs_run(of(m), call_unlink, &(struct call){.path = path});
}

static int data_rename(struct mount *m, const char *from, const char *to) {
  return (int)littlefs_run(of(m), call_rename, &(struct call){.path = from, .to = to});
}

static int data_mkdir(struct mount *m, const char *path, uint32_t mode) {
  (void)mode;
  return (int)littlefs_run(of(m), call_mkdir, &(struct call){.path = path});
}

static int data_rmdir(struct mount *m, const char *path) {
  return (int)littlefs_run(of(m), call_rmdir, &(struct call){.path = path});
}

static int data_usage(struct mount *m, struct pith_mount *u) {
  return (int)littlefs_run(of(m), call_usage, &(struct call){.usage = u});
}

static int data_sync(struct mount *m) {
  return (int)littlefs_run(of(m), call_sync_all, &(struct call){.n = 0});
}

static const struct fs_ops data_ops = {.name = "littlefs",
                                       .open = data_open,
                                       .stat = data_stat,
                                       .unlink = data_unlink,
                                       .rename = data_rename,
                                       .mkdir = data_mkdir,
                                       .rmdir = data_rmdir,
                                       .usage = data_usage,
                                       .sync = data_sync};

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
  l->mount = (struct mount){.point = "/data", .source = source, .ops = &data_ops, .data = l};
  *why = "there is one already";
  return vfs_mount(&l->mount);
}

void littlefs_forget(void) { memset(&fs, 0, sizeof fs); }

/* Calls on open files and directories. Each call_ runs within littlefs_run(). */
#include "littlefs_node.h"
#include "mem.h"

static struct littlefs *of_file(const struct file *f) { return f->mount->data; }
static struct node *node_of(const struct file *f) { return f->node; }

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
  if (r < 0) return littlefs_failed(l, n, r);
  f->pos += (uint32_t)r;
  n->mtime = vfs_time();
  if (f->flags & PITH_O_SYNC && lfs_file_sync(&l->lfs, &n->file)) return littlefs_failed(l, n, -EIO);
  return r;
}

long littlefs_set_size(struct littlefs *l, struct node *n, uint32_t size) {
  uint32_t now = (uint32_t)lfs_file_size(&l->lfs, &n->file);
  long r = 0;

  if (size > now) {
    if (littlefs_room_at(l, n, now, size - now) < size - now) return -ENOSPC;
    r = write_zeros(l, n, size);
  } else if (size < now) {
    if (!littlefs_has_room(l, 0) && size) return -ENOSPC; /* its last block will be a new one */
    r = lfs_file_truncate(&l->lfs, &n->file, size);
  }
  if (r < 0) return littlefs_failed(l, n, r);
  n->mtime = vfs_time();
  n->file.flags |= LFS_F_DIRTY;
  return 0;
}

static long call_truncate(struct littlefs *l, struct call *c) {
  return node_of(c->f)->kind == NODE_FILE ? littlefs_set_size(l, node_of(c->f), (uint32_t)c->n) : -EIO;
}

long littlefs_call_sync(struct littlefs *l, struct call *c) {
  struct node *n = node_of(c->f);
  int error = littlefs_told_loss(n);

  if (n->kind != NODE_FILE) return n->kind == NODE_BROKEN ? -EIO : 0;
  if (lfs_file_sync(&l->lfs, &n->file)) return littlefs_told_loss(n), littlefs_failed(l, n, -EIO);
  return error;
}

static long call_stat_node(struct littlefs *l, struct call *c) {
  littlefs_stat_node(l, node_of(c->f), c->st);
  return 0;
}

/* The last one. What has no name is not committed. */
static long call_close(struct littlefs *l, struct call *c) {
  struct node *n = node_of(c->f);
  int error = littlefs_told_loss(n), closed = 0;

  if (n->kind == NODE_DIRECTORY) closed = lfs_dir_close(&l->lfs, &n->directory);
  else if (n->kind == NODE_FILE && n->gone) littlefs_drop(l, n);
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
  return (int)littlefs_run(of_file(f), littlefs_call_sync, &(struct call){.f = f});
}

int littlefs_close(struct file *f) {
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
  struct lfs_info *info = &l->info;
  int r = 1;

  if (n->gone || n->kind != NODE_DIRECTORY) return 0;
  if (c->f->pos != n->told) r = lfs_dir_seek(&l->lfs, &n->directory, c->f->pos);
  if (r == LFS_ERR_INVAL) return 0; /* behind the end */
  if (r >= 0) r = lfs_dir_read(&l->lfs, &n->directory, info);
  while (r > 0 &&
         (!strcmp(info->name, ".") || !strcmp(info->name, "..") || strlen(info->name) > PITH_NAME_MAX))
    r = lfs_dir_read(&l->lfs, &n->directory, info);
  if (r < 0) return r;
  n->told = c->f->pos = (uint32_t)lfs_dir_tell(&l->lfs, &n->directory);
  if (!r) return 0;
  fs_entry(c->entry, littlefs_ino(n->path, info->name),
           info->type == LFS_TYPE_DIR ? PITH_S_IFDIR : PITH_S_IFREG, info->name, strlen(info->name));
  return 1;
}

static int directory_read(struct file *f, struct pith_dirent *d) {
  return (int)littlefs_run(of_file(f), call_readdir, &(struct call){.f = f, .entry = d});
}

const struct file_ops littlefs_file_ops = {.read = file_read,
                                           .write = file_write,
                                           .seek = file_seek,
                                           .stat = file_stat,
                                           .truncate = file_truncate,
                                           .sync = file_sync,
                                           .close = littlefs_close};
const struct file_ops littlefs_directory_ops = {.read = fs_is_directory,
                                                .seek = fs_seek_directory,
                                                .stat = file_stat,
                                                .readdir = directory_read,
                                                .close = littlefs_close};

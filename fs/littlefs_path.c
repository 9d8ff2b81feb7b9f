/* Calls by path. Each call_ runs within littlefs_run().
 *
 * A file that loses its name while it is open (unlink, or another is renamed over it) stays in littlefs's list of open
 * files, cut off from the image. HAZARD: its blocks belong to nobody else only as long as it is marked as changed, because
 * littlefs counts those of changed open files as used. So it is marked before it loses its name. After a power cut they
 * are free. A file that changes its name is committed and opened again by the new one. */
#include "littlefs_node.h"
#include "mem.h"

static struct littlefs *of(const struct mount *m) { return m->data; }

/* l->info: what a name stands for. */
static int find(struct littlefs *l, const char *path) {
  return lfs_stat(&l->lfs, littlefs_path(path), &l->info);
}

static bool is_directory(const struct littlefs *l) { return l->info.type == LFS_TYPE_DIR; }

/* Its modification time; one from elsewhere may have none. */
static int64_t mtime_of(struct littlefs *l, const char *path) {
  int64_t mtime = 0;

  return lfs_getattr(&l->lfs, littlefs_path(path), MTIME, &mtime, sizeof mtime) == sizeof mtime ? mtime : 0;
}

static long call_stat(struct littlefs *l, struct call *c) {
  struct node *n = littlefs_find(l, c->path);
  int error;

  if (n) return littlefs_stat_node(l, n, c->st), 0;
  error = find(l, c->path);
  if (error) return error;
  littlefs_fill(c->st, is_directory(l), is_directory(l) ? 0 : l->info.size, mtime_of(l, c->path),
                littlefs_ino(c->path, NULL), false);
  return 0;
}

static int open_directory(struct littlefs *l, struct node *n) {
  n->mtime = mtime_of(l, n->path);
  n->kind = NODE_DIRECTORY;
  return lfs_dir_open(&l->lfs, &n->directory, littlefs_path(n->path));
}

static long open_new(struct littlefs *l, struct call *c, bool directory, int flags) {
  struct node *n = littlefs_new_node(l, c->path);
  int error;

  if (!n) return -ENFILE;
  if (flags & LFS_O_CREAT) {
    if (!littlefs_has_room(l, 0)) return -ENOSPC;
    n->mtime = vfs_time();
  }
  error = directory ? open_directory(l, n) : littlefs_open_node(l, n, flags);
  if (error) n->kind = NODE_FREE;
  else c->f->node = n;
  return error;
}

static long call_open(struct littlefs *l, struct call *c) {
  struct node *n = littlefs_find(l, c->path);
  long error = n ? 0 : find(l, c->path);
  bool directory = !n && !error && is_directory(l), fresh = error == LFS_ERR_NOENT && c->flags & PITH_O_CREAT;

  if (!error) error = fs_may_open(directory, c->flags);
  if (error && !fresh) return error;
  if (n && n->kind == NODE_BROKEN) return -EIO;
  error = 0;
  if (n) c->f->node = n;
  else error = open_new(l, c, directory, fresh ? LFS_O_CREAT : 0);
  if (error) return error;
  c->f->ops = directory ? &littlefs_directory_ops : &littlefs_file_ops;
  n = c->f->node;
  n->opens++;
  if (!fresh && c->flags & PITH_O_TRUNC && fs_writes(c->flags)) error = littlefs_set_size(l, n, 0);
  return error;
}

/* The file may be open: its content stays for those who have it so. */
static struct node *cut_off(struct littlefs *l, const char *path) {
  struct node *n = littlefs_find(l, path);

  if (n && n->kind == NODE_FILE) n->file.flags |= LFS_F_DIRTY;
  return n;
}

static void forget_name(struct littlefs *l, struct node *file, const char *directory) {
  if (file) file->gone = true;
  for (int i = 0; i < PITH_DATA_FILES; i++)
    if (l->node[i].kind == NODE_DIRECTORY && !strcmp(l->node[i].path, directory)) l->node[i].gone = true;
}

static long remove_name(struct littlefs *l, const char *path, uint8_t type, long wrong) {
  struct node *n;
  int error = find(l, path);

  if (error) return error;
  if (l->info.type != type) return wrong;
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
  int error = find(l, c->path);

  if (!error) return -EEXIST;
  if (error != LFS_ERR_NOENT) return error;
  if (!littlefs_has_room(l, 2)) return -ENOSPC;
  error = lfs_mkdir(&l->lfs, c->path);
  return error ? error : lfs_setattr(&l->lfs, c->path, MTIME, &now, sizeof now);
}

/* In a commit of its own. What is open has it, too: its next commit would take it back. */
static long call_utime(struct littlefs *l, struct call *c) {
  int error = find(l, c->path);
  int64_t mtime;

  if (error) return error;
  if (!littlefs_has_room(l, 0)) return -ENOSPC;
  memcpy(&mtime, c->from, sizeof mtime);
  for (int i = 0; i < PITH_DATA_FILES; i++) {
    struct node *n = &l->node[i];

    if (n->kind != NODE_FREE && !n->gone && !strcmp(n->path, c->path)) n->mtime = mtime;
  }
  return lfs_setattr(&l->lfs, littlefs_path(c->path), MTIME, &mtime, sizeof mtime);
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
  struct node *moved = littlefs_find(l, c->path), *replaced;
  int error = find(l, c->path), exists;
  bool directory = is_directory(l);

  if (error || !strcmp(c->path, c->to)) return error;
  exists = find(l, c->to);
  if (exists && exists != LFS_ERR_NOENT) return exists;
  if (!exists && is_directory(l) != directory) return directory ? -ENOTDIR : -EISDIR;
  if (exists && !littlefs_has_room(l, 0) && l->free < l->reserve / 2) return -ENOSPC;
  if (moved && moved->kind == NODE_FILE && (error = lfs_file_sync(&l->lfs, &moved->file)))
    return littlefs_failed(l, moved, error);
  replaced = cut_off(l, c->to);
  error = lfs_rename(&l->lfs, c->path, c->to);
  if (error) return error;
  forget_name(l, replaced, c->to);
  move_paths(l, c->path, c->to);
  return moved && moved->kind == NODE_FILE ? littlefs_reopen(l, moved) : 0;
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
    error = l->node[i].kind == NODE_FILE && !l->node[i].gone ? littlefs_call_sync(l, c) : 0;
    if (!result) result = error;
  }
  return result;
}

static int data_open(struct mount *m, const char *path, uint32_t flags, uint32_t mode, struct file *f) {
  (void)mode;
  f->node = NULL;
  long error = littlefs_run(of(m), call_open, &(struct call){.path = path, .flags = flags, .f = f});

  if (error && f->node) littlefs_close(f); /* it was opened, but could not be truncated */
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

static int data_utime(struct mount *m, const char *path, int64_t mtime) {
  return (int)littlefs_run(of(m), call_utime, &(struct call){.path = path, .from = &mtime});
}

static int data_usage(struct mount *m, struct pith_mount *u) {
  return (int)littlefs_run(of(m), call_usage, &(struct call){.usage = u});
}

static int data_sync(struct mount *m) {
  return (int)littlefs_run(of(m), call_sync_all, &(struct call){.n = 0});
}

const struct fs_ops littlefs_ops = {.name = "littlefs",
                                    .open = data_open,
                                    .stat = data_stat,
                                    .unlink = data_unlink,
                                    .rename = data_rename,
                                    .mkdir = data_mkdir,
                                    .rmdir = data_rmdir,
                                    .utime = data_utime,
                                    .usage = data_usage,
                                    .sync = data_sync};

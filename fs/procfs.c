/* See procfs.h. A text is not kept: each read makes it anew and passes on the part that was asked for, of as many characters
 * as there were at the last read from the beginning: one that has grown meanwhile has no more at its end. */
#include "procfs.h"
#include "fs.h"
#include "mem.h"
#include "fmt.h"

enum { BLOCK = 512, ROOT = 0xFF, PIDS = 1000 /* f->pos of the first process's directory */ };

/* What a path or an open file means: in an open file, data[0] is the pid, data[1] the length and kind the file. */
struct place {
  int pid;       /* 0: the system */
  unsigned file; /* ROOT: the directory itself */
};

static const struct procfs *fs_of(const struct mount *m) { return (const struct procfs *)m; }

static const char *const *names_of(const struct procfs *p, int pid) {
  return pid ? p->process_names : p->names;
}

static bool exists(const struct procfs *p, int pid) {
  int other;

  for (unsigned i = 0; (other = p->process_at(i)); i++)
    if (other == pid) return true;
  return false;
}

static int number(const char *name, size_t length) {
  int n = 0;

  if (length > 6 || *name == '0') return 0;
  for (size_t i = 0; i < length; i++) {
    if (name[i] < '0' || name[i] > '9') return 0;
    n = n * 10 + name[i] - '0';
  }
  return n;
}

static int find(const struct mount *m, const char *path, struct place *to) {
  const struct procfs *p = fs_of(m);
  size_t length = 0;
  const char *name = fs_name(&path, &length);
  const char *const *names;

  *to = (struct place){0, ROOT};
  if (!name) return 0;
  to->pid = fs_same(name, length, "self") ? p->self() : number(name, length);
  if (to->pid) {
    if (!exists(p, to->pid)) return -ENOENT;
    name = fs_name(&path, &length);
    if (!name) return 0;
  }
  names = names_of(p, to->pid);
  for (to->file = 0; names[to->file]; to->file++)
    if (fs_same(name, length, names[to->file])) return *path ? -ENOTDIR : 0;
  return -ENOENT;
}

static void fill(struct pith_stat *st, struct place at) {
  bool directory = at.file == ROOT;

  *st = (struct pith_stat){.mode = directory ? PITH_S_IFDIR | 0555 : PITH_S_IFREG | 0444,
                           .ino = (uint32_t)at.pid << 8 | (directory ? 1 : at.file + 2),
                           .links = 1,
                           .block = BLOCK};
}

static int proc_stat(struct mount *m, const char *path, struct pith_stat *st) {
  struct place at;
  int error = find(m, path, &at);

  if (!error) fill(st, at);
  return error;
}

static int file_stat(struct file *f, struct pith_stat *st) {
  fill(st, (struct place){(int)f->data[0], f->kind});
  return 0;
}

/* ---- texts ---- */

struct window {
  uint32_t at, skip; /* characters so far; those before the first that is wanted */
  char *to;
  size_t room;
};

static void put(void *ctx, char c) {
  struct window *w = ctx;

  if (w->at++ >= w->skip && w->room) *w->to++ = c, w->room--;
}

static long file_read(struct file *f, void *buf, size_t n) {
  uint32_t start = f->pos, left = start < f->data[1] ? f->data[1] - start : 0;
  struct window w = {0, start, buf, start && n > left ? left : n};

  n = w.room;
  fs_of(f->mount)->print((int)f->data[0], f->kind, put, &w);
  if (!start) f->data[1] = w.at;
  f->pos += (uint32_t)(n - w.room);
  return (long)(n - w.room);
}

static long file_seek(struct file *f, int32_t offset, int whence) {
  return whence == PITH_SEEK_END ? -EINVAL : fs_seek(f, offset, whence, 0);
}

static const struct file_ops file_ops = {.read = file_read, .seek = file_seek, .stat = file_stat};

/* ---- directories ---- */

static int directory_read(struct file *f, struct pith_dirent *d) {
  const struct procfs *p = fs_of(f->mount);
  int pid = (int)f->data[0], child;
  char name[12];

  if (f->pos < PIDS) {
    const char *const *names = names_of(p, pid);
    unsigned i = f->pos - 2;

    if (names[i]) {
      fs_entry(d, (uint32_t)pid << 8 | (i + 2), PITH_S_IFREG, names[i], strlen(names[i]));
      f->pos++;
      return 1;
    }
    if (pid) return 0;
    f->pos = PIDS;
    pid = p->self();
    if (pid) fs_entry(d, (uint32_t)pid << 8 | 1, PITH_S_IFDIR, "self", 4);
    if (pid) return 1;
  }
  child = p->process_at(f->pos - PIDS);
  if (!child) return 0;
  f->pos++;
  fs_entry(d, (uint32_t)child << 8 | 1, PITH_S_IFDIR, name, (size_t)fmt_buf(name, sizeof name, "%d", child));
  return 1;
}

static const struct file_ops directory_ops = {
    .read = fs_is_directory, .seek = fs_seek_directory, .stat = file_stat, .readdir = directory_read};

static int proc_open(struct mount *m, const char *path, uint32_t flags, uint32_t mode, struct file *f) {
  struct place at;
  int error = find(m, path, &at);

  (void)mode;
  if (error == -ENOENT && flags & PITH_O_CREAT) return -EROFS;
  if (!error) error = fs_may_open(at.file == ROOT, flags);
  if (!error && fs_writes(flags)) error = -EACCES;
  if (error) return error;
  f->data[0] = (uint32_t)at.pid;
  f->data[1] = UINT32_MAX; /* not known yet */
  f->kind = (uint16_t)at.file;
  f->ops = at.file == ROOT ? &directory_ops : &file_ops;
  return 0;
}

static const struct fs_ops procfs_ops = {.name = "procfs", .open = proc_open, .stat = proc_stat};

int procfs_mount(struct procfs *p) {
  p->mount =
      (struct mount){.point = "/proc", .source = "kernel", .ops = &procfs_ops, .flags = PITH_MOUNT_READ_ONLY};
  return vfs_mount(&p->mount);
}

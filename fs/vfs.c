/* The tree: which file system a path belongs to, and its calls under one lock.
 *
 * The lock is taken by threads alone and lends its owner the waiters' priority. What is read and written in the kernel
 * context (pipes, terminals) needs no lock: the kernel is a monitor. */
#include "fs.h"
#include "mem.h"
#include "pith/kernel.h"
#include "pith/monitor.h"
#include "pith/mutex.h"

#define KEPT (PITH_O_ACCMODE | PITH_O_APPEND | PITH_O_NONBLOCK | PITH_O_SYNC | PITH_O_DIRECTORY)

static struct pith_mutex tree;
static struct mount root = {
    .point = "", .source = "none", .ops = &vfs_root_ops, .flags = PITH_MOUNT_READ_ONLY};
/* Two, so that a reader that is preempted has one that is whole. */
static int64_t offsets[2];
static volatile unsigned offset_now;

void vfs_lock(void) { pith_mutex_lock(&tree); }
void vfs_unlock(void) { pith_mutex_unlock(&tree); }

void vfs_init(void) {
  pith_mutex_init(&tree, 0);
  pith_waker_init(&vfs_poll);
  root.next = NULL;
}

/* No division where ticks are whole microseconds. */
static int64_t since_boot(void) {
  uint64_t now = pith_now();

  return (int64_t)(1000000 % PITH_TICK_HZ ? now * 1000000 / PITH_TICK_HZ : now * (1000000 / PITH_TICK_HZ));
}

int64_t vfs_time(void) { return since_boot() + *(volatile int64_t *)&offsets[offset_now]; }

void vfs_set_time(int64_t us) {
  unsigned other = !offset_now;

  offsets[other] = us - since_boot();
  offset_now = other;
}

/* ---- mounts ---- */

const struct mount *vfs_mount_at(unsigned i) {
  const struct mount *m = &root;

  while (m && i--) m = m->next;
  return m;
}

static bool is_point(const char *point) {
  size_t length;
  const char *name = *point == '/' ? fs_name(&point, &length) : NULL;

  return name && length && length <= PITH_NAME_MAX && !*point;
}

int vfs_mount(struct mount *m) {
  struct mount *last = &root;
  int error = is_point(m->point) ? 0 : -EINVAL;

  vfs_lock();
  for (; !error && last->next; last = last->next)
    if (!strcmp(last->next->point, m->point)) error = -EBUSY;
  if (!error) {
    m->number = (uint16_t)(last->number + 1);
    m->next = NULL;
    last->next = m;
  }
  vfs_unlock();
  return error;
}

/* The mount a clean path belongs to, and what follows its point: "" or "/a/b". */
static struct mount *find(const char *path, const char **rest) {
  const char *end = path;
  size_t length;

  if (path[1]) {
    fs_name(&end, &length);
    for (struct mount *m = root.next; m; m = m->next)
      if (!strncmp(m->point, path, length + 1) && !m->point[length + 1]) return *rest = end, m;
  }
  *rest = path[1] ? path : "";
  return &root;
}

/* Why a file system that cannot change does not: as one would that can. */
static int unchanged(struct mount *m, const char *path, bool creates) {
  struct pith_stat st;
  int error = m->ops->stat(m, path, &st);

  if (creates && error == -ENOENT && m == &root) return vfs_root_refusal(path);
  if (creates) return error == -ENOENT ? -EROFS : error ? error : -EEXIST;
  return error ? error : -EROFS;
}

/* ---- by path ---- */

static long new_file(long unused, long unused2, long unused3) {
  (void)unused, (void)unused2, (void)unused3;
  return (long)file_new();
}

static long drop(long f, long unused, long unused2) {
  (void)unused, (void)unused2;
  return file_release((struct file *)f);
}

int vfs_open(const char *path, uint32_t flags, uint32_t mode, struct file **out) {
  struct file *f = (struct file *)pith_monitor(new_file, 0, 0, 0);
  int error;

  if (!f) return -ENFILE;
  vfs_lock();
  f->mount = find(path, &path);
  f->flags = flags & KEPT;
  error = f->mount->ops->open(f->mount, path, flags, mode, f);
  vfs_unlock();
  if (error) {
    f->ops = NULL;
    pith_monitor(drop, (long)f, 0, 0);
    return error;
  }
  *out = f;
  return 0;
}

int vfs_stat(const char *path, struct pith_stat *st) {
  struct mount *m;
  int error;

  vfs_lock();
  m = find(path, &path);
  error = m->ops->stat(m, path, st);
  if (!error) st->dev = m->number;
  vfs_unlock();
  return error;
}

int vfs_unlink(const char *path) {
  struct mount *m;
  int error;

  vfs_lock();
  m = find(path, &path);
  error = !*path ? -EISDIR : m->ops->unlink ? m->ops->unlink(m, path) : unchanged(m, path, false);
  vfs_unlock();
  return error;
}

/* b lies in a. */
static bool is_below(const char *a, const char *b) {
  size_t n = strlen(a);

  return !strncmp(a, b, n) && b[n] == '/';
}

static int rename_within(struct mount *m, const char *from, const char *to) {
  if (!*from || !*to) return -EBUSY;
  if (!m->ops->rename) return unchanged(m, from, false);
  return is_below(from, to) ? -EINVAL : m->ops->rename(m, from, to);
}

int vfs_rename(const char *from, const char *to) {
  struct mount *m, *other;
  struct pith_stat st;
  int error;

  vfs_lock();
  m = find(from, &from);
  other = find(to, &to);
  if (m == other) error = rename_within(m, from, to);
  else error = !*from || !*to ? -EBUSY : m->ops->stat(m, from, &st);
  if (m != other && !error) error = -EXDEV;
  vfs_unlock();
  return error;
}

int vfs_mkdir(const char *path, uint32_t mode) {
  struct mount *m;
  int error;

  vfs_lock();
  m = find(path, &path);
  error = !*path ? -EEXIST : m->ops->mkdir ? m->ops->mkdir(m, path, mode) : unchanged(m, path, true);
  vfs_unlock();
  return error;
}

int vfs_rmdir(const char *path) {
  struct mount *m;
  int error;

  vfs_lock();
  m = find(path, &path);
  error = !*path ? -EBUSY : m->ops->rmdir ? m->ops->rmdir(m, path) : unchanged(m, path, false);
  vfs_unlock();
  return error;
}

int vfs_mkfifo(const char *path, uint32_t mode) {
  struct mount *m;
  int error;

  vfs_lock();
  m = find(path, &path);
  error = !*path ? -EEXIST : m->ops->mkfifo ? m->ops->mkfifo(m, path, mode) : unchanged(m, path, true);
  vfs_unlock();
  return error;
}

int vfs_utime(const char *path, int64_t mtime) {
  struct mount *m;
  int error;

  vfs_lock();
  m = find(path, &path);
  if (m->ops->utime) error = m->ops->utime(m, path, mtime);
  else error = unchanged(m, path, false);
  if (error == -EROFS && !(m->flags & PITH_MOUNT_READ_ONLY)) error = -ENOSYS;
  vfs_unlock();
  return error;
}

int vfs_truncate(const char *path, uint32_t size) {
  struct file *f;
  int error = vfs_open(path, PITH_O_WRONLY, 0, &f), closed;

  if (error) return error;
  error = vfs_ftruncate(f, size);
  closed = vfs_close(f);
  return error ? error : closed;
}

static void copy_name(char *to, size_t size, const char *from) {
  size_t n = strnlen(from, size - 1);

  memcpy(to, from, n);
}

int vfs_usage(unsigned index, struct pith_mount *out) {
  struct mount *m = (struct mount *)vfs_mount_at(index);
  int error = 0;

  if (!m) return -ENOENT;
  *out = (struct pith_mount){.flags = m->flags};
  copy_name(out->point, sizeof out->point, *m->point ? m->point : "/");
  copy_name(out->source, sizeof out->source, m->source);
  copy_name(out->type, sizeof out->type, m->ops->name);
  vfs_lock();
  if (m->ops->usage) error = m->ops->usage(m, out);
  vfs_unlock();
  return error;
}

int vfs_sync(void) {
  int result = 0;

  vfs_lock();
  for (struct mount *m = &root; m; m = m->next) {
    int error = m->ops->sync ? m->ops->sync(m) : 0;

    if (!result) result = error;
  }
  vfs_unlock();
  return result;
}

int vfs_map(const char *path, const void **data, uint32_t *size) {
  struct pith_stat st;
  struct mount *m;
  int error;

  vfs_lock();
  m = find(path, &path);
  error = m->ops->map ? m->ops->map(m, path, data, size) : m->ops->stat(m, path, &st);
  if (!m->ops->map && !error) error = -ENOENT;
  vfs_unlock();
  return error;
}

/* ---- by file ---- */

int vfs_fstat(struct file *f, struct pith_stat *st) {
  int error = -EINVAL;

  vfs_lock();
  if (f->ops->stat) error = f->ops->stat(f, st);
  if (!error && f->mount) st->dev = f->mount->number;
  vfs_unlock();
  return error;
}

long vfs_seek(struct file *f, int32_t offset, int whence) {
  long r = -ESPIPE;

  vfs_lock();
  if (f->ops->seek) r = f->ops->seek(f, offset, whence);
  vfs_unlock();
  return r;
}

/* "." and ".." are every directory's; the second's number is not worth a walk. */
static int dots(struct file *f, struct pith_dirent *d) {
  struct pith_stat st = {.ino = 1};

  if (f->ops->stat) f->ops->stat(f, &st);
  f->pos++;
  fs_entry(d, st.ino, PITH_S_IFDIR, "..", f->pos);
  return 1;
}

int vfs_readdir(struct file *f, struct pith_dirent *d) {
  int r = -ENOTDIR;

  vfs_lock();
  if (f->ops->readdir) r = f->pos < 2 ? dots(f, d) : f->ops->readdir(f, d);
  if (r > 0) d->next = f->pos;
  vfs_unlock();
  return r;
}

int vfs_ftruncate(struct file *f, uint32_t size) {
  int error = -EINVAL;

  if (!fs_writes(f->flags)) return -EINVAL;
  if (size > INT32_MAX) return -EFBIG;
  vfs_lock();
  if (f->ops->truncate) error = f->ops->truncate(f, size);
  vfs_unlock();
  return error;
}

int vfs_fsync(struct file *f) {
  int error = 0;

  vfs_lock();
  if (f->ops->sync) error = f->ops->sync(f);
  vfs_unlock();
  return error;
}

static long read_call(long f, long buf, long n) {
  vfs_read_deadline = 0;
  return ((struct file *)f)->ops->read((struct file *)f, (void *)buf, (size_t)n);
}

static long write_call(long f, long buf, long n) {
  return ((struct file *)f)->ops->write((struct file *)f, (const void *)buf, (size_t)n);
}

long vfs_read(struct file *f, void *buf, size_t n) {
  long r;

  if ((f->flags & PITH_O_ACCMODE) == PITH_O_WRONLY) return -EBADF;
  if (!f->ops->read) return -EINVAL;
  if (!n) return 0;
  if (f->ops->in_kernel) return pith_monitor(read_call, (long)f, (long)buf, (long)n);
  vfs_lock();
  r = f->ops->read(f, buf, n);
  vfs_unlock();
  return r;
}

/* Reads or writes under one lock, with another position meanwhile. */
static long at_place(struct file *f, long (*move)(struct file *f, char *buf, size_t n), char *buf, size_t n,
                     uint32_t at) {
  uint32_t pos = f->pos;
  long r;

  if (f->ops->in_kernel || !f->ops->seek) return -ESPIPE;
  if (at > INT32_MAX) return -EINVAL;
  if (!n) return 0;
  vfs_lock();
  f->pos = at;
  r = move(f, buf, n);
  f->pos = pos;
  vfs_unlock();
  return r;
}

static long read_there(struct file *f, char *buf, size_t n) { return f->ops->read(f, buf, n); }
static long write_there(struct file *f, char *buf, size_t n) { return f->ops->write(f, buf, n); }

long vfs_pread(struct file *f, void *buf, size_t n, uint32_t at) {
  if ((f->flags & PITH_O_ACCMODE) == PITH_O_WRONLY) return -EBADF;
  return f->ops->read ? at_place(f, read_there, buf, n, at) : -EINVAL;
}

long vfs_pwrite(struct file *f, const void *buf, size_t n, uint32_t at) {
  if (!fs_writes(f->flags)) return -EBADF;
  return f->ops->write ? at_place(f, write_there, (char *)(uintptr_t)buf, n, at) : -EINVAL;
}

long vfs_write(struct file *f, const void *buf, size_t n) {
  long r;

  if (!fs_writes(f->flags)) return -EBADF;
  if (!f->ops->write) return -EINVAL;
  if (!n) return 0;
  if (f->ops->in_kernel) return pith_monitor(write_call, (long)f, (long)buf, (long)n);
  vfs_lock();
  r = f->ops->write(f, buf, n);
  vfs_unlock();
  return r;
}

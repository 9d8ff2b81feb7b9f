/* The calls on files that take a thread: the services behind them, which run one at a time, so their buffers are
 * static. The process may end while one runs: its memory stays, its descriptors are gone. */
#include "calls.h"
#include "files.h"
#include "mem.h"

#if PITH_FILES
enum { ENTRIES = 64 /* of a directory, at once */ };

char files_paths[2][PITH_PATH_MAX];
static char raw[PITH_PATH_MAX];

long files_path_in(const struct k_domain *d, const char *cwd, char *to, uint32_t from) {
  long n = process_string(d, raw, from, sizeof raw);

  return n < 0 ? n : vfs_walk(to, cwd, raw);
}

long files_path(struct process *p, char *to, uint32_t from) {
  return files_path_in(&p->domain, p->cwd, to, from);
}

static long path_of(struct process *p, uint32_t from) { return files_path(p, files_paths[0], from); }

/* ---- open ---- */

static long may_open(long p, long unused, long unused2) {
  (void)unused, (void)unused2;
  return files_may_open((struct process *)p, 1);
}

static long install(long process, long f, long cloexec) {
  struct process *p = (struct process *)process;

  if (p->state != PROCESS_ALIVE) return -ESRCH;
  return files_add(p, (struct file *)f, 0, cloexec);
}

#define KNOWN                                                                                                \
  (PITH_O_ACCMODE | PITH_O_APPEND | PITH_O_CREAT | PITH_O_TRUNC | PITH_O_EXCL | PITH_O_SYNC |                \
   PITH_O_NONBLOCK | PITH_O_CLOEXEC | PITH_O_DIRECTORY)

static long open_service(struct process *p, uint32_t from, uint32_t flags) {
  long how = path_of(p, from), fd;
  struct file *f;

  if (how < 0) return how;
  if ((flags & PITH_O_ACCMODE) == PITH_O_ACCMODE || flags & ~KNOWN) return -EINVAL;
  if (how && flags & PITH_O_CREAT) return -EISDIR;
  fd = pith_monitor(may_open, (long)p, 0, 0);
  if (fd < 0) return fd;
  fd = vfs_open(files_paths[0], flags | (how ? PITH_O_DIRECTORY : 0), 0666, &f);
  if (fd < 0) return fd;
  fd = pith_monitor(install, (long)p, (long)f, (flags & PITH_O_CLOEXEC) != 0);
  if (fd < 0) vfs_close(f);
  return fd;
}

long p_call_open(uint32_t path, uint32_t flags, uint32_t mode) {
  (void)mode; /* permissions are the file systems' own, the same for everybody */
  return service_enter(open_service, path, flags);
}

/* ---- by path ---- */

static long stat_service(struct process *p, uint32_t path, uint32_t to) {
  struct pith_stat st;
  long r = path_of(p, path);

  if (r >= 0) r = vfs_stat(files_paths[0], &st);
  return r ? r : k_copy_to_user(&p->domain, (struct uslice){to, sizeof st}, &st);
}

static long unlink_service(struct process *p, uint32_t path, uint32_t unused) {
  long r = path_of(p, path);

  (void)unused;
  return r < 0 ? r : vfs_unlink(files_paths[0]);
}

static long rename_service(struct process *p, uint32_t from, uint32_t to) {
  long a = path_of(p, from), b;
  struct pith_stat st;

  if (a < 0) return a;
  b = files_path(p, files_paths[1], to);
  if (b < 0) return b;
  if ((a | b) & VFS_DOT) return -EINVAL;
  if (b && !a) { /* "to/" cannot become a file */
    a = vfs_stat(files_paths[0], &st);
    if (a || (st.mode & PITH_S_IFMT) != PITH_S_IFDIR) return a ? a : -ENOTDIR;
  }
  return vfs_rename(files_paths[0], files_paths[1]);
}

static long mkdir_service(struct process *p, uint32_t path, uint32_t mode) {
  long r = path_of(p, path);

  return r < 0 ? r : vfs_mkdir(files_paths[0], mode);
}

static long rmdir_service(struct process *p, uint32_t path, uint32_t unused) {
  long r = path_of(p, path);

  (void)unused;
  if (r < 0) return r;
  return r & VFS_DOT ? -EINVAL : vfs_rmdir(files_paths[0]);
}

static long truncate_service(struct process *p, uint32_t path, uint32_t size) {
  long r = path_of(p, path);

  return r < 0 ? r : vfs_truncate(files_paths[0], size);
}

static long utime_service(struct process *p, uint32_t path, uint32_t from) {
  int64_t us = vfs_time();
  long r = path_of(p, path);

  if (r < 0) return r;
  if (from) r = k_copy_from_user(&p->domain, &us, (struct uslice){from, sizeof us});
  if (r < 0) return r;
  return us < 0 || us > FILES_TIME_MAX ? -EINVAL : vfs_utime(files_paths[0], us);
}

/* The new name for the old one, which is to be freed. */
static long set_cwd(long process, long cwd, long unused) {
  struct process *p = (struct process *)process;
  long old = (long)p->cwd;

  (void)unused;
  if (p->state != PROCESS_ALIVE && p->state != PROCESS_LOADING) return cwd;
  p->cwd = (char *)cwd;
  return old;
}

long files_set_cwd(struct process *p, const char *path) {
  struct pith_stat st;
  long r = vfs_stat(path, &st);
  size_t size = strlen(path) + 1;
  char *cwd = NULL;

  if (r) return r;
  if ((st.mode & PITH_S_IFMT) != PITH_S_IFDIR) return -ENOTDIR;
  if (size > 2) {
    cwd = pith_malloc(size);
    if (!cwd) return -ENOMEM;
    memcpy(cwd, path, size);
  }
  pith_free((void *)pith_monitor(set_cwd, (long)p, (long)cwd, 0));
  return 0;
}

static long chdir_service(struct process *p, uint32_t path, uint32_t unused) {
  long r = path_of(p, path);

  (void)unused;
  return r < 0 ? r : files_set_cwd(p, files_paths[0]);
}

static long mount_service(struct process *p, uint32_t index, uint32_t to) {
  struct pith_mount m;
  long r = vfs_usage(index, &m);

  return r ? r : k_copy_to_user(&p->domain, (struct uslice){to, sizeof m}, &m);
}

static long sync_service(struct process *p, uint32_t unused, uint32_t unused2) {
  (void)p, (void)unused, (void)unused2;
  return vfs_sync();
}

long p_call_stat(uint32_t path, uint32_t to) { return service_enter(stat_service, path, to); }
long p_call_unlink(uint32_t path) { return service_enter(unlink_service, path, 0); }
long p_call_rename(uint32_t from, uint32_t to) { return service_enter(rename_service, from, to); }
long p_call_mkdir(uint32_t path, uint32_t mode) { return service_enter(mkdir_service, path, mode); }
long p_call_rmdir(uint32_t path) { return service_enter(rmdir_service, path, 0); }
long p_call_truncate(uint32_t path, uint32_t size) { return service_enter(truncate_service, path, size); }
long p_call_utime(uint32_t path, uint32_t from) { return service_enter(utime_service, path, from); }
long p_call_chdir(uint32_t path) { return service_enter(chdir_service, path, 0); }
long p_call_mount_info(uint32_t index, uint32_t to) { return service_enter(mount_service, index, to); }

/* ---- by descriptor ---- */

static long fstat_service(struct process *p, uint32_t to, uint32_t unused) {
  struct pith_stat st;
  long r = vfs_fstat(service_file(), &st);

  (void)unused;
  return r ? r : k_copy_to_user(&p->domain, (struct uslice){to, sizeof st}, &st);
}

static long seek_service(struct process *p, uint32_t offset, uint32_t whence) {
  (void)p;
  return vfs_seek(service_file(), (int32_t)offset, (int)whence);
}

/* What does not fit into the call is where the call left it: the thread's frame. */
static long at_place(struct process *p, uint32_t thread, struct arch_frame *frame) {
  const struct process_thread *t = (const struct process_thread *)(uintptr_t)thread;

  return k_copy_from_user(&p->domain, frame, (struct uslice){K_WORD(t->thread.sp), sizeof *frame});
}

static long pread_service(struct process *p, uint32_t thread, uint32_t unused) {
  struct arch_frame frame;

  (void)unused;
  if (at_place(p, thread, &frame) || !k_user_writable(&p->domain, (struct uslice){frame.r1, frame.r2}))
    return -EFAULT;
  return vfs_pread(service_file(), (void *)(uintptr_t)frame.r1, frame.r2, frame.r3);
}

static long pwrite_service(struct process *p, uint32_t thread, uint32_t unused) {
  struct arch_frame frame;

  (void)unused;
  if (at_place(p, thread, &frame) || !k_user_readable(&p->domain, (struct uslice){frame.r1, frame.r2}))
    return -EFAULT;
  return vfs_pwrite(service_file(), (const void *)(uintptr_t)frame.r1, frame.r2, frame.r3);
}

static long readdir_service(struct process *p, uint32_t to, uint32_t n) {
  struct pith_dirent d;
  uint32_t i = 0;
  long r = 0;

  if (!n) return -EINVAL;
  if (n > ENTRIES) n = ENTRIES;
  if (!k_user_writable(&p->domain, (struct uslice){to, n * sizeof d})) return -EFAULT;
  while (i < n && (r = vfs_readdir(service_file(), &d)) > 0)
    k_copy_to_user(&p->domain, (struct uslice){to + i++ * sizeof d, sizeof d}, &d);
  return i ? (long)i : r;
}

static long ftruncate_service(struct process *p, uint32_t size, uint32_t unused) {
  (void)p, (void)unused;
  return vfs_ftruncate(service_file(), size);
}

static long fsync_service(struct process *p, uint32_t unused, uint32_t unused2) {
  (void)p, (void)unused, (void)unused2;
  return vfs_fsync(service_file());
}

static long enter(uint32_t fd, service_function *service, uint32_t a, uint32_t b) {
  long error;
  struct file *f = files_get(process_current(), fd, &error);

  return f ? service_enter_file(service, f, a, b) : error;
}

long p_call_fstat(uint32_t fd, uint32_t to) { return enter(fd, fstat_service, to, 0); }
long p_call_lseek(uint32_t fd, uint32_t to, uint32_t whence) { return enter(fd, seek_service, to, whence); }
long p_call_pread(uint32_t fd) { return enter(fd, pread_service, K_WORD(K->current), 0); }
long p_call_pwrite(uint32_t fd) { return enter(fd, pwrite_service, K_WORD(K->current), 0); }
long p_call_readdir(uint32_t fd, uint32_t to, uint32_t n) { return enter(fd, readdir_service, to, n); }
long p_call_ftruncate(uint32_t fd, uint32_t size) { return enter(fd, ftruncate_service, size, 0); }

long p_call_fsync(uint32_t fd) {
  return (int32_t)fd == -1 ? service_enter(sync_service, 0, 0) : enter(fd, fsync_service, 0, 0);
}
#endif

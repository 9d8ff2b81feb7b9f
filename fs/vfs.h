/* Files: one tree of mounted file systems, and open files, which descriptors of processes point to.
 *
 * Two kinds of open files. What can be done at once or has its own queue (pipes, terminals, /dev/null) is read and
 * written in the kernel context, where it may park the caller (`in_kernel`). What takes longer (file systems) is read
 * and written by a thread, the service of calls or one of the system's own, one at a time under the lock of the tree;
 * so a file system needs no lock, and may not be touched from the kernel context. In both cases the memory has been
 * checked: a file system gets pointers it may use.
 *
 * Paths are absolute and clean here: vfs_path() has taken out ".", "..", and double slashes. There are no links, so
 * ".." is the text's parent; a name that is left by ".." must still be a directory. */
#ifndef PITH_VFS_H
#define PITH_VFS_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "config.h"
#include "pith/types.h"
#include "pith_errno.h"
#include "pith_file.h"

struct file;
struct mount;

struct file_ops {
  bool in_kernel; /* read and write run in the kernel context, bounded, and may end in pith_monitor_wait() */
  bool streams;   /* in_kernel: a read that got something goes on while poll() says IN; else it is over */
  /* At f->pos, which they move on; n is at least 1; append is theirs to see to (f->flags). Bytes, 0 at the end, negative errno; EAGAIN
   * with PITH_O_NONBLOCK instead of waiting. NULL: -EINVAL. The direction has been checked. */
  long (*read)(struct file *f, void *buf, size_t n);
  long (*write)(struct file *f, const void *buf, size_t n);
  /* Under the tree's lock, in a thread; NULL: -EINVAL (seek: -ESPIPE; sync: 0). */
  long (*seek)(struct file *f, int32_t offset, int whence); /* the new position */
  int (*stat)(struct file *f, struct pith_stat *st);
  /* 1 and the next entry, 0 at the end. f->pos is theirs from 2 on: before that "." and ".." are made by the vfs.
   * d->next is the vfs's, too: f->pos after it. */
  int (*readdir)(struct file *f, struct pith_dirent *d);
  int (*truncate)(struct file *f, uint32_t size);
  int (*sync)(struct file *f);
  int (*close)(
      struct file *f); /* the last reference is gone: in a thread, soon. What it returns close() returns */
  /* Kernel context, bounded. release: the last reference is gone, at once, before close. HAZARD: a thread may still be
   * parked in read or write, if another one has closed its descriptor: release wakes it. */
  void (*release)(struct file *f);
  unsigned (*poll)(
      struct file *f); /* PITH_POLL bits that hold now; NULL: IN and OUT. Changes: vfs_changed() */
  /* arg as the process gave it: an allegation. size of what it points to has to be checked by the caller through
   * vfs_ioctl_size(); user is that memory, checked, or NULL. -ENOTTY for a request it does not know. */
  long (*ioctl)(struct file *f, uint32_t request, void *user, uint32_t arg);
};

/* An open file: what POSIX calls an open file description. From a table of PITH_FILES. */
struct file {
  const struct file_ops *ops; /* NULL: free */
  struct mount *mount;        /* NULL: of none (pipes) */
  uint32_t flags;             /* PITH_O_ */
  uint32_t pos;
  uint16_t refs;    /* descriptors and calls under way; kernel context */
  uint16_t kind;    /* the file system's */
  void *node;       /* the file system's */
  uint32_t data[2]; /* the file system's */
};

/* A file system. All but `name` run in a thread under the lock of the tree. `path` is what follows the mount point: ""
 * or "/a/b". Functions that a file system has not are NULL: -EROFS for what changes it, -EINVAL for the rest. */
struct fs_ops {
  const char *name;
  int (*open)(struct mount *m, const char *path, uint32_t flags, uint32_t mode,
              struct file *f); /* fills ops, node, data */
  int (*stat)(struct mount *m, const char *path, struct pith_stat *st);
  int (*unlink)(struct mount *m, const char *path);
  int (*rename)(struct mount *m, const char *from, const char *to);
  int (*mkdir)(struct mount *m, const char *path, uint32_t mode);
  int (*rmdir)(struct mount *m, const char *path);
  int (*mkfifo)(struct mount *m, const char *path, uint32_t mode);
  int (*utime)(struct mount *m, const char *path, int64_t mtime); /* of the last change; NULL: -ENOSYS */
  int (*usage)(struct mount *m, struct pith_mount *u); /* fills total, free, files, files_free */
  int (*sync)(struct mount *m);
  /* Where a file's bytes lie for good in memory that may be executed, aligned as an image is: text runs there. NULL, or
   * -ENOENT: the file has to be read into memory. */
  int (*map)(struct mount *m, const char *path, const void **data, uint32_t *size);
};

struct mount {
  const char *point;  /* "/tmp"; "" is the root */
  const char *source; /* for display */
  const struct fs_ops *ops;
  uint32_t flags;  /* PITH_MOUNT_ */
  void *data;      /* the file system's */
  uint16_t number; /* counted by vfs_mount(): st_dev */
  struct mount *next;
};

/* Makes the tree, with a root that lists what is mounted. Once, before all else; thread or boot. */
void vfs_init(void);
/* Adds a file system at m->point, "/" and one name, which stays. 0, -EBUSY (the point is taken), -EINVAL. Thread. */
int vfs_mount(struct mount *m);

/* The i-th mount, in the order they were made; NULL past the last one. Thread. */
const struct mount *vfs_mount_at(unsigned i);

/* cwd (NULL: "/") + path, clean, in out (PITH_PATH_MAX bytes). 0, -ENOENT (empty path), -ENAMETOOLONG. Any context. */
int vfs_path(char *out, const char *cwd, const char *path);
/* The same with a look at the tree: what is left by ".." must be a directory, and so must what "/" or "." follows, if
 * it exists. VFS_ bits of how it ended, or also -ENOTDIR. Thread. */
int vfs_walk(char *out, const char *cwd, const char *path);
enum { VFS_SLASH = 1, VFS_DOT = 2 }; /* it ended in "/", "." or "..": a directory is meant; in "." */

/* The wall clock: microseconds since 1970, from 0 at boot until it is set. Thread or kernel context; set: kernel. */
int64_t vfs_time(void);
void vfs_set_time(int64_t us);

/* The calls, for threads; paths are clean. vfs_open(): a file with one reference, or negative errno. */
int vfs_open(const char *path, uint32_t flags, uint32_t mode, struct file **out);
int vfs_stat(const char *path, struct pith_stat *st);
int vfs_unlink(const char *path);
int vfs_rename(const char *from, const char *to);
int vfs_mkdir(const char *path, uint32_t mode);
int vfs_rmdir(const char *path);
int vfs_mkfifo(const char *path, uint32_t mode);
int vfs_utime(const char *path, int64_t mtime); /* microseconds since 1970 */
int vfs_truncate(const char *path, uint32_t size);
int vfs_usage(unsigned index, struct pith_mount *out); /* -ENOENT past the last mount */
int vfs_sync(void);
int vfs_map(const char *path, const void **data, uint32_t *size);
int vfs_fstat(struct file *f, struct pith_stat *st);
long vfs_seek(struct file *f, int32_t offset, int whence);
int vfs_readdir(struct file *f, struct pith_dirent *d);
int vfs_ftruncate(struct file *f, uint32_t size);
int vfs_fsync(struct file *f);
/* Read and write for threads, whatever the kind of file. */
long vfs_read(struct file *f, void *buf, size_t n);
long vfs_write(struct file *f, const void *buf, size_t n);
/* The same at a place; f->pos stays. Also -ESPIPE. */
long vfs_pread(struct file *f, void *buf, size_t n, uint32_t at);
long vfs_pwrite(struct file *f, const void *buf, size_t n, uint32_t at);
/* Gives up a thread's reference; the last one closes, and what close() returned is the result. */
int vfs_close(struct file *f);

/* The table. Slots of files that are open, or whose close() is still to come, have ops. */
extern struct file vfs_files[PITH_FILES];
/* Kernel context. A free slot with one reference, its ops yet to be set, or NULL. */
struct file *file_new(void);
/* Kernel context: slots that are free. */
unsigned file_room(void);
static inline void file_hold(struct file *f) { f->refs++; }
bool file_last_released(struct file *f);
/* One reference less. True: it was the last one and the file has a close(): a thread must call vfs_closing(). */
static inline bool file_release(struct file *f) { return --f->refs ? false : file_last_released(f); }
/* Thread: closes all that wait for it. */
void vfs_closing(void);

/* Something that poll() looks at may have changed. Any context. */
void vfs_changed(void);
extern struct pith_waker vfs_poll; /* who polls waits on it */
/* When the read under way is to end, for in_kernel reads that wait for a time: 0 when it begins; what they set is there
 * again when it is made again after a wait. */
extern pith_time vfs_read_deadline;
/* Bytes that the argument of an ioctl request points to; 0: none, the argument is a number. *to: it is read by the
 * process (else written by it). */
uint32_t vfs_ioctl_size(uint32_t request, bool *to);
#endif

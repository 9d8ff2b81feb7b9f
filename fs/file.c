/* The table of open files.
 *
 *   free (no ops, no refs) -> made (refs) -> open (refs, ops) -> closing (ops, no refs) -> free
 *
 * References change in the kernel context alone. A file that has a close() and no references left waits for a thread,
 * the service of calls or the reaper; whoever comes first closes it, under the lock of the tree. */
#include "fs.h"
#include "mem.h"
#include "pith/monitor.h"
#include "vfs.h"

struct file vfs_files[PITH_FILES];

struct file *file_new(void) {
  for (int i = 0; i < PITH_FILES; i++) {
    struct file *f = &vfs_files[i];

    if (f->ops || f->refs) continue;
    *f = (struct file){.refs = 1};
    return f;
  }
  return NULL;
}

unsigned file_room(void) {
  unsigned n = 0;

  for (int i = 0; i < PITH_FILES; i++) n += !vfs_files[i].ops && !vfs_files[i].refs;
  return n;
}

bool file_release(struct file *f) {
  if (--f->refs || !f->ops) return false;
  if (f->ops->release) f->ops->release(f);
  if (f->ops->close) return true;
  f->ops = NULL;
  return false;
}

/* ---- threads ---- */

static bool is_closing(const struct file *f) { return f->ops && !f->refs; }

int vfs_closing(const struct file *wanted) {
  int result = 0;

  vfs_lock();
  for (int i = 0; i < PITH_FILES; i++) {
    struct file *f = &vfs_files[i];
    int error;

    if (!is_closing(f)) continue;
    error = f->ops->close(f);
    if (f == wanted) result = error;
    f->ops = NULL; /* last: the slot is free */
  }
  vfs_unlock();
  return result;
}

static long release(long f, long unused, long unused2) {
  (void)unused, (void)unused2;
  return file_release((struct file *)f);
}

int vfs_close(struct file *f) { return pith_monitor(release, (long)f, 0, 0) ? vfs_closing(f) : 0; }

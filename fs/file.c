/* The table of open files.
 *
 *   free (no ops, no refs) -> made (refs) -> open (refs, ops) -> closing (ops, no refs) -> free
 *
 * References change in the kernel context alone. A file that has a close() and no references left waits for a thread,
 * the service of calls or the reaper; whoever comes first closes it, under the lock of the tree. */
#include "fs.h"
#include "lock.h"
#include "mem.h"
#include "pith/monitor.h"
#include "vfs.h"

struct file vfs_files[PITH_FILES];

/* Slots taken and given back: by the kernel; by threads, under the lock. */
static unsigned taken, given_back, closed;

static bool give_back(void) { return given_back++, false; }

struct file *file_new(void) {
  for (int i = 0; i < PITH_FILES; i++) {
    struct file *f = &vfs_files[i];

    if (f->ops || f->refs) continue;
    *f = (struct file){.refs = 1};
    taken++;
    return f;
  }
  return NULL;
}

unsigned file_room(void) { return PITH_FILES - (taken - given_back - closed); }

static unsigned closing_asked; /* by the kernel; done: `closed` */

bool file_last_released(struct file *f) {
  if (!f->ops) return give_back();
  if (lock_count) lock_released(f);
  if (f->ops->release) f->ops->release(f);
  if (f->ops->close) return closing_asked++, true;
  f->ops = NULL;
  return give_back();
}

/* ---- threads ---- */

static int close_one(struct file *f) {
  int result = f->ops->close(f);

  f->ops = NULL; /* the slot is free */
  closed++;
  return result;
}

void vfs_closing(void) {
  if (closing_asked == closed) return;
  vfs_lock();
  for (int i = 0; closing_asked != closed && i < PITH_FILES; i++)
    if (vfs_files[i].ops && !vfs_files[i].refs) close_one(&vfs_files[i]);
  vfs_unlock();
}

static long release(long f, long unused, long unused2) {
  (void)unused, (void)unused2;
  return file_release((struct file *)f);
}

/* Under the lock from before it is left to any thread until this one has closed it. */
int vfs_close(struct file *f) {
  int result = 0;

  if (!f->ops->close) return (int)pith_monitor(release, (long)f, 0, 0);
  vfs_lock();
  if (pith_monitor(release, (long)f, 0, 0)) result = close_one(f);
  vfs_unlock();
  return result;
}

/* /dev: what is read and written in the kernel context, by name. null, zero, full, random and urandom are there from the
 * start; a board or the system adds what else there is. */
#ifndef PITH_DEVFS_H
#define PITH_DEVFS_H
#include "vfs.h"

struct devfs_device {
  const char *name; /* one component of a path */
  const struct file_ops *ops;
  void *data; /* the device's; an open file's node is its struct devfs_device */
  struct devfs_device *next;
};

extern const struct fs_ops devfs_ops;
/* Adds a device, which stays. 0, -EEXIST. Thread, or before any runs. */
int devfs_add(struct devfs_device *d);
/* stat() of a character device: for the ops of devices. */
int devfs_stat(struct file *f, struct pith_stat *st);
#endif

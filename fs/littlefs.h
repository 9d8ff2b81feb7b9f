/* A file system on flash memory, which survives the system: littlefs (its own sources are fetched, tools/littlefs.py) made
 * into what the tree wants.
 *
 * What was synced (fsync(), close()) is there after a cut at any moment, as it was; so are the names, which are changed at
 * once. What an open file has got since is lost. Renaming over a file is atomic. There is one open littlefs file for each
 * file, however often it is open.
 *
 * A damaged image never brings the system down: what littlefs finds wrong is EIO; if it would go on for ever, or runs into an
 * assertion, every call is EIO from then on, and the image is left as it is. */
#ifndef PITH_LITTLEFS_H
#define PITH_LITTLEFS_H
#include "class.h"
#include "vfs.h"

/* Mounts the device at /data: the image that is on it, or a new one if the device is blank, or if `format` says so (what
 * was there is lost then). The device is started by the caller. 0, or negative errno, and *why says in a few words what is
 * wrong; nothing is mounted and the device is as it was. -EINVAL: its sizes (class.h, config.h). One device. Thread. */
int littlefs_mount(const struct block *device, const char *source, bool format, const char **why);

/* Forgets the mount, without a sync. For tests. */
void littlefs_forget(void);
#endif

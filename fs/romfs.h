/* The built-in read-only image: files that tools/image.py laid out in the firmware, each contiguous and
 * aligned so that one MPU region covers its text and nothing of another file. */
#ifndef PITH_ROMFS_H
#define PITH_ROMFS_H
#include <stdint.h>

enum { ROMFS_NAME = 24 };

struct romfs_file {
  const char *name; /* at most ROMFS_NAME - 1 characters; without "/" it is a program, in /bin */
  const void *data; /* where it lies; it is executed there */
  uint32_t size;    /* bytes */
};

/* The file of that path, "/etc/services"; of programs also the name alone: "/bin/sh" and "sh" are the same. 0, -ENOENT,
 * -EIO (the image is damaged). Any context. O(files). */
int romfs_find(const char *path, struct romfs_file *file);
/* The i-th file, from 0. 0, -ENOENT past the last one, -EIO. Any context. O(1). */
int romfs_at(uint32_t i, struct romfs_file *file);

/* The image as a file system (fs/vfs.h). A mount's data is a string: what the names of its files start with in the
 * image, "etc/" for /etc; "" for /bin: those without "/". */
struct fs_ops;
extern const struct fs_ops romfs_ops;
#endif

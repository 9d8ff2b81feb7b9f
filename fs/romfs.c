/* Reads the built-in image. It was made together with the firmware, but it may have been replaced in
 * flash: every number in it is checked against the image's own bounds before use. */
#include "romfs.h"
#include "bits.h"
#include "mem.h"
#include "pith_errno.h"

struct header {
  char magic[8];
  uint32_t count, total;
};

struct entry {
  char name[ROMFS_NAME];
  uint32_t offset, size;
};

extern const uint8_t k_image_start[], k_image_end[];

int romfs_at(uint32_t i, struct romfs_file *file) {
  const struct header *h = (const struct header *)(const void *)k_image_start;
  const struct entry *e = (const struct entry *)(const void *)(h + 1) + i;
  uint32_t length = (uint32_t)(k_image_end - k_image_start);

  if (length < sizeof *h || memcmp(h->magic, "PITHIMG1", 8) || h->total > length) return -EIO;
  if (h->count > (h->total - sizeof *h) / sizeof *e) return -EIO;
  if (i >= h->count) return -ENOENT;
  if (!range_within(e->offset, e->size, 0, h->total) || e->name[ROMFS_NAME - 1]) return -EIO;
  *file = (struct romfs_file){.name = e->name, .data = k_image_start + e->offset, .size = e->size};
  return 0;
}

/* Programs are stored by their names alone, other files by their paths. */
static const char *stored_name(const char *path) {
  if (*path == '/') path++;
  return strncmp(path, "bin/", 4) ? path : path + 4;
}

int romfs_find(const char *path, struct romfs_file *file) {
  const char *name = stored_name(path);
  int error;

  for (uint32_t i = 0; !(error = romfs_at(i, file)); i++)
    if (!strcmp(file->name, name)) return 0;
  return error;
}

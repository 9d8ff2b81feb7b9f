/* What the file systems of this folder share: names, positions, directories. */
#include "fs.h"
#include "mem.h"

const char *fs_name(const char **path, size_t *length) {
  const char *name = *path;

  if (!*name) return NULL;
  name++;
  for (*length = 0; name[*length] && name[*length] != '/'; ++*length) continue;
  *path = name + *length;
  return name;
}

uint32_t fs_hash(uint32_t h, const char *s) {
  for (; *s; s++) h = (h ^ (uint8_t)*s) * 16777619u;
  return h;
}

bool fs_same(const char *name, size_t length, const char *other) {
  return !strncmp(name, other, length) && !other[length];
}

long fs_seek(struct file *f, int32_t offset, int whence, uint32_t size) {
  int64_t to = offset;

  if (whence == PITH_SEEK_CUR) to += f->pos;
  else if (whence == PITH_SEEK_END) to += size;
  else if (whence != PITH_SEEK_SET) return -EINVAL;
  if (to < 0) return -EINVAL;
  if (to > INT32_MAX) return -EOVERFLOW;
  f->pos = (uint32_t)to;
  return (long)to;
}

long fs_seek_directory(struct file *f, int32_t offset, int whence) {
  return fs_seek(f, offset, whence == PITH_SEEK_END ? -1 : whence, 0);
}

long fs_read_memory(struct file *f, void *buf, size_t n, const void *data, uint32_t size) {
  uint32_t left = f->pos < size ? size - f->pos : 0;

  if (n > left) n = left;
  memcpy(buf, (const uint8_t *)data + f->pos, n);
  f->pos += (uint32_t)n;
  return (long)n;
}

long fs_is_directory(struct file *f, void *buf, size_t n) {
  (void)f, (void)buf, (void)n;
  return -EISDIR;
}

int fs_may_open(bool directory, uint32_t flags) {
  if (flags & PITH_O_CREAT && flags & PITH_O_EXCL) return -EEXIST;
  if (!directory) return flags & PITH_O_DIRECTORY ? -ENOTDIR : 0;
  return fs_writes(flags) || flags & (PITH_O_CREAT | PITH_O_TRUNC) ? -EISDIR : 0;
}

void fs_entry(struct pith_dirent *d, uint32_t ino, uint32_t mode, const char *name, size_t length) {
  if (length > PITH_NAME_MAX) length = PITH_NAME_MAX;
  *d = (struct pith_dirent){.ino = (uint16_t)ino, .mode = (uint16_t)(mode & PITH_S_IFMT)};
  memcpy(d->name, name, length);
}

/* The built-in image as file systems: /bin shows the files whose names have no "/", /etc those whose names start with
 * "etc/". Directories below are only said by names of files in them. The image is small: all is found by looking at every
 * entry. A damaged one gives -EIO. */
#include "fs.h"
#include "mem.h"
#include "romfs.h"

enum { BLOCK = 512, DIRECTORY = 0x8000 /* in an inode's number */ };

static const char *prefix(const struct mount *m) { return m->data; }

/* What follows the prefix of m in an entry's name; NULL: it is not in m. */
static const char *below(const struct mount *m, const char *name) {
  size_t n = strlen(prefix(m));

  if (n) return strncmp(name, prefix(m), n) ? NULL : name + n;
  for (const char *s = name; *s; s++)
    if (*s == '/') return NULL;
  return name;
}

/* What follows directory `path` in a name within m; NULL: it is not in it. */
static const char *within(const char *name, const char *path) {
  size_t n = strlen(path);

  if (!n) return name;
  return !strncmp(name, path + 1, n - 1) && name[n - 1] == '/' ? name + n : NULL;
}

/* A file, or a directory: *file is then the first file in it. Its inode's number, or a negative errno. */
static long find(const struct mount *m, const char *path, struct romfs_file *file) {
  int error;

  if (!*path) return DIRECTORY;
  for (uint32_t i = 0; !(error = romfs_at(i, file)); i++) {
    const char *name = below(m, file->name);

    if (!name) continue;
    if (!strcmp(name, path + 1)) return (long)i + 2;
    if (within(name, path)) return (long)i + 2 + DIRECTORY;
    /* a file where a directory should be */
    if (!strncmp(name, path + 1, strlen(name)) && path[1 + strlen(name)] == '/') return -ENOTDIR;
  }
  return error;
}

static void fill(struct pith_stat *st, long ino, uint32_t size) {
  *st = (struct pith_stat){.mode = ino & DIRECTORY ? PITH_S_IFDIR | 0555 : PITH_S_IFREG | 0555,
                           .size = ino & DIRECTORY ? 0 : size,
                           .ino = (uint32_t)ino,
                           .links = 1,
                           .block = BLOCK};
}

static int rom_stat(struct mount *m, const char *path, struct pith_stat *st) {
  struct romfs_file file = {.size = 0};
  long ino = find(m, path, &file);

  if (ino < 0) return (int)ino;
  fill(st, ino, file.size);
  return 0;
}

static int rom_map(struct mount *m, const char *path, const void **data, uint32_t *size) {
  struct romfs_file file;
  long ino = find(m, path, &file);

  if (ino < 0) return (int)ino;
  if (ino & DIRECTORY) return -EISDIR;
  *data = file.data;
  *size = file.size;
  return 0;
}

/* data[0]: the size; data[1]: the inode's number. Of a directory: node is the name of a file in it, of whose bytes,
 * from the prefix on, data[0] are the directory's path. */
static long file_read(struct file *f, void *buf, size_t n) {
  return fs_read_memory(f, buf, n, f->node, f->data[0]);
}

static long file_seek(struct file *f, int32_t offset, int whence) {
  return fs_seek(f, offset, whence, f->data[0]);
}

static int file_stat(struct file *f, struct pith_stat *st) {
  fill(st, (long)f->data[1], f->data[0]);
  return 0;
}

static const struct file_ops file_ops = {.read = file_read, .seek = file_seek, .stat = file_stat};

/* The entry's name in the directory f, up to the next "/"; NULL: it is not in it. */
static const char *name_in(const struct file *f, const char *name, size_t *length) {
  uint32_t n = f->data[0];

  name = below(f->mount, name);
  if (!name) return NULL;
  if (n) {
    if (strncmp(name, f->node, n) || name[n] != '/') return NULL;
    name += n + 1;
  }
  for (*length = 0; name[*length] && name[*length] != '/'; ++*length) continue;
  return name;
}

/* An entry before the i-th has that name, too: a directory that has been told. */
static bool is_told(const struct file *f, uint32_t i, const char *name, size_t length) {
  struct romfs_file file;

  for (uint32_t k = 0; k < i && !romfs_at(k, &file); k++) {
    size_t other_length;
    const char *other = name_in(f, file.name, &other_length);

    if (other && other_length == length && !strncmp(name, other, length)) return true;
  }
  return false;
}

static int directory_read(struct file *f, struct pith_dirent *d) {
  struct romfs_file file;
  int error;

  for (uint32_t i = f->pos - 2; !(error = romfs_at(i, &file)); i++) {
    size_t length;
    const char *name = name_in(f, file.name, &length);
    bool directory = name && name[length];

    f->pos = i + 3;
    if (!name || (directory && is_told(f, i, name, length))) continue;
    fs_entry(d, i + 2 + (directory ? DIRECTORY : 0), directory ? PITH_S_IFDIR : PITH_S_IFREG, name, length);
    return 1;
  }
  return error == -ENOENT ? 0 : error;
}

static const struct file_ops directory_ops = {
    .read = fs_is_directory, .seek = fs_seek_directory, .stat = file_stat, .readdir = directory_read};

static int rom_open(struct mount *m, const char *path, uint32_t flags, uint32_t mode, struct file *f) {
  struct romfs_file file = {.name = ""};
  long ino = find(m, path, &file);
  int error;

  (void)mode;
  if (ino == -ENOENT && flags & PITH_O_CREAT) return -EROFS;
  if (ino < 0) return (int)ino;
  error = fs_may_open(ino & DIRECTORY, flags);
  if (error) return error;
  if (fs_writes(flags) || flags & PITH_O_TRUNC) return -EROFS;
  f->ops = ino & DIRECTORY ? &directory_ops : &file_ops;
  f->data[1] = (uint32_t)ino;
  f->data[0] = ino & DIRECTORY ? (*path ? (uint32_t)strlen(path + 1) : 0) : file.size;
  f->node =
      ino & DIRECTORY ? (void *)(uintptr_t)(*path ? below(m, file.name) : "") : (void *)(uintptr_t)file.data;
  return 0;
}

static int rom_usage(struct mount *m, struct pith_mount *u) {
  struct romfs_file file;
  uint32_t bytes = 0;

  for (uint32_t i = 0; !romfs_at(i, &file); i++) {
    if (!below(m, file.name)) continue;
    u->files++;
    bytes += file.size;
  }
  u->total = (bytes + 255) / 256;
  return 0;
}

const struct fs_ops romfs_ops = {
    .name = "romfs", .open = rom_open, .stat = rom_stat, .usage = rom_usage, .map = rom_map};

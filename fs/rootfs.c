/* The root: a directory of what is mounted, which cannot be changed. */
#include "fs.h"
#include "mem.h"

static int root_stat(struct mount *m, const char *path, struct pith_stat *st) {
  (void)m;
  if (*path) return -ENOENT;
  *st = (struct pith_stat){.mode = PITH_S_IFDIR | 0555, .ino = 1, .links = 1, .block = 512};
  return 0;
}

static int directory_stat(struct file *f, struct pith_stat *st) { return root_stat(f->mount, "", st); }

static int directory_read(struct file *f, struct pith_dirent *d) {
  const struct mount *m;

  do m = vfs_mount_at(f->pos++ - 2);
  while (m && !*m->point); /* not itself */
  if (!m) f->pos--;
  else fs_entry(d, m->number + 1u, PITH_S_IFDIR, m->point + 1, strlen(m->point + 1));
  return m != NULL;
}

static const struct file_ops directory_ops = {
    .read = fs_is_directory, .seek = fs_seek_directory, .stat = directory_stat, .readdir = directory_read};

/* What is not there cannot be made, and there is no directory here to make it in but the root. */
int vfs_root_refusal(const char *path) {
  size_t length;

  fs_name(&path, &length);
  return *path ? -ENOENT : -EROFS;
}

static int root_open(struct mount *m, const char *path, uint32_t flags, uint32_t mode, struct file *f) {
  int error;

  (void)m, (void)mode;
  if (*path) return flags & PITH_O_CREAT ? vfs_root_refusal(path) : -ENOENT;
  error = fs_may_open(true, flags);
  if (!error) f->ops = &directory_ops;
  return error;
}

const struct fs_ops vfs_root_ops = {.name = "rootfs", .open = root_open, .stat = root_stat};

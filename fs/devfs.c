/* The registry of devices, and those that are no hardware. What these do to a buffer of any size is done in pieces, a
 * piece a kernel entry.
 *
 * random is a generator (xoshiro128**, by Blackman and Vigna) that the clock is mixed into at each read. No hardware
 * here has a source of entropy: it is good for games and tests, not for keys. */
#include "devfs.h"
#include "fs.h"
#include "mem.h"
#include "pith/kernel.h"

enum { PIECE = 512, BLOCK = 128 /* what a stream on a device buffers */ };

static struct devfs_device *devices;

/* ---- null, zero, full, random ---- */

static long null_read(struct file *f, void *buf, size_t n) {
  (void)f, (void)buf, (void)n;
  return 0;
}

static long null_write(struct file *f, const void *buf, size_t n) {
  (void)f, (void)buf;
  return (long)n;
}

static long full_write(struct file *f, const void *buf, size_t n) {
  (void)f, (void)buf, (void)n;
  return -ENOSPC;
}

static long zero_read(struct file *f, void *buf, size_t n) {
  (void)f;
  if (n > PIECE) n = PIECE;
  memset(buf, 0, n);
  return (long)n;
}

static uint32_t rotate(uint32_t v, unsigned n) { return v << n | v >> (32 - n); }

static uint32_t next_random(void) {
  static uint32_t s[4] = {0x9E3779B9, 0x243F6A88, 0xB7E15162, 0x93C467E3};
  uint32_t result = rotate(s[1] * 5, 7) * 9, t = s[1] << 9;

  s[0] ^= (uint32_t)pith_now();
  s[2] ^= s[0];
  s[3] ^= s[1];
  s[1] ^= s[2];
  s[0] ^= s[3];
  s[2] ^= t;
  s[3] = rotate(s[3], 11);
  if (!(s[0] | s[1] | s[2] | s[3])) s[0] = 1;
  return result;
}

static long random_read(struct file *f, void *buf, size_t n) {
  (void)f;
  if (n > PIECE / 4) n = PIECE / 4;
  for (size_t i = 0; i < n; i += 4) {
    uint32_t word = next_random();

    memcpy((uint8_t *)buf + i, &word, n - i < 4 ? n - i : 4);
  }
  return (long)n;
}

static unsigned always(struct file *f) {
  (void)f;
  return PITH_POLLIN | PITH_POLLOUT;
}

static long device_seek(struct file *f, int32_t offset, int whence) {
  (void)offset, (void)whence;
  f->pos = 0;
  return 0;
}

#define OPS(name, reads, writes)                                                                             \
  static const struct file_ops name##_ops = {.in_kernel = true,                                              \
                                             .streams = true,                                                \
                                             .read = reads,                                                  \
                                             .write = writes,                                                \
                                             .seek = device_seek,                                            \
                                             .stat = devfs_stat,                                             \
                                             .poll = always}
OPS(null, null_read, null_write);
OPS(zero, zero_read, null_write);
OPS(full, zero_read, full_write);
OPS(random, random_read, null_write);

static struct devfs_device builtin[] = {{"null", &null_ops, NULL, &builtin[1]},
                                        {"zero", &zero_ops, NULL, &builtin[2]},
                                        {"full", &full_ops, NULL, &builtin[3]},
                                        {"random", &random_ops, NULL, &builtin[4]},
                                        {"urandom", &random_ops, NULL, NULL}};

/* ---- the registry ---- */

static struct devfs_device **end_of_list(void) {
  struct devfs_device **link = &devices;

  if (!devices) devices = builtin;
  while (*link) link = &(*link)->next;
  return link;
}

/* The i-th; NULL past the last one. */
static struct devfs_device *device_at(uint32_t i) {
  struct devfs_device *d;

  end_of_list();
  for (d = devices; d && i; i--) d = d->next;
  return d;
}

static uint32_t number_of(const struct devfs_device *wanted) {
  uint32_t i = 0;

  while (device_at(i) != wanted) i++;
  return i + 2;
}

/* NULL and *error: there is no such device. Its directory: NULL and 0. */
static struct devfs_device *find(const char *path, int *error) {
  size_t length;
  const char *name = fs_name(&path, &length);
  struct devfs_device *d;

  *error = 0;
  if (!name) return NULL;
  for (uint32_t i = 0; (d = device_at(i)); i++)
    if (fs_same(name, length, d->name)) break;
  *error = !d ? -ENOENT : *path ? -ENOTDIR : 0;
  return *error ? NULL : d;
}

int devfs_add(struct devfs_device *d) {
  struct devfs_device **end = end_of_list();

  for (struct devfs_device *other = devices; other; other = other->next)
    if (!strcmp(other->name, d->name)) return -EEXIST;
  d->next = NULL;
  *end = d;
  return 0;
}

static void fill(struct pith_stat *st, const struct devfs_device *d) {
  *st = (struct pith_stat){.mode = d ? PITH_S_IFCHR | 0666 : PITH_S_IFDIR | 0555,
                           .ino = d ? number_of(d) : 1,
                           .links = 1,
                           .block = BLOCK};
}

int devfs_stat(struct file *f, struct pith_stat *st) {
  fill(st, f->node);
  return 0;
}

static int dev_stat(struct mount *m, const char *path, struct pith_stat *st) {
  int error;
  const struct devfs_device *d = find(path, &error);

  (void)m;
  if (!error) fill(st, d);
  return error;
}

static int directory_read(struct file *f, struct pith_dirent *d) {
  const struct devfs_device *device = device_at(f->pos - 2);

  if (!device) return 0;
  fs_entry(d, f->pos++, PITH_S_IFCHR, device->name, strlen(device->name));
  return 1;
}

static const struct file_ops directory_ops = {
    .read = fs_is_directory, .seek = fs_seek_directory, .stat = devfs_stat, .readdir = directory_read};

static int dev_open(struct mount *m, const char *path, uint32_t flags, uint32_t mode, struct file *f) {
  int error;
  struct devfs_device *d = find(path, &error);

  (void)m, (void)mode;
  if (error == -ENOENT && flags & PITH_O_CREAT) return -EROFS;
  if (!error) error = fs_may_open(!d, flags);
  if (error) return error;
  f->node = d;
  f->ops = d ? d->ops : &directory_ops;
  return 0;
}

const struct fs_ops devfs_ops = {.name = "devfs", .open = dev_open, .stat = dev_stat};

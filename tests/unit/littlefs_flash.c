/* See littlefs_flash.h. */
#include "littlefs_flash.h"
#include <string.h>

uint8_t flash[FLASH_SIZE];
void (*flash_hook)(const struct flash_op *op);
int (*flash_refuse)(const struct flash_op *op);
bool flash_unreadable, flash_lax;
unsigned flash_syncs, flash_changes;
struct mount *data_mount;
int64_t data_now;
int data_error;

void flash_blank(void) { memset(flash, 0xFF, sizeof flash); }

static void tear(uint8_t *at, const struct flash_op *op) {
  uint32_t n = op->erase ? FLASH_BLOCK : op->n, whole = unit_below(n + 1);

  for (uint32_t i = 0; i < n; i++) {
    uint8_t some = i < whole ? 0xFF : i == whole || unit_below(4) == 0 ? (uint8_t)unit_random() : 0;

    if (op->erase) at[i] |= some;
    else at[i] &= (uint8_t)(op->data[i] | ~some);
  }
}

void flash_apply(uint8_t *image, const struct flash_op *op, enum flash_how how) {
  uint8_t *at = image + op->block * FLASH_BLOCK + op->offset;

  if (how == FLASH_TORN) tear(at, op);
  else if (how == FLASH_DROPPED) return;
  else if (op->erase) memset(at, 0xFF, FLASH_BLOCK);
  else
    for (uint32_t i = 0; i < op->n; i++) at[i] &= op->data[i];
}

/* ---- the device ---- */

static int change(const struct flash_op *op) {
  int error = flash_refuse ? flash_refuse(op) : 0;

  if (error) return error;
  if (flash_hook) flash_hook(op);
  flash_changes++;
  flash_apply(flash, op, FLASH_WHOLE);
  return 0;
}

static int flash_read(const void *dev, uint32_t block, uint32_t offset, void *buf, uint32_t n) {
  assert_true(block < FLASH_BLOCKS && offset % FLASH_UNIT == 0 && n % FLASH_UNIT == 0 &&
              offset + n <= FLASH_BLOCK);
  (void)dev;
  if (flash_unreadable) return -EIO;
  memcpy(buf, flash + block * FLASH_BLOCK + offset, n);
  return 0;
}

static int flash_prog(const void *dev, uint32_t block, uint32_t offset, const void *buf, uint32_t n) {
  const uint8_t *data = buf, *at = flash + block * FLASH_BLOCK + offset;

  assert_true(block < FLASH_BLOCKS && offset % FLASH_UNIT == 0 && n % FLASH_UNIT == 0 &&
              offset + n <= FLASH_BLOCK);
  (void)dev;
  for (uint32_t i = 0; i < n && !flash_lax; i++) assert_int_equal(data[i] & ~at[i], 0); /* no bit becomes 1 */
  return change(&(struct flash_op){false, block, offset, n, data});
}

static int flash_erase(const void *dev, uint32_t block) {
  assert_true(block < FLASH_BLOCKS);
  (void)dev;
  return change(&(struct flash_op){true, block, 0, 0, NULL});
}

static int flash_sync(const void *dev) {
  (void)dev;
  flash_syncs++;
  return 0;
}

static const struct block_ops flash_ops = {
    .read = flash_read, .prog = flash_prog, .erase = flash_erase, .sync = flash_sync};
const struct block flash_device = {&flash_ops, NULL, FLASH_UNIT, FLASH_UNIT, FLASH_BLOCK, FLASH_BLOCKS, false};

/* ---- the tree ---- */

int64_t vfs_time(void) { return data_now; }

int vfs_mount(struct mount *m) {
  data_mount = m;
  return 0;
}

int data_boot_format(bool format, const char **why) {
  littlefs_forget();
  data_mount = NULL;
  return littlefs_mount(&flash_device, "flash", format, why);
}

int data_boot(void) {
  const char *why;

  return data_boot_format(false, &why);
}

struct file *data_open(const char *path, uint32_t flags) {
  struct file *f = calloc(1, sizeof *f);

  assert_non_null(f);
  f->mount = data_mount;
  f->flags = flags;
  data_error = data_mount->ops->open(data_mount, path, flags, 0, f);
  if (!data_error) return f;
  free(f);
  return NULL;
}

int data_close(struct file *f) {
  int error = f->ops->close(f);

  free(f);
  return error;
}

long data_get(const char *path, void *buf, size_t room) {
  struct file *f = data_open(path, PITH_O_RDONLY);
  long n = 0, r;

  if (!f) return data_error;
  while ((r = f->ops->read(f, (char *)buf + n, room - (size_t)n)) > 0) n += r;
  data_close(f);
  return r < 0 ? r : n;
}

int data_put(const char *path, const void *buf, size_t n) {
  struct file *f = data_open(path, PITH_O_WRONLY | PITH_O_CREAT | PITH_O_TRUNC);
  long r;
  int error;

  if (!f) return data_error;
  r = n ? f->ops->write(f, buf, n) : 0;
  error = data_close(f);
  return r < 0 ? (int)r : r < (long)n ? -ENOSPC : error;
}

int data_list(const char *path, char names[][PITH_NAME_MAX + 1], uint16_t *modes, int max) {
  struct file *f = data_open(path, PITH_O_RDONLY | PITH_O_DIRECTORY);
  struct pith_dirent d;
  int n = 0, r;

  if (!f) return data_error;
  f->pos = 2; /* the first two are the tree's */
  while ((r = f->ops->readdir(f, &d)) > 0 && n < max) {
    memcpy(names[n], d.name, sizeof d.name);
    if (modes) modes[n] = d.mode;
    n++;
  }
  data_close(f);
  return r < 0 ? r : n;
}

void data_clear(const char *path) {
  char names[64][PITH_NAME_MAX + 1], full[PITH_PATH_MAX];
  uint16_t modes[64];
  int n;

  while ((n = data_list(path, names, modes, 64)) > 0)
    for (int i = 0; i < n; i++) {
      snprintf(full, sizeof full, "%s/%.63s", path, names[i]);
      if (modes[i] == PITH_S_IFDIR) {
        data_clear(full);
        assert_int_equal(data_mount->ops->rmdir(data_mount, full), 0);
      } else {
        assert_int_equal(data_mount->ops->unlink(data_mount, full), 0);
      }
    }
  assert_int_equal(n, 0);
}

uint32_t data_used(void) {
  struct pith_mount u;

  memset(&u, 0, sizeof u);
  assert_int_equal(data_mount->ops->usage(data_mount, &u), 0);
  return (u.total - u.free) / (FLASH_BLOCK / 256);
}

/* See nor_ram.h. What is asked for out of range or across units is refused, too: -EINVAL. */
#include "nor_ram.h"
#include "mem.h"
#include "pith_errno.h"
#include "semihost.h"

static uint32_t size_of(const struct nor_ram *n) { return n->block_size * n->block_count; }

static int fail(const char **why, const char *text, int error) {
  *why = text;
  return error;
}

/* ---- the file ---- */

/* All of it, or as much as there is: a new file is all ones. */
static int write_all(const struct nor_ram *n, int file) {
  return semihost_write(file, n->base, size_of(n)) == (long)size_of(n) ? 0 : -EIO;
}

static int make_file(const struct nor_ram *n, const char *path, const char **why) {
  int file = semihost_open(path, SEMIHOST_WRITE), error;

  if (file < 0) return fail(why, file == -ENODEV ? "there is no host" : "its file cannot be made", file);
  error = write_all(n, file);
  semihost_close(file);
  return error ? fail(why, "its file cannot be written", error) : 0;
}

static int load(const struct nor_ram *n, const char *path, const char **why) {
  int file = semihost_open(path, SEMIHOST_UPDATE), error = 0;
  long length;

  if (file == -ENOENT) {
    error = make_file(n, path, why);
    if (error) return error;
    file = semihost_open(path, SEMIHOST_UPDATE);
  }
  if (file < 0) return fail(why, file == -ENODEV ? "there is no host" : "its file cannot be opened", file);
  length = semihost_length(file);
  if (length == 0) error = write_all(n, file) ? fail(why, "its file cannot be written", -EIO) : 0;
  else if (length != (long)size_of(n)) error = fail(why, "its file is not of the flash's size", -EINVAL);
  else if (semihost_read(file, n->base, size_of(n)) != length)
    error = fail(why, "its file cannot be read", -EIO);
  if (error) semihost_close(file);
  else n->state->file = file;
  return error;
}

static int start(const void *dev, const char *file, const char **why) {
  const struct nor_ram *n = dev;

  *n->state = (struct nor_ram_state){.file = -1};
  memset(n->base, 0xFF, size_of(n));
  if (file) {
    int error = load(n, file, why);

    if (error) return error;
  }
  n->state->started = true;
  return 0;
}

static int save(const struct nor_ram *n, uint32_t block) {
  int file = n->state->file, error = semihost_seek(file, block * n->block_size);

  if (error) return error;
  return semihost_write(file, n->base + block * n->block_size, n->block_size) == (long)n->block_size ? 0
                                                                                                     : -EIO;
}

/* What could not be saved is tried again by the next one. */
static int sync(const void *dev) {
  const struct nor_ram *n = dev;
  struct nor_ram_state *s = n->state;
  uint32_t i = 0;

  while (i < s->changed_count && (s->file < 0 || !save(n, s->changed[i]))) i++;
  memmove(s->changed, s->changed + i, (s->changed_count - i) * sizeof s->changed[0]);
  s->changed_count = (uint16_t)(s->changed_count - i);
  return s->changed_count ? -ENXIO : 0;
}

/* ---- the flash ---- */

static void note_change(struct nor_ram_state *s, uint32_t block) {
  uint32_t i = 0;

  if (s->changed_count && s->changed[s->changed_count - 1] == block) return;
  while (i < s->changed_count && s->changed[i] != block) i++;
  if (i == s->changed_count) s->changed_count++;
  else memmove(s->changed + i, s->changed + i + 1, (s->changed_count - i - 1u) * sizeof s->changed[0]);
  s->changed[s->changed_count - 1] = (uint16_t)block;
}

static bool is_sound(const struct nor_ram *n, uint32_t block, uint32_t offset, uint32_t size) {
  return n->state->started && block < n->block_count && offset % NOR_RAM_UNIT == 0 &&
         size % NOR_RAM_UNIT == 0 && offset <= n->block_size && size <= n->block_size - offset;
}

static int read(const void *dev, uint32_t block, uint32_t offset, void *buf, uint32_t size) {
  const struct nor_ram *n = dev;

  if (!is_sound(n, block, offset, size)) return -EINVAL;
  memcpy(buf, n->base + block * n->block_size + offset, size);
  return 0;
}

static int prog(const void *dev, uint32_t block, uint32_t offset, const void *buf, uint32_t size) {
  const struct nor_ram *n = dev;
  const uint8_t *from = buf;
  uint8_t *to = n->base + block * n->block_size + offset;

  if (!is_sound(n, block, offset, size)) return -EINVAL;
  for (uint32_t i = 0; i < size; i++)
    if (from[i] & ~to[i]) return -EIO;
  memcpy(to, from, size);
  note_change(n->state, block);
  return 0;
}

static int erase(const void *dev, uint32_t block) {
  const struct nor_ram *n = dev;

  if (!is_sound(n, block, 0, 0)) return -EINVAL;
  memset(n->base + block * n->block_size, 0xFF, n->block_size);
  note_change(n->state, block);
  return 0;
}

const struct block_ops nor_ram_ops = {start, read, prog, erase, sync};

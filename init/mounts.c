/* What the tree of files is made of: the built-in image, memory, devices; and the console as one of these. */
#include "board.h"
#include "config.h"
#include "devfs.h"
#include "init.h"
#include "pith/types.h"
#include "ring.h"
#include "romfs.h"
#include "tmpfs.h"
#include "tty.h"
#include "vfs.h"

static long console_write(struct file *f, const void *buf, size_t n) {
  if (f->flags & PITH_O_NONBLOCK && ring_room(&board_console()->tx) < PITH_TTY_TX / 2) return -EAGAIN;
  return tty_write(board_console(), buf, n);
}

static long console_read(struct file *f, void *buf, size_t n) {
  if (f->flags & PITH_O_NONBLOCK && !ring_used(&board_console()->rx)) return -EAGAIN;
  return tty_read(board_console(), buf, n);
}

static const struct file_ops console_ops = {
    .in_kernel = true, .read = console_read, .write = console_write, .stat = devfs_stat};
static struct devfs_device console = {.name = "console", .ops = &console_ops};

static struct mount bin = {.point = "/bin",
                           .source = "image",
                           .ops = &romfs_ops,
                           .flags = PITH_MOUNT_READ_ONLY,
                           .data = (void *)(uintptr_t) ""};
static struct mount etc = {.point = "/etc",
                           .source = "image",
                           .ops = &romfs_ops,
                           .flags = PITH_MOUNT_READ_ONLY,
                           .data = (void *)(uintptr_t) "etc/"};
static struct mount dev = {.point = "/dev", .source = "none", .ops = &devfs_ops};

#if PITH_TMPFS
static struct tmpfs tmp = {.mount = {.point = "/tmp", .source = "ram"},
                           .chunk_size = PITH_TMPFS_CHUNK,
                           .chunk_count = PITH_TMPFS / PITH_TMPFS_CHUNK,
                           .take = process_memory_chunk,
                           .give = process_memory_give};
#endif

void mount_all(void) {
  vfs_init();
  devfs_add(&console);
  vfs_mount(&bin);
  vfs_mount(&dev);
  vfs_mount(&etc);
#if PITH_TMPFS
  tmpfs_mount(&tmp);
#endif
}

/* What the tree of files is made of: the built-in image, memory, devices; and the console as one of these. */
#include "board.h"
#include "config.h"
#include "init.h"
#include "romfs.h"
#include "term.h"
#include "tmpfs.h"
#include "vfs.h"

enum { LINES = 1 };

static struct term console, lines[LINES];

static void terminals(void) {
  const struct board *b = board_get();

  term_init(&console, "console", board_console(), false, true);
  for (unsigned i = 0; i < b->line_count && i < LINES; i++)
    term_init(&lines[i], b->lines[i].name, b->lines[i].tty, true, false);
}

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
  terminals();
  vfs_mount(&bin);
  vfs_mount(&dev);
  vfs_mount(&etc);
#if PITH_TMPFS
  tmpfs_mount(&tmp);
#endif
}

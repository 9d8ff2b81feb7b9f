/* What the tree of files is made of: the built-in image, memory, devices; and the console as one of these. */
#include "board.h"
#include "config.h"
#include "hostfs.h"
#include "init.h"
#include "pith_termios.h"
#include "proc.h"
#include "romfs.h"
#include "semihost.h"
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

void resize_console(unsigned rows, unsigned columns) { term_resize(&console, rows, columns); }

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

static int open_host(const char *path, int mode) { return semihost_open(path, (enum semihost_mode)mode); }

static const struct hostfs_calls host_calls = {.open = open_host,
                                               .read = semihost_read,
                                               .write = semihost_write,
                                               .length = semihost_length,
                                               .seek = semihost_seek,
                                               .close = semihost_close,
                                               .mode_read = SEMIHOST_READ,
                                               .mode_update = SEMIHOST_UPDATE,
                                               .mode_write = SEMIHOST_WRITE};

int mount_host(const char *control) {
  static struct hostfs host = {.calls = &host_calls};

  host.control = control;
  return hostfs_mount(&host);
}

void mount_all(bool piped) {
  static struct proc_about about = {.version = PITH_VERSION};

  vfs_init();
  terminals();
  if (piped) console.line.set.lflag &= ~(uint32_t)(PITH_ECHO | PITH_ISIG);
  vfs_mount(&bin);
  vfs_mount(&dev);
  vfs_mount(&etc);
  about.board = board_get()->name;
  about.machine = board_get()->mcu;
  proc_start(&about);
#if PITH_TMPFS
  tmpfs_mount(&tmp);
#endif
}

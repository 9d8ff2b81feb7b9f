/* A NOR flash in memory and fs/littlefs.c on it, for its tests: the flash can be wrong in every way a power cut or wear can
 * make it, and it is strict: bits are programmed once after an erase. And calls by path and file as the tree makes them. */
#ifndef PITH_LITTLEFS_FLASH_H
#define PITH_LITTLEFS_FLASH_H
#include "class.h"
#include "littlefs.h"
#include "unit.h"

enum { FLASH_BLOCK = 1024, FLASH_BLOCKS = 64, FLASH_SIZE = FLASH_BLOCK * FLASH_BLOCKS, FLASH_UNIT = 16 };

/* A program or an erase that has been asked for. */
struct flash_op {
  bool erase;
  uint32_t block, offset, n; /* n: of an erase 0 */
  const uint8_t *data;
};
/* What becomes of it when power goes. */
enum flash_how { FLASH_WHOLE, FLASH_DROPPED, FLASH_TORN };

extern uint8_t flash[FLASH_SIZE];
extern const struct block flash_device;
extern void (*flash_hook)(const struct flash_op *op);  /* before each; NULL: none */
extern int (*flash_refuse)(const struct flash_op *op); /* its error, or 0; NULL: none */
extern bool flash_unreadable; /* reads fail */
extern bool flash_lax; /* what is programmed twice is what both have in common; else the test fails */
extern unsigned flash_syncs, flash_changes;

void flash_blank(void);
void flash_apply(uint8_t *image, const struct flash_op *op, enum flash_how how);

extern struct mount *data_mount; /* what has been mounted; NULL: nothing */
extern int64_t data_now;         /* vfs_time() */
/* Mounts the flash, as after a reset: nothing of what was open is kept. */
int data_boot(void);
int data_boot_format(bool format, const char **why);

/* A new file, or NULL and data_error. */
struct file *data_open(const char *path, uint32_t flags);
extern int data_error;
int data_close(struct file *f);
/* All of a file by path: its size, or negative errno; room bytes at buf. */
long data_get(const char *path, void *buf, size_t room);
/* Makes it hold these, closed. 0 or negative errno. */
int data_put(const char *path, const void *buf, size_t n);
/* Entries of a directory but "." and "..", or negative errno; their names in names[], up to max. */
int data_list(const char *path, char names[][PITH_NAME_MAX + 1], uint16_t *modes, int max);
/* Removes all there is. */
void data_clear(const char *path);
/* Blocks of the device that hold something, counted by the file system. */
uint32_t data_used(void);
#endif

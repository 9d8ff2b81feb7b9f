/* What the tests of fs/littlefs.c share: a fresh flash for each, files by path. */
#ifndef PITH_LITTLEFS_TEST_H
#define PITH_LITTLEFS_TEST_H
#include "littlefs_flash.h"
#include <string.h>

enum { RESERVE = 4, EMPTY = 2 + RESERVE };

static uint8_t big[FLASH_SIZE], back[FLASH_SIZE];

static inline int fresh(void **state) {
  (void)state;
  flash_hook = NULL;
  flash_refuse = NULL;
  flash_unreadable = false;
  data_now = 1700000000000000;
  flash_blank();
  assert_int_equal(data_boot(), 0);
  for (size_t i = 0; i < sizeof big; i++) big[i] = (uint8_t)(i * 7 + (i >> 8));
  return 0;
}

static inline struct file *opened(const char *path, uint32_t flags) {
  struct file *f = data_open(path, flags);

  if (!f) print_error("%s: %d\n", path, data_error);
  assert_non_null(f);
  return f;
}

static inline void put(struct file *f, const void *buf, size_t n) {
  assert_int_equal(f->ops->write(f, buf, n), (long)n);
}

static inline void put_text(struct file *f, const char *text) { put(f, text, strlen(text)); }

/* The file from its start holds that text. */
static inline void expect(struct file *f, const char *text) {
  char buf[256];
  long n;

  f->pos = 0;
  n = f->ops->read(f, buf, sizeof buf);
  assert_int_equal(n, strlen(text));
  assert_memory_equal(buf, text, strlen(text));
}

static inline void expect_path(const char *path, const char *text) {
  char buf[256];

  assert_int_equal(data_get(path, buf, sizeof buf), strlen(text));
  assert_memory_equal(buf, text, strlen(text));
}

static inline int stat_of(const char *path, struct pith_stat *st) {
  return data_mount->ops->stat(data_mount, path, st);
}

static inline int do_unlink(const char *path) { return data_mount->ops->unlink(data_mount, path); }
static inline int do_rename(const char *a, const char *b) {
  return data_mount->ops->rename(data_mount, a, b);
}
static inline int do_mkdir(const char *path) { return data_mount->ops->mkdir(data_mount, path, 0777); }
static inline int do_rmdir(const char *path) { return data_mount->ops->rmdir(data_mount, path); }
#endif

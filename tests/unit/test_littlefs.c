/* fs/littlefs.c as the tree uses it, on a flash in memory: what POSIX says of open, shared, renamed and removed files; what
 * is kept over a reset and what is not; full, worn, blank, foreign and damaged devices. */
#include "littlefs_flash.h"
#include "littlefs_node.h"
#include <string.h>

enum { RESERVE = 4, EMPTY = 2 + RESERVE };

static uint8_t big[FLASH_SIZE], back[FLASH_SIZE];

static int fresh(void **state) {
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

static struct file *opened(const char *path, uint32_t flags) {
  struct file *f = data_open(path, flags);

  if (!f) print_error("%s: %d\n", path, data_error);
  assert_non_null(f);
  return f;
}

static void put(struct file *f, const void *buf, size_t n) {
  assert_int_equal(f->ops->write(f, buf, n), (long)n);
}

static void put_text(struct file *f, const char *text) { put(f, text, strlen(text)); }

/* The file from its start holds that text. */
static void expect(struct file *f, const char *text) {
  char buf[256];
  long n;

  f->pos = 0;
  n = f->ops->read(f, buf, sizeof buf);
  assert_int_equal(n, strlen(text));
  assert_memory_equal(buf, text, strlen(text));
}

static void expect_path(const char *path, const char *text) {
  char buf[256];

  assert_int_equal(data_get(path, buf, sizeof buf), strlen(text));
  assert_memory_equal(buf, text, strlen(text));
}

static int stat_of(const char *path, struct pith_stat *st) {
  return data_mount->ops->stat(data_mount, path, st);
}

static int do_unlink(const char *path) { return data_mount->ops->unlink(data_mount, path); }
static int do_rename(const char *a, const char *b) { return data_mount->ops->rename(data_mount, a, b); }
static int do_mkdir(const char *path) { return data_mount->ops->mkdir(data_mount, path, 0777); }
static int do_rmdir(const char *path) { return data_mount->ops->rmdir(data_mount, path); }

static void test_kept(void **state) {
  struct file *f = opened("/a", PITH_O_WRONLY | PITH_O_CREAT);

  (void)state;
  put_text(f, "synced");
  assert_int_equal(f->ops->sync(f), 0);
  put_text(f, " and not");
  assert_int_equal(data_put("/b", "closed", 6), 0);
  assert_int_equal(do_mkdir("/d"), 0);
  assert_int_equal(data_put("/d/big", big, 20000), 0);
  assert_int_equal(data_boot(), 0); /* f is lost */
  free(f);
  expect_path("/a", "synced");
  expect_path("/b", "closed");
  assert_int_equal(data_get("/d/big", back, sizeof back), 20000);
  assert_memory_equal(back, big, 20000);
}

/* Two open it: one file, two positions. */
static void test_shared(void **state) {
  struct file *a = opened("/f", PITH_O_RDWR | PITH_O_CREAT), *b = opened("/f", PITH_O_RDWR);
  struct pith_stat st;

  (void)state;
  put_text(a, "hello");
  expect(b, "hello");
  put_text(b, " world");
  expect(a, "hello world");
  a->pos = 0;
  put_text(a, "J");
  expect(b, "Jello world");
  assert_int_equal(b->ops->stat(b, &st), 0);
  assert_int_equal(st.size, 11);
  assert_int_equal(stat_of("/f", &st), 0);
  assert_int_equal(st.size, 11);
  assert_int_equal(data_close(a), 0); /* commits, though it is open */
  assert_int_equal(data_boot(), 0);
  free(b);
  expect_path("/f", "Jello world");
}

static void test_append(void **state) {
  struct file *a = opened("/log", PITH_O_WRONLY | PITH_O_CREAT | PITH_O_APPEND);
  struct file *b = opened("/log", PITH_O_WRONLY | PITH_O_APPEND);

  (void)state;
  put_text(a, "1");
  put_text(b, "2");
  a->pos = 0;
  put_text(a, "3");
  assert_int_equal(data_close(a), 0);
  assert_int_equal(data_close(b), 0);
  expect_path("/log", "123");
}

static void test_sparse_and_truncate(void **state) {
  struct file *f = opened("/s", PITH_O_RDWR | PITH_O_CREAT);

  (void)state;
  put_text(f, "x");
  f->pos = 5000;
  put_text(f, "y");
  assert_int_equal(data_get("/s", back, sizeof back), 5001);
  for (int i = 1; i < 5000; i++) assert_int_equal(back[i], 0);
  assert_int_equal(back[5000], 'y');
  assert_int_equal(f->ops->truncate(f, 3), 0);
  assert_int_equal(f->ops->truncate(f, 6), 0);
  assert_int_equal(data_get("/s", back, sizeof back), 6);
  assert_memory_equal(back, "x\0\0\0\0\0", 6);
  assert_int_equal(data_close(f), 0);
  assert_int_equal(data_boot(), 0);
  assert_int_equal(data_get("/s", back, sizeof back), 6);
  assert_memory_equal(back, "x\0\0\0\0\0", 6);
}

/* Bytes in the middle of a long file, which littlefs copies, in every place of a block. */
static void test_middle(void **state) {
  struct file *f = opened("/m", PITH_O_RDWR | PITH_O_CREAT);

  (void)state;
  put(f, big, 9000);
  for (uint32_t at = 0; at < 8990; at += 331) {
    f->pos = at;
    put_text(f, "*+-");
    memcpy(big + at, "*+-", 3);
  }
  assert_int_equal(data_get("/m", back, sizeof back), 9000);
  assert_memory_equal(back, big, 9000);
  assert_int_equal(data_close(f), 0);
}

/* Without a name it lives as long as it is open, small or large, written or read; then its space is free. */
static void test_unlink_open(void **state) {
  struct pith_stat st, other;

  (void)state;
  for (size_t n = 5; n <= 12000; n += 11995) {
    struct file *f;

    assert_int_equal(data_put("/u", big, n), 0);
    f = opened("/u", PITH_O_RDWR);
    assert_int_equal(do_unlink("/u"), 0);
    assert_int_equal(stat_of("/u", &st), -ENOENT);
    assert_int_equal(f->ops->stat(f, &st), 0);
    assert_int_equal(st.links, 0);
    assert_int_equal(data_put("/u", "new", 3), 0); /* not the same file */
    assert_int_equal(stat_of("/u", &other), 0);
    assert_int_not_equal(st.ino, other.ino);
    for (int i = 0; i < 40; i++)
      assert_int_equal(data_put("/churn", big + i, 9000), 0); /* all free blocks in turn */
    f->pos = 0;
    assert_int_equal(f->ops->read(f, back, sizeof back), (long)n);
    assert_memory_equal(back, big, n);
    put(f, big, 3000); /* and grows */
    for (int i = 0; i < 20; i++) assert_int_equal(data_put("/churn", big + i, 9000), 0);
    f->pos = (uint32_t)n;
    assert_int_equal(f->ops->read(f, back, sizeof back), 3000);
    assert_memory_equal(back, big, 3000);
    assert_int_equal(f->ops->sync(f), 0);
    assert_int_equal(data_close(f), 0);
    expect_path("/u", "new");
    data_clear("");
    assert_int_equal(data_used(), EMPTY);
  }
}

static void test_rename_over_open(void **state) {
  struct file *old, *moved;
  struct pith_stat st;

  (void)state;
  assert_int_equal(data_put("/old", big, 7000), 0);
  old = opened("/old", PITH_O_RDONLY);
  moved = opened("/new", PITH_O_RDWR | PITH_O_CREAT);
  put_text(moved, "first");
  assert_int_equal(do_rename("/new", "/old"), 0);
  put_text(moved, " second");
  assert_int_equal(stat_of("/old", &st), 0);
  assert_int_equal(st.size, 12);
  assert_int_equal(stat_of("/new", &st), -ENOENT);
  for (int i = 0; i < 40; i++) assert_int_equal(data_put("/churn", big + i, 9000), 0);
  assert_int_equal(old->ops->read(old, back, sizeof back), 7000);
  assert_memory_equal(back, big, 7000);
  expect(moved, "first second");
  assert_int_equal(data_close(moved), 0);
  assert_int_equal(data_close(old), 0);
  assert_int_equal(data_boot(), 0);
  expect_path("/old", "first second");
}

/* A directory moves, with an open file below it and open itself; names that begin alike are not meant. */
static void test_rename_directory(void **state) {
  struct file *in, *directory, *beside;
  struct pith_dirent d;
  struct pith_stat st;

  (void)state;
  assert_int_equal(do_mkdir("/d"), 0);
  assert_int_equal(do_mkdir("/d/e"), 0);
  in = opened("/d/e/f", PITH_O_RDWR | PITH_O_CREAT);
  beside = opened("/dd", PITH_O_RDWR | PITH_O_CREAT);
  directory = opened("/d/e", PITH_O_RDONLY);
  directory->pos = 2;
  put_text(in, "within");
  assert_int_equal(do_rename("/d", "/longer name"), 0);
  assert_int_equal(stat_of("/longer name/e/f", &st), 0);
  assert_int_equal(st.size, 6);
  assert_int_equal(stat_of("/d/e/f", &st), -ENOENT);
  assert_int_equal(stat_of("/dd", &st), 0);
  put_text(in, " it");
  put_text(beside, "beside");
  assert_int_equal(directory->ops->readdir(directory, &d), 1);
  assert_string_equal(d.name, "f");
  assert_int_equal(data_close(in), 0);
  assert_int_equal(data_close(beside), 0);
  assert_int_equal(do_unlink("/longer name/e/f"), 0);
  assert_int_equal(do_rmdir("/longer name/e"), 0);
  assert_int_equal(directory->ops->readdir(directory, &d), 0);
  assert_int_equal(directory->ops->stat(directory, &st), 0);
  assert_int_equal(st.links, 0);
  assert_int_equal(data_close(directory), 0);
  assert_int_equal(data_boot(), 0);
  expect_path("/dd", "beside");
}

static void test_errors(void **state) {
  char deep[PITH_NAME_MAX + 2];

  (void)state;
  memset(deep, 'n', sizeof deep);
  deep[0] = '/';
  deep[sizeof deep - 1] = 0;
  assert_int_equal(data_put("/f", "x", 1), 0);
  assert_int_equal(do_mkdir("/d"), 0);
  assert_int_equal(do_mkdir("/e"), 0);
  assert_int_equal(data_put("/d/x", "x", 1), 0);
  assert_null(data_open("/none", PITH_O_RDONLY));
  assert_int_equal(data_error, -ENOENT);
  assert_null(data_open("/none/x", PITH_O_CREAT | PITH_O_WRONLY));
  assert_int_equal(data_error, -ENOENT);
  assert_null(data_open("/f/x", PITH_O_CREAT | PITH_O_WRONLY));
  assert_int_equal(data_error, -ENOTDIR);
  assert_null(data_open("/f", PITH_O_CREAT | PITH_O_EXCL | PITH_O_WRONLY));
  assert_int_equal(data_error, -EEXIST);
  assert_null(data_open("/d", PITH_O_WRONLY));
  assert_int_equal(data_error, -EISDIR);
  assert_null(data_open("/f", PITH_O_RDONLY | PITH_O_DIRECTORY));
  assert_int_equal(data_error, -ENOTDIR);
  assert_int_equal(do_mkdir("/d"), -EEXIST);
  assert_int_equal(do_mkdir("/f"), -EEXIST);
  assert_int_equal(do_mkdir("/none/x"), -ENOENT);
  assert_int_equal(do_unlink("/d"), -EISDIR);
  assert_int_equal(do_unlink("/none"), -ENOENT);
  assert_int_equal(do_rmdir("/f"), -ENOTDIR);
  assert_int_equal(do_rmdir("/d"), -ENOTEMPTY);
  assert_int_equal(do_rename("/none", "/x"), -ENOENT);
  assert_int_equal(do_rename("/f", "/d"), -EISDIR);
  assert_int_equal(do_rename("/d", "/f"), -ENOTDIR);
  assert_int_equal(do_rename("/e", "/d"), -ENOTEMPTY);
  assert_int_equal(do_rename("/f", "/f"), 0);
  assert_int_equal(do_rename("/d", "/e"), 0);
  expect_path("/e/x", "x");
  assert_int_equal(data_put(deep, "long", 4), 0);
  expect_path(deep, "long");
}

static void test_mtime(void **state) {
  struct file *f;
  struct pith_stat st;

  (void)state;
  assert_int_equal(data_put("/t", "x", 1), 0);
  assert_int_equal(do_mkdir("/td"), 0);
  data_now += 1000000;
  f = opened("/t", PITH_O_RDWR);
  assert_int_equal(f->ops->stat(f, &st), 0);
  assert_true(st.mtime == data_now - 1000000);
  assert_int_equal(data_close(f), 0); /* nothing was changed */
  assert_int_equal(data_boot(), 0);
  assert_int_equal(stat_of("/t", &st), 0);
  assert_true(st.mtime == data_now - 1000000);
  assert_int_equal(stat_of("/td", &st), 0);
  assert_true(st.mtime == data_now - 1000000);
  f = opened("/t", PITH_O_RDWR);
  put_text(f, "y");
  assert_int_equal(stat_of("/t", &st), 0);
  assert_true(st.mtime == data_now);
  assert_int_equal(data_close(f), 0);
  assert_int_equal(do_rename("/t", "/t2"), 0);
  assert_int_equal(data_boot(), 0);
  assert_int_equal(stat_of("/t2", &st), 0);
  assert_true(st.mtime == data_now);
}

/* Only reading writes nothing. */
static void test_reads_write_nothing(void **state) {
  char names[4][PITH_NAME_MAX + 1];
  struct pith_stat st;
  unsigned before;

  (void)state;
  assert_int_equal(data_put("/r", big, 3000), 0);
  assert_int_equal(data_boot(), 0);
  before = flash_changes;
  assert_int_equal(data_get("/r", back, sizeof back), 3000);
  assert_int_equal(stat_of("/r", &st), 0);
  assert_int_equal(data_list("", names, NULL, 4), 1);
  assert_int_equal(data_mount->ops->sync(data_mount), 0);
  assert_int_equal(flash_changes, before);
}

/* Entries that come and go while a directory is read: each that stays is seen once. */
static void test_readdir(void **state) {
  bool seen[120] = {false};
  struct pith_dirent d;
  struct file *f;
  char name[72];

  (void)state;
  for (int i = 0; i < 120; i++) {
    snprintf(name, sizeof name, "/n%03d", i);
    assert_int_equal(data_put(name, "", 0), 0);
  }
  f = opened("", PITH_O_RDONLY);
  f->pos = 2;
  for (int i = 0; f->ops->readdir(f, &d) == 1; i++) {
    int k = atoi(d.name + 1);

    assert_false(seen[k]);
    seen[k] = true;
    snprintf(name, sizeof name, "/%s", d.name);
    if (i % 3 == 0) assert_int_equal(do_unlink(name), 0);
  }
  for (int i = 0; i < 120; i++) assert_true(seen[i]);
  f->pos = 2; /* rewinddir() */
  assert_int_equal(f->ops->readdir(f, &d), 1);
  assert_string_equal(d.name, "n001");
  f->pos = 100000;
  assert_int_equal(f->ops->readdir(f, &d), 0);
  assert_int_equal(data_close(f), 0);
}

static void test_nodes(void **state) {
  struct file *f[PITH_DATA_FILES + 1];
  char name[72];

  (void)state;
  for (int i = 0; i <= PITH_DATA_FILES; i++) {
    snprintf(name, sizeof name, "/n%d", i);
    f[i] = data_open(name, PITH_O_WRONLY | PITH_O_CREAT);
    assert_true(!f[i] == (i == PITH_DATA_FILES));
  }
  assert_int_equal(data_error, -ENFILE);
  for (int i = 0; i < 20; i++) assert_int_equal(data_close(opened("/n0", PITH_O_RDONLY)), 0); /* shares */
  for (int i = 0; i < PITH_DATA_FILES; i++) assert_int_equal(data_close(f[i]), 0);
  assert_int_equal(data_put("/n9", "x", 1), 0);
}

/* Full: ENOSPC before littlefs runs out, in the middle of files too; what is there stays; deleting and renaming always
 * works, and then there is space. */
static void test_full(void **state) {
  struct file *f = opened("/fill", PITH_O_RDWR | PITH_O_CREAT), *g = opened("/g", PITH_O_RDWR | PITH_O_CREAT);
  struct pith_stat st;
  uint32_t n = 0;
  long r;

  (void)state;
  put(g, big, 6000);
  assert_int_equal(g->ops->sync(g), 0);
  while ((r = f->ops->write(f, big + n % 1000, 777)) > 0) n += (uint32_t)r;
  assert_int_equal(r, -ENOSPC);
  assert_int_equal(f->ops->sync(f), 0);
  assert_true(n > (FLASH_BLOCKS - 12 - RESERVE - 4) * (FLASH_BLOCK - 12));
  assert_int_equal(data_put("/one", big, 600), -ENOSPC);
  assert_int_equal(do_mkdir("/dir"), -ENOSPC);
  f->pos = 100; /* the whole file would have to be copied */
  assert_int_equal(f->ops->write(f, "x", 1), -ENOSPC);
  f->pos = INT32_MAX - 10;
  assert_int_equal(f->ops->write(f, big, 5), -ENOSPC);
  f->pos = INT32_MAX;
  assert_int_equal(f->ops->write(f, "x", 1), -EFBIG);
  assert_int_equal(f->ops->truncate(f, n + 40000), -ENOSPC);
  assert_int_equal(f->ops->stat(f, &st), 0);
  assert_int_equal(st.size, n);
  assert_int_equal(do_rename("/g", "/h"), 0);
  for (int i = 0; i < 50; i++) assert_int_equal(do_rename(i % 2 ? "/i" : "/h", i % 2 ? "/h" : "/i"), 0);
  assert_int_equal(data_close(f), 0);
  assert_int_equal(data_close(g), 0);
  assert_int_equal(data_boot(), 0);
  assert_int_equal(data_get("/fill", back, sizeof back), n);
  for (uint32_t i = 0; i < n; i++) assert_int_equal(back[i], big[i / 777 * 777 % 1000 + i % 777]);
  assert_int_equal(do_unlink("/fill"), 0);
  assert_int_equal(data_put("/one", big, 20000), 0);
  data_clear("");
  assert_int_equal(data_used(), EMPTY);
}

/* Random writes to several files of a small device: what is granted is kept, never more than there is. */
static void test_promises(void **state) {
  struct file *f[4];
  char name[72];

  (void)state;
  unit_seed();
  for (int i = 0; i < 4; i++) {
    snprintf(name, sizeof name, "/p%d", i);
    f[i] = opened(name, PITH_O_RDWR | PITH_O_CREAT);
  }
  for (int i = 0; i < 1500; i++) {
    struct file *g = f[unit_below(4)];
    uint32_t n = 1 + unit_below(3000);
    long r;

    g->pos = unit_below(18000);
    r = g->ops->write(g, big, n);
    assert_true(r == -ENOSPC || (r > 0 && r <= (long)n));
    if (unit_below(5) == 0) assert_int_equal(g->ops->sync(g), 0);
    if (unit_below(9) == 0) assert_int_equal(g->ops->truncate(g, 0), 0);
  }
  for (int i = 0; i < 4; i++) assert_int_equal(data_close(f[i]), 0);
  data_clear("");
  assert_int_equal(data_used(), EMPTY);
}

static int refused; /* changes until one fails; -1: none */
static bool is_worn[FLASH_BLOCKS];

static int refuse_worn(const struct flash_op *op) { return op->block > 1 && is_worn[op->block] ? -EIO : 0; }

/* Blocks that do not take what is programmed: others do. */
static void test_worn(void **state) {
  (void)state;
  memset(is_worn, 0, sizeof is_worn);
  for (int i = 2; i < FLASH_BLOCKS; i += 5) is_worn[i] = true;
  flash_refuse = refuse_worn;
  for (int i = 0; i < 30; i++) {
    assert_int_equal(data_put("/w", big + i, 15000), 0);
    assert_int_equal(data_get("/w", back, sizeof back), 15000);
    assert_memory_equal(back, big + i, 15000);
  }
}

static int refuse_all(const struct flash_op *op) {
  (void)op;
  return refused-- > 0 ? 0 : -ENODEV;
}

/* A device that fails for good: every call says so, fsync and close tell that data is lost, what was committed is there
 * when the device is well again. */
static void test_failing(void **state) {
  (void)state;
  assert_int_equal(data_put("/f", "committed", 9), 0);
  for (int i = 0; i < 12; i++) {
    struct file *f;
    long r, s;

    assert_int_equal(data_boot(), 0);
    f = opened("/f", PITH_O_RDWR);
    refused = i;
    flash_refuse = refuse_all;
    r = f->ops->write(f, big, 9000);
    s = f->ops->sync(f);
    if (i < 10) assert_true(r < 0 || s < 0); /* nine blocks are erased, at least */
    if (r < 0) assert_int_equal(s, -EIO);
    flash_refuse = NULL;
    data_close(f);
    if (r >= 0 && s >= 0) continue;
    assert_int_equal(data_boot(), 0);
    expect_path("/f", "committed");
  }
  flash_unreadable = true;
  assert_int_equal(data_boot(), -EIO);
  assert_null(data_mount);
}

/* Formatting: by itself if the device is blank or the first one was cut; never over what is something else. */
static void test_blank(void **state) {
  static uint8_t before[FLASH_SIZE];
  const char *why;

  (void)state;
  assert_int_equal(data_put("/keep", "x", 1), 0);
  memset(flash, 0, 2 * FLASH_BLOCK); /* its names are gone */
  memcpy(before, flash, sizeof before);
  assert_int_equal(data_boot_format(false, &why), -EIO);
  assert_string_equal(why, "what it holds cannot be read");
  assert_memory_equal(flash, before, sizeof flash);
  assert_int_equal(data_boot_format(true, &why), 0);
  assert_int_equal(data_used(), EMPTY);
  flash_blank();
  flash[20 * FLASH_BLOCK] = 'x';
  assert_int_equal(data_boot(), -EIO);
  flash_blank();
  memset(flash, 'x', 100);
  assert_int_equal(data_boot(), 0);
}

static void test_foreign(void **state) {
  struct block smaller = flash_device;
  const char *why;

  (void)state;
  littlefs_forget();
  smaller.block_count = FLASH_BLOCKS - 1;
  assert_int_equal(littlefs_mount(&smaller, "x", false, &why), -EINVAL);
  assert_string_equal(why, "it holds an image of another size or version");
  smaller.block_count = 0;
  assert_int_equal(littlefs_mount(&smaller, "x", false, &why), -EINVAL);
  smaller = flash_device;
  smaller.block_size = 100;
  assert_int_equal(littlefs_mount(&smaller, "x", false, &why), -EINVAL);
}

/* An image in whose root's list a directory is its own successor, and one with an impossible name. */
static void test_damaged(void **state) {
  struct pith_stat st;

  (void)state;
  for (int i = 0; i < 60; i++) {
    char name[72];

    snprintf(name, sizeof name, "/name%d", i);
    assert_int_equal(data_put(name, big, 100), 0);
  }
  for (int i = 0; i < FLASH_BLOCKS; i++) { /* of each block the middle is lost */
    static uint8_t whole[FLASH_SIZE];

    memcpy(whole, flash, sizeof flash);
    memset(flash + i * FLASH_BLOCK + 100, 0, 300);
    if (!data_boot())
      for (int k = 0; k < 60; k++) {
        char name[72];
        int error;

        snprintf(name, sizeof name, "/name%d", k);
        error = stat_of(name, &st);
        assert_true(error == 0 || error == -EIO || error == -ENOENT);
      }
    memcpy(flash, whole, sizeof flash);
  }
  assert_int_equal(data_boot(), 0);
}

/* A call that would look at too much, as one on an image that leads in circles, is left: EIO from then on, for what is open
 * as well; nothing is written any more; after a reset the image is as good as it was. */
static void test_endless(void **state) {
  struct file *f = opened("/f", PITH_O_RDWR | PITH_O_CREAT), *r;
  struct littlefs *l = data_mount->data;
  uint32_t steps = l->steps;
  struct pith_stat st;
  unsigned before;

  (void)state;
  put_text(f, "kept");
  assert_int_equal(f->ops->sync(f), 0);
  put_text(f, " lost");
  r = opened("/f", PITH_O_RDONLY);
  l->steps = 3;
  assert_int_equal(stat_of("/none", &st), -EIO);
  l->steps = steps;
  before = flash_changes;
  assert_int_equal(stat_of("/none", &st), -EIO);
  assert_int_equal(do_mkdir("/d"), -EIO);
  assert_null(data_open("/g", PITH_O_CREAT | PITH_O_WRONLY));
  assert_int_equal(data_error, -EIO);
  assert_int_equal(f->ops->write(f, "x", 1), -EIO);
  assert_int_equal(f->ops->sync(f), -EIO);
  assert_int_equal(data_mount->ops->sync(data_mount), -EIO);
  assert_int_equal(data_close(r), 0);
  assert_int_equal(data_close(f), -EIO);
  assert_int_equal(flash_changes, before);
  assert_int_equal(data_boot(), 0);
  expect_path("/f", "kept");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup(test_kept, fresh),
      cmocka_unit_test_setup(test_shared, fresh),
      cmocka_unit_test_setup(test_append, fresh),
      cmocka_unit_test_setup(test_sparse_and_truncate, fresh),
      cmocka_unit_test_setup(test_middle, fresh),
      cmocka_unit_test_setup(test_unlink_open, fresh),
      cmocka_unit_test_setup(test_rename_over_open, fresh),
      cmocka_unit_test_setup(test_rename_directory, fresh),
      cmocka_unit_test_setup(test_errors, fresh),
      cmocka_unit_test_setup(test_mtime, fresh),
      cmocka_unit_test_setup(test_reads_write_nothing, fresh),
      cmocka_unit_test_setup(test_readdir, fresh),
      cmocka_unit_test_setup(test_nodes, fresh),
      cmocka_unit_test_setup(test_full, fresh),
      cmocka_unit_test_setup(test_promises, fresh),
      cmocka_unit_test_setup(test_worn, fresh),
      cmocka_unit_test_setup(test_failing, fresh),
      cmocka_unit_test_setup(test_blank, fresh),
      cmocka_unit_test_setup(test_foreign, fresh),
      cmocka_unit_test_setup(test_damaged, fresh),
      cmocka_unit_test_setup(test_endless, fresh),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}

/* fs/littlefs.c as the tree uses it, on a flash in memory: what POSIX says of open, shared, renamed and removed files; what
 * is kept over a reset and what is not. */
#include "littlefs_test.h"

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

static int64_t mtime_of(const char *path) {
  struct pith_stat st;

  assert_int_equal(stat_of(path, &st), 0);
  return st.mtime;
}

/* A time that is set stays: of what is closed, of what is open, of directories; until the next write. */
static void test_utime(void **state) {
  const struct fs_ops *ops;
  struct file *f;

  (void)state;
  ops = data_mount->ops;
  assert_int_equal(data_put("/u", "x", 1), 0);
  assert_int_equal(do_mkdir("/ud"), 0);
  assert_int_equal(ops->utime(data_mount, "/u", 12345), 0);
  assert_int_equal(ops->utime(data_mount, "/ud", 23456), 0);
  assert_int_equal(ops->utime(data_mount, "/none", 1), -ENOENT);
  assert_int_equal(data_boot(), 0);
  assert_true(mtime_of("/u") == 12345);
  assert_true(mtime_of("/ud") == 23456);
  f = opened("/u", PITH_O_RDWR);
  put_text(f, "y");
  assert_int_equal(ops->utime(data_mount, "/u", 34567), 0);
  assert_true(mtime_of("/u") == 34567);
  assert_int_equal(data_close(f), 0);
  assert_true(mtime_of("/u") == 34567);
  assert_int_equal(data_boot(), 0);
  assert_true(mtime_of("/u") == 34567);
  f = opened("/u", PITH_O_RDWR);
  put_text(f, "z");
  assert_int_equal(data_close(f), 0);
  assert_true(mtime_of("/u") == data_now);
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
      cmocka_unit_test_setup(test_utime, fresh),
      cmocka_unit_test_setup(test_reads_write_nothing, fresh),
      cmocka_unit_test_setup(test_readdir, fresh),
      cmocka_unit_test_setup(test_nodes, fresh),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}

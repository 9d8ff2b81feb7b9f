/* fs/littlefs.c on devices that are full, worn, failing, blank, foreign and damaged. */
#include "littlefs_node.h"
#include "littlefs_test.h"

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
      cmocka_unit_test_setup(test_full, fresh),    cmocka_unit_test_setup(test_promises, fresh),
      cmocka_unit_test_setup(test_worn, fresh),    cmocka_unit_test_setup(test_failing, fresh),
      cmocka_unit_test_setup(test_blank, fresh),   cmocka_unit_test_setup(test_foreign, fresh),
      cmocka_unit_test_setup(test_damaged, fresh), cmocka_unit_test_setup(test_endless, fresh),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}

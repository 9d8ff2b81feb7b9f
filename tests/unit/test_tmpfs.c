/* Files in RAM: space to the block, holes, names. */
#include "unit.h"
#include <string.h>
#include "fs.h"
#include "fs_fake.h"

enum { CHUNK = 2048, CHUNKS = 12, BLOCKS = CHUNK / TMPFS_BLOCK * CHUNKS };

static struct tmpfs tmp;

static void make(uint32_t chunk, uint32_t chunks) {
  vfs_init();
  tmp = (struct tmpfs){.mount = {.point = "/tmp"},
                       .chunk_size = chunk,
                       .chunk_count = chunks,
                       .take = fake_take,
                       .give = fake_give};
  assert_int_equal(tmpfs_mount(&tmp), 0);
}

static int setup(void **state) {
  (void)state;
  make(CHUNK, CHUNKS);
  return 0;
}

static int teardown(void **state) {
  (void)state;
  fake_check(&tmp);
  assert_int_equal(tmp.used, 0);
  assert_int_equal(tmp.files, 0);
  assert_int_equal(fake_chunks, 0);
  assert_int_equal(file_room(), PITH_FILES);
  return 0;
}

static struct file *open_new(const char *path) {
  struct file *f;

  assert_int_equal(vfs_open(path, PITH_O_RDWR | PITH_O_CREAT, 0666, &f), 0);
  return f;
}

/* An empty file system costs nothing, and the last block of it can be written, not one more. */
static void test_space(void **state) {
  uint8_t block[TMPFS_BLOCK] = {1};
  struct file *f, *g;
  uint32_t n = 0;

  (void)state;
  assert_int_equal(fake_chunks, 0);
  f = open_new("/tmp/f");
  assert_int_equal(fake_chunks, 1);
  while (vfs_write(f, block, sizeof block) == sizeof block) n++;
  assert_int_equal(n, BLOCKS - 1 - 1); /* the node, and a block of numbers beyond 84 */
  assert_int_equal(tmp.used, BLOCKS);
  assert_int_equal(vfs_write(f, block, 1), -ENOSPC);
  assert_int_equal(vfs_open("/tmp/g", PITH_O_WRONLY | PITH_O_CREAT, 0, &g), -ENOSPC);
  assert_int_equal(vfs_mkdir("/tmp/d", 0), -ENOSPC);
  assert_int_equal(vfs_seek(f, 100, PITH_SEEK_SET), 100);
  assert_int_equal(vfs_write(f, block, sizeof block), sizeof block); /* over what is there */
  assert_int_equal(vfs_ftruncate(f, n * TMPFS_BLOCK - 1), 0);
  assert_int_equal(vfs_seek(f, 0, PITH_SEEK_END), n * TMPFS_BLOCK - 1);
  assert_int_equal(vfs_write(f, block, 2), 1); /* what fits */
  assert_int_equal(vfs_ftruncate(f, 0), 0);
  assert_int_equal(tmp.used, 1);
  assert_int_equal(fake_chunks, 1);
  fake_fails = 1; /* others have the memory */
  assert_int_equal(vfs_seek(f, 0, PITH_SEEK_SET), 0);
  for (n = 0; vfs_write(f, block, sizeof block) == sizeof block; n++) continue;
  assert_int_equal(n, CHUNK / TMPFS_BLOCK - 1);
  assert_int_equal(fake_fails, 0);
  assert_int_equal(vfs_write(f, block, sizeof block), sizeof block);
  vfs_close(f);
  assert_int_equal(vfs_unlink("/tmp/f"), 0);
}

/* A write that fails far out leaves nothing behind, in an empty file either. */
static void test_failed_write(void **state) {
  uint8_t block[TMPFS_BLOCK] = {1};
  struct file *f = open_new("/tmp/f"), *g = open_new("/tmp/g");
  uint32_t used;

  (void)state;
  while (tmp.used < BLOCKS - 2) assert_int_equal(vfs_write(f, block, sizeof block), sizeof block);
  used = tmp.used;
  for (int32_t at = 0; at < 1 << 28; at = at * 4 + 100000) {
    long got;

    assert_int_equal(vfs_seek(g, at, PITH_SEEK_SET), at);
    got = vfs_write(g, block, 1); /* needs up to four blocks, and there are two */
    assert_true(got == 1 || got == -ENOSPC);
    fake_check(&tmp);
    if (got < 0) assert_int_equal(tmp.used, used);
    else assert_int_equal(vfs_ftruncate(g, 0), 0);
    assert_int_equal(tmp.used, used);
  }
  vfs_close(f);
  vfs_close(g);
  assert_int_equal(vfs_unlink("/tmp/f") | vfs_unlink("/tmp/g"), 0);
}

/* Far out: a file with next to nothing in it, whose blocks of numbers are three deep. */
static void test_holes(void **state) {
  static const uint32_t places[] = {
      0, 255, 84 * 256 - 1, 84 * 256, 84 * 128 * 256, 84 * 128 * 128 * 256u, INT32_MAX - 1};
  struct file *f = open_new("/tmp/f");
  uint8_t buf[600];

  (void)state;
  for (int i = 0; i < 7; i++) {
    assert_int_equal(vfs_seek(f, (int32_t)places[i], PITH_SEEK_SET), places[i]);
    assert_int_equal(vfs_write(f, &(uint8_t){(uint8_t)(i + 1)}, 1), 1);
    fake_check(&tmp);
  }
  assert_true(tmp.used < 40);
  for (int i = 0; i < 7; i++) {
    assert_int_equal(vfs_seek(f, (int32_t)places[i], PITH_SEEK_SET), places[i]);
    assert_int_equal(vfs_read(f, buf, 1), 1);
    assert_int_equal(buf[0], i + 1);
  }
  assert_int_equal(vfs_seek(f, 300, PITH_SEEK_SET), 300);
  assert_int_equal(vfs_read(f, buf, 600), 600);
  for (int i = 0; i < 600; i++) assert_int_equal(buf[i], 0);
  assert_int_equal(vfs_seek(f, INT32_MAX, PITH_SEEK_SET), INT32_MAX);
  assert_int_equal(vfs_write(f, "x", 1), -EFBIG);
  assert_int_equal(vfs_seek(f, INT32_MAX - 1, PITH_SEEK_SET), INT32_MAX - 1);
  assert_int_equal(vfs_write(f, "xy", 2), 1);
  assert_int_equal(vfs_seek(f, 1, PITH_SEEK_CUR), -EOVERFLOW);
  assert_int_equal(vfs_ftruncate(f, 1u << 31), -EFBIG);
  for (int i = 5; i > 0; i--) { /* what lies behind is gone */
    assert_int_equal(vfs_ftruncate(f, places[i]), 0);
    fake_check(&tmp);
    assert_int_equal(vfs_ftruncate(f, places[i] + 10), 0);
    assert_int_equal(vfs_seek(f, (int32_t)places[i], PITH_SEEK_SET), places[i]);
    assert_int_equal(vfs_read(f, buf, 600), 10);
    for (int k = 0; k < 10; k++) assert_int_equal(buf[k], 0);
  }
  vfs_close(f);
  assert_int_equal(vfs_unlink("/tmp/f"), 0);
}

/* A thousand names, read while half of them goes. */
static void test_large_directory(void **state) {
  enum { NAMES = 1000 };
  static uint8_t told[NAMES];
  struct pith_dirent d;
  struct file *f;
  char path[40];
  int n = 0;

  (void)state;
  tmp.chunk_size = 8192;
  tmp.chunk_count = 40;
  for (int i = 0; i < NAMES; i++) {
    snprintf(path, sizeof path, "/tmp/file.%d", i);
    vfs_close(open_new(path));
  }
  fake_check(&tmp);
  assert_int_equal(vfs_rmdir("/tmp"), -EBUSY);
  assert_int_equal(vfs_open("/tmp", PITH_O_RDONLY, 0, &f), 0);
  memset(told, 0, sizeof told);
  while (vfs_readdir(f, &d) == 1) {
    int i = *d.name == '.' ? -1 : atoi(d.name + 5);

    if (i < 0) continue;
    told[i]++;
    if (n++ % 2) continue;
    snprintf(path, sizeof path, "/tmp/file.%d", i); /* itself, and one that may come yet */
    assert_int_equal(vfs_unlink(path), 0);
    snprintf(path, sizeof path, "/tmp/file.%d", (i + 500) % NAMES);
    if (!vfs_unlink(path)) told[(i + 500) % NAMES] |= 0x80;
  }
  for (int i = 0; i < NAMES; i++) assert_true(told[i] == 1 || told[i] == 0x80 || told[i] == 0x81);
  vfs_close(f);
  for (int i = 0; i < NAMES; i++) {
    snprintf(path, sizeof path, "/tmp/file.%d", i);
    vfs_unlink(path);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
      TEST(test_space), TEST(test_failed_write), TEST(test_holes), TEST(test_large_directory)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}

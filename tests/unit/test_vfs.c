/* The tree and the table of open files: mounts, the read-only file systems, devices, references. */
#include "unit.h"
#include <string.h>
#include "devfs.h"
#include "fs.h"
#include "fs_fake.h"
#include "romfs.h"

static struct mount bin = {
    .point = "/bin", .source = "image", .ops = &romfs_ops, .flags = PITH_MOUNT_READ_ONLY, .data = ""};
static struct mount etc = {
    .point = "/etc", .source = "image", .ops = &romfs_ops, .flags = PITH_MOUNT_READ_ONLY, .data = "etc/"};
static struct mount dev = {.point = "/dev", .source = "none", .ops = &devfs_ops};
static struct tmpfs tmp;
static const struct fake_file image[] = {
    {"sh", "a program"},       {"etc/services", "a table"}, {"ls", ""},
    {"etc/rc.d/one", "first"}, {"etc/rc.d/two", "second"},  {"etc/rc", "x"},
    {"share/other", "no"},     {"etc/z/y/x", "deep"}};

static int setup(void **state) {
  (void)state;
  fake_image(image, sizeof image / sizeof image[0]);
  vfs_init();
  tmp = (struct tmpfs){.mount = {.point = "/tmp", .source = "ram"},
                       .chunk_size = 2048,
                       .chunk_count = 4,
                       .take = fake_take,
                       .give = fake_give};
  assert_int_equal(vfs_mount(&bin) | vfs_mount(&dev) | vfs_mount(&etc) | tmpfs_mount(&tmp), 0);
  return 0;
}

static int teardown(void **state) {
  (void)state;
  assert_int_equal(fake_chunks, 0);
  assert_int_equal(file_room(), PITH_FILES);
  assert_false(fake_locked);
  return 0;
}

static int opens(const char *path, uint32_t flags) {
  struct file *f;
  int error = vfs_open(path, flags, 0666, &f);

  if (!error) assert_int_equal(vfs_close(f), 0);
  return error;
}

/* The names of a directory, in order, with a blank after each; directories with "/". */
static const char *list(const char *path) {
  static char names[1000];
  struct pith_dirent d;
  struct file *f;
  uint32_t last = 0;

  names[0] = 0;
  assert_int_equal(vfs_open(path, PITH_O_RDONLY | PITH_O_DIRECTORY, 0, &f), 0);
  while (vfs_readdir(f, &d) == 1) {
    assert_true(d.next > last);
    last = d.next;
    strcat(strcat(names, d.name), d.mode == PITH_S_IFDIR ? "/ " : " ");
  }
  assert_int_equal(vfs_readdir(f, &d), 0);
  assert_int_equal(vfs_read(f, names + 500, 10), -EISDIR);
  vfs_close(f);
  return names;
}

static void test_mounts(void **state) {
  struct mount again = {.point = "/bin", .ops = &devfs_ops}, wrong = {.ops = &devfs_ops};
  static const char *const points[] = {"", "/", "x", "/x/y", "/x/", "//x"};
  struct pith_mount m;
  struct pith_stat st;

  (void)state;
  assert_int_equal(vfs_mount(&again), -EBUSY);
  for (int i = 0; i < 6; i++) {
    wrong.point = points[i];
    assert_int_equal(vfs_mount(&wrong), -EINVAL);
  }
  assert_string_equal(list("/"), "./ ../ bin/ dev/ etc/ tmp/ ");
  for (unsigned i = 0; i < 5; i++) assert_int_equal(vfs_usage(i, &m), 0);
  assert_string_equal(m.point, "/tmp");
  assert_string_equal(m.type, "tmpfs");
  assert_string_equal(m.source, "ram");
  assert_int_equal(m.total, 32);
  assert_int_equal(m.free, 32);
  assert_int_equal(vfs_usage(5, &m), -ENOENT);
  assert_int_equal(vfs_stat("/tmp", &st), 0);
  assert_int_equal(st.dev, 4);
  assert_int_equal(vfs_stat("/", &st), 0);
  assert_int_equal(st.dev, 0);
  assert_int_equal(st.mode & PITH_S_IFMT, PITH_S_IFDIR);
  assert_int_equal(vfs_stat("/bi", &st), -ENOENT);
  assert_int_equal(vfs_stat("/binx", &st), -ENOENT);
}

static void test_read_only(void **state) {
  static const char *const paths[] = {"/x", "/bin/x", "/etc/rc.d/x", "/dev/x"};

  (void)state;
  for (int i = 0; i < 4; i++) {
    assert_int_equal(opens(paths[i], PITH_O_WRONLY | PITH_O_CREAT), -EROFS);
    assert_int_equal(opens(paths[i], PITH_O_WRONLY), -ENOENT);
    assert_int_equal(vfs_mkdir(paths[i], 0), -EROFS);
    assert_int_equal(vfs_mkfifo(paths[i], 0), -EROFS);
    assert_int_equal(vfs_unlink(paths[i]), -ENOENT);
    assert_int_equal(vfs_rmdir(paths[i]), -ENOENT);
    assert_int_equal(vfs_rename(paths[i], "/tmp/x"), -ENOENT);
  }
  assert_int_equal(opens("/none/x", PITH_O_WRONLY | PITH_O_CREAT), -ENOENT); /* no directory to make it in */
  assert_int_equal(vfs_mkdir("/none/x", 0), -ENOENT);
  assert_int_equal(vfs_utime("/bin/sh", 1), -EROFS);
  assert_int_equal(vfs_utime("/bin/x", 1), -ENOENT);
  assert_int_equal(opens("/bin/sh", PITH_O_WRONLY), -EROFS);
  assert_int_equal(opens("/bin/sh", PITH_O_RDONLY | PITH_O_TRUNC), -EROFS);
  assert_int_equal(opens("/bin/sh", PITH_O_RDONLY | PITH_O_CREAT | PITH_O_EXCL), -EEXIST);
  assert_int_equal(opens("/bin/sh", PITH_O_RDONLY | PITH_O_CREAT), 0);
  assert_int_equal(vfs_unlink("/bin/sh"), -EROFS);
  assert_int_equal(vfs_rename("/bin/sh", "/bin/x"), -EROFS);
  assert_int_equal(vfs_rename("/bin/sh", "/tmp/x"), -EXDEV);
  assert_int_equal(vfs_rename("/bin", "/tmp/x"), -EBUSY);
  assert_int_equal(vfs_mkdir("/bin/sh", 0), -EEXIST);
  assert_int_equal(vfs_mkdir("/bin", 0), -EEXIST);
  assert_int_equal(vfs_rmdir("/etc/rc.d"), -EROFS);
  assert_int_equal(vfs_rmdir("/etc"), -EBUSY);
  assert_int_equal(vfs_rmdir("/"), -EBUSY);
  assert_int_equal(vfs_unlink("/bin"), -EISDIR);
  assert_int_equal(vfs_truncate("/bin/sh", 0), -EROFS);
}

static void test_image(void **state) {
  struct pith_stat st;
  const void *data;
  struct file *f;
  uint32_t size;
  char buf[20];

  (void)state;
  assert_string_equal(list("/bin"), "./ ../ sh ls ");
  assert_string_equal(list("/etc"), "./ ../ services rc.d/ rc z/ ");
  assert_string_equal(list("/etc/rc.d"), "./ ../ one two ");
  assert_string_equal(list("/etc/z"), "./ ../ y/ ");
  assert_string_equal(list("/etc/z/y"), "./ ../ x ");
  assert_int_equal(vfs_open("/etc/rc.d/two", PITH_O_RDONLY, 0, &f), 0);
  assert_int_equal(vfs_read(f, buf, 3), 3);
  assert_int_equal(vfs_seek(f, -2, PITH_SEEK_END), 4);
  assert_int_equal(vfs_read(f, buf + 3, 20), 2);
  assert_memory_equal(buf, "secnd", 5);
  assert_int_equal(vfs_seek(f, 100, PITH_SEEK_SET), 100);
  assert_int_equal(vfs_read(f, buf, 20), 0);
  assert_int_equal(vfs_write(f, buf, 1), -EBADF);
  assert_int_equal(vfs_fstat(f, &st), 0);
  assert_int_equal(st.size, 6);
  vfs_close(f);
  assert_int_equal(vfs_map("/bin/sh", &data, &size), 0);
  assert_int_equal(size, 9);
  assert_memory_equal(data, "a program", 9);
  assert_int_equal(vfs_map("/bin/none", &data, &size), -ENOENT);
  assert_int_equal(vfs_map("/bin", &data, &size), -EISDIR);
  assert_int_equal(vfs_map("/dev/null", &data, &size), -ENOENT);
  assert_int_equal(opens("/etc/rc/x", PITH_O_RDONLY), -ENOTDIR);
  assert_int_equal(opens("/etc/rc.", PITH_O_RDONLY), -ENOENT);
  assert_int_equal(opens("/etc/rc.d/on", PITH_O_RDONLY), -ENOENT);
  assert_int_equal(opens("/etc/rc.d", PITH_O_RDWR), -EISDIR);
  assert_int_equal(opens("/etc/rc", PITH_O_RDONLY | PITH_O_DIRECTORY), -ENOTDIR);
  assert_int_equal(opens("/bin/etc", PITH_O_RDONLY), -ENOENT);
  assert_int_equal(opens("/bin/share", PITH_O_RDONLY), -ENOENT);
  fake_image(image, 0);
  assert_int_equal(opens("/bin/sh", PITH_O_RDONLY), -ENOENT);
  assert_string_equal(list("/bin"), "./ ../ ");
}

static long here_read(struct file *f, void *buf, size_t n) {
  const struct devfs_device *d = f->node;

  assert_false(fake_locked); /* what is done in the kernel context is not under the lock */
  memset(buf, *(const char *)d->data, n);
  return (long)n;
}

static void test_devices(void **state) {
  static const struct file_ops ops = {.in_kernel = true, .read = here_read, .stat = devfs_stat};
  static struct devfs_device here = {.name = "here", .ops = &ops, .data = "x"};
  struct devfs_device null = {.name = "null", .ops = &ops};
  struct pith_stat st;
  struct file *f;
  char buf[2000];

  (void)state;
  assert_int_equal(devfs_add(&here), 0);
  assert_int_equal(devfs_add(&here), -EEXIST);
  assert_int_equal(devfs_add(&null), -EEXIST);
  assert_string_equal(list("/dev"), "./ ../ null zero full random urandom here ");
  assert_int_equal(vfs_open("/dev/here", PITH_O_RDWR, 0, &f), 0);
  assert_int_equal(vfs_read(f, buf, 3), 3);
  assert_memory_equal(buf, "xxx", 3);
  assert_int_equal(vfs_write(f, buf, 3), -EINVAL);
  assert_int_equal(vfs_seek(f, 0, PITH_SEEK_SET), -ESPIPE);
  assert_int_equal(vfs_ftruncate(f, 0), -EINVAL);
  assert_int_equal(vfs_fstat(f, &st), 0);
  assert_int_equal(st.mode, PITH_S_IFCHR | 0666);
  vfs_close(f);
  assert_int_equal(vfs_open("/dev/random", PITH_O_RDWR, 0, &f), 0);
  for (size_t n = 1; n < 40; n++) { /* not a byte too many */
    memset(buf, 0x55, 64);
    assert_int_equal(vfs_read(f, buf, n), n);
    for (size_t i = n; i < 64; i++) assert_int_equal(buf[i], 0x55);
  }
  assert_true(vfs_read(f, buf, sizeof buf) > 0);
  assert_int_equal(vfs_write(f, buf, 5), 5);
  vfs_close(f);
  assert_int_equal(opens("/dev/null/x", PITH_O_RDONLY), -ENOTDIR);
  assert_int_equal(opens("/dev/nul", PITH_O_RDONLY), -ENOENT);
  assert_int_equal(opens("/dev", PITH_O_WRONLY), -EISDIR);
}

static void test_table_of_files(void **state) {
  struct file *files[PITH_FILES], *f;

  (void)state;
  for (int i = 0; i < PITH_FILES; i++) assert_int_equal(vfs_open("/dev/null", PITH_O_RDWR, 0, &files[i]), 0);
  assert_int_equal(vfs_open("/dev/null", PITH_O_RDWR, 0, &f), -ENFILE);
  assert_int_equal(file_room(), 0);
  assert_int_equal(vfs_stat("/tmp", &(struct pith_stat){0}), 0);
  assert_int_equal(vfs_close(files[7]), 0);
  assert_int_equal(file_room(), 1);
  assert_int_equal(vfs_open("/none", PITH_O_RDWR, 0, &f), -ENOENT); /* gives its place back */
  assert_int_equal(vfs_open("/dev/null", PITH_O_RDWR, 0, &files[7]), 0);
  for (int i = 0; i < PITH_FILES; i++) vfs_close(files[i]);
}

static int closes, releases;
static int slow_close(struct file *f) {
  assert_true(fake_locked);
  assert_int_equal(f->refs, 0);
  closes++;
  return -EIO;
}
static void at_once(struct file *f) {
  (void)f;
  releases++;
}

/* A file whose close() takes a thread keeps its place until that has been, and is closed once. */
static void test_closing(void **state) {
  static const struct file_ops ops = {.close = slow_close, .release = at_once};
  struct file *f = file_new(), *g = file_new();

  (void)state;
  f->ops = g->ops = &ops;
  file_hold(f);
  assert_false(file_release(f));
  assert_int_equal(releases, 0);
  assert_true(file_release(f));
  assert_int_equal(releases, 1);
  assert_int_equal(closes, 0);
  assert_int_equal(file_room(), PITH_FILES - 2);
  assert_true(file_release(g));
  vfs_closing();
  assert_int_equal(closes, 2);
  vfs_closing(); /* not again */
  assert_int_equal(closes, 2);
  f = file_new();
  f->ops = &ops;
  file_hold(f);
  assert_int_equal(vfs_close(f), 0);
  assert_int_equal(vfs_close(f), -EIO); /* a thread that closes itself gets the result */
  vfs_closing();
  assert_int_equal(closes, 3);
  assert_int_equal(file_room(), PITH_FILES);
}

static void test_clock(void **state) {
  struct pith_stat st;
  struct file *f;

  (void)state;
  fake_now = 5 * PITH_TICK_HZ;
  assert_int_equal(vfs_time(), 5000000);
  vfs_set_time(1700000000000000);
  fake_now += PITH_TICK_HZ;
  assert_true(vfs_time() == 1700000001000000);
  assert_int_equal(vfs_open("/tmp/f", PITH_O_WRONLY | PITH_O_CREAT, 0, &f), 0);
  fake_now += PITH_TICK_HZ;
  assert_int_equal(vfs_write(f, "x", 1), 1);
  vfs_close(f);
  assert_int_equal(vfs_stat("/tmp/f", &st), 0);
  assert_true(st.mtime == 1700000002000000);
  assert_int_equal(vfs_unlink("/tmp/f"), 0);
  vfs_set_time(vfs_time() - 1700000000000000);
}

int main(void) {
  const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
      TEST(test_mounts),         TEST(test_read_only), TEST(test_image), TEST(test_devices),
      TEST(test_table_of_files), TEST(test_closing),   TEST(test_clock)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Paths become absolute and clean, for any bytes; what ".." and "/" say of directories is looked up. */
#include "unit.h"
#include <string.h>
#include "fs_fake.h"
#include "fs.h"

static void gives(const char *cwd, const char *path, const char *want) {
  char out[PITH_PATH_MAX];

  assert_int_equal(vfs_path(out, cwd, path), 0);
  assert_string_equal(out, want);
}

static void test_table(void **state) {
  char out[PITH_PATH_MAX];

  (void)state;
  gives(NULL, "/", "/");
  gives("/", "/", "/");
  gives(NULL, "a", "/a");
  gives("/", "a", "/a");
  gives("/x", "a", "/x/a");
  gives("/x/y", "../a", "/x/a");
  gives("/x/y", "../../../../a", "/a");
  gives("/x/y", "..", "/x");
  gives("/x", "..", "/");
  gives("/x", ".", "/x");
  gives("/x", "/a//b///c/", "/a/b/c");
  gives(NULL, "/a/./b/../c/.", "/a/c");
  gives(NULL, "/..", "/");
  gives(NULL, "/../..//tmp", "/tmp");
  gives(NULL, "...", "/...");
  gives(NULL, "..a/.b/a..", "/..a/.b/a..");
  gives("/x", "./.././y", "/y");
  assert_int_equal(vfs_path(out, "/x", ""), -ENOENT);
}

static void test_long(void **state) {
  char path[600], out[PITH_PATH_MAX];

  (void)state;
  memset(path, 'n', sizeof path);
  path[0] = '/';
  path[1 + PITH_NAME_MAX] = 0;
  assert_int_equal(vfs_path(out, NULL, path), 0);
  path[1 + PITH_NAME_MAX] = 'n';
  path[2 + PITH_NAME_MAX] = 0;
  assert_int_equal(vfs_path(out, NULL, path), -ENAMETOOLONG);
  for (int i = 0; i < 599; i++) path[i] = i % 2 ? 'd' : '/';
  for (int n = 1; n < 599; n++) { /* 255 characters are the most */
    char cut[600];

    memcpy(cut, path, (size_t)n);
    cut[n] = 0;
    assert_int_equal(vfs_path(out, NULL, cut), n + (n % 2 ? -1 : 0) < PITH_PATH_MAX ? 0 : -ENAMETOOLONG);
  }
  /* what is clean is what counts */
  for (int i = 0; i < 599; i++) path[i] = "/d/.."[i % 5];
  path[598] = 0;
  assert_int_equal(vfs_path(out, NULL, path), 0);
}

/* The same by a list of names. */
static int model(char *out, const char *cwd, const char *path) {
  char text[2 * PITH_PATH_MAX + 700], *names[700], *save = NULL;
  int n = 0, long_name = 0;
  size_t length = 0;

  if (!*path) return -ENOENT;
  snprintf(text, sizeof text, "%s/%s", *path == '/' || !cwd ? "" : cwd, path);
  for (char *name = strtok_r(text, "/", &save); name; name = strtok_r(NULL, "/", &save)) {
    if (!strcmp(name, ".")) continue;
    if (!strcmp(name, "..")) {
      if (n) length -= strlen(names[--n]) + 1;
      continue;
    }
    length += strlen(name) + 1;
    if (strlen(name) > PITH_NAME_MAX || length >= PITH_PATH_MAX) long_name = 1;
    if (long_name) return -ENAMETOOLONG;
    names[n++] = name;
  }
  strcpy(out, n ? "" : "/");
  for (int i = 0; i < n; i++) strcat(strcat(out, "/"), names[i]);
  return 0;
}

static void test_random(void **state) {
  (void)state;
  unit_seed();
  for (int round = 0; round < 200000; round++) {
    static const char *const cwds[] = {NULL, "/", "/a", "/a/bb/c"};
    const char *cwd = cwds[unit_below(4)];
    char path[400], got[PITH_PATH_MAX], want[PITH_PATH_MAX];
    uint32_t n = unit_below(unit_below(10) ? 24 : 399);
    int error;

    for (uint32_t i = 0; i < n; i++) path[i] = "///...ab\x80\n"[unit_below(10)];
    path[n] = 0;
    error = model(want, cwd, path);
    assert_int_equal(vfs_path(got, cwd, path), error);
    if (!error) assert_string_equal(got, want);
  }
}

static struct tmpfs tmp = {
    .mount = {.point = "/tmp"}, .chunk_size = 1024, .chunk_count = 8, .take = fake_take, .give = fake_give};

static void walks(const char *cwd, const char *path, int result, const char *want) {
  char out[PITH_PATH_MAX];

  assert_int_equal(vfs_walk(out, cwd, path), result);
  if (want) assert_string_equal(out, want);
}

static void test_walk(void **state) {
  struct file *f;

  (void)state;
  vfs_init();
  assert_int_equal(tmpfs_mount(&tmp), 0);
  assert_int_equal(vfs_mkdir("/tmp/d", 0), 0);
  assert_int_equal(vfs_open("/tmp/f", PITH_O_RDWR | PITH_O_CREAT, 0, &f), 0);
  vfs_close(f);
  walks(NULL, "/tmp/f", 0, "/tmp/f");
  walks(NULL, "/tmp/none", 0, "/tmp/none");
  walks(NULL, "/tmp/d/", VFS_SLASH, "/tmp/d");
  walks(NULL, "/tmp/d/.", VFS_SLASH | VFS_DOT, "/tmp/d");
  walks("/tmp/d", ".", VFS_SLASH | VFS_DOT, "/tmp/d");
  walks("/tmp/d", "..", VFS_SLASH, "/tmp");
  walks(NULL, "/tmp/d/..", VFS_SLASH, "/tmp");
  walks(NULL, "/tmp/none/", VFS_SLASH, "/tmp/none");
  walks(NULL, "/tmp/f/", -ENOTDIR, NULL);
  walks(NULL, "/tmp/f/.", -ENOTDIR, NULL);
  walks(NULL, "/tmp/f/..", -ENOTDIR, NULL);
  walks(NULL, "/tmp/f/../d", -ENOTDIR, NULL);
  walks(NULL, "/tmp/none/../f", -ENOENT, NULL);
  walks(NULL, "/none/../tmp/f", -ENOENT, NULL);
  walks(NULL, "/tmp/d/../../tmp/f", 0, "/tmp/f");
  walks("/gone", "../tmp", -ENOENT, NULL);
  walks(NULL, "", -ENOENT, NULL);
  assert_int_equal(vfs_rmdir("/tmp/d") | vfs_unlink("/tmp/f"), 0);
  assert_int_equal(fake_chunks, 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_table), cmocka_unit_test(test_long),
                                     cmocka_unit_test(test_random), cmocka_unit_test(test_walk)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}

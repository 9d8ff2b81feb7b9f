/* Files in RAM: random operations against a simple model. */
#include "unit.h"
#include <string.h>
#include "fs.h"
#include "fs_fake.h"

enum { CHUNK = 2048, CHUNKS = 12, BLOCKS = CHUNK / TMPFS_BLOCK * CHUNKS };

static struct tmpfs tmp = {.mount = {.point = "/tmp"},
                           .chunk_size = CHUNK,
                           .chunk_count = CHUNKS,
                           .take = fake_take,
                           .give = fake_give};

enum { NODES = 60, SIZE = 30000, OPEN = 10, STEPS = 60000 };

struct thing { /* a file or a directory */
  bool used, directory, named;
  int opens;
  char path[64];
  uint32_t size;
  uint8_t data[SIZE];
};
static struct thing things[NODES], root = {.used = true, .directory = true, .named = true};
static struct {
  struct file *f;
  struct thing *t;
  uint32_t pos;
  bool append;
} open_files[OPEN];
static unsigned refused; /* for want of space */
static bool starved;     /* a chunk is refused in this step */

/* What failed has given up to two blocks of numbers back, that it had been the last to take. */
static bool no_space(void) { return tmp.used >= BLOCKS - 2 || (starved && !fake_fails); }

static struct thing *thing_at(const char *path) {
  if (!strcmp(path, "/tmp")) return &root;
  for (int i = 0; i < NODES; i++)
    if (things[i].named && !strcmp(things[i].path, path)) return &things[i];
  return NULL;
}

static bool is_under(const struct thing *t, const char *path) {
  size_t n = strlen(path);

  return t->named && !strncmp(t->path, path, n) && t->path[n] == '/';
}

static bool is_empty(const char *path) {
  for (int i = 0; i < NODES; i++)
    if (is_under(&things[i], path)) return false;
  return true;
}

/* 0: all that is above it are directories. */
static int above(const char *path) {
  char part[64];

  for (size_t i = 5; path[i]; i++) {
    struct thing *t;

    if (path[i] != '/') continue;
    snprintf(part, sizeof part, "%.*s", (int)i, path);
    t = thing_at(part);
    if (!t) return -ENOENT;
    if (!t->directory) return -ENOTDIR;
  }
  return 0;
}

static void random_path(char *to) {
  static const char *const names[] = {"a", "b", "cc", "a-name-that-is-as-long-as-one-can-be"};
  int depth = 1 + (int)unit_below(3);

  strcpy(to, "/tmp");
  while (depth--) strcat(strcat(to, "/"), names[depth ? unit_below(2) : unit_below(4)]);
  assert_true(strlen(to) < 64);
}

static struct thing *new_thing(const char *path, bool directory) {
  int i = 0;

  while (things[i].used) i++;
  memset(&things[i], 0, sizeof things[i]);
  things[i] = (struct thing){.used = true, .directory = directory, .named = true};
  strcpy(things[i].path, path);
  return &things[i];
}

static void forget(struct thing *t) {
  t->named = false;
  if (!t->opens) t->used = false;
}

/* It may fail so if there is no space, and only then. */
static bool is_full(long result) {
  if (result != -ENOSPC) return false;
  assert_true(no_space());
  refused++;
  return true;
}

static void step_open(void) {
  int k = (int)unit_below(OPEN), want;
  uint32_t flags = unit_below(3) | (unit_below(2) ? PITH_O_CREAT : 0) | (unit_below(4) ? 0 : PITH_O_EXCL) |
                   (unit_below(4) ? 0 : PITH_O_TRUNC) | (unit_below(4) ? 0 : PITH_O_APPEND) |
                   (unit_below(8) ? 0 : PITH_O_DIRECTORY);
  char path[64];
  struct thing *t;

  if (open_files[k].f) return;
  random_path(path);
  t = thing_at(path);
  want = above(path);
  if (!want && t) want = fs_may_open(t->directory, flags);
  else if (!want && !(flags & PITH_O_CREAT)) want = -ENOENT;
  int got = vfs_open(path, flags, 0666, &open_files[k].f);
  if (is_full(got)) {
    assert_true(!want && !t);
    open_files[k].f = NULL;
    return;
  }
  assert_int_equal(got, want);
  if (got) {
    open_files[k].f = NULL;
    return;
  }
  if (!t) t = new_thing(path, false);
  if (flags & PITH_O_TRUNC && fs_writes(flags)) {
    t->size = 0;
    memset(t->data, 0, SIZE);
  }
  t->opens++;
  open_files[k].t = t;
  open_files[k].pos = 0;
  open_files[k].append = flags & PITH_O_APPEND;
}

static void step_close(int k) {
  struct thing *t = open_files[k].t;

  if (!open_files[k].f) return;
  assert_int_equal(vfs_close(open_files[k].f), 0);
  open_files[k].f = NULL;
  t->opens--;
  if (!t->named && !t->opens) t->used = false;
}

static void step_write(int k) {
  static uint8_t from[3000];
  struct thing *t = open_files[k].t;
  uint32_t n = 1 + unit_below(unit_below(3) ? 300 : 3000),
           at = open_files[k].append ? t->size : open_files[k].pos;
  long got;

  if (t->directory || !fs_writes(open_files[k].f->flags)) return;
  if (at + n > SIZE) return;
  for (uint32_t i = 0; i < n; i++) from[i] = (uint8_t)unit_random();
  got = vfs_write(open_files[k].f, from, n);
  if (is_full(got)) {
    if (open_files[k].append) open_files[k].pos = at;
    return;
  }
  assert_true(got == n || (got > 0 && got < n && no_space()));
  memcpy(t->data + at, from, (size_t)got);
  if (t->size < at + (uint32_t)got) t->size = at + (uint32_t)got;
  open_files[k].pos = at + (uint32_t)got;
}

static void step_read(int k) {
  static uint8_t to[4000];
  struct thing *t = open_files[k].t;
  uint32_t n = 1 + unit_below(sizeof to), at = open_files[k].pos, left = at < t->size ? t->size - at : 0;
  long got;

  if (t->directory || (open_files[k].f->flags & PITH_O_ACCMODE) == PITH_O_WRONLY) return;
  got = vfs_read(open_files[k].f, to, n);
  assert_int_equal(got, n < left ? n : left);
  assert_memory_equal(to, t->data + at, (size_t)got);
  open_files[k].pos += (uint32_t)got;
}

static void step_seek(int k) {
  struct thing *t = open_files[k].t;
  uint32_t at = unit_below(SIZE);

  if (t->directory) return;
  assert_int_equal(vfs_seek(open_files[k].f, (int32_t)at, PITH_SEEK_SET), at);
  open_files[k].pos = at;
}

static void step_truncate(int k) {
  struct thing *t = open_files[k].t;
  uint32_t size = unit_below(2) ? unit_below(SIZE) : unit_below(1000);

  if (t->directory || !fs_writes(open_files[k].f->flags)) return;
  assert_int_equal(vfs_ftruncate(open_files[k].f, size), 0);
  if (size < t->size) memset(t->data + size, 0, t->size - size);
  t->size = size;
}

static void step_stat(int k) {
  struct thing *t = open_files[k].t;
  struct pith_stat st;

  assert_int_equal(vfs_fstat(open_files[k].f, &st), 0);
  assert_int_equal(st.size, t->directory ? 0 : t->size);
  assert_int_equal(st.links, t->named);
  assert_int_equal(st.mode & PITH_S_IFMT, t->directory ? PITH_S_IFDIR : PITH_S_IFREG);
}

static void step_mkdir(void) {
  char path[64];
  int want, got;

  random_path(path);
  want = above(path);
  if (!want && thing_at(path)) want = -EEXIST;
  got = vfs_mkdir(path, 0777);
  if (is_full(got)) {
    assert_int_equal(want, 0);
    return;
  }
  assert_int_equal(got, want);
  if (!got) new_thing(path, true);
}

static void step_remove(bool directory) {
  char path[64];
  struct thing *t;
  int want;

  random_path(path);
  t = thing_at(path);
  want = above(path);
  if (!want && !t) want = -ENOENT;
  if (!want && directory) want = !t->directory ? -ENOTDIR : is_empty(path) ? 0 : -ENOTEMPTY;
  else if (!want) want = t->directory ? -EISDIR : 0;
  assert_int_equal(directory ? vfs_rmdir(path) : vfs_unlink(path), want);
  if (!want) forget(t);
}

static int may_rename(const struct thing *a, const struct thing *b, const char *from, const char *to) {
  size_t n = strlen(from);
  int want;

  if (!strncmp(from, to, n) && to[n] == '/') return -EINVAL;
  want = above(from);
  if (!want && !a) want = -ENOENT;
  if (!want) want = above(to);
  if (want || !b || a == b) return want;
  if (a->directory) return !b->directory ? -ENOTDIR : is_empty(to) ? 0 : -ENOTEMPTY;
  return b->directory ? -EISDIR : 0;
}

static void step_rename(void) {
  char from[64], to[64], rest[64];
  struct thing *a, *b;
  int want;

  random_path(from);
  random_path(to);
  a = thing_at(from);
  b = thing_at(to);
  want = may_rename(a, b, from, to);
  for (int i = 0; !want && i < NODES; i++) /* not deeper than the model's paths */
    if (is_under(&things[i], from) && strlen(to) + strlen(things[i].path) - strlen(from) > 63) return;
  assert_int_equal(vfs_rename(from, to), want);
  if (want || a == b) return;
  if (b) forget(b);
  for (int i = 0; i < NODES; i++) {
    if (&things[i] != a && !is_under(&things[i], from)) continue;
    strcpy(rest, things[i].path + strlen(from));
    strcat(strcpy(things[i].path, to), rest);
  }
}

/* A directory has the names it must have, each once. */
static void step_list(void) {
  char path[64] = "/tmp", entry[160];
  struct pith_dirent d;
  struct file *f;
  int n = 0, want = 0;

  if (unit_below(2)) random_path(path);
  if (!thing_at(path) || !thing_at(path)->directory) return;
  assert_int_equal(vfs_open(path, PITH_O_RDONLY | PITH_O_DIRECTORY, 0, &f), 0);
  while (vfs_readdir(f, &d) == 1) {
    if (*d.name == '.') continue;
    snprintf(entry, sizeof entry, "%s/%s", path, d.name);
    assert_non_null(thing_at(entry));
    assert_int_equal(d.mode == PITH_S_IFDIR, thing_at(entry)->directory);
    n++;
  }
  for (int i = 0; i < NODES; i++)
    want += is_under(&things[i], path) && !strchr(things[i].path + strlen(path) + 1, '/');
  assert_int_equal(n, want);
  vfs_close(f);
}

static void step(void) {
  int k = (int)unit_below(OPEN);
  unsigned what = unit_below(16);

  starved = !unit_below(50);
  fake_fails = starved;
  if (what < 3) step_open();
  else if (what == 3) step_mkdir();
  else if (what == 4) step_remove(unit_below(2));
  else if (what == 5) step_rename();
  else if (what == 6) step_list();
  else if (!open_files[k].f) return;
  else if (what < 9) step_write(k);
  else if (what < 12) step_read(k);
  else if (what == 12) step_seek(k);
  else if (what == 13) step_stat(k);
  else if (what == 14 && unit_below(2)) step_truncate(k);
  else if (what == 15) step_close(k);
}

static void test_model(void **state) {
  (void)state;
  vfs_init();
  assert_int_equal(tmpfs_mount(&tmp), 0);
  unit_seed();
  for (int i = 0; i < STEPS || (refused <= 20 && i < 50 * STEPS); i++) {
    int used = 0;

    for (int k = 0; k < NODES; k++) used += things[k].used;
    if (used < NODES - 2) step();
    else step_close((int)unit_below(OPEN)), step_remove(unit_below(2));
    assert_false(fake_locked);
    if (i % 64 == 0) fake_check(&tmp);
  }
  assert_true(refused > 20);
  fake_fails = 0;
  for (int k = 0; k < OPEN; k++) step_close(k);
  for (int rounds = 0; rounds < NODES; rounds++)
    for (int i = 0; i < NODES; i++) {
      if (!things[i].named || (things[i].directory && !is_empty(things[i].path))) continue;
      assert_int_equal(things[i].directory ? vfs_rmdir(things[i].path) : vfs_unlink(things[i].path), 0);
      forget(&things[i]);
    }
  fake_check(&tmp);
  assert_int_equal(tmp.used, 0);
  assert_int_equal(tmp.files, 0);
  assert_int_equal(fake_chunks, 0);
  assert_int_equal(file_room(), PITH_FILES);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_model)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}

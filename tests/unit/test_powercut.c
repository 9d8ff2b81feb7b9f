/* Power goes at every program and every erase of a workload of 500 calls: what was asked for last is done, dropped, or done
 * in part. After each cut the flash is mounted and must hold what was committed before the call under way, or what that call
 * commits, byte for byte and nothing else; then there must be work to be done, and all space be there again once all is
 * deleted.
 *
 *   test_powercut          the sample: every 23rd, in turn dropped and torn
 *   test_powercut all      every one, dropped and torn in two ways
 *
 * The workload is played once; each program and erase, and after each call what the tree holds, are kept. A cut is then a
 * copy of the flash as it was, with part of the next change. */
#include "littlefs_flash.h"
#include <string.h>

enum { CALLS = 500, NAMES = 24, FILES = 5, CONTENT = 6000, SAMPLE = 23, CHANGES = 40000, FREE_AGAIN = 4 + 4 };

/* Bytes that do not change once they are here. */
struct blob {
  uint32_t size;
  uint8_t bytes[];
};

/* What a name stands for. */
struct object {
  struct blob *live, *committed; /* both NULL: a directory */
};

struct name {
  char path[32];
  struct object *object; /* NULL: no such name */
};

/* What the image must hold: a copy of the names, with what was committed of each. */
struct state {
  int count;
  struct {
    char path[32];
    const struct blob *content; /* NULL: a directory */
  } entry[NAMES];
};

static struct name names[NAMES];
static struct slot {
  struct file *file;
  struct object *object;
} slots[FILES];
static const char *const paths[NAMES] = {"/a",   "/b",   "/c",     "/d",     "/e",   "/f",   "/g",   "/h",
                                         "/x",   "/y",   "/x/a",   "/x/b",   "/x/c", "/x/z", "/y/a", "/y/b",
                                         "/y/c", "/y/d", "/x/z/a", "/x/z/b", "/i",   "/j",   "/k",   "/l"};

/* ---- what happened ---- */

static struct change {
  struct flash_op op;
  uint8_t data[FLASH_BLOCK];
  int call;
} * changes;
static int change_count, call_now;
static struct state *before[CALLS], *after[CALLS], *middle[CALLS];

static void record(const struct flash_op *op) {
  struct change *c = &changes[change_count++];

  assert_true(change_count < CHANGES);
  c->op = *op;
  if (op->n) memcpy(c->data, op->data, op->n);
  c->op.data = c->data;
  c->call = call_now;
}

static struct blob *blob_of(uint32_t size) {
  struct blob *b = calloc(1, sizeof *b + size + 1);

  assert_non_null(b);
  b->size = size;
  return b;
}

/* A name is a file's at most once, so a rename moves it; the order is that of `paths`. */
static struct state *snapshot(void) {
  struct state *s = calloc(1, sizeof *s);

  assert_non_null(s);
  for (int i = 0; i < NAMES; i++) {
    if (!names[i].object) continue;
    memcpy(s->entry[s->count].path, names[i].path, sizeof names[i].path);
    s->entry[s->count++].content = names[i].object->committed;
  }
  return s;
}

/* ---- the workload ---- */

static bool is_directory(const struct name *n) { return n->object && !n->object->live; }

static int index_of(const char *path) {
  for (int i = 0; i < NAMES; i++)
    if (!strcmp(names[i].path, path)) return i;
  return -1;
}

static bool is_below(const char *path, const char *directory) {
  size_t n = strlen(directory);

  return !strncmp(path, directory, n) && path[n] == '/';
}

static void commit(struct object *o) { o->committed = o->live; }

static struct slot *slot_of(const struct object *o) {
  for (int i = 0; i < FILES; i++)
    if (slots[i].file && slots[i].object == o) return &slots[i];
  return NULL;
}

static void do_open(struct slot *s, struct name *n) {
  uint32_t flags = PITH_O_RDWR | PITH_O_CREAT | (unit_below(4) ? 0 : PITH_O_TRUNC);

  if (s->file || is_directory(n)) return;
  s->file = data_open(n->path, flags);
  if (!s->file) return;
  if (!n->object) {
    n->object = calloc(1, sizeof *n->object);
    assert_non_null(n->object);
    n->object->live = n->object->committed = blob_of(0);
  }
  s->object = n->object;
  if (flags & PITH_O_TRUNC) s->object->live = blob_of(0);
}

static void do_write(struct slot *s) {
  struct blob *old, *new;
  uint32_t n = unit_below(8) ? 1 + unit_below(300) : 1 + unit_below(2500), at;
  uint8_t data[2500];
  long r;

  if (!s->file) return;
  old = s->object->live;
  at = unit_below(3) ? old->size : unit_below(old->size + 200);
  if (at + n > CONTENT) at = unit_below(CONTENT - n);
  for (uint32_t i = 0; i < n; i++) data[i] = (uint8_t)unit_random();
  s->file->pos = at;
  r = s->file->ops->write(s->file, data, n);
  if (r < 0) {
    assert_int_equal(r, -ENOSPC);
    return;
  }
  new = blob_of(at + (uint32_t)r > old->size ? at + (uint32_t)r : old->size);
  memcpy(new->bytes, old->bytes, old->size);
  memcpy(new->bytes + at, data, (size_t)r);
  s->object->live = new;
}

static void do_truncate(struct slot *s) {
  struct blob *old, *new;
  uint32_t size = unit_below(CONTENT);

  if (!s->file || s->file->ops->truncate(s->file, size)) return;
  old = s->object->live;
  new = blob_of(size);
  memcpy(new->bytes, old->bytes, size < old->size ? size : old->size);
  s->object->live = new;
}

static void do_sync(struct slot *s) {
  if (!s->file) return;
  assert_int_equal(s->file->ops->sync(s->file), 0);
  commit(s->object);
}

static void do_close(struct slot *s) {
  if (!s->file) return;
  assert_int_equal(data_close(s->file), 0);
  commit(s->object);
  *s = (struct slot){NULL, NULL};
}

/* All of an open file is what it should be. */
static void do_read(struct slot *s) {
  static uint8_t buf[CONTENT + 1];

  if (!s->file) return;
  s->file->pos = 0;
  assert_int_equal(s->file->ops->read(s->file, buf, sizeof buf), s->object->live->size);
  assert_memory_equal(buf, s->object->live->bytes, s->object->live->size);
}

static void do_unlink(struct name *n) {
  int error = data_mount->ops->unlink(data_mount, n->path);

  if (!n->object) assert_int_equal(error == -ENOENT || error == -ENOTDIR, 1);
  else if (is_directory(n)) assert_int_equal(error, -EISDIR);
  else assert_int_equal(error, 0);
  if (!error) n->object = NULL;
}

static void do_mkdir(struct name *n) {
  int error = data_mount->ops->mkdir(data_mount, n->path, 0777);

  if (n->object) assert_int_equal(error, -EEXIST);
  if (error) return;
  n->object = calloc(1, sizeof *n->object);
  assert_non_null(n->object);
}

static void do_rmdir(struct name *n) {
  int error = data_mount->ops->rmdir(data_mount, n->path);

  if (!error) n->object = NULL;
}

/* Names that the move would make must be of the list. */
static bool can_move(const struct name *from, const struct name *to) {
  char path[64];

  if (!strcmp(from->path, to->path) || is_below(to->path, from->path)) return false;
  for (int i = 0; i < NAMES; i++) {
    if (!names[i].object || !is_below(names[i].path, from->path)) continue;
    snprintf(path, sizeof path, "%s%s", to->path, names[i].path + strlen(from->path));
    if (index_of(path) < 0) return false;
  }
  return true;
}

static void move_below(const struct name *from, const struct name *to) {
  char path[64];

  for (int i = 0; i < NAMES; i++) {
    if (!names[i].object || !is_below(names[i].path, from->path)) continue;
    snprintf(path, sizeof path, "%s%s", to->path, names[i].path + strlen(from->path));
    names[index_of(path)].object = names[i].object;
    names[i].object = NULL;
  }
}

/* An open file is committed first: a state of its own, even if the rename then fails. */
static void do_rename(struct name *from, struct name *to) {
  struct slot *s = from->object ? slot_of(from->object) : NULL;

  if (!can_move(from, to)) return;
  if (data_mount->ops->rename(data_mount, from->path, to->path)) {
    if (s) do_sync(s);
    return;
  }
  if (s) {
    commit(from->object);
    middle[call_now] = snapshot();
  }
  to->object = from->object;
  from->object = NULL;
  if (!to->object->live) move_below(from, to);
}

static void one_call(void) {
  struct slot *s = &slots[unit_below(FILES)];
  struct name *n = &names[unit_below(NAMES)];

  switch (unit_below(16)) {
  case 0:
  case 1:
  case 2: do_open(s, n); return;
  case 3:
  case 4:
  case 5:
  case 6: do_write(s); return;
  case 7:
  case 8: do_sync(s); return;
  case 9: do_close(s); return;
  case 10: do_unlink(n); return;
  case 11:
  case 12: do_rename(n, &names[unit_below(NAMES)]); return;
  case 13: do_mkdir(&names[8 + unit_below(6)]); return;
  case 14:
    if (unit_below(2)) do_rmdir(n);
    else do_truncate(s);
    return;
  default: do_read(s); return;
  }
}

/* Calls that change nothing on the flash are not counted. */
static void play(void) {
  for (int i = 0; i < NAMES; i++) memcpy(names[i].path, paths[i], strlen(paths[i]) + 1);
  flash_blank();
  assert_int_equal(data_boot(), 0);
  flash_hook = record;
  for (call_now = 0; call_now < CALLS; call_now++) {
    int had = change_count;

    before[call_now] = snapshot();
    for (int tries = 0; change_count == had && tries < 100; tries++) one_call();
    after[call_now] = snapshot();
  }
  flash_hook = NULL;
}

/* ---- after a cut ---- */

static bool has_entry(const struct state *s, const char *path, uint16_t mode, const uint8_t *bytes,
                      long size) {
  for (int i = 0; i < s->count; i++) {
    const struct blob *b = s->entry[i].content;

    if (strcmp(s->entry[i].path, path)) continue;
    if (!b) return mode == PITH_S_IFDIR;
    return mode == PITH_S_IFREG && (long)b->size == size && !memcmp(b->bytes, bytes, b->size);
  }
  return false;
}

/* Entries of a directory and below that are in the state; -1 if one is not. */
static int count_in(const struct state *s, const char *path) {
  static uint8_t bytes[CONTENT + 1];
  char found[NAMES][PITH_NAME_MAX + 1], full[128];
  uint16_t modes[NAMES];
  int n = data_list(path, found, modes, NAMES), sum = n, below;

  if (n < 0) return -1;
  for (int i = 0; i < n; i++) {
    long size = 0;

    snprintf(full, sizeof full, "%.40s/%.63s", path, found[i]);
    if (modes[i] == PITH_S_IFREG) size = data_get(full, bytes, sizeof bytes);
    if (!has_entry(s, full, modes[i], bytes, size)) return -1;
    below = modes[i] == PITH_S_IFDIR ? count_in(s, full) : 0;
    if (below < 0) return -1;
    sum += below;
  }
  return sum;
}

static bool holds(const struct state *s) { return s && count_in(s, "") == s->count; }

static void check_work(void) {
  static uint8_t bytes[3000];

  assert_int_equal(data_put("/new", bytes, sizeof bytes), 0);
  assert_int_equal(data_boot(), 0);
  assert_int_equal(data_get("/new", bytes, sizeof bytes), sizeof bytes);
  data_clear("");
  assert_in_range(data_used(), 0, FREE_AGAIN);
}

static void check_cut(int i, const char *how) {
  int call = changes[i].call;

  if (data_boot()) fail_msg("change %d of %d (call %d), %s: not mounted", i, change_count, call, how);
  if (!holds(before[call]) && !holds(after[call]) && !holds(middle[call]))
    fail_msg("change %d of %d (call %d), %s: not what was committed", i, change_count, call, how);
  check_work();
}

static void cut_all(int each, int ways) {
  static const char *const how[] = {"dropped", "torn", "torn"};
  uint8_t *image = malloc(FLASH_SIZE);
  int cuts = 0;

  assert_non_null(image);
  flash_blank();
  assert_int_equal(data_boot(), 0); /* where the workload began */
  memcpy(image, flash, FLASH_SIZE);
  for (int i = 0; i < change_count; i++) {
    for (int way = 0; way < ways && i % each == 0; way++, cuts++) {
      int k = ways > 1 ? way : i / each % 3;

      memcpy(flash, image, FLASH_SIZE);
      flash_apply(flash, &changes[i].op, k ? FLASH_TORN : FLASH_DROPPED);
      check_cut(i, how[k]);
    }
    flash_apply(image, &changes[i].op, FLASH_WHOLE);
  }
  free(image);
  printf("%d calls, %d programs and erases, %d cuts\n", CALLS, change_count, cuts);
}

/* The first formatting is cut, too: then there is nothing, and it is done again. */
static void cut_format(void) {
  int had = change_count;

  flash_blank();
  call_now = 0;
  flash_hook = record;
  assert_int_equal(data_boot(), 0);
  flash_hook = NULL;
  for (int i = had; i < change_count; i++)
    for (int k = 0; k < 20; k++) {
      flash_blank();
      for (int j = had; j < i; j++) flash_apply(flash, &changes[j].op, FLASH_WHOLE);
      flash_apply(flash, &changes[i].op, k ? FLASH_TORN : FLASH_DROPPED);
      assert_int_equal(data_boot(), 0);
      check_work();
    }
  change_count = had;
}

/* What the model keeps is needed to the end. */
const char *__asan_default_options(void);
const char *__asan_default_options(void) { return "detect_leaks=0"; }

static bool all;

static void test_powercut(void **state) {
  (void)state;
  unit_seed();
  changes = calloc(CHANGES, sizeof *changes);
  assert_non_null(changes);
  play();
  assert_true(change_count > 2 * CALLS);
  cut_format();
  cut_all(all ? 1 : SAMPLE, all ? 3 : 1);
}

int main(int argc, char *argv[]) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_powercut)};

  all = argc > 1 && !strcmp(argv[1], "all");
  return cmocka_run_group_tests(tests, NULL, NULL);
}

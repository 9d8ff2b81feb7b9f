/* Locks of bytes of files against a model that knows the state of every byte; waiting, rings of waiters, a full table. */
#include "unit.h"
#include <string.h>
#include "lock.h"
#include "pith/monitor.h"
#include "pith/thread.h"

enum { WAITS = -1000, OWNERS = 4, BYTES = 48, STEPS = 200000 };

struct file vfs_files[PITH_FILES];
static struct pith_waker *queue;
static unsigned woken;
static struct pith_thread threads[12];

void pith_waker_init(struct pith_waker *w) { memset(w, 0, sizeof *w), queue = w; }
void pith_wake(struct pith_waker *w) {
  assert_ptr_equal(w, queue);
  woken++;
  w->waiters.head = NULL;
  for (size_t i = 0; i < sizeof threads / sizeof *threads; i++) threads[i].wait = NULL;
}
long pith_monitor_wait(struct pith_waker *w) {
  w->waiters.head = &threads[0];
  return WAITS;
}

/* Two files, the first of which is open twice. */
static int setup(void **state) {
  static int nodes[2];

  (void)state;
  lock_init();
  woken = 0;
  memset(threads, 0, sizeof threads);
  for (int i = 0; i < 3; i++)
    vfs_files[i] = (struct file){.refs = 1, .node = &nodes[i == 2], .flags = PITH_O_RDWR};
  return 0;
}

static int teardown(void **state) {
  (void)state;
  for (int i = 1; i <= 12; i++) lock_ended(i);
  for (int i = 0; i < 3; i++) lock_released(&vfs_files[i]);
  assert_int_equal(lock_count, 0);
  return 0;
}

static long ask(int file, int owner, uint32_t command, uint32_t type, uint32_t start, uint32_t length) {
  struct pith_lock l = {.type = type, .start = start, .length = length};
  long r = lock_range(&vfs_files[file], owner, &threads[owner], command, &l);

  if (r == WAITS) threads[owner].wait = &queue->waiters;
  return r;
}

static long lock(int file, int owner, uint32_t type, uint32_t start, uint32_t length) {
  return ask(file, owner, PITH_F_SETLK, type, start, length);
}

enum { R = PITH_F_RDLCK, W = PITH_F_WRLCK, U = PITH_F_UNLCK };

/* ---- the model ---- */

static uint8_t bytes[2][OWNERS + 1][BYTES + 1]; /* the last one: all behind */

static bool may(int file, int owner, uint32_t type, uint32_t first, uint32_t last) {
  for (int o = 1; o <= OWNERS; o++)
    for (uint32_t i = first; o != owner && i <= last; i++)
      if (bytes[file][o][i] && (bytes[file][o][i] == W || type == W)) return false;
  return true;
}

/* How many locks there must be: one for each run of bytes of one type. */
static unsigned runs(void) {
  unsigned n = 0;

  for (int f = 0; f < 2; f++)
    for (int o = 1; o <= OWNERS; o++)
      for (int i = 0; i <= BYTES; i++) n += bytes[f][o][i] && (!i || bytes[f][o][i - 1] != bytes[f][o][i]);
  return n;
}

static void step(void) {
  int owner = 1 + (int)(unit_random() % OWNERS), f = (int)(unit_random() % 2);
  uint32_t type = R + (uint32_t)(unit_random() % 3), first = (uint32_t)(unit_random() % BYTES);
  uint32_t end = first + (uint32_t)(unit_random() % (unit_random() % 16 ? 2 : BYTES));
  uint8_t before[BYTES + 1];
  long want = 0, got;

  if (end > BYTES) end = BYTES;
  memcpy(before, bytes[f][owner], sizeof before);
  if (type != U && !may(f, owner, type, first, end)) want = -EAGAIN;
  else memset(&bytes[f][owner][first], type == U ? 0 : (int)type, end - first + 1);
  if (!want && runs() > PITH_FILE_LOCKS) want = -ENOLCK, memcpy(bytes[f][owner], before, sizeof before);
  got = lock(f ? 2 : (int)(unit_random() % 2), owner, type, first, end == BYTES ? 0 : end - first + 1);
  assert_int_equal(got, want);
  assert_int_equal(lock_count, runs());
}

/* What GETLK tells of a byte, by an owner who has nothing. */
static void look(int f, uint32_t at) {
  struct pith_lock l = {.type = W, .start = at, .length = at == BYTES ? 0 : 1};
  int holders = 0;

  for (int o = 1; o <= OWNERS; o++) holders += bytes[f][o][at] != 0;
  assert_int_equal(lock_range(&vfs_files[f * 2], 9, &threads[9], PITH_F_GETLK, &l), 0);
  if (!holders) {
    assert_int_equal(l.type, U);
    return;
  }
  assert_int_equal(bytes[f][l.pid][at], l.type);
  assert_true(l.start <= at && (!l.length || l.start + l.length > at));
}

/* Random locks of four owners in two files: each is had or refused as the model says, and what adjoins is one. */
static void test_model(void **state) {
  unsigned full = 0;

  (void)state;
  unit_seed();
  memset(bytes, 0, sizeof bytes);
  for (int i = 0; i < STEPS; i++) {
    step();
    full += lock_count == PITH_FILE_LOCKS;
    look((int)(unit_random() % 2), (uint32_t)(unit_random() % (BYTES + 1)));
    if (i % 1000) continue;
    int owner = 1 + (int)(unit_random() % OWNERS); /* it closes the one, then ends */
    lock_closed(&vfs_files[1], owner);
    memset(bytes[0][owner], 0, sizeof bytes[0][owner]);
    assert_int_equal(lock_count, runs());
    if (i % 2000) continue;
    lock_ended(owner);
    memset(bytes[1][owner], 0, sizeof bytes[1][owner]);
    assert_int_equal(lock_count, runs());
  }
  assert_true(full > 100);
}

/* Ranges at both ends of what there is, and those that are none. */
static void test_ends(void **state) {
  (void)state;
  assert_int_equal(lock(0, 1, W, UINT32_MAX, 1), 0);
  assert_int_equal(lock(0, 1, W, 0, 0), 0);
  assert_int_equal(lock_count, 1);
  assert_int_equal(lock(0, 1, U, UINT32_MAX, 0), 0);
  assert_int_equal(lock(0, 2, R, UINT32_MAX, 1), 0);
  assert_int_equal(lock(0, 1, W, UINT32_MAX, 2), -EINVAL);
  assert_int_equal(lock(0, 1, W, 1, UINT32_MAX), -EAGAIN); /* the last byte is another's */
  assert_int_equal(lock(0, 1, W, 2, UINT32_MAX), -EINVAL);
  assert_int_equal(lock(0, 1, 0, 0, 1), -EINVAL);
  assert_int_equal(lock(0, 1, 4, 0, 1), -EINVAL);
  assert_int_equal(ask(0, 1, PITH_F_GETLK, U, 0, 1), -EINVAL);
  vfs_files[0].flags = PITH_O_RDONLY;
  assert_int_equal(lock(0, 1, W, 0, 1), -EBADF);
  vfs_files[0].flags = PITH_O_WRONLY;
  assert_int_equal(lock(0, 1, R, 0, 1), -EBADF);
  vfs_files[0].node = NULL;
  assert_int_equal(lock(0, 1, W, 0, 1), -EINVAL);
}

/* A full table refuses what would make it longer, and only that. */
static void test_full(void **state) {
  (void)state;
  for (uint32_t i = 0; i < PITH_FILE_LOCKS; i++) assert_int_equal(lock(0, 1, W, 10 * i, 5), 0);
  assert_int_equal(lock(0, 1, W, 5, 1), 0); /* longer */
  assert_int_equal(lock(0, 1, W, 7, 1), -ENOLCK);
  assert_int_equal(lock(0, 1, U, 2, 1), -ENOLCK);  /* in two */
  assert_int_equal(lock(0, 1, R, 11, 1), -ENOLCK); /* in three */
  assert_int_equal(lock(0, 1, U, 0, 2), 0);
  assert_int_equal(lock_count, PITH_FILE_LOCKS);
  assert_int_equal(lock(0, 1, R, 0, 0), 0); /* one of all */
  assert_int_equal(lock_count, 1);
}

/* Who waits is woken when there may be something for him; rings are refused, of processes and through others; a wait that ended
 * otherwise is no link of a ring. */
static void test_waiting(void **state) {
  (void)state;
  for (int i = 1; i <= 3; i++) assert_int_equal(lock(0, i, W, (uint32_t)i, 1), 0);
  assert_int_equal(woken, 0);
  assert_int_equal(ask(0, 1, PITH_F_SETLKW, W, 2, 1), WAITS);
  assert_int_equal(ask(0, 2, PITH_F_SETLKW, W, 3, 1), WAITS);
  assert_int_equal(ask(0, 3, PITH_F_SETLKW, R, 1, 1), -EDEADLK);
  assert_int_equal(ask(0, 3, PITH_F_SETLKW, R, 2, 1), -EDEADLK);
  assert_int_equal(ask(2, 3, PITH_F_SETLKW, R, 2, 1), 0);
  assert_int_equal(woken, 1); /* all: they ask again */
  assert_int_equal(ask(0, 1, PITH_F_SETLKW, W, 2, 1), WAITS);
  assert_int_equal(ask(0, 2, PITH_F_SETLKW, W, 3, 1), WAITS);
  threads[1].wait = NULL; /* a signal */
  assert_int_equal(ask(0, 3, PITH_F_SETLKW, R, 1, 1), WAITS);
  lock_closed(&vfs_files[1], 1);
  assert_int_equal(woken, 2);
  assert_int_equal(ask(0, 3, PITH_F_SETLKW, R, 1, 1), 0);
}

/* flock(): of the open file, apart from those of processes, changed in place, gone with its release. */
static void test_whole(void **state) {
  (void)state;
  assert_int_equal(lock(0, 1, W, 0, 0), 0);
  assert_int_equal(lock_whole(&vfs_files[0], &threads[1], PITH_LOCK_SH), 0);
  assert_int_equal(lock_whole(&vfs_files[1], &threads[2], PITH_LOCK_SH | PITH_LOCK_NB), 0);
  assert_int_equal(lock_whole(&vfs_files[1], &threads[2], PITH_LOCK_EX | PITH_LOCK_NB), -EAGAIN);
  assert_int_equal(lock_whole(&vfs_files[1], &threads[2], PITH_LOCK_EX), WAITS);
  lock_released(&vfs_files[0]);
  assert_int_equal(woken, 1);
  assert_int_equal(lock_whole(&vfs_files[1], &threads[2], PITH_LOCK_EX), 0);
  assert_int_equal(lock_whole(&vfs_files[0], &threads[2], PITH_LOCK_SH | PITH_LOCK_NB), -EAGAIN);
  assert_int_equal(lock_whole(&vfs_files[1], &threads[2], PITH_LOCK_UN), 0);
  assert_int_equal(lock_whole(&vfs_files[1], &threads[2], PITH_LOCK_SH | PITH_LOCK_EX), -EINVAL);
  assert_int_equal(lock_whole(&vfs_files[1], &threads[2], 0), -EINVAL);
  assert_int_equal(lock_count, 1);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(test_model, setup, teardown),
      cmocka_unit_test_setup_teardown(test_ends, setup, teardown),
      cmocka_unit_test_setup_teardown(test_full, setup, teardown),
      cmocka_unit_test_setup_teardown(test_waiting, setup, teardown),
      cmocka_unit_test_setup_teardown(test_whole, setup, teardown),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

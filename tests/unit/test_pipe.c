/* Checks the ring of pipes against a plain queue: what is read is what was written, in one piece where it must be, and whoever
 * could go on is woken. The kernel's part is played here. */
#include "pipe.h"
#include "pith/monitor.h"
#include "unit.h"
#include <string.h>

enum { WAITS = -1000, FILES = 8 }; /* WAITS: it would be made again when it is woken */

static struct file files[FILES];
static unsigned taken, woken_data, woken_room, changes;
static struct pith_thread *const somebody = (struct pith_thread *)8;
static struct pipe *pipe_of(const struct file *f) { return f->node; }

void pith_waker_init(struct pith_waker *w) { w->waiters.head = NULL; }
void pith_wake(struct pith_waker *w) {
  struct pipe *p = pipe_of(&files[0]);
  if (w == &p->data) woken_data++;
  if (w == &p->room) woken_room++;
  w->waiters.head = NULL;
}
long pith_monitor_wait(struct pith_waker *w) {
  w->waiters.head = somebody;
  return WAITS;
}
long pith_monitor(long (*fn)(long a, long b, long c), long a, long b, long c) { return fn(a, b, c); }
void vfs_changed(void) { changes++; }

struct file *file_new(void) {
  for (int i = 0; i < FILES; i++)
    if (!files[i].refs && !files[i].ops) return files[i] = (struct file){.refs = 1}, &files[i];
  return NULL;
}
bool file_last_released(struct file *f) {
  if (!f->ops) return false;
  f->ops->release(f);
  return true;
}

static void close_file(struct file *f) {
  if (!file_release(f)) return;
  f->ops->close(f);
  f->ops = NULL;
}

static void *take(uint32_t size) {
  taken++;
  return malloc(size);
}
static void give(void *memory) {
  taken--;
  free(memory);
}

static void start(struct file *end[2], uint32_t flags) {
  memset(files, 0, sizeof files);
  woken_data = woken_room = taken = 0;
  pipe_memory(take, give);
  assert_int_equal(pipe_make(end, flags), 0);
  assert_ptr_equal(end[0], &files[0]);
}

static long put(struct file *f, const void *p, size_t n) { return f->ops->write(f, p, n); }
static long get(struct file *f, void *p, size_t n) { return f->ops->read(f, p, n); }

/* Ends: an empty pipe waits, one without writers ends, one without readers breaks; the memory goes with the last. */
static void test_ends(void **state) {
  struct file *end[2];
  char c = 'x';

  (void)state;
  start(end, 0);
  assert_int_equal(get(end[0], &c, 1), WAITS);
  assert_int_equal(put(end[1], &c, 1), 1);
  assert_int_equal(woken_data, 1);
  close_file(end[1]);
  assert_int_equal(get(end[0], &c, 5), 1);
  assert_int_equal(get(end[0], &c, 1), 0);
  assert_int_equal(end[0]->ops->poll(end[0]), PITH_POLLHUP);
  assert_int_equal(taken, 1);
  close_file(end[0]);
  assert_int_equal(taken, 0);
  start(end, 0);
  close_file(end[0]);
  assert_int_equal(put(end[1], &c, 1), -EPIPE);
  assert_int_equal(end[1]->ops->poll(end[1]), PITH_POLLERR);
  close_file(end[1]);
  assert_int_equal(taken, 0);
}

/* Nothing is left of a pipe that cannot be made. */
static void test_no_files(void **state) {
  struct file *end[2];

  (void)state;
  memset(files, 0, sizeof files);
  taken = 0;
  for (int i = 1; i < FILES; i++) files[i].refs = 1;
  assert_int_equal(pipe_make(end, 0), -ENFILE);
  assert_int_equal(taken, 0);
  assert_int_equal(files[0].refs, 0);
}

/* Against a queue: whole pieces, order, no more than fits; a writer that waits is woken as soon as its write fits, or
 * half a ring. */
static void test_model(void **state) {
  static uint8_t model[PITH_PIPE], buf[2 * PITH_PIPE];
  struct file *end[2];

  (void)state;
  unit_seed();
  for (int round = 0; round < 20; round++) {
    uint32_t held = 0, waits_for = 0;
    uint8_t next = 0;

    start(end, round & 1 ? PITH_O_NONBLOCK : 0);
    pipe_of(end[0])->head = pipe_of(end[0])->tail = (uint32_t)unit_random();
    for (int i = 0; i < 20000; i++) {
      uint32_t n = 1 + unit_below(unit_below(3) ? 700 : 2 * PITH_PIPE), room = PITH_PIPE - held;
      long r;

      if (unit_below(2)) {
        for (uint32_t k = 0; k < n; k++) buf[k] = (uint8_t)(next + k);
        r = put(end[1], buf, n);
        if (room < (n <= PITH_PIPE_BUF ? n : 1)) {
          assert_int_equal(r, round & 1 ? -EAGAIN : WAITS);
          if (r == WAITS) waits_for = waits_for && waits_for < n ? waits_for : n;
          continue;
        }
        assert_true(r > 0 && r <= (long)n && r <= (long)room && r <= 512);
        if (n <= PITH_PIPE_BUF) assert_int_equal(r, n);
        memcpy(model + held, buf, (size_t)r);
        held += (uint32_t)r;
        next = (uint8_t)(next + r);
      } else {
        unsigned before = woken_room;

        r = get(end[0], buf, n);
        if (!held) {
          assert_int_equal(r, round & 1 ? -EAGAIN : WAITS);
          continue;
        }
        assert_true(r > 0 && r <= (long)n && r <= (long)held);
        assert_memory_equal(buf, model, (size_t)r);
        memmove(model, model + r, held -= (uint32_t)r);
        if (waits_for > PITH_PIPE / 2) waits_for = PITH_PIPE / 2;
        if (waits_for && PITH_PIPE - held >= waits_for) {
          assert_int_equal(woken_room, before + 1);
          waits_for = 0;
        }
      }
      assert_int_equal(!!(end[0]->ops->poll(end[0]) & PITH_POLLIN), held != 0);
      assert_int_equal(!!(end[1]->ops->poll(end[1]) & PITH_POLLOUT), PITH_PIPE - held >= PITH_PIPE_BUF);
    }
    close_file(end[0]);
    close_file(end[1]);
    assert_int_equal(taken, 0);
  }
}

static unsigned closed_nodes;
static void closed(struct file *f, void *node) { closed_nodes += node == &closed_nodes && f; }

/* A FIFO waits for its first writer and reader, and is one pipe until all have closed it. */
static void test_fifo(void **state) {
  struct pipe *home = NULL;
  struct file *r, *w;
  char c = 'y';

  (void)state;
  memset(files, 0, sizeof files);
  taken = closed_nodes = 0;
  r = file_new();
  r->flags = PITH_O_RDONLY;
  w = file_new();
  w->flags = PITH_O_WRONLY;
  assert_int_equal(fifo_open(w, PITH_O_WRONLY | PITH_O_NONBLOCK, &home, &closed_nodes, closed), -ENXIO);
  assert_int_equal(taken, 0);
  assert_int_equal(fifo_open(r, PITH_O_RDONLY, &home, &closed_nodes, closed), 0);
  assert_int_equal(get(r, &c, 1), WAITS);
  assert_int_equal(fifo_open(w, PITH_O_WRONLY | PITH_O_NONBLOCK, &home, &closed_nodes, closed), 0);
  assert_ptr_equal(r->node, w->node);
  assert_int_equal(put(w, &c, 1), 1);
  close_file(r);
  assert_int_equal(put(w, &c, 1), -EPIPE);
  assert_int_equal(closed_nodes, 1);
  assert_non_null(home);
  close_file(w);
  assert_null(home);
  assert_int_equal(taken, 0);
  assert_int_equal(closed_nodes, 2);
  w = file_new();
  w->flags = PITH_O_WRONLY;
  assert_int_equal(fifo_open(w, PITH_O_WRONLY, &home, &closed_nodes, closed), 0);
  assert_int_equal(put(w, &c, 1), WAITS);
  close_file(w);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_ends), cmocka_unit_test(test_no_files),
                                     cmocka_unit_test(test_model), cmocka_unit_test(test_fifo)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Checks the byte ring: counts, wrapping, a model, and a producer that really interrupts the consumer. */
#define _GNU_SOURCE
#include "ring.h"
#include "unit.h"
#include <signal.h>
#include <string.h>
#include <sys/time.h>

/* An empty ring gives nothing, a full one takes nothing, and all of its size can be used. */
static void test_empty_full(void **state) {
  (void)state;
  uint8_t buf[8], in[9] = "abcdefghi", out[9] = {0}, byte = 'z';
  struct ring r;
  ring_init(&r, buf, sizeof buf);
  assert_int_equal(ring_used(&r), 0);
  assert_int_equal(ring_room(&r), 8);
  assert_false(ring_getc(&r, &byte));
  assert_int_equal(byte, 'z');
  assert_int_equal(ring_get(&r, out, 9), 0);
  assert_int_equal(ring_put(&r, in, 9), 8);
  assert_false(ring_putc(&r, 'x'));
  assert_int_equal(ring_put(&r, in, 1), 0);
  assert_int_equal(ring_room(&r), 0);
  assert_int_equal(ring_get(&r, out, 9), 8);
  assert_memory_equal(out, "abcdefgh", 8);
  assert_int_equal(ring_put(&r, in, 0), 0);
}

/* The one-byte forms move the bytes the block forms see, in order. */
static void test_bytes(void **state) {
  (void)state;
  uint8_t buf[4], byte, out[4];
  struct ring r = RING_INIT(buf, sizeof buf);
  for (int i = 0; i < 1000; i++) {
    assert_true(ring_putc(&r, (uint8_t)i));
    assert_true(ring_putc(&r, 0xff));
    assert_true(ring_getc(&r, &byte));
    assert_int_equal(byte, (uint8_t)i);
    assert_int_equal(ring_get(&r, out, 4), 1);
    assert_int_equal(out[0], 0xff);
  }
}

/* Random block operations against a plain queue, with the counters crossing 2^32. */
static void test_model(void **state) {
  (void)state;
  for (uint32_t size = 1; size <= 4096; size *= 2) {
    uint8_t *buf = malloc(size), *model = malloc(size), in[64], out[64];
    uint32_t held = 0;
    struct ring r;
    ring_init(&r, buf, size);
    r.head = r.tail = 0u - 5000u;
    for (int i = 0; i < 20000; i++) {
      uint32_t n = unit_below(sizeof in + 1);
      if (unit_below(2)) {
        for (uint32_t j = 0; j < n; j++) in[j] = (uint8_t)unit_random();
        uint32_t want = n < size - held ? n : size - held;
        assert_int_equal(ring_put(&r, in, n), want);
        memcpy(model + held, in, want);
        held += want;
      } else {
        uint32_t want = n < held ? n : held;
        assert_int_equal(ring_get(&r, out, n), want);
        assert_memory_equal(out, model, want);
        memmove(model, model + want, held -= want);
      }
      assert_int_equal(ring_used(&r), held);
      assert_int_equal(ring_room(&r), size - held);
    }
    free(buf);
    free(model);
  }
}

static struct ring shared;
static volatile uint32_t handler_count; /* bytes the handler moved */
static volatile sig_atomic_t handler_puts, handler_wrong;

/* The interrupt: puts or gets a run of bytes that count up. */
static void handler(int sig) {
  (void)sig;
  uint8_t run[16];
  uint32_t count = handler_count, n = 1 + count % 13;
  if (handler_puts) {
    for (uint32_t i = 0; i < n; i++) run[i] = (uint8_t)((count + i) * 7);
    n = ring_put(&shared, run, n);
  } else {
    n = ring_get(&shared, run, n);
    for (uint32_t i = 0; i < n; i++)
      if (run[i] != (uint8_t)((count + i) * 7)) handler_wrong = 1;
  }
  handler_count = count + n;
}

/* A timer signal interrupts the other side anywhere, as an ISR does: nothing is lost, doubled or torn. */
static void test_interrupted(void **state) {
  (void)state;
  static uint8_t buf[32];
  const struct itimerval every = {{0, 20}, {0, 20}}, never = {{0, 0}, {0, 0}};
  for (int puts = 0; puts < 2; puts++) {
    ring_init(&shared, buf, sizeof buf);
    handler_count = 0;
    handler_wrong = 0;
    handler_puts = puts;
    signal(SIGALRM, handler);
    setitimer(ITIMER_REAL, &every, NULL);
    uint32_t count = 0;
    bool right = true;
    for (time_t end = time(NULL) + 10; handler_count < 20000 && time(NULL) < end;) {
      uint8_t run[16];
      uint32_t n = 1 + count % 11;
      if (puts) {
        n = ring_get(&shared, run, n);
        for (uint32_t i = 0; i < n; i++) right = right && run[i] == (uint8_t)((count + i) * 7);
      } else {
        for (uint32_t i = 0; i < n; i++) run[i] = (uint8_t)((count + i) * 7);
        n = ring_put(&shared, run, n);
      }
      count += n;
    }
    setitimer(ITIMER_REAL, &never, NULL);
    signal(SIGALRM, SIG_DFL);
    assert_true(right);
    assert_false(handler_wrong);
    assert_true(handler_count > 100);
    assert_int_equal(ring_used(&shared), puts ? handler_count - count : count - handler_count);
  }
}

int main(void) {
  unit_seed();
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_empty_full),
      cmocka_unit_test(test_bytes),
      cmocka_unit_test(test_model),
      cmocka_unit_test(test_interrupted),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

/* XMODEM: both ends in threads, on a line with a clock of its own: time passes only when both wait, so that every run of a seed is the
 * same and no second is really waited. Files of all sizes arrive over good and bad lines; junk ends neither in a hang nor a crash. */
#include <pthread.h>
#include <string.h>
#include "unit.h"
#include "xmodem.h"

enum { SENDER, RECEIVER, QUEUE = 1 << 16, FILE_MOST = 20000 };

static struct {
  pthread_mutex_t lock;
  pthread_cond_t change;
  uint8_t queue[2][QUEUE]; /* what comes to an end */
  unsigned from[2], to[2];
  long long now, deadline[2]; /* deadline -1: does not wait */
  bool gone[2];
  unsigned noise, packets; /* each noise-th write is hurt; 0: none */
} line = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, {{0}}, {0}, {0}, 0, {-1, -1}, {0}, 0, 0};

static uint8_t sent[FILE_MOST], got[FILE_MOST + 1024];
static size_t sent_size, sent_at, got_size;

static int line_get(void *ctx, int ms) {
  int end = *(int *)ctx, other = !end, c = -1;
  pthread_mutex_lock(&line.lock);
  long long deadline = line.now + ms;
  for (;;) {
    if (line.from[end] != line.to[end]) {
      c = line.queue[end][line.from[end]++ % QUEUE];
      break;
    }
    if (line.gone[other] || (line.deadline[other] >= 0 && deadline <= line.deadline[other])) {
      line.now = deadline;
      break;
    }
    line.deadline[end] = deadline;
    pthread_cond_broadcast(&line.change);
    pthread_cond_wait(&line.change, &line.lock);
    if (line.now >= deadline && line.from[end] == line.to[end]) break;
  }
  line.deadline[end] = -1;
  pthread_mutex_unlock(&line.lock);
  return c;
}

static void push(int end, uint8_t byte) { line.queue[end][line.to[end]++ % QUEUE] = byte; }

static bool line_put(void *ctx, const void *bytes, size_t n) {
  int other = !*(int *)ctx;
  const uint8_t *p = bytes;
  pthread_mutex_lock(&line.lock);
  bool hurt = line.noise && ++line.packets % line.noise == 0;
  size_t at = hurt ? line.packets * 7919 % n : n;
  unsigned kind = line.packets / (line.noise ? line.noise : 1) % 3; /* changed, lost, one too many */
  for (size_t i = 0; i < n; i++) {
    if (i == at && kind == 1) continue;
    push(other, i == at && kind == 0 ? p[i] ^ 0x55 : p[i]);
    if (i == at && kind == 2) push(other, 0x7f);
  }
  line.deadline[other] = -1;
  pthread_cond_broadcast(&line.change);
  pthread_mutex_unlock(&line.lock);
  return true;
}

static long give(void *ctx, void *bytes, size_t n) {
  (void)ctx;
  if (n > sent_size - sent_at) n = sent_size - sent_at;
  memcpy(bytes, sent + sent_at, n);
  sent_at += n;
  return (long)n;
}

static long take(void *ctx, void *bytes, size_t n) {
  (void)ctx;
  if (got_size + n > sizeof got) return -1;
  memcpy(got + got_size, bytes, n);
  got_size += n;
  return 0;
}

static int ends[] = {SENDER, RECEIVER};

static void leave(int end) {
  pthread_mutex_lock(&line.lock);
  line.gone[end] = true;
  line.deadline[end] = -1;
  pthread_cond_broadcast(&line.change);
  pthread_mutex_unlock(&line.lock);
}

static void *send_all(void *x) {
  enum xmodem_result r = xmodem_send(x);
  leave(SENDER);
  return (void *)(intptr_t)r;
}

static void reset(unsigned noise) {
  line.from[0] = line.to[0] = line.from[1] = line.to[1] = 0;
  line.deadline[0] = line.deadline[1] = -1;
  line.gone[0] = line.gone[1] = false;
  line.noise = noise;
  line.packets = 0;
  sent_at = got_size = 0;
}

/* Whether a file of this size came over. */
static void transfer(size_t size, bool large, bool sum, unsigned noise) {
  struct xmodem s = {.get = line_get, .put = line_put, .data = give, .ctx = &ends[SENDER], .large = large};
  struct xmodem r = {.get = line_get, .put = line_put, .data = take, .ctx = &ends[RECEIVER], .sum = sum};
  pthread_t thread;
  void *result;
  sent_size = size;
  for (size_t i = 0; i < size; i++) sent[i] = (uint8_t)unit_random();
  reset(noise);
  assert_int_equal(pthread_create(&thread, NULL, send_all, &s), 0);
  enum xmodem_result received = xmodem_receive(&r);
  leave(RECEIVER);
  pthread_join(thread, &result);
  enum xmodem_result told = (enum xmodem_result)(intptr_t)result;
  /* When the very last ACK is lost the sender cannot know. */
  if (received != XMODEM_DONE || (told != XMODEM_DONE && !(noise && told == XMODEM_TIMEOUT)))
    fail_msg("%zu bytes, noise %u: receiver: %s, sender: %s", size, noise, xmodem_text(received),
             xmodem_text(told));
  assert_int_equal(r.blocks, s.blocks);
  assert_int_equal(got_size, (size + 127) / 128 * 128);
  assert_memory_equal(got, sent, size);
  for (size_t i = size; i < got_size; i++) assert_int_equal(got[i], XMODEM_FILL);
}

/* Sizes around those of blocks, with CRC and sum, in small and large blocks. */
static void test_sizes(void **state) {
  static const size_t sizes[] = {0, 1, 127, 128, 129, 1023, 1024, 1025, 1152, 2047, 2048, FILE_MOST};
  (void)state;
  unit_seed();
  for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
    transfer(sizes[i], false, false, 0);
    transfer(sizes[i], true, false, 0);
    transfer(sizes[i], false, true, 0);
    transfer(sizes[i], true, true, 0);
  }
}

/* Every so-manieth write has a byte that is changed, lost or too much; more than 256 blocks, so that numbers come again. */
static void test_noise(void **state) {
  (void)state;
  unit_seed();
  for (unsigned noise = 5; noise < 60; noise++) transfer(unit_below(6000), unit_below(2), false, noise);
  transfer(128 * 150, false, false, 23);
}

/* Nobody there, and somebody who has enough. */
static int silence(void *ctx, int ms) { return (void)ctx, (void)ms, -1; }
static int cans(void *ctx, int ms) { return (void)ctx, (void)ms, 0x18; }
static int closed(void *ctx, int ms) { return (void)ctx, (void)ms, -2; }
static bool drop(void *ctx, const void *bytes, size_t n) { return (void)ctx, (void)bytes, n > 0; }

static void test_ends(void **state) {
  static const struct {
    int (*get)(void *ctx, int ms);
    enum xmodem_result result;
  } cases[] = {{silence, XMODEM_TIMEOUT}, {cans, XMODEM_CANCELLED}, {closed, XMODEM_CLOSED}};
  (void)state;
  for (size_t i = 0; i < 3; i++) {
    struct xmodem x = {.get = cases[i].get, .put = drop, .data = take};
    assert_int_equal(xmodem_receive(&x), cases[i].result);
    x.data = give;
    assert_int_equal(xmodem_send(&x), cases[i].result);
  }
}

/* Bytes that the protocol knows, in any order, to both ends: they end, and nothing is written beyond a buffer. */
static int junk(void *ctx, int ms) {
  static const uint8_t known[] = {1, 2, 4, 6, 0x15, 0x18, 'C', 0, 1, 254, 255};
  (void)ctx, (void)ms;
  unsigned kind = unit_below(16);
  return kind < sizeof known ? known[kind] : kind == 15 ? -1 : (int)unit_below(256);
}

static void test_junk(void **state) {
  (void)state;
  unit_seed();
  for (int i = 0; i < 300; i++) {
    struct xmodem x = {.get = junk, .put = drop, .data = take};
    got_size = 0;
    xmodem_receive(&x);
    x.data = give;
    x.large = unit_below(2);
    sent_size = unit_below(FILE_MOST);
    sent_at = 0;
    xmodem_send(&x);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_sizes), cmocka_unit_test(test_noise),
                                     cmocka_unit_test(test_ends), cmocka_unit_test(test_junk)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}

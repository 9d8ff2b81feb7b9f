/* Checks the heap: against a model over random operations, its exact fits, and that misuse is detected. */
#include "heap.h"
#include "pith_errno.h"
#include "unit.h"
#include <string.h>

#define POOL 65536
#define SLOTS 300
#define OPS 200000

static _Alignas(8) uint8_t pool[POOL];
static struct heap h;

static void fresh(size_t size) {
  memset(pool, 0xa5, sizeof pool);
  assert_int_equal(heap_init(&h, pool, size), 0);
  assert_int_equal(heap_check(&h), 0);
}

/* Sizes outside the stated range are refused; any alignment of the memory serves. */
static void test_init(void **state) {
  (void)state;
  assert_int_equal(heap_init(&h, pool, 31), -EINVAL);
  assert_int_equal(heap_init(&h, pool, ((size_t)1 << HEAP_MAX_LOG2) + 1), -EINVAL);
  for (size_t skip = 0; skip < 8; skip++)
    for (size_t size = 32; size < 100; size++) {
      uint8_t *exact = malloc(skip + size);
      assert_int_equal(heap_init(&h, exact + skip, size), 0);
      assert_int_equal(heap_check(&h), 0);
      size_t largest = heap_largest(&h);
      void *p = heap_alloc(&h, largest);
      assert_non_null(p);
      memset(p, 1, largest);
      assert_int_equal(heap_check(&h), 0);
      assert_int_equal(heap_free(&h, p), 0);
      free(exact);
    }
}

/* The largest heap there may be, all of it in one block and in two. */
static void test_maximum(void **state) {
  (void)state;
  size_t size = (size_t)1 << HEAP_MAX_LOG2;
  uint8_t *mem = malloc(size);
  assert_int_equal(heap_init(&h, mem, size), 0);
  size_t largest = heap_largest(&h);
  assert_in_range(largest, size - 24, size);
  void *p = heap_alloc(&h, largest);
  assert_non_null(p);
  assert_null(heap_alloc(&h, 0));
  assert_int_equal(heap_free(&h, p), 0);
  assert_non_null(p = heap_alloc(&h, size / 2));
  assert_non_null(heap_alloc(&h, heap_largest(&h)));
  assert_int_equal(heap_check(&h), 0);
  assert_null(heap_alloc(&h, SIZE_MAX));
  assert_null(heap_alloc(&h, SIZE_MAX - 10));
  assert_null(heap_alloc(&h, UINT32_MAX));
  free(mem);
}

struct slot {
  uint8_t *p;
  size_t size;
  uint8_t mark;
};

static void check_slot(const struct slot *s) {
  for (size_t i = 0; i < s->size; i++) assert_int_equal(s->p[i], s->mark);
}

/* A size: mostly small, sometimes large, sometimes nothing. */
static size_t some_size(void) { return unit_below(1u << unit_below(14)); }

static void give(struct slot *s) {
  size_t before = heap_free_bytes(&h);
  check_slot(s);
  assert_int_equal(heap_free(&h, s->p), 0);
  assert_in_range(heap_free_bytes(&h) - before, s->size + 4, s->size + 24);
  s->p = NULL;
}

static void take(struct slot *s, size_t size) {
  size_t before = heap_free_bytes(&h), largest = heap_largest(&h);
  uint8_t *p = heap_alloc(&h, size);
  assert_int_equal(p != NULL, size <= largest);
  if (!p) return;
  assert_int_equal((uintptr_t)p & 7, 0);
  assert_true(p >= pool && p + size <= pool + POOL);
  assert_in_range(before - heap_free_bytes(&h), size + 4, size + 24);
  *s = (struct slot){p, size, (uint8_t)unit_random()};
  memset(p, s->mark, size);
}

/* 200000 random operations: blocks keep their contents, so none overlap; nothing is lost at the end. */
static void test_random(void **state) {
  (void)state;
  static struct slot slots[SLOTS];
  unsigned granted = 0, refused = 0;
  fresh(POOL);
  size_t all = heap_free_bytes(&h);
  for (int i = 0; i < OPS; i++) {
    struct slot *s = &slots[unit_below(SLOTS)];
    if (s->p) {
      give(s);
    } else {
      take(s, some_size());
      granted += s->p != NULL;
      refused += s->p == NULL;
    }
    if (i % 16 == 0) assert_int_equal(heap_check(&h), 0);
  }
  for (size_t i = 0; i < SLOTS; i++)
    if (slots[i].p) give(&slots[i]);
  assert_int_equal(heap_check(&h), 0);
  assert_int_equal(heap_free_bytes(&h), all);
  assert_int_equal(heap_largest(&h), all - 4);
  printf("%u granted, %u refused\n", granted, refused);
  assert_true(granted > OPS / 4 && refused > 0);
}

/* A second free is refused and changes nothing, whether the block was merged with either neighbour. */
static void test_double_free(void **state) {
  (void)state;
  for (unsigned order = 0; order < 8; order++) {
    void *p[4];
    fresh(4096);
    for (int i = 0; i < 4; i++) p[i] = heap_alloc(&h, 40);
    if (order & 1) assert_int_equal(heap_free(&h, p[0]), 0);
    if (order & 2) assert_int_equal(heap_free(&h, p[2]), 0);
    assert_int_equal(heap_free(&h, p[1]), 0);
    if (order & 4 && !(order & 1)) assert_int_equal(heap_free(&h, p[0]), 0);
    size_t before = heap_free_bytes(&h);
    assert_int_equal(heap_free(&h, p[1]), -EINVAL);
    assert_int_equal(heap_free_bytes(&h), before);
    assert_int_equal(heap_check(&h), 0);
    assert_int_equal(heap_free(&h, p[3]), 0);
  }
}

/* Blocks freed in random order, each free tried again at once and all of them at the end. */
static void test_double_free_random(void **state) {
  (void)state;
  for (int round = 0; round < 2000; round++) {
    void *p[12];
    bool freed[12] = {0};
    fresh(4096);
    for (int i = 0; i < 12; i++) p[i] = heap_alloc(&h, unit_below(100));
    for (int i = 0; i < 10; i++) {
      uint32_t s = unit_below(12);
      assert_int_equal(heap_free(&h, p[s]), freed[s] ? -EINVAL : 0);
      freed[s] = true;
      for (int j = 0; j < 12; j++)
        if (freed[j]) assert_int_equal(heap_free(&h, p[j]), -EINVAL);
    }
    void *over = heap_alloc(&h, 600); /* perhaps over the freed ones, their headers still in it */
    for (int j = 0; j < 12; j++)
      if (freed[j] && p[j] != over) assert_int_equal(heap_free(&h, p[j]), -EINVAL);
    assert_int_equal(heap_check(&h), 0);
  }
}

/* Pointers that were never allocated are refused: outside, unaligned, inside a block, the end mark. */
static void test_bad_pointer(void **state) {
  (void)state;
  fresh(4096);
  uint8_t *p = heap_alloc(&h, 256);
  memset(p, 0, 256);
  int local;
  void *const bad[] = {&local, pool, pool - 8, pool + 4096, pool + 4095, (void *)8, (void *)UINTPTR_MAX};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) assert_int_equal(heap_free(&h, bad[i]), -EINVAL);
  for (int i = 1; i < 4096 - 16; i++)
    if (p + i < pool + 4096) assert_int_equal(heap_free(&h, p + i), -EINVAL);
  assert_int_equal(heap_free(&h, NULL), 0);
  assert_int_equal(heap_check(&h), 0);
  assert_int_equal(heap_free(&h, p), 0);
}

/* Stray pointers into random data pass as rarely as the header says, and what is refused changes nothing. */
static void test_stray_pointer(void **state) {
  (void)state;
  unsigned tries = 0, passed = 0;
  for (int round = 0; round < 200; round++) {
    fresh(32768);
    uint8_t *p = heap_alloc(&h, 30000);
    for (int i = 0; i < 30000; i += 4) {
      uint32_t v = (uint32_t)unit_random(); /* plausible sizes, so that only the check can refuse */
      v = (v & 0xff800000u) | (2 + unit_below(100)) << 2 | 1;
      memcpy(p + i, &v, 4);
    }
    for (int i = 8; i < 30000; i += 8, tries++)
      if (heap_free(&h, p + i) == 0) {
        passed++;
        break;
      }
    if (!passed) assert_int_equal(heap_check(&h), 0);
  }
  printf("%u of %u stray frees passed\n", passed, tries);
  assert_true(passed < tries / 10000 + 3);
}

/* Writing past the end of a block damages the next header: heap_check() and heap_free() both say so. */
static void test_overflow(void **state) {
  (void)state;
  static const uint8_t values[] = {0x00, 0xff, 'A', 0x20};
  for (size_t v = 0; v < sizeof values; v++)
    for (size_t over = 1; over <= 4; over++) {
      fresh(4096);
      uint8_t *a = heap_alloc(&h, 28), *b = heap_alloc(&h, 28), *c = heap_alloc(&h, 28), kept[4];
      memcpy(kept, a + 28, over);
      memset(a + 28, values[v], over);
      if (!memcmp(kept, a + 28, over)) continue;
      assert_int_equal(heap_check(&h), -EFAULT);
      assert_ptr_equal(heap_damage(&h), b);
      assert_int_equal(heap_free(&h, b), -EINVAL);
      assert_int_equal(heap_free(&h, a), -EINVAL);
      assert_int_equal(heap_free(&h, c), 0);
      memcpy(a + 28, kept, over);
      assert_int_equal(heap_free(&h, a), 0);
      assert_int_equal(heap_free(&h, b), 0);
      assert_int_equal(heap_check(&h), 0);
      assert_null(heap_damage(&h));
    }
}

/* Every single bit of a header, flipped, is detected. */
static void test_header_bits(void **state) {
  (void)state;
  fresh(4096);
  uint8_t *a = heap_alloc(&h, 28), *b = heap_alloc(&h, 28), *last = heap_alloc(&h, heap_largest(&h));
  assert_non_null(last);
  for (int bit = 0; bit < 32; bit++) {
    b[-4 + bit / 8] ^= (uint8_t)(1u << bit % 8);
    assert_int_equal(heap_check(&h), -EFAULT);
    assert_int_equal(heap_free(&h, b), -EINVAL);
    assert_int_equal(heap_free(&h, a), -EINVAL);
    b[-4 + bit / 8] ^= (uint8_t)(1u << bit % 8);
  }
  assert_int_equal(heap_check(&h), 0);
}

/* Writing to a freed block damages its links or footer: reported, and alloc and free refuse to follow. */
static void test_use_after_free(void **state) {
  (void)state;
  for (int word = 0; word < 8; word++) {
    fresh(4096);
    uint8_t *a = heap_alloc(&h, 28), *b = heap_alloc(&h, 28), *c = heap_alloc(&h, 28),
            *d = heap_alloc(&h, 28);
    void *rest = heap_alloc(&h, heap_largest(&h));
    assert_int_equal(heap_free(&h, a), 0);
    assert_int_equal(heap_free(&h, c), 0);
    memset(c + 4 * word, 0x5c, 4); /* links are words 0 and 1, the footer is word 6, word 7 d's header */
    if (word < 2) assert_int_equal(heap_check(&h), -EIO);
    else if (word < 6) assert_int_equal(heap_check(&h), 0);
    else assert_int_equal(heap_check(&h), -EFAULT);
    if (word < 2 || word == 7) {
      assert_null(heap_alloc(&h, 28));
      assert_int_equal(heap_free(&h, b), -EINVAL);
    }
    if (word < 2 || word > 5) assert_int_equal(heap_free(&h, d), -EINVAL);
    assert_non_null(rest);
  }
}

/* A footer that names the block behind it, or nothing, is not followed. */
static void test_footer(void **state) {
  (void)state;
  fresh(4096);
  uint8_t *a = heap_alloc(&h, 28), *b = heap_alloc(&h, 28);
  assert_int_equal(heap_free(&h, a), 0);
  const uint32_t own = (uint32_t)(b - pool) / 8, values[] = {own, own + 1, 0, own - 2, UINT32_MAX};
  for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
    memcpy(b - 8, &values[i], 4);
    assert_int_equal(heap_check(&h), -EFAULT);
    assert_int_equal(heap_free(&h, b), -EINVAL);
  }
}

/* Whatever is scribbled anywhere, no operation leaves the memory (the sanitizer watches the exact block). */
static void test_scribble(void **state) {
  (void)state;
  for (int round = 0; round < 10000; round++) {
    uint8_t *mem = malloc(1024), *p[12];
    assert_int_equal(heap_init(&h, mem, 1024), 0);
    for (int i = 0; i < 12; i++) p[i] = heap_alloc(&h, unit_below(70));
    for (int i = 0; i < 12; i += 2) heap_free(&h, p[i]);
    for (uint32_t n = 1 + unit_below(4); n; n--) {
      uint8_t *victim = p[unit_below(12)];
      uint32_t v = (uint32_t)unit_random();
      if (unit_below(2) || !victim) mem[unit_below(1024)] = (uint8_t)v;
      else /* a header: one in 512 has a valid check, then its size must be doubted */
        memcpy(victim - 4, &v, 4);
    }
    heap_check(&h);
    for (int i = 0; i < 40; i++) {
      uint32_t s = unit_below(12);
      heap_free(&h, p[s]);
      p[s] = heap_alloc(&h, unit_below(70));
      heap_largest(&h);
    }
    heap_check(&h);
    free(mem);
  }
}

int main(void) {
  unit_seed();
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_init),
      cmocka_unit_test(test_maximum),
      cmocka_unit_test(test_random),
      cmocka_unit_test(test_double_free),
      cmocka_unit_test(test_double_free_random),
      cmocka_unit_test(test_bad_pointer),
      cmocka_unit_test(test_stray_pointer),
      cmocka_unit_test(test_overflow),
      cmocka_unit_test(test_header_bits),
      cmocka_unit_test(test_use_after_free),
      cmocka_unit_test(test_footer),
      cmocka_unit_test(test_scribble),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Versions of pages against members that each have a plain copy of their own: whatever they do, each sees its own. */
#include <string.h>
#include "versions.h"
#include "unit.h"

enum { UNIT = 32, PAGES = 16, WORDS = UNIT / 4, MOST = VERSIONS_MEMBERS, STEPS = 200000 };

static uint32_t memory[MOST + 4][PAGES][WORDS]; /* places: the first one is home */
static bool taken[MOST + 4];
static uint32_t plain[MOST][PAGES][WORDS]; /* what each member should see */
static bool alive[MOST];
static struct versions v;
static unsigned pages, resident, members;
static uint32_t moved;

void arch_copy(void *to, const void *from, uint32_t bytes) {
  assert_int_equal(bytes, UNIT);
  memcpy(to, from, bytes);
  moved++;
}

void arch_exchange(void *a, void *b, uint32_t bytes) {
  uint8_t t[UNIT];

  assert_int_equal(bytes, UNIT);
  memcpy(t, a, bytes), memcpy(a, b, bytes), memcpy(b, t, bytes);
  moved++;
}

static unsigned living(void) {
  unsigned m;

  do m = unit_random() % MOST;
  while (!alive[m]);
  return m;
}

/* Each member in exactly one version of each page; a place holds one; what the resident may touch is its own. */
static void check(void) {
  for (unsigned m = 0; m < MOST; m++) {
    for (unsigned i = 0; alive[m] && i < pages; i++) {
      unsigned k, n = 0, where = 0;

      for (k = 0; k < MOST; k++)
        if (v.owners[k][i] >> m & 1) n++, where = k;
      assert_int_equal(n, 1);
      assert_true(v.place[where]);
      assert_memory_equal((void *)(v.place[where] + i * UNIT), plain[m][i], UNIT);
    }
  }
  for (unsigned k = 0; k < MOST; k++)
    for (unsigned i = 0; i < PAGES; i++)
      for (unsigned m = 0; m < MOST; m++) assert_false(!alive[m] && v.owners[k][i] >> m & 1);
}

static void bring(unsigned m) {
  versions_bring(&v, m);
  resident = m;
}

static void fork_one(void) {
  unsigned m = living(), c = 0, place = 1, split = unit_random();

  if (members == MOST) return;
  bring(m);
  while (alive[c]) c++;
  while (taken[place]) place++;
  taken[place] = true;
  memset(memory[place], 0xEE, sizeof memory[place]);
  versions_share(&v, m, c, (uintptr_t)memory[place]);
  memcpy(plain[c], plain[m], sizeof plain[c]);
  alive[c] = true;
  members++;
  for (unsigned i = 0; i < 3 && i < pages; i++) { /* a stack: parts of it are of no worth to who is away */
    bool dead = split >> (8 + i) & 1, alone = v.owners[0][i] == (1u << c | 1u << m);

    if (!(split >> i & 1)) continue;
    versions_split(&v, c, i, dead);
    if (dead && alone) memset(plain[m][i], 0, UNIT);
  }
  resident = c;
}

static void touch(void) {
  unsigned i = unit_random() % pages;

  if (!alive[resident]) return;
  versions_split(&v, resident, i, false);
  assert_int_equal(v.owners[0][i], 1u << resident);
  assert_true(versions_own(&v, resident) >> i & 1);
  plain[resident][i][unit_random() % WORDS] = unit_random();
  memcpy(memory[0][i], plain[resident][i], UNIT);
}

static void end_one(void) {
  unsigned m = living();
  uintptr_t shadow;

  if (members == 1) return;
  versions_drop(&v, m);
  alive[m] = false;
  members--;
  check();
  if (unit_random() % 2) bring(alive[resident] ? resident : living()); /* or nobody is at home */
  shadow = versions_release(&v);
  assert_true(shadow);
  for (unsigned k = 1; k < MOST + 4; k++)
    if ((uintptr_t)memory[k] == shadow) taken[k] = false, memset(memory[k], 0x55, sizeof memory[k]);
  for (unsigned k = 0; k < MOST; k++) assert_true(v.place[k] != shadow);
  if (members == 1)
    for (unsigned i = 0; i < pages; i++) assert_int_equal(v.owners[0][i], 1u << living());
}

static void run(unsigned pages_, unsigned steps) {
  pages = pages_;
  memset(taken, 0, sizeof taken), memset(alive, 0, sizeof alive);
  alive[0] = true, members = 1, resident = 0;
  for (unsigned i = 0; i < pages; i++)
    for (unsigned w = 0; w < WORDS; w++) memory[0][i][w] = plain[0][i][w] = unit_random();
  versions_init(&v, (uintptr_t)memory[0], UNIT, pages);
  while (steps--) {
    switch (unit_random() % 8) {
    case 0: fork_one(); break;
    case 1: end_one(); break;
    case 2:
    case 3: bring(living()); break;
    default: touch(); break;
    }
    check();
  }
}

static void random_families(void **state) {
  (void)state;
  unit_seed();
  run(PAGES, STEPS);
  for (unsigned i = 1; i < PAGES; i++) run(i, STEPS / 100);
}

/* A switch moves what both have written, and nothing else. */
static void cost_follows_what_was_written(void **state) {
  (void)state;
  pages = PAGES;
  versions_init(&v, (uintptr_t)memory[0], UNIT, PAGES);
  versions_share(&v, 0, 1, (uintptr_t)memory[1]);
  moved = 0;
  versions_bring(&v, 1);
  assert_int_equal(moved, 0);
  for (unsigned i = 4; i < 7; i++) versions_split(&v, 1, i, false);
  assert_int_equal(moved, 3);
  assert_int_equal(versions_own(&v, 1), 7u << 4);
  assert_int_equal(versions_own(&v, 0), 0);
  versions_bring(&v, 0);
  assert_int_equal(versions_own(&v, 0), 7u << 4);
  assert_int_equal(moved, 6);
  versions_drop(&v, 1);
  assert_int_equal(versions_own(&v, 0), 0xFFFF);
  assert_int_equal(versions_release(&v), (uintptr_t)memory[1]);
  assert_int_equal(moved, 6);
}

/* Who has ended is not saved. */
static void the_dead_are_not_moved(void **state) {
  (void)state;
  versions_init(&v, (uintptr_t)memory[0], UNIT, PAGES);
  versions_share(&v, 0, 1, (uintptr_t)memory[1]);
  for (unsigned i = 0; i < PAGES; i++) versions_split(&v, 1, i, i < 2);
  moved = 0;
  versions_drop(&v, 1);
  versions_bring(&v, 0);
  assert_int_equal(moved, PAGES);
  assert_int_equal(memory[0][1][0], 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(random_families),
      cmocka_unit_test(cost_follows_what_was_written),
      cmocka_unit_test(the_dead_are_not_moved),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Time slices: equals take turns by the clock, each for as long as it asked. */
#include "check.h"
#include "kernel.h"

enum { LATE = 12, SPINNERS = 3, TICKS = 24 };

static struct pith_thread threads[SPINNERS];
static uint64_t stacks[SPINNERS][64];
static volatile uint32_t work[SPINNERS];
static volatile int stop;

static void spin(void *i) {
  while (!stop) work[(intptr_t)i]++;
}

/* What spinner i has done of all that two have, per cent. */
static uint32_t share(int i) { return (uint32_t)((uint64_t)work[i] * 100 / (work[0] + work[1])); }

static void start(int i, unsigned priority, unsigned slice) {
  struct pith_thread_attr a = {.name = "spinner",
                               .priority = (uint8_t)priority,
                               .stack = stacks[i],
                               .stack_size = sizeof stacks[i],
                               .slice = (uint16_t)slice};

  CHECK_EQ(pith_thread_init(&threads[i], &a, spin, (void *)(intptr_t)i), 0);
}

static void end_all(int n) {
  stop = 1;
  for (int i = 0; i < n; i++) CHECK_EQ(pith_thread_join(&threads[i], NULL, pith_deadline(1000)), 0);
  CHECK_KERNEL();
}

TEST(slice_shares, "equals that never block share the processor as their slices say") {
  start(0, LATE, 2);
  start(1, LATE, 4);
  pith_sleep(TICKS);
  CHECK(share(0) >= 29 && share(0) <= 38);
  end_all(2);
}

TEST(slice_none, "an equal without a slice keeps the processor once it has it") {
  start(0, LATE, 2);
  start(1, LATE, 0);
  pith_sleep(TICKS);
  CHECK(share(0) >= 1 && share(0) <= 13);
  end_all(2);
}

TEST(slice_urgent, "a slice is no reason to let go to a less urgent thread") {
  start(0, LATE, 2);
  start(1, LATE + 1, 2);
  pith_sleep(TICKS / 2);
  CHECK_EQ(work[1], 0);
  CHECK(work[0] > 0);
  end_all(2);
}

static void preempt(void *unused) {
  (void)unused;
  while (!stop) pith_sleep(1);
}

/* More urgent, with a slice, once a tick. */
static void urgent_start(void) {
  static struct pith_thread t;
  static uint64_t stack[64];
  struct pith_thread_attr a = {
      .name = "urgent", .priority = LATE - 1, .stack = stack, .stack_size = sizeof stack, .slice = 5};

  CHECK_EQ(pith_thread_init(&t, &a, preempt, NULL), 0);
}

TEST(slice_preempted, "a thread preempted in its slice loses none to its equals for good") {
  test_thread(0, LATE - 1, 0, preempt, NULL);
  for (int i = 0; i < SPINNERS; i++) start(i, LATE, 3);
  pith_sleep(3 * TICKS);
  for (int i = 0; i < SPINNERS; i++) CHECK(work[i] > 0);
  end_all(SPINNERS);
}

TEST(slice_nested, "nor does one preempted by a thread that has a slice itself") {
  start(0, LATE, 3);
  start(1, LATE, 3);
  urgent_start();
  pith_sleep(3 * TICKS);
  CHECK(share(0) >= 30 && share(0) <= 70);
  end_all(2);
}

TEST(slice_refused, "a cooperative thread has no slice") {
  struct pith_thread_attr a = {.priority = LATE,
                               .flags = PITH_COOPERATIVE,
                               .stack = stacks[0],
                               .stack_size = sizeof stacks[0],
                               .slice = 1};

  CHECK_EQ(pith_thread_init(&threads[0], &a, spin, NULL), -ENOTSUP);
}

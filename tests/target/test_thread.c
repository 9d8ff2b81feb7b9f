/* Threads: life cycle, priorities, suspend and resume, cooperative threads. */
#include "test.h"

static int steps[32], count;

static void record(void *arg) { steps[count++] = (int)(intptr_t)arg; }

TEST(thread_priority_order, "ready threads run by priority, equals in the order they became ready") {
  test_thread(0, 12, 0, record, (void *)3);
  test_thread(1, 10, 0, record, (void *)1);
  test_thread(2, 12, 0, record, (void *)4);
  test_thread(3, 11, 0, record, (void *)2);
  CHECK_EQ(count, 0);
  pith_sleep(PITH_MS(2));
  CHECK_EQ(count, 4);
  for (int i = 0; i < 4; i++) CHECK_EQ(steps[i], i + 1);
}

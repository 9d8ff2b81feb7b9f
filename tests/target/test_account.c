/* Who used the processor (pith/account.h): numbers in a build with PITH_ACCOUNTING, a refusal in one without. */
#include "board.h"
#include "check.h"
#include "irq.h"
#include "kernel.h"
#include "pith/account.h"

#if PITH_ACCOUNTING
enum { URGENT = 4, LATE = 12, MIDDLE = 0x60, TICKS = 20 };

static struct pith_sem given = PITH_SEM_INIT(0);

static struct pith_usage usage(void) {
  struct pith_usage u;

  CHECK_EQ(pith_usage(&u), 0);
  return u;
}

static void spin(void *ticks) {
  pith_time end = pith_now() + (intptr_t)ticks;

  while (pith_now() < end) continue;
}

TEST(account_idle, "asleep, the idle thread is charged; awake, whoever runs") {
  struct pith_usage before = usage(), slept, spun;
  struct pith_thread *t;
  const uint64_t tick = board_get()->clock_hz / PITH_TICK_HZ;

  pith_sleep(TICKS);
  slept = usage();
  CHECK((slept.idle - before.idle) * 100 >= (slept.cycles - before.cycles) * 95);
  CHECK(slept.cycles - before.cycles >= tick * TICKS && slept.cycles - before.cycles <= tick * (TICKS + 2));
  t = test_thread(0, LATE, PITH_DORMANT, spin, (void *)TICKS);
  CHECK_EQ(pith_thread_cycles(t), 0);
  CHECK_EQ(pith_thread_start(t), 0);
  CHECK_EQ(pith_thread_cycles(t), 0);
  pith_sleep(TICKS / 2);
  CHECK(pith_thread_cycles(t) >= tick * (TICKS / 2 - 1));
  CHECK_EQ(pith_thread_join(t, NULL, PITH_FOREVER), 0);
  spun = usage();
  CHECK((spun.idle - slept.idle) * 100 <= (spun.cycles - slept.cycles) * 15);
  CHECK(spun.cycles - slept.cycles >= tick * (TICKS - 1));
}

static void take(void *n) {
  for (int i = 0; i < (int)(intptr_t)n; i++) CHECK_EQ(pith_sem_take(&given), 0);
}

TEST(account_switches, "switches and entries are counted one by one") {
  struct pith_usage before, after;

  test_thread(0, URGENT, 0, take, (void *)10);
  before = usage();
  for (int i = 0; i < 5; i++) pith_sem_give(&given);
  after = usage();
  CHECK_EQ(after.switches - before.switches, 10);      /* to the taker and back */
  if (PITH_ACCOUNTING > 1) CHECK_EQ(after.entries - before.entries, 5 + 5 + 1); /* give, take, pith_usage() */
  CHECK_EQ(after.posts - before.posts, 0);
}

TEST(account_end, "a thread that ends is charged to its last cycle, and the sum forgets nothing") {
  const uint64_t tick = board_get()->clock_hz / PITH_TICK_HZ;
  struct pith_usage before = usage(), after;

  test_thread(0, URGENT, 0, spin, (void *)TICKS);
  CHECK_EQ(pith_thread_join(test_thread(1, LATE, 0, spin, (void *)TICKS), NULL, PITH_FOREVER), 0);
  after = usage();
  CHECK(after.cycles - before.cycles >= tick * (2 * TICKS - 3));
  CHECK(after.idle - before.idle < tick);
  CHECK_EQ(after.switches - before.switches, 4); /* two threads, to each and away */
}

#if PITH_ACCOUNTING > 1
static void give_3(void) {
  for (int i = 0; i < 3; i++) pith_sem_give(&given);
}

TEST(account_posts, "an interrupt's signals that waited for the kernel are counted, all of them") {
  struct pith_usage before, after;

  test_thread(0, URGENT, 0, take, (void *)10);
  irq_on(0, MIDDLE, give_3);
  before = usage();
  irq_raise(0);
  after = usage();
  CHECK_EQ(after.posts - before.posts, 3);
}

static long dawdle(long ticks, long b, long c) {
  (void)b, (void)c;
  spin((void *)ticks);
  return 0;
}

TEST(account_longest, "the longest kernel entry is the longest, until it is forgotten") {
  const uint32_t tick = (uint32_t)(board_get()->clock_hz / PITH_TICK_HZ);

  CHECK_EQ(pith_usage_reset(), 0);
  CHECK(usage().longest < tick);
  pith_monitor(dawdle, 3, 0, 0);
  CHECK(usage().longest >= 2 * tick && usage().longest <= 4 * tick);
  pith_yield();
  CHECK(usage().longest >= 2 * tick);
  CHECK_EQ(pith_usage_reset(), 0);
  CHECK(usage().longest < tick);
}
#endif
#else
TEST(account_off, "a build that does not count says so") {
  struct pith_usage u;

  CHECK_EQ(pith_usage(&u), -ENOTSUP);
  CHECK_EQ(pith_usage_reset(), -ENOTSUP);
  CHECK_EQ(pith_thread_cycles(pith_self()), 0);
}
#endif

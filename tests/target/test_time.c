/* Time: the clock, sleeping, deadlines in any order and across the carry of the clock's lower half. */
#include "check.h"
#include "pith/timer.h"
#include "irq.h"
#include "kernel.h"
#include "noise.h"

enum { OWN = 8, SLEEPERS = 12 };

static pith_time wanted[SLEEPERS], woken[SLEEPERS];
static int order[SLEEPERS], awake;

static void sleeper(void *i_) {
  int i = (int)(intptr_t)i_;

  CHECK_EQ(pith_sleep_until(wanted[i]), 0);
  woken[i] = pith_now();
  order[awake++] = i;
}

static void check_order(int n) {
  CHECK_EQ(awake, n);
  for (int i = 0; i < n; i++) {
    CHECK(woken[order[i]] >= wanted[order[i]]);
    if (i > 0) CHECK(wanted[order[i - 1]] <= wanted[order[i]]);
  }
}

TEST(now_runs, "pith_now() never goes back and goes on while a thread runs") {
  pith_time start = pith_now(), last = start;

  while (last < start + 5) {
    pith_time now = pith_now();

    CHECK(now >= last);
    last = now;
  }
}

TEST(spans, "PITH_MS and PITH_US round up, pith_deadline() neither shortens nor overflows") {
  pith_time before = pith_now(), deadline = pith_deadline(10);

  CHECK(deadline >= before + 11);
  CHECK(deadline <= pith_now() + 11);
  CHECK_EQ(PITH_MS(3) * 1000 / PITH_TICK_HZ >= 3, 1);
  CHECK(PITH_US(1) >= 1);
  CHECK_EQ(PITH_US(0), 0);
  CHECK_EQ(PITH_US(1000001), PITH_TICK_HZ + 1);
  CHECK_EQ(pith_deadline(PITH_FOREVER), PITH_FOREVER);
  CHECK_EQ(pith_deadline(PITH_FOREVER - 1), PITH_FOREVER);
  CHECK(pith_deadline(PITH_FOREVER / 2) < PITH_FOREVER);
  CHECK(pith_deadline(0) <= pith_now());
  CHECK(pith_deadline(-1) <= pith_now());
}

TEST(sleep_never_short, "a sleep lasts at least the ticks asked, counted from the next one") {
  for (int n = 1; n < 12; n++) {
    pith_time start = pith_now();

    CHECK_EQ(pith_sleep(n), 0);
    CHECK(pith_now() >= start + n + 1);
  }
}

TEST(sleep_on_time, "a sleeper wakes at the very tick it asked for") {
  int exact = 0;

  for (int n = 0; n < 30; n++) { /* a busy host may let further ticks pass before the look: not each time */
    pith_time until = pith_now() + 1 + n % 3;

    CHECK_EQ(pith_sleep_until(until), 0);
    exact += pith_now() == until;
  }
  CHECK(exact > 0);
}

TEST(sleep_over, "sleeping until a point that is past, or no time at all, returns 0 at once") {
  uint32_t armed;

  pith_sleep(3);
  armed = deadlines();
  CHECK_EQ(pith_sleep(0), 0);
  CHECK_EQ(pith_sleep(-7), 0);
  CHECK_EQ(pith_sleep_until(pith_now()), 0);
  CHECK_EQ(pith_sleep_until(1), 0);
  test_thread(0, OWN + 1, 0, sleeper, NULL); /* would run if this thread blocked */
  for (int i = 0; i < 5; i++) {
    CHECK_EQ(pith_sleep_until(pith_now()), 0);
    CHECK_EQ(pith_sleep(0), 0);
    CHECK_EQ(awake, 0);
  }
  CHECK_EQ(pith_sleep_until(INT64_MIN), 0);
  CHECK_EQ(deadlines(), armed);
  CHECK_KERNEL();
}

TEST(sleep_order, "12 sleepers with random deadlines wake in the order of these, none early") {
  uint32_t random = 12345;

  for (int i = 0; i < SLEEPERS; i++) {
    random = random * 1664525 + 1013904223;
    wanted[i] = pith_now() + 3 + (random >> 16) % 40;
    test_thread(i, 4, 0, sleeper, (void *)(intptr_t)i);
    CHECK_KERNEL();
  }
  pith_sleep(50);
  check_order(SLEEPERS);
  CHECK_KERNEL();
}

TEST(sleep_equal, "sleepers with one deadline wake together and run by priority") {
  pith_time at = pith_now() + 5;

  for (int i = 0; i < 4; i++) {
    wanted[i] = at;
    test_thread(i, (unsigned)(7 - i), 0, sleeper, (void *)(intptr_t)i);
  }
  pith_sleep_until(at);
  CHECK_EQ(awake, 4);
  for (int i = 0; i < 4; i++) {
    CHECK_EQ(order[i], 3 - i);
    CHECK(woken[i] >= at);
  }
}

static void sleep_result(void *i_) {
  int i = (int)(intptr_t)i_;

  order[i] = pith_sleep_until(wanted[i]);
  woken[i] = pith_now();
  awake++;
}

TEST(sleep_cancel_any, "deadlines taken back in any order leave the others right") {
  uint32_t random = 99;

  for (int i = 0; i < SLEEPERS; i++) wanted[i] = pith_now() + 20 + i * 7 % SLEEPERS;
  for (int i = 0; i < SLEEPERS; i++) {
    struct pith_thread *t = test_thread(i, 4, 0, sleep_result, (void *)(intptr_t)i);

    random = random * 1664525 + 1013904223;
    if (random >> 30) continue;
    CHECK_EQ(pith_thread_cancel(t), 0);
    CHECK_EQ(order[i], -ECANCELED);
    CHECK_KERNEL();
  }
  for (int i = 0; i < SLEEPERS; i += 3) {
    for (struct pith_thread *t = R->all; t; t = t->all) {
      if (t->timeout.place && t->timeout.deadline == wanted[i] && t->priority == 4) {
        CHECK_EQ(pith_thread_cancel(t), 0);
        break;
      }
    }
    CHECK_KERNEL();
  }
  pith_sleep(60);
  CHECK_EQ(awake, SLEEPERS);
  for (int i = 0; i < SLEEPERS; i++)
    CHECK(order[i] == -ECANCELED || (order[i] == 0 && woken[i] >= wanted[i]));
  CHECK_EQ(deadlines(), 0);
}

static void sleep_forever(void *unused) {
  (void)unused;
  CHECK_EQ(pith_sleep_until(PITH_FOREVER), 0);
  awake++;
}

static long arm_late(long t, long b, long c) {
  (void)b, (void)c;
  k_timeout_arm(&((struct pith_thread *)t)->timeout, pith_now());
  return awake;
}

TEST(time_passes_while_armed,
     "a deadline that has come by the time it is armed is noticed at once, not at the next tick") {
  struct pith_thread *t = test_thread(0, 4, 0, sleep_forever, NULL);
  long before = pith_monitor(arm_late, (long)t, 0, 0);

  CHECK_EQ(before, 0);
  CHECK_EQ(awake, 1);
  CHECK_KERNEL();
}

static long set_clock(long high, long low, long c) {
  (void)c;
  arch_clock_advance((pith_time)((uint64_t)(uint32_t)high << 32 | (uint32_t)low) - pith_now());
  return 0;
}

TEST(time_carry, "the clock and deadlines armed before it pass 2^32 ticks without a jump") {
  pith_time last;

  pith_monitor(set_clock, 0, (long)0xFFFFFFF4u, 0);
  for (int i = 0; i < SLEEPERS; i++) {
    wanted[i] = 0xFFFFFFF0LL + 6 + i * 5 % SLEEPERS * 2;
    test_thread(i, 4, 0, sleeper, (void *)(intptr_t)i);
  }
  CHECK_KERNEL();
  last = pith_now();
  while (last < 0x100000010) {
    pith_time now = pith_now();

    CHECK(now >= last && now <= last + 1000);
    last = now;
  }
  pith_sleep(15);
  check_order(SLEEPERS);
  CHECK(pith_now() > 0x100000010);
  CHECK_KERNEL();
}

static void nothing_fires(struct pith_timer *t) { (void)t; }

TEST_WITH(TEST_TIMERS, time_monotonic, "pith_now() never goes back nor jumps while the clock is restarted all the time") {
  static struct pith_timer every, seventh;
  pith_time last = pith_now();

  pith_timer_init(&every, nothing_fires, PITH_TIMER_PERIODIC);
  pith_timer_init(&seventh, nothing_fires, PITH_TIMER_PERIODIC);
  CHECK_EQ(pith_timer_start(&every, 1), 0);
  CHECK_EQ(pith_timer_start(&seventh, 7), 0);
  for (int i = 0; i < 500000; i++) {
    pith_time now = pith_now();

    CHECK(now >= last && now <= last + 2);
    last = now;
  }
  CHECK(last > 10);
}

/* Restarts that come between any two instructions of a reader; the first one after each tick has a tick to add. */
static uint32_t random_state = 1;

static void restart_clock(void) {
  uint32_t r = random_next(&random_state);

  for (volatile uint32_t n = r & 31; n > 0; n--) continue; /* a clock of the timer's is as long as several instructions */
  arch_clock_advance(0);
  irq_raise(0);
  timer_once(0, 50 + (r >> 24));
}

/* Until the counter that was restarted shows no 0 any more, which would give it away. */
static void linger(void) {
  for (volatile int n = 30; n > 0; n--) continue;
}

TEST(time_restarted, "pith_now() never goes back nor jumps when a restart comes between its halves") {
  pith_time last = pith_now(), end = last + 120;

  irq_on(0, 0xA0, linger);
  timer_on(0, 0, restart_clock);
  timer_once(0, 100);
  while (last < end) {
    pith_time now = pith_now();

    CHECK(now >= last && now <= last + 2);
    last = now;
  }
}

enum { READS = 200 };

static volatile int carries;

/* As the tick does, but over the carry each time, there and back. */
static void carry(void) {
  arch_clock_advance(carries++ % 2 ? -1 : 1);
  if (carries < READS) timer_once(0, 100 + (uint32_t)carries * 13 % 300);
}

TEST(time_torn, "pith_now() interrupted by a carry between its halves is never a mixture of two times") {
  pith_monitor(set_clock, 0, -1, 0);
  timer_on(0, 0, carry);
  timer_once(0, 100);
  while (carries < READS) {
    uint64_t now = (uint64_t)pith_now();

    CHECK(now >= 0xFFFFFFFF && now < 0x100010000);
  }
}

TEST(time_far, "a deadline whose lower half is small but upper half is not is not due") {
  struct pith_thread *t;

  wanted[0] = 0x500000001;
  t = test_thread(0, 4, 0, sleep_result, (void *)0);
  pith_sleep(3);
  CHECK_EQ(awake, 0);
  CHECK_EQ(pith_sleep(2), 0); /* an earlier one beside it comes */
  CHECK_EQ(pith_thread_cancel(t), 0);
  CHECK_EQ(order[0], -ECANCELED);
}

/* Software timers: one shot, periodic, restart and stop from everywhere, capacity, long times, no idle
 * interrupts.
 *
 * An emulator may stand still for some ticks at any moment, so what is compared exactly are deadlines, not
 * the moments at which something was seen to happen. */
#include "board.h"
#include "check.h"
#include "irq.h"
#include "kernel.h"
#include "noise.h"

enum { MIDDLE = 0x60, FIRINGS = 64 };

static struct pith_timer timer, second;
static pith_time fired[FIRINGS], next[FIRINGS]; /* when; a periodic one's next deadline */
static struct pith_timer *which[FIRINGS];
static volatile unsigned count;
static int result = 1;

static void fire(struct pith_timer *t) {
  if (count < FIRINGS) {
    fired[count] = pith_now();
    next[count] = t->timeout.deadline;
    which[count] = t;
  }
  count++;
}

TEST(timer_arguments, "what cannot be a timer or a span is refused") {
  CHECK_EQ(pith_timer_init(&timer, NULL, 0), -EINVAL);
  CHECK_EQ(pith_timer_init(&timer, fire, 2), -EINVAL);
  CHECK_EQ(pith_timer_init(&timer, fire, 0), 0);
  CHECK_EQ(pith_timer_start(&timer, 0), -EINVAL);
  CHECK_EQ(pith_timer_start(&timer, -1), -EINVAL);
  CHECK_EQ(pith_timer_start(&timer, (pith_time)PITH_TIMER_MAX + 1), -EINVAL);
  CHECK_EQ(pith_timer_start(&timer, PITH_TIMER_MAX), 0);
  CHECK(pith_timer_left(&timer) > PITH_TIMER_MAX - 1000);
  CHECK_EQ(pith_timer_stop(&timer), 0);
  CHECK_EQ(pith_timer_stop(&timer), -EINVAL);
  CHECK_EQ(pith_timer_left(&timer), 0);
}

TEST(timer_once, "a one-shot timer fires once, no earlier than asked and hardly later") {
  pith_time start, left;

  pith_timer_init(&timer, fire, 0);
  start = pith_now();
  CHECK_EQ(pith_timer_start(&timer, 100), 0);
  left = pith_timer_left(&timer);
  CHECK(left > 50 && left <= 101);
  CHECK_EQ(count, 0);
  pith_sleep(150);
  CHECK_EQ(count, 1);
  CHECK(fired[0] >= start + 100 && fired[0] < start + 150);
  CHECK_EQ(pith_timer_left(&timer), 0);
  CHECK_EQ(pith_timer_stop(&timer), -EINVAL);
}

TEST(timer_periodic, "a periodic timer fires at multiples of its span from the first time, without drift") {
  pith_time first;
  unsigned stopped, seen;

  pith_timer_init(&timer, fire, PITH_TIMER_PERIODIC);
  CHECK_EQ(pith_timer_start(&timer, 3), 0);
  first = timer.timeout.deadline;
  pith_sleep(3 * 40);
  CHECK_EQ(pith_timer_stop(&timer), 0);
  stopped = count;
  seen = stopped < FIRINGS ? stopped : FIRINGS;
  CHECK(seen >= 2);
  for (unsigned i = 0; i < seen; i++) {
    CHECK_EQ((next[i] - first) % 3, 0);
    CHECK(next[i] >= first + 3 * (pith_time)(i + 1));
    CHECK(fired[i] >= next[i] - 3 && fired[i] < next[i]);
  }
  pith_sleep(10);
  CHECK_EQ(count, stopped);
}

static long jump(long ticks, long unused, long unused2) {
  (void)unused, (void)unused2;
  arch_clock_advance(ticks);
  return 0;
}

TEST(timer_missed, "firings that were missed altogether are skipped, and the pace is kept") {
  pith_time first;

  pith_timer_init(&timer, fire, PITH_TIMER_PERIODIC);
  pith_timer_start(&timer, 100);
  first = timer.timeout.deadline;
  pith_monitor(jump, 1050, 0, 0);
  pith_sleep(1);
  CHECK_EQ(count, 1);
  CHECK(next[0] > fired[0] && next[0] - fired[0] <= 100);
  CHECK_EQ((next[0] - first) % 100, 0);
}

TEST(timer_restart, "starting a running timer begins its span anew") {
  pith_timer_init(&timer, fire, 0);
  pith_timer_start(&timer, 100);
  for (int i = 0; i < 5; i++) {
    pith_sleep(30);
    CHECK_EQ(pith_timer_start(&timer, 100), 0);
  }
  CHECK_EQ(count, 0);
  pith_sleep(130);
  CHECK_EQ(count, 1);
}

TEST(timer_order, "timers fire in the order of their deadlines, whatever order they were started in") {
  static struct pith_timer timers[20];
  static const uint8_t spans[20] = {9, 3, 17, 5, 1, 14, 12, 20, 7, 2, 19, 4, 11, 6, 15, 8, 13, 10, 18, 16};

  for (int i = 0; i < 20; i++) {
    pith_timer_init(&timers[i], fire, 0);
    CHECK_EQ(pith_timer_start(&timers[i], 20 + spans[i] * 4), 0);
  }
  for (int i = 0; i < 20; i += 3) CHECK_EQ(pith_timer_stop(&timers[i]), 0);
  CHECK_KERNEL();
  pith_sleep(130);
  CHECK_EQ(count, 13);
  for (unsigned i = 0; i < count; i++) {
    CHECK((which[i] - timers) % 3);
    CHECK(fired[i] >= which[i]->timeout.deadline);
    CHECK(i == 0 || which[i]->timeout.deadline >= which[i - 1]->timeout.deadline);
  }
}

static void again(struct pith_timer *t) {
  fire(t);
  if (count < 4) result = pith_timer_start(t, 2);
}

static void stop_both(struct pith_timer *t) {
  fire(t);
  result = pith_timer_stop(t);
  pith_timer_stop(&second);
}

TEST(timer_from_timer, "a timer's function starts and stops timers, itself too") {
  pith_timer_init(&timer, again, 0);
  pith_timer_start(&timer, 2);
  pith_sleep(30);
  CHECK_EQ(count, 4);
  CHECK_EQ(result, 0);
  count = 0;
  pith_timer_init(&timer, stop_both, PITH_TIMER_PERIODIC);
  pith_timer_init(&second, fire, PITH_TIMER_PERIODIC);
  pith_timer_start(&second, 200);
  pith_timer_start(&timer, 2);
  pith_sleep(250);
  CHECK_EQ(count, 1);
  CHECK_EQ(pith_timer_stop(&second), -EINVAL);
  CHECK_KERNEL();
}

static void isr_start(void) { result = pith_timer_start(&timer, 500); }
static void isr_stop(void) { result = pith_timer_stop(&timer); }

static void isr_start_stop(void) {
  isr_start();
  isr_stop();
}

static void isr_stop_start(void) {
  isr_stop();
  isr_start();
}

TEST(timer_isr, "an ISR starts and stops a timer; of several commands the last one counts") {
  pith_timer_init(&timer, fire, 0);
  irq_on(0, MIDDLE, isr_start);
  irq_raise(0);
  CHECK_EQ(result, 0);
  CHECK(pith_timer_left(&timer) > 0);
  irq_on(0, MIDDLE, isr_stop);
  irq_raise(0);
  CHECK_EQ(pith_timer_left(&timer), 0);
  irq_raise(0); /* not running: no error from an ISR */
  CHECK_EQ(result, 0);
  irq_on(0, MIDDLE, isr_start_stop);
  irq_raise(0);
  CHECK_EQ(pith_timer_left(&timer), 0);
  irq_on(0, MIDDLE, isr_stop_start);
  irq_raise(0);
  CHECK(pith_timer_left(&timer) > 0);
  CHECK_EQ(pith_timer_start(&timer, 8), 0);
  pith_sleep(20);
  CHECK_EQ(count, 1);
  CHECK_KERNEL();
}

static struct pith_sem sem = PITH_SEM_INIT(0);
static void give(struct pith_timer *t) {
  (void)t;
  pith_sem_give(&sem);
}

TEST(timer_gives, "a timer's function wakes a thread that waits") {
  pith_timer_init(&timer, give, 0);
  pith_timer_start(&timer, 3);
  CHECK_EQ(pith_sem_take_for(&sem, 500), 0);
  pith_timer_start(&timer, 600);
  CHECK_EQ(pith_sem_take_for(&sem, 5), -ETIMEDOUT);
}

TEST(timer_capacity, "All timers can be armed, one more is -EAGAIN, and threads can still sleep") {
  static struct pith_timer timers[K_TIMERS + 1];

  for (int i = 0; i <= K_TIMERS; i++) pith_timer_init(&timers[i], fire, 0);
  for (int i = 0; i < K_TIMERS; i++) CHECK_EQ(pith_timer_start(&timers[i], 1000 + i), 0);
  CHECK_EQ(pith_timer_start(&timers[K_TIMERS], 5), -EAGAIN);
  CHECK_EQ(pith_timer_start(&timers[3], 2000), 0); /* restarting needs no more room */
  CHECK_EQ(pith_sleep(2), 0);
  CHECK_EQ(pith_timer_stop(&timers[7]), 0);
  CHECK_EQ(pith_timer_start(&timers[K_TIMERS], 5), 0);
  CHECK_KERNEL();
  pith_sleep(10);
  CHECK_EQ(count, 1);
  CHECK_EQ(pith_timer_start(&timers[7], 5), 0);
  CHECK_KERNEL();
}

/* To just before the lower half of the clock's ticks carries. */
static long to_the_edge(long unused, long unused2, long unused3) {
  (void)unused, (void)unused2, (void)unused3;
  arch_clock_advance(0x100000000 - 200 - pith_now());
  return 0;
}

TEST(timer_carry, "timers and deadlines cross the carry at 2^32 ticks") {
  pith_time first;
  unsigned seen;

  pith_monitor(to_the_edge, 0, 0, 0);
  CHECK(pith_now() < 0x100000000);
  pith_timer_init(&timer, fire, PITH_TIMER_PERIODIC);
  pith_timer_init(&second, fire, 0);
  pith_timer_start(&timer, 7);
  first = timer.timeout.deadline;
  CHECK_EQ(pith_sem_take_for(&sem, 350), -ETIMEDOUT);
  CHECK(pith_now() > 0x100000000);
  CHECK_EQ(pith_timer_stop(&timer), 0);
  seen = count < FIRINGS ? count : FIRINGS;
  CHECK(seen >= 2);
  for (unsigned i = 0; i < seen; i++) {
    CHECK_EQ((next[i] - first) % 7, 0);
    CHECK(fired[i] >= next[i] - 7 && fired[i] < next[i]);
  }
  CHECK(fired[0] < 0x100000000 && fired[seen - 1] > 0x100000000);
  CHECK_EQ(pith_timer_start(&second, 3), 0);
  pith_sleep(6);
  CHECK_KERNEL();
}

TEST_WITH(PITH_TICKLESS, timer_tickless, "with nothing due the clock interrupts only so as not to lose count") {
  enum { SPAN = 3 * PITH_TICK_HZ, LONGEST = 0x1000000 }; /* ticks; cycles SysTick can count */
  uint32_t per_tick = board_get()->clock_hz / PITH_TICK_HZ, before;
  uint32_t periods = (uint32_t)((uint64_t)SPAN * per_tick / (LONGEST - 2 * per_tick)) + 2;

  pith_timer_init(&timer, fire, 0);
  CHECK_EQ(pith_timer_start(&timer, SPAN), 0);
  before = arch_clock_interrupts();
  pith_sleep(SPAN + 2);
  CHECK_EQ(count, 1);
  say("tickless: %u clock interrupts in %u idle ticks\n", (unsigned)(arch_clock_interrupts() - before), SPAN + 2);
  CHECK(arch_clock_interrupts() - before <= 2 * periods); /* one at the end of each, one to start the next */
}

/* ---- commands of interrupts within interrupts ---- */

enum { COMMANDS = 20000, COMMAND_SPAN = 1200 };

static volatile uint32_t commands;
static volatile bool started;

/* An interrupt that has been interrupted by another one says its command again: so `started` tells the last one. */
static void command(uint32_t r) {
  uint32_t before;

  do {
    before = commands;
    if (r & 1 << 8) pith_timer_start(&timer, 1000 * PITH_TICK_HZ);
    else pith_timer_stop(&timer);
    started = r & 1 << 8;
  } while (commands != before);
  commands++;
}

TEST(timer_isr_nested, "of commands that interrupts give at once the last one wins, wherever they come") {
  static void (*const isr[NOISE_SOURCES])(uint32_t) = {command, command, command};
  uint32_t looked = 0, before;
  bool runs, wanted;

  pith_timer_init(&timer, fire, 0);
  noise_start(1, COMMAND_SPAN, isr);
  while (noise_count() < COMMANDS) {
    before = noise_count();
    wanted = started;
    runs = pith_timer_left(&timer) > 0;
    noise_watch();
    if (noise_count() != before || !before) continue;
    CHECK_EQ(runs, wanted);
    looked++;
  }
  noise_stop();
  CHECK(looked > COMMANDS / 10);
  CHECK_EQ(count, 0);
  CHECK_KERNEL();
}

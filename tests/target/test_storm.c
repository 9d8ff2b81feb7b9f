/* Everything at once: interrupts of three nested priorities give, wake, start timers, set and send at odd
 * moments, one every 500 instructions (800 in the Armv6-M build and with a kernel all in C), while a score of threads
 * take, give, lock, yield, sleep, are cancelled, suspended and moved. All the time no post and no wake is lost; in the end
 * every unit is accounted for, no mutex was ever held by two, and the kernel's structures are whole.
 *
 * Timers make the interrupts; now and then one of them raises another by software: a more urgent one, which nests
 * at that very instruction, or the least urgent, which follows without a thread or the kernel in between.
 *
 * --seed N, --interrupts N and --span N (instructions between two interrupts of one source) repeat or vary a run.
 * With QEMU's -icount interrupts fall between any two instructions: tests/run/test_storm.py. */
#include "check.h"
#include "irq.h"
#include "kernel.h"
#include "noise.h"
#include "pith/monitor.h"
#include "pith/timer.h"
#include "storm.h"
#include "test.h"

enum { SEMS = 4, TAKERS = 5, LOCKERS = 4, SOLOS = 2, TIMERS = 2, PROGRESS = 10000 };
/* Instructions between two interrupts of each of the three timers. C limited to Armv6-M, or a kernel all in C, takes more
 * instructions for the same: the least urgent threads would not get a turn. */
#if __ARM_ARCH == 6 || !PITH_FAST
enum { SPAN = 2000 };
#else
enum { SPAN = 1350 };
#endif
enum { NESTS = 0, FOLLOWS = 1 }; /* lines */

static struct storm_sem sem[SEMS], solo[SOLOS];
static struct pith_mutex lock[2], tight;
static struct pith_timer timer[TIMERS];
static struct pith_waker waker;
static volatile uint32_t inside[2], entered[2], inside_tight, wakes, woken_up, fired[TIMERS], timed[TIMERS], turns[2], raises;
static uint32_t entries[LOCKERS][2], seed, span;
static volatile int stopping;
static struct pith_thread *takers[TAKERS], *lockers[LOCKERS];

/* ---- interrupts ---- */

static void give(uint32_t i) { storm_give(&sem[i % SEMS]); }
static void give_solo(uint32_t i) { storm_give(&solo[i]); }

static void raised(void) {
  arch_atomic_add(&raises, 1);
  give(SEMS - 1);
  give(SEMS - 1);
  pith_wake(&waker);
}

/* Mostly left to fire, now and then stopped or started anew. */
static void command(uint32_t i, uint32_t r) {
  if (timed[i] && r & 255) return;
  timed[i] = !timed[i] || r & 256;
  if (timed[i]) CHECK_EQ(pith_timer_start(&timer[i], 1), 0);
  else pith_timer_stop(&timer[i]);
}

static void anything(unsigned source, uint32_t r) {
  switch (r & 7) {
  case 0:
    give(r >> 3);
    give(r >> 5);
    give(r >> 5);
    break;
  case 1:
  case 2:
    give_solo(r >> 3 & 1);
    break;
  case 3:
    command(r >> 3 & 1, r >> 4);
    break;
  case 4:
    pith_wake(&waker);
    give_solo(r >> 3 & 1);
    break;
  case 5:
    if ((r >> 16 & 3) == 0) irq_raise(r >> 18 & 1 ? NESTS : FOLLOWS);
    give(r >> 3);
    break;
  default:
    give(r >> 3);
  }
  storm_interrupt(source, r >> 8);
}

static void low(uint32_t r) { anything(0, r); }
static void middle(uint32_t r) { anything(1, r); }
static void high(uint32_t r) { anything(2, r); }
static void (*const handler[NOISE_SOURCES])(uint32_t) = {low, middle, high};

static void on_timer(struct pith_timer *t) {
  fired[t - timer]++;
  timed[t - timer] = 0;
  give((uint32_t)(t - timer));
}

/* ---- threads ---- */

static uint32_t seed_of(uint32_t who) { return (seed ^ who * 0x9E3779B9u) | 1; }

static void taker(void *i_) {
  uint32_t i = (uint32_t)(uintptr_t)i_, random = seed_of(i + 10);

  while (!stopping) {
    uint32_t r = random_next(&random), k = (i + (r & 1)) % SEMS;
    int error;

    if ((r >> 1 & 3) == 0) error = pith_sem_take_for(&sem[k].sem, PITH_POLL);
    else if ((r >> 1 & 3) == 1) error = pith_sem_take_for(&sem[k].sem, 1 + (r >> 4 & 3));
    else error = pith_sem_take(&sem[k].sem);
    if (error == 0) storm_taken(&sem[k]);
    else CHECK(error == -ECANCELED || (error == -ETIMEDOUT && (r >> 1 & 3) < 2));
    if ((r >> 8 & 15) == 0) give(k);
    if ((r >> 8 & 1023) == 1) pith_sleep(1);
  }
}

/* A lock that the least urgent take and leave all the time and the most urgent hold while they wait for an interrupt. */
static void enter_tight(uint32_t who) {
  CHECK_EQ(pith_mutex_lock(&tight), 0);
  CHECK_EQ(inside_tight, 0);
  inside_tight = who;
}

static void leave_tight(uint32_t who) {
  CHECK_EQ(inside_tight, who);
  inside_tight = 0;
  CHECK_EQ(pith_mutex_unlock(&tight), 0);
}

/* The one waiter of its semaphore, without deadline: the assembly's straight paths. */
static void sole_taker(void *i_) {
  uint32_t i = (uint32_t)(uintptr_t)i_;

  while (!stopping) {
    CHECK_EQ(pith_sem_take(&solo[i].sem), 0);
    storm_taken(&solo[i]);
    if ((solo[i].taken & 3) == 0) {
      enter_tight(i + 1);
      CHECK_EQ(pith_sem_take(&solo[i].sem), 0);
      storm_taken(&solo[i]);
      leave_tight(i + 1);
    }
    if (i == 1 && (solo[i].taken & 7) == 0) give_solo(0);
  }
}

/* Lockers that an interrupt sets off come between any two instructions of the others. */
static void await_interrupt(void) {
  int error = pith_sem_take(&sem[SEMS - 1].sem);

  if (error == 0) storm_taken(&sem[SEMS - 1]);
  else CHECK_EQ(error, -ECANCELED);
}

static void locker(void *i_) {
  uint32_t i = (uint32_t)(uintptr_t)i_, random = seed_of(i + 20);

  while (!stopping) {
    uint32_t r = random_next(&random), m = r & 1;
    int error;

    if (i < 2) await_interrupt();
    error = r & 2 ? pith_mutex_lock(&lock[m]) : pith_mutex_lock_for(&lock[m], r >> 2 & 3);

    if (error) {
      CHECK(error == -ECANCELED || (error == -ETIMEDOUT && !(r & 2)));
      continue;
    }
    CHECK_EQ(inside[m], 0);
    inside[m] = i + 1;
    if (r & 16) pith_yield();
    if (i < 2 && r & 32) await_interrupt();
    if ((r >> 5 & 255) == 0) pith_sleep(1);
    if (m == 0 && (r >> 10 & 3) == 0 && pith_mutex_lock_for(&lock[1], 2) == 0) { /* always 0 before 1 */
      CHECK_EQ(inside[1], 0);
      inside[1] = i + 1;
      entered[1]++;
      entries[i][1]++;
      CHECK_EQ(inside[1], i + 1);
      inside[1] = 0;
      CHECK_EQ(pith_mutex_unlock(&lock[1]), 0);
    }
    CHECK_EQ(inside[m], i + 1);
    entered[m]++;
    entries[i][m]++;
    inside[m] = 0;
    CHECK_EQ(pith_mutex_unlock(&lock[m]), 0);
    if ((r >> 13 & 255) == 0) pith_sleep(1);
  }
}

static void yielder(void *i_) {
  uint32_t i = (uint32_t)(uintptr_t)i_, random = seed_of(i + 30);

  while (!stopping) {
    for (uint32_t n = random_next(&random) & 31; n > 0; n--) {
      enter_tight(i + 10);
      leave_tight(i + 10);
    }
    pith_yield();
    turns[i]++;
    if ((random & 255) == 0) pith_sleep(1);
  }
}

static long wait_for_wake(long seen, long b, long c) {
  (void)b, (void)c;
  if (wakes++ == (uint32_t)seen) return pith_monitor_wait(&waker);
  return 0;
}

static void woken(void *unused) {
  (void)unused;
  while (!stopping) {
    pith_monitor(wait_for_wake, (long)wakes, 0, 0);
    woken_up++;
  }
}

/* Meddles with the others: cancels, suspends and resumes, moves. Everything is put back at the end. */
static void meddler(void *unused) {
  uint32_t random = seed_of(40);

  (void)unused;
  while (!stopping) {
    uint32_t r = random_next(&random);
    struct pith_thread *t = r & 1 ? takers[(r >> 1) % TAKERS] : lockers[(r >> 1) % LOCKERS];
    int error = 0;

    switch (r >> 8 & 3) {
    case 0:
      if (r & 1) error = pith_thread_cancel(t); /* a locker would skip an unlock */
      CHECK(error == 0 || error == -EINVAL);
      break;
    case 1:
      CHECK_EQ(pith_thread_suspend(t), 0);
      if (r & 1024) pith_sleep(1);
      CHECK_EQ(pith_thread_resume(t), 0);
      break;
    default:
      CHECK_EQ(pith_thread_set_priority(t, 9 + (r >> 5) % 8), 0);
    }
    check_kernel();
    pith_sleep(1);
  }
}

/* ---- the run ---- */

static void start_threads(void) {
  int n = 0;

  for (int i = 0; i < TAKERS; i++) {
    takers[i] = test_thread(n++, 9 + (unsigned)i, 0, taker, (void *)(intptr_t)i);
    for (int k = i; k < i + 2; k++) storm_takes(&sem[k % SEMS], takers[i]);
  }
  for (int i = 0; i < LOCKERS; i++) {
    lockers[i] = test_thread(n++, i < 2 ? 7 + (unsigned)i : 12, 0, locker, (void *)(intptr_t)i);
    if (i < 2) storm_takes(&sem[SEMS - 1], lockers[i]);
  }
  for (int i = 0; i < SOLOS; i++)
    storm_takes(&solo[i], test_thread(n++, i ? 13 : 5, 0, sole_taker, (void *)(intptr_t)i));
  test_thread(n++, 15, 0, yielder, (void *)0);
  test_thread(n++, 15, TEST_COOPERATIVE, yielder, (void *)1);
  test_thread(n++, 11, 0, woken, NULL);
  test_thread(n++, 7, 0, meddler, NULL);
}

/* Until everybody has seen that it is over: units for those who wait, nobody suspended. */
static void end_threads(void) {
  noise_stop();
  stopping = 1;
  for (int i = 0; i < 60; i++) {
    for (uint32_t k = 0; k < SEMS; k++) give(k);
    for (uint32_t k = 0; k < SOLOS; k++) give_solo(k);
    pith_monitor((long (*)(long, long, long))(uintptr_t)pith_wake, (long)(intptr_t)&waker, 0, 0);
    storm_end();
    pith_sleep(2);
  }
  for (int i = 0; i < TIMERS; i++) pith_timer_stop(&timer[i]);
}

static void check_totals(void) {
  for (int k = 0; k < SEMS; k++) CHECK_EQ(sem[k].given, sem[k].taken + pith_sem_count(&sem[k].sem));
  for (int k = 0; k < SOLOS; k++) {
    CHECK_EQ(solo[k].given, solo[k].taken + pith_sem_count(&solo[k].sem));
    CHECK(fired[k] > 0);
    CHECK(turns[k] > 0);
    CHECK(solo[k].taken > 60);
  }
  for (int m = 0; m < 2; m++) {
    uint32_t sum = 0;

    for (int i = 0; i < LOCKERS; i++) sum += entries[i][m];
    CHECK_EQ(sum, entered[m]);
    CHECK(sum > 0);
    CHECK(pith_mutex_owner(&lock[m]) == NULL);
  }
  CHECK(woken_up > 0);
  CHECK_EQ(noise_depth(), NOISE_SOURCES);
  for (int i = 0; i < TAKERS; i++) CHECK_EQ(pith_thread_join(takers[i], NULL, PITH_POLL), 0);
  for (int i = 0; i < LOCKERS; i++) CHECK_EQ(pith_thread_join(lockers[i], NULL, PITH_POLL), 0);
  CHECK_EQ(deadlines(), 0);
}

/* No post and no wake is lost, seen at once; and of every semaphore something has been taken since the last time, without
 * help unless interrupts come closer together than in the suite's own run. */
static void check_sems(void) {
  static uint32_t at;
  bool due = noise_count() - at >= PROGRESS;

  if (due) at = noise_count();
  for (int k = 0; k < SEMS + SOLOS; k++) {
    struct storm_sem *s = k < SEMS ? &sem[k] : &solo[k - SEMS];

    storm_look(s);
    if (due) storm_progress(s);
  }
  CHECK(!storm_starved() || span < SPAN);
}

static uint32_t interrupts_so_far(void) { return noise_count() + raises; }

/* Of the emulator, at one a nanosecond; on hardware it says nothing. */
static uint32_t instructions_each(pith_time ticks) {
  return (uint32_t)((uint64_t)ticks * (1000000000u / PITH_TICK_HZ) / interrupts_so_far());
}

static void storm(uint32_t interrupts) {
  pith_time start;
  uint32_t each;

  seed = option("seed", 1);
  span = option("span", SPAN);
  interrupts = option("interrupts", interrupts);
  say("storm: seed %u, %u interrupts\n", (unsigned)seed, (unsigned)interrupts);
  pith_waker_init(&waker);
  for (int i = 0; i < TIMERS; i++) CHECK_EQ(pith_timer_init(&timer[i], on_timer, 0), 0);
  storm_begin();
  start_threads();
  irq_on(NESTS, 0x20, raised);
  irq_on(FOLLOWS, 0xA0, raised);
  start = pith_now();
  noise_watch();
  noise_start(seed, span, handler);
  while (interrupts_so_far() < interrupts) {
    pith_sleep(PITH_MS(2));
    noise_watch();
    check_sems();
    check_kernel();
  }
  each = instructions_each(pith_now() - start);
  end_threads();
  check_kernel();
  check_totals();
  storm_check();
  say("counted: %u interrupts in storms\n", (unsigned)interrupts_so_far());
  say("storm: one every %u instructions, %u raised by others, %u times one without a turn\n", (unsigned)each,
      (unsigned)raises, (unsigned)storm_starved());
  say("storm: depth %u, taken %u %u %u %u, alone %u %u, locked %u %u, woken %u, fired %u %u\n",
      (unsigned)noise_depth(), (unsigned)sem[0].taken, (unsigned)sem[1].taken, (unsigned)sem[2].taken, (unsigned)sem[3].taken,
      (unsigned)solo[0].taken, (unsigned)solo[1].taken, (unsigned)entered[0], (unsigned)entered[1],
      (unsigned)woken_up, (unsigned)fired[0], (unsigned)fired[1]);
}

TEST_WITH(TEST_TIMERS, storm, "125,000 nested interrupts and a score of threads: each unit is accounted for, a lock is one's") {
  storm(125000);
}

TEST_WITH(TEST_TIMERS, storm_long, "the same with 1,000,000 interrupts [long]") { storm(1000000); }

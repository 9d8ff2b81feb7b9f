/* Everything at once: interrupts of three priorities give semaphores at odd moments while a dozen threads
 * take, give, lock, yield, sleep, are cancelled, suspended and moved. In the end every unit is accounted for,
 * no mutex was ever held by two, and the kernel's structures are whole. */
#include "check.h"
#include "irq.h"
#include "kernel.h"
#include "pith/monitor.h"

enum {
  HIGH = 0x20,
  MIDDLE = 0x60,
  LOW = 0xA0,
  SEMS = 4,
  TAKERS = 5,
  LOCKERS = 4,
  INTERRUPTS = 20000,
  AT_MOST = 60000, /* ticks */
};

static struct pith_sem sem[SEMS];
static struct pith_mutex lock[2];
static volatile uint32_t given[SEMS], taken[SEMS], interrupts;
static volatile uint32_t inside[2], entered[2];
static uint32_t entries[LOCKERS][2];
static volatile int stopping;
static struct pith_thread *takers[TAKERS], *lockers[LOCKERS];
static struct pith_waker waker;

static uint32_t next_random(uint32_t *state) {
  *state = *state * 1664525u + 1013904223u;
  return *state >> 16;
}

/* ---- interrupts ---- */

static void give(uint32_t i) {
  if (pith_sem_give(&sem[i % SEMS]) == 0) arch_atomic_add(&given[i % SEMS], 1);
}

static bool count(void) { return arch_atomic_add(&interrupts, 1) < INTERRUPTS && !stopping; }

static void isr_low(void) {
  static uint32_t n;

  count();
  give(n++);
  give(n++);
}

static void isr_middle(void) {
  static uint32_t n, random = 1;

  give(n++);
  if (n % 3 == 0) irq_raise(1); /* LOW, after this one */
  if (n % 5 == 0) irq_raise(2); /* HIGH, within this one */
  give(n * 7);
  if (count()) timer_once(0, 300 + next_random(&random) % 1500);
}

static void isr_high(void) {
  static uint32_t random = 2;

  give(next_random(&random));
  if (count()) timer_once(1, 300 + next_random(&random) % 1700);
}

static void isr_high_line(void) {
  count();
  give(3);
  give(3);
  pith_wake(&waker);
}

/* ---- threads ---- */

static void taker(void *i_) {
  uint32_t i = (uint32_t)(uintptr_t)i_, random = i + 10;

  while (!stopping) {
    uint32_t r = next_random(&random), k = (i + (r & 1)) % SEMS;
    int error;

    switch (r >> 1 & 3) {
    case 0: error = pith_sem_take_for(&sem[k], PITH_POLL); break;
    case 1: error = pith_sem_take_for(&sem[k], 1 + (r >> 4 & 3)); break;
    default: error = pith_sem_take(&sem[k]);
    }
    if (error == 0) arch_atomic_add(&taken[k], 1);
    else CHECK(error == -ETIMEDOUT || error == -ECANCELED);
    if ((r >> 8 & 15) == 0) {
      pith_sem_give(&sem[k]);
      arch_atomic_add(&given[k], 1);
    }
    if ((r >> 8 & 31) == 1) pith_sleep(1);
  }
}

static void locker(void *i_) {
  uint32_t i = (uint32_t)(uintptr_t)i_, random = i + 20;

  while (!stopping) {
    uint32_t r = next_random(&random), m = r & 1;
    int error = r & 2 ? pith_mutex_lock(&lock[m]) : pith_mutex_lock_for(&lock[m], r >> 2 & 3);

    if (error) {
      CHECK(error == -ETIMEDOUT || error == -ECANCELED);
      continue;
    }
    CHECK_EQ(inside[m], 0);
    inside[m] = i + 1;
    if (r & 16) pith_yield();
    if ((r >> 5 & 7) == 0) pith_sleep(1);
    if (m == 0 && (r >> 8 & 3) == 0 && pith_mutex_lock_for(&lock[1], 2) == 0) { /* always 0 before 1 */
      CHECK_EQ(inside[1], 0);
      entered[1]++;
      entries[i][1]++;
      CHECK_EQ(pith_mutex_unlock(&lock[1]), 0);
    }
    CHECK_EQ(inside[m], i + 1);
    entered[m]++;
    entries[i][m]++;
    inside[m] = 0;
    CHECK_EQ(pith_mutex_unlock(&lock[m]), 0);
    if ((r >> 10 & 3) == 0) pith_sleep(1);
  }
}

static void yielder(void *unused) {
  uint32_t random = 30;

  (void)unused;
  while (!stopping) {
    for (volatile uint32_t n = next_random(&random) & 127; n > 0; n--) continue;
    pith_yield();
    if ((random >> 20 & 7) == 0) pith_sleep(1);
  }
}

static volatile uint32_t wakes;

static long wait_for_wake(long seen, long b, long c) {
  (void)b, (void)c;
  if (wakes++ == (uint32_t)seen) return pith_monitor_wait(&waker);
  return 0;
}

static void woken(void *unused) {
  (void)unused;
  while (!stopping) pith_monitor(wait_for_wake, (long)wakes, 0, 0);
}

/* Meddles with the others: cancels, suspends and resumes, moves. Everything is put back at the end. */
static void meddler(void *unused) {
  uint32_t random = 40;

  (void)unused;
  while (!stopping) {
    uint32_t r = next_random(&random);
    struct pith_thread *t = r & 1 ? takers[(r >> 1) % TAKERS] : lockers[(r >> 1) % LOCKERS];

    switch (r >> 8 & 3) {
    case 0:
      if (r & 1) pith_thread_cancel(t); /* a locker holds something perhaps; a taker does not */
      break;
    case 1:
      CHECK_EQ(pith_thread_suspend(t), 0);
      if (r & 1024) pith_sleep(1);
      CHECK_EQ(pith_thread_resume(t), 0);
      break;
    default: CHECK_EQ(pith_thread_set_priority(t, 9 + (r >> 5) % 8), 0);
    }
    CHECK_KERNEL();
    pith_sleep(1 + (r >> 12 & 1));
  }
}

TEST(storm_sem,
     "20,000 nested interrupts and a dozen threads: every unit is accounted for, every lock is held by one") {
  pith_time end;
  int n = 0;

  pith_waker_init(&waker);
  for (int i = 0; i < TAKERS; i++)
    takers[i] = test_thread(n++, 9 + (unsigned)i, 0, taker, (void *)(intptr_t)i);
  for (int i = 0; i < LOCKERS; i++)
    lockers[i] = test_thread(n++, 10 + (unsigned)i % 3, 0, locker, (void *)(intptr_t)i);
  test_thread(n++, 15, 0, yielder, NULL);
  test_thread(n++, 15, TEST_COOPERATIVE, yielder, NULL);
  test_thread(n++, 11, 0, woken, NULL);
  test_thread(n++, 7, 0, meddler, NULL);
  irq_on(1, LOW, isr_low);
  irq_on(2, HIGH, isr_high_line);
  timer_on(0, MIDDLE, isr_middle);
  timer_on(1, HIGH, isr_high);
  timer_once(0, 1000);
  timer_once(1, 1500);

  end = pith_now() + AT_MOST;
  while (interrupts < INTERRUPTS) {
    CHECK(pith_now() < end);
    pith_sleep(10);
    CHECK_KERNEL();
  }
  stopping = 1;
  for (int i = 0; i < 50; i++) { /* let everybody see it */
    for (int k = 0; k < SEMS; k++) give((uint32_t)k);
    pith_wake(&waker);
    pith_sleep(2);
  }
  CHECK_KERNEL();
  for (int k = 0; k < SEMS; k++) CHECK_EQ(given[k], taken[k] + pith_sem_count(&sem[k]));
  for (int m = 0; m < 2; m++) {
    uint32_t sum = 0;

    for (int i = 0; i < LOCKERS; i++) sum += entries[i][m];
    CHECK_EQ(sum, entered[m]);
    CHECK(sum > 0);
    CHECK(pith_mutex_owner(&lock[m]) == NULL);
  }
  for (int i = 0; i < TAKERS; i++) CHECK_EQ(pith_thread_join(takers[i], NULL, PITH_POLL), 0);
  for (int i = 0; i < LOCKERS; i++) CHECK_EQ(pith_thread_join(lockers[i], NULL, PITH_POLL), 0);
  CHECK_EQ(deadlines(), 0);
}

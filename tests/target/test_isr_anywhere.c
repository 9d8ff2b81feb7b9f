/* An interrupt that gives a unit, at every instruction of what others do to the same semaphore: none is lost, none
 * comes late. tests/run/_races.py says what each would notice. */
#include "check.h"
#include "irq.h"
#include "kernel.h"

enum { MIDDLE = 0x60, OWN = 8, LATE = 12, ROUNDS = 3000 };

static struct pith_sem sem = PITH_SEM_INIT(0), second = PITH_SEM_INIT(0);
static volatile uint32_t came;

static void give(void) {
  came++;
  pith_sem_give(&sem);
}

/* A clock of the timer is many instructions: what is executed before its interrupt is some more or fewer of them. */
static void timer_once_within(uint32_t clocks, uint32_t i) {
  timer_once(0, clocks);
  for (uint32_t n = i % 67; n > 0; n--) __asm__ volatile("");
}

/* ---- the fast paths ---- */

TEST(isr_give_within, "an interrupt's give within a thread's give or take is one unit more") {
  timer_on(0, MIDDLE, give);
  for (uint32_t i = 0; i < ROUNDS; i++) {
    uint32_t before = came;

    timer_once_within(1 + i % 11, i);
    while (came == before) {
      CHECK_EQ(pith_sem_give(&sem), 0);
      CHECK_EQ(i & 1 ? pith_sem_take(&sem) : pith_sem_take_until(&sem, PITH_POLL), 0);
    }
    CHECK_EQ(pith_sem_count(&sem), came);
  }
}

/* ---- between look and park ---- */

static volatile uint32_t parked;

static void park_often(void *timed) {
  for (parked = 0; parked < ROUNDS; parked++) {
    timer_once_within(1 + parked % 8, parked);
    CHECK_EQ(timed ? pith_sem_take_for(&sem, 100) : pith_sem_take(&sem), 0);
    CHECK_EQ(pith_sem_count(&sem), 0);
  }
}

static void give_while_parking(void *timed) {
  timer_on(0, MIDDLE, give);
  CHECK_EQ(pith_thread_join(test_thread(0, 4, 0, park_often, timed), NULL, pith_deadline(PITH_MS(1000))), 0);
  CHECK_EQ(parked, ROUNDS);
  CHECK_KERNEL();
}

TEST(isr_give_while_parking, "an interrupt's give anywhere between a taker's look and its parking is not lost") {
  give_while_parking(NULL);
}

TEST(isr_give_while_parking_timed, "the same for a taker with a deadline") { give_while_parking(&sem); }

/* ---- a thread's give ---- */

static volatile uint32_t noticed;

static void give_both(void) {
  give();
  pith_sem_give(&second);
}

static void give_always(void *unused) {
  (void)unused;
  for (;;) pith_sem_give(&sem);
}

static void look_after(void *unused) {
  (void)unused;
  for (;;) {
    uint32_t so_far;

    pith_sem_take(&second);
    so_far = came;
    CHECK(noticed >= so_far);
  }
}

/* The one waiter of sem is more urgent than who looks whether it has run, and that one more urgent than the thread that
 * gives: stopped anywhere in pith_sem_give(), it must not keep the interrupt's unit from the waiter. */
TEST(isr_give_not_held_back, "an interrupt's give is not held back by a thread's that it comes in the middle of") {
  timer_on(0, MIDDLE, give_both);
  test_thread(0, LATE, 0, give_always, NULL);
  test_thread(1, OWN + 1, 0, look_after, NULL);
  for (uint32_t i = 0; i < ROUNDS; i++) {
    uint32_t before = came;

    timer_once_within(5 + i % 41, i);
    while (came == before) CHECK_EQ(pith_sem_take(&sem), 0);
    noticed = came;
  }
  CHECK_KERNEL();
}

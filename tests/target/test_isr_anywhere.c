/* An interrupt that gives a unit, a message, a bit, a block or work, at every instruction of what others do
 * to the same object: none is lost, none comes late. tests/run/_races.py says what each would notice. */
#include "check.h"
#include "irq.h"
#include "kernel.h"
#include "pith/event.h"
#include "pith/pool.h"
#include "pith/queue.h"
#include "pith/work.h"

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

TEST(isr_give_while_parking,
     "an interrupt's give anywhere between a taker's look and its parking is not lost") {
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
TEST(isr_give_not_held_back,
     "an interrupt's give is not held back by a thread's that it comes in the middle of") {
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

/* ---- a message to the front ---- */

PITH_QUEUE(pair, 4, 2);
enum { OLD = 1, FRONT = 2, NEW = 4 };
static volatile uint32_t sent, received;

static void send_new(void) {
  uint32_t message = NEW;

  came++;
  if (pith_queue_try_send(&pair, &message) == 0) sent |= NEW;
}

static void receive_one(void) {
  uint32_t message;

  came++;
  if (pith_queue_try_receive(&pair, &message) == 0) received |= message;
}

/* Each message once, in the order of the queue. */
static void drain(void) {
  uint32_t message, last = 0;

  while (pith_queue_try_receive(&pair, &message) == 0) {
    CHECK(!(received & message));
    CHECK(message == FRONT ? !last : message > last || last == FRONT);
    received |= message;
    last = message;
  }
}

static void front_interrupted_by(void (*isr)(void)) {
  uint32_t old = OLD, front = FRONT;

  timer_on(0, MIDDLE, isr);
  for (uint32_t i = 0; i < ROUNDS; i++) {
    uint32_t before = came;

    received = 0;
    sent = OLD;
    CHECK_EQ(pith_queue_send(&pair, &old), 0);
    timer_once_within(1 + i % 8, i);
    if (pith_queue_try_send_front(&pair, &front) == 0) sent |= FRONT;
    while (came == before) continue;
    drain();
    CHECK_EQ(received, sent);
  }
  CHECK_KERNEL();
}

TEST(isr_send_within_front,
     "an interrupt's message and one to the front of a queue with one place: one has it") {
  front_interrupted_by(send_new);
}

TEST(isr_receive_within_front,
     "an interrupt that receives while a message is put to the front gets one, once") {
  front_interrupted_by(receive_one);
}

/* ---- other objects ---- */

static struct pith_event event = PITH_EVENT_INIT(0);

static void set_bit(void) {
  came++;
  pith_event_set(&event, 1);
}

TEST(isr_set_within,
     "a bit that an interrupt sets while a thread sets, clears or takes another one stays set") {
  timer_on(0, MIDDLE, set_bit);
  for (uint32_t i = 0; i < ROUNDS; i++) {
    uint32_t before = came;

    timer_once_within(1 + i % 11, i);
    while (came == before) {
      CHECK_EQ(pith_event_set(&event, 2), 0);
      if (i & 1) CHECK_EQ(pith_event_clear(&event, 2), 0);
      else CHECK_EQ(pith_event_wait_for(&event, 2, PITH_EVENT_CLEAR, NULL, PITH_POLL), 0);
    }
    CHECK_EQ(pith_event_get(&event), 1);
    CHECK_EQ(pith_event_clear(&event, 1), 0);
  }
}

static struct pith_pool pool;
static uint32_t memory[PITH_POOL_BYTES(8, 1) / 4];
static void *volatile block;

static void return_block(void) {
  came++;
  pith_pool_free(&pool, block);
}

static void alloc_often(void *unused) {
  (void)unused;
  for (parked = 0; parked < ROUNDS; parked++) {
    void *again;

    timer_once_within(1 + parked % 8, parked);
    CHECK_EQ(pith_pool_alloc_for(&pool, &again, 100), 0);
    CHECK(again == block);
  }
}

TEST(isr_free_while_parking,
     "a block that an interrupt returns between a thread's look and its parking is not lost") {
  CHECK_EQ(pith_pool_init(&pool, memory, 8, 1), 0);
  block = pith_pool_alloc(&pool);
  timer_on(0, MIDDLE, return_block);
  CHECK_EQ(pith_thread_join(test_thread(0, 4, 0, alloc_often, NULL), NULL, pith_deadline(PITH_MS(1000))), 0);
  CHECK_EQ(parked, ROUNDS);
  CHECK_KERNEL();
}

static struct pith_workq workq;
static uint64_t worker_stack[64];
static volatile uint32_t worked;

static void do_work(struct pith_work *unused) {
  (void)unused;
  worked++;
}

static struct pith_work item = PITH_WORK_INIT(do_work);

static void submit(void) {
  came++;
  pith_work_submit(&workq, &item);
}

TEST(isr_submit_within, "an item that a thread and an interrupt submit at the same time runs once") {
  CHECK_EQ(pith_workq_init(&workq, "late", LATE, worker_stack, sizeof worker_stack), 0);
  timer_on(0, MIDDLE, submit);
  for (uint32_t i = 0; i < ROUNDS; i++) {
    uint32_t before = came;

    timer_once_within(1 + i % 8, i);
    CHECK(pith_work_submit(&workq, &item) >= 0);
    while (came == before) continue;
    CHECK_EQ(worked, i);
    CHECK_EQ(pith_work_flush(&workq, pith_deadline(100)), 0);
    CHECK_EQ(worked, i + 1);
  }
  CHECK_KERNEL();
}

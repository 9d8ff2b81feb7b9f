/* Waiting for any of several objects: exactly one is consumed, and nothing of the thread is left in the
 * others. Here mostly semaphores; test_any_kinds.c has the other kinds. */
#include "check.h"
#include "irq.h"
#include "kernel.h"
#include "pith/any.h"
#include "pith/event.h"
#include "pith/queue.h"

enum { OWN = 8, URGENT = 4, LATE = 12, MIDDLE = 0x60, MANY_ITEMS = 40 };

static struct pith_sem a = PITH_SEM_INIT(0), b = PITH_SEM_INIT(0), c = PITH_SEM_INIT(0);
static struct pith_event event = PITH_EVENT_INIT(0);
PITH_QUEUE(queue, 4, 2);
static int result = -1000;
static uint32_t message;

static void any_of_sems(void *letter) {
  struct pith_wait_item items[] = {PITH_WAIT_ON_SEM(&a), PITH_WAIT_ON_SEM(&b), PITH_WAIT_ON_SEM(&c)};

  result = pith_wait_any(items, 3, PITH_FOREVER);
  for (int i = 0; i < 3; i++)
    if (items[i].result) trace((char)('0' + i));
  trace(result < 0 ? '!' : (char)((intptr_t)letter + result));
}

static struct pith_wait_item forever[MANY_ITEMS];

TEST(any_poll, "of objects that can be had at once the first is taken, and only it") {
  struct pith_wait_item items[] = {PITH_WAIT_ON_SEM(&a), PITH_WAIT_ON_SEM(&b), PITH_WAIT_ON_SEM(&c)};

  CHECK_EQ(pith_wait_any(items, 3, PITH_POLL), -ETIMEDOUT);
  pith_sem_give(&b);
  pith_sem_give(&c);
  CHECK_EQ(pith_wait_any(items, 3, PITH_POLL), 1);
  CHECK_EQ(pith_sem_count(&b), 0);
  CHECK_EQ(pith_sem_count(&c), 1);
  CHECK_EQ(pith_wait_any(items, 3, PITH_FOREVER), 2);
  CHECK_EQ(pith_sem_count(&c), 0);
  CHECK_EQ(pith_wait_any(items, 3, PITH_POLL), -ETIMEDOUT);
}

TEST(any_arguments, "what cannot be waited for is refused") {
  struct pith_wait_item none = PITH_WAIT_ON_SEM(NULL), self = PITH_WAIT_ON_THREAD(pith_self()),
                        no_bits = PITH_WAIT_ON_EVENT(&event, 0, PITH_EVENT_ANY),
                        no_buffer = PITH_WAIT_ON_QUEUE(&queue, NULL);

  CHECK_EQ(pith_wait_any(&none, 1, PITH_POLL), -EINVAL);
  CHECK_EQ(pith_wait_any(&self, 1, PITH_POLL), -EINVAL);
  CHECK_EQ(pith_wait_any(&no_bits, 1, PITH_POLL), -EINVAL);
  CHECK_EQ(pith_wait_any(&no_buffer, 1, PITH_POLL), -EINVAL);
  CHECK_EQ(pith_wait_any(NULL, 1, PITH_POLL), -EINVAL);
  CHECK_EQ(pith_wait_any(&none, 0, PITH_POLL), -EINVAL);
}

TEST(any_sem, "the thread is woken by the first give and has left the other queues") {
  test_thread(0, URGENT, 0, any_of_sems, (void *)'a');
  CHECK_KERNEL();
  pith_sem_give(&c);
  CHECK_TRACE("c");
  CHECK_EQ(pith_sem_count(&c), 0);
  pith_sem_give(&a);
  pith_sem_give(&b);
  pith_sem_give(&c);
  CHECK_EQ(pith_sem_count(&a), 1);
  CHECK_EQ(pith_sem_count(&b), 1);
  CHECK_EQ(pith_sem_count(&c), 1);
  CHECK_KERNEL();
}

static void take_b(void *letter) { trace(pith_sem_take(&b) ? '!' : (char)(intptr_t)letter); }

TEST(any_order,
     "among plain waiters a thread that waits for many stands at its priority, first come first served") {
  test_thread(0, 6, 0, take_b, (void *)'3');
  test_thread(1, 5, 0, any_of_sems, (void *)'o'); /* 'p' for b */
  test_thread(2, 4, 0, take_b, (void *)'1');
  test_thread(3, 5, 0, take_b, (void *)'2');
  for (int i = 0; i < 4; i++) {
    pith_sem_give(&b);
    CHECK_KERNEL();
  }
  CHECK_TRACE("1p23");
  CHECK_EQ(pith_sem_count(&b), 0);
}

TEST(any_behind_one,
     "a lone waiter parked by the straight path and a thread that waits for many share a semaphore") {
  test_thread(0, URGENT, 0, take_b, (void *)'1');
  test_thread(1, URGENT, 0, any_of_sems, (void *)'o');
  CHECK_KERNEL();
  pith_sem_give(&b);
  CHECK_TRACE("1");
  test_thread(2, URGENT, 0, take_b, (void *)'2');
  pith_sem_give(&b);
  pith_sem_give(&b);
  CHECK_TRACE("p2");
  pith_sem_give(&b);
  CHECK_EQ(pith_sem_count(&b), 1);
}

static void give_a_c(void) {
  pith_sem_give(&c);
  pith_sem_give(&a);
}

TEST(any_isr, "of what an ISR gives at once, one unit is consumed and the rest is there") {
  test_thread(0, URGENT, 0, any_of_sems, (void *)'a');
  irq_on(0, MIDDLE, give_a_c);
  irq_raise(0);
  CHECK_TRACE("c");
  CHECK_EQ(pith_sem_count(&a), 1);
  CHECK_EQ(pith_sem_count(&b), 0);
  CHECK_EQ(pith_sem_count(&c), 0);
  CHECK_KERNEL();
}

TEST(any_deadline, "a wait for many ends at its deadline and leaves no trace") {
  struct pith_wait_item items[] = {PITH_WAIT_ON_SEM(&a), PITH_WAIT_ON_QUEUE(&queue, &message),
                                   PITH_WAIT_ON_EVENT(&event, 1, PITH_EVENT_ANY)};
  pith_time before = pith_now();
  uint32_t sent = 7;

  CHECK_EQ(pith_wait_any(items, 3, pith_deadline(5)), -ETIMEDOUT);
  CHECK(pith_now() >= before + 5);
  pith_sem_give(&a);
  CHECK_EQ(pith_sem_count(&a), 1);
  CHECK_EQ(pith_queue_send_for(&queue, &sent, PITH_POLL), 0);
  CHECK_EQ(pith_queue_count(&queue), 1);
  pith_event_set(&event, 1);
  CHECK_EQ(pith_event_get(&event), 1);
  CHECK_KERNEL();
}

TEST(any_cancel, "a wait for many can be cancelled, and its thread deleted") {
  struct pith_thread *t = test_thread(0, URGENT, 0, any_of_sems, (void *)'a');

  CHECK_EQ(pith_thread_state(t), PITH_THREAD_WAITING);
  CHECK_EQ(pith_thread_cancel(t), 0);
  CHECK_TRACE("!");
  CHECK_EQ(result, -ECANCELED);
  t = test_thread(1, URGENT, 0, any_of_sems, (void *)'a');
  CHECK_EQ(pith_thread_delete(t), 0);
  pith_sem_give(&a);
  pith_sem_give(&b);
  CHECK_EQ(pith_sem_count(&a), 1);
  CHECK_EQ(pith_sem_count(&b), 1);
  CHECK_TRACE("");
  CHECK_KERNEL();
}

TEST(any_deleted, "an object that is deleted ends the wait and is named in its item") {
  test_thread(0, URGENT, 0, any_of_sems, (void *)'a');
  CHECK_EQ(pith_sem_delete(&b), 0);
  CHECK_TRACE("1!");
  CHECK_EQ(result, -EIDRM);
  pith_sem_give(&a);
  CHECK_EQ(pith_sem_count(&a), 1);
  CHECK_KERNEL();
}

static struct pith_mutex mutex = PITH_MUTEX_INIT;

static void lock(void *unused) {
  (void)unused;
  pith_mutex_lock(&mutex);
  trace('l');
  pith_mutex_unlock(&mutex);
}

static void hold_and_wait(void *unused) {
  struct pith_wait_item items[] = {PITH_WAIT_ON_SEM(&a), PITH_WAIT_ON_SEM(&b)};

  (void)unused;
  pith_mutex_lock(&mutex);
  CHECK_EQ(pith_wait_any(items, 2, PITH_FOREVER), 1);
  trace('h');
  pith_mutex_unlock(&mutex);
}

TEST(any_inherit, "the places of a waiting thread follow its priority, inherited or set") {
  struct pith_thread *t = test_thread(0, 7, 0, hold_and_wait, NULL);

  test_thread(1, 6, 0, take_b, (void *)'2');
  CHECK_EQ(pith_thread_priority(t), 7);
  test_thread(2, 3, 0, lock, NULL);
  CHECK_EQ(pith_thread_priority(t), 3);
  CHECK_KERNEL();
  pith_sem_give(&b);
  CHECK_TRACE("hl");
  pith_sem_give(&b);
  CHECK_TRACE("2");
  t = test_thread(3, 5, 0, any_of_sems, (void *)'o');
  test_thread(4, 6, 0, take_b, (void *)'2');
  CHECK_EQ(pith_thread_set_priority(t, 7), 0);
  pith_sem_give(&b);
  CHECK_TRACE("2");
  pith_sem_give(&b);
  CHECK_TRACE("p");
  CHECK_KERNEL();
}

TEST(any_suspended, "a suspended thread that waits for many holds what it gets until it is resumed") {
  struct pith_thread *t = test_thread(0, URGENT, 0, any_of_sems, (void *)'a');

  CHECK_EQ(pith_thread_suspend(t), 0);
  pith_sem_give(&b);
  CHECK_TRACE("");
  CHECK_EQ(pith_sem_count(&b), 0);
  pith_sem_give(&a);
  CHECK_EQ(pith_sem_count(&a), 1);
  CHECK_EQ(pith_thread_resume(t), 0);
  CHECK_TRACE("b");
  CHECK_KERNEL();
}

static void any_of_forty(void *unused) {
  (void)unused;
  for (int i = 0; i < MANY_ITEMS; i++)
    forever[i] = (struct pith_wait_item)PITH_WAIT_ON_SEM(i == MANY_ITEMS - 1 ? &c : i % 2 ? &a : &b);
  result = pith_wait_any(forever, MANY_ITEMS, PITH_FOREVER);
  trace('f');
}

TEST(any_twice, "one object may be in several items: one unit is consumed") {
  test_thread(0, URGENT, 0, any_of_forty, NULL);
  CHECK_KERNEL();
  pith_sem_give(&a);
  CHECK_TRACE("f");
  CHECK_EQ(result, 1);
  CHECK_EQ(pith_sem_count(&a), 0);
  test_thread(1, URGENT, 0, any_of_forty, NULL);
  pith_sem_give(&c);
  CHECK_TRACE("f");
  CHECK_EQ(result, MANY_ITEMS - 1);
  CHECK_KERNEL();
}

static volatile uint32_t gives;

static void storm(void) {
  pith_sem_give(gives++ % 2 ? &a : &b);
  timer_once(0, 120 + gives * 13 % 300);
}

static void nothing(void) {}

TEST(any_storm, "no unit is lost or doubled while interrupts give at any instruction of the wait") {
  struct pith_wait_item items[] = {PITH_WAIT_ON_SEM(&a), PITH_WAIT_ON_SEM(&b), PITH_WAIT_ON_SEM(&c)};
  uint32_t got[2] = {0, 0};
  int i;

  timer_on(0, MIDDLE, storm);
  timer_once(0, 100);
  while (gives < 3000) {
    i = pith_wait_any(items, 3, gives % 8 ? PITH_FOREVER : PITH_POLL);
    CHECK(i == 0 || i == 1 || i == -ETIMEDOUT);
    if (i >= 0) got[i]++;
  }
  timer_on(0, MIDDLE, nothing);
  while (pith_wait_any(items, 2, PITH_POLL) >= 0) got[0]++;
  CHECK_EQ(got[0] + got[1], gives);
  CHECK_KERNEL();
}

static void isr_any(void) {
  struct pith_wait_item item = PITH_WAIT_ON_SEM(&a);

  pith_wait_any(&item, 1, PITH_FOREVER);
}

TEST_PANIC(any_in_isr, "waiting for many in an ISR panics by name") {
  irq_on(0, MIDDLE, isr_any);
  irq_raise(0);
}

/* Waiting for any of several objects: exactly one is consumed, and nothing of the thread is left in the
 * others. */
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
PITH_QUEUE(long_queue, 12, 2);
static struct pith_timer_sem timer;
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

static void any_of_other(void *letter) {
  struct pith_wait_item items[] = {PITH_WAIT_ON_SEM(&a), PITH_WAIT_ON_QUEUE(&queue, &message),
                                   PITH_WAIT_ON_EVENT(&event, 6, PITH_EVENT_ALL | PITH_EVENT_CLEAR)};

  result = pith_wait_any(items, 3, PITH_FOREVER);
  for (int i = 0; i < 3; i++)
    if (items[i].result) trace((char)('0' + i));
  trace(result < 0 ? '!' : (char)((intptr_t)letter + result));
  if (result == 2) CHECK_EQ(items[2].got, 6);
}

TEST(any_deleted_others, "so it is for a queue and for event flags") {
  test_thread(0, URGENT, 0, any_of_other, (void *)'a');
  CHECK_EQ(pith_queue_delete(&queue), 0);
  CHECK_TRACE("1!");
  test_thread(1, URGENT, 0, any_of_other, (void *)'a');
  CHECK_EQ(pith_event_delete(&event), 0);
  CHECK_TRACE("2!");
  CHECK_EQ(result, -EIDRM);
  CHECK_KERNEL();
}

TEST(any_queue, "a message is received into the item's buffer, sent before or during the wait") {
  uint32_t sent = 17;

  CHECK_EQ(pith_queue_send(&queue, &sent), 0);
  test_thread(0, URGENT, 0, any_of_other, (void *)'a');
  CHECK_TRACE("b");
  CHECK_EQ(message, 17);
  test_thread(1, URGENT, 0, any_of_other, (void *)'a');
  CHECK_TRACE("");
  sent = 18;
  CHECK_EQ(pith_queue_send(&queue, &sent), 0);
  CHECK_TRACE("b");
  CHECK_EQ(message, 18);
  CHECK_EQ(pith_queue_count(&queue), 0);
  CHECK_EQ(pith_queue_send(&queue, &sent), 0);
  CHECK_EQ(pith_queue_count(&queue), 1);
  CHECK_KERNEL();
}

static void send_2(void) {
  for (uint32_t i = 1; i <= 2; i++) pith_queue_try_send(&queue, &(uint32_t){i});
}

TEST(any_queue_isr, "of two messages an ISR sends, the first is received and the second stays") {
  test_thread(0, URGENT, 0, any_of_other, (void *)'a');
  irq_on(0, MIDDLE, send_2);
  irq_raise(0);
  CHECK_TRACE("b");
  CHECK_EQ(message, 1);
  CHECK_EQ(pith_queue_count(&queue), 1);
  CHECK_EQ(pith_queue_receive(&queue, &message), 0);
  CHECK_EQ(message, 2);
  CHECK_KERNEL();
}

static void receive(void *letter) {
  uint32_t got;

  if (pith_queue_receive(&queue, &got)) trace('!');
  else trace((char)((intptr_t)letter + got));
}

TEST(any_queue_order,
     "receivers of one message and of any object get messages in the order of their priority") {
  uint32_t sent;

  test_thread(0, 6, 0, receive, (void *)'x');
  test_thread(1, 4, 0, receive, (void *)'a');
  test_thread(2, 5, 0, any_of_other, (void *)'a');
  for (sent = 0; sent < 3; sent++) CHECK_EQ(pith_queue_send(&queue, &sent), 0);
  CHECK_TRACE("abz");
  CHECK_EQ(message, 1);
  CHECK_KERNEL();
}

TEST(any_queue_full, "receiving from a full queue lets a waiting sender go on") {
  struct pith_wait_item item = PITH_WAIT_ON_QUEUE(&long_queue, NULL);
  uint32_t out[3], in[3] = {1, 2, 3};

  item.buffer = out;
  CHECK_EQ(pith_queue_send(&long_queue, in), 0);
  in[0] = 2;
  CHECK_EQ(pith_queue_send(&long_queue, in), 0);
  CHECK_EQ(pith_queue_send_for(&long_queue, in, PITH_POLL), -ETIMEDOUT);
  CHECK_EQ(pith_wait_any(&item, 1, PITH_POLL), 0);
  CHECK_EQ(out[0], 1);
  CHECK_EQ(out[2], 3);
  CHECK_EQ(pith_queue_send_for(&long_queue, in, PITH_POLL), 0);
  CHECK_EQ(pith_wait_any(&item, 1, PITH_POLL), 0);
  CHECK_EQ(out[0], 2);
}

TEST(any_event, "event bits satisfy an item when they match, and are cleared if it asks") {
  pith_event_set(&event, 1);
  test_thread(0, URGENT, 0, any_of_other, (void *)'a');
  pith_event_set(&event, 2);
  CHECK_TRACE("");
  pith_event_set(&event, 4);
  CHECK_TRACE("c");
  CHECK_EQ(pith_event_get(&event), 1);
  pith_event_set(&event, 6);
  test_thread(1, URGENT, 0, any_of_other, (void *)'a');
  CHECK_TRACE("c");
  CHECK_EQ(pith_event_get(&event), 1);
  CHECK_KERNEL();
}

static void isr_event(void) { pith_event_set(&event, 6); }

TEST(any_event_isr, "an ISR's event bits wake who waits for many; a plain waiter before it is served first") {
  uint32_t got;

  test_thread(0, URGENT, 0, any_of_other, (void *)'a');
  irq_on(0, MIDDLE, isr_event);
  irq_raise(0);
  CHECK_TRACE("c");
  CHECK_EQ(pith_event_wait_for(&event, 6, PITH_EVENT_ANY, &got, PITH_POLL), -ETIMEDOUT);
  CHECK_KERNEL();
}

static struct pith_thread *ender;

static void wait_for_end(void *letter) {
  struct pith_wait_item items[] = {PITH_WAIT_ON_SEM(&a), PITH_WAIT_ON_THREAD(ender)};

  result = pith_wait_any(items, 2, PITH_FOREVER);
  trace(result < 0 ? '!' : (char)((intptr_t)letter + result));
}

static void end_after_c(void *unused) {
  (void)unused;
  pith_sem_take(&c);
  pith_thread_exit(42);
}

TEST(any_thread, "the end of a thread wakes all who wait for it, and it is still to be joined") {
  int value = 0;
  struct pith_wait_item item;

  ender = test_thread(0, 3, 0, end_after_c, NULL);
  test_thread(1, URGENT, 0, wait_for_end, (void *)'a');
  test_thread(2, URGENT + 1, 0, wait_for_end, (void *)'n');
  CHECK_KERNEL();
  pith_sem_give(&c);
  CHECK_TRACE("bo");
  item = (struct pith_wait_item)PITH_WAIT_ON_THREAD(ender);
  CHECK_EQ(pith_wait_any(&item, 1, PITH_POLL), 0);
  CHECK_EQ(pith_thread_join(ender, &value, PITH_POLL), 0);
  CHECK_EQ(value, 42);
  CHECK_EQ(pith_wait_any(&item, 1, PITH_POLL), -EINVAL);
  CHECK_KERNEL();
}

static void join(void *unused) {
  int value = 0;

  (void)unused;
  trace(pith_thread_join(ender, &value, PITH_FOREVER) ? '!' : 'j');
  CHECK_EQ(value, 42);
}

TEST(any_thread_joiner, "a thread can be joined and watched at once, in either order") {
  ender = test_thread(0, 3, 0, end_after_c, NULL);
  test_thread(1, URGENT, 0, wait_for_end, (void *)'a');
  test_thread(2, URGENT + 2, 0, join, NULL);
  test_thread(3, URGENT + 1, 0, wait_for_end, (void *)'n');
  CHECK_EQ(pith_thread_join(ender, NULL, PITH_POLL), -EBUSY);
  pith_sem_give(&c);
  CHECK_TRACE("boj");
  CHECK_EQ(pith_thread_state(ender), PITH_THREAD_NONE);
  CHECK_KERNEL();
}

TEST(any_timer, "a timer that can be waited for counts its expiries, before and during the wait") {
  struct pith_wait_item items[] = {PITH_WAIT_ON_SEM(&a), PITH_WAIT_ON_TIMER(&timer)};
  pith_time start = pith_now();

  CHECK_EQ(pith_timer_init(&timer.timer, pith_timer_give, PITH_TIMER_PERIODIC), 0);
  CHECK_EQ(pith_timer_start(&timer.timer, 5), 0);
  CHECK_EQ(pith_wait_any(items, 2, PITH_FOREVER), 1);
  CHECK(pith_now() >= start + 5);
  pith_sleep(11);
  CHECK_EQ(pith_timer_stop(&timer.timer), 0);
  CHECK(pith_sem_count(&timer.sem) >= 2);
  for (uint32_t n = pith_sem_count(&timer.sem); n; n--) CHECK_EQ(pith_wait_any(items, 2, PITH_POLL), 1);
  CHECK_EQ(pith_wait_any(items, 2, pith_deadline(2)), -ETIMEDOUT);
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

/* Waiting for any of several objects, by kind: message queues, event flags, threads, timers. */
#include "check.h"
#include "cortexm/scb.h"
#include "irq.h"
#include "pith/any.h"
#include "pith/event.h"
#include "pith/queue.h"

enum { OWN = 8, URGENT = 4, LATE = 12, MIDDLE = 0x60 };

static struct pith_sem a = PITH_SEM_INIT(0), c = PITH_SEM_INIT(0);
static struct pith_event event = PITH_EVENT_INIT(0);
PITH_QUEUE(queue, 4, 2);
PITH_QUEUE(long_queue, 12, 2);
static struct pith_timer_sem timer;
static int result = -1000;
static uint32_t message;

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

/* ---- in turn: nobody who comes later takes a bit from who waits ---- */

enum { WAITERS = 2, CLOCK = 40 }; /* instructions in a clock of the test's timers, under -icount */
static volatile uint32_t appeared, got_bits, in_kernel, came;
static uint32_t between;

static void wait_for_bit(void *unused) {
  uint32_t got;

  (void)unused;
  while (pith_event_wait(&event, 1, PITH_EVENT_CLEAR, &got) == 0) got_bits++;
}

static void set_bit(void) {
  appeared += !(pith_event_get(&event) & 1);
  in_kernel += !(SCB_ICSR & SCB_ICSR_RETTOBASE);
  pith_event_set(&event, 1);
  came++;
}

static void set_bit_and_again(void) {
  set_bit();
  timer_once(1, between);
}

/* About n instructions. */
static inline void idle_for(uint32_t n) {
  __asm__ volatile(".syntax unified\n\tlsrs %0, %0, #1\n\tbcc 1f\n\tnop\n1:\tadds %0, #1\n2:\tsubs %0, #1\n\tbne 2b"
                   : "+l"(n)::"cc");
}

TEST(any_event_turns,
     "a bit that interrupts set at any two instructions of a call goes to those who waited before") {
  struct pith_wait_item items[] = {PITH_WAIT_ON_SEM(&a), PITH_WAIT_ON_EVENT(&event, 1, PITH_EVENT_CLEAR)};
  uint32_t got, round = 0;

  timer_on(0, MIDDLE, set_bit_and_again);
  timer_on(1, MIDDLE, set_bit);
  for (int i = 0; i < WAITERS; i++) test_thread(i, URGENT + (unsigned)i, 0, wait_for_bit, NULL);
  for (uint32_t clocks = 1; clocks < 14; clocks++) {
    for (uint32_t n = 0; n < CLOCK; n++, round++) {
      uint32_t before = came;

      between = 1 + round % 7;
      timer_once(0, clocks);
      idle_for(n);
      if (round % 2) CHECK_EQ(pith_wait_any(items, 2, PITH_POLL), -ETIMEDOUT);
      else CHECK_EQ(pith_event_wait_for(&event, 1, PITH_EVENT_CLEAR, &got, PITH_POLL), -ETIMEDOUT);
      while (came < before + 2) continue;
      CHECK_EQ(got_bits, appeared);
    }
  }
  CHECK(in_kernel > 100);
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

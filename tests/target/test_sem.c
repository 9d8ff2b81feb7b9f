/* Semaphores, from threads. */
#include "check.h"
#include "irq.h"
#include "kernel.h"

enum { OWN = 8, LATE = 12 };

static struct pith_sem sem = PITH_SEM_INIT(0);
static int result;

static void take(void *letter) {
  int error = pith_sem_take(&sem);

  trace(error ? '!' : (char)(intptr_t)letter);
  if (error) result = error;
}

static void take_long(void *letter) {
  int error = pith_sem_take_for(&sem, 100000);

  trace(error ? '!' : (char)(intptr_t)letter);
  if (error) result = error;
}

static void take_short(void *letter) {
  int error = pith_sem_take_for(&sem, 2);

  trace(error ? '!' : (char)(intptr_t)letter);
  if (error) result = error;
}

TEST(sem_counts, "units given are there to take, one each") {
  static struct pith_sem s = PITH_SEM_INIT(2);

  CHECK_EQ(pith_sem_count(&s), 2);
  CHECK_EQ(pith_sem_take(&s), 0);
  CHECK_EQ(pith_sem_take_until(&s, PITH_POLL), 0);
  CHECK_EQ(pith_sem_take_until(&s, PITH_POLL), -ETIMEDOUT);
  CHECK_EQ(pith_sem_count(&s), 0);
  for (int i = 1; i <= 5; i++) {
    CHECK_EQ(pith_sem_give(&s), 0);
    CHECK_EQ(pith_sem_count(&s), i);
  }
  CHECK_EQ(pith_sem_init(&s, 7), 0);
  CHECK_EQ(pith_sem_count(&s), 7);
  CHECK_EQ(pith_sem_init(&s, PITH_SEM_MAX + 1u), -EINVAL);
  CHECK_EQ(pith_sem_count(&s), 7);
}

TEST(sem_overflow, "at PITH_SEM_MAX units a give is -EOVERFLOW and changes nothing") {
  struct pith_sem s;

  CHECK_EQ(pith_sem_init(&s, PITH_SEM_MAX - 1), 0);
  CHECK_EQ(pith_sem_give(&s), 0);
  CHECK_EQ(pith_sem_count(&s), PITH_SEM_MAX);
  CHECK_EQ(pith_sem_give(&s), -EOVERFLOW);
  CHECK_EQ(pith_sem_count(&s), PITH_SEM_MAX);
  CHECK_EQ(pith_sem_take(&s), 0);
  CHECK_EQ(pith_sem_give(&s), 0);
  CHECK_EQ(pith_sem_give(&s), -EOVERFLOW);
  CHECK_EQ(pith_sem_count(&s), PITH_SEM_MAX);
}

TEST(sem_order, "units go to the most urgent waiter, first come first served among equals") {
  test_thread(0, 6, 0, take, (void *)'c');
  test_thread(1, 4, 0, take, (void *)'a');
  test_thread(2, 6, 0, take, (void *)'d');
  test_thread(3, 7, 0, take, (void *)'e');
  test_thread(4, 4, 0, take, (void *)'b');
  CHECK_KERNEL();
  for (int i = 0; i < 5; i++) CHECK_EQ(pith_sem_give(&sem), 0);
  CHECK_TRACE("abcde");
  CHECK_EQ(pith_sem_count(&sem), 0);
  CHECK_KERNEL();
}

TEST(sem_order_less_urgent, "waiters less urgent than the giver get their units and run in order later") {
  for (int i = 0; i < 3; i++) test_thread(i, LATE, 0, take, (void *)(intptr_t)('a' + i));
  let_others_run();
  for (int i = 0; i < 4; i++) CHECK_EQ(pith_sem_give(&sem), 0);
  CHECK_EQ(pith_sem_count(&sem), 1);
  CHECK_TRACE("");
  CHECK_KERNEL();
  let_others_run();
  CHECK_TRACE("abc");
}

TEST(sem_order_mixed, "waiters with and without deadline are one queue") {
  static void (*const first[])(void *) = {take, take_long};

  for (int i = 0; i < 2; i++) { /* the first alone is parked by the assembly path or not */
    test_thread(4 * i + 0, 5, 0, first[i], (void *)'b');
    test_thread(4 * i + 1, 6, 0, first[!i], (void *)'d');
    test_thread(4 * i + 2, 4, 0, take_long, (void *)'a');
    test_thread(4 * i + 3, 5, 0, take, (void *)'c');
    CHECK_KERNEL();
    for (int n = 0; n < 4; n++) {
      CHECK_EQ(pith_sem_give(&sem), 0);
      CHECK_KERNEL();
    }
    CHECK_TRACE("abcd");
    CHECK_EQ(pith_sem_count(&sem), 0);
  }
}

TEST(sem_give_is_not_stolen, "a unit given to a waiter is its own, though the giver takes next") {
  test_thread(0, LATE, 0, take, (void *)'t');
  let_others_run();
  CHECK_EQ(pith_sem_give(&sem), 0);
  CHECK_EQ(pith_sem_take_for(&sem, PITH_POLL), -ETIMEDOUT);
  let_others_run();
  CHECK_TRACE("t");
}

TEST(sem_timeout, "a take gives up at its deadline, not before, and the queue is as if it had never been") {
  pith_time start = pith_now();

  CHECK_EQ(pith_sem_take_for(&sem, 3), -ETIMEDOUT);
  CHECK(pith_now() >= start + 3);
  CHECK_EQ(pith_sem_take_until(&sem, start), -ETIMEDOUT);
  CHECK_EQ(pith_sem_take_until(&sem, -5), -ETIMEDOUT);
  CHECK_EQ(pith_sem_take_for(&sem, -5), -ETIMEDOUT);
  CHECK_EQ(pith_sem_take_until(&sem, pith_now() + 2), -ETIMEDOUT);
  CHECK_KERNEL();
  CHECK_EQ(pith_sem_give(&sem), 0);
  CHECK_EQ(pith_sem_count(&sem), 1);
  CHECK_EQ(pith_sem_take_until(&sem, -5), 0);
}

TEST(sem_poll, "a deadline at or before now does not wait: nobody else runs meanwhile") {
  test_thread(0, LATE, 0, take, (void *)'x');
  let_others_run();
  CHECK_EQ(pith_sem_give(&sem), 0); /* it is ready, and runs as soon as this thread waits */
  for (int i = 0; i < 5; i++) {
    CHECK_EQ(pith_sem_take_until(&sem, pith_now()), -ETIMEDOUT);
    CHECK_EQ(pith_sem_take_for(&sem, PITH_POLL), -ETIMEDOUT);
    CHECK_TRACE("");
  }
  let_others_run();
  CHECK_TRACE("x");
}

TEST(sem_forever, "PITH_FOREVER waits until a unit comes") {
  CHECK_EQ(pith_sem_give(&sem), 0);
  CHECK_EQ(pith_sem_take_for(&sem, PITH_FOREVER), 0);
  CHECK_EQ(pith_deadline(PITH_FOREVER), PITH_FOREVER);
  test_thread(0, 4, 0, take, (void *)'t');
  pith_sleep(2);
  CHECK_TRACE("");
  CHECK_EQ(pith_sem_give(&sem), 0);
  CHECK_TRACE("t");
}

TEST(sem_timeouts_in_queue, "waiters that give up leave the others in order") {
  test_thread(0, 4, 0, take_short, (void *)'x');
  test_thread(1, 5, 0, take, (void *)'a');
  test_thread(2, 5, 0, take_short, (void *)'x');
  test_thread(3, 6, 0, take_long, (void *)'b');
  test_thread(4, 7, 0, take_short, (void *)'x');
  pith_sleep(5);
  CHECK_TRACE("!!!");
  CHECK_EQ(result, -ETIMEDOUT);
  CHECK_KERNEL();
  CHECK_EQ(pith_sem_give(&sem), 0);
  CHECK_EQ(pith_sem_give(&sem), 0);
  CHECK_TRACE("ab");
  CHECK_EQ(pith_sem_give(&sem), 0);
  CHECK_EQ(pith_sem_count(&sem), 1);
}

TEST(sem_timeout_of_all, "when the last of several waiters has given up, units are kept") {
  test_thread(0, 4, 0, take_short, (void *)'x');
  test_thread(1, 5, 0, take_short, (void *)'x');
  pith_sleep(5);
  CHECK_TRACE("!!");
  CHECK_EQ(pith_sem_give(&sem), 0);
  CHECK_EQ(pith_sem_give(&sem), 0);
  CHECK_EQ(pith_sem_count(&sem), 2);
  CHECK_KERNEL();
}

TEST(sem_second_after_lone,
     "a second waiter behind a lone one: both get a unit, also when the lone one leaves") {
  struct pith_thread *a = test_thread(0, 4, 0, take, (void *)'a');

  test_thread(1, 5, 0, take, (void *)'b');
  CHECK_KERNEL();
  CHECK_EQ(pith_thread_cancel(a), 0);
  CHECK_TRACE("!");
  CHECK_KERNEL();
  CHECK_EQ(pith_sem_give(&sem), 0);
  CHECK_TRACE("b");
  a = test_thread(2, 4, 0, take, (void *)'c');
  test_thread(3, 5, 0, take_short, (void *)'d');
  pith_sleep(5);
  CHECK_TRACE("!");
  CHECK_EQ(pith_sem_give(&sem), 0);
  CHECK_EQ(pith_sem_give(&sem), 0);
  CHECK_TRACE("c");
  CHECK_EQ(pith_sem_count(&sem), 1);
  CHECK_KERNEL();
}

TEST(sem_lone_again,
     "a semaphore goes through lone waiter, queue and none many times without losing a unit") {
  for (int i = 0; i < 50; i++) {
    struct pith_thread *t = test_thread(0, 4, 0, i % 3 ? take : take_long, (void *)'a'), *u = NULL;

    if (i % 2) u = test_thread(1, 5, 0, i % 4 == 1 ? take : take_long, (void *)'b');
    if (i % 5 == 0) CHECK_EQ(pith_thread_cancel(t), 0);
    else CHECK_EQ(pith_sem_give(&sem), 0);
    if (u) CHECK_EQ(pith_sem_give(&sem), 0);
    CHECK_KERNEL();
    CHECK_EQ(pith_thread_join(t, NULL, PITH_POLL), 0);
    if (u) CHECK_EQ(pith_thread_join(u, NULL, PITH_POLL), 0);
    CHECK_EQ(pith_sem_count(&sem), 0);
    CHECK_TRACE(i % 5 == 0 ? (u ? "!b" : "!") : (u ? "ab" : "a"));
  }
}

TEST(sem_delete, "pith_sem_delete() ends every wait with -EIDRM and leaves no units") {
  test_thread(0, 4, 0, take, (void *)'x');
  CHECK_EQ(pith_sem_delete(&sem), 0);
  CHECK_EQ(result, -EIDRM);
  CHECK_TRACE("!");
  result = 0;
  test_thread(1, 4, 0, take, (void *)'x');
  test_thread(2, 5, 0, take_long, (void *)'x');
  test_thread(3, LATE, 0, take_long, (void *)'x');
  let_others_run();
  CHECK_EQ(pith_sem_delete(&sem), 0);
  let_others_run();
  CHECK_EQ(result, -EIDRM);
  CHECK_TRACE("!!!");
  CHECK_KERNEL();
  CHECK_EQ(pith_sem_give(&sem), 0);
  CHECK_EQ(pith_sem_give(&sem), 0);
  CHECK_EQ(pith_sem_delete(&sem), 0);
  CHECK_EQ(pith_sem_count(&sem), 0);
}

static void ping(void *other) {
  for (int i = 0; i < 500; i++) {
    CHECK_EQ(pith_sem_take(&sem), 0);
    CHECK_EQ(pith_sem_give(other), 0);
  }
}

#if PITH_SEM_LIMITS
static struct pith_sem few = PITH_SEM_INIT_LIMITED(0, 3);
static int refused;

static void take_few(void *back) {
  CHECK_EQ(pith_sem_take(&few), 0);
  CHECK_EQ(pith_sem_give(back), 0);
}

static void give_few(void) {
  for (int i = 0; i < 5; i++) refused += pith_sem_give(&few) == -EOVERFLOW;
}

TEST(
    sem_limit,
    "a semaphore never holds more than its limit, from threads and from interrupts; a limit of 1 is binary") {
  struct pith_sem binary;

  CHECK_EQ(pith_sem_init_limited(&binary, 2, 1), -EINVAL);
  CHECK_EQ(pith_sem_init_limited(&binary, 0, PITH_SEM_LIMIT_MAX + 1), -EINVAL);
  CHECK_EQ(pith_sem_init_limited(&binary, 1, 1), 0);
  CHECK_EQ(pith_sem_give(&binary), -EOVERFLOW);
  CHECK_EQ(pith_sem_take(&binary), 0);
  CHECK_EQ(pith_sem_take_for(&binary, PITH_POLL), -ETIMEDOUT);
  CHECK_EQ(pith_sem_take_for(&binary, 2), -ETIMEDOUT);
  CHECK_EQ(pith_sem_give(&binary), 0);
  CHECK_EQ(pith_sem_count(&binary), 1);
  refused = 0;
  irq_on(0, 0x60, give_few);
  irq_raise(0);
  CHECK_EQ(refused, 2);
  CHECK_EQ(pith_sem_count(&few), 3);
  CHECK_EQ(pith_sem_give(&few), -EOVERFLOW);
  CHECK_EQ(pith_sem_delete(&few), 0);
  CHECK_EQ(pith_sem_count(&few), 0);
}

TEST(sem_limit_waiters, "units of a limited semaphore go to its waiters first, and only the rest counts") {
  static struct pith_sem back = PITH_SEM_INIT(0);

  few = (struct pith_sem)PITH_SEM_INIT_LIMITED(0, 3);
  test_thread(0, 4, 0, take_few, &back);
  test_thread(1, LATE, 0, take_few, &back);
  pith_sleep(1);
  refused = 0;
  irq_on(0, 0x60, give_few);
  irq_raise(0);
  pith_sleep(1);
  CHECK_EQ(pith_sem_count(&back), 2);
  CHECK_EQ(pith_sem_count(&few), 3);
  CHECK_KERNEL();
}
#endif

TEST(sem_ping_pong, "1,000 hand-overs between threads of different priority lose nothing") {
  static struct pith_sem back = PITH_SEM_INIT(0);

  test_thread(0, 4, 0, ping, &back);
  test_thread(1, LATE, 0, ping, &back);
  for (int i = 0; i < 1000; i++) {
    CHECK_EQ(pith_sem_give(&sem), 0);
    CHECK_EQ(pith_sem_take_for(&back, 1000), 0);
  }
  CHECK_EQ(pith_sem_count(&sem), 0);
  CHECK_EQ(pith_sem_count(&back), 0);
  CHECK_KERNEL();
}

/* The life of a thread: start, end, join, delete. */
#include "check.h"
#include "kernel.h"

enum { URGENT = 4, LATE = 12 };

static struct pith_sem gate = PITH_SEM_INIT(0);
static struct pith_mutex lock;
static int joined_value;

static void nothing(void *unused) { (void)unused; }
static void exit_with(void *value) { pith_thread_exit((int)(intptr_t)value); }
static void record(void *letter) { trace((char)(intptr_t)letter); }

static void wait_at_gate(void *letter) {
  if (pith_sem_take(&gate) == 0) trace((char)(intptr_t)letter);
}

static void sleep_long(void *letter) {
  pith_sleep(1000000);
  trace((char)(intptr_t)letter);
}

TEST(start_dormant, "a dormant thread runs after pith_thread_start() only, which works once") {
  struct pith_thread *t = test_thread(0, URGENT, PITH_DORMANT, wait_at_gate, (void *)'t');

  pith_sleep(1);
  CHECK_EQ(pith_thread_state(t), PITH_THREAD_CREATED);
  CHECK_EQ(pith_thread_cancel(t), -EINVAL);
  CHECK_KERNEL();
  CHECK_EQ(pith_thread_set_priority(t, URGENT + 1), 0);
  CHECK_EQ(pith_thread_start(t), 0);
  CHECK_EQ(pith_thread_priority(t), URGENT + 1);
  CHECK_EQ(pith_thread_state(t), PITH_THREAD_WAITING);
  CHECK_EQ(pith_thread_start(t), -EINVAL);
  CHECK_EQ(pith_sem_give(&gate), 0);
  CHECK_TRACE("t");
  CHECK_EQ(pith_thread_start(t), -EINVAL);
  CHECK_KERNEL();
}

TEST(join_after_end, "pith_thread_join() of an ended thread returns at once with what it exited with") {
  struct pith_thread *t = test_thread(0, URGENT, 0, exit_with, (void *)1234);
  int value = 0;

  CHECK_EQ(pith_thread_state(t), PITH_THREAD_DEAD);
  CHECK_EQ(pith_thread_join(t, &value, PITH_POLL), 0);
  CHECK_EQ(value, 1234);
  CHECK_EQ(pith_thread_join(t, &value, PITH_POLL), -EINVAL);
  CHECK_KERNEL();
}

TEST(join_before_end, "pith_thread_join() waits for the end") {
  struct pith_thread *t = test_thread(0, LATE, 0, exit_with, (void *)-7);
  int value = 0;

  CHECK_EQ(pith_thread_join(t, &value, PITH_FOREVER), 0);
  CHECK_EQ(value, -7);
  CHECK_KERNEL();
}

TEST(return_is_exit_0, "returning from the entry function is pith_thread_exit(0)") {
  struct pith_thread *t = test_thread(0, LATE, 0, nothing, NULL);
  int value = 1;

  CHECK_EQ(pith_thread_join(t, &value, PITH_FOREVER), 0);
  CHECK_EQ(value, 0);
}

TEST(join_without_value, "the value of a join may be left out") {
  CHECK_EQ(pith_thread_join(test_thread(0, LATE, 0, exit_with, (void *)5), NULL, PITH_FOREVER), 0);
  CHECK_EQ(pith_thread_join(test_thread(1, URGENT, 0, exit_with, (void *)5), NULL, PITH_FOREVER), 0);
}

static void join_it(void *t) {
  int value = 0, error = pith_thread_join(t, &value, PITH_FOREVER);

  joined_value = error ? error : value;
  trace('j');
}

TEST(join_errors,
     "joining itself is -EDEADLK, a second joiner -EBUSY, no thread -EINVAL, too late -ETIMEDOUT") {
  static struct pith_thread nobody;
  struct pith_thread *t = test_thread(0, LATE, 0, wait_at_gate, (void *)'t');
  pith_time until = pith_now() + 3;

  CHECK_EQ(pith_thread_join(pith_self(), NULL, PITH_FOREVER), -EDEADLK);
  CHECK_EQ(pith_thread_join(&nobody, NULL, PITH_FOREVER), -EINVAL);
  CHECK_EQ(pith_thread_join(t, NULL, PITH_POLL), -ETIMEDOUT);
  CHECK_EQ(pith_thread_join(t, NULL, until), -ETIMEDOUT);
  CHECK(pith_now() >= until);
  CHECK_KERNEL();
  test_thread(1, URGENT, 0, join_it, t);
  CHECK_EQ(pith_thread_join(t, NULL, PITH_POLL), -EBUSY);
  CHECK_EQ(pith_thread_join(t, NULL, PITH_FOREVER), -EBUSY);
  CHECK_EQ(pith_sem_give(&gate), 0);
  let_others_run();
  CHECK_TRACE("tj");
  CHECK_EQ(joined_value, 0);
  CHECK_KERNEL();
}

TEST(join_cancelled, "a cancelled join is -ECANCELED, and the next one works") {
  struct pith_thread *t = test_thread(0, LATE, 0, exit_with, (void *)3);
  struct pith_thread *j = test_thread(1, URGENT, 0, join_it, t);
  int value;

  CHECK_EQ(pith_thread_cancel(j), 0);
  CHECK_EQ(joined_value, -ECANCELED);
  CHECK_EQ(pith_thread_join(t, &value, PITH_FOREVER), 0);
  CHECK_EQ(value, 3);
}

TEST(join_deleted, "a thread that is deleted ends with -ECANCELED for its joiner") {
  struct pith_thread *t = test_thread(0, LATE, 0, sleep_long, (void *)'x');

  test_thread(1, URGENT, 0, join_it, t);
  CHECK_EQ(pith_thread_delete(t), 0);
  CHECK_TRACE("j");
  CHECK_EQ(joined_value, -ECANCELED);
  CHECK_KERNEL();
}

TEST(join_by_deleted, "a joiner that is deleted while it waits leaves the thread to another") {
  struct pith_thread *t = test_thread(0, LATE, 0, exit_with, (void *)9);
  struct pith_thread *j = test_thread(1, URGENT, 0, join_it, t);
  int value;

  CHECK_EQ(pith_thread_delete(j), 0);
  CHECK_KERNEL();
  CHECK_EQ(pith_thread_join(t, &value, PITH_FOREVER), 0);
  CHECK_EQ(value, 9);
}

TEST_WITH(TEST_HEAP, join_by_deleted_late, "a joiner deleted after the end, before it ran again, leaves nothing behind") {
  struct pith_thread_attr a = {.priority = URGENT, .stack_size = 512};
  size_t heap = pith_heap_free();
  uint32_t threads = R->threads;
  struct pith_thread *t, *j;

  CHECK_EQ(pith_thread_create(&t, &a, wait_at_gate, (void *)'t'), 0);
  j = test_thread(0, LATE, 0, join_it, t);
  let_others_run();
  CHECK_EQ(pith_sem_give(&gate), 0); /* t ends, j is ready and less urgent than this thread */
  CHECK_TRACE("t");
  CHECK_EQ(pith_thread_delete(j), 0);
  CHECK_EQ(pith_heap_free(), heap);
  CHECK_EQ(R->threads, threads);
  CHECK_KERNEL();
}

/* ---- delete ---- */

TEST(delete_waiter, "a deleted waiter leaves the queue; the unit goes to the next one") {
  struct pith_thread *a = test_thread(0, 4, 0, wait_at_gate, (void *)'a');
  struct pith_thread *b = test_thread(1, 5, 0, wait_at_gate, (void *)'b');

  test_thread(2, 6, 0, wait_at_gate, (void *)'c');
  CHECK_EQ(pith_thread_delete(b), 0);
  CHECK_KERNEL();
  CHECK_EQ(pith_thread_delete(a), 0);
  CHECK_KERNEL();
  CHECK_EQ(pith_thread_state(a), PITH_THREAD_NONE);
  CHECK_EQ(pith_sem_give(&gate), 0);
  CHECK_TRACE("c");
  CHECK_EQ(pith_sem_count(&gate), 0);
}

TEST(delete_lone_waiter, "the unit given after a semaphore's only waiter was deleted is kept") {
  struct pith_thread *t = test_thread(0, URGENT, 0, wait_at_gate, (void *)'t');

  CHECK_EQ(pith_thread_delete(t), 0);
  CHECK_KERNEL();
  CHECK_EQ(pith_sem_give(&gate), 0);
  CHECK_EQ(pith_sem_count(&gate), 1);
  CHECK_EQ(pith_sem_take_for(&gate, PITH_POLL), 0);
  CHECK_EQ(pith_sem_take_for(&gate, PITH_POLL), -ETIMEDOUT);
  CHECK_TRACE("");
}

TEST(delete_sleeper, "a deleted sleeper does not wake, and other deadlines still come") {
  struct pith_thread *t[3];

  for (int i = 0; i < 3; i++) t[i] = test_thread(i, URGENT, 0, sleep_long, (void *)'s');
  CHECK_EQ(pith_thread_delete(t[0]), 0);
  CHECK_KERNEL();
  CHECK_EQ(pith_thread_delete(t[2]), 0);
  CHECK_EQ(pith_thread_delete(t[1]), 0);
  CHECK_KERNEL();
  pith_sleep(2);
  CHECK_TRACE("");
}

TEST(delete_ready_suspended_dormant, "deleted threads that are ready, suspended or dormant never run") {
  struct pith_thread *ready = test_thread(0, LATE, 0, record, (void *)'r');
  struct pith_thread *suspended = test_thread(1, LATE, 0, record, (void *)'s');
  struct pith_thread *dormant = test_thread(2, LATE, PITH_DORMANT, record, (void *)'d');
  struct pith_thread *both = test_thread(3, URGENT, 0, wait_at_gate, (void *)'b');

  CHECK_EQ(pith_thread_suspend(suspended), 0);
  CHECK_EQ(pith_thread_suspend(both), 0);
  CHECK_KERNEL();
  CHECK_EQ(pith_thread_delete(ready), 0);
  CHECK_EQ(pith_thread_delete(suspended), 0);
  CHECK_EQ(pith_thread_delete(dormant), 0);
  CHECK_EQ(pith_thread_delete(both), 0);
  CHECK_KERNEL();
  let_others_run();
  CHECK_TRACE("");
  CHECK_EQ(pith_thread_delete(ready), -EINVAL);
  CHECK_EQ(pith_thread_resume(suspended), -EINVAL);
  CHECK_EQ(pith_thread_start(dormant), -EINVAL);
}

TEST(delete_dead, "an ended thread may be deleted instead of joined") {
  struct pith_thread *t = test_thread(0, URGENT, 0, nothing, NULL);

  CHECK_EQ(pith_thread_delete(t), 0);
  CHECK_EQ(pith_thread_delete(t), -EINVAL);
  CHECK_EQ(pith_thread_join(t, NULL, PITH_POLL), -EINVAL);
  CHECK_KERNEL();
}

static void lock_and_wait(void *unused) {
  (void)unused;
  pith_mutex_lock(&lock);
  pith_sem_take(&gate);
}

static int lock_result;

static void lock_it(void *unused) {
  (void)unused;
  lock_result = pith_mutex_lock(&lock);
  trace('l');
}

TEST(delete_owner, "the mutex of a deleted thread passes to the next waiter with -EOWNERDEAD") {
  struct pith_thread *t = test_thread(0, URGENT, 0, lock_and_wait, NULL);
  struct pith_thread *next = test_thread(1, URGENT, 0, lock_it, NULL);

  CHECK_EQ(pith_thread_delete(t), 0);
  CHECK_TRACE("l");
  CHECK_EQ(lock_result, -EOWNERDEAD);
  CHECK(pith_mutex_owner(&lock) == next);
  CHECK_KERNEL();
}

TEST(delete_mutex_waiter, "deleting who waits for a mutex takes the priority it lent back") {
  struct pith_thread *owner = test_thread(0, 6, 0, lock_and_wait, NULL);
  struct pith_thread *w = test_thread(1, 2, 0, lock_it, NULL);

  CHECK_EQ(pith_thread_priority(owner), 2);
  CHECK_EQ(pith_thread_delete(w), 0);
  CHECK_EQ(pith_thread_priority(owner), 6);
  CHECK_KERNEL();
}

static void delete_self(void *unused) {
  (void)unused;
  trace('d');
  pith_thread_delete(pith_self());
  trace('!');
}

TEST(delete_self,
     "pith_thread_delete() of oneself does not return, and the memory is free for another thread") {
  struct pith_thread *t = test_thread(0, URGENT, 0, delete_self, NULL);
  uint32_t threads = R->threads;

  CHECK_TRACE("d");
  CHECK_EQ(pith_thread_state(t), PITH_THREAD_NONE);
  CHECK_EQ(pith_thread_delete(t), -EINVAL);
  CHECK_EQ(pith_thread_join(t, NULL, PITH_POLL), -EINVAL);
  CHECK_KERNEL();
  test_thread(0, URGENT, 0, wait_at_gate, (void *)'t');
  CHECK_EQ(R->threads, threads + 1);
  CHECK_KERNEL();
}

TEST_WITH(TEST_HEAP, delete_self_created, "a created thread that deletes itself no longer exists, and counts no more") {
  struct pith_thread_attr a = {.priority = URGENT, .stack_size = 512};
  struct pith_thread *t;
  uint32_t threads = R->threads;

  CHECK_EQ(pith_thread_create(&t, &a, delete_self, NULL), 0);
  CHECK_EQ(R->threads, threads);
  CHECK_EQ(pith_thread_delete(t), -EINVAL);
  CHECK_EQ(pith_thread_join(t, NULL, PITH_POLL), -EINVAL);
  CHECK_KERNEL();
}

/* The life cycle of the classic kernels: a task that suspends itself and is resumed; then another one
 * deletes it, and itself. */
static struct pith_thread *cycle_thread;

static void suspend_self(void *unused) {
  (void)unused;
  for (;;) {
    trace('s');
    pith_thread_suspend(pith_self());
  }
}

static void resume_and_delete(void *unused) {
  (void)unused;
  trace('r');
  CHECK_EQ(pith_thread_resume(cycle_thread), 0);
  CHECK_EQ(pith_thread_state(cycle_thread), PITH_THREAD_SUSPENDED);
  trace('d');
  CHECK_EQ(pith_thread_delete(cycle_thread), 0);
  pith_thread_delete(pith_self());
  trace('!');
}

TEST_WITH(TEST_HEAP, life_cycle, "a thread that suspends itself is resumed, then deleted by another, which deletes itself") {
  struct pith_thread_attr a = {.name = "a", .priority = URGENT, .stack_size = 512};
  struct pith_thread_attr b = {.name = "b", .priority = URGENT + 1, .stack_size = 512};
  size_t heap = pith_heap_free();
  uint32_t threads = R->threads;
  struct pith_thread *other;

  for (int i = 0; i < 3; i++) {
    CHECK_EQ(pith_thread_create(&cycle_thread, &a, suspend_self, NULL), 0);
    CHECK_EQ(pith_thread_create(&other, &b, resume_and_delete, NULL), 0);
    CHECK_TRACE("srsd");
  }
  CHECK_EQ(pith_heap_free(), heap);
  CHECK_EQ(R->threads, threads);
  CHECK_KERNEL();
}

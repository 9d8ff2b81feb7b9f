/* Priority inheritance: an owner is as urgent as the most urgent thread that waits for any mutex it holds,
 * through chains, and no more and no longer than that. */
#include "check.h"
#include "kernel.h"

enum { OWN = 8 };

static struct pith_mutex m[4];
static struct pith_sem gate[4] = {PITH_SEM_INIT(0), PITH_SEM_INIT(0), PITH_SEM_INIT(0), PITH_SEM_INIT(0)};
static int result;

static void record(void *letter) { trace((char)(intptr_t)letter); }

/* Holds m[i], waits at gate[i], lets go. */
static void hold(void *i_) {
  int i = (int)(intptr_t)i_;

  CHECK_EQ(pith_mutex_lock(&m[i]), 0);
  pith_sem_take(&gate[i]);
  CHECK_EQ(pith_mutex_unlock(&m[i]), 0);
  trace((char)('0' + i));
}

/* Holds m[i], then wants m[i - 1]: a link of a chain. */
static void link_up(void *i_) {
  int i = (int)(intptr_t)i_;

  CHECK_EQ(pith_mutex_lock(&m[i]), 0);
  result = pith_mutex_lock(&m[i - 1]);
  trace((char)('0' + i));
  if (result == 0) CHECK_EQ(pith_mutex_unlock(&m[i - 1]), 0);
  CHECK_EQ(pith_mutex_unlock(&m[i]), 0);
}

static void want(void *i_) {
  int i = (int)(intptr_t)i_;

  result = pith_mutex_lock(&m[i]);
  trace((char)('a' + i));
  if (result == 0) CHECK_EQ(pith_mutex_unlock(&m[i]), 0);
}

static void want_shortly(void *i_) {
  int i = (int)(intptr_t)i_;

  result = pith_mutex_lock_for(&m[i], 2);
  trace((char)('A' + i));
}

TEST(inherit_simple, "the owner runs at its waiter's priority until it unlocks") {
  struct pith_thread *t = test_thread(0, 7, 0, hold, (void *)0);

  test_thread(1, 3, 0, want, (void *)0);
  CHECK_EQ(pith_thread_priority(t), 3);
  CHECK_KERNEL();
  CHECK_EQ(pith_sem_give(&gate[0]), 0);
  CHECK_TRACE("a0");
  CHECK_EQ(result, 0);
  CHECK_KERNEL();
}

TEST(inherit_no_inversion, "a thread in between does not keep the owner from running") {
  struct pith_thread *t = test_thread(0, 12, 0, hold, (void *)0);

  let_others_run();
  test_thread(1, 3, 0, want, (void *)0);
  CHECK_EQ(pith_thread_priority(t), 3);
  CHECK_EQ(pith_thread_suspend(t), 0);
  CHECK_EQ(pith_sem_give(&gate[0]), 0); /* t is ready, but suspended */
  test_thread(2, 10, 0, record, (void *)'m');
  CHECK_EQ(pith_thread_resume(t), 0);
  CHECK_TRACE("a"); /* t ran first, at 3, up to its unlock */
  CHECK_EQ(pith_thread_priority(t), 12);
  let_others_run();
  CHECK_TRACE("m0");
  CHECK_KERNEL();
}

TEST(inherit_least_of_waiters, "the most urgent waiter counts, as they come and go") {
  struct pith_thread *t = test_thread(0, 7, 0, hold, (void *)0), *w[3];

  for (int i = 0; i < 3; i++) {
    w[i] = test_thread(1 + i, (unsigned)(6 - i), 0, want, (void *)0);
    CHECK_EQ(pith_thread_priority(t), 6 - i);
  }
  CHECK_EQ(pith_thread_cancel(w[1]), 0);
  CHECK_EQ(pith_thread_priority(t), 4);
  CHECK_EQ(pith_thread_cancel(w[2]), 0);
  CHECK_EQ(pith_thread_priority(t), 6);
  CHECK_EQ(pith_thread_delete(w[0]), 0);
  CHECK_EQ(pith_thread_priority(t), 7);
  CHECK_KERNEL();
}

TEST(inherit_chain, "priority passes along a chain of three owners and comes back link by link") {
  struct pith_thread *a = test_thread(0, 7, 0, hold, (void *)0);
  struct pith_thread *b = test_thread(1, 6, 0, link_up, (void *)1);
  struct pith_thread *c = test_thread(2, 5, 0, link_up, (void *)2), *d;

  CHECK_EQ(pith_thread_priority(a), 5);
  CHECK_EQ(pith_thread_priority(b), 5);
  d = test_thread(3, 2, 0, want, (void *)2);
  CHECK_EQ(pith_thread_priority(a), 2);
  CHECK_EQ(pith_thread_priority(b), 2);
  CHECK_EQ(pith_thread_priority(c), 2);
  CHECK_KERNEL();
  CHECK_EQ(pith_thread_cancel(d), 0);
  CHECK_EQ(pith_thread_priority(a), 5);
  CHECK_EQ(pith_thread_priority(b), 5);
  CHECK_EQ(pith_thread_priority(c), 5);
  CHECK_TRACE("c");
  CHECK_KERNEL();
  CHECK_EQ(pith_sem_give(&gate[0]), 0);
  CHECK_TRACE("120"); /* each runs at its waiter's priority until it unlocks */
  CHECK_KERNEL();
}

TEST(inherit_chain_broken, "deleting the middle of a chain passes its mutex on and its priority away") {
  struct pith_thread *a = test_thread(0, 7, 0, hold, (void *)0);
  struct pith_thread *b = test_thread(1, 6, 0, link_up, (void *)1);

  test_thread(2, 3, 0, want, (void *)1);
  CHECK_EQ(pith_thread_priority(a), 3);
  CHECK_EQ(pith_thread_delete(b), 0);
  CHECK_EQ(pith_thread_priority(a), 7);
  CHECK_EQ(result, -EOWNERDEAD);
  CHECK_TRACE("b");
  CHECK_KERNEL();
}

TEST(inherit_chain_timeout, "a waiter at the end of a chain that gives up takes its priority back from all") {
  struct pith_thread *a = test_thread(0, 7, 0, hold, (void *)0);
  struct pith_thread *b = test_thread(1, 6, 0, link_up, (void *)1);

  test_thread(2, 3, 0, want_shortly, (void *)1);
  CHECK_EQ(pith_thread_priority(a), 3);
  pith_sleep(5);
  CHECK_TRACE("B");
  CHECK_EQ(result, -ETIMEDOUT);
  CHECK_EQ(pith_thread_priority(a), 6);
  CHECK_EQ(pith_thread_priority(b), 6);
  CHECK_KERNEL();
}

TEST(inherit_delete_mutex, "deleting the mutex in the middle of a chain undoes what went through it") {
  struct pith_thread *a = test_thread(0, 7, 0, hold, (void *)0);
  struct pith_thread *b = test_thread(1, 6, 0, link_up, (void *)1);

  test_thread(2, 3, 0, want, (void *)1);
  CHECK_EQ(pith_mutex_delete(&m[0]), 0);
  CHECK_EQ(pith_thread_priority(a), 7);
  CHECK_TRACE("1b");
  CHECK_EQ(pith_thread_state(b), PITH_THREAD_DEAD);
  CHECK_KERNEL();
}

static void hold_three(void *unused) {
  (void)unused;
  for (int i = 0; i < 3; i++) CHECK_EQ(pith_mutex_lock(&m[i]), 0);
  for (int i = 0; i < 3; i++) {
    pith_sem_take(&gate[0]);
    CHECK_EQ(pith_mutex_unlock(&m[i]), 0);
    trace((char)('0' + pith_thread_priority(pith_self())));
  }
}

TEST(inherit_several_held,
     "with several mutexes held each unlock takes back what its waiters lent, no more") {
  struct pith_thread *t = test_thread(0, 7, 0, hold_three, NULL);

  test_thread(1, 5, 0, want, (void *)0);
  test_thread(2, 3, 0, want, (void *)1);
  test_thread(3, 4, 0, want, (void *)2);
  CHECK_EQ(pith_thread_priority(t), 3);
  CHECK_KERNEL();
  CHECK_EQ(pith_sem_give(&gate[0]), 0);
  CHECK_EQ(pith_thread_priority(t), 3);
  CHECK_TRACE("3a");
  CHECK_EQ(pith_sem_give(&gate[0]), 0);
  CHECK_EQ(pith_thread_priority(t), 4);
  CHECK_TRACE("b4");
  CHECK_EQ(pith_sem_give(&gate[0]), 0);
  CHECK_TRACE("c7");
  CHECK_KERNEL();
}

TEST(inherit_waiter_priority,
     "a waiter's new priority is its owner's at once, up and down, through the chain") {
  struct pith_thread *a = test_thread(0, 7, 0, hold, (void *)0);
  struct pith_thread *b = test_thread(1, 6, 0, link_up, (void *)1);
  struct pith_thread *w = test_thread(2, 5, 0, want, (void *)1);

  CHECK_EQ(pith_thread_set_priority(w, 1), 0);
  CHECK_EQ(pith_thread_priority(a), 1);
  CHECK_EQ(pith_thread_priority(b), 1);
  CHECK_KERNEL();
  CHECK_EQ(pith_thread_set_priority(w, 20), 0);
  CHECK_EQ(pith_thread_priority(a), 6);
  CHECK_EQ(pith_thread_priority(b), 6);
  CHECK_KERNEL();
  CHECK_EQ(pith_thread_set_priority(b, 9), 0);
  CHECK_EQ(pith_thread_priority(b), 9);
  CHECK_EQ(pith_thread_priority(a), 7);
  CHECK_KERNEL();
}

TEST(inherit_own_priority, "an owner's own priority may change under what it inherited, and shows after") {
  struct pith_thread *t = test_thread(0, 7, 0, hold, (void *)0), *w = test_thread(1, 4, 0, want, (void *)0);

  CHECK_EQ(pith_thread_set_priority(t, 6), 0);
  CHECK_EQ(pith_thread_priority(t), 4);
  CHECK_EQ(pith_thread_set_priority(t, 2), 0);
  CHECK_EQ(pith_thread_priority(t), 2);
  CHECK_EQ(pith_thread_set_priority(t, 5), 0);
  CHECK_EQ(pith_thread_priority(t), 4);
  CHECK_EQ(pith_thread_cancel(w), 0);
  CHECK_EQ(pith_thread_priority(t), 5);
  CHECK_KERNEL();
}

TEST(inherit_owner_in_queue, "an owner that waits for a semaphore moves up in its queue") {
  test_thread(0, 6, 0, hold, (void *)0);
  test_thread(1, 7, 0, hold, (void *)1);
  CHECK_EQ(pith_sem_delete(&gate[0]), 0); /* both let go and end */
  CHECK_TRACE("0");
  CHECK_EQ(pith_sem_give(&gate[1]), 0);
  CHECK_TRACE("1");
}

static struct pith_sem shared = PITH_SEM_INIT(0);

static void hold_and_queue(void *i_) {
  int i = (int)(intptr_t)i_;

  CHECK_EQ(pith_mutex_lock(&m[i]), 0);
  CHECK_EQ(pith_sem_take(&shared), 0);
  trace((char)('0' + i));
  CHECK_EQ(pith_mutex_unlock(&m[i]), 0);
}

TEST(inherit_reorders_waiters, "an inherited priority counts in the queue where the owner itself waits") {
  struct pith_thread *t[3];

  for (int i = 0; i < 3; i++)
    t[i] = test_thread(i, (unsigned)(5 + i), 0, hold_and_queue, (void *)(intptr_t)i);
  test_thread(3, 3, 0, want, (void *)2);
  CHECK_EQ(pith_thread_priority(t[2]), 3);
  CHECK_KERNEL();
  for (int i = 0; i < 3; i++) CHECK_EQ(pith_sem_give(&shared), 0);
  CHECK_TRACE("2c01");
  CHECK_KERNEL();
}

TEST(inherit_lone_semaphore_waiter,
     "an owner that is a semaphore's only waiter may inherit and loses no unit") {
  struct pith_thread *t = test_thread(0, 7, 0, hold_and_queue, (void *)0);

  test_thread(1, 3, 0, want, (void *)0);
  CHECK_EQ(pith_thread_priority(t), 3);
  CHECK_KERNEL();
  CHECK_EQ(pith_sem_give(&shared), 0);
  CHECK_TRACE("0a");
  CHECK_EQ(pith_sem_count(&shared), 0);
}

static void cross_a(void *unused) {
  (void)unused;
  CHECK_EQ(pith_mutex_lock(&m[0]), 0);
  pith_sem_take(&gate[0]);
  result = pith_mutex_lock_for(&m[1], 3);
  trace('x');
  CHECK_EQ(pith_mutex_unlock(&m[0]), 0);
}

static void cross_b(void *unused) {
  (void)unused;
  CHECK_EQ(pith_mutex_lock(&m[1]), 0);
  CHECK_EQ(pith_mutex_lock(&m[0]), 0);
  trace('y');
  CHECK_EQ(pith_mutex_unlock(&m[0]), 0);
  CHECK_EQ(pith_mutex_unlock(&m[1]), 0);
}

TEST(inherit_cycle, "a deadlock of two with a deadline ends at it, and both priorities are their own again") {
  struct pith_thread *a = test_thread(0, 7, 0, cross_a, NULL);
  struct pith_thread *b = test_thread(1, 5, 0, cross_b, NULL), *w;

  CHECK_EQ(pith_sem_give(&gate[0]), 0);
  w = test_thread(2, 2, 0, want, (void *)1);
  CHECK_EQ(pith_thread_priority(a), 2);
  CHECK_EQ(pith_thread_priority(b), 2);
  CHECK_EQ(pith_thread_state(w), PITH_THREAD_WAITING);
  pith_sleep(6);
  CHECK_EQ(result, 0); /* want's, last */
  CHECK_TRACE("xyb");
  CHECK_KERNEL();
}

static void lower_self(void *unused) {
  (void)unused;
  CHECK_EQ(pith_mutex_lock(&m[0]), 0);
  pith_sem_take(&gate[0]);
  CHECK_EQ(pith_thread_set_priority(pith_self(), 12), 0); /* inherits 3: goes on */
  trace('l');
  CHECK_EQ(pith_mutex_unlock(&m[0]), 0); /* now it is at 12 */
  trace('!');
}

TEST(inherit_unlock_lowers,
     "after its unlock a thread runs no more if others are more urgent than its own priority") {
  test_thread(0, 7, 0, lower_self, NULL);
  test_thread(1, 3, 0, want, (void *)0);
  CHECK_EQ(pith_sem_give(&gate[0]), 0);
  CHECK_TRACE("la");
  let_others_run();
  CHECK_TRACE("!");
  CHECK_KERNEL();
}

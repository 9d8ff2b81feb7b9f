/* Suspend, resume, cancel: what others do to a thread, whatever it is doing. */
#include "check.h"

enum { URGENT = 4, OWN = 8, LATE = 12 };

static struct pith_sem gate = PITH_SEM_INIT(0);
static struct pith_mutex lock;
static int result;

static void record(void *letter) { trace((char)(intptr_t)letter); }

static void take(void *letter) {
  result = pith_sem_take(&gate);
  trace((char)(intptr_t)letter);
}

static void take_for(void *span) {
  result = pith_sem_take_for(&gate, (intptr_t)span);
  trace('f');
}

static void sleeper(void *span) {
  result = pith_sleep((intptr_t)span);
  trace('s');
}

static void locker(void *unused) {
  (void)unused;
  result = pith_mutex_lock(&lock);
  trace('l');
}

TEST(suspend_ready, "a suspended ready thread runs after as many resumes as suspends") {
  struct pith_thread *t = test_thread(0, LATE, 0, record, (void *)'t');

  for (int i = 0; i < 3; i++) CHECK_EQ(pith_thread_suspend(t), 0);
  CHECK_KERNEL();
  for (int i = 0; i < 2; i++) {
    CHECK_EQ(pith_thread_resume(t), 0);
    let_others_run();
    CHECK_TRACE("");
  }
  CHECK_EQ(pith_thread_resume(t), 0);
  CHECK_KERNEL();
  let_others_run();
  CHECK_TRACE("t");
  CHECK_EQ(pith_thread_resume(t), -EINVAL);
}

TEST(suspend_255, "255 suspends nest, one more is -EOVERFLOW and changes nothing") {
  struct pith_thread *t = test_thread(0, LATE, 0, record, (void *)'t');

  for (int i = 0; i < 255; i++) CHECK_EQ(pith_thread_suspend(t), 0);
  CHECK_EQ(pith_thread_suspend(t), -EOVERFLOW);
  for (int i = 0; i < 254; i++) CHECK_EQ(pith_thread_resume(t), 0);
  let_others_run();
  CHECK_TRACE("");
  CHECK_EQ(pith_thread_resume(t), 0);
  CHECK_EQ(pith_thread_resume(t), -EINVAL);
  let_others_run();
  CHECK_TRACE("t");
}

TEST(suspend_resume_preempts, "resuming a more urgent thread runs it at once, an equal one comes last") {
  struct pith_thread *t = test_thread(0, URGENT, PITH_DORMANT, record, (void *)'t');
  struct pith_thread *a = test_thread(1, OWN, 0, record, (void *)'a');

  test_thread(2, OWN, 0, record, (void *)'b');
  CHECK_EQ(pith_thread_suspend(t), 0);
  CHECK_EQ(pith_thread_start(t), 0);
  CHECK_TRACE("");
  CHECK_EQ(pith_thread_state(t), PITH_THREAD_SUSPENDED);
  CHECK_EQ(pith_thread_resume(t), 0);
  CHECK_TRACE("t");
  CHECK_EQ(pith_thread_suspend(a), 0);
  CHECK_EQ(pith_thread_resume(a), 0);
  pith_yield();
  CHECK_TRACE("ba");
}

static void suspend_self(void *unused) {
  (void)unused;
  trace('a');
  result = pith_thread_suspend(pith_self());
  trace('b');
}

TEST(suspend_self, "suspending oneself returns 0 after the resume") {
  struct pith_thread *t = test_thread(0, URGENT, 0, suspend_self, NULL);

  result = 1;
  CHECK_TRACE("a");
  CHECK_EQ(pith_thread_state(t), PITH_THREAD_SUSPENDED);
  CHECK_KERNEL();
  CHECK_EQ(pith_thread_suspend(t), 0);
  CHECK_EQ(pith_thread_resume(t), 0);
  CHECK_TRACE("");
  CHECK_EQ(pith_thread_resume(t), 0);
  CHECK_TRACE("b");
  CHECK_EQ(result, 0);
}

TEST(suspend_waiter_gets_unit, "a suspended waiter receives its unit and runs only when resumed") {
  struct pith_thread *t = test_thread(0, URGENT, 0, take, (void *)'t');

  result = 1;
  CHECK_EQ(pith_thread_suspend(t), 0);
  CHECK_EQ(pith_thread_state(t), PITH_THREAD_WAITING);
  CHECK_KERNEL();
  CHECK_EQ(pith_sem_give(&gate), 0);
  CHECK_TRACE("");
  CHECK_EQ(pith_sem_count(&gate), 0);
  CHECK_EQ(pith_thread_state(t), PITH_THREAD_SUSPENDED);
  CHECK_KERNEL();
  CHECK_EQ(pith_thread_resume(t), 0);
  CHECK_TRACE("t");
  CHECK_EQ(result, 0);
}

TEST(suspend_resume_waiter, "a waiter suspended and resumed goes on waiting, in its place") {
  struct pith_thread *a = test_thread(0, URGENT, 0, take, (void *)'a');

  test_thread(1, URGENT, 0, take, (void *)'b');
  CHECK_EQ(pith_thread_suspend(a), 0);
  CHECK_EQ(pith_thread_resume(a), 0);
  CHECK_EQ(pith_thread_state(a), PITH_THREAD_WAITING);
  CHECK_KERNEL();
  CHECK_EQ(pith_sem_give(&gate), 0);
  CHECK_EQ(pith_sem_give(&gate), 0);
  CHECK_TRACE("ab");
}

TEST(suspend_several_wake, "several suspended waiters wake into suspension and come back one by one") {
  struct pith_thread *t[3];

  for (int i = 0; i < 3; i++) {
    t[i] = test_thread(i, URGENT, 0, take, (void *)(intptr_t)('a' + i));
    CHECK_EQ(pith_thread_suspend(t[i]), 0);
  }
  for (int i = 0; i < 3; i++) {
    CHECK_EQ(pith_sem_give(&gate), 0);
    CHECK_KERNEL();
  }
  CHECK_TRACE("");
  CHECK_EQ(pith_thread_resume(t[1]), 0);
  CHECK_EQ(pith_thread_resume(t[2]), 0);
  CHECK_EQ(pith_thread_resume(t[0]), 0);
  CHECK_TRACE("bca");
  CHECK_KERNEL();
}

TEST(suspend_sleeper, "a suspended sleeper's time passes; it runs when resumed") {
  struct pith_thread *t = test_thread(0, URGENT, 0, sleeper, (void *)2);

  result = 1;
  CHECK_EQ(pith_thread_suspend(t), 0);
  CHECK_EQ(pith_thread_state(t), PITH_THREAD_SLEEPING);
  pith_sleep(5);
  CHECK_TRACE("");
  CHECK_EQ(pith_thread_state(t), PITH_THREAD_SUSPENDED);
  CHECK_KERNEL();
  CHECK_EQ(pith_thread_resume(t), 0);
  CHECK_TRACE("s");
  CHECK_EQ(result, 0);
}

TEST(suspend_timeout, "the deadline of a suspended waiter comes; it learns it when resumed") {
  struct pith_thread *t = test_thread(0, URGENT, 0, take_for, (void *)2);

  CHECK_EQ(pith_thread_suspend(t), 0);
  pith_sleep(5);
  CHECK_TRACE("");
  CHECK_EQ(pith_sem_give(&gate), 0); /* too late for it */
  CHECK_EQ(pith_thread_resume(t), 0);
  CHECK_TRACE("f");
  CHECK_EQ(result, -ETIMEDOUT);
  CHECK_EQ(pith_sem_count(&gate), 1);
}

TEST(suspend_gets_mutex, "a suspended thread is given the mutex it waits for and keeps it") {
  struct pith_thread *t;

  CHECK_EQ(pith_mutex_lock(&lock), 0);
  t = test_thread(0, URGENT, 0, locker, NULL);
  CHECK_EQ(pith_thread_suspend(t), 0);
  CHECK_EQ(pith_mutex_unlock(&lock), 0);
  CHECK(pith_mutex_owner(&lock) == t);
  CHECK_EQ(pith_mutex_lock_for(&lock, 2), -ETIMEDOUT);
  CHECK_TRACE("");
  CHECK_KERNEL();
  CHECK_EQ(pith_thread_resume(t), 0);
  CHECK_TRACE("l");
  CHECK_EQ(result, 0);
}

TEST(suspend_priority, "priority changes of suspended threads hold when they come back") {
  struct pith_thread *a = test_thread(0, LATE, 0, record, (void *)'a');
  struct pith_thread *b = test_thread(1, LATE, 0, record, (void *)'b');

  CHECK_EQ(pith_thread_suspend(a), 0);
  CHECK_EQ(pith_thread_suspend(b), 0);
  CHECK_EQ(pith_thread_set_priority(b, OWN + 1), 0);
  CHECK_EQ(pith_thread_set_priority(a, OWN + 2), 0);
  CHECK_KERNEL();
  CHECK_EQ(pith_thread_resume(a), 0);
  CHECK_EQ(pith_thread_resume(b), 0);
  CHECK_KERNEL();
  let_others_run();
  CHECK_TRACE("ba");
}

static void suspend_and_record(void *letter) {
  if (!pith_thread_suspend(pith_self())) trace((char)(intptr_t)letter);
}

TEST(suspend_self_order,
     "who suspended itself comes back behind its equals, at the priority it has by then") {
  struct pith_thread *a = test_thread(0, URGENT, 0, suspend_and_record, (void *)'a');
  struct pith_thread *b = test_thread(1, URGENT, 0, suspend_and_record, (void *)'b');

  CHECK_EQ(pith_thread_set_priority(a, OWN), 0);
  CHECK_EQ(pith_thread_set_priority(b, LATE), 0);
  test_thread(2, OWN, 0, record, (void *)'c');
  CHECK_KERNEL();
  CHECK_EQ(pith_thread_resume(b), 0);
  CHECK_EQ(pith_thread_resume(a), 0);
  CHECK_TRACE("");
  CHECK_KERNEL();
  let_others_run();
  CHECK_TRACE("cab");
}

TEST(suspend_self_other_ends,
     "who suspended itself cannot be cancelled, can be deleted, and is then refused") {
  struct pith_thread *t = test_thread(0, URGENT, 0, suspend_and_record, (void *)'t');

  CHECK_EQ(pith_thread_cancel(t), -EINVAL);
  CHECK_EQ(pith_thread_state(t), PITH_THREAD_SUSPENDED);
  CHECK_EQ(pith_thread_delete(t), 0);
  CHECK_KERNEL();
  CHECK_EQ(pith_thread_resume(t), -EINVAL);
  CHECK_EQ(pith_thread_suspend(t), -EINVAL);
  CHECK_TRACE("");
}

TEST_WITH(PITH_COOPERATIVE_THREADS, suspend_self_cooperative,
     "a cooperative thread suspends itself, is resumed, and has the processor to itself again") {
  struct pith_thread *t = test_thread(0, URGENT, PITH_COOPERATIVE, suspend_self, NULL);

  CHECK_TRACE("a");
  CHECK_KERNEL();
  CHECK_EQ(pith_thread_state(t), PITH_THREAD_SUSPENDED);
  CHECK_EQ(pith_thread_resume(t), 0);
  CHECK_TRACE("b");
}

TEST(suspend_bad, "no thread and ended threads are refused") {
  static struct pith_thread nobody;
  struct pith_thread *t = test_thread(0, URGENT, 0, record, (void *)'t');

  CHECK_EQ(pith_thread_suspend(t), -EINVAL);
  CHECK_EQ(pith_thread_resume(t), -EINVAL);
  CHECK_EQ(pith_thread_cancel(t), -EINVAL);
  CHECK_EQ(pith_thread_suspend(&nobody), -EINVAL);
  CHECK_EQ(pith_thread_resume(&nobody), -EINVAL);
  CHECK_EQ(pith_thread_cancel(&nobody), -EINVAL);
  CHECK_EQ(pith_thread_resume(pith_self()), -EINVAL);
  CHECK_EQ(pith_thread_cancel(pith_self()), -EINVAL);
}

/* ---- cancel ---- */

TEST(cancel_every_wait, "pith_thread_cancel() ends each kind of wait with -ECANCELED at once") {
  static const struct {
    void (*entry)(void *);
    void *arg;
  } waits[] = {
      {take, (void *)'t'},
      {take_for, (void *)10000},
      {sleeper, (void *)10000},
      {locker, NULL},
  };

  CHECK_EQ(pith_mutex_lock(&lock), 0);
  for (int i = 0; i < 4; i++) {
    struct pith_thread *t = test_thread(i, URGENT, 0, waits[i].entry, waits[i].arg);

    result = 0;
    CHECK_EQ(pith_thread_cancel(t), 0);
    CHECK_EQ(result, -ECANCELED);
    CHECK_EQ(pith_thread_state(t), PITH_THREAD_DEAD);
    CHECK_KERNEL();
  }
  CHECK_EQ(pith_sem_count(&gate), 0);
  CHECK_EQ(pith_mutex_unlock(&lock), 0);
  CHECK_EQ(pith_thread_priority(pith_self()), OWN);
}

TEST(cancel_lone_waiter_then_give, "a unit given after the only waiter was cancelled is kept") {
  struct pith_thread *t = test_thread(0, URGENT, 0, take, (void *)'t');

  CHECK_EQ(pith_thread_cancel(t), 0);
  CHECK_TRACE("t");
  CHECK_EQ(pith_sem_give(&gate), 0);
  CHECK_EQ(pith_sem_give(&gate), 0);
  CHECK_EQ(pith_sem_count(&gate), 2);
  CHECK_EQ(pith_sem_take(&gate), 0);
  CHECK_EQ(pith_sem_count(&gate), 1);
  CHECK_KERNEL();
}

TEST(cancel_suspended, "a suspended waiter can be cancelled and learns it when resumed") {
  struct pith_thread *t = test_thread(0, URGENT, 0, take, (void *)'t');

  CHECK_EQ(pith_thread_suspend(t), 0);
  CHECK_EQ(pith_thread_cancel(t), 0);
  CHECK_EQ(pith_thread_cancel(t), -EINVAL);
  CHECK_TRACE("");
  CHECK_KERNEL();
  CHECK_EQ(pith_thread_resume(t), 0);
  CHECK_EQ(result, -ECANCELED);
}

TEST(cancel_ready, "a thread that is not waiting cannot be cancelled") {
  struct pith_thread *t = test_thread(0, LATE, 0, record, (void *)'t');

  CHECK_EQ(pith_thread_cancel(t), -EINVAL);
  CHECK_EQ(pith_thread_suspend(t), 0);
  CHECK_EQ(pith_thread_cancel(t), -EINVAL);
}

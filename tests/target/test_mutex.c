/* Mutexes: ownership, recursion, death of the owner, order of waiters. */
#include "check.h"
#include "kernel.h"
#include "mem.h"

enum { OWN = 8, LATE = 12 };

static struct pith_mutex lock;
static struct pith_sem gate = PITH_SEM_INIT(0);
static int result;

static void nothing(void *unused) { (void)unused; }

static void lock_it(void *letter) {
  result = pith_mutex_lock(&lock);
  trace(result ? '!' : (char)(intptr_t)letter);
  if (result == 0) CHECK_EQ(pith_mutex_unlock(&lock), 0);
}

static void lock_and_die(void *unused) {
  (void)unused;
  CHECK_EQ(pith_mutex_lock(&lock), 0);
}

TEST(mutex_lock_unlock, "a free mutex is locked, has an owner, and is free again") {
  CHECK(pith_mutex_owner(&lock) == NULL);
  CHECK_EQ(pith_mutex_lock(&lock), 0);
  CHECK(pith_mutex_owner(&lock) == pith_self());
  CHECK_EQ(pith_mutex_unlock(&lock), 0);
  CHECK(pith_mutex_owner(&lock) == NULL);
  CHECK_EQ(pith_mutex_lock_for(&lock, PITH_POLL), 0);
  CHECK_EQ(pith_mutex_unlock(&lock), 0);
  CHECK_EQ(pith_mutex_lock_until(&lock, pith_now() + 1), 0);
  CHECK_EQ(pith_mutex_unlock(&lock), 0);
  CHECK_EQ(pith_mutex_lock_for(&lock, PITH_FOREVER), 0);
  CHECK(pith_mutex_owner(&lock) == pith_self());
  CHECK_KERNEL();
}

TEST_WITH(PITH_MUTEX_OPTIONS, mutex_init, "unknown flags are refused and a mutex made anew is free") {
  CHECK_EQ(pith_mutex_lock(&lock), 0);
  CHECK_EQ(pith_mutex_init(&lock, 2), -EINVAL);
  CHECK(pith_mutex_owner(&lock) == pith_self());
  CHECK_EQ(pith_mutex_init(&lock, PITH_MUTEX_RECURSIVE), 0);
  CHECK(pith_mutex_owner(&lock) == NULL);
}

TEST(mutex_not_owner, "unlocking what is free or another's is -EPERM and changes nothing") {
  struct pith_thread *t = test_thread(0, 4, 0, lock_and_die, NULL);

  CHECK_EQ(pith_mutex_unlock(&lock), -EPERM);
  CHECK(pith_mutex_owner(&lock) == t);
  pith_mutex_init(&lock, 0);
  CHECK_EQ(pith_mutex_unlock(&lock), -EPERM);
  CHECK_EQ(pith_mutex_lock(&lock), 0);
  CHECK_EQ(pith_mutex_unlock(&lock), 0);
  CHECK_EQ(pith_mutex_unlock(&lock), -EPERM);
}

TEST(mutex_deadlock, "locking one's own mutex again is -EDEADLK, with and without a deadline") {
  CHECK_EQ(pith_mutex_lock(&lock), 0);
  CHECK_EQ(pith_mutex_lock(&lock), -EDEADLK);
  CHECK_EQ(pith_mutex_lock_for(&lock, 5), -EDEADLK);
  CHECK_EQ(pith_mutex_unlock(&lock), 0);
  CHECK(pith_mutex_owner(&lock) == NULL);
}

TEST_WITH(PITH_MUTEX_OPTIONS, mutex_recursive, "a recursive mutex is free after as many unlocks as locks, with and without waiters") {
  CHECK_EQ(pith_mutex_init(&lock, PITH_MUTEX_RECURSIVE), 0);
  for (int waiters = 0; waiters < 2; waiters++) {
    for (int i = 0; i < 3; i++) {
      CHECK_EQ(pith_mutex_lock(&lock), 0);
      CHECK_KERNEL();
      if (waiters && i == 1) test_thread(0, 4, 0, lock_it, (void *)'w');
    }
    for (int i = 0; i < 3; i++) {
      CHECK(pith_mutex_owner(&lock) == pith_self());
      CHECK_TRACE("");
      CHECK_EQ(pith_mutex_unlock(&lock), 0);
      CHECK_KERNEL();
    }
    CHECK(pith_mutex_owner(&lock) == NULL);
    CHECK_TRACE(waiters ? "w" : "");
    CHECK_EQ(pith_mutex_unlock(&lock), -EPERM);
  }
}

static void try_lock(void *unused) {
  (void)unused;
  result = pith_mutex_lock_for(&lock, PITH_POLL);
}

TEST_WITH(PITH_MUTEX_OPTIONS, mutex_recursive_excludes, "a recursive mutex locked twice and unlocked once still keeps others out") {
  CHECK_EQ(pith_mutex_init(&lock, PITH_MUTEX_RECURSIVE), 0);
  CHECK_EQ(pith_mutex_lock(&lock), 0);
  CHECK_EQ(pith_mutex_lock_for(&lock, PITH_POLL), 0);
  CHECK_EQ(pith_mutex_unlock(&lock), 0);
  test_thread(0, 4, 0, try_lock, NULL);
  CHECK_EQ(result, -ETIMEDOUT);
  CHECK_EQ(pith_mutex_unlock(&lock), 0);
  test_thread(1, 4, 0, try_lock, NULL);
  CHECK_EQ(result, 0);
}

TEST(mutex_timeout, "waiting for a mutex ends at the deadline; polling does not wait") {
  pith_time start;

  test_thread(0, 4, 0, lock_and_die, NULL);
  pith_mutex_init(&lock, 0);
  test_thread(1, LATE, PITH_DORMANT, nothing, NULL);
  CHECK_EQ(pith_mutex_lock(&lock), 0);
  start = pith_now();
  test_thread(2, 4, 0, try_lock, NULL);
  CHECK_EQ(result, -ETIMEDOUT);
  CHECK(pith_now() <= start + 1);
  CHECK_EQ(pith_mutex_unlock(&lock), 0);
  CHECK(pith_mutex_owner(&lock) == NULL);
}

static void hold_until_told(void *unused) {
  (void)unused;
  CHECK_EQ(pith_mutex_lock(&lock), 0);
  pith_sem_take(&gate);
  CHECK_EQ(pith_mutex_unlock(&lock), 0);
}

TEST(mutex_timeout_waits, "a timed lock lasts at least as long as asked, and the mutex then works on") {
  pith_time start;

  test_thread(0, 4, 0, hold_until_told, NULL);
  start = pith_now();
  CHECK_EQ(pith_mutex_lock_for(&lock, 3), -ETIMEDOUT);
  CHECK(pith_now() >= start + 3);
  CHECK_EQ(pith_mutex_lock_until(&lock, pith_now() + 2), -ETIMEDOUT);
  CHECK_EQ(pith_mutex_lock_until(&lock, pith_now()), -ETIMEDOUT);
  CHECK_KERNEL();
  CHECK_EQ(pith_sem_give(&gate), 0);
  CHECK_EQ(pith_mutex_lock_for(&lock, PITH_POLL), 0);
  CHECK_KERNEL();
}

TEST(mutex_order, "the most urgent waiter owns it next, first come first served among equals") {
  CHECK_EQ(pith_mutex_lock(&lock), 0);
  test_thread(0, 6, 0, lock_it, (void *)'c');
  test_thread(1, 4, 0, lock_it, (void *)'a');
  test_thread(2, 6, 0, lock_it, (void *)'d');
  test_thread(3, 4, 0, lock_it, (void *)'b');
  test_thread(4, 7, 0, lock_it, (void *)'e');
  CHECK_KERNEL();
  CHECK_EQ(pith_mutex_unlock(&lock), 0);
  CHECK_TRACE("abcde");
  CHECK(pith_mutex_owner(&lock) == NULL);
  CHECK_EQ(pith_thread_priority(pith_self()), OWN);
  CHECK_KERNEL();
}

TEST(mutex_handed_over, "unlock hands over: the unlocker cannot take it back before the waiter ran") {
  struct pith_thread *t = test_thread(0, LATE, 0, lock_it, (void *)'t');

  CHECK_EQ(pith_mutex_lock(&lock), 0);
  let_others_run();
  CHECK_EQ(pith_mutex_unlock(&lock), 0);
  CHECK(pith_mutex_owner(&lock) == t);
  CHECK_EQ(pith_mutex_lock_for(&lock, PITH_POLL), -ETIMEDOUT);
  CHECK_EQ(pith_mutex_lock(&lock), 0); /* waits, t runs with this thread's priority */
  CHECK_TRACE("t");
  CHECK_KERNEL();
}

TEST(mutex_delete, "pith_mutex_delete() ends every wait with -EIDRM and leaves it free") {
  struct pith_thread *t = test_thread(0, 6, 0, hold_until_told, NULL);

  test_thread(1, 4, 0, lock_it, (void *)'x');
  test_thread(2, 5, 0, lock_it, (void *)'x');
  CHECK_EQ(pith_thread_priority(t), 4);
  CHECK_EQ(pith_mutex_delete(&lock), 0);
  CHECK_TRACE("!!");
  CHECK_EQ(result, -EIDRM);
  CHECK_EQ(pith_thread_priority(t), 6);
  CHECK(pith_mutex_owner(&lock) == NULL);
  CHECK_KERNEL();
  CHECK_EQ(pith_mutex_lock(&lock), 0);
  CHECK_EQ(pith_mutex_delete(&lock), 0); /* held, nobody waits */
  CHECK(pith_mutex_owner(&lock) == NULL);
  CHECK_KERNEL();
}

TEST_WITH(TEST_HEAP, mutex_delete_after_owner, "a mutex whose owner is long gone can be deleted") {
  struct pith_thread_attr a = {.priority = 4, .stack_size = 512};
  struct pith_thread *t;

  CHECK_EQ(pith_thread_create(&t, &a, lock_and_die, NULL), 0);
  CHECK_EQ(pith_thread_join(t, NULL, PITH_POLL), 0);
  memset(pith_malloc(sizeof *t), 0, sizeof *t); /* the same memory, for something else */
  CHECK_EQ(pith_mutex_delete(&lock), 0);
  CHECK(pith_mutex_owner(&lock) == NULL);
  CHECK_KERNEL();
}

/* ---- the owner dies ---- */

TEST(mutex_owner_died_unknown,
     "the kernel did not know of the lock: the next owner gets -EOWNERDEAD, the one after it 0") {
  test_thread(0, 4, 0, lock_and_die, NULL);
  CHECK_EQ(pith_mutex_lock(&lock), -EOWNERDEAD);
  CHECK(pith_mutex_owner(&lock) == pith_self());
  CHECK_KERNEL();
  CHECK_EQ(pith_mutex_unlock(&lock), 0);
  CHECK_EQ(pith_mutex_lock_for(&lock, PITH_POLL), 0);
  CHECK_EQ(pith_mutex_unlock(&lock), 0);
  test_thread(1, 4, 0, lock_and_die, NULL);
  CHECK_EQ(pith_mutex_lock_for(&lock, PITH_POLL), -EOWNERDEAD);
  CHECK_EQ(pith_mutex_lock(&lock), -EDEADLK);
}

TEST(mutex_owner_died_joined, "the same when the owner has been joined since") {
  struct pith_thread *t = test_thread(0, 4, 0, lock_and_die, NULL);

  CHECK_EQ(pith_thread_join(t, NULL, PITH_POLL), 0);
  CHECK_EQ(pith_mutex_lock(&lock), -EOWNERDEAD);
}

TEST_WITH(TEST_HEAP, mutex_owner_died_freed, "the same when the owner's memory has become something else since") {
  struct pith_thread_attr a = {.priority = 4, .stack_size = 512};
  struct pith_thread *t;

  CHECK_EQ(pith_thread_create(&t, &a, lock_and_die, NULL), 0);
  CHECK_EQ(pith_thread_join(t, NULL, PITH_POLL), 0);
  CHECK(pith_malloc(sizeof *t) == t);
  memset(t, 0, sizeof *t);
  CHECK_EQ(pith_mutex_lock(&lock), -EOWNERDEAD);
  CHECK(pith_mutex_owner(&lock) == pith_self());
  CHECK_KERNEL();
}

static void hold_then_exit(void *unused) {
  (void)unused;
  CHECK_EQ(pith_mutex_lock(&lock), 0);
  pith_sem_take(&gate);
}

TEST(mutex_owner_died_waiters,
     "waiters of a dead owner's mutex get -EOWNERDEAD, one after the other if nobody unlocks it") {
  test_thread(0, 6, 0, hold_then_exit, NULL);
  test_thread(1, 5, 0, lock_it, (void *)'b');
  test_thread(2, 4, 0, lock_it, (void *)'a');
  CHECK_EQ(pith_sem_give(&gate), 0);
  CHECK_TRACE("!!"); /* the first did not unlock it and ended: the same for the second */
  CHECK_EQ(result, -EOWNERDEAD);
  CHECK_KERNEL();
}

static void repair(void *unused) {
  (void)unused;
  result = pith_mutex_lock(&lock);
  trace(result == -EOWNERDEAD ? 'r' : '?');
  CHECK_EQ(pith_mutex_unlock(&lock), 0);
}

TEST(mutex_owner_died_repaired, "a waiter that repairs and unlocks makes the mutex whole for the next") {
  test_thread(0, 6, 0, hold_then_exit, NULL);
  test_thread(1, 4, 0, repair, NULL);
  test_thread(2, 5, 0, lock_it, (void *)'b');
  CHECK_EQ(pith_sem_give(&gate), 0);
  CHECK_TRACE("rb");
  CHECK(pith_mutex_owner(&lock) == NULL);
  CHECK_KERNEL();
}

static void lock_twice_and_die(void *unused) {
  (void)unused;
  CHECK_EQ(pith_mutex_lock(&lock), 0);
  CHECK_EQ(pith_mutex_lock(&lock), 0);
}

TEST_WITH(PITH_MUTEX_OPTIONS, mutex_owner_died_recursive, "a recursive mutex of a dead owner is the next one's once, not more") {
  CHECK_EQ(pith_mutex_init(&lock, PITH_MUTEX_RECURSIVE), 0);
  test_thread(0, 4, 0, lock_twice_and_die, NULL);
  CHECK_EQ(pith_mutex_lock(&lock), -EOWNERDEAD);
  CHECK_EQ(pith_mutex_unlock(&lock), 0);
  CHECK(pith_mutex_owner(&lock) == NULL);
  CHECK_KERNEL();
}

static void lock_twice_and_wait(void *unused) {
  (void)unused;
  CHECK_EQ(pith_mutex_lock(&lock), 0);
  CHECK_EQ(pith_mutex_lock(&lock), 0);
  pith_sem_take(&gate);
}

TEST_WITH(PITH_MUTEX_OPTIONS, mutex_owner_died_depth, "a waiter that is handed a dead owner's recursive mutex unlocks it once") {
  struct pith_thread *t;

  CHECK_EQ(pith_mutex_init(&lock, PITH_MUTEX_RECURSIVE), 0);
  t = test_thread(0, 6, 0, lock_twice_and_wait, NULL);
  test_thread(1, 4, 0, repair, NULL);
  CHECK_EQ(pith_thread_delete(t), 0);
  CHECK_TRACE("r");
  CHECK(pith_mutex_owner(&lock) == NULL);
  CHECK_KERNEL();
}

static struct pith_mutex many[4];

static void hold_many(void *unused) {
  (void)unused;
  for (int i = 0; i < 4; i++) CHECK_EQ(pith_mutex_lock(&many[i]), 0);
  pith_sem_take(&gate);
}

static void lock_one(void *m) {
  trace((char)('0' + (int)((struct pith_mutex *)m - many)));
  if (pith_mutex_lock(m) == -EOWNERDEAD) trace('d');
  pith_mutex_unlock(m);
}

TEST(mutex_owner_died_several, "every mutex a dead thread held passes on") {
  struct pith_thread *t = test_thread(0, 7, 0, hold_many, NULL);

  for (int i = 0; i < 3; i++) test_thread(1 + i, (unsigned)(6 - i), 0, lock_one, &many[i]);
  CHECK_TRACE("012");
  CHECK_EQ(pith_thread_priority(t), 4);
  CHECK_KERNEL();
  CHECK_EQ(pith_thread_delete(t), 0);
  CHECK_TRACE("ddd");
  CHECK_EQ(pith_mutex_lock(&many[3]), -EOWNERDEAD);
  for (int i = 0; i < 3; i++) CHECK_EQ(pith_mutex_lock(&many[i]), 0);
  CHECK_KERNEL();
}

/* Condition variables. */
#include "check.h"
#include "kernel.h"
#include "pith/cond.h"

static struct pith_mutex lock = PITH_MUTEX_INIT;
static struct pith_cond cond = PITH_COND_INIT;
static struct pith_sem gate = PITH_SEM_INIT(0);
static int result, stock;

static void lock_it(void) { CHECK_EQ(pith_mutex_lock(&lock), 0); }
static void unlock_it(void) { CHECK_EQ(pith_mutex_unlock(&lock), 0); }

static void await(char letter, pith_time span) {
  int error;

  lock_it();
  error = pith_cond_wait_for(&cond, &lock, span);
  CHECK(pith_mutex_owner(&lock) == pith_self());
  trace(error ? '!' : letter);
  if (error) result = error;
  unlock_it();
}

static void wait_long(void *letter) { await((char)(intptr_t)letter, PITH_FOREVER); }
static void wait_shortly(void *letter) { await((char)(intptr_t)letter, 3); }

static void record(void *letter) { trace((char)(intptr_t)letter); }

static void lock_and_record(void *letter) {
  lock_it();
  trace((char)(intptr_t)letter);
  unlock_it();
}

/* Holds the lock until told. */
static void hold(void *letter) {
  lock_it();
  pith_sem_take(&gate);
  trace((char)(intptr_t)letter);
  unlock_it();
}

TEST(cond_wait_unlocks,
     "waiting gives the mutex back; a signal ends the wait, and the waiter owns it again") {
  test_thread(0, 4, 0, wait_long, (void *)'w');
  CHECK(pith_mutex_owner(&lock) == NULL);
  CHECK_KERNEL();
  lock_it();
  CHECK_EQ(pith_cond_signal(&cond), 0);
  CHECK_TRACE(""); /* signalled, but the mutex is not free */
  CHECK_KERNEL();
  unlock_it();
  CHECK_TRACE("w");
  CHECK(pith_mutex_owner(&lock) == NULL);
}

TEST(cond_signal_unlocked, "a signal needs no mutex: the waiter goes on at once if it is free") {
  test_thread(0, 4, 0, wait_long, (void *)'w');
  CHECK_EQ(pith_cond_signal(&cond), 0);
  CHECK_TRACE("w");
  CHECK_KERNEL();
}

TEST(cond_no_memory, "a signal that finds nobody is lost") {
  CHECK_EQ(pith_cond_signal(&cond), 0);
  CHECK_EQ(pith_cond_broadcast(&cond), 0);
  lock_it();
  CHECK_EQ(pith_cond_wait_for(&cond, &lock, 2), -ETIMEDOUT);
  unlock_it();
}

TEST(cond_errors, "waiting with a mutex that is not the caller's") {
  CHECK_EQ(pith_cond_wait(&cond, &lock), -EPERM);
  test_thread(0, 4, 0, hold, (void *)'h');
  CHECK_EQ(pith_cond_wait(&cond, &lock), -EPERM);
}

TEST_WITH(PITH_MUTEX_OPTIONS, cond_twice, "waiting with a mutex that is locked twice") {
  struct pith_mutex twice;

  CHECK_EQ(pith_mutex_init(&twice, PITH_MUTEX_RECURSIVE), 0);
  CHECK_EQ(pith_mutex_lock(&twice), 0);
  CHECK_EQ(pith_mutex_lock(&twice), 0);
  CHECK_EQ(pith_cond_wait(&cond, &twice), -EINVAL);
  CHECK_EQ(pith_mutex_unlock(&twice), 0);
  CHECK_EQ(pith_cond_wait_for(&cond, &twice, 1), -ETIMEDOUT);
  CHECK(pith_mutex_owner(&twice) == pith_self());
  CHECK_EQ(pith_mutex_unlock(&twice), 0);
  CHECK(pith_mutex_owner(&twice) == NULL);
}

TEST(cond_order, "signals go to the most urgent waiter, first come first served among equals") {
  static const unsigned char priority[5] = {6, 4, 6, 7, 4};

  for (int i = 0; i < 5; i++) test_thread(i, priority[i], 0, wait_long, (void *)(intptr_t) "cadeb"[i]);
  CHECK_KERNEL();
  for (int i = 0; i < 5; i++) CHECK_EQ(pith_cond_signal(&cond), 0);
  CHECK_TRACE("abcde");
  CHECK_KERNEL();
}

TEST(cond_broadcast,
     "a broadcast ends every wait; each goes on with the mutex, in order, when its turn comes") {
  for (int i = 0; i < 4; i++) test_thread(i, (unsigned)(7 - i), 0, wait_long, (void *)(intptr_t)("dcba"[i]));
  lock_it();
  CHECK_EQ(pith_cond_broadcast(&cond), 0);
  CHECK_TRACE("");
  CHECK_EQ(pith_thread_priority(pith_self()), 4); /* they wait for the mutex now */
  CHECK_KERNEL();
  test_thread(4, 3, 0, lock_and_record, (void *)'x'); /* more urgent than they are */
  unlock_it();
  CHECK_TRACE("xabcd");
  CHECK_EQ(pith_thread_priority(pith_self()), 8);
  CHECK(pith_mutex_owner(&lock) == NULL);
  CHECK_KERNEL();
}

TEST(cond_broadcast_no_herd, "of many waiters a broadcast makes one ready, the one that has got the mutex") {
  struct pith_thread *t[4];
  int ready = 0;

  for (int i = 0; i < 4; i++) t[i] = test_thread(i, 12, 0, wait_long, (void *)(intptr_t)('a' + i));
  let_others_run();
  CHECK_EQ(pith_cond_broadcast(&cond), 0);
  for (int i = 0; i < 4; i++) ready += pith_thread_state(t[i]) == PITH_THREAD_READY;
  CHECK_EQ(ready, 1);
  CHECK(pith_mutex_owner(&lock) == t[0]);
  CHECK_KERNEL();
  let_others_run();
  CHECK_TRACE("abcd");
}

TEST(cond_timeout, "a wait gives up at its deadline, not before, and holds the mutex") {
  pith_time start;

  test_thread(0, 4, 0, wait_shortly, (void *)'s');
  lock_it();
  start = pith_now();
  CHECK_EQ(pith_cond_wait_until(&cond, &lock, start + 6), -ETIMEDOUT);
  CHECK(pith_now() >= start + 6);
  CHECK(pith_mutex_owner(&lock) == pith_self());
  CHECK_TRACE("!");
  CHECK_EQ(result, -ETIMEDOUT);
  CHECK_EQ(pith_cond_signal(&cond), 0);
  CHECK_KERNEL();
}

TEST(cond_poll, "a deadline that has passed is -ETIMEDOUT at once, and the mutex is not given back") {
  lock_it();
  test_thread(0, 4, 0, lock_and_record, (void *)'x');
  CHECK_EQ(pith_cond_wait_for(&cond, &lock, PITH_POLL), -ETIMEDOUT);
  CHECK_TRACE("");
  CHECK(pith_mutex_owner(&lock) == pith_self());
  unlock_it();
  CHECK_TRACE("x");
}

TEST(cond_timeout_relocks,
     "after its deadline a waiter waits for the mutex, and lends its owner its priority") {
  struct pith_thread *t = test_thread(0, 4, 0, wait_shortly, (void *)'s');

  lock_it();
  pith_sleep(5);
  CHECK_TRACE("");
  CHECK_EQ(pith_thread_state(t), PITH_THREAD_WAITING);
  CHECK_EQ(pith_thread_priority(pith_self()), 4);
  CHECK_KERNEL();
  unlock_it();
  CHECK_EQ(pith_thread_priority(pith_self()), 8);
  CHECK_TRACE("!");
  CHECK_EQ(result, -ETIMEDOUT);
}

TEST(cond_signalled_has_no_deadline,
     "a waiter that was signalled waits for the mutex beyond its deadline, and returns 0") {
  test_thread(0, 4, 0, wait_shortly, (void *)'s');
  lock_it();
  CHECK_EQ(pith_cond_signal(&cond), 0);
  pith_sleep(6);
  CHECK_TRACE("");
  CHECK_KERNEL();
  unlock_it();
  CHECK_TRACE("s");
}

TEST(cond_inherit, "who waits for the mutex after a signal lends its priority, through chains") {
  struct pith_thread *t = test_thread(0, 12, 0, hold, (void *)'h'), *w;

  w = test_thread(1, 4, 0, wait_long, (void *)'w'); /* t has not run yet */
  let_others_run();
  CHECK(pith_mutex_owner(&lock) == t);
  CHECK_EQ(pith_thread_priority(t), 12);
  CHECK_EQ(pith_cond_signal(&cond), 0);
  CHECK_EQ(pith_thread_priority(t), 4);
  CHECK_KERNEL();
  CHECK_EQ(pith_thread_set_priority(w, 2), 0);
  CHECK_EQ(pith_thread_priority(t), 2);
  test_thread(2, 10, 0, record, (void *)'m');
  CHECK_EQ(pith_sem_give(&gate), 0);
  CHECK_TRACE("hw");
  CHECK_EQ(pith_thread_priority(t), 12);
  let_others_run();
  CHECK_TRACE("m");
  CHECK_KERNEL();
}

TEST(cond_wait_drops_inheritance,
     "waiting gives back what the mutex's waiters lent, and the first of them gets it") {
  struct pith_thread *self = pith_self();

  lock_it();
  test_thread(0, 3, 0, lock_and_record, (void *)'x');
  CHECK_EQ(pith_thread_priority(self), 3);
  CHECK_EQ(pith_cond_wait_for(&cond, &lock, 2), -ETIMEDOUT);
  CHECK_TRACE("x");
  CHECK_EQ(pith_thread_priority(self), 8);
  CHECK_KERNEL();
}

TEST(cond_cancel, "a cancelled waiter gets -ECANCELED with the mutex, and takes no signal") {
  struct pith_thread *t = test_thread(0, 4, 0, wait_long, (void *)'a');

  test_thread(1, 5, 0, wait_long, (void *)'b');
  CHECK_EQ(pith_thread_cancel(t), 0);
  CHECK_TRACE("!");
  CHECK_EQ(result, -ECANCELED);
  CHECK_EQ(pith_cond_signal(&cond), 0);
  CHECK_TRACE("b");
  CHECK_KERNEL();
}

TEST(cond_cancel_relock,
     "cancelling a waiter that waits for the mutex already does not end that: it comes back with it") {
  struct pith_thread *t = test_thread(0, 4, 0, wait_long, (void *)'a');

  lock_it();
  CHECK_EQ(pith_cond_signal(&cond), 0);
  for (int i = 0; i < 3; i++) CHECK_EQ(pith_thread_cancel(t), 0);
  CHECK_TRACE("");
  CHECK_KERNEL();
  unlock_it();
  CHECK_TRACE("!");
  CHECK_EQ(result, -ECANCELED);
  CHECK_EQ(pith_thread_state(t), PITH_THREAD_DEAD);
}

TEST(cond_waiter_deleted, "a waiter that is deleted, before or after its signal, leaves the rest whole") {
  struct pith_thread *t = test_thread(0, 4, 0, wait_long, (void *)'a'),
                     *u = test_thread(1, 5, 0, wait_long, (void *)'b');

  test_thread(2, 6, 0, wait_long, (void *)'c');
  CHECK_EQ(pith_thread_delete(t), 0);
  lock_it();
  CHECK_EQ(pith_cond_broadcast(&cond), 0);
  CHECK_EQ(pith_thread_priority(pith_self()), 5);
  CHECK_EQ(pith_thread_delete(u), 0);
  CHECK_EQ(pith_thread_priority(pith_self()), 6);
  CHECK_KERNEL();
  unlock_it();
  CHECK_TRACE("c");
  CHECK_KERNEL();
}

TEST(cond_delete, "pith_cond_delete() ends every wait with -EIDRM, with the mutex") {
  for (int i = 0; i < 2; i++) test_thread(i, 4, 0, wait_long, (void *)'x');
  CHECK_EQ(pith_cond_delete(&cond), 0);
  CHECK_TRACE("!!");
  CHECK_EQ(result, -EIDRM);
  CHECK_KERNEL();
}

static void wait_without_check(void *unused) {
  (void)unused;
  lock_it();
  result = pith_cond_wait(&cond, &lock);
  trace(pith_mutex_owner(&lock) == pith_self() ? 'o' : 'n');
}

TEST(cond_mutex_deleted,
     "when the mutex is deleted under a waiter that waits for it, it gets -EIDRM without it") {
  test_thread(0, 4, 0, wait_without_check, NULL);
  lock_it();
  CHECK_EQ(pith_cond_signal(&cond), 0);
  CHECK_EQ(pith_mutex_delete(&lock), 0);
  CHECK_TRACE("n");
  CHECK_EQ(result, -EIDRM);
  CHECK_KERNEL();
}

static void lock_and_die(void *unused) {
  (void)unused;
  lock_it();
}

TEST(cond_owner_died,
     "a waiter learns that the mutex's owner has ended meanwhile, whether the kernel knew or not") {
  for (int known = 0; known < 2; known++) {
    struct pith_thread *t;

    test_thread(4 * known, 4, 0, wait_without_check, NULL);
    if (known) {
      t = test_thread(5, 6, 0, hold, (void *)'h');
      CHECK_EQ(pith_cond_signal(&cond), 0);
      CHECK_EQ(pith_thread_delete(t), 0);
    } else {
      test_thread(1, 5, 0, lock_and_die, NULL);
      CHECK_EQ(pith_cond_signal(&cond), 0);
    }
    CHECK_TRACE("o");
    CHECK_EQ(result, -EOWNERDEAD);
    CHECK_KERNEL();
    pith_mutex_init(&lock, 0);
  }
}

TEST_WITH(PITH_MUTEX_OPTIONS, cond_robust,
     "a robust mutex given up for good while a thread waits on its condition: -ENOTRECOVERABLE") {
  CHECK_EQ(pith_mutex_init(&lock, PITH_MUTEX_ROBUST), 0);
  test_thread(0, 4, 0, wait_without_check, NULL);
  test_thread(1, 5, 0, lock_and_die, NULL);
  CHECK_EQ(pith_mutex_lock(&lock), -EOWNERDEAD);
  CHECK_EQ(pith_mutex_unlock(&lock), 0);
  CHECK_EQ(pith_cond_signal(&cond), 0);
  CHECK_TRACE("n");
  CHECK_EQ(result, -ENOTRECOVERABLE);
  CHECK_KERNEL();
}

static void produce(void *n) {
  for (int i = 0; i < (int)(intptr_t)n; i++) {
    lock_it();
    stock++;
    pith_cond_signal(&cond);
    unlock_it();
    if (i % 7 == 0) pith_yield();
  }
}

static int consumed[3];

static void consume(void *i_) {
  int *n = &consumed[(intptr_t)i_];

  for (;;) {
    lock_it();
    while (!stock) {
      if (pith_cond_wait(&cond, &lock)) {
        unlock_it();
        return;
      }
    }
    stock--;
    ++*n;
    unlock_it();
  }
}

TEST(cond_producers_consumers, "what two producers make three consumers get, no more and no less") {
  struct pith_thread *p[2], *c[3];

  for (int i = 0; i < 3; i++) c[i] = test_thread(i, (unsigned)(7 + i), 0, consume, (void *)(intptr_t)i);
  for (int i = 0; i < 2; i++) p[i] = test_thread(4 + i, 8, 0, produce, (void *)300);
  for (int i = 0; i < 2; i++) CHECK_EQ(pith_thread_join(p[i], NULL, pith_deadline(10000)), 0);
  let_others_run();
  CHECK_EQ(stock, 0);
  CHECK_EQ(consumed[0] + consumed[1] + consumed[2], 600);
  CHECK_EQ(pith_cond_delete(&cond), 0);
  for (int i = 0; i < 3; i++) CHECK_EQ(pith_thread_join(c[i], NULL, pith_deadline(1000)), 0);
  CHECK_KERNEL();
}

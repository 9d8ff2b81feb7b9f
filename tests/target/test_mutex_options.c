/* Mutexes with options: robust, with a ceiling, recursive, and all of them at once. */
#include "check.h"
#include "kernel.h"
#include "mem.h"

static struct pith_mutex lock;
static struct pith_sem gate = PITH_SEM_INIT(0);
static int result;

static void lock_and_die(void *unused) {
  (void)unused;
  CHECK_EQ(pith_mutex_lock(&lock), 0);
}

static void lock_it(void *letter) {
  int error = pith_mutex_lock(&lock);

  trace(error ? '!' : (char)(intptr_t)letter);
  if (error) result = error;
  if (error == 0 || error == -EOWNERDEAD) CHECK_EQ(pith_mutex_unlock(&lock), 0);
}

static void repair(void *letter) {
  int error = pith_mutex_lock(&lock);

  if (error == -EOWNERDEAD) trace(pith_mutex_consistent(&lock) ? '?' : 'r');
  trace((char)(intptr_t)letter);
  CHECK_EQ(pith_mutex_unlock(&lock), 0);
}

static void hold(void *letter) {
  CHECK_EQ(pith_mutex_lock(&lock), 0);
  pith_sem_take(&gate);
  trace((char)(intptr_t)letter);
  CHECK_EQ(pith_mutex_unlock(&lock), 0);
}

TEST(mutex_options, "options that exist are taken in any combination, others are -EINVAL") {
  static const unsigned good[] = {0,
                                  PITH_MUTEX_RECURSIVE,
                                  PITH_MUTEX_ROBUST,
                                  PITH_MUTEX_CEILING(0),
                                  PITH_MUTEX_CEILING(PITH_PRIORITIES - 2),
                                  PITH_MUTEX_RECURSIVE | PITH_MUTEX_ROBUST | PITH_MUTEX_CEILING(8)};
  static const unsigned bad[] = {
      2, 16, 32, 64, 128, PITH_MUTEX_CEILING(PITH_PRIORITIES - 1), PITH_MUTEX_CEILING(256), 1 << 8};

  CHECK(sizeof(struct pith_mutex) <= 20);
  for (unsigned i = 0; i < sizeof bad / sizeof *bad; i++) CHECK_EQ(pith_mutex_init(&lock, bad[i]), -EINVAL);
  for (unsigned i = 0; i < sizeof good / sizeof *good; i++) {
    CHECK_EQ(pith_mutex_init(&lock, good[i]), 0);
    CHECK(pith_mutex_owner(&lock) == NULL);
    CHECK_EQ(pith_mutex_unlock(&lock), -EPERM);
    for (int n = 0; n < 3; n++) {
      CHECK_EQ(n == 1 ? pith_mutex_lock_for(&lock, PITH_POLL) : pith_mutex_lock(&lock), i == 4 ? -EINVAL : 0);
      if (i == 4) continue;
      CHECK(pith_mutex_owner(&lock) == pith_self());
      CHECK_KERNEL();
      CHECK_EQ(pith_mutex_unlock(&lock), 0);
      CHECK(pith_mutex_owner(&lock) == NULL);
      CHECK_EQ(pith_mutex_unlock(&lock), -EPERM);
      CHECK_KERNEL();
    }
  }
}

TEST(mutex_static_options, "PITH_MUTEX_INIT_WITH() makes what pith_mutex_init() makes") {
  static struct pith_mutex a = PITH_MUTEX_INIT_WITH(PITH_MUTEX_RECURSIVE | PITH_MUTEX_CEILING(5)), b;
  static struct pith_mutex c = PITH_MUTEX_INIT_WITH(PITH_MUTEX_ROBUST), d;
  static struct pith_mutex e = PITH_MUTEX_INIT_WITH(PITH_MUTEX_RECURSIVE), f;

  pith_mutex_init(&b, PITH_MUTEX_RECURSIVE | PITH_MUTEX_CEILING(5));
  pith_mutex_init(&d, PITH_MUTEX_ROBUST);
  pith_mutex_init(&f, PITH_MUTEX_RECURSIVE);
  CHECK_EQ(memcmp(&a, &b, sizeof a), 0);
  CHECK_EQ(memcmp(&c, &d, sizeof c), 0);
  CHECK_EQ(memcmp(&e, &f, sizeof e), 0);
}

/* ---- recursion ---- */

static void try_lock(void *unused) {
  (void)unused;
  result = pith_mutex_lock_for(&lock, PITH_POLL);
}

TEST(mutex_recursive_counts,
     "a recursive mutex is free after the last unlock and not before, whichever options it has besides") {
  static const unsigned also[] = {0, PITH_MUTEX_ROBUST, PITH_MUTEX_CEILING(6),
                                  PITH_MUTEX_ROBUST | PITH_MUTEX_CEILING(6)};
  int next = 0;

  for (unsigned i = 0; i < 4; i++) {
    CHECK_EQ(pith_mutex_init(&lock, PITH_MUTEX_RECURSIVE | also[i]), 0);
    for (int n = 0; n < 3; n++) CHECK_EQ(n == 1 ? pith_mutex_lock_for(&lock, 5) : pith_mutex_lock(&lock), 0);
    for (int n = 0; n < 3; n++) {
      CHECK(pith_mutex_owner(&lock) == pith_self());
      result = 0;
      test_thread(next++, 6, 0, try_lock, NULL); /* as urgent as the ceiling, if there is one */
      pith_yield();
      CHECK_EQ(result, -ETIMEDOUT);
      CHECK_EQ(pith_mutex_unlock(&lock), 0);
      CHECK_KERNEL();
    }
    CHECK(pith_mutex_owner(&lock) == NULL);
    CHECK_EQ(pith_mutex_unlock(&lock), -EPERM);
  }
}

TEST(mutex_recursive_limit, "65536 locks are the most; one more is -EAGAIN, and as many unlocks free it") {
  CHECK_EQ(pith_mutex_init(&lock, PITH_MUTEX_RECURSIVE), 0);
  for (int i = 0; i < 65536; i++) CHECK_EQ(pith_mutex_lock(&lock), 0);
  CHECK_EQ(pith_mutex_lock(&lock), -EAGAIN);
  for (int i = 0; i < 65536; i++) CHECK_EQ(pith_mutex_unlock(&lock), 0);
  CHECK_EQ(pith_mutex_unlock(&lock), -EPERM);
}

/* ---- robust ---- */

TEST(mutex_robust_repaired,
     "the next owner of a dead thread's mutex is told, says it is consistent, and all is well") {
  CHECK_EQ(pith_mutex_init(&lock, PITH_MUTEX_ROBUST), 0);
  test_thread(0, 4, 0, lock_and_die, NULL);
  CHECK(pith_mutex_owner(&lock) == NULL); /* known at once */
  CHECK_KERNEL();
  CHECK_EQ(pith_mutex_consistent(&lock), -EPERM);
  CHECK_EQ(pith_mutex_lock(&lock), -EOWNERDEAD);
  CHECK(pith_mutex_owner(&lock) == pith_self());
  CHECK_EQ(pith_mutex_consistent(&lock), 0);
  CHECK_EQ(pith_mutex_consistent(&lock), -EINVAL);
  CHECK_EQ(pith_mutex_unlock(&lock), 0);
  for (int i = 0; i < 2; i++) {
    CHECK_EQ(pith_mutex_lock(&lock), 0);
    CHECK_EQ(pith_mutex_consistent(&lock), -EINVAL);
    CHECK_EQ(pith_mutex_unlock(&lock), 0);
  }
  CHECK_KERNEL();
}

TEST(mutex_robust_lost,
     "unlocked without that, it is of no use any more, to anybody, until it is made anew") {
  CHECK_EQ(pith_mutex_init(&lock, PITH_MUTEX_ROBUST), 0);
  test_thread(0, 4, 0, lock_and_die, NULL);
  CHECK_EQ(pith_mutex_lock_for(&lock, PITH_POLL), -EOWNERDEAD);
  test_thread(1, 5, 0, lock_it, (void *)'b');
  test_thread(2, 4, 0, lock_it, (void *)'a');
  CHECK_TRACE("");
  CHECK_EQ(pith_mutex_unlock(&lock), 0);
  CHECK_TRACE("!!");
  CHECK_EQ(result, -ENOTRECOVERABLE);
  CHECK_EQ(pith_thread_priority(pith_self()), 8);
  CHECK_EQ(pith_mutex_lock(&lock), -ENOTRECOVERABLE);
  CHECK_EQ(pith_mutex_lock_for(&lock, 1), -ENOTRECOVERABLE);
  CHECK_EQ(pith_mutex_unlock(&lock), -EPERM);
  CHECK(pith_mutex_owner(&lock) == NULL);
  CHECK_KERNEL();
  CHECK_EQ(pith_mutex_delete(&lock), 0);
  CHECK_EQ(pith_mutex_lock(&lock), 0);
  CHECK_EQ(pith_mutex_unlock(&lock), 0);
  CHECK_EQ(pith_mutex_lock(&lock), 0);
}

TEST(mutex_robust_dies_again, "who is told and ends too leaves it as it was: the next one is told") {
  CHECK_EQ(pith_mutex_init(&lock, PITH_MUTEX_ROBUST), 0);
  test_thread(0, 4, 0, lock_and_die, NULL);
  test_thread(1, 4, 0, try_lock, NULL); /* and ends */
  CHECK_EQ(result, -EOWNERDEAD);
  CHECK_EQ(pith_mutex_lock(&lock), -EOWNERDEAD);
  CHECK_EQ(pith_mutex_consistent(&lock), 0);
  CHECK_EQ(pith_mutex_unlock(&lock), 0);
  CHECK_EQ(pith_mutex_lock(&lock), 0);
}

TEST(mutex_robust_waiters, "with waiters the most urgent is told; once it has repaired, the others get 0") {
  struct pith_thread *t;

  CHECK_EQ(pith_mutex_init(&lock, PITH_MUTEX_ROBUST), 0);
  t = test_thread(0, 7, 0, hold, (void *)'h');
  test_thread(1, 6, 0, lock_it, (void *)'b');
  test_thread(2, 5, 0, repair, (void *)'a');
  CHECK_EQ(pith_thread_priority(t), 5);
  CHECK_EQ(pith_thread_delete(t), 0);
  CHECK_TRACE("rab");
  CHECK_KERNEL();
}

TEST(mutex_robust_reused, "the owner's memory may serve something else at once") {
  struct pith_thread_attr a = {.priority = 4, .stack_size = 512};
  struct pith_thread *t, *u;

  CHECK_EQ(pith_mutex_init(&lock, PITH_MUTEX_ROBUST), 0);
  CHECK_EQ(pith_thread_create(&t, &a, lock_and_die, NULL), 0);
  CHECK_EQ(pith_thread_join(t, NULL, PITH_POLL), 0);
  a.flags = PITH_DORMANT;
  CHECK_EQ(pith_thread_create(&u, &a, lock_and_die, NULL), 0);
  CHECK(t == u); /* a living thread at the same address */
  CHECK_EQ(pith_mutex_lock_for(&lock, PITH_POLL), -EOWNERDEAD);
  CHECK_EQ(pith_mutex_consistent(&lock), 0);
  CHECK_EQ(pith_mutex_unlock(&lock), 0);
  CHECK_KERNEL();
}

static void lock_twice_and_die(void *unused) {
  (void)unused;
  CHECK_EQ(pith_mutex_lock(&lock), 0);
  CHECK_EQ(pith_mutex_lock(&lock), 0);
}

TEST(mutex_robust_recursive, "a recursive one comes to the next owner locked once") {
  CHECK_EQ(pith_mutex_init(&lock, PITH_MUTEX_ROBUST | PITH_MUTEX_RECURSIVE), 0);
  test_thread(0, 4, 0, lock_twice_and_die, NULL);
  CHECK_EQ(pith_mutex_lock(&lock), -EOWNERDEAD);
  CHECK_EQ(pith_mutex_lock(&lock), 0); /* the second time it is the caller's own */
  CHECK_EQ(pith_mutex_consistent(&lock), 0);
  CHECK_EQ(pith_mutex_unlock(&lock), 0);
  CHECK(pith_mutex_owner(&lock) == pith_self());
  CHECK_EQ(pith_mutex_unlock(&lock), 0);
  CHECK(pith_mutex_owner(&lock) == NULL);
}

TEST(mutex_plain_died_known,
     "a plain mutex that had waiters once: its next owner is told, though the memory is reused") {
  struct pith_thread_attr a = {.priority = 6, .stack_size = 512};
  struct pith_thread *t, *w;

  CHECK_EQ(pith_mutex_init(&lock, 0), 0);
  CHECK_EQ(pith_thread_create(&t, &a, hold, (void *)'h'), 0);
  w = test_thread(0, 4, 0, lock_it, (void *)'w');
  CHECK_EQ(pith_thread_cancel(w), 0);
  CHECK_EQ(pith_thread_delete(t), 0);
  CHECK(pith_mutex_owner(&lock) == NULL);
  CHECK_EQ(pith_mutex_consistent(&lock), -EPERM);
  CHECK_EQ(pith_mutex_lock(&lock), -EOWNERDEAD);
  CHECK_EQ(pith_mutex_consistent(&lock), -EINVAL);
  CHECK_EQ(pith_mutex_unlock(&lock), 0);
  CHECK_EQ(lock.word, 0); /* straight again */
  CHECK_EQ(pith_mutex_lock(&lock), 0);
  CHECK_KERNEL();
}

/* ---- ceiling ---- */

TEST(mutex_ceiling, "the owner runs at the ceiling at least, and as before when it has unlocked") {
  struct pith_thread *self = pith_self();

  CHECK_EQ(pith_mutex_init(&lock, PITH_MUTEX_CEILING(3)), 0);
  for (int i = 0; i < 3; i++) {
    CHECK_EQ(i == 1 ? pith_mutex_lock_for(&lock, 1) : pith_mutex_lock(&lock), 0);
    CHECK_EQ(pith_thread_priority(self), 3);
    CHECK_KERNEL();
    CHECK_EQ(pith_mutex_lock(&lock), -EDEADLK);
    CHECK_EQ(pith_mutex_unlock(&lock), 0);
    CHECK_EQ(pith_thread_priority(self), 8);
    CHECK_KERNEL();
  }
}

static void record(void *letter) { trace((char)(intptr_t)letter); }

TEST(mutex_ceiling_keeps_out, "nobody up to the ceiling preempts the owner; more urgent threads do") {
  CHECK_EQ(pith_mutex_init(&lock, PITH_MUTEX_CEILING(3)), 0);
  CHECK_EQ(pith_mutex_lock(&lock), 0);
  test_thread(0, 4, 0, record, (void *)'b');
  test_thread(1, 3, 0, record, (void *)'a');
  CHECK_TRACE("");
  test_thread(2, 2, 0, record, (void *)'u');
  CHECK_TRACE("u");
  CHECK_EQ(pith_mutex_unlock(&lock), 0);
  CHECK_TRACE("ab");
}

TEST(mutex_ceiling_too_urgent, "a thread whose own priority is more urgent than the ceiling gets -EINVAL") {
  CHECK_EQ(pith_mutex_init(&lock, PITH_MUTEX_CEILING(5)), 0);
  test_thread(0, 4, 0, lock_it, (void *)'x');
  CHECK_TRACE("!");
  CHECK_EQ(result, -EINVAL);
  CHECK(pith_mutex_owner(&lock) == NULL);
  test_thread(1, 5, 0, lock_it, (void *)'a');
  CHECK_TRACE("a");
  CHECK_EQ(pith_mutex_lock(&lock), 0);
  result = 0;
  test_thread(2, 4, 0, lock_it, (void *)'x'); /* also when it is not free */
  CHECK_EQ(result, -EINVAL);
  CHECK_EQ(pith_mutex_unlock(&lock), 0);
}

static struct pith_mutex outer = PITH_MUTEX_INIT;

static void lock_outer(void *letter) {
  CHECK_EQ(pith_mutex_lock(&outer), 0);
  trace((char)(intptr_t)letter);
}

TEST(mutex_ceiling_inherited, "what counts is the own priority: one that has inherited more may lock") {
  struct pith_thread *self = pith_self();

  CHECK_EQ(pith_mutex_init(&lock, PITH_MUTEX_CEILING(5)), 0);
  CHECK_EQ(pith_mutex_lock(&outer), 0);
  test_thread(0, 2, 0, lock_outer, (void *)'o');
  CHECK_EQ(pith_thread_priority(self), 2);
  CHECK_EQ(pith_mutex_lock(&lock), 0);
  CHECK_EQ(pith_thread_priority(self), 2);
  CHECK_EQ(pith_mutex_unlock(&outer), 0);
  CHECK_EQ(pith_thread_priority(self), 5);
  CHECK_EQ(pith_mutex_unlock(&lock), 0);
  CHECK_EQ(pith_thread_priority(self), 8);
}

TEST(mutex_ceiling_waiters, "the next owner runs at the ceiling; ceiling and waiters count together") {
  struct pith_thread *a, *b;

  CHECK_EQ(pith_mutex_init(&lock, PITH_MUTEX_CEILING(4)), 0);
  a = test_thread(0, 7, 0, hold, (void *)'a');
  b = test_thread(1, 6, 0, hold, (void *)'b');
  CHECK_EQ(pith_thread_priority(a), 4);
  CHECK_EQ(pith_thread_priority(b), 6);
  CHECK_EQ(pith_thread_set_priority(b, 2), 0); /* more urgent than the ceiling, while it waits */
  CHECK_EQ(pith_thread_priority(a), 2);
  CHECK_EQ(pith_thread_set_priority(b, 6), 0);
  CHECK_EQ(pith_thread_priority(a), 4);
  CHECK_KERNEL();
  CHECK_EQ(pith_sem_give(&gate), 0);
  CHECK_TRACE("a");
  CHECK_EQ(pith_thread_priority(a), 7);
  CHECK_EQ(pith_thread_priority(b), 4);
  CHECK_KERNEL();
  CHECK_EQ(pith_thread_delete(b), 0);
  CHECK_EQ(pith_mutex_lock(&lock), -EOWNERDEAD);
  CHECK_EQ(pith_thread_priority(pith_self()), 4);
  CHECK_EQ(pith_mutex_delete(&lock), 0);
  CHECK_EQ(pith_thread_priority(pith_self()), 8);
  CHECK_KERNEL();
}

TEST(mutex_ceilings_nest, "of several ceilings the most urgent counts, whichever is unlocked first") {
  static struct pith_mutex other = PITH_MUTEX_INIT_WITH(PITH_MUTEX_CEILING(3));
  struct pith_thread *self = pith_self();

  CHECK_EQ(pith_mutex_init(&lock, PITH_MUTEX_CEILING(5)), 0);
  for (int i = 0; i < 2; i++) {
    CHECK_EQ(pith_mutex_lock(&lock), 0);
    CHECK_EQ(pith_mutex_lock(&other), 0);
    CHECK_EQ(pith_thread_priority(self), 3);
    CHECK_EQ(pith_mutex_unlock(i ? &lock : &other), 0);
    CHECK_EQ(pith_thread_priority(self), i ? 3 : 5);
    CHECK_EQ(pith_mutex_unlock(i ? &other : &lock), 0);
    CHECK_EQ(pith_thread_priority(self), 8);
  }
  CHECK_KERNEL();
}

TEST(mutex_plain_is_straight,
     "a plain mutex is locked and unlocked without the kernel's knowing; one with options never") {
  uint32_t self = K_WORD(pith_self());

  CHECK_EQ(pith_mutex_init(&lock, 0), 0);
  CHECK_EQ(pith_mutex_lock(&lock), 0);
  CHECK_EQ(lock.word, self);
  CHECK_EQ(pith_mutex_unlock(&lock), 0);
  CHECK_EQ(lock.word, 0);
  CHECK_EQ(pith_mutex_init(&lock, PITH_MUTEX_ROBUST), 0);
  CHECK_EQ(pith_mutex_lock(&lock), 0);
  CHECK_EQ(lock.word, self | K_MUTEX_KNOWN);
  CHECK_EQ(pith_mutex_unlock(&lock), 0);
  CHECK_EQ(lock.word, K_MUTEX_KNOWN);
}

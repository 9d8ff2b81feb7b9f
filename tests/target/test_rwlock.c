/* Reader-writer locks. */
#include "check.h"
#include "kernel.h"
#include "pith/rwlock.h"

static struct pith_rwlock rw = PITH_RWLOCK_INIT;
static struct pith_sem gate = PITH_SEM_INIT(0);
static int result;

static void finish_with(int error, char letter, bool wait) {
  trace(error ? '!' : letter);
  if (error) result = error;
  if (error && error != -EOWNERDEAD) return;
  if (wait) pith_sem_take(&gate);
  CHECK_EQ(pith_rwlock_unlock(&rw), 0);
}

static void read_it(void *letter) { finish_with(pith_rwlock_read_lock(&rw), (char)(intptr_t)letter, false); }
static void write_it(void *letter) {
  finish_with(pith_rwlock_write_lock(&rw), (char)(intptr_t)letter, false);
}
static void read_and_hold(void *letter) {
  finish_with(pith_rwlock_read_lock(&rw), (char)(intptr_t)letter, true);
}
static void write_and_hold(void *letter) {
  finish_with(pith_rwlock_write_lock(&rw), (char)(intptr_t)letter, true);
}
static void read_shortly(void *letter) {
  finish_with(pith_rwlock_read_lock_for(&rw, 3), (char)(intptr_t)letter, false);
}
static void write_shortly(void *letter) {
  finish_with(pith_rwlock_write_lock_for(&rw, 3), (char)(intptr_t)letter, false);
}

static void poll_read(void *unused) {
  (void)unused;
  result = pith_rwlock_read_lock_for(&rw, PITH_POLL);
  if (!result) CHECK_EQ(pith_rwlock_unlock(&rw), 0);
}

static void poll_write(void *unused) {
  (void)unused;
  result = pith_rwlock_write_lock_for(&rw, PITH_POLL);
  if (!result) CHECK_EQ(pith_rwlock_unlock(&rw), 0);
}

TEST(rwlock_free, "a free lock is locked and unlocked either way, and unlocking what is free is -EPERM") {
  struct pith_rwlock l;

  pith_rwlock_init(&l);
  CHECK_EQ(pith_rwlock_unlock(&l), -EPERM);
  for (int i = 0; i < 3; i++) {
    CHECK_EQ(pith_rwlock_read_lock(&l), 0);
    CHECK_EQ(pith_rwlock_unlock(&l), 0);
    CHECK_EQ(pith_rwlock_write_lock(&l), 0);
    CHECK_EQ(pith_rwlock_unlock(&l), 0);
    CHECK_EQ(pith_rwlock_read_lock_for(&l, PITH_POLL), 0);
    CHECK_EQ(pith_rwlock_unlock(&l), 0);
    CHECK_EQ(pith_rwlock_write_lock_until(&l, PITH_POLL), 0);
    CHECK_EQ(pith_rwlock_unlock(&l), 0);
  }
  CHECK_EQ(pith_rwlock_unlock(&l), -EPERM);
  CHECK_EQ(l.word, 0);
}

TEST(rwlock_recursion, "the writer cannot lock again") {
  CHECK_EQ(pith_rwlock_write_lock(&rw), 0);
  CHECK_EQ(pith_rwlock_write_lock(&rw), -EDEADLK);
  CHECK_EQ(pith_rwlock_read_lock_for(&rw, 3), -EDEADLK);
  CHECK_EQ(pith_rwlock_unlock(&rw), 0);
  CHECK_EQ(pith_rwlock_unlock(&rw), -EPERM);
}

TEST(rwlock_excludes, "readers share; a writer is alone") {
  CHECK_EQ(pith_rwlock_read_lock(&rw), 0);
  test_thread(0, 4, 0, poll_read, NULL);
  CHECK_EQ(result, 0);
  test_thread(1, 4, 0, poll_write, NULL);
  CHECK_EQ(result, -ETIMEDOUT);
  test_thread(2, 4, 0, read_and_hold, (void *)'r');
  CHECK_TRACE("r");
  CHECK_EQ(pith_rwlock_unlock(&rw), 0);
  test_thread(3, 4, 0, poll_write, NULL); /* the other reader still has it */
  CHECK_EQ(result, -ETIMEDOUT);
  CHECK_EQ(pith_sem_give(&gate), 0);
  test_thread(4, 4, 0, poll_write, NULL);
  CHECK_EQ(result, 0);
  CHECK_EQ(pith_rwlock_write_lock(&rw), 0);
  test_thread(5, 4, 0, poll_read, NULL);
  CHECK_EQ(result, -ETIMEDOUT);
  test_thread(6, 4, 0, poll_write, NULL);
  CHECK_EQ(result, -ETIMEDOUT);
  CHECK_EQ(pith_rwlock_unlock(&rw), 0);
  CHECK_EQ(rw.word, 0);
  CHECK_KERNEL();
}

static void unlock_other(void *unused) {
  (void)unused;
  result = pith_rwlock_unlock(&rw);
}

TEST(rwlock_not_owner, "another's write lock cannot be unlocked, with and without waiters") {
  CHECK_EQ(pith_rwlock_write_lock(&rw), 0);
  test_thread(0, 4, 0, unlock_other, NULL);
  CHECK_EQ(result, -EPERM);
  test_thread(1, 4, 0, read_it, (void *)'r');
  result = 0;
  test_thread(2, 3, 0, unlock_other, NULL);
  CHECK_EQ(result, -EPERM);
  CHECK_TRACE("");
  CHECK_EQ(pith_rwlock_unlock(&rw), 0);
  CHECK_TRACE("r");
}

TEST(rwlock_waiting_writer,
     "a waiting writer keeps out readers no more urgent than itself, and lets in those that are") {
  CHECK_EQ(pith_rwlock_read_lock(&rw), 0);
  test_thread(0, 5, 0, write_it, (void *)'w');
  CHECK_TRACE("");
  test_thread(1, 5, 0, read_it, (void *)'e'); /* equal: waits */
  test_thread(2, 6, 0, read_it, (void *)'l'); /* less: waits */
  CHECK_TRACE("");
  test_thread(3, 4, 0, read_it, (void *)'m'); /* more: shares at once */
  CHECK_TRACE("m");
  CHECK_KERNEL();
  CHECK_EQ(pith_rwlock_unlock(&rw), 0);
  CHECK_TRACE("wel");
  CHECK_EQ(rw.word, 0);
  CHECK_KERNEL();
}

TEST(rwlock_order,
     "a lock that comes free goes to the most urgent; readers ahead of the first writer together") {
  CHECK_EQ(pith_rwlock_write_lock(&rw), 0);
  test_thread(0, 7, 0, read_it, (void *)'f');
  test_thread(1, 6, 0, write_it, (void *)'e');
  for (int i = 0; i < 3; i++) {
    test_thread(2 + i, 5, 0, read_and_hold, (void *)(intptr_t)('b' + i));
    pith_yield(); /* the caller is at 5 from the first of them on */
  }
  test_thread(5, 4, 0, write_it, (void *)'a');
  CHECK_EQ(pith_thread_priority(pith_self()), 4);
  CHECK_KERNEL();
  CHECK_EQ(pith_rwlock_unlock(&rw), 0);
  CHECK_EQ(pith_thread_priority(pith_self()), 8);
  CHECK_TRACE("abcd"); /* the three read at the same time, the writer waits */
  CHECK_KERNEL();
  CHECK_EQ(pith_sem_give(&gate), 0);
  CHECK_EQ(pith_sem_give(&gate), 0);
  CHECK_TRACE("");
  CHECK_EQ(pith_sem_give(&gate), 0);
  CHECK_TRACE("ef");
  CHECK_EQ(rw.word, 0);
  CHECK_KERNEL();
}

TEST(rwlock_timeout, "waiting ends at the deadline, not before; the lock works on") {
  pith_time start = pith_now();

  CHECK_EQ(pith_rwlock_write_lock(&rw), 0);
  test_thread(0, 5, 0, write_shortly, (void *)'w');
  test_thread(1, 4, 0, read_shortly, (void *)'r');
  CHECK_EQ(pith_thread_priority(pith_self()), 4);
  while (pith_now() < start + 2) continue;
  CHECK_TRACE("");
  pith_sleep(6);
  CHECK_TRACE("!!");
  CHECK_EQ(result, -ETIMEDOUT);
  CHECK_EQ(pith_thread_priority(pith_self()), 8);
  CHECK_KERNEL();
  CHECK_EQ(pith_rwlock_unlock(&rw), 0);
  CHECK_EQ(rw.word, 0);
  CHECK_KERNEL();
}

TEST(rwlock_writer_gives_up, "when a waiting writer gives up, the readers it kept out are let in") {
  CHECK_EQ(pith_rwlock_read_lock(&rw), 0);
  test_thread(0, 4, 0, write_shortly, (void *)'w');
  test_thread(1, 5, 0, read_it, (void *)'a');
  test_thread(2, 6, 0, read_it, (void *)'b');
  test_thread(3, 7, 0, write_it, (void *)'d');
  test_thread(4, 7, 0, read_it, (void *)'e');
  CHECK_TRACE("");
  pith_sleep(6);
  CHECK_TRACE("!ab"); /* and not beyond the next writer */
  CHECK_KERNEL();
  CHECK_EQ(pith_rwlock_unlock(&rw), 0);
  CHECK_TRACE("de");
  CHECK_EQ(rw.word, 0);
  CHECK_KERNEL();
}

TEST(rwlock_cancel, "a cancelled waiter gets -ECANCELED; if it was the writer in the way, readers go on") {
  struct pith_thread *w, *r;

  CHECK_EQ(pith_rwlock_read_lock(&rw), 0);
  w = test_thread(0, 4, 0, write_it, (void *)'w');
  test_thread(1, 5, 0, read_it, (void *)'a');
  r = test_thread(2, 5, 0, read_it, (void *)'b');
  CHECK_EQ(pith_thread_cancel(r), 0);
  CHECK_EQ(result, -ECANCELED);
  CHECK_TRACE("!");
  CHECK_KERNEL();
  CHECK_EQ(pith_thread_cancel(w), 0);
  CHECK_TRACE("!a");
  CHECK_EQ(pith_rwlock_unlock(&rw), 0);
  CHECK_EQ(rw.word, 0);
}

TEST(rwlock_waiter_deleted, "the same when the writer in the way is deleted") {
  struct pith_thread *w;

  CHECK_EQ(pith_rwlock_read_lock(&rw), 0);
  w = test_thread(0, 4, 0, write_it, (void *)'w');
  test_thread(1, 5, 0, read_it, (void *)'a');
  CHECK_EQ(pith_thread_delete(w), 0);
  CHECK_TRACE("a");
  CHECK_KERNEL();
  CHECK_EQ(pith_rwlock_unlock(&rw), 0);
  CHECK_EQ(rw.word, 0);
}

TEST(rwlock_delete, "pith_rwlock_delete() ends every wait with -EIDRM and leaves the lock free") {
  for (int write = 0; write < 2; write++) {
    CHECK_EQ(write ? pith_rwlock_write_lock(&rw) : pith_rwlock_read_lock(&rw), 0);
    test_thread(4 * write, write ? 6 : 4, 0, write_shortly, (void *)'x');
    test_thread(4 * write + 1, 5, 0, read_it, (void *)'x');
    test_thread(4 * write + 2, write ? 4 : 6, 0, write_it, (void *)'x');
    CHECK_KERNEL();
    result = 0;
    CHECK_EQ(pith_rwlock_delete(&rw), 0);
    CHECK_TRACE("!!!");
    CHECK_EQ(result, -EIDRM);
    CHECK_EQ(pith_thread_priority(pith_self()), 8);
    CHECK_EQ(rw.word, 0);
    CHECK_KERNEL();
    CHECK_EQ(pith_rwlock_unlock(&rw), -EPERM);
    CHECK_EQ(pith_rwlock_write_lock_for(&rw, PITH_POLL), 0);
    CHECK_EQ(pith_rwlock_unlock(&rw), 0);
  }
}

TEST(rwlock_inherit, "the writer is as urgent as who waits for it") {
  struct pith_thread *w = test_thread(0, 12, 0, write_and_hold, (void *)'w'), *r;

  let_others_run();
  CHECK_TRACE("w");
  r = test_thread(1, 6, 0, read_it, (void *)'r');
  CHECK_EQ(pith_thread_priority(w), 6);
  CHECK_EQ(pith_thread_set_priority(r, 3), 0);
  CHECK_EQ(pith_thread_priority(w), 3);
  CHECK_KERNEL();
  CHECK_EQ(pith_sem_give(&gate), 0);
  CHECK_TRACE("r");
  CHECK_EQ(pith_thread_priority(w), 12);
  CHECK_KERNEL();
}

static struct pith_mutex mutex = PITH_MUTEX_INIT;

static void write_then_mutex(void *letter) {
  CHECK_EQ(pith_rwlock_write_lock(&rw), 0);
  CHECK_EQ(pith_mutex_lock(&mutex), 0);
  trace((char)(intptr_t)letter);
  CHECK_EQ(pith_mutex_unlock(&mutex), 0);
  CHECK_EQ(pith_rwlock_unlock(&rw), 0);
}

TEST(rwlock_chain, "priority passes through the lock to the owner of the mutex that its writer waits for") {
  struct pith_thread *r;

  CHECK_EQ(pith_mutex_lock(&mutex), 0);
  test_thread(0, 6, 0, write_then_mutex, (void *)'w');
  CHECK_EQ(pith_thread_priority(pith_self()), 6);
  r = test_thread(1, 3, 0, read_it, (void *)'r');
  CHECK_EQ(pith_thread_priority(pith_self()), 3);
  CHECK_KERNEL();
  CHECK_EQ(pith_thread_cancel(r), 0);
  CHECK_EQ(pith_thread_priority(pith_self()), 6);
  CHECK_KERNEL();
  CHECK_EQ(pith_mutex_unlock(&mutex), 0);
  CHECK_TRACE("!w");
}

TEST(rwlock_next_writer_inherits,
     "a writer that gets the lock from another inherits from those still waiting") {
  struct pith_thread *a = test_thread(0, 7, 0, write_and_hold, (void *)'a'),
                     *b = test_thread(1, 6, 0, write_and_hold, (void *)'b');

  test_thread(2, 6, 0, read_it, (void *)'r');
  CHECK_EQ(pith_thread_priority(a), 6);
  CHECK_EQ(pith_thread_set_priority(b, 5), 0);
  CHECK_EQ(pith_sem_give(&gate), 0);
  CHECK_TRACE("ab");
  CHECK_EQ(pith_thread_set_priority(b, 9), 0);
  CHECK_EQ(pith_thread_priority(b), 6);
  CHECK_KERNEL();
  CHECK_EQ(pith_sem_give(&gate), 0);
  CHECK_TRACE("r");
  CHECK_EQ(pith_thread_priority(b), 9);
}

static void write_and_die(void *unused) {
  (void)unused;
  CHECK_EQ(pith_rwlock_write_lock(&rw), 0);
}

TEST(rwlock_writer_died,
     "a writer that ends holding it: the next one gets -EOWNERDEAD with the lock, the one after it 0") {
  test_thread(0, 4, 0, write_and_die, NULL);
  CHECK_EQ(pith_rwlock_read_lock(&rw), -EOWNERDEAD);
  CHECK_EQ(pith_rwlock_read_lock(&rw), 0); /* another reader, as it were */
  CHECK_EQ(pith_rwlock_unlock(&rw), 0);
  CHECK_EQ(pith_rwlock_unlock(&rw), 0);
  CHECK_EQ(rw.word, 0);
  test_thread(1, 4, 0, write_and_die, NULL);
  CHECK_EQ(pith_rwlock_write_lock_for(&rw, PITH_POLL), -EOWNERDEAD);
  CHECK_EQ(pith_rwlock_write_lock(&rw), -EDEADLK);
  CHECK_EQ(pith_rwlock_unlock(&rw), 0);
  CHECK_EQ(rw.word, 0);
  CHECK_KERNEL();
}

TEST(rwlock_writer_died_waiters, "the same with waiters: the first of them hears of it, readers share") {
  struct pith_thread *t = test_thread(0, 7, 0, write_and_hold, (void *)'a');

  test_thread(1, 5, 0, read_and_hold, (void *)'x');
  test_thread(2, 6, 0, read_and_hold, (void *)'y');
  test_thread(3, 6, 0, write_it, (void *)'z');
  CHECK_EQ(pith_thread_delete(t), 0);
  CHECK_TRACE("a!y");
  CHECK_EQ(result, -EOWNERDEAD);
  CHECK_KERNEL();
  CHECK_EQ(pith_sem_give(&gate), 0);
  CHECK_EQ(pith_sem_give(&gate), 0);
  CHECK_TRACE("z");
  CHECK_EQ(rw.word, 0);
}

TEST(rwlock_writer_died_alone, "the same after the waiters have gone, and when a writer is the next") {
  struct pith_thread *t = test_thread(0, 7, 0, write_and_hold, (void *)'a'),
                     *w = test_thread(1, 5, 0, write_it, (void *)'x');

  CHECK_EQ(pith_thread_cancel(w), 0);
  CHECK_EQ(pith_thread_delete(t), 0);
  CHECK_TRACE("a!");
  CHECK_KERNEL();
  CHECK_EQ(pith_rwlock_write_lock(&rw), -EOWNERDEAD);
  CHECK_EQ(pith_rwlock_unlock(&rw), 0);
  CHECK_EQ(rw.word, 0);
  t = test_thread(2, 7, 0, write_and_hold, (void *)'a');
  test_thread(3, 5, 0, write_it, (void *)'w');
  CHECK_EQ(pith_thread_delete(t), 0);
  CHECK_EQ(result, -EOWNERDEAD);
  CHECK_TRACE("a!");
  CHECK_EQ(rw.word, 0);
  CHECK_KERNEL();
}

/* Threads of several priorities read and write two words that must be equal. */
static volatile uint32_t word[2], reads, writes;
static volatile int stop;

static void churn(void *seed_) {
  uint32_t seed = (uint32_t)(uintptr_t)seed_;

  while (!stop) {
    seed = seed * 1664525 + 1013904223;
    if (seed >> 30) {
      int error = pith_rwlock_read_lock_for(&rw, seed >> 28 & 1 ? PITH_FOREVER : (seed >> 27 & 1));

      CHECK(error == 0 || error == -ETIMEDOUT);
      if (!error) {
        CHECK_EQ(word[0], word[1]);
        if (seed >> 20 & 1) pith_yield();
        if (!(seed >> 16 & 15)) pith_sleep(1);
        CHECK_EQ(word[0], word[1]);
        CHECK_EQ(pith_rwlock_unlock(&rw), 0);
        reads++;
      }
    } else {
      int error = pith_rwlock_write_lock_for(&rw, seed >> 28 & 1 ? PITH_FOREVER : 1);

      CHECK(error == 0 || error == -ETIMEDOUT);
      if (!error) {
        word[0]++;
        if (seed >> 20 & 1) pith_yield();
        if (!(seed >> 16 & 15)) pith_sleep(1);
        word[1]++;
        CHECK_EQ(pith_rwlock_unlock(&rw), 0);
        writes++;
      }
    }
    if (seed >> 24 & 1) pith_sleep(seed >> 22 & 1);
  }
}

TEST(rwlock_churn, "six threads read and write with all kinds of deadlines; the structures stay whole") {
  struct pith_thread *t[6];

  for (int i = 0; i < 6; i++)
    t[i] = test_thread(i, (unsigned)(10 + i / 2), 0, churn, (void *)(intptr_t)(i * 77 + 1));
  for (int i = 0; i < 150; i++) {
    pith_sleep(1);
    CHECK_KERNEL();
  }
  stop = 1;
  for (int i = 0; i < 6; i++) CHECK_EQ(pith_thread_join(t[i], NULL, pith_deadline(1000)), 0);
  CHECK_EQ(rw.word, 0);
  CHECK(reads > 20 && writes > 20);
  CHECK_EQ(word[0], word[1]);
  CHECK_KERNEL();
}

/* Barriers. */
#include "check.h"
#include "pith/barrier.h"

static struct pith_barrier three = PITH_BARRIER_INIT(3);
static int results[8], count;

static void come(void *letter) {
  int result = pith_barrier_wait(&three);

  trace(result < 0 ? '!' : (char)(intptr_t)letter);
  results[count++] = result;
}

static void come_shortly(void *letter) {
  int result = pith_barrier_wait_for(&three, 2);

  trace(result < 0 ? '!' : (char)(intptr_t)letter);
  results[count++] = result;
}

TEST(barrier_init, "a barrier for none is -EINVAL; for one it never waits") {
  struct pith_barrier b;

  CHECK_EQ(pith_barrier_init(&b, 0), -EINVAL);
  CHECK_EQ(pith_barrier_init(&b, 1), 0);
  for (int i = 0; i < 3; i++) CHECK_EQ(pith_barrier_wait(&b), PITH_BARRIER_SERIAL);
  CHECK_EQ(pith_barrier_wait_until(&b, PITH_POLL), PITH_BARRIER_SERIAL);
}

TEST(barrier_meet, "all wait for the last, who is told so; the others go on by priority") {
  test_thread(0, 6, 0, come, (void *)'b');
  CHECK_TRACE("");
  test_thread(1, 5, 0, come, (void *)'a');
  CHECK_TRACE("");
  CHECK_KERNEL();
  CHECK_EQ(pith_barrier_wait(&three), PITH_BARRIER_SERIAL);
  CHECK_TRACE("ab");
  CHECK_EQ(count, 2);
  CHECK_EQ(results[0], 0);
  CHECK_EQ(results[1], 0);
  CHECK_KERNEL();
}

static void rounds(void *letter) {
  for (int i = 0; i < 20; i++) {
    int result = pith_barrier_wait(&three);

    CHECK(result >= 0);
    results[i % 4] += result;
    trace((char)(intptr_t)letter);
  }
}

TEST(barrier_again, "a barrier is ready for the next round at once, and each round has one serial thread") {
  struct pith_thread *t[3];

  for (int i = 0; i < 3; i++)
    t[i] = test_thread(i, (unsigned)(4 + i), 0, rounds, (void *)(intptr_t)('a' + i));
  for (int i = 0; i < 3; i++) CHECK_EQ(pith_thread_join(t[i], NULL, pith_deadline(1000)), 0);
  for (int i = 0; i < 4; i++) CHECK_EQ(results[i], 5);
}

TEST(barrier_timeout, "who gives up does not count any more") {
  CHECK_EQ(pith_barrier_wait_for(&three, PITH_POLL), -ETIMEDOUT);
  test_thread(0, 4, 0, come_shortly, (void *)'x');
  test_thread(1, 5, 0, come, (void *)'a');
  pith_sleep(4);
  CHECK_TRACE("!");
  CHECK_EQ(results[0], -ETIMEDOUT);
  CHECK_KERNEL();
  test_thread(2, 4, 0, come, (void *)'b');
  CHECK_TRACE("");
  CHECK_EQ(pith_barrier_wait_for(&three, PITH_POLL), PITH_BARRIER_SERIAL); /* the third: needs no waiting */
  CHECK_TRACE("ba");
}

TEST(barrier_cancel, "a cancelled or deleted waiter does not count any more") {
  struct pith_thread *t = test_thread(0, 4, 0, come, (void *)'x'),
                     *u = test_thread(1, 4, 0, come, (void *)'y');

  CHECK_EQ(pith_thread_cancel(t), 0);
  CHECK_EQ(results[0], -ECANCELED);
  CHECK_TRACE("!");
  CHECK_EQ(pith_thread_delete(u), 0);
  CHECK_EQ(pith_barrier_wait_for(&three, 1), -ETIMEDOUT);
  CHECK_KERNEL();
}

TEST(barrier_delete, "pith_barrier_delete() ends every wait with -EIDRM") {
  for (int i = 0; i < 2; i++) test_thread(i, 4, 0, come, (void *)'x');
  CHECK_EQ(pith_barrier_delete(&three), 0);
  CHECK_TRACE("!!");
  CHECK_EQ(results[0], -EIDRM);
  CHECK_EQ(results[1], -EIDRM);
  CHECK_KERNEL();
}

TEST(barrier_equals, "threads of equal priority meet over and over") {
  struct pith_barrier *b = &three;
  struct pith_thread *t[2];

  for (int i = 0; i < 2; i++) t[i] = test_thread(i, 8, 0, rounds, (void *)'.');
  for (int i = 0; i < 20; i++) CHECK(pith_barrier_wait(b) >= 0);
  for (int i = 0; i < 2; i++) CHECK_EQ(pith_thread_join(t[i], NULL, pith_deadline(1000)), 0);
  CHECK_KERNEL();
}

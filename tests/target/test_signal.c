/* Signals with a value. */
#include "check.h"
#include "irq.h"
#include "pith/signal.h"

static struct pith_signal sig = PITH_SIGNAL_INIT(7);
static int result;

struct seen {
  char letter;
  uint32_t value;
};

static void want(void *seen) {
  struct seen *s = seen;
  int error = pith_signal_wait(&sig, &s->value);

  trace(error ? '!' : s->letter);
  if (error) result = error;
}

static void want_shortly(void *seen) {
  struct seen *s = seen;

  result = pith_signal_wait_for(&sig, &s->value, 2);
  trace(result ? '!' : s->letter);
}

static struct seen seen[4] = {{'a', 99}, {'b', 99}, {'c', 99}, {'d', 99}};

TEST(signal_value, "the latest value can be read; who was not waiting has missed it") {
  struct pith_signal s;

  pith_signal_init(&s, 5);
  CHECK_EQ(pith_signal_value(&s), 5);
  CHECK_EQ(pith_signal_value(&sig), 7);
  CHECK_EQ(pith_signal_publish(&sig, 0xFFFFFFFF), 0);
  CHECK_EQ(pith_signal_value(&sig), 0xFFFFFFFF);
  CHECK_EQ(pith_signal_wait_for(&sig, &seen[0].value, PITH_POLL), -ETIMEDOUT);
  CHECK_EQ(seen[0].value, 99);
}

TEST(signal_all, "every waiter gets the value, the most urgent first") {
  test_thread(0, 6, 0, want, &seen[2]);
  test_thread(1, 4, 0, want, &seen[0]);
  test_thread(2, 5, 0, want, &seen[1]);
  CHECK_KERNEL();
  CHECK_EQ(pith_signal_publish(&sig, 42), 0);
  CHECK_TRACE("abc");
  for (int i = 0; i < 3; i++) CHECK_EQ(seen[i].value, 42);
  CHECK_KERNEL();
}

TEST(signal_own_value, "a waiter keeps the value that woke it, whatever is published before it runs") {
  test_thread(0, 12, 0, want, &seen[0]);
  let_others_run();
  CHECK_EQ(pith_signal_publish(&sig, 1), 0);
  CHECK_EQ(pith_signal_publish(&sig, 2), 0);
  let_others_run();
  CHECK_TRACE("a");
  CHECK_EQ(seen[0].value, 1);
  CHECK_EQ(pith_signal_value(&sig), 2);
}

static void want_nothing(void *unused) {
  (void)unused;
  trace(pith_signal_wait_until(&sig, NULL, PITH_FOREVER) ? '!' : 'n');
}

TEST(signal_no_value, "a waiter need not want the value") {
  test_thread(0, 4, 0, want_nothing, NULL);
  CHECK_EQ(pith_signal_publish(&sig, 1), 0);
  CHECK_TRACE("n");
}

TEST(signal_timeout, "a wait gives up at its deadline and leaves the value alone") {
  pith_time start = pith_now();

  test_thread(0, 4, 0, want_shortly, &seen[0]);
  CHECK_EQ(pith_signal_wait_until(&sig, &seen[1].value, start + 4), -ETIMEDOUT);
  CHECK(pith_now() >= start + 4);
  CHECK_TRACE("!");
  CHECK_EQ(result, -ETIMEDOUT);
  CHECK_EQ(pith_signal_publish(&sig, 3), 0);
  CHECK_EQ(seen[0].value, 99);
  CHECK_EQ(seen[1].value, 99);
  CHECK_KERNEL();
}

TEST(signal_cancel, "a cancelled waiter gets -ECANCELED and no value") {
  struct pith_thread *t = test_thread(0, 4, 0, want, &seen[0]);

  test_thread(1, 5, 0, want, &seen[1]);
  CHECK_EQ(pith_thread_cancel(t), 0);
  CHECK_EQ(result, -ECANCELED);
  CHECK_EQ(pith_signal_publish(&sig, 3), 0);
  CHECK_TRACE("!b");
  CHECK_EQ(seen[0].value, 99);
  CHECK_EQ(seen[1].value, 3);
}

TEST(signal_delete, "pith_signal_delete() ends every wait with -EIDRM") {
  for (int i = 0; i < 2; i++) test_thread(i, 4, 0, want, &seen[i]);
  CHECK_EQ(pith_signal_delete(&sig), 0);
  CHECK_TRACE("!!");
  CHECK_EQ(result, -EIDRM);
  CHECK_EQ(pith_signal_value(&sig), 7);
  CHECK_KERNEL();
}

static uint32_t next = 100;

static void isr_publish(void) { pith_signal_publish(&sig, next++); }

static void isr_publish_twice(void) {
  pith_signal_publish(&sig, next++);
  irq_raise(0); /* more urgent: nested */
  CHECK_EQ(pith_signal_value(&sig), next - 1);
}

TEST(signal_isr, "an interrupt publishes; of two before the kernel runs the last one counts") {
  irq_on(0, 0x20, isr_publish);
  irq_on(1, 0x80, isr_publish_twice);
  irq_raise(0);
  CHECK_EQ(pith_signal_value(&sig), 100);
  test_thread(0, 4, 0, want, &seen[0]);
  irq_raise(0);
  CHECK_TRACE("a");
  CHECK_EQ(seen[0].value, 101);
  test_thread(1, 4, 0, want, &seen[1]);
  irq_raise(1);
  CHECK_TRACE("b");
  CHECK_EQ(seen[1].value, 103);
  CHECK_KERNEL();
}

static void isr_wait(void) { pith_signal_wait(&sig, NULL); }

TEST_PANIC(signal_isr_wait, "a wait in an interrupt panics") {
  irq_on(0, 0x40, isr_wait);
  irq_raise(0);
}

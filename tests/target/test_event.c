/* Event flags. */
#include "check.h"
#include "irq.h"
#include "pith/event.h"

enum { A = 1, B = 2, C = 4, TOP = 0x80000000u, ALL_CLEAR = PITH_EVENT_ALL | PITH_EVENT_CLEAR };

static struct pith_event event = PITH_EVENT_INIT(0);

struct wish {
  uint32_t bits;
  unsigned options;
  pith_time span;
  char letter;
  int result;
  uint32_t got;
};

static void want(void *wish) {
  struct wish *w = wish;

  w->got = 0xDEAD;
  w->result = pith_event_wait_for(&event, w->bits, w->options, &w->got, w->span);
  trace(w->result ? '!' : w->letter);
}

TEST(event_set_clear_get, "bits are set and cleared one by one, all 32 of them") {
  struct pith_event e;

  pith_event_init(&e, A | TOP);
  CHECK_EQ(pith_event_get(&e), A | TOP);
  CHECK_EQ(pith_event_set(&e, B | A), 0);
  CHECK_EQ(pith_event_get(&e), A | B | TOP);
  CHECK_EQ(pith_event_clear(&e, A | C), 0);
  CHECK_EQ(pith_event_get(&e), B | TOP);
  CHECK_EQ(pith_event_set(&e, UINT32_MAX), 0);
  CHECK_EQ(pith_event_get(&e), UINT32_MAX);
}

TEST(event_already_set, "bits that are set are had at once, and stay unless the waiter clears them") {
  uint32_t got = 0;

  pith_event_set(&event, A | B);
  CHECK_EQ(pith_event_wait(&event, A | C, PITH_EVENT_ANY, &got), 0);
  CHECK_EQ(got, A);
  CHECK_EQ(pith_event_get(&event), A | B);
  CHECK_EQ(pith_event_wait_for(&event, A | B, PITH_EVENT_ALL, NULL, PITH_POLL), 0);
  CHECK_EQ(pith_event_wait_until(&event, A | C, PITH_EVENT_CLEAR, &got, PITH_POLL), 0);
  CHECK_EQ(got, A);
  CHECK_EQ(pith_event_get(&event), B);
  got = 7;
  CHECK_EQ(pith_event_wait_for(&event, A | B, ALL_CLEAR, &got, PITH_POLL), -ETIMEDOUT);
  CHECK_EQ(got, 7);
  CHECK_EQ(pith_event_get(&event), B);
  pith_event_set(&event, A);
  CHECK_EQ(pith_event_wait_for(&event, A | B, ALL_CLEAR, &got, PITH_POLL), 0);
  CHECK_EQ(got, A | B);
  CHECK_EQ(pith_event_get(&event), 0);
}

TEST(event_invalid, "no bits, or unknown options, are -EINVAL") {
  CHECK_EQ(pith_event_wait_for(&event, 0, 0, NULL, PITH_POLL), -EINVAL);
  CHECK_EQ(pith_event_wait_for(&event, A, 4, NULL, PITH_POLL), -EINVAL);
}

TEST(event_any_all, "a waiter for any goes on with the first of its bits, one for all with the last") {
  static struct wish any = {A | B, 0, PITH_FOREVER, 'y', 0, 0},
                     all = {A | B | TOP, PITH_EVENT_ALL, PITH_FOREVER, 'l', 0, 0};

  test_thread(0, 4, 0, want, &any);
  test_thread(1, 5, 0, want, &all);
  CHECK_EQ(pith_event_set(&event, C), 0);
  CHECK_TRACE("");
  CHECK_EQ(pith_event_set(&event, B), 0);
  CHECK_TRACE("y");
  CHECK_EQ(any.got, B);
  CHECK_EQ(pith_event_set(&event, A), 0);
  CHECK_TRACE("");
  CHECK_KERNEL();
  CHECK_EQ(pith_event_set(&event, TOP), 0);
  CHECK_TRACE("l");
  CHECK_EQ(all.got, A | B | TOP);
  CHECK_EQ(pith_event_get(&event), A | B | C | TOP);
  CHECK_KERNEL();
}

TEST(event_all_at_the_same_time, "a bit that was set and cleared again does not count for a waiter for all") {
  static struct wish all = {A | B, PITH_EVENT_ALL, PITH_FOREVER, 'l', 0, 0};

  test_thread(0, 4, 0, want, &all);
  pith_event_set(&event, A);
  pith_event_clear(&event, A);
  pith_event_set(&event, B);
  CHECK_TRACE("");
  pith_event_set(&event, A);
  CHECK_TRACE("l");
}

TEST(event_order, "waiters are served by priority, first come first served among equals") {
  static struct wish w[5];
  static const unsigned char priority[5] = {6, 4, 6, 7, 4};

  for (int i = 0; i < 5; i++) {
    w[i] = (struct wish){A, 0, PITH_FOREVER, "cadeb"[i], 0, 0};
    if (i == 2) w[i].bits |= B;
    test_thread(i, priority[i], 0, want, &w[i]);
  }
  CHECK_KERNEL();
  CHECK_EQ(pith_event_set(&event, A), 0);
  CHECK_TRACE("abcde");
  for (int i = 0; i < 5; i++) CHECK_EQ(w[i].got, A);
}

TEST(event_clear_in_order, "what a more urgent waiter clears is not there for the next") {
  static struct wish w[4];

  w[0] = (struct wish){A | B, PITH_EVENT_CLEAR, PITH_FOREVER, 'c', 0, 0};
  w[1] = (struct wish){A, 0, PITH_FOREVER, 'a', 0, 0}; /* more urgent, and does not clear */
  w[2] = (struct wish){A, PITH_EVENT_CLEAR, PITH_FOREVER, 'x', 0, 0};
  w[3] = (struct wish){B | C, PITH_EVENT_CLEAR, PITH_FOREVER, 'd', 0, 0};
  test_thread(0, 5, 0, want, &w[0]);
  test_thread(1, 4, 0, want, &w[1]);
  test_thread(2, 6, 0, want, &w[2]);
  test_thread(3, 7, 0, want, &w[3]);
  CHECK_EQ(pith_event_set(&event, A | C), 0);
  CHECK_TRACE("acd");
  CHECK_EQ(w[0].got, A);
  CHECK_EQ(w[3].got, C);
  CHECK_EQ(pith_event_get(&event), 0);
  CHECK_KERNEL();
  CHECK_EQ(pith_event_set(&event, A), 0);
  CHECK_TRACE("x");
}

TEST(event_not_stolen, "bits set for a waiter are its own, though the setter wants them next") {
  static struct wish late = {A, PITH_EVENT_CLEAR, PITH_FOREVER, 't', 0, 0};

  test_thread(0, 12, 0, want, &late);
  let_others_run();
  CHECK_EQ(pith_event_set(&event, A), 0);
  CHECK_EQ(pith_event_wait_for(&event, A, 0, NULL, PITH_POLL), -ETIMEDOUT);
  CHECK_TRACE("");
  let_others_run();
  CHECK_TRACE("t");
  CHECK_EQ(late.got, A);
}

TEST(event_timeout, "a wait gives up at its deadline, not before, and leaves no trace") {
  static struct wish shortly = {A, PITH_EVENT_CLEAR, 3, 's', 0, 0}, longer = {A, 0, 1000, 'l', 0, 0};
  pith_time start = pith_now();

  test_thread(0, 4, 0, want, &shortly);
  test_thread(1, 5, 0, want, &longer);
  pith_sleep(1);
  CHECK_TRACE("");
  CHECK_EQ(pith_event_wait_for(&event, A, 0, NULL, 3), -ETIMEDOUT);
  CHECK(pith_now() >= start + 3);
  CHECK_EQ(shortly.result, -ETIMEDOUT);
  CHECK_EQ(shortly.got, 0xDEAD);
  CHECK_TRACE("!");
  CHECK_KERNEL();
  CHECK_EQ(pith_event_set(&event, A), 0);
  CHECK_TRACE("l");
  CHECK_EQ(pith_event_get(&event), A);
}

TEST(event_cancel, "a cancelled waiter gets -ECANCELED, and the bits stay for the others") {
  static struct wish w[2] = {{A, PITH_EVENT_CLEAR, PITH_FOREVER, 'a', 0, 0},
                             {A, PITH_EVENT_CLEAR, PITH_FOREVER, 'b', 0, 0}};
  struct pith_thread *t = test_thread(0, 4, 0, want, &w[0]);

  test_thread(1, 5, 0, want, &w[1]);
  CHECK_EQ(pith_thread_cancel(t), 0);
  CHECK_TRACE("!");
  CHECK_EQ(w[0].result, -ECANCELED);
  CHECK_EQ(pith_event_set(&event, A), 0);
  CHECK_TRACE("b");
  CHECK_EQ(pith_event_get(&event), 0);
  CHECK_KERNEL();
}

TEST(event_waiter_deleted, "a waiter that is deleted takes nothing") {
  static struct wish w = {A, PITH_EVENT_CLEAR, PITH_FOREVER, 'a', 0, 0};
  struct pith_thread *t = test_thread(0, 4, 0, want, &w);

  CHECK_EQ(pith_thread_delete(t), 0);
  CHECK_EQ(pith_event_set(&event, A), 0);
  CHECK_EQ(pith_event_get(&event), A);
  CHECK_TRACE("");
  CHECK_KERNEL();
}

TEST(event_delete, "pith_event_delete() ends every wait with -EIDRM and keeps the bits") {
  static struct wish w[2] = {{A, 0, PITH_FOREVER, 'a', 0, 0}, {B, 0, 1000, 'b', 0, 0}};

  pith_event_set(&event, C);
  for (int i = 0; i < 2; i++) test_thread(i, 4, 0, want, &w[i]);
  CHECK_EQ(pith_event_delete(&event), 0);
  CHECK_TRACE("!!");
  CHECK_EQ(w[0].result, -EIDRM);
  CHECK_EQ(w[1].result, -EIDRM);
  CHECK_EQ(pith_event_get(&event), C);
  CHECK_KERNEL();
}

static void isr_set_a(void) { pith_event_set(&event, A); }

static void isr_set_both(void) {
  CHECK_EQ(pith_event_set(&event, B), 0);
  trace('i');
  irq_raise(0); /* more urgent: nested */
  CHECK_EQ(pith_event_get(&event) & (A | B), A | B);
  trace('j');
}

TEST(event_isr, "an interrupt sets bits with and without waiters") {
  static struct wish w = {A, PITH_EVENT_CLEAR, PITH_FOREVER, 'a', 0, 0};

  irq_on(0, 0x40, isr_set_a);
  irq_raise(0);
  CHECK_EQ(pith_event_get(&event), A);
  pith_event_clear(&event, A);
  test_thread(0, 4, 0, want, &w);
  irq_raise(0);
  CHECK_TRACE("a");
  CHECK_EQ(w.got, A);
  CHECK_EQ(pith_event_get(&event), 0);
  CHECK_KERNEL();
}

TEST(event_isr_merges, "bits that two interrupts set before the kernel runs are set at once") {
  static struct wish w = {A | B, ALL_CLEAR, PITH_FOREVER, 'w', 0, 0},
                     single = {A | B, PITH_EVENT_CLEAR, PITH_FOREVER, 's', 0, 0};

  irq_on(0, 0x20, isr_set_a);
  irq_on(1, 0x80, isr_set_both);
  test_thread(0, 4, 0, want, &w);
  test_thread(1, 5, 0, want, &single); /* gets none of them */
  irq_raise(1);
  CHECK_TRACE("ijw");
  CHECK_EQ(w.got, A | B);
  CHECK_KERNEL();
  irq_raise(0);
  CHECK_TRACE("s");
}

static void isr_clear(void) { pith_event_clear(&event, A); }

TEST(event_isr_clear, "an interrupt clears bits") {
  pith_event_set(&event, A | B);
  irq_on(0, 0x40, isr_clear);
  irq_raise(0);
  CHECK_EQ(pith_event_get(&event), B);
}

static void isr_wait(void) { pith_event_wait(&event, A, 0, NULL); }

TEST_PANIC(event_isr_wait, "a wait in an interrupt that would block panics") {
  irq_on(0, 0x40, isr_wait);
  irq_raise(0);
}

static volatile uint32_t fired;

static void isr_timer(void) {
  fired++;
  pith_event_set(&event, A);
}

static void count_bits(void *unused) {
  (void)unused;
  for (;;) {
    if (pith_event_wait(&event, A, PITH_EVENT_CLEAR, NULL)) return;
    trace('.');
  }
}

TEST(event_isr_storm,
     "an interrupt at any instruction of wait and set: no bit is lost, and none is taken from a waiter") {
  struct pith_thread *t = test_thread(0, 4, 0, count_bits, NULL);

  timer_on(0, 0x40, isr_timer);
  for (uint32_t i = 0; i < 2000; i++) {
    uint32_t before = fired;

    timer_once(0, 5 + i % 397);
    pith_event_set(&event, B);
    if (i % 4 == 0) pith_event_set(&event, A);
    while (fired == before) /* the other one waits for it, and is more urgent */
      CHECK_EQ(pith_event_wait_for(&event, A, PITH_EVENT_CLEAR, NULL, PITH_POLL), -ETIMEDOUT);
    CHECK_EQ(pith_event_get(&event), B); /* the waiter has taken every A */
  }
  CHECK_KERNEL();
  CHECK_EQ(pith_thread_cancel(t), 0);
}

/* The waiter parks over and over while the interrupt sets its bit around that moment. */
static volatile uint32_t waits;

static void wait_often(void *unused) {
  (void)unused;
  for (waits = 0; waits < 1500; waits++) {
    timer_once(0, 2 + waits % 150);
    CHECK_EQ(pith_event_wait_for(&event, A, PITH_EVENT_CLEAR, NULL, 100), 0);
    CHECK_EQ(pith_event_get(&event), 0);
  }
}

TEST(event_isr_while_parking, "a bit set by an interrupt while its waiter is being parked wakes it") {
  struct pith_thread *t;

  timer_on(0, 0x40, isr_timer);
  t = test_thread(0, 4, 0, wait_often, NULL);
  CHECK_EQ(pith_thread_join(t, NULL, pith_deadline(20000)), 0);
  CHECK_EQ(waits, 1500);
  CHECK_KERNEL();
}

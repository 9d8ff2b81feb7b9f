/* Cooperative threads: they keep the processor until they block, yield or exit. */
#include "check.h"
#include "irq.h"
#include "pith/monitor.h"

enum { URGENT = 4, OWN = 8, LATE = 12, IRQ_PRIORITY = 0x40 };

static struct pith_sem gate = PITH_SEM_INIT(0), inner = PITH_SEM_INIT(0);
static struct pith_mutex lock;
static struct pith_thread *other;

static void record(void *letter) { trace((char)(intptr_t)letter); }

static void take_urgent(void *unused) {
  (void)unused;
  pith_sem_take(&gate);
  trace('u');
}

static void give_from_isr(void) { pith_sem_give(&gate); }

static void coop_give(void *unused) {
  (void)unused;
  trace('a');
  pith_sem_give(&gate);
  trace('b');
}

TEST(coop_not_preempted_by_its_give, "what a cooperative thread makes ready runs only after its end") {
  test_thread(0, URGENT, 0, take_urgent, NULL);
  test_thread(1, LATE, PITH_COOPERATIVE, coop_give, NULL);
  let_others_run();
  CHECK_TRACE("abu");
  CHECK_KERNEL();
}

static void coop_calls(void *unused) {
  pith_time start = pith_now();
  struct pith_thread *t;

  (void)unused;
  trace('a');
  t = test_thread(3, URGENT, 0, record, (void *)'u');
  while (pith_now() < start + 4) continue; /* a sleeper wakes meanwhile */
  pith_thread_suspend(t);
  pith_thread_resume(t);
  pith_thread_set_priority(pith_self(), LATE + 1);
  pith_free(pith_malloc(16));
  pith_mutex_lock(&lock);
  pith_mutex_unlock(&lock);
  pith_sem_take_for(&inner, PITH_POLL);
  trace('b');
}

static void sleep_2(void *unused) {
  (void)unused;
  pith_sleep(2);
  trace('s');
}

TEST(coop_calls_do_not_let_go,
     "calls that do not block do not let more urgent threads run, a timer does not either") {
  test_thread(0, URGENT, 0, sleep_2, NULL);
  test_thread(1, LATE, PITH_COOPERATIVE, coop_calls, NULL);
  pith_sleep(10);
  CHECK_TRACE("absu"); /* u was resumed after s had woken */
  CHECK_KERNEL();
}

static void coop_isr(void *unused) {
  (void)unused;
  trace('a');
  irq_raise(0);
  trace('b');
  irq_raise(0);
  pith_malloc(0);
  trace('c');
}

TEST(coop_not_preempted_by_isr,
     "an interrupt that wakes a more urgent thread does not preempt a cooperative one") {
  irq_on(0, IRQ_PRIORITY, give_from_isr);
  test_thread(0, URGENT, 0, take_urgent, NULL);
  test_thread(1, URGENT, 0, take_urgent, NULL);
  test_thread(2, LATE, PITH_COOPERATIVE, coop_isr, NULL);
  let_others_run();
  CHECK_TRACE("abcuu");
  CHECK_KERNEL();
}

static void coop_yield(void *unused) {
  (void)unused;
  trace('a');
  pith_sem_give(&gate);
  trace('b');
  pith_yield();
  trace('c');
}

TEST(coop_yields_to_urgent, "at pith_yield() the more urgent thread runs, then the cooperative one goes on") {
  test_thread(0, URGENT, 0, take_urgent, NULL);
  test_thread(1, LATE, PITH_COOPERATIVE, coop_yield, NULL);
  test_thread(2, LATE, 0, record, (void *)'e');
  let_others_run();
  CHECK_TRACE("abuec");
  CHECK_KERNEL();
}

static void coop_block(void *unused) {
  (void)unused;
  trace('a');
  pith_sem_give(&gate);
  pith_sem_take(&inner);
  trace('b');
}

static void give_inner(void *unused) {
  (void)unused;
  trace('i');
  pith_sem_give(&inner);
  trace('j');
}

TEST(coop_blocks,
     "a cooperative thread that blocks lets go; woken, it waits for its turn at its own priority") {
  test_thread(0, URGENT, 0, take_urgent, NULL);
  test_thread(1, LATE, PITH_COOPERATIVE, coop_block, NULL);
  test_thread(2, LATE + 1, 0, give_inner, NULL);
  let_others_run();
  CHECK_TRACE("auibj");
  CHECK_KERNEL();
}

static void coop_rounds(void *letter) {
  for (int i = 0; i < 4; i++) {
    trace((char)(intptr_t)letter);
    pith_yield();
  }
}

TEST(coop_alternate, "two cooperative threads alternate at pith_yield()") {
  test_thread(0, LATE, PITH_COOPERATIVE, coop_rounds, (void *)'a');
  test_thread(1, LATE, PITH_COOPERATIVE, coop_rounds, (void *)'b');
  let_others_run();
  CHECK_TRACE("abababab");
  CHECK_KERNEL();
}

TEST(coop_among_others, "cooperative and other equals take turns at pith_yield() in order") {
  test_thread(0, LATE, PITH_COOPERATIVE, coop_rounds, (void *)'a');
  test_thread(1, LATE, 0, coop_rounds, (void *)'b');
  test_thread(2, LATE, PITH_COOPERATIVE, coop_rounds, (void *)'c');
  let_others_run();
  CHECK_TRACE("abcabcabcabc");
  CHECK_KERNEL();
}

static void take_urgently_always(void *unused) {
  (void)unused;
  while (pith_sem_take(&gate) == 0) trace('u');
}

static void coop_rounds_isr(void *letter) {
  for (int i = 0; i < 3; i++) {
    trace((char)(intptr_t)letter);
    irq_raise(0);
    trace((char)(intptr_t)letter);
    pith_yield();
  }
}

TEST(coop_after_yield,
     "a cooperative thread is as safe from preemption after its yields as before, alone or not") {
  irq_on(0, IRQ_PRIORITY, give_from_isr);
  test_thread(0, URGENT, 0, take_urgently_always, NULL);
  test_thread(1, LATE, PITH_COOPERATIVE, coop_rounds_isr, (void *)'a');
  let_others_run();
  CHECK_TRACE("aauaauaau");
  test_thread(2, LATE, PITH_COOPERATIVE, coop_rounds_isr, (void *)'b');
  test_thread(3, LATE, PITH_COOPERATIVE, coop_rounds_isr, (void *)'c');
  let_others_run();
  CHECK_TRACE("bbuccubbuccubbuccu");
  CHECK_KERNEL();
}

static void coop_yield_alone(void *unused) {
  (void)unused;
  pith_yield();
  trace('a');
  irq_raise(0);
  trace('b');
}

TEST(coop_yield_alone, "a cooperative thread whose yield found nobody cannot be preempted afterwards") {
  irq_on(0, IRQ_PRIORITY, give_from_isr);
  test_thread(0, URGENT, 0, take_urgent, NULL);
  test_thread(1, LATE, PITH_COOPERATIVE, coop_yield_alone, NULL);
  let_others_run();
  CHECK_TRACE("abu");
}

TEST(coop_own_priority, "a cooperative thread that becomes ready waits for its own priority") {
  test_thread(0, LATE, PITH_COOPERATIVE, record, (void *)'c');
  trace('m');
  test_thread(1, OWN, PITH_COOPERATIVE, record, (void *)'e');
  trace('n');
  test_thread(2, URGENT, PITH_COOPERATIVE, record, (void *)'u');
  trace('o');
  pith_yield();
  let_others_run();
  CHECK_TRACE("mnuoec");
}

TEST(coop_waiting_changes, "a waiting cooperative thread can be suspended, moved, resumed and deleted") {
  struct pith_thread *t = test_thread(0, URGENT, PITH_COOPERATIVE, coop_block, NULL);
  struct pith_thread *u = test_thread(1, URGENT, PITH_COOPERATIVE, coop_block, NULL);

  CHECK_TRACE("aa");
  CHECK_EQ(pith_thread_suspend(t), 0);
  CHECK_KERNEL();
  CHECK_EQ(pith_sem_give(&inner), 0);
  CHECK_TRACE("");
  CHECK_EQ(pith_thread_set_priority(t, LATE), 0);
  CHECK_EQ(pith_thread_resume(t), 0);
  CHECK_TRACE("");
  let_others_run();
  CHECK_TRACE("b");
  CHECK_EQ(pith_thread_set_priority(u, URGENT + 1), 0);
  CHECK_EQ(pith_thread_delete(u), 0);
  CHECK_KERNEL();
  CHECK_EQ(pith_sem_give(&inner), 0);
  CHECK_TRACE("");
  CHECK_EQ(pith_sem_count(&inner), 1);
}

static void coop_suspend_self(void *unused) {
  (void)unused;
  trace('a');
  pith_sem_give(&gate);
  pith_thread_suspend(pith_self());
  trace('b');
  pith_thread_delete(pith_self());
}

TEST(coop_suspend_self, "a cooperative thread that suspends itself lets go, and may delete itself") {
  struct pith_thread *t;

  test_thread(0, URGENT, 0, take_urgent, NULL);
  t = test_thread(1, URGENT + 1, PITH_COOPERATIVE, coop_suspend_self, NULL);
  CHECK_TRACE("au");
  CHECK_KERNEL();
  CHECK_EQ(pith_thread_resume(t), 0);
  CHECK_TRACE("b");
  CHECK_EQ(pith_thread_state(t), PITH_THREAD_NONE);
  CHECK_KERNEL();
}

static void lock_urgent(void *unused) {
  (void)unused;
  pith_mutex_lock(&lock);
  trace('l');
  pith_mutex_unlock(&lock);
}

static void coop_owner(void *unused) {
  (void)unused;
  pith_mutex_lock(&lock);
  trace('a');
  pith_sem_take(&inner); /* the other one waits for the lock meanwhile */
  trace((char)('0' + pith_thread_priority(pith_self())));
  pith_mutex_unlock(&lock);
  trace('b');
  pith_yield();
  trace((char)('0' + pith_thread_priority(pith_self())));
}

TEST(coop_inherits, "a cooperative owner inherits, keeps running after its unlock, and falls back") {
  other = test_thread(0, 7, PITH_COOPERATIVE, coop_owner, NULL);
  test_thread(1, URGENT, 0, lock_urgent, NULL);
  CHECK_EQ(pith_thread_priority(other), URGENT);
  CHECK_KERNEL();
  CHECK_EQ(pith_sem_give(&inner), 0);
  CHECK_TRACE("a4bl7");
  CHECK_KERNEL();
}

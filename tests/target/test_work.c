/* Work queues: order, merging, cancelling, waiting for work, delays, interrupts. */
#include "check.h"
#include "irq.h"
#include "kernel.h"
#include "pith/work.h"

enum { URGENT = 4, LATE = 12, MIDDLE = 0x60, ITEMS = 6 };

static struct pith_workq queue, other;
static uint64_t stack[128], other_stack[128];
static struct pith_work items[ITEMS];
static struct pith_sem gate = PITH_SEM_INIT(0);
static int result = 1;

static void step(struct pith_work *w) { trace((char)('a' + (w - items))); }

static void step_gate(struct pith_work *w) {
  trace((char)('A' + (w - items)));
  pith_sem_take(&gate);
  step(w);
}

static void set_up(unsigned priority) {
  for (int i = 0; i < ITEMS; i++) pith_work_init(&items[i], step);
  CHECK_EQ(pith_workq_init(&queue, "work", priority, stack, sizeof stack), 0);
}

TEST(work_order, "items run in the order of submission, at the priority of the queue") {
  set_up(LATE);
  CHECK_EQ(pith_workq_init(&other, "other", PITH_PRIORITIES, other_stack, sizeof other_stack), -EINVAL);
  CHECK_EQ(pith_workq_init(&other, "other", URGENT, other_stack, sizeof other_stack), 0);
  for (int i = ITEMS - 2; i >= 0; i--) CHECK_EQ(pith_work_submit(&queue, &items[i]), 0);
  CHECK(pith_work_pending(&items[0]));
  CHECK_TRACE("");
  CHECK_EQ(pith_work_submit(&other, &items[5]), 0);
  CHECK_TRACE("f"); /* more urgent than this thread */
  CHECK_EQ(pith_work_flush(&queue, PITH_FOREVER), 0);
  CHECK_TRACE("edcba");
  CHECK(!pith_work_pending(&items[0]));
  CHECK_KERNEL();
}

TEST(work_merge, "submitting a pending item changes nothing; once it has begun it can be submitted again") {
  set_up(LATE);
  CHECK_EQ(pith_workq_init(&other, "other", LATE, other_stack, sizeof other_stack), 0);
  items[0].fn = step_gate;
  CHECK_EQ(pith_work_submit(&queue, &items[0]), 0);
  CHECK_EQ(pith_work_submit(&queue, &items[1]), 0);
  CHECK_EQ(pith_work_submit(&queue, &items[1]), 1);
  CHECK_EQ(pith_work_submit(&other, &items[1]), 1);
  let_others_run();
  CHECK_TRACE("A");
  CHECK_EQ(pith_work_submit(&queue, &items[0]), 0);
  CHECK_EQ(pith_work_submit(&queue, &items[0]), 1);
  pith_sem_give(&gate);
  pith_sem_give(&gate);
  let_others_run();
  CHECK_TRACE("abAa");
}

TEST(work_idle, "an item given to an idle worker is pending until its function begins, though nothing is before it") {
  set_up(12);
  pith_sleep(1);
  CHECK_EQ(pith_work_submit(&queue, &items[0]), 0);
  CHECK_EQ(pith_work_submit(&queue, &items[0]), 1);
  CHECK_EQ(pith_work_submit(&queue, &items[1]), 0);
  CHECK_EQ(pith_work_cancel(&items[0]), 0);
  pith_sleep(1);
  CHECK_TRACE("b");
  CHECK_KERNEL();
}

static void again(struct pith_work *w) {
  static int left = 3;

  trace('r');
  if (--left) CHECK_EQ(pith_work_submit(&queue, w), 0);
}

TEST(work_again, "an item's function may submit it again") {
  set_up(URGENT);
  items[0].fn = again;
  pith_work_submit(&queue, &items[0]);
  CHECK_TRACE("rrr");
  CHECK(!pith_work_pending(&items[0]));
}

TEST(work_cancel, "a pending item is cancelled, wherever it is in the list; a running one is not") {
  set_up(LATE);
  CHECK_EQ(pith_work_cancel(&items[0]), -ENOENT);
  items[0].fn = step_gate;
  for (int i = 0; i < ITEMS; i++) pith_work_submit(&queue, &items[i]);
  CHECK_EQ(pith_work_cancel(&items[5]), 0);
  CHECK_EQ(pith_work_cancel(&items[5]), -ENOENT);
  let_others_run();
  CHECK_TRACE("A");
  CHECK_EQ(pith_work_cancel(&items[0]), -EBUSY);
  CHECK_EQ(pith_work_cancel(&items[1]), 0);
  CHECK_EQ(pith_work_cancel(&items[3]), 0);
  pith_work_submit(&queue, &items[5]);
  pith_sem_give(&gate);
  let_others_run();
  CHECK_TRACE("acef");
  CHECK_EQ(pith_work_cancel(&items[0]), -ENOENT);
  CHECK_KERNEL();
}

static void cancel_wait(void *unused) {
  (void)unused;
  result = pith_work_cancel_wait(&items[0], PITH_FOREVER);
  trace('w');
}

TEST(work_cancel_wait, "cancel_wait returns when the item is not running, whatever else is pending") {
  struct pith_thread *t;

  set_up(LATE);
  items[0].fn = step_gate;
  CHECK_EQ(pith_work_cancel_wait(&items[0], PITH_FOREVER), 0);
  pith_work_submit(&queue, &items[0]);
  CHECK_EQ(pith_work_cancel_wait(&items[0], PITH_FOREVER), 0);
  let_others_run();
  CHECK_TRACE("");
  pith_work_submit(&queue, &items[0]);
  pith_work_submit(&queue, &items[1]);
  let_others_run();
  CHECK_EQ(pith_work_cancel_wait(&items[0], pith_deadline(2)), -ETIMEDOUT);
  t = test_thread(0, URGENT, 0, cancel_wait, NULL);
  CHECK_EQ(pith_thread_cancel(t), 0);
  CHECK_EQ(result, -ECANCELED);
  test_thread(1, URGENT, 0, cancel_wait, NULL);
  CHECK_TRACE("Aw");
  pith_sem_give(&gate);
  let_others_run();
  CHECK_TRACE("awb"); /* when the worker asked for its next item, before that ran */
  CHECK_EQ(result, 0);
  CHECK_KERNEL();
}

static void flush(void *unused) {
  (void)unused;
  result = pith_work_flush(&queue, PITH_FOREVER);
  trace('w');
}

TEST(work_flush, "flush waits for what was submitted before it, not after, and not for cancelled items") {
  set_up(LATE);
  CHECK_EQ(pith_work_flush(&queue, PITH_POLL), 0);
  items[0].fn = step_gate;
  pith_work_submit(&queue, &items[0]);
  pith_work_submit(&queue, &items[1]);
  pith_work_submit(&queue, &items[2]);
  CHECK_EQ(pith_work_flush(&queue, PITH_POLL), -ETIMEDOUT);
  let_others_run();
  CHECK_EQ(pith_work_flush(&queue, pith_deadline(2)), -ETIMEDOUT);
  test_thread(0, URGENT, 0, flush, NULL);
  pith_work_submit(&queue, &items[3]);
  CHECK_EQ(pith_work_cancel(&items[2]), 0);
  CHECK_EQ(pith_work_cancel(&items[3]), 0);
  pith_work_submit(&queue, &items[4]);
  CHECK_TRACE("A");
  pith_sem_give(&gate);
  let_others_run();
  CHECK_TRACE("abwe");
  CHECK_EQ(result, 0);
  CHECK_KERNEL();
}

static void self(struct pith_work *w) {
  CHECK_EQ(pith_work_flush(&queue, PITH_FOREVER), -EDEADLK);
  CHECK_EQ(pith_work_cancel_wait(w, PITH_FOREVER), -EDEADLK);
  CHECK_EQ(pith_work_cancel(w), -EBUSY);
  CHECK_EQ(pith_workq_delete(&queue), -EDEADLK);
  trace('s');
}

TEST(work_self, "an item cannot wait for itself") {
  set_up(URGENT);
  items[0].fn = self;
  pith_work_submit(&queue, &items[0]);
  CHECK_TRACE("s");
}

TEST(work_delete, "deleting a queue drops what is pending, waits for what runs, ends waits with -EIDRM") {
  set_up(LATE);
  items[0].fn = step_gate;
  for (int i = 0; i < ITEMS; i++) pith_work_submit(&queue, &items[i]);
  let_others_run();
  test_thread(0, LATE, 0, flush, NULL);
  let_others_run();
  CHECK_TRACE("A");
  pith_sem_give(&gate);
  CHECK_EQ(pith_workq_delete(&queue), 0);
  let_others_run();
  CHECK_TRACE("aw");
  CHECK_EQ(result, -EIDRM);
  CHECK(!pith_work_pending(&items[3]));
  CHECK_EQ(pith_thread_state(&queue.thread), PITH_THREAD_NONE);
  CHECK_EQ(pith_work_submit(&queue, &items[3]), -EINVAL);
  CHECK(!pith_work_pending(&items[3]));
  CHECK_EQ(pith_work_flush(&queue, PITH_FOREVER), -EIDRM);
  CHECK_EQ(pith_workq_delete(&queue), -EINVAL);
  CHECK_EQ(pith_workq_init(&queue, "work", URGENT, stack, sizeof stack), 0);
  CHECK_EQ(pith_work_submit(&queue, &items[3]), 0);
  CHECK_TRACE("d");
  CHECK_EQ(pith_workq_delete(&queue), 0);
  CHECK_KERNEL();
}

TEST(work_worker_cancel, "a worker whose wait is cancelled goes on working") {
  set_up(URGENT);
  CHECK_EQ(pith_thread_cancel(&queue.thread), 0);
  pith_work_submit(&queue, &items[0]);
  CHECK_TRACE("a");
}

static int isr_results[ITEMS];

static void isr_submit_all(void) {
  for (int i = 0; i < ITEMS; i++) isr_results[i] = pith_work_submit(&queue, &items[(i + 2) % ITEMS]);
}

TEST(work_isr, "an ISR submits work: in order, merged, behind what threads submitted before") {
  set_up(LATE);
  irq_on(0, MIDDLE, isr_submit_all);
  pith_work_submit(&queue, &items[4]);
  irq_raise(0);
  for (int i = 0; i < ITEMS; i++) CHECK_EQ(isr_results[i], i == 2);
  CHECK_EQ(pith_work_cancel(&items[0]), 0);
  CHECK_EQ(pith_work_flush(&queue, PITH_FOREVER), 0);
  CHECK_TRACE("ecdfb");
  irq_raise(0);
  CHECK_EQ(pith_work_flush(&queue, PITH_FOREVER), 0);
  CHECK_TRACE("cdefab");
  CHECK_KERNEL();
}

static struct pith_delayed delayed;
static pith_time ran;

static void delayed_step(struct pith_work *w) {
  CHECK(w == &delayed.work);
  ran = pith_now();
  trace('d');
}

static void isr_delay(void) { isr_results[0] = pith_delayed_submit(&queue, &delayed, 60); }

TEST(work_delayed, "delayed work is submitted after its span, once, unless cancelled") {
  pith_time start;

  set_up(URGENT);
  pith_delayed_init(&delayed, delayed_step);
  CHECK_EQ(pith_delayed_cancel(&delayed), -ENOENT);
  CHECK_EQ(pith_delayed_submit(&queue, &delayed, 0), -EINVAL);
  start = pith_now();
  CHECK_EQ(pith_delayed_submit(&queue, &delayed, 60), 0);
  CHECK_EQ(pith_delayed_submit(&queue, &delayed, 1), 1);
  pith_sleep(10);
  CHECK_TRACE("");
  pith_sleep(60);
  CHECK_TRACE("d");
  CHECK(ran >= start + 60);
  CHECK_EQ(pith_delayed_submit(&queue, &delayed, 60), 0);
  CHECK_EQ(pith_delayed_cancel(&delayed), 0);
  CHECK_EQ(pith_delayed_cancel(&delayed), -ENOENT);
  pith_sleep(70);
  CHECK_TRACE("");
  irq_on(0, MIDDLE, isr_delay);
  irq_raise(0);
  CHECK_EQ(isr_results[0], 0);
  CHECK_EQ(pith_delayed_submit(&queue, &delayed, 1), 1);
  pith_sleep(70);
  CHECK_TRACE("d");
  CHECK_KERNEL();
}

TEST(work_delayed_pending, "delayed work whose time has come is cancelled in its queue") {
  set_up(LATE);
  pith_delayed_init(&delayed, delayed_step);
  items[0].fn = step_gate;
  pith_work_submit(&queue, &items[0]);
  let_others_run();
  CHECK_EQ(pith_delayed_submit(&queue, &delayed, 1), 0);
  pith_sleep(5);
  CHECK(pith_work_pending(&delayed.work));
  CHECK_EQ(pith_delayed_submit(&queue, &delayed, 1), 1);
  CHECK_EQ(pith_delayed_cancel(&delayed), 0);
  pith_sem_give(&gate);
  let_others_run();
  CHECK_TRACE("Aa");
}

static void isr_flush(void) { pith_work_flush(&queue, PITH_FOREVER); }

TEST_PANIC(work_isr_flush, "waiting for work in an ISR panics by name") {
  set_up(LATE);
  irq_on(0, MIDDLE, isr_flush);
  irq_raise(0);
}

/* Threads that are ready: who runs, when, and what the calls that change it refuse. */
#include "check.h"
#include "kernel.h"
#include "mem.h"

enum { URGENT = 4, OWN = 8, LATE = 12, LATER = 14 };

static struct pith_sem go = PITH_SEM_INIT(0);

static void record(void *letter) { trace((char)(intptr_t)letter); }
static void nothing(void *unused) { (void)unused; }

TEST(thread_priority_order, "ready threads run by priority, equals in the order they became ready") {
  test_thread(0, 12, 0, record, (void *)'c');
  test_thread(1, 10, 0, record, (void *)'a');
  test_thread(2, 12, 0, record, (void *)'d');
  test_thread(3, 11, 0, record, (void *)'b');
  CHECK_TRACE("");
  CHECK_KERNEL();
  let_others_run();
  CHECK_TRACE("abcd");
  CHECK_KERNEL();
}

TEST(thread_preempts_its_maker,
     "a more urgent new thread runs before pith_thread_init() returns, an equal one does not") {
  test_thread(0, URGENT, 0, record, (void *)'u');
  trace('m');
  test_thread(1, OWN, 0, record, (void *)'e');
  trace('n');
  pith_yield();
  CHECK_TRACE("umne");
}

TEST(thread_last_priority, "priorities 0 and PITH_PRIORITIES - 2 both work") {
  test_thread(0, 0, 0, record, (void *)'0');
  test_thread(1, PITH_PRIORITIES - 2, 0, record, (void *)'z');
  pith_sleep(1);
  CHECK_TRACE("0z");
}

TEST(thread_bad_arguments, "what cannot be a thread is refused and changes nothing") {
  static struct pith_thread t;
  static uint64_t stack[PITH_STACK_MIN / 8 + 1];
  const struct pith_thread_attr good = {
      .name = "x", .priority = LATE, .stack = stack, .stack_size = PITH_STACK_MIN};
  struct pith_thread_attr a;
  struct pith_thread *out = NULL;
  uint32_t threads = R->threads;
  size_t heap = pith_heap_free();

#define REFUSED(field, value)                                                                                \
  a = good;                                                                                                  \
  a.field = (value);                                                                                         \
  CHECK_EQ(pith_thread_init(&t, &a, nothing, NULL), -EINVAL);                                                \
  CHECK_EQ(pith_thread_create(&out, &a, nothing, NULL), -EINVAL)
  REFUSED(priority, PITH_PRIORITIES - 1);
  REFUSED(priority, 255);
  REFUSED(stack_size, PITH_STACK_MIN - 8);
  REFUSED(stack_size, PITH_STACK_MIN + 4);
  REFUSED(stack_size, 0);
  REFUSED(stack, (uint8_t *)stack + 4);
  REFUSED(flags, 4);
  REFUSED(flags, 0x80);
  a = good;
  a.stack = NULL;
  CHECK_EQ(pith_thread_init(&t, &a, nothing, NULL), -EINVAL);
  CHECK_EQ(pith_thread_init(&t, &good, NULL, NULL), -EINVAL);
  CHECK_EQ(pith_thread_state(&t), PITH_THREAD_NONE);
  CHECK(out == NULL);
  CHECK_EQ(R->threads, threads);
  CHECK_EQ(pith_heap_free(), heap);
  CHECK_EQ(pith_thread_init(&t, &good, nothing, NULL), 0);
  CHECK_KERNEL();
}

TEST_WITH(TEST_HEAP, thread_limit, "thread PITH_THREADS + 1 gets -EAGAIN, and an end makes room for one more") {
  static struct pith_thread *made[PITH_THREADS];
  static struct pith_thread extra;
  static uint64_t stack[PITH_STACK_MIN / 8];
  struct pith_thread_attr a = {.priority = LATE, .flags = PITH_DORMANT, .stack_size = PITH_STACK_MIN};
  struct pith_thread_attr with_stack = {.priority = LATE, .stack = stack, .stack_size = sizeof stack};
  size_t heap = pith_heap_free();
  int n = 0, error;

  while (!(error = pith_thread_create(&made[n], &a, nothing, NULL))) n++;
  CHECK_EQ(error, -EAGAIN);
  CHECK_EQ(R->threads, PITH_THREADS);
  CHECK_EQ(pith_thread_init(&extra, &with_stack, nothing, NULL), -EAGAIN);
  CHECK_KERNEL();
  CHECK_EQ(pith_thread_delete(made[0]), 0);
  CHECK_EQ(pith_thread_init(&extra, &with_stack, nothing, NULL), 0);
  CHECK_EQ(pith_thread_create(&made[0], &a, nothing, NULL), -EAGAIN);
  for (int i = 1; i < n; i++) CHECK_EQ(pith_thread_delete(made[i]), 0);
  CHECK_EQ(pith_heap_free(), heap);
  CHECK_KERNEL();
}

static struct pith_thread *seen_self;
static void *seen_arg;

static void look(void *arg) {
  seen_self = pith_self();
  seen_arg = arg;
}

TEST(thread_self_and_argument, "a thread gets its argument and pith_self() is itself") {
  struct pith_thread *t = test_thread(0, URGENT, 0, look, &seen_arg);

  CHECK(seen_self == t);
  CHECK(seen_arg == &seen_arg);
  CHECK(pith_self() != t);
}

static void wait_then_sleep(void *unused) {
  (void)unused;
  pith_sem_take(&go);
  pith_sleep_until(PITH_FOREVER);
}

TEST(thread_states, "pith_thread_state() tells each state of a life") {
  static struct pith_thread nobody;
  struct pith_thread *t;

  CHECK_EQ(pith_thread_state(&nobody), PITH_THREAD_NONE);
  t = test_thread(0, LATE, PITH_DORMANT, wait_then_sleep, NULL);
  CHECK_EQ(pith_thread_state(t), PITH_THREAD_CREATED);
  CHECK_EQ(pith_thread_start(t), 0);
  CHECK_EQ(pith_thread_state(t), PITH_THREAD_READY);
  CHECK_EQ(pith_thread_suspend(t), 0);
  CHECK_EQ(pith_thread_state(t), PITH_THREAD_SUSPENDED);
  CHECK_EQ(pith_thread_resume(t), 0);
  CHECK_EQ(pith_thread_state(t), PITH_THREAD_READY);
  let_others_run();
  CHECK_EQ(pith_thread_state(t), PITH_THREAD_WAITING);
  CHECK_EQ(pith_sem_give(&go), 0);
  CHECK_EQ(pith_thread_state(t), PITH_THREAD_READY);
  let_others_run();
  CHECK_EQ(pith_thread_state(t), PITH_THREAD_SLEEPING);
  CHECK_EQ(pith_thread_cancel(t), 0);
  let_others_run();
  CHECK_EQ(pith_thread_state(t), PITH_THREAD_DEAD);
  CHECK_EQ(pith_thread_join(t, NULL, PITH_POLL), 0);
  CHECK_EQ(pith_thread_state(t), PITH_THREAD_NONE);
  CHECK_EQ(pith_thread_state(pith_self()), PITH_THREAD_READY);
}

/* ---- yield ---- */

static void trace_and_yield(void *letter) {
  for (int i = 0; i < 3; i++) {
    trace((char)(intptr_t)letter);
    pith_yield();
  }
}

TEST(yield_order, "equals take turns at pith_yield(), in the order they became ready") {
  test_thread(0, LATE, 0, trace_and_yield, (void *)'a');
  test_thread(1, LATE, 0, trace_and_yield, (void *)'b');
  test_thread(2, LATE, 0, trace_and_yield, (void *)'c');
  let_others_run();
  CHECK_TRACE("abcabcabc");
  CHECK_KERNEL();
}

TEST(yield_only_to_equals, "pith_yield() does not let a less urgent thread run, and alone it returns") {
  test_thread(0, LATE, 0, record, (void *)'x');
  for (int i = 0; i < 10; i++) pith_yield();
  CHECK_TRACE("");
}

static struct pith_sem urgent_go = PITH_SEM_INIT(0);

static void urgent_waiter(void *unused) {
  (void)unused;
  pith_sem_take(&urgent_go);
  trace('u');
}

static void preempted(void *unused) {
  (void)unused;
  trace('a');
  pith_sem_give(&urgent_go);
  trace('A');
}

TEST(preempted_goes_on_first, "a preempted thread goes on before its equals") {
  test_thread(0, URGENT, 0, urgent_waiter, NULL);
  test_thread(1, LATE, 0, preempted, NULL);
  test_thread(2, LATE, 0, record, (void *)'b');
  let_others_run();
  CHECK_TRACE("auAb");
}

/* ---- priorities ---- */

TEST(priority_raise_runs_at_once, "raising a ready thread above the caller runs it at once") {
  struct pith_thread *t = test_thread(0, LATE, 0, record, (void *)'t');

  CHECK_EQ(pith_thread_priority(t), LATE);
  CHECK_EQ(pith_thread_set_priority(t, OWN), 0);
  CHECK_EQ(pith_thread_priority(t), OWN);
  trace('m');
  CHECK_EQ(pith_thread_set_priority(t, URGENT), 0);
  trace('n');
  CHECK_TRACE("mtn");
}

TEST(priority_lower_self, "lowering oneself lets those in between run, equals do not") {
  test_thread(0, OWN + 1, 0, record, (void *)'a');
  test_thread(1, OWN + 2, 0, record, (void *)'b');
  CHECK_EQ(pith_thread_set_priority(pith_self(), OWN + 2), 0);
  CHECK_TRACE("a");
  CHECK_EQ(pith_thread_priority(pith_self()), OWN + 2);
  pith_yield();
  CHECK_TRACE("b");
}

TEST(priority_of_waiters, "a new priority moves a thread in the queue it waits in, behind its equals") {
  struct pith_thread *a = test_thread(0, URGENT, 0, urgent_waiter, NULL);
  struct pith_thread *b, *c;

  pith_thread_delete(a);
  a = test_thread(1, 5, 0, wait_then_sleep, NULL);
  b = test_thread(2, 6, 0, wait_then_sleep, NULL);
  c = test_thread(3, 7, 0, wait_then_sleep, NULL);
  CHECK_EQ(pith_thread_set_priority(c, 5), 0);
  CHECK_EQ(pith_thread_set_priority(a, 6), 0);
  CHECK_KERNEL();
  CHECK_EQ(pith_sem_give(&go), 0);
  CHECK_EQ(pith_thread_state(c), PITH_THREAD_SLEEPING);
  CHECK_EQ(pith_sem_give(&go), 0);
  CHECK_EQ(pith_thread_state(b), PITH_THREAD_SLEEPING);
  CHECK_EQ(pith_thread_state(a), PITH_THREAD_WAITING);
  CHECK_EQ(pith_thread_set_priority(a, 1), 0); /* the only waiter */
  CHECK_EQ(pith_thread_set_priority(b, 2), 0); /* asleep */
  CHECK_KERNEL();
  CHECK_EQ(pith_sem_give(&go), 0);
  CHECK_EQ(pith_thread_state(a), PITH_THREAD_SLEEPING);
  CHECK_KERNEL();
}

TEST(priority_of_lone_waiter, "a new priority of a semaphore's only waiter loses no unit") {
  struct pith_thread *t = test_thread(0, URGENT, 0, wait_then_sleep, NULL);

  CHECK_EQ(pith_thread_set_priority(t, LATE), 0);
  CHECK_KERNEL();
  CHECK_EQ(pith_sem_give(&go), 0);
  let_others_run();
  CHECK_EQ(pith_thread_state(t), PITH_THREAD_SLEEPING);
  CHECK_EQ(pith_sem_count(&go), 0);
  CHECK_KERNEL();
}

TEST(priority_bad, "priorities that do not exist and memory that is no thread are refused") {
  static struct pith_thread nobody;
  struct pith_thread *t = test_thread(0, URGENT, 0, nothing, NULL); /* has ended */

  CHECK_EQ(pith_thread_set_priority(pith_self(), PITH_PRIORITIES - 1), -EINVAL);
  CHECK_EQ(pith_thread_set_priority(pith_self(), 1000), -EINVAL);
  CHECK_EQ(pith_thread_set_priority(&nobody, LATE), -EINVAL);
  CHECK_EQ(pith_thread_set_priority(t, LATE), -EINVAL);
  CHECK_EQ(pith_thread_priority(pith_self()), OWN);
}

/* ---- the idle hook ---- */

static volatile uint32_t idles;

static void count_idle(void) { idles++; }

TEST(idle_hook, "the idle hook runs while nothing else does, and no more when taken back") {
  uint32_t n;

  pith_idle_hook(count_idle);
  CHECK_EQ(idles, 0);
  pith_sleep(3);
  n = idles;
  CHECK(n >= 1);
  pith_idle_hook(NULL);
  pith_sleep(3);
  CHECK_EQ(idles, n);
}

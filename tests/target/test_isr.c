/* Interrupts and the kernel: gives and wake-ups from interrupt handlers of several priorities. */
#include "check.h"
#include "irq.h"
#include "kernel.h"

enum { LOW = 0xA0, MIDDLE = 0x60, HIGH = 0x20, OWN = 8, LATE = 12 };

static struct pith_sem sem = PITH_SEM_INIT(0), second = PITH_SEM_INIT(0);
static int result;
static volatile uint32_t exception;

static void take(void *letter) {
  int error = pith_sem_take(&sem);

  trace(error ? '!' : (char)(intptr_t)letter);
}

static void take_long(void *letter) {
  int error = pith_sem_take_for(&sem, 100000);

  trace(error ? '!' : (char)(intptr_t)letter);
}

static void take_second(void *letter) {
  pith_sem_take(&second);
  trace((char)(intptr_t)letter);
}

static void give(void) {
  exception = arch_exception();
  result = pith_sem_give(&sem);
}

static void give_3(void) {
  for (int i = 0; i < 3; i++) pith_sem_give(&sem);
}

TEST(isr_give_unit, "an ISR's give without waiters is a unit at once") {
  irq_on(0, MIDDLE, give);
  irq_raise(0);
  CHECK_EQ(exception, 16 + IRQ_FIRST_LINE);
  CHECK_EQ(arch_exception(), 0);
  CHECK_EQ(result, 0);
  CHECK_EQ(pith_sem_count(&sem), 1);
  irq_raise(0);
  CHECK_EQ(pith_sem_count(&sem), 2);
}

TEST(isr_give_waiter,
     "an ISR's give wakes the lone waiter, which preempts the interrupted thread if it is more urgent") {
  irq_on(0, MIDDLE, give);
  test_thread(0, 4, 0, take, (void *)'a');
  irq_raise(0);
  trace('m');
  test_thread(1, LATE, 0, take, (void *)'b');
  let_others_run();
  irq_raise(0);
  trace('n');
  CHECK_EQ(pith_sem_count(&sem), 0);
  CHECK_KERNEL();
  let_others_run();
  test_thread(2, OWN, 0, take, (void *)'c'); /* an equal does not preempt */
  pith_yield();
  irq_raise(0);
  trace('o');
  pith_yield();
  CHECK_TRACE("amnboc");
  CHECK_KERNEL();
}

TEST(isr_give_timed, "an ISR's give wakes waiters with deadlines and disarms them") {
  irq_on(0, MIDDLE, give);
  test_thread(0, 5, 0, take_long, (void *)'b');
  test_thread(1, 4, 0, take_long, (void *)'a');
  test_thread(2, 5, 0, take, (void *)'c');
  for (int i = 0; i < 3; i++) {
    irq_raise(0);
    CHECK_KERNEL();
  }
  CHECK_TRACE("abc");
  CHECK_EQ(pith_sem_count(&sem), 0);
}

TEST(isr_several_gives, "several gives in one ISR wake as many waiters; what is left is units") {
  irq_on(0, MIDDLE, give_3);
  test_thread(0, 4, 0, take, (void *)'a'); /* the lone waiter */
  irq_raise(0);
  CHECK_TRACE("a");
  CHECK_EQ(pith_sem_count(&sem), 2);
  CHECK_EQ(pith_sem_delete(&sem), 0);
  test_thread(1, 5, 0, take, (void *)'c');
  test_thread(2, 4, 0, take, (void *)'b');
  irq_raise(0);
  CHECK_TRACE("bc");
  CHECK_EQ(pith_sem_count(&sem), 1);
  CHECK_KERNEL();
}

static void give_all(void) {
  pith_sem_give(&sem);
  pith_sem_give(&second);
  pith_sem_give(&sem);
}

TEST(isr_several_semaphores, "one ISR may give several semaphores; each give is applied in order") {
  irq_on(0, MIDDLE, give_all);
  test_thread(0, LATE, 0, take, (void *)'a');
  test_thread(1, LATE, 0, take_second, (void *)'s');
  test_thread(2, LATE, 0, take, (void *)'b');
  let_others_run();
  irq_raise(0);
  CHECK_KERNEL();
  let_others_run();
  CHECK_TRACE("abs");
}

/* Nested: each level gives, raises the next more urgent one, and gives again. */
static void outermost(void) {
  pith_sem_give(&sem);
  irq_raise(1);
  pith_sem_give(&sem);
  trace('1');
}

static void inner(void) {
  pith_sem_give(&second);
  irq_raise(2);
  pith_sem_give(&sem);
  trace('2');
}

static void innermost(void) {
  pith_sem_give(&sem);
  pith_sem_give(&second);
  trace('3');
}

TEST(isr_nested, "gives of nested ISRs of three priorities are all applied, after the outermost ends") {
  irq_on(0, LOW, outermost);
  irq_on(1, MIDDLE, inner);
  irq_on(2, HIGH, innermost);
  for (int i = 0; i < 20; i++) {
    struct pith_thread *t[3];

    t[0] = test_thread(0, 4, 0, take, (void *)'a');
    t[1] = test_thread(1, 5, 0, take, (void *)'b');
    t[2] = test_thread(2, 6, 0, take_second, (void *)'c');
    irq_raise(0);
    CHECK_TRACE("321abc");
    CHECK_EQ(pith_sem_count(&sem), 2);
    CHECK_EQ(pith_sem_count(&second), 1);
    CHECK_KERNEL();
    for (int n = 0; n < 3; n++) CHECK_EQ(pith_thread_join(t[n], NULL, PITH_POLL), 0);
    CHECK_EQ(pith_sem_delete(&sem), 0);
    CHECK_EQ(pith_sem_delete(&second), 0);
  }
}

TEST(isr_priority_0, "an ISR of the most urgent priority there is may give") {
  irq_on(0, 0, give);
  test_thread(0, 4, 0, take, (void *)'a');
  irq_raise(0);
  CHECK_TRACE("a");
}

TEST(isr_overflow, "an ISR's give at PITH_SEM_MAX is -EOVERFLOW") {
  irq_on(0, MIDDLE, give);
  CHECK_EQ(pith_sem_init(&sem, PITH_SEM_MAX), 0);
  irq_raise(0);
  CHECK_EQ(result, -EOVERFLOW);
  CHECK_EQ(pith_sem_count(&sem), PITH_SEM_MAX);
}

static long give_within(long n, long b, long c) {
  (void)b, (void)c;
  for (long i = 0; i < n; i++) irq_raise(0);
  return 77;
}

TEST(isr_during_kernel, "interrupts go on while the kernel works; their gives are applied after") {
  irq_on(0, MIDDLE, give);
  test_thread(0, 4, 0, take, (void *)'a');
  test_thread(1, 4, 0, take, (void *)'b');
  CHECK_EQ(pith_monitor(give_within, 3, 0, 0), 77);
  CHECK_TRACE("ab");
  CHECK_EQ(pith_sem_count(&sem), 1);
  CHECK_KERNEL();
}

/* Applied by PendSV, in the middle of which another interrupt posts, for the first `more` times. */
static int more;

static void apply_and_raise(struct k_post *post, uint32_t n) {
  (void)post, (void)n;
  trace('p');
  if (more-- > 0) irq_raise(0);
}

static struct k_post raising = {.apply = apply_and_raise};

static void post_again(void) {
  trace('i');
  k_post(&raising);
  pith_sem_give(&sem);
}

TEST(isr_post_while_applied, "what is posted while PendSV applies the posts before is applied too, at once") {
  irq_on(0, MIDDLE, post_again);
  test_thread(0, 4, 0, take, (void *)'a');
  more = 3;
  irq_raise(0);
  CHECK_TRACE("ipipipipa");
  CHECK_EQ(pith_sem_count(&sem), 3);
  CHECK_KERNEL();
}

static long give_and_cancel(long t, long b, long c) {
  (void)b, (void)c;
  irq_raise(0); /* posted, not applied yet */
  k_wake_with((struct pith_thread *)t, -ECANCELED);
  return 0;
}

TEST(isr_give_then_cancel, "a unit posted to a waiter that is cancelled before it is applied is not lost") {
  struct pith_thread *t = test_thread(0, 4, 0, take, (void *)'a');

  irq_on(0, MIDDLE, give);
  CHECK_EQ(pith_monitor(give_and_cancel, (long)t, 0, 0), 0);
  CHECK_TRACE("!");
  CHECK_EQ(pith_sem_count(&sem), 1);
  CHECK_KERNEL();
}

/* ---- wakers ---- */

static struct pith_waker waker;
static volatile int ready;

static long wait_until_ready(long letter, long b, long c) {
  (void)b, (void)c;
  if (!ready) return pith_monitor_wait(&waker);
  trace((char)letter);
  return letter;
}

static void wait_on_waker(void *letter) { result = (int)pith_monitor(wait_until_ready, (long)letter, 0, 0); }

static void wake(void) { pith_wake(&waker); }

static void get_ready(void) {
  ready = 1;
  pith_wake(&waker);
}

TEST(waker, "pith_wake() from an ISR and from a thread makes each waiting call again from its start") {
  pith_waker_init(&waker);
  irq_on(0, MIDDLE, wake);
  irq_on(1, MIDDLE, get_ready);
  test_thread(0, 5, 0, wait_on_waker, (void *)'b');
  test_thread(1, 4, 0, wait_on_waker, (void *)'a');
  irq_raise(0);
  pith_wake(&waker);
  CHECK_TRACE("");
  CHECK_KERNEL();
  irq_raise(1);
  CHECK_TRACE("ab");
  CHECK_EQ(result, 'b');
  ready = 0;
  test_thread(2, 4, 0, wait_on_waker, (void *)'c');
  ready = 1;
  pith_wake(&waker);
  CHECK_TRACE("c");
  CHECK_EQ(result, 'c');
}

TEST(waker_cancel, "a monitor call that waits can be cancelled and is not made again") {
  struct pith_thread *t;

  pith_waker_init(&waker);
  t = test_thread(0, 4, 0, wait_on_waker, (void *)'a');
  CHECK_EQ(pith_thread_state(t), PITH_THREAD_WAITING);
  CHECK_EQ(pith_thread_cancel(t), 0);
  CHECK_EQ(result, -ECANCELED);
  CHECK_TRACE("");
  CHECK_KERNEL();
}

static volatile int slow_wakes;

static void wake_slowly(void *unused) {
  (void)unused;
  for (;;) {
    pith_wake(&waker);
    slow_wakes++;
  }
}

static long wait_once(long seen, long b, long c) {
  (void)b, (void)c;
  return slow_wakes == seen ? pith_monitor_wait(&waker) : 0;
}

static void wake_from_timer(void) { pith_wake(&waker); }

/* A thread that wakes is preempted at any instruction of pith_wake() by interrupts that wake too. */
TEST(waker_threads_and_isrs, "no wake-up is lost or late when a thread's pith_wake() is preempted anywhere") {
  pith_waker_init(&waker);
  timer_on(0, MIDDLE, wake_from_timer);
  irq_on(0, LOW, wake);
  test_thread(0, LATE, 0, wake_slowly, NULL);
  for (int i = 0; i < 3000; i++) {
    int seen = slow_wakes;

    timer_once(0, 200 + (uint32_t)(i * 37) % 1500);
    while (slow_wakes == seen) pith_monitor(wait_once, seen, 0, 0);
    irq_raise(0);
  }
  CHECK_KERNEL();
}

/* What a kernel with less in it does instead: it refuses by an error number, or leaves the fast way. */
#include "check.h"
#include "irq.h"
#include "kernel.h"
#include "pith/queue.h"

static struct pith_sem sem = PITH_SEM_INIT(0);
static struct pith_mutex mutex = PITH_MUTEX_INIT;

static void take(void *unused) {
  (void)unused;
  trace('t');
  CHECK_EQ(pith_sem_take(&sem), 0);
  trace('T');
}

TEST(small_sem, "the one waiter of a semaphore is in its queue like any other, and one of two gives is left") {
  test_thread(0, 4, 0, take, NULL);
  CHECK_EQ(sem.word, K_SEM_WAITERS);
  CHECK_EQ(pith_sem_give(&sem), 0);
  CHECK_TRACE("tT");
  CHECK_EQ(sem.word, 0);
  CHECK_EQ(pith_sem_give(&sem), 0);
  CHECK_EQ(pith_sem_count(&sem), 1);
  CHECK_EQ(pith_sem_take(&sem), 0);
  CHECK_EQ(pith_sem_take_for(&sem, PITH_POLL), -ETIMEDOUT);
  CHECK_EQ(pith_sem_give(&sem), 0);
  CHECK_EQ(pith_sem_count(&sem), 1);
  CHECK_KERNEL();
}

static volatile int given;

static void give(void) {
  for (int i = 0; i < 3; i++) given += pith_sem_give(&sem) == 0;
}

TEST(small_sem_isr, "three gives in one interrupt, with one waiter: two units are left") {
  irq_on(0, 0x40, give);
  test_thread(0, 4, 0, take, NULL);
  irq_raise(0);
  CHECK_EQ(given, 3);
  CHECK_TRACE("tT");
  CHECK_EQ(pith_sem_count(&sem), 2);
  irq_raise(0);
  CHECK_EQ(pith_sem_count(&sem), 5);
  CHECK_KERNEL();
}

TEST(small_sem_full, "a semaphore that is full refuses, in a thread and in an interrupt") {
  pith_sem_init(&sem, PITH_SEM_MAX);
  irq_on(0, 0x40, give);
  irq_raise(0);
  CHECK_EQ(given, 0);
  CHECK_EQ(pith_sem_give(&sem), -EOVERFLOW);
  CHECK_EQ(pith_sem_count(&sem), PITH_SEM_MAX);
}

TEST(small_queue, "messages of 4 bytes go through the kernel") {
  static struct pith_queue q;
  static uint32_t storage[PITH_QUEUE_WORDS(4, 3)];
  uint32_t m = 1;

  CHECK_EQ(pith_queue_init(&q, storage, 4, 3), 0);
  for (; m <= 3; m++) CHECK_EQ(pith_queue_send(&q, &m), 0);
  CHECK_EQ(K->sequences, 0);
  CHECK_EQ(pith_queue_try_send(&q, &m), -EAGAIN);
  for (uint32_t i = 1; i <= 3; i++) {
    CHECK_EQ(pith_queue_receive(&q, &m), 0);
    CHECK_EQ(m, i);
  }
}

TEST(small_tick, "the clock interrupts once a tick") {
  uint32_t before;
  pith_time start;

  pith_sleep(1);
  before = arch_clock_interrupts();
  start = pith_now();
  pith_sleep(20);
  CHECK_EQ(arch_clock_interrupts() - before, pith_now() - start);
}

static long skip(long ticks, long unused, long unused2) {
  (void)unused, (void)unused2;
  arch_clock_advance(ticks);
  return 0;
}

TEST(small_advance, "ticks that are skipped are time but no interrupts, and wake who waits for them") {
  uint32_t before = arch_clock_interrupts();
  pith_time start = pith_now();

  test_thread(0, 4, 0, take, NULL);
  pith_monitor(skip, 0x7FFFFFFF, 0, 0);
  pith_monitor(skip, 0x7FFFFFFF, 0, 0);
  pith_monitor(skip, 0x7FFFFFFF, 0, 0);
  CHECK(pith_now() - start >= 3LL * 0x7FFFFFFF && pith_now() - start < 3LL * 0x7FFFFFFF + 5);
  CHECK(arch_clock_interrupts() - before < 5);
  CHECK_EQ(pith_sem_take_until(&sem, pith_now() + 3), -ETIMEDOUT);
  CHECK_KERNEL();
}

static void hold(void *unused) {
  (void)unused;
  pith_mutex_lock(&mutex);
}

TEST(small_death, "a mutex whose owner ends is passed on, and the next one hears of it") {
  test_thread(0, 4, 0, hold, NULL);
  CHECK_EQ(pith_mutex_lock(&mutex), -EOWNERDEAD);
  CHECK_EQ(pith_mutex_unlock(&mutex), 0);
  CHECK_EQ(pith_mutex_lock(&mutex), 0);
  CHECK_EQ(pith_mutex_lock(&mutex), -EDEADLK);
  CHECK_KERNEL();
}

#if !PITH_MUTEX_OPTIONS
TEST(small_mutex_options, "a mutex with options is refused") {
  CHECK_EQ(pith_mutex_init(&mutex, 0), 0);
  CHECK_EQ(pith_mutex_init(&mutex, PITH_MUTEX_RECURSIVE), -ENOTSUP);
  CHECK_EQ(pith_mutex_init(&mutex, PITH_MUTEX_ROBUST), -ENOTSUP);
  CHECK_EQ(pith_mutex_init(&mutex, PITH_MUTEX_CEILING(3)), -ENOTSUP);
}
#endif

#if !PITH_COOPERATIVE_THREADS && !PITH_TIME_SLICES
TEST(small_attributes, "a cooperative thread and one with a slice are refused") {
  static uint64_t stack[64];
  static struct pith_thread t;
  struct pith_thread_attr attr = {.stack = stack, .stack_size = sizeof stack, .flags = PITH_COOPERATIVE};

  CHECK_EQ(pith_thread_init(&t, &attr, take, NULL), -ENOTSUP);
  attr.flags = 0;
  attr.slice = 1;
  CHECK_EQ(pith_thread_init(&t, &attr, take, NULL), -ENOTSUP);
}
#endif

#if !PITH_TIMERS
static struct pith_timer timer;

static void fire(struct pith_timer *unused) {
  (void)unused;
  trace('f');
}

static void start(void) { given = pith_timer_start(&timer, 1); }

TEST(small_timer, "without timers none starts, in a thread nor in an interrupt; threads sleep") {
  CHECK_EQ(pith_timer_init(&timer, fire, 0), 0);
  CHECK_EQ(pith_timer_start(&timer, 1), -EAGAIN);
  irq_on(0, 0x40, start);
  irq_raise(0);
  CHECK_EQ(given, 0);
  CHECK_EQ(pith_sleep(4), 0);
  CHECK_TRACE("");
  CHECK_KERNEL();
}
#endif

TEST_PANIC(small_fault, "a fault stops the machine") {
  *(volatile uint32_t *)0xA0000000 = 1; /* nothing is there */
}

TEST_PANIC(small_undefined, "and so does an undefined instruction") { __asm__ volatile("udf #0"); }

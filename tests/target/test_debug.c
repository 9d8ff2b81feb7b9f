/* A build with PITH_DEBUG_CHECKS: what overwrites the kernel's memory, or misuses its heap, is found at the end of
 * the kernel entry in which it happens or that comes next, and the panic says what it is. */
#include "check.h"
#include "expect.h"
#include "irq.h"
#include "kernel.h"

#if PITH_DEBUG_CHECKS
static struct pith_sem unit = PITH_SEM_INIT(1);
static struct pith_mutex is_free = PITH_MUTEX_INIT;
static void isr_take(void) { pith_sem_take(&unit); }
static void isr_lock(void) { pith_mutex_lock(&is_free); }

static void in_isr(void (*call)(void), const char *report) {
  expect_panic(report, "init");
  irq_on(0, 0x60, call);
  irq_raise(0);
}

TEST_PANIC(debug_isr_take, "pith_sem_take() in an ISR panics by name though there is a unit") {
  in_isr(isr_take, "pith_sem_take() from interrupt 13 ");
}

TEST_PANIC(debug_isr_lock, "pith_mutex_lock() of a free mutex in an ISR does, too") {
  in_isr(isr_lock, "pith_mutex_lock() from interrupt 13 ");
}

enum { URGENT = 4, LATE = 12 };

static struct pith_sem nobody_gives = PITH_SEM_INIT(0);
static struct pith_mutex mutex = PITH_MUTEX_INIT;

static void nothing(void *unused) { (void)unused; }
static void take(void *unused) {
  (void)unused;
  pith_sem_take_for(&nobody_gives, 1000);
}

static void lock(void *unused) {
  (void)unused;
  pith_mutex_lock(&mutex);
}

static void enter(const char *report) {
  expect_panic(report, NULL);
  for (int i = 0; i < PITH_DEBUG_CHECKS; i++) pith_sleep(0);
}

TEST(debug_sound, "a sound kernel passes its own checks through a thread's life and the heap's") {
  struct pith_thread_attr a = {.priority = URGENT, .stack_size = 512};
  struct pith_thread *t;

  for (int i = 0; i < 20; i++) {
    CHECK_EQ(pith_thread_create(&t, &a, i % 2 ? nothing : take, NULL), 0);
    pith_sleep(1);
    CHECK_EQ(pith_thread_delete(t), 0);
    CHECK_EQ(pith_free(pith_malloc(100)), 0);
  }
}

TEST_PANIC(debug_bitmap, "a bit of the ready bitmap that is set by a stray write panics") {
  K->ready |= 1u << 5;
  enter("a ready list and its bit disagree");
}

TEST_PANIC(debug_ring, "a link of a ready list that is overwritten panics") {
  test_thread(0, LATE, 0, nothing, NULL)->prev = NULL;
  enter("a ready list is cut or not linked both ways");
}

TEST_PANIC(debug_waiter, "a waiting thread whose control block is overwritten panics") {
  struct pith_thread *t = test_thread(0, URGENT, 0, take, NULL);

  t->base = t->priority = 1;
  enter("a thread's list is not that of its priority");
}

TEST_PANIC(debug_mutex, "a mutex that is overwritten while somebody waits panics, and is named") {
  CHECK_EQ(pith_mutex_lock(&mutex), 0);
  test_thread(0, URGENT, 0, lock, NULL);
  mutex.word = 0;
  enter("a mutex with waiters has no owner");
}

TEST_PANIC(debug_deadline, "a deadline that is overwritten panics") {
  struct pith_thread *t = test_thread(0, URGENT, 0, take, NULL);

  t->timeout.place = 7;
  enter("a deadline does not know its place");
}

TEST_PANIC(debug_thread, "a thread whose memory is used for something else panics") {
  struct pith_thread *t = test_thread(0, URGENT, 0, take, NULL);

  t->seal = 0;
  enter("what stands in the list of all threads is no thread");
}

TEST_PANIC(debug_heap_overflow, "a block of the heap that is written beyond its size panics") {
  uint8_t *p = pith_malloc(24);

  for (int i = 0; i < 32; i++) p[i] = 0x55;
  enter("the kernel's heap is damaged in front of this block");
}

TEST_PANIC(debug_double_free, "a block of the heap freed twice panics") {
  void *p = pith_malloc(24);

  CHECK_EQ(pith_free(p), 0);
  expect_panic("no block in use, freed before", "init");
  pith_free(p);
}

TEST_PANIC(debug_foreign_free, "so does one that never was a block") {
  uint64_t here;

  expect_panic("no block in use", "init");
  pith_free(&here);
}
#endif

/* Tests that run on the target. Each is a function of its own boot:
 *
 *   TEST(sem_order, "units go to the most urgent waiter first") { ... CHECK(x == 1); CHECK_EQ(got, 3); }
 *   TEST_PANIC(isr_take, "pith_sem_take() in an ISR panics by name") { ... }
 *
 * A test runs in the init thread (priority 8) with the console and the process service up. It passes by
 * returning; a CHECK that fails prints where and ends the run. A TEST_PANIC passes by a panic. */
#ifndef PITH_TEST_H
#define PITH_TEST_H
#include "init.h"
#include "pith/kernel.h"
#include "pith/mutex.h"
#include "pith/sem.h"
#include "pith/thread.h"
#include "pith_errno.h"

struct test {
  const char *name, *what;
  void (*run)(void);
  int panics;
};

#define TEST_ENTRY(name, what, panics)                                                                       \
  static void test_##name(void);                                                                             \
  static const struct test entry_##name __attribute__((used, section("test_list"), aligned(4))) = {          \
      #name, what, test_##name, panics};                                                                     \
  static void test_##name(void)
#define TEST(name, what) TEST_ENTRY(name, what, 0)
#define TEST_PANIC(name, what) TEST_ENTRY(name, what, 1)
/* Only where the build has it: an option of config.h that is 0 or 1, TEST_HEAP, TEST_TIMERS. */
#define TEST_WITH(option, name, what) TEST_IF(option, name, what, 0)
#define TEST_PANIC_WITH(option, name, what) TEST_IF(option, name, what, 1)
#define TEST_IF(option, name, what, panics) TEST_IF_(option, name, what, panics)
#define TEST_IF_(option, name, what, panics) TEST_IF_##option(name, what, panics)
#define TEST_IF_0(name, what, panics) static void __attribute__((unused)) test_##name(void)
#define TEST_IF_1(name, what, panics) TEST_ENTRY(name, what, panics)
#if PITH_HEAP
#define TEST_HEAP 1
#else
#define TEST_HEAP 0
#endif
#if PITH_TIMERS
#define TEST_TIMERS 1
#else
#define TEST_TIMERS 0
#endif
/* The flag of a cooperative thread, where there are any. */
enum { TEST_COOPERATIVE = PITH_COOPERATIVE_THREADS ? PITH_COOPERATIVE : 0 };

_Noreturn void test_failed(const char *file, int line, const char *what, long long got, long long want);
#define CHECK(cond)                                                                                          \
  do {                                                                                                       \
    if (!(cond)) test_failed(__FILE__, __LINE__, #cond, 0, 1);                                               \
  } while (0)
#define CHECK_EQ(got, want)                                                                                  \
  do {                                                                                                       \
    long long got_ = (long long)(got), want_ = (long long)(want);                                            \
    if (got_ != want_) test_failed(__FILE__, __LINE__, #got " == " #want, got_, want_);                      \
  } while (0)

/* A thread for a test: static stack of its own, started at once unless flags say dormant. i: 0..TEST_THREADS
 * - 1, each used once per test. */
enum { TEST_THREADS = 16, TEST_STACK = 1024 };
struct pith_thread *test_thread(int i, unsigned priority, unsigned flags, void (*entry)(void *), void *arg);
#endif

/* Interrupt lines: attaching, levels, on and off, and calls of the kernel from every level. */
#include "board.h"
#include "check.h"
#include "irq.h"
#include "kernel.h"
#include "pith/irq.h"

enum { LINE = 6, SECOND = 7, LAST_SLOT = PITH_IRQ_SLOTS - 1 };

static struct pith_sem sem = PITH_SEM_INIT(0);
static volatile unsigned calls;
static uint32_t exception;

static void count(void *arg) {
  exception = arch_exception();
  calls += (unsigned)(uintptr_t)arg;
}

static void give(void *arg) {
  trace('i');
  pith_sem_give(arg);
}

TEST(irq_attach, "an attached handler is called with its argument when its enabled line comes") {
  CHECK_EQ(pith_irq_attach(LINE, count, (void *)3), 0);
  CHECK_EQ(pith_irq_pend(LINE), 0);
  CHECK_EQ(calls, 0);
  CHECK_EQ(pith_irq_enable(LINE), 0); /* what came before was kept */
  __asm__ volatile("dsb\n\tisb");
  CHECK_EQ(calls, 3);
  CHECK_EQ(exception, 16 + LINE);
  CHECK_EQ(pith_irq_pend(LINE), 0);
  CHECK_EQ(calls, 6);
  CHECK_EQ(pith_irq_disable(LINE), 0);
  CHECK_EQ(pith_irq_pend(LINE), 0);
  CHECK_EQ(calls, 6);
}

static void by_name(void) {}

TEST(irq_refused, "lines that do not exist, are out of reach or have a handler are refused") {
  unsigned lines = board_get()->irq_count;

  irq_on(0, 0x60, by_name);
  CHECK_EQ(pith_irq_attach(IRQ_FIRST_LINE, count, NULL), -EBUSY); /* tests/target/irq.c defines it by name */
  CHECK_EQ(pith_irq_attach(LINE, NULL, NULL), -EINVAL);
  CHECK_EQ(pith_irq_attach(lines, count, NULL), -EINVAL);
  CHECK_EQ(pith_irq_attach(PITH_IRQ_SLOTS, count, NULL), -EINVAL);
  CHECK_EQ(pith_irq_attach(LINE, count, (void *)1), 0);
  CHECK_EQ(pith_irq_attach(LINE, count, NULL), -EBUSY);
  CHECK_EQ(pith_irq_detach(SECOND), -EINVAL);
  CHECK_EQ(pith_irq_detach(1000), -EINVAL);
  CHECK_EQ(pith_irq_enable(lines), -EINVAL);
  CHECK_EQ(pith_irq_disable(lines), -EINVAL);
  CHECK_EQ(pith_irq_pend(lines), -EINVAL);
  CHECK_EQ(pith_irq_priority(lines, 0), -EINVAL);
  CHECK_EQ(pith_irq_priority(LINE, pith_irq_levels()), -EINVAL);
  CHECK_EQ(pith_irq_priority(LINE, 255), -EINVAL);
  CHECK_EQ(pith_irq_attach(IRQ_FIRST_LINE + 3, count, NULL), 0);
}

TEST(irq_detach, "a detached line is off, forgets what was pending, and can be attached anew") {
  CHECK_EQ(pith_irq_attach(LINE, count, (void *)1), 0);
  CHECK_EQ(pith_irq_enable(LINE), 0);
  CHECK_EQ(pith_irq_disable(LINE), 0);
  CHECK_EQ(pith_irq_pend(LINE), 0);
  CHECK_EQ(pith_irq_detach(LINE), 0);
  CHECK_EQ(pith_irq_attach(LINE, count, (void *)2), 0);
  CHECK_EQ(pith_irq_enable(LINE), 0);
  CHECK_EQ(calls, 0);
  CHECK_EQ(pith_irq_pend(LINE), 0);
  CHECK_EQ(calls, 2);
}

static void outer(void *arg) {
  trace('o');
  pith_irq_pend((unsigned)(uintptr_t)arg);
  trace('p');
}

TEST(irq_levels, "a more urgent level preempts, an equal or lesser one waits; five levels at least") {
  unsigned last = pith_irq_levels() - 1;

  CHECK(last >= 4);
  CHECK_EQ(pith_irq_attach(LINE, outer, (void *)SECOND), 0);
  CHECK_EQ(pith_irq_attach(SECOND, give, &sem), 0);
  CHECK_EQ(pith_irq_enable(LINE), 0);
  CHECK_EQ(pith_irq_enable(SECOND), 0);
  for (unsigned a = 0; a <= last; a += last / 4) {
    for (unsigned b = 0; b <= last; b += last / 4) {
      CHECK_EQ(pith_irq_priority(LINE, a), 0);
      CHECK_EQ(pith_irq_priority(SECOND, b), 0);
      pith_irq_pend(LINE);
      if (b < a) CHECK_TRACE("oip");
      else CHECK_TRACE("opi");
    }
  }
}

static void taker(void *unused) {
  (void)unused;
  for (;;) {
    pith_sem_take(&sem);
    trace('t');
  }
}

TEST(irq_kernel, "an ISR of every level, the most urgent included, wakes a thread") {
  test_thread(0, 4, 0, taker, NULL);
  CHECK_EQ(pith_irq_attach(LINE, give, &sem), 0);
  CHECK_EQ(pith_irq_enable(LINE), 0);
  for (unsigned level = 0; level < pith_irq_levels(); level++) {
    CHECK_EQ(pith_irq_priority(LINE, level), 0);
    pith_irq_pend(LINE);
    CHECK_TRACE("it");
  }
  CHECK_KERNEL();
}

TEST(irq_enable_level, "a line enabled without a level does not get the clock's") {
  CHECK_EQ(pith_irq_enable(LINE), 0);
  CHECK(*(volatile uint8_t *)(0xE000E400 + LINE) != 0);
  CHECK_EQ(pith_irq_disable(LINE), 0);
}

TEST_PANIC(irq_unhandled, "a line nobody handles panics by number") {
  pith_irq_enable(LINE);
  pith_irq_pend(LINE);
}

TEST_PANIC(irq_unhandled_among, "so it does when other lines have handlers attached") {
  CHECK_EQ(pith_irq_attach(SECOND, count, NULL), 0);
  pith_irq_enable(LINE);
  pith_irq_pend(LINE);
}

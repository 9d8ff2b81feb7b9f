/* Stacks that overflow, with the MPU's guards and, on a core without an MPU (tests/run/test_no_mpu.py), with
 * canaries: the report names the thread, or the interrupt stack. */
#include "check.h"
#include "expect.h"
#include "irq.h"
#include "kernel.h"
#include "pith/irq.h"

enum { URGENT = 4, LATE = 12, MIDDLE = 0x60, SIZE = 512, TOUCH = 16 };

static uint64_t room[2 * SIZE / 8]; /* the culprit's stack is the upper half: what is below suffers */
static struct pith_thread culprit;
static uint8_t *const bottom = (uint8_t *)room + SIZE;

/* Goes down the stack in small frames until it is past `limit`. */
static uint32_t __attribute__((noinline)) deep(const uint8_t *limit, uint32_t n) {
  volatile uint32_t frame[2] = {n, n};

  if ((const uint8_t *)frame > limit) frame[0] = deep(limit, n + 1);
  return frame[0] + frame[1];
}

static void overflow_and_wait(void *unused) {
  (void)unused;
  deep(bottom + TOUCH, 0);
  pith_sleep(1);
}

static void overflow_and_end(void *unused) {
  (void)unused;
  deep(bottom + TOUCH, 0);
}

static void start(void (*entry)(void *), unsigned flags, unsigned slice) {
  struct pith_thread_attr a = {.name = "culprit",
                               .priority = URGENT,
                               .flags = (uint8_t)flags,
                               .stack = bottom,
                               .stack_size = SIZE,
                               .slice = (uint16_t)slice};

  expect_panic("thread culprit has overflowed its stack (512 bytes at ", NULL);
  CHECK_EQ(pith_thread_init(&culprit, &a, entry, NULL), 0);
  pith_sleep(2);
}

TEST_PANIC_WITH(PITH_STACK_GUARDS, stack_overflow, "a thread that overflows its stack stops the machine, by name") {
  start(overflow_and_wait, 0, 0);
}

TEST_PANIC_WITH(PITH_STACK_GUARDS, stack_overflow_end, "so does one that ends then") {
  start(overflow_and_end, 0, 0);
  pith_thread_join(&culprit, NULL, PITH_FOREVER);
}

TEST_PANIC_WITH(PITH_STACK_GUARDS, stack_overflow_coop, "so does a cooperative thread") {
  start(overflow_and_wait, PITH_COOPERATIVE, 0);
}

TEST_PANIC_WITH(PITH_STACK_GUARDS, stack_overflow_sliced, "so does a thread with a time slice") { start(overflow_and_wait, 0, 5); }

/* ---- the interrupt stack ---- */

static void isr_overflow(void) { deep((uint8_t *)k_isr_stack + TOUCH, 0); }

TEST_PANIC_WITH(PITH_STACK_GUARDS, stack_overflow_isr, "an interrupt handler that overflows the interrupt stack stops the machine") {
  expect_panic("the interrupt stack has overflowed (2048 bytes at ", NULL);
  irq_on(0, MIDDLE, isr_overflow);
  irq_raise(0);
  pith_sleep(1);
}

static void isr_deep(void) { deep((uint8_t *)k_isr_stack + PITH_ISR_STACK / 2, 0); }
static void isr_rest(void) { deep((uint8_t *)k_isr_stack + TOUCH, 0); }

static void isr_nested(void) {
  isr_deep();
  irq_raise(1);
}

TEST_PANIC_WITH(PITH_STACK_GUARDS, stack_overflow_nested, "so do handlers that nest") {
  expect_panic("the interrupt stack has overflowed (2048 bytes at ", NULL);
  irq_on(0, MIDDLE, isr_nested);
  irq_on(1, MIDDLE - 0x20, isr_rest);
  irq_raise(0);
  pith_sleep(1);
}

static long kernel_overflow(long a, long b, long c) {
  (void)a, (void)b, (void)c;
  return (long)deep((uint8_t *)k_isr_stack + TOUCH, 0);
}

TEST_PANIC_WITH(PITH_STACK_GUARDS, stack_overflow_kernel, "so does the kernel itself, which runs there") {
  expect_panic("the interrupt stack has overflowed (2048 bytes at ", NULL);
  pith_monitor(kernel_overflow, 0, 0, 0);
  pith_sleep(1);
}

TEST_WITH(PITH_STACK_GUARDS, stack_deep_isr, "an interrupt handler may use the interrupt stack down to its guard") {
  uint32_t before = pith_irq_stack_unused(), after;

  CHECK(before > PITH_ISR_STACK / 4 && before < PITH_ISR_STACK);
  irq_on(0, MIDDLE, isr_deep);
  irq_raise(0);
  after = pith_irq_stack_unused();
  CHECK(after < before && after < PITH_ISR_STACK / 2);
  CHECK(after > PITH_ISR_STACK / 2 - 128);
  CHECK_KERNEL();
}

/* ---- how deep it went ---- */

static void use_stack(void *bytes) {
  volatile uint8_t buf[512];

  for (intptr_t i = 0; i < (intptr_t)bytes; i++) buf[511 - i] = (uint8_t)i;
  CHECK_EQ(buf[511], 0);
}

TEST(stack_unused, "pith_stack_unused() is all but the first frame at first and falls with use") {
  struct pith_thread *t = test_thread(0, URGENT, PITH_DORMANT, use_stack, (void *)400);
  uint32_t fresh = pith_stack_unused(t), after;

  CHECK(fresh <= TEST_STACK - 32 - 4 * PITH_TLS_KEYS - 32 * PITH_STACK_GUARDS);
  CHECK(fresh >= TEST_STACK - 32 - 4 * PITH_TLS_KEYS - 7 - 63 * PITH_STACK_GUARDS);
  CHECK_EQ(pith_thread_start(t), 0);
  after = pith_stack_unused(t);
  CHECK(after < TEST_STACK - 400);
  CHECK(after > 0);
}

static void nothing(void *unused) { (void)unused; }

TEST(stack_reused, "a stack that served one thread to its guard serves the next") {
  static uint64_t stack[PITH_STACK_MIN / 8];
  struct pith_thread_attr a = {.priority = URGENT, .stack = stack, .stack_size = sizeof stack};

  for (int i = 0; i < 3; i++) {
    CHECK_EQ(pith_thread_init(&culprit, &a, nothing, NULL), 0);
    CHECK_EQ(pith_thread_join(&culprit, NULL, PITH_FOREVER), 0);
    for (unsigned n = 0; n < sizeof stack / 8; n++) stack[n] = n; /* it is the caller's again */
    pith_sleep(1);
  }
  CHECK_KERNEL();
}

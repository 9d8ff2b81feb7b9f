/* What must stop the machine does, and says what it was and who did it. */
#include "check.h"
#include "expect.h"
#include "irq.h"
#include "pith/monitor.h"
#include "cortexm/scb.h"

enum { MIDDLE = 0x60, UNUSED_LINE = 12 };
#define FORBIDDEN ((volatile uint32_t *)0x0F000000) /* between the memories of every board */

void divide_by_zero(void); /* regs.S */

static struct pith_sem empty = PITH_SEM_INIT(0);
static struct pith_mutex lock;

/* QEMU's boards answer 0 where nothing is: a region of the MPU makes the place fault everywhere. */
static void forbid(void) {
  MPU_RBAR = (uint32_t)(uintptr_t)FORBIDDEN | MPU_RBAR_VALID | 5;
  MPU_RASR = MPU_RASR_XN | MPU_RASR_AP(MPU_AP_NONE_NONE) | MPU_RASR_SIZE(5u) | MPU_RASR_ENABLE;
  __asm__ volatile("dsb\n\tisb" ::: "memory");
}

/* Behind the compiler's back, which knows that nobody means this. */
static volatile uint32_t *nothing(void) {
  volatile uint32_t *p = NULL;

  __asm__("" : "+r"(p));
  return p;
}

static void read_null(void *unused) {
  (void)unused;
  (void)nothing()[31];
}

static void write_null(void *unused) {
  (void)unused;
  *nothing() = 1;
}

static void call_null(void *unused) {
  void (*volatile none)(void) = NULL;

  (void)unused;
  none();
}

static void isr_null(void) { (void)*nothing(); }
static long kernel_null(long a, long b, long c) { return (long)*nothing() + a + b + c; }

static void start_culprit(void (*entry)(void *)) {
  static uint64_t stack[128];
  static struct pith_thread culprit;
  struct pith_thread_attr a = {.name = "culprit", .priority = 4, .stack = stack, .stack_size = sizeof stack};

  CHECK_EQ(pith_thread_init(&culprit, &a, entry, NULL), 0);
}

static void read_forbidden(void *unused) {
  (void)unused;
  (void)*FORBIDDEN;
}

static void write_forbidden(void *unused) {
  (void)unused;
  *FORBIDDEN = 1;
}

static void undefined(void *unused) {
  (void)unused;
  __asm__ volatile("udf #0");
}

static void no_thumb(void *unused) {
  void (*volatile even)(void) = (void (*)(void))((uintptr_t)&pith_yield & ~(uintptr_t)1);

  (void)unused;
  even();
}

static void divide(void *unused) {
  (void)unused;
  divide_by_zero();
}

TEST_PANIC_WITH(PITH_STACK_GUARDS, fault_read, "a kernel thread that reads what it may not stops the machine, by name") {
  expect_panic("the kernel accessed an address it may not", "culprit");
  forbid();
  start_culprit(read_forbidden);
}

TEST_PANIC_WITH(PITH_STACK_GUARDS, fault_write,
           "a kernel thread that writes what it may not stops the machine; the report has the address") {
  expect_panic("address 0f000000 ", "culprit");
  forbid();
  start_culprit(write_forbidden);
}

TEST_PANIC_WITH(PITH_STACK_GUARDS, fault_null_read,
           "a kernel thread that reads through NULL, or a member of what is not there, stops the machine, by name") {
  expect_panic("address 0000007c ", "culprit");
  start_culprit(read_null);
}

TEST_PANIC_WITH(PITH_STACK_GUARDS, fault_null_write, "one that writes through NULL does, although there is flash") {
  expect_panic("address 00000000 ", "culprit");
  start_culprit(write_null);
}

TEST_PANIC(fault_null_call, "so does one that calls NULL") {
  expect_panic("pc 00000000 ", "culprit");
  start_culprit(call_null);
}

TEST_PANIC_WITH(PITH_STACK_GUARDS, fault_null_isr, "so does an interrupt handler that reads through NULL") {
  expect_panic("address 00000000 ", "init");
  irq_on(0, MIDDLE, isr_null);
  irq_raise(0);
}

TEST_PANIC_WITH(PITH_STACK_GUARDS, fault_null_kernel, "so does the kernel itself") {
  expect_panic("address 00000000 ", "init");
  pith_monitor(kernel_null, 0, 0, 0);
}

TEST_PANIC(fault_undefined,
           "a kernel thread that executes an undefined instruction stops the machine, by name") {
  expect_panic("the kernel executed an undefined instruction", "culprit");
  start_culprit(undefined);
}

TEST_PANIC(fault_no_thumb, "a call of an address without the Thumb bit stops the machine, by name") {
  expect_panic("without the Thumb bit", "culprit");
  start_culprit(no_thumb);
}

TEST_PANIC(fault_divide, "a division by zero stops the machine, by name") {
  expect_panic("the kernel divided by zero", "culprit");
  start_culprit(divide);
}

static void isr_read_forbidden(void) { (void)*FORBIDDEN; }

TEST_PANIC_WITH(PITH_STACK_GUARDS, fault_isr, "a fault in an interrupt handler stops the machine") {
  expect_panic("the kernel accessed an address it may not", "init");
  forbid();
  irq_on(0, MIDDLE, isr_read_forbidden);
  irq_raise(0);
}

static long monitor_read_forbidden(long a, long b, long c) {
  (void)a, (void)b, (void)c;
  return (long)*FORBIDDEN;
}

TEST_PANIC_WITH(PITH_STACK_GUARDS, fault_kernel, "a fault in the kernel context stops the machine") {
  expect_panic("the kernel accessed an address it may not", "init");
  forbid();
  pith_monitor(monitor_read_forbidden, 0, 0, 0);
}

/* ---- blocking calls from an interrupt ---- */

static void isr_take(void) { pith_sem_take(&empty); }
static void isr_take_for(void) { pith_sem_take_for(&empty, 5); }
static void isr_sleep(void) { pith_sleep(5); }
static void isr_yield(void) { pith_yield(); }
static void isr_lock(void) { pith_mutex_lock(&lock); }
static void isr_join(void) { pith_thread_join(pith_self(), NULL, PITH_FOREVER); }

static void call_in_isr(void (*isr)(void), const char *report) {
  expect_panic(report, "init");
  irq_on(0, MIDDLE, isr);
  irq_raise(0);
}

TEST_PANIC(isr_sem_take,
           "pith_sem_take() that would wait in an ISR panics by its name and the interrupt's number") {
  call_in_isr(isr_take, "pith_sem_take() from interrupt 13 ");
}

TEST_PANIC(isr_sem_take_for, "pith_sem_take_for() that would wait in an ISR panics by name") {
  call_in_isr(isr_take_for, "pith_sem_take_until() from interrupt 13 ");
}

TEST_PANIC(isr_sleep, "pith_sleep() in an ISR panics by name") {
  call_in_isr(isr_sleep, "pith_sleep_until() from interrupt 13 ");
}

TEST_PANIC(isr_yield, "pith_yield() in an ISR panics by name") {
  call_in_isr(isr_yield, "pith_yield() from interrupt 13 ");
}

TEST_PANIC(isr_mutex_lock, "pith_mutex_lock() of a locked mutex in an ISR panics by name") {
  CHECK_EQ(pith_mutex_lock(&lock), 0);
  call_in_isr(isr_lock, "pith_mutex_lock() from interrupt 13 ");
}

TEST_PANIC(isr_join, "pith_thread_join() in an ISR panics by name") {
  call_in_isr(isr_join, "pith_thread_join() from interrupt 13 ");
}

/* ---- the rest ---- */

TEST_PANIC(irq_unhandled, "an interrupt without a handler panics by its number") {
  expect_panic("interrupt 12 (exception 28) has no handler", "init");
  irq_enable(UNUSED_LINE, MIDDLE);
  NVIC_ISPR(0) = 1u << UNUSED_LINE;
  pith_sleep(2);
}

TEST_PANIC(assert_false, "a PITH_ASSERT that fails panics with the place and the condition") {
  volatile int one = 1;

  expect_panic("tests/target/test_fault.c:", "init");
  PITH_ASSERT(one == 1);
  PITH_ASSERT(one == 2);
}

TEST_PANIC(panic_text, "pith_panic() prints its message") {
  expect_panic("PANIC: number 7 and word x", "init");
  pith_panic("number %d and word %s", 7, "x");
}

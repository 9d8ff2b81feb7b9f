/* What a thread's context is made of survives switches and preemption; and nothing is ever masked. */
#include "check.h"
#include "irq.h"
#include "pith/monitor.h"
#include "cortexm/scb.h"

enum { OWN = 8, LATE = 12, MIDDLE = 0x60, HIGH = 0x20, SPINNERS = 4, ROUNDS = 400 };

/* regs.S */
uint32_t masks(void);
int regs_spin(uint32_t seed, volatile uint32_t *stop);
int regs_hold(uint32_t seed, uint32_t rounds, void (*fn)(void));
int fpu_spin(uint32_t seed, volatile uint32_t *stop);
int fpu_hold(uint32_t seed, uint32_t rounds, void (*fn)(void));

/* ---- masks ---- */

static volatile uint32_t seen_mask = ~0u;

static void look_at_masks(void) { seen_mask = masks(); }

static long masks_in_kernel(long a, long b, long c) {
  (void)a, (void)b, (void)c;
  return (long)masks();
}

static void look_in_thread(void *unused) {
  (void)unused;
  seen_mask = masks();
}

TEST(never_masked, "PRIMASK, BASEPRI and FAULTMASK are 0 in threads, interrupts and the kernel") {
  CHECK_EQ(masks(), 0);
  CHECK_EQ(pith_monitor(masks_in_kernel, 0, 0, 0), 0);
  irq_on(0, MIDDLE, look_at_masks);
  irq_raise(0);
  CHECK_EQ(seen_mask, 0);
  seen_mask = ~0u;
  test_thread(0, 4, TEST_COOPERATIVE, look_in_thread, NULL);
  CHECK_EQ(seen_mask, 0);
}

TEST(exception_priorities, "SVCall and PendSV share the lowest priority, SysTick has the highest") {
  uint32_t svcall = SCB_SHPR2 >> 24, pendsv = SCB_SHPR3 >> 16 & 0xFF, systick = SCB_SHPR3 >> 24;
  uint8_t before = NVIC_IPR(31), lowest;

  NVIC_IPR(31) = 0xFF;
  lowest = NVIC_IPR(31);
  NVIC_IPR(31) = before;
  CHECK_EQ(svcall, lowest);
  CHECK_EQ(pendsv, lowest);
  CHECK_EQ(systick, 0);
}

static volatile uint32_t kernel_interrupted;

static void in_the_kernel(void) { kernel_interrupted++; }

static long raise_in_kernel(long a, long b, long c) {
  uint32_t before = kernel_interrupted;

  (void)a, (void)b, (void)c;
  irq_raise(0);
  return kernel_interrupted == before + 1;
}

TEST(kernel_interruptible, "an interrupt raised in the kernel context is served there and then") {
  irq_on(0, MIDDLE, in_the_kernel);
  for (int i = 0; i < 10; i++) CHECK_EQ(pith_monitor(raise_in_kernel, 0, 0, 0), 1);
}

/* ---- registers across calls ---- */

static int held[4];

static void hold_registers(void *i) {
  held[(intptr_t)i] = regs_hold(0x1000u * ((uint32_t)(uintptr_t)i + 1), ROUNDS, pith_yield);
}

TEST(registers_across_yield, "r4-r11 of three threads survive 400 yields each") {
  for (int i = 0; i < 3; i++) {
    held[i] = -1;
    test_thread(i, LATE, i == 2 ? TEST_COOPERATIVE : 0, hold_registers, (void *)(intptr_t)i);
  }
  let_others_run();
  for (int i = 0; i < 3; i++) CHECK_EQ(held[i], 0);
}

static void sleep_1(void) { pith_sleep(1); }

TEST(registers_across_sleep, "r4-r11 survive blocking") { CHECK_EQ(regs_hold(0x12345, 5, sleep_1), 0); }

#ifdef __ARM_FP
static void hold_fpu(void *i) {
  held[(intptr_t)i] = fpu_hold(0x2000u * ((uint32_t)(uintptr_t)i + 1), ROUNDS, pith_yield);
}

TEST(fpu_across_yield,
     "s16-s31 of two threads and a cooperative one survive 400 yields each, beside one without FPU") {
  for (int i = 0; i < 4; i++) held[i] = -1;
  for (int i = 0; i < 3; i++)
    test_thread(i, LATE, i == 2 ? TEST_COOPERATIVE : 0, hold_fpu, (void *)(intptr_t)i);
  test_thread(3, LATE, 0, hold_registers, (void *)3);
  let_others_run();
  for (int i = 0; i < 4; i++) CHECK_EQ(held[i], 0);
  CHECK_EQ(fpu_hold(0x54321, 5, sleep_1), 0);
}
#endif

/* ---- all registers, preempted anywhere ---- */

static struct pith_sem tick = PITH_SEM_INIT(0);
static struct pith_thread *spinner[SPINNERS];
static volatile uint32_t stop;
static int spun[SPINNERS];
static volatile float disturbed = 1.0f;

/* Uses what the interrupted thread uses, the FPU included. */
static void disturb(void) {
  disturbed = disturbed * 1.5f + 0.25f;
  if (disturbed > 1000.0f) disturbed = 1.0f;
  pith_sem_give(&tick);
}

static void disturb_more(void) { disturbed = disturbed + 2.5f; }

static void spin(void *i_) {
  int i = (int)(intptr_t)i_;
  uint32_t seed = 0x01010101u * (uint32_t)(i + 1);

#ifdef __ARM_FP
  spun[i] = i == SPINNERS - 1 ? regs_spin(seed, &stop) : fpu_spin(seed, &stop);
#else
  spun[i] = regs_spin(seed, &stop);
#endif
}

/* Another spinner runs after each interrupt: each is preempted wherever it is. */
static void rotate(void *unused) {
  (void)unused;
  for (uint32_t i = 0; i < ROUNDS; i++) {
    timer_once(0, 300 + i * 31 % 900);
    if (i % 3 == 0) timer_once(1, 200 + i * 17 % 900);
    CHECK_EQ(pith_sem_take_for(&tick, 1000), 0);
    pith_thread_set_priority(spinner[i % SPINNERS], LATE + 1);
    pith_thread_set_priority(spinner[(i + 1) % SPINNERS], LATE);
  }
  stop = 1;
}

TEST(registers_preempted,
     "every register of four spinning threads, FPU included, survives preemption anywhere") {
  timer_on(0, MIDDLE, disturb);
  timer_on(1, HIGH, disturb_more);
  for (int i = 0; i < SPINNERS; i++) {
    spun[i] = -1;
    spinner[i] = test_thread(i, LATE + 1, 0, spin, (void *)(intptr_t)i);
  }
  test_thread(SPINNERS, 4, 0, rotate, NULL);
  for (int i = 0; i < SPINNERS; i++) {
    CHECK_EQ(pith_thread_join(spinner[i], NULL, pith_now() + 30000), 0);
    CHECK_EQ(spun[i], 0);
  }
  CHECK_KERNEL();
}

static void preempt_coop(void *unused) {
  (void)unused;
  for (uint32_t i = 0; i < 50; i++) {
    timer_once(0, 300 + i * 31 % 900);
    CHECK_EQ(pith_sem_take_for(&tick, 1000), 0);
  }
  stop = 1;
}

static void spin_coop(void *unused) {
  (void)unused;
  for (int i = 0; i < 50; i++) {
    uint32_t one_round = 1;

#ifdef __ARM_FP
    spun[0] = fpu_spin(0x77000000, &one_round);
#else
    spun[0] = regs_spin(0x77000000, &one_round);
#endif
    if (spun[0]) return;
    pith_yield();
  }
}

TEST_WITH(PITH_COOPERATIVE_THREADS, registers_cooperative, "the registers of a cooperative thread survive interrupts and its own yields") {
  struct pith_thread *t;

  timer_on(0, MIDDLE, disturb);
  spun[0] = -1;
  t = test_thread(0, LATE, PITH_COOPERATIVE, spin_coop, NULL);
  test_thread(1, 4, 0, preempt_coop, NULL);
  test_thread(2, LATE, 0, spin, (void *)1);
  spinner[1] = t;
  CHECK_EQ(pith_thread_join(t, NULL, pith_now() + 30000), 0);
  CHECK_EQ(spun[0], 0);
  CHECK_EQ(spun[1], 0);
}

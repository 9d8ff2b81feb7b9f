/* What tests/bench measures. Each does its operation between markers, 32-bit hints that are NOPs to the
 * processor and events to tools/icnt; without the counter they are ordinary tests of the same operations.
 * 0x20 starts and 0x21 stops the count; the other numbers are named in tests/bench/measure.py. */
#include "cortexm/scb.h"
#include "irq.h"
#include "mem.h"
#include "noise.h"
#include "romfs.h"
#include "test.h"

#define MARK(n) __asm__ volatile(".inst.w 0xF3AF8000 + %c0" ::"i"(n) : "memory")

enum { ROUNDS = 64, HELLO_RETURNS = 42, URGENT = 4, EQUAL = 8, IRQ = 31 };

static struct pith_sem ping = PITH_SEM_INIT(0), pong = PITH_SEM_INIT(0);
static struct pith_mutex mutex = PITH_MUTEX_INIT;

static int run_program(const char *name, unsigned priority) {
  const char *const argv[] = {name, NULL};
  struct process_result result = {0};
  struct romfs_file file;
  const char *why = "";

  CHECK_EQ(romfs_find(name, &file), 0);
  struct process_request request = {
      .name = name, .file = file.data, .size = file.size, .argv = argv, .priority = (uint8_t)priority};
  MARK(0x20);
  MARK(0x30);
  int pid = process_spawn(&request, NULL, &why);
  CHECK(pid > 0);
  CHECK_EQ(process_wait(pid, &result, PITH_FOREVER), 0);
  CHECK_EQ(result.cause, PROCESS_EXITED);
  return result.status;
}

TEST(bench_load_4k, "a program of 4 KB and 117 relocations is loaded and started") {
  CHECK_EQ(run_program("load_4k", 1), 9);
}

TEST(bench_load_18k, "a program of 18 KB and 498 relocations is loaded and started") {
  CHECK_EQ(run_program("load_18k", 1), 9);
}

TEST(bench_spawn, "a process spawns others and waits for them") { CHECK_EQ(run_program("bench_spawn", 16), 0); }

TEST(bench_pipe3, "1 MB through three programs and two pipes, byte by byte what was written") {
  CHECK_EQ(run_program("bench_pipe3", 16), 0);
}

TEST(bench_fork, "a process forks, and changes places with its child") { CHECK_EQ(run_program("bench_fork", 16), 0); }

TEST(bench_load, "a process of the built-in image is loaded between two markers") {
  static const char *const argv[] = {"hello", NULL};
  struct romfs_file file;
  struct process_map map;
  const char *why = "";

  CHECK_EQ(romfs_find("hello", &file), 0);
  struct process_request request = {
      .name = "hello", .file = file.data, .size = file.size, .argv = argv, .priority = 16};
  MARK(0x20);
  MARK(0x30);
  int pid = process_spawn(&request, &map, &why);
  MARK(0x31);
  MARK(0x21);
  CHECK(pid > 0);
  CHECK_EQ(finish(pid), HELLO_RETURNS);
}

TEST(bench_uncontended, "semaphores and mutexes nobody waits for, and a yield to nobody") {
  for (int i = 0; i < ROUNDS; i++) {
    MARK(0x20);
    MARK(0x32);
    pith_sem_give(&ping);
    MARK(0x33);
    pith_sem_take(&ping);
    MARK(0x34);
    pith_mutex_lock(&mutex);
    MARK(0x35);
    pith_mutex_unlock(&mutex);
    MARK(0x36);
    pith_yield();
    MARK(0x37);
    pith_mutex_lock_for(&mutex, PITH_FOREVER);
    MARK(0x38);
    pith_mutex_unlock(&mutex);
    MARK(0x21);
  }
  CHECK_EQ(pith_sem_count(&ping), 0);
  CHECK(pith_mutex_owner(&mutex) == NULL);
}

static void yielder(void *unused) {
  (void)unused;
  for (int i = 0; i < ROUNDS; i++) {
    MARK(0x40);
    pith_yield();
    MARK(0x41);
  }
}

TEST(bench_yield, "two threads of equal priority yield to each other") {
  MARK(0x20);
  struct pith_thread *other = test_thread(0, EQUAL, 0, yielder, NULL);
  yielder(NULL);
  pith_thread_join(other, NULL, PITH_FOREVER);
  MARK(0x21);
}

/* The side that answers. */
static void answer(void *unused) {
  (void)unused;
  for (int i = 0; i < ROUNDS; i++) {
    pith_sem_take(&ping);
    MARK(0x43);
    pith_sem_give(&pong);
    MARK(0x44);
  }
}

/* A round: give ping (0x42), the other one runs (0x43), gives pong and waits again, this one goes on. */
static void ping_pong(unsigned priority) {
  struct pith_thread *other = test_thread(0, priority, 0, answer, NULL);

  pith_yield(); /* the other one waits now */
  MARK(0x20);
  for (int i = 0; i < ROUNDS; i++) {
    MARK(0x42);
    pith_sem_give(&ping);
    MARK(0x45);
    pith_sem_take(&pong);
    MARK(0x46);
  }
  MARK(0x21);
  CHECK_EQ(pith_thread_join(other, NULL, PITH_FOREVER), 0);
}

TEST(bench_ping_pong_equal, "two threads of equal priority hand a unit back and forth") { ping_pong(EQUAL); }
TEST(bench_ping_pong_higher, "a thread gives to a more urgent one and back") { ping_pong(URGENT); }

static volatile unsigned woken, interrupts;

static void waiter(void *unused) {
  (void)unused;
  for (;;) {
    pith_sem_take(&ping);
    MARK(0x49);
    woken++;
  }
}

/* Line 31, which the test makes pending by hand; its name depends on the board. */
void PORT0_7_Handler(void);
void I2C1_EV_IRQHandler(void);

void PORT0_7_Handler(void) {
  MARK(0x48);
  interrupts++;
  pith_sem_give(&ping);
}

void I2C1_EV_IRQHandler(void) { PORT0_7_Handler(); }

TEST(bench_interrupt, "an interrupt gives to a waiting thread, which runs when it returns") {
  test_thread(0, URGENT, 0, waiter, NULL);
  irq_enable(IRQ, 0x40);
  MARK(0x20);
  for (unsigned i = 1; i <= ROUNDS; i++) {
    MARK(0x47);
    NVIC_ISPR(0) = 1u << IRQ;
    __asm__ volatile("dsb\n\tisb" ::: "memory");
    MARK(0x4A);
    CHECK_EQ(woken, i);
  }
  MARK(0x21);
  CHECK_EQ(interrupts, ROUNDS);
}

TEST_PANIC(bench_panic, "a panic: the one place after boot where interrupts are masked") {
  pith_panic("on purpose");
}

/* Interrupts that come while relatives change places, each with a thread to be woken, after 320 to 1,000 instructions and
 * so many more that with time each instruction is hit. In a swap is the swapper and who stands in for those that are away:
 * from 0x48; what relatives call by themselves: from 0x46. */
static struct pith_thread *swapper, *stand_in;
static volatile unsigned raised;
static unsigned least;
enum { LEAST = 3000, SPAN = 17, CLOCK = 40, SOON = 50 /* clocks of 40 instructions */ };

static void counter(void *unused) {
  (void)unused;
  for (;;) {
    pith_sem_take(&ping);
    MARK(0x49);
    if (++woken == least) pith_sem_give(&pong);
  }
}

/* 3 n instructions, n > 0: for each remainder of CLOCK there is an n up to CLOCK. */
static void pause(unsigned n) { __asm__ volatile(".syntax unified\n1: nop\n subs %0, #1\n bne 1b" : "+l"(n)::"cc"); }

/* Deadlines are not what is looked at: an interrupt that comes while one is served, or soon before, is not counted. */
static void while_swapping(void) {
  static uint32_t random = 1;
  const struct pith_thread *t = pith_self();

  pause(1 + random_next(&random) % CLOCK);
  if (raised < least) timer_once(0, SPAN / 2 + random_next(&random) % SPAN);
  if (SCB_SHCSR & SCB_SHCSR_PENDSVACT || SCB_ICSR & SCB_ICSR_PENDSVSET || SYST_CVR < SOON) return;
  raised++;
  if (t == swapper || t == stand_in) MARK(0x48);
  else MARK(0x46);
  pith_sem_give(&ping);
}

static struct pith_thread *find_thread(const char *name) {
  struct pith_thread *t = pith_thread_next(NULL);

  while (t && strcmp(pith_thread_name(t), name)) t = pith_thread_next(t);
  CHECK(t);
  return t;
}

/* bench_fork and its children, which change places in this way for ever. */
static void swap(const char *how, int children) {
  const char *const argv[] = {"bench_fork", how, NULL};
  struct romfs_file file;
  struct process_result result;
  const char *why = "";

  CHECK_EQ(romfs_find("bench_fork", &file), 0);
  struct process_request request = {
      .name = "bench_fork", .file = file.data, .size = file.size, .argv = argv, .priority = 16};
  int pid = process_spawn(&request, NULL, &why);
  CHECK(pid > 0);
  pith_sleep(PITH_MS(20)); /* from now on they do nothing else */
  woken = raised = 0;
  MARK(0x20);
  timer_once(0, SPAN);
  while (woken < least) pith_sem_take(&pong);
  MARK(0x21);
  for (int i = children; i >= 0; i--) CHECK_EQ(process_kill(pid + i), 0);
  CHECK_EQ(process_wait(pid, &result, PITH_FOREVER), 0);
}

TEST(bench_swap, "an interrupt while relatives change places gives to a more urgent thread") {
  swapper = find_thread("swapper");
  stand_in = find_thread("stand-in");
  least = option("interrupts", LEAST);
  test_thread(0, URGENT, 0, counter, NULL);
  timer_on(0, 0x40, while_swapping);
  swap("in turn", 1);
  swap("yielding", 2);
}

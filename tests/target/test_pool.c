/* Memory pools: blocks from threads and interrupts, waiting for one, and what happens when a pool goes. */
#include "check.h"
#include "irq.h"
#include "kernel.h"
#include "pith/pool.h"

enum { SIZE = 24, COUNT = 5, MIDDLE = 0x60, OWN = 8 };

static uint32_t memory[PITH_POOL_BYTES(SIZE, COUNT) / 4];
static struct pith_pool pool;
static void *taken[COUNT + 1], *got;
static int result;

static void set_up(void) { CHECK_EQ(pith_pool_init(&pool, memory, SIZE, COUNT), 0); }

static void take_all(void) {
  for (int i = 0; i < COUNT; i++) CHECK((taken[i] = pith_pool_alloc(&pool)));
}

TEST(pool_arguments, "what cannot be a pool is refused") {
  CHECK_EQ(pith_pool_init(&pool, NULL, SIZE, COUNT), -EINVAL);
  CHECK_EQ(pith_pool_init(&pool, (uint8_t *)memory + 2, SIZE, COUNT), -EINVAL);
  CHECK_EQ(pith_pool_init(&pool, memory, SIZE + 2, COUNT), -EINVAL);
  CHECK_EQ(pith_pool_init(&pool, memory, 0, COUNT), -EINVAL);
  CHECK_EQ(pith_pool_init(&pool, memory, SIZE, 0), -EINVAL);
  CHECK_EQ(pith_pool_init(&pool, memory, 0x10000, 0x10000), -EINVAL);
}

TEST(pool_blocks, "a pool gives out each of its blocks once, whole, and then NULL") {
  set_up();
  CHECK_EQ(pith_pool_count(&pool), COUNT);
  take_all();
  CHECK(pith_pool_alloc(&pool) == NULL);
  CHECK_EQ(pith_pool_count(&pool), 0);
  for (int i = 0; i < COUNT; i++) {
    uint32_t offset = K_WORD(taken[i]) - K_WORD(memory);

    CHECK(offset < sizeof memory && offset % SIZE == 0);
    for (int j = 0; j < i; j++) CHECK(taken[j] != taken[i]);
    for (unsigned j = 0; j < SIZE / 4; j++) ((uint32_t *)taken[i])[j] = 0xFFFFFFFF;
  }
  for (int i = 0; i < COUNT; i++) {
    pith_pool_free(&pool, taken[i]);
    CHECK_EQ(pith_pool_count(&pool), i + 1);
  }
  take_all();
  CHECK(pith_pool_alloc(&pool) == NULL);
}

static void waiter(void *letter) {
  void *block;
  int error = pith_pool_alloc_for(&pool, &block, PITH_FOREVER);

  trace(error ? '!' : (char)(intptr_t)letter);
  if (error) result = error;
  else got = block;
}

TEST(pool_wait,
     "a freed block goes to the most urgent waiter, first come among equals, and never past them") {
  set_up();
  take_all();
  test_thread(0, 6, 0, waiter, (void *)'c');
  test_thread(1, 4, 0, waiter, (void *)'a');
  test_thread(2, 6, 0, waiter, (void *)'d');
  test_thread(3, 5, 0, waiter, (void *)'b');
  CHECK(pith_pool_alloc(&pool) == NULL);
  for (int i = 0; i < 4; i++) {
    pith_pool_free(&pool, taken[i]);
    CHECK(got == taken[i]);
    CHECK(pith_pool_alloc(&pool) == NULL);
  }
  CHECK_TRACE("abcd");
  pith_pool_free(&pool, taken[4]);
  CHECK_EQ(pith_pool_count(&pool), 1);
  CHECK(pith_pool_alloc(&pool) == taken[4]);
  CHECK_KERNEL();
}

TEST(pool_deadline, "a wait for a block ends at its deadline, and the pool goes on") {
  pith_time before;

  set_up();
  CHECK_EQ(pith_pool_alloc_until(&pool, &got, PITH_POLL), 0);
  pith_pool_free(&pool, got);
  take_all();
  CHECK_EQ(pith_pool_alloc_until(&pool, &got, PITH_POLL), -ETIMEDOUT);
  CHECK(got == NULL);
  before = pith_now();
  CHECK_EQ(pith_pool_alloc_for(&pool, &got, 5), -ETIMEDOUT);
  CHECK(pith_now() >= before + 5);
  pith_pool_free(&pool, taken[0]);
  CHECK_EQ(pith_pool_count(&pool), 1);
  CHECK_EQ(pith_pool_alloc_for(&pool, &got, 5), 0);
  CHECK(got == taken[0]);
  CHECK_KERNEL();
}

TEST(pool_cancel, "a wait for a block can be cancelled") {
  struct pith_thread *t;

  set_up();
  take_all();
  t = test_thread(0, 4, 0, waiter, (void *)'a');
  CHECK_EQ(pith_thread_cancel(t), 0);
  CHECK_TRACE("!");
  CHECK_EQ(result, -ECANCELED);
  pith_pool_free(&pool, taken[1]);
  CHECK(pith_pool_alloc(&pool) == taken[1]);
}

TEST(pool_delete, "deleting a pool ends the waits for its blocks and leaves it without any") {
  set_up();
  take_all();
  test_thread(0, 4, 0, waiter, (void *)'a');
  test_thread(1, 12, 0, waiter, (void *)'b');
  let_others_run();
  CHECK_EQ(pith_pool_delete(&pool), 0);
  let_others_run();
  CHECK_TRACE("!!");
  CHECK_EQ(result, -EIDRM);
  CHECK(pith_pool_alloc(&pool) == NULL);
  CHECK_EQ(pith_pool_count(&pool), 0);
  CHECK_KERNEL();
}

static void isr_free_2(void) {
  pith_pool_free(&pool, taken[0]);
  pith_pool_free(&pool, taken[1]);
}

static void isr_swap(void) {
  void *a = pith_pool_alloc(&pool), *b = pith_pool_alloc(&pool);

  if (a) pith_pool_free(&pool, a);
  if (b) pith_pool_free(&pool, b);
}

TEST(pool_isr, "an ISR takes and frees blocks; what it frees while threads wait goes to them") {
  set_up();
  take_all();
  irq_on(0, MIDDLE, isr_free_2);
  irq_raise(0);
  CHECK_EQ(pith_pool_count(&pool), 2);
  CHECK(pith_pool_alloc(&pool) == taken[1]);
  CHECK(pith_pool_alloc(&pool) == taken[0]);
  test_thread(0, 4, 0, waiter, (void *)'a');
  irq_raise(0);
  CHECK_TRACE("a");
  CHECK_EQ(pith_pool_count(&pool), 1);
  irq_on(0, MIDDLE, isr_swap);
  irq_raise(0);
  CHECK_EQ(pith_pool_count(&pool), 1);
  CHECK_KERNEL();
}

static volatile uint32_t swaps;

static void timer_isr(void) {
  isr_swap();
  swaps++;
  timer_once(0, 150 + swaps * 7 % 400);
}

TEST(pool_storm,
     "blocks are neither lost nor doubled while an interrupt that uses the pool comes at any instruction") {
  set_up();
  timer_on(0, MIDDLE, timer_isr);
  timer_once(0, 200);
  while (swaps < 2000) {
    uint32_t *a = pith_pool_alloc(&pool), *b = pith_pool_alloc(&pool);

    CHECK(a != b || !a);
    if (a) a[0] = 1;
    if (b) b[0] = 2;
    if (a) CHECK_EQ(a[0], 1);
    if (a) pith_pool_free(&pool, a);
    if (b) pith_pool_free(&pool, b);
    CHECK_EQ(pith_pool_count(&pool), COUNT);
  }
}

#if PITH_POOL_CHECK
TEST_PANIC(pool_double_free, "with PITH_POOL_CHECK a block freed twice panics") {
  set_up();
  take_all();
  pith_pool_free(&pool, taken[2]);
  pith_pool_free(&pool, taken[2]);
}

TEST_PANIC(pool_foreign, "with PITH_POOL_CHECK a block that is not the pool's panics") {
  set_up();
  take_all();
  pith_pool_free(&pool, (uint8_t *)taken[2] + 4);
}
#endif

/* The eight classic tests of a kernel's throughput, one number each: instructions for one count.
 *
 * Each test is a loop that counts. The instructions of a fixed number of counts, the loops' own included, are
 * divided by that number: TM_COUNTS in tests/bench/_rows.py, and COUNTS here. A test of several threads passes when
 * their counts agree within 1. */
#include "bench.h"

enum { COUNTS = 200, PEOPLE = 5, BASIC_COUNTS = 5, WORDS = 1024 };

static struct pith_thread *thread[PEOPLE];
static volatile uint32_t count[PEOPLE];
static struct pith_sem sem = PITH_SEM_INIT(0);

/* What thread i has counted differs from what thread 0 has by 1 at most. */
static void check_counts(void) {
  for (int i = 1; i < PEOPLE; i++) CHECK(count[i] + 1 - count[0] <= 2);
}

static void start_counts(void) {
  for (int i = 0; i < PEOPLE; i++) count[i] = 0;
}

/* ---- basic: no kernel at all, a pass over 1024 words ---- */

static volatile uint32_t words[WORDS];

static void basic(void *unused) {
  (void)unused;
  BEGIN(tm_basic);
  for (uint32_t n = 0; n < BASIC_COUNTS; n++)
    for (int i = 0; i < WORDS; i++) words[i] = (words[i] + n) ^ words[i];
  END(tm_basic);
}

/* ---- cooperative: five equal threads, each yields and counts ---- */

static void yields_and_counts(void *place) {
  volatile uint32_t *own = place;

  for (;;) {
    pith_yield();
    ++*own;
  }
}

static void cooperative(void *unused) {
  (void)unused;
  BEGIN(tm_cooperative);
  while (count[0] < COUNTS) {
    pith_yield();
    count[0]++;
  }
  END(tm_cooperative);
  check_counts();
}

static void run_cooperative(void) {
  start_counts();
  for (int i = 1; i < PEOPLE; i++) bench_thread(i, MIDDLE, 0, yields_and_counts, (void *)&count[i]);
  bench_middle(cooperative);
  for (int i = 1; i < PEOPLE; i++) bench_end(i);
}

/* ---- preemptive: five threads, each resumes the next more urgent one, counts, suspends itself ---- */

static void resumes_and_counts(void *place) {
  long i = (volatile uint32_t *)place - count;

  for (;;) {
    if (i < PEOPLE - 1) pith_thread_resume(thread[i + 1]);
    count[i]++;
    pith_thread_suspend(thread[i]);
  }
}

static void preemptive(void *unused) {
  (void)unused;
  BEGIN(tm_preemptive);
  while (count[0] < COUNTS) {
    pith_thread_resume(thread[1]);
    count[0]++;
  }
  END(tm_preemptive);
  check_counts();
}

static struct pith_thread *suspended(int i, unsigned priority, void (*entry)(void *)) {
  struct pith_thread *t = bench_thread(i, priority, PITH_DORMANT, entry, (void *)&count[i]);

  CHECK(pith_thread_suspend(t) == 0 && pith_thread_start(t) == 0);
  return t;
}

static void run_preemptive(void) {
  start_counts();
  for (int i = 1; i < PEOPLE; i++) thread[i] = suspended(i, (unsigned)(MIDDLE - i), resumes_and_counts);
  bench_middle(preemptive);
  for (int i = 1; i < PEOPLE; i++) bench_end(i);
}

/* ---- interrupt: raised by the thread; its handler gives what the thread then takes ---- */

static void gives(void) {
  count[1]++;
  pith_sem_give(&sem);
}

static void interrupt(void *unused) {
  (void)unused;
  BEGIN(tm_interrupt);
  while (count[0] < COUNTS) {
    bench_raise(LINE_CLASSIC);
    pith_sem_take(&sem);
    count[0]++;
  }
  END(tm_interrupt);
  CHECK(count[1] == COUNTS && pith_sem_count(&sem) == 0);
}

static void run_interrupt(void) {
  start_counts();
  bench_in_handler = gives;
  bench_middle(interrupt);
}

/* ---- interrupt preemption: the handler wakes a more urgent thread, which counts and sleeps again ---- */

static struct pith_sem sleeper = PITH_SEM_INIT(0);

static void wakes(void) {
  count[1]++;
  pith_sem_give(&sleeper);
}

static void sleeps_and_counts(void *unused) {
  (void)unused;
  for (;;) {
    pith_sem_take(&sleeper);
    count[2]++;
  }
}

static void interrupt_preemption(void *unused) {
  (void)unused;
  BEGIN(tm_interrupt_preemption);
  while (count[0] < COUNTS) {
    bench_raise(LINE_CLASSIC);
    count[0]++;
  }
  END(tm_interrupt_preemption);
  CHECK(count[1] == COUNTS && count[2] == COUNTS);
}

static void run_interrupt_preemption(void) {
  start_counts();
  bench_in_handler = wakes;
  bench_thread(1, HIGH, 0, sleeps_and_counts, NULL);
  bench_middle(interrupt_preemption);
  bench_end(1);
}

/* ---- message: one thread sends itself 16 bytes through a queue ---- */

#if __has_include("pith/queue.h")
#include "pith/queue.h"
PITH_QUEUE(queue, 16, 10);

static void message(void *unused) {
  uint32_t sent[4] = {0x1122}, received[4] = {0};

  (void)unused;
  BEGIN(tm_message);
  while (count[0] < COUNTS) {
    sent[3] = count[0];
    pith_queue_send(&queue, sent);
    pith_queue_receive(&queue, received);
    if (received[3] != sent[3]) break;
    count[0]++;
  }
  END(tm_message);
  CHECK(count[0] == COUNTS && received[0] == sent[0]);
}
#endif

/* ---- synchronization: one thread takes and gives one semaphore ---- */

static void synchronization(void *unused) {
  (void)unused;
  pith_sem_give(&sem);
  BEGIN(tm_sync);
  while (count[0] < COUNTS) {
    pith_sem_take(&sem);
    pith_sem_give(&sem);
    count[0]++;
  }
  END(tm_sync);
  CHECK(pith_sem_count(&sem) == 1);
  pith_sem_take(&sem);
}

/* ---- memory: a block of 128 bytes, allocated and freed ---- */

#if __has_include("pith/pool.h")
#include "pith/pool.h"
enum { BLOCK = 128, BLOCKS = 16 };
static uint32_t memory_blocks[PITH_POOL_BYTES(BLOCK, BLOCKS) / 4];
static struct pith_pool pool;

static void memory(void *unused) {
  (void)unused;
  CHECK(pith_pool_init(&pool, memory_blocks, BLOCK, BLOCKS) == 0);
  BEGIN(tm_memory);
  while (count[0] < COUNTS) {
    void *block = pith_pool_alloc(&pool);

    if (!block) break;
    pith_pool_free(&pool, block);
    count[0]++;
  }
  END(tm_memory);
  CHECK(count[0] == COUNTS && pith_pool_count(&pool) == BLOCKS);
}
#endif

void bench_classic(void) {
  bench_middle(basic);
  run_cooperative();
  run_preemptive();
  run_interrupt();
  run_interrupt_preemption();
#if __has_include("pith/queue.h")
  start_counts();
  bench_middle(message);
#endif
  start_counts();
  bench_middle(synchronization);
#if __has_include("pith/pool.h")
  start_counts();
  bench_middle(memory);
#endif
}

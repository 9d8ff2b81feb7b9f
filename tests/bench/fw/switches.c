/* Operations that end in another thread. */
#include "bench.h"

static struct pith_sem a = PITH_SEM_INIT(0), b = PITH_SEM_INIT(0), line = PITH_SEM_INIT(0),
                       go = PITH_SEM_INIT(0);
static struct pith_mutex mutex = PITH_MUTEX_INIT;
static volatile unsigned woken;

/* ---- yield: from before it in one thread to after it in another ---- */

static void yield_back(void *unused) {
  (void)unused;
  for (;;) {
    pith_yield();
    END(yield);
  }
}

static void yields(void *unused) {
  (void)unused;
  for (int i = 0; i < ROUNDS; i++) {
    BEGIN(yield);
    pith_yield();
  }
}

/* ---- round trips ---- */

static void answer(void *unused) {
  (void)unused;
  for (;;) {
    pith_sem_take(&a);
    pith_sem_give(&b);
  }
}

static void ask_equal(void *unused) {
  (void)unused;
  pith_yield(); /* the other one waits now */
  for (int i = 0; i < ROUNDS; i++) {
    BEGIN(pingpong_equal);
    pith_sem_give(&a);
    pith_sem_take(&b);
    END(pingpong_equal);
  }
}

static void ask_higher(void *unused) {
  (void)unused;
  for (int i = 0; i < ROUNDS; i++) {
    BEGIN(pingpong_higher);
    pith_sem_give(&a);
    pith_sem_take(&b);
    END(pingpong_higher);
  }
}

/* ---- from an interrupt's first instruction to the thread it gave to ---- */

/* Line 31: its name in either family's vector table. */
void PORT0_7_Handler(void);
void I2C1_EV_IRQHandler(void) __attribute__((alias("PORT0_7_Handler")));

void PORT0_7_Handler(void) { pith_sem_give(&line); }

static void on_line(void *unused) {
  (void)unused;
  for (;;) {
    pith_sem_take(&line);
    END(isr_to_thread);
    woken++;
  }
}

static void interrupts(void *unused) {
  (void)unused;
  for (unsigned i = 1; i <= ROUNDS; i++) {
    bench_raise(LINE_SWITCHES);
    CHECK(woken == i);
  }
}

/* ---- a chain of five, each more urgent than the one before: resume the next, suspend oneself ---- */

enum { CHAIN = 5 };
static struct pith_thread *link[CHAIN];

static void in_chain(void *place) {
  struct pith_thread **self = place;

  for (;;) {
    if (self < link + CHAIN - 1) pith_thread_resume(self[1]);
    woken++;
    pith_thread_suspend(*self);
  }
}

static void chain(void *unused) {
  (void)unused;
  woken = 0;
  for (unsigned i = 1; i <= ROUNDS; i++) {
    BEGIN(preempt_chain);
    pith_thread_resume(link[1]);
    END(preempt_chain);
    CHECK(woken == i * (CHAIN - 1));
  }
}

/* ---- the rest ---- */

/* A more urgent thread is resumed and suspends itself again. */
static void suspends(void *unused) {
  (void)unused;
  for (;;) pith_thread_suspend(pith_self());
}

static struct pith_thread *sleeper;
static void resumes(void *unused) {
  (void)unused;
  for (int i = 0; i < ROUNDS; i++) {
    BEGIN(suspend_resume);
    pith_thread_resume(sleeper);
    END(suspend_resume);
  }
}

/* An unlock that hands the mutex to a more urgent thread that waits: until it runs. */
static void wants(void *unused) {
  (void)unused;
  for (;;) {
    pith_sem_take(&go);
    pith_mutex_lock(&mutex);
    END(mutex_handover);
    pith_mutex_unlock(&mutex);
  }
}

static void holds(void *unused) {
  (void)unused;
  for (int i = 0; i < ROUNDS; i++) {
    pith_mutex_lock(&mutex);
    pith_sem_give(&go);
    BEGIN(mutex_handover);
    pith_mutex_unlock(&mutex);
  }
}

static void beside(unsigned priority, void (*other)(void *), void (*measured)(void *)) {
  bench_thread(1, priority, 0, other, NULL);
  bench_middle(measured);
  bench_end(1);
}

static void bench_chain(void) {
  for (int i = 1; i < CHAIN; i++) {
    link[i] = bench_thread(i, (unsigned)(MIDDLE - i), PITH_DORMANT, in_chain, &link[i]);
    CHECK(pith_thread_suspend(link[i]) == 0 && pith_thread_start(link[i]) == 0);
  }
  bench_middle(chain);
  for (int i = 1; i < CHAIN; i++) bench_end(i);
}

void bench_switches(void) {
  beside(MIDDLE, yield_back, yields);
  beside(MIDDLE, answer, ask_equal);
  beside(HIGH, answer, ask_higher);
  woken = 0;
  beside(HIGH, on_line, interrupts);
  bench_chain();
  sleeper = bench_thread(1, HIGH, 0, suspends, NULL);
  bench_middle(resumes);
  bench_end(1);
  beside(HIGH, wants, holds);
}

/* The walk through the kernel's structures: a sound kernel passes, and each kind of damage is found and
 * named. */
#include "fixture.h"
#include <string.h>

static struct pith_sem s, t;
static struct pith_mutex m;
static struct pith_timer timer;

static void fired(struct pith_timer *unused) { (void)unused; }

/* A: runs. B, C: ready; B holds m. D: sleeps. E, F: wait for s. G waits for m. H is suspended. */
#define E_ (&thread[4])
#define F_ (&thread[5])
#define G_ (&thread[6])
#define H_ (&thread[7])

static void setup(void) {
  START(10, 12, 12, 5, 8, 9, 3, 2);
  pith_sem_init(&s, 0);
  pith_sem_init(&t, 0);
  pith_mutex_init(&m, 0);
  pith_timer_init(&timer, fired, 0);
  BLOCKS(H_, pith_thread_suspend(H_));
  BLOCKS(G_, pith_sleep(5));
  BLOCKS(D, pith_sleep(50));
  BLOCKS(E_, pith_sem_take_for(&s, 100));
  BLOCKS(F_, pith_sem_take(&s));
  BLOCKS(A, pith_sleep(3));
  GETS(B, pith_mutex_lock(&m), 0);
  host_advance(6);
  BLOCKS(G_, pith_mutex_lock(&m));
  GETS(B, pith_timer_start(&timer, 30), 0);
  RUNS(B); /* with G's priority */
  host_at_exit = NULL;
}

static void finds(const char *words) {
  int result = k_check();

  if (result != -EFAULT || !strstr(k_check_why, words)) {
    fprintf(stderr, "%d \"%s\", not \"%s\"\n", result, result ? k_check_why : "", words);
    fail();
  }
  setup();
}

static void test_sound(void **state) {
  (void)state;
  setup();
  assert_int_equal(k_check(), 0);
  assert_null(k_check_why);
  fixture_init();
  assert_int_equal(k_check(), 0); /* before anything */
}

static void test_lists(void **state) {
  (void)state;
  setup();
  K->ready |= 1u << 20;
  finds("its bit disagree");
  K->ready = 0;
  finds("its bit disagree");
  A->next = B;
  finds("not linked both ways");
  A->prev = NULL;
  finds("not linked both ways");
  A->list = &K->list[11];
  finds("not its own");
  A->bit = 3;
  finds("not its own");
  A->seal++;
  finds("is no thread");
  A->dead = 1;
  finds("blocked or dead");
  H_->suspended = 0;
  finds("a stopped thread");
  H_->wait = &s.waiters;
  finds("a stopped thread");
  H_->list = &K->limbo;
  finds("not that of its priority");
  F_->suspended = 1;
  finds("not that of its priority");
  k_unready(C);
  finds("in no ready list");
  K->current = A;
  K->list[10] = NULL;
  K->ready &= ~A->bit;
  finds("in no ready list");
  R->threads++;
  finds("not as many as are counted");
  R->all->all = R->all;
  finds("does not end");
  K->current = E_;
  E_->priority = 8;
  R->raised = A;
  finds("not cooperative");
}

static void test_running(void **state) {
  (void)state;
  fixture_init();
  fixture_thread(0, 10, 0);
  fixture_thread(1, 10, 0);
  host_start();
  host_at_exit = NULL;
  K->list[10] = B;
  assert_int_equal(k_check(), -EFAULT);
  assert_non_null(strstr(k_check_why, "not the head"));
}

static void test_threads(void **state) {
  (void)state;
  setup();
  C->priority = C->base = 11;
  finds("not that of its priority");
  D->bit = 1;
  finds("bit is not that");
  D->base = 6;
  finds("own and its mutexes'");
  G_->wait_mutex = NULL;
  finds("does not name it");
  m.word = K_WORD(C) | K_MUTEX_KNOWN;
  finds("not in its owner's list");
  C->held = &m;
  finds("is not the thread's");
  B->held = NULL;
  B->priority = 12;
  finds("list");
  D->wait_mutex = &m;
  finds("names a mutex");
  E_->timeout.place = 0;
  finds("does not know its place");
  C->timeout.place = 1;
  finds("does not wait has a deadline");
  D->dead = 1;
  finds("a dead thread has a deadline");
  F_->dead = 1;
  finds("a dead thread waits");
}

static void test_queues(void **state) {
  (void)state;
  setup();
  s.waiters.head = NULL;
  finds("empty queue");
  s.waiters.head = F_;
  finds("order of priorities");
  E_->next = E_;
  finds("not linked both ways");
  E_->wait = &t.waiters;
  finds("does not name the queue");
  F_->wait = &t.waiters;
  finds("empty queue");
  BLOCKS(B, pith_sem_take(&t)); /* alone */
  t.word = K_SEM_WAITERS;
  finds("its one waiter");
}

static void test_deadlines(void **state) {
  (void)state;
  setup();
  R->timeouts[0]->place = 2;
  finds("place");
  R->timeouts[0]->deadline = 1000;
  finds("not in order");
  R->timers++;
  finds("not as many as are counted");
  D->timeout.kind = K_TIMEOUT_SLICE;
  finds("a slice that is none");
  timer.timeout.kind = K_TIMEOUT_THREAD;
  finds("of no thread");
  R->timeout_count--;
  finds("where it says");
  R->timeout_count = K_TIMEOUTS + 1;
  finds("more deadlines than places");
}

static void test_memory(void **state) {
  static uint8_t *block;

  (void)state;
  setup();
  block = heap_alloc(&R->heap, 64);
  memset(block - 4, 0x55, 4);
  finds("heap is damaged");
  R->graveyard = A;
  finds("is no dead thread");
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_sound),   cmocka_unit_test(test_lists),  cmocka_unit_test(test_running),
    cmocka_unit_test(test_threads), cmocka_unit_test(test_queues), cmocka_unit_test(test_deadlines),
    cmocka_unit_test(test_memory),
};
FIXTURE_MAIN

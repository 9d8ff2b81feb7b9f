/* Operations nobody waits for, and those on threads. */
#include "bench.h"

static struct pith_sem sem = PITH_SEM_INIT(0);
static struct pith_mutex mutex = PITH_MUTEX_INIT;
static volatile pith_time seen;

static void uncontended(void *unused) {
  (void)unused;
  for (int i = 0; i < ROUNDS; i++) {
    BEGIN(sem_give);
    pith_sem_give(&sem);
    END(sem_give);
    BEGIN(sem_take);
    pith_sem_take(&sem);
    END(sem_take);
    BEGIN(mutex_lock);
    pith_mutex_lock(&mutex);
    END(mutex_lock);
    BEGIN(mutex_unlock);
    pith_mutex_unlock(&mutex);
    END(mutex_unlock);
    BEGIN(sem_poll);
    pith_sem_take_until(&sem, PITH_POLL);
    END(sem_poll);
    BEGIN(now);
    seen = pith_now();
    END(now);
  }
  CHECK(pith_sem_count(&sem) == 0);
  CHECK(pith_mutex_owner(&mutex) == NULL);
}

static void nothing(void *unused) { (void)unused; }

/* A thread of 512 bytes of stack, which is filled with a pattern: made dormant, then ended. */
static void lifetime(void *unused) {
  static struct pith_thread thread;
  static uint64_t stack[512 / 8];
  static const struct pith_thread_attr attr = {
      .name = "short", .priority = LOW, .flags = PITH_DORMANT, .stack = stack, .stack_size = sizeof stack};

  (void)unused;
  for (int i = 0; i < ROUNDS; i++) {
    BEGIN(thread_create);
    pith_thread_init(&thread, &attr, nothing, NULL);
    END(thread_create);
    CHECK(pith_thread_start(&thread) == 0);
    BEGIN(thread_join);
    pith_thread_join(&thread, NULL, PITH_FOREVER);
    END(thread_join);
  }
}

void bench_rows(void) {
  bench_middle(uncontended);
  bench_middle(lifetime);
  bench_switches();
  bench_objects();
}

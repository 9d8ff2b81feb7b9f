/* Queues, pools and the other objects, each as soon as the kernel has it. */
#include "bench.h"

static volatile unsigned woken __attribute__((unused));

#if __has_include("pith/pool.h")
#include "pith/pool.h"
enum { BLOCK = 64, BLOCKS = 4 };
static uint32_t memory[PITH_POOL_BYTES(BLOCK, BLOCKS) / 4];
static struct pith_pool pool;

static void pools(void *unused) {
  (void)unused;
  CHECK(pith_pool_init(&pool, memory, BLOCK, BLOCKS) == 0);
  for (int i = 0; i < ROUNDS; i++) {
    BEGIN(pool_alloc);
    void *block = pith_pool_alloc(&pool);
    END(pool_alloc);
    BEGIN(pool_free);
    pith_pool_free(&pool, block);
    END(pool_free);
    BEGIN(pool_pair);
    pith_pool_free(&pool, pith_pool_alloc(&pool));
    END(pool_pair);
  }
  CHECK(pith_pool_count(&pool) == BLOCKS);
}
#endif

#if __has_include("pith/queue.h")
#include "pith/queue.h"
PITH_QUEUE(queue4, 4, 8);
PITH_QUEUE(queue16, 16, 8);
static const uint32_t sent[4] = {1, 2, 3, 4};
static uint32_t received[4];

static void queues(void *unused) {
  (void)unused;
  for (int i = 0; i < ROUNDS; i++) {
    BEGIN(queue4_send);
    pith_queue_send(&queue4, sent);
    END(queue4_send);
    BEGIN(queue4_recv);
    pith_queue_receive(&queue4, received);
    END(queue4_recv);
    BEGIN(queue16_send);
    pith_queue_send(&queue16, sent);
    END(queue16_send);
    BEGIN(queue16_recv);
    pith_queue_receive(&queue16, received);
    END(queue16_recv);
  }
  CHECK(received[0] == 1 && received[3] == 4);
  CHECK(pith_queue_count(&queue4) == 0 && pith_queue_count(&queue16) == 0);
}

static void queue_waiter(void *unused) {
  uint32_t got = 0;

  (void)unused;
  for (;;) {
    pith_queue_receive(&queue4, &got);
    END(queue4_wake);
    woken += got;
  }
}

static void queue_waker(void *unused) {
  (void)unused;
  for (unsigned i = 1; i <= ROUNDS; i++) {
    BEGIN(queue4_wake);
    pith_queue_send(&queue4, sent);
    CHECK(woken == i);
  }
}

/* A queue from an interrupt: its first instruction to the thread that has the message. */
static void queue_reader(void *unused) {
  uint32_t got = 0;

  (void)unused;
  for (;;) {
    pith_queue_receive(&queue4, &got);
    END(isr_to_queue);
    woken += got;
  }
}

static void queue_interrupts(void *unused) {
  (void)unused;
  for (unsigned i = 1; i <= ROUNDS; i++) {
    bench_raise(LINE_CLASSIC);
    CHECK(woken == i);
  }
}

static void queue_in_handler(void) {
  BEGIN(isr_to_queue);
  pith_queue_try_send(&queue4, sent);
}
#endif

#if __has_include("pith/event.h")
#include "pith/event.h"
static struct pith_event event = PITH_EVENT_INIT(0);

static void event_alone(void *unused) {
  (void)unused;
  for (int i = 0; i < ROUNDS; i++) {
    BEGIN(event_set);
    pith_event_set(&event, 2);
    END(event_set);
  }
  CHECK(pith_event_get(&event) == 2);
}

static void event_waiter(void *unused) {
  uint32_t got = 0;

  (void)unused;
  for (;;) {
    pith_event_wait(&event, 1, PITH_EVENT_CLEAR, &got);
    END(event_set_wake);
    woken += got;
  }
}

static void event_waker(void *unused) {
  (void)unused;
  for (unsigned i = 1; i <= ROUNDS; i++) {
    BEGIN(event_set_wake);
    pith_event_set(&event, 1);
    CHECK(woken == i);
  }
}
#endif

#if __has_include("pith/cond.h")
#include "pith/cond.h"
static struct pith_mutex lock = PITH_MUTEX_INIT;
static struct pith_cond cond = PITH_COND_INIT;

static void cond_alone(void *unused) {
  (void)unused;
  for (int i = 0; i < ROUNDS; i++) {
    BEGIN(cond_signal_none);
    pith_cond_signal(&cond);
    END(cond_signal_none);
  }
}

static void cond_waiter(void *unused) {
  (void)unused;
  pith_mutex_lock(&lock);
  for (;;) {
    pith_cond_wait(&cond, &lock);
    END(cond_signal);
    woken++;
  }
}

static void cond_signaller(void *unused) {
  (void)unused;
  for (unsigned i = 1; i <= ROUNDS; i++) {
    BEGIN(cond_signal);
    pith_cond_signal(&cond);
    CHECK(woken == i);
  }
}
#endif

#if __has_include("pith/rwlock.h")
#include "pith/rwlock.h"
static struct pith_rwlock shared = PITH_RWLOCK_INIT;

static void rwlocks(void *unused) {
  (void)unused;
  for (int i = 0; i < ROUNDS; i++) {
    BEGIN(read_lock);
    pith_rwlock_read_lock(&shared);
    END(read_lock);
    BEGIN(read_unlock);
    pith_rwlock_unlock(&shared);
    END(read_unlock);
    BEGIN(write_lock);
    pith_rwlock_write_lock(&shared);
    END(write_lock);
    BEGIN(write_unlock);
    pith_rwlock_unlock(&shared);
    END(write_unlock);
  }
}
#endif

#if __has_include("pith/stream.h")
#include "pith/stream.h"
enum { PIECE = 16 };
PITH_STREAM(stream, 64, 1);

static void streams(void *unused) {
  char bytes[PIECE] = "0123456789abcde";

  (void)unused;
  for (int i = 0; i < ROUNDS; i++) {
    BEGIN(stream_send);
    pith_stream_write(&stream, bytes, PIECE);
    END(stream_send);
    BEGIN(stream_recv);
    pith_stream_read(&stream, bytes, PIECE);
    END(stream_recv);
  }
}
#endif

/* A thread that waits, more urgent than the one that is measured. */
static inline void beside(void (*other)(void *), void (*measured)(void *)) {
  woken = 0;
  bench_thread(1, HIGH, 0, other, NULL);
  bench_middle(measured);
  bench_end(1);
}

void bench_objects(void) {
#if __has_include("pith/pool.h")
  bench_middle(pools);
#endif
#if __has_include("pith/queue.h")
  bench_middle(queues);
  beside(queue_waiter, queue_waker);
  bench_in_handler = queue_in_handler;
  beside(queue_reader, queue_interrupts);
#endif
#if __has_include("pith/event.h")
  bench_middle(event_alone);
  beside(event_waiter, event_waker);
#endif
#if __has_include("pith/rwlock.h")
  bench_middle(rwlocks);
#endif
#if __has_include("pith/cond.h")
  bench_middle(cond_alone);
  beside(cond_waiter, cond_signaller);
#endif
#if __has_include("pith/stream.h")
  bench_middle(streams);
#endif
}

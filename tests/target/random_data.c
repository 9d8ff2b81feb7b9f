/* See random.h: what carries something, from threads and interrupts to threads. */
#include "arch.h"
#include "mem.h"
#include "pith/any.h"
#include "pith/event.h"
#include "pith/pool.h"
#include "pith/queue.h"
#include "pith/signal.h"
#include "pith/timer.h"
#include "pith/work.h"
#include "random.h"

enum { SEMS = 3, DELETED = 2, QUEUES = 3, TIMERS = 3, SIZE = 24, COUNT = 12, WORDS = 4, TAG = 0xA5000000, ENOUGH = 50 };

static struct pith_sem sems[SEMS] = {[1] = PITH_SEM_INIT_LIMITED(0, PITH_SEM_LIMIT_MAX)}; /* exact, but for the last, which is deleted now and then */
static volatile uint32_t given[SEMS], taken[SEMS];
static struct pith_event event = PITH_EVENT_INIT(0);
PITH_QUEUE(four, 4, 4);
PITH_QUEUE(sixteen, 16, 3);
PITH_QUEUE(eight, 8, 2);
static struct pith_queue *const queues[QUEUES] = {&four, &sixteen, &eight};
static const uint32_t words[QUEUES] = {1, 4, 2};
static struct pith_signal latest = PITH_SIGNAL_INIT(TAG);
static struct pith_timer timers[TIMERS];
static struct pith_pool pool;
static uint32_t memory[PITH_POOL_BYTES(SIZE, COUNT) / 4];
static struct pith_workq workq;
static uint64_t work_stack[128];
static volatile uint32_t worked;
static void do_work(struct pith_work *w) { worked += w != NULL; }
static struct pith_work works[2] = {PITH_WORK_INIT(do_work), PITH_WORK_INIT(do_work)};

static void give(uint32_t s) {
  if (pith_sem_count(&sems[s]) > ENOUGH) return;
  arch_atomic_add(&given[s], 1);
  CHECK_EQ(pith_sem_give(&sems[s]), 0);
}

static void take(uint32_t s, uint32_t r) {
  pith_time span = random_span(r, true);
  int result = span == PITH_FOREVER ? pith_sem_take(&sems[s]) : pith_sem_take_for(&sems[s], span);

  POSSIBLE(result, span, s == DELETED ? -EIDRM : 0);
  if (result == 0) arch_atomic_add(&taken[s], 1);
}

static void on_timer(struct pith_timer *t) { give((uint32_t)(t - timers) % DELETED); }

static void check_message(uint32_t q, const uint32_t *m) {
  for (uint32_t i = 1; i < words[q]; i++) CHECK_EQ(m[i], m[0] * (2 * i + 1));
}

static void make_message(uint32_t q, uint32_t r, uint32_t *m) {
  for (uint32_t i = 0; i < words[q]; i++) m[i] = r * (2 * i + 1);
}

/* Where there seems to be room: without the kernel, if nobody comes between. */
static void send(uint32_t q, uint32_t r) {
  uint32_t m[WORDS];
  bool front = (r >> 9 & 7) == 0, tries = r & 1 << 8;
  pith_time span = front || tries ? PITH_POLL : pith_queue_count(queues[q]) < 2 ? PITH_FOREVER : random_span(r, true);

  make_message(q, r, m);
  if (front) POSSIBLE(pith_queue_try_send_front(queues[q], m), span, -EAGAIN);
  else if (tries) POSSIBLE(pith_queue_try_send(queues[q], m), span, -EAGAIN);
  else if (span == PITH_FOREVER) POSSIBLE(pith_queue_send(queues[q], m), span, 0);
  else POSSIBLE(pith_queue_send_for(queues[q], m, span), span, 0);
}

static void receive(uint32_t q, uint32_t r) {
  uint32_t m[WORDS];
  bool looks = (r >> 9 & 7) == 0, tries = r & 1 << 8;
  pith_time span = looks || tries ? PITH_POLL : pith_queue_count(queues[q]) ? PITH_FOREVER : random_span(r, true);
  int result;

  if (looks) result = pith_queue_peek(queues[q], m);
  else if (tries) result = pith_queue_try_receive(queues[q], m);
  else if (span == PITH_FOREVER) result = pith_queue_receive(queues[q], m);
  else result = pith_queue_receive_for(queues[q], m, span);
  POSSIBLE(result, span, -EAGAIN);
  if (result == 0) check_message(q, m);
  CHECK(pith_queue_count(queues[q]) <= 4);
  if ((r >> 12 & 127) == 0) CHECK_EQ(pith_queue_flush(queues[q]), 0);
}

static void wait_event(uint32_t r) {
  uint32_t bits = 1u << (r >> 8 & 3) | 1u << (r >> 10 & 3), got = 0;
  unsigned options = r >> 12 & 3;
  pith_time span = random_span(r, true);
  int result = pith_event_wait_for(&event, bits, options, &got, span);

  POSSIBLE(result, span, -EIDRM);
  if (result) CHECK_EQ(got, 0);
  else if (options & PITH_EVENT_ALL) CHECK_EQ(got, bits);
  else CHECK(got && !(got & ~bits));
  if ((r >> 14 & 127) == 0) CHECK_EQ(pith_event_delete(&event), 0);
}

static void wait_signal(uint32_t r) {
  pith_time span = random_span(r, true);
  uint32_t value = 0;
  int result = pith_signal_wait_for(&latest, &value, span);

  POSSIBLE(result, span, 0);
  CHECK_EQ(value & 0xFF000000, result ? 0 : TAG);
}

static void wait_for_any(uint32_t r) {
  uint32_t m[WORDS] = {0};
  struct pith_wait_item items[] = {PITH_WAIT_ON_SEM(&sems[r & 1]), PITH_WAIT_ON_QUEUE(&eight, m),
                                   PITH_WAIT_ON_EVENT(&event, 3, PITH_EVENT_CLEAR)};
  pith_time span = random_span(r, true);
  int i = pith_wait_any(items, 3, pith_deadline(span));

  if (i < 0) POSSIBLE(i, span, -EIDRM);
  if (i == 0) arch_atomic_add(&taken[r & 1], 1);
  if (i == 1) check_message(2, m);
  if (i == 2) CHECK(items[2].got && !(items[2].got & ~3u));
  CHECK(i < 3);
}

static void use_pool(struct actor *me, uint32_t r) {
  void **block = &me->block[r & 1];
  pith_time span = random_span(r >> 1, false);

  if (*block) {
    for (uint32_t i = 0; i < SIZE; i++) CHECK_EQ(((uint8_t *)*block)[i], me->index + 1);
    pith_pool_free(&pool, *block);
    *block = NULL;
    return;
  }
  if (r & 1 << 9) *block = pith_pool_alloc(&pool);
  else POSSIBLE(pith_pool_alloc_for(&pool, block, span), span, 0);
  if (*block) memset(*block, (int)me->index + 1, SIZE);
}

static void use_heap(struct actor *me, uint32_t r) {
  uint32_t size = 1 + (r & 127);
  uint8_t *p = pith_malloc(size);

  if (!p) return;
  memset(p, (int)me->index, size);
  if (r & 128) pith_yield();
  for (uint32_t i = 0; i < size; i++) CHECK_EQ(p[i], me->index);
  CHECK_EQ(pith_free(p), 0);
}

static void use_timer(uint32_t r) {
  struct pith_timer *t = &timers[r % TIMERS];
  int result;

  if (r & 64) {
    CHECK_EQ(pith_timer_start(t, 1 + (r >> 7 & 1)), 0);
  } else if (r & 32) {
    result = pith_timer_stop(t);
    CHECK(result == 0 || result == -EINVAL);
  } else {
    CHECK(pith_timer_left(t) <= 3);
  }
}

static void use_work(uint32_t r) {
  struct pith_work *w = &works[r & 1];
  pith_time span = r & 128 ? 1 : PITH_POLL;
  int result;

  if (r & 16) {
    result = pith_work_submit(&workq, w);
    CHECK(result == 0 || result == 1);
  } else if (r & 32) {
    result = pith_work_cancel(w);
    CHECK(result == 0 || result == -EBUSY || result == -ENOENT);
  } else if (r & 64) {
    POSSIBLE(pith_work_flush(&workq, pith_deadline(span)), span, 0);
  } else {
    POSSIBLE(pith_work_cancel_wait(w, pith_deadline(span)), span, 0);
  }
}

void data_operate(struct actor *me, uint32_t r) {
  uint32_t more = r >> 6, s = r >> 4 & 3;

  if (s >= SEMS) s = 0;
  switch (r & 15) {
  case 0:
  case 1:
    give(s);
    break;
  case 2:
  case 3:
    take(s, more);
    break;
  case 4:
    if ((more & 31) == 0) CHECK_EQ(pith_sem_delete(&sems[DELETED]), 0);
    use_timer(more >> 5);
    break;
  case 5:
    CHECK_EQ(pith_event_set(&event, 1u << s), 0);
    if (more & 1) CHECK_EQ(pith_event_clear(&event, more >> 1 & 15), 0);
    break;
  case 6:
    wait_event(more);
    break;
  case 7:
  case 8:
    send(s, more);
    break;
  case 9:
  case 10:
    receive(s, more);
    break;
  case 11:
    if (more & 1) CHECK_EQ(pith_signal_publish(&latest, TAG | more >> 8), 0);
    else wait_signal(more >> 1);
    break;
  case 12:
    wait_for_any(more);
    break;
  case 13:
    use_pool(me, more);
    break;
  case 14:
    use_heap(me, more);
    break;
  default:
    use_work(more);
  }
}

void data_interrupt(uint32_t source, uint32_t r) {
  uint32_t s = r >> 4 & 3, m[WORDS];
  void *block;

  if (s >= SEMS) s = 0;
  switch (r & 15) {
  case 0:
  case 1:
  case 2:
    give(s);
    break;
  case 3:
    CHECK_EQ(pith_event_set(&event, 1u << (r >> 8 & 3)), 0);
    break;
  case 4:
    CHECK_EQ(pith_event_clear(&event, 1u << (r >> 8 & 3)), 0);
    break;
  case 5:
  case 6:
    make_message(s, r, m);
    POSSIBLE(pith_queue_try_send(queues[s], m), PITH_POLL, -EAGAIN);
    break;
  case 7:
  case 8:
    if (pith_queue_try_receive(queues[s], m) == 0) check_message(s, m);
    break;
  case 9:
    CHECK_EQ(pith_signal_publish(&latest, TAG | r >> 8), 0);
    break;
  case 10:
    block = pith_pool_alloc(&pool);
    if (block) memset(block, (int)(128 + source), SIZE);
    if (block) pith_pool_free(&pool, block);
    break;
  case 11:
    CHECK_EQ(pith_timer_start(&timers[r % TIMERS], 1), 0);
    break;
  case 12:
    CHECK_EQ(pith_timer_stop(&timers[r % TIMERS]), 0);
    break;
  case 13:
    CHECK(pith_work_submit(&workq, &works[s & 1]) >= 0);
  }
}

void data_abandon(struct actor *me) {
  for (int i = 0; i < BLOCKS; i++) {
    if (me->block[i]) pith_pool_free(&pool, me->block[i]);
    me->block[i] = NULL;
  }
}

void data_begin(void) {
  CHECK_EQ(pith_pool_init(&pool, memory, SIZE, COUNT), 0);
  for (int i = 0; i < TIMERS; i++) CHECK_EQ(pith_timer_init(&timers[i], on_timer, i ? 0 : PITH_TIMER_PERIODIC), 0);
  CHECK_EQ(pith_workq_init(&workq, "work", MOST_URGENT + 3, work_stack, sizeof work_stack), 0);
}

void data_end(void) {
  for (int i = 0; i < TIMERS; i++) pith_timer_stop(&timers[i]);
  CHECK_EQ(pith_work_flush(&workq, PITH_FOREVER), 0);
  CHECK_EQ(pith_workq_delete(&workq), 0);
  CHECK(worked > 0);
  for (uint32_t s = 0; s < DELETED; s++) CHECK_EQ(given[s], taken[s] + pith_sem_count(&sems[s]));
  for (int i = 0; i < COUNT; i++) CHECK(pith_pool_alloc(&pool));
  CHECK(!pith_pool_alloc(&pool));
}

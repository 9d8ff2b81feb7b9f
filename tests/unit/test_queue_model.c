/* Message queues against their model (queue_model.h): a random life, and each call with something that comes in between at
 * each of its points, an interrupt or a more urgent thread. What comes of it must be what the model says for one of the
 * gaps in which it may have come: so nothing is lost or doubled, and nobody overtakes who waits. */
#include "queue.h"
#include "queue_model.h"
#include "pith/any.h"
#include <string.h>

enum { REST = 16, SIZES = 3, LIFE = 60000 };
static const uint32_t sizes[SIZES] = {4, 16, 7};

/* ---- the queue itself, and the same call to it ---- */

static uint32_t storage[PITH_QUEUE_WORDS(16, ROOM)];
static struct pith_queue q;
static uint32_t message[MODEL_THREADS][4]; /* room for any size; [0] is the value */

static void write_message(uint32_t *m, uint32_t value) {
  for (uint32_t i = 0; i < 4; i++) m[i] = value * (1 + 2 * i);
}

static uint32_t read_message(const uint32_t *m) {
  uint32_t whole[4];

  write_message(whole, m[0]);
  assert_memory_equal(m, whole, q.size);
  return m[0];
}

static long do_call(int i, enum op op, uint32_t value, pith_time until) {
  struct pith_thread *t = &thread[i];
  uint32_t *m = message[i];

  if (!receives(op) && op != PEEK) write_message(m, value);
  switch (op) {
  case SEND: return AS(t, pith_queue_send(&q, m));
  case SEND_UNTIL: return AS(t, pith_queue_send_until(&q, m, until));
  case TRY_SEND: return AS(t, pith_queue_try_send(&q, m));
  case RECEIVE: return AS(t, pith_queue_receive(&q, m));
  case RECEIVE_UNTIL: return AS(t, pith_queue_receive_until(&q, m, until));
  case TRY_RECEIVE: return AS(t, pith_queue_try_receive(&q, m));
  case FRONT: return AS(t, pith_queue_try_send_front(&q, m));
  case PEEK: return AS(t, pith_queue_peek(&q, m));
  case FLUSH: return AS(t, pith_queue_flush(&q));
  default: return AS(t, pith_queue_delete(&q));
  }
}

/* ---- what comes in between: from an interrupt, or by a thread ---- */

enum { SENDS, RECEIVES, PEEKS, FILLS, DRAINS, SENDS_RECEIVES, KINDS };
static int kind;
static long isr_sum; /* of all its results and messages, in an order-dependent way */
static uint32_t isr_next;

static void note(long result, uint32_t value) {
  isr_sum = isr_sum * 31 + 1 + result * 7 + (result ? 0 : (long)value);
}

static bool isr_send(void) {
  static uint32_t m[4];
  long result;

  write_message(m, isr_next++);
  result = pith_queue_try_send(&q, m);
  note(result, 0);
  return result == 0;
}

static bool isr_receive(void) {
  static uint32_t m[4];
  long result = kind == PEEKS ? pith_queue_peek(&q, m) : pith_queue_try_receive(&q, m);

  note(result, result ? 0 : read_message(m));
  return result == 0 && kind == DRAINS;
}

static void isr(void) {
  if (kind == SENDS || kind == SENDS_RECEIVES) isr_send();
  if (kind != SENDS && kind != FILLS)
    while (isr_receive()) continue;
  if (kind == FILLS)
    while (isr_send()) continue;
}

static bool model_send(struct model *m) {
  bool done = model_push(m, isr_next++);

  note(done ? 0 : -EAGAIN, 0);
  return done;
}

static bool model_receive(struct model *m) {
  uint32_t value = m->message[0];
  bool done = !m->blind && m->n > m->staged && (kind == PEEKS || model_pop(m, &value));

  note(done ? 0 : -EAGAIN, value);
  return done && kind == DRAINS;
}

static void model_isr(struct model *m) {
  if (kind == SENDS || kind == SENDS_RECEIVES) model_send(m);
  if (kind != SENDS && kind != FILLS)
    while (model_receive(m)) continue;
  if (kind == FILLS)
    while (model_send(m)) continue;
}

/* ---- one call, and what comes in between ---- */

enum { URGENT, WAITER, CALLER, OUTSIDER };
static const int few[] = {5, 7, 10, 20, -1};

struct outcome {
  long call, waiter, between;
  uint32_t call_value, waiter_value;
  int n;
  uint32_t rest[REST];
};

struct scene { /* what is so before */
  int filled;
  enum { NOBODY, RECEIVER, PROXY, SENDER } waits;
  enum op op, other; /* other: of the more urgent thread; OPS: there is an interrupt instead */
};

static struct pith_sem go;
static bool other_came;
static struct outcome seen;
static struct scene scene;

static void start_scene(void) {
  static struct pith_wait_item item;

  fixture_start(few);
  assert_int_equal(pith_queue_init(&q, storage, q.size, ROOM), 0);
  pith_sem_init(&go, 0);
  seen = (struct outcome){.waiter = HOST_BLOCKED};
  isr_sum = 0;
  isr_next = 100;
  other_came = false;
  BLOCKS(&thread[URGENT], pith_sem_take(&go));
  if (scene.waits == RECEIVER) do_call(WAITER, RECEIVE, 0, 0);
  else if (scene.waits == PROXY) {
    item = (struct pith_wait_item)PITH_WAIT_ON_QUEUE(&q, message[WAITER]);
    BLOCKS(&thread[WAITER], pith_wait_any(&item, 1, PITH_FOREVER));
  } else if (scene.waits == NOBODY) {
    BLOCKS(&thread[WAITER], pith_sleep(PITH_FOREVER));
  }
  while (pith_queue_count(&q) < (uint32_t)scene.filled) {
    struct pith_thread *t = K->current;

    assert_int_equal(do_call((int)(t - thread), TRY_SEND, 10 + pith_queue_count(&q), 0), 0);
  }
  if (scene.waits == SENDER) do_call(WAITER, SEND, 50, 0);
  RUNS(&thread[CALLER]);
}

/* The waiter has got what it waits for: it is noted before it waits for something else. */
static void put_waiter_away(void) {
  if (K->current != &thread[WAITER]) return;
  seen.waiter = host_result(&thread[WAITER]);
  if (!seen.waiter && scene.waits != SENDER) seen.waiter_value = read_message(message[WAITER]);
  BLOCKS(&thread[WAITER], pith_sleep(PITH_FOREVER));
}

/* As a thread that never waits for the queue, but on the straight paths if it can. */
static void other_calls(void) {
  enum op op = scene.other;
  uint32_t count = pith_queue_count(&q);
  long result;

  other_came = true;
  if (op == SEND && count == ROOM) op = TRY_SEND;
  if (op == RECEIVE && !count) op = TRY_RECEIVE;
  result = do_call(URGENT, op, 70, 0);
  note(result, receives(op) && !result ? read_message(message[URGENT]) : 0);
  BLOCKS(&thread[URGENT], pith_sem_take(&go));
  put_waiter_away();
}

static void wake_other(void) { pith_sem_give(&go); }

static void model_other(struct model *m) {
  enum op op = scene.other;

  model_call(m, URGENT, op == SEND ? TRY_SEND : op == RECEIVE ? TRY_RECEIVE : op, 70, 0);
  note(m->result[URGENT], receives(op) ? m->value[URGENT] : 0);
}

static void drain_isr(void) {
  static uint32_t m[4];

  if (pith_queue_try_receive(&q, m) == 0) seen.rest[seen.n++] = read_message(m);
}

/* False when `at` is beyond the last point. */
static bool run_scene(uint32_t at) {
  bool by_interrupt = scene.other == OPS;

  start_scene();
  host_others = by_interrupt ? NULL : other_calls;
  host_inject(at, by_interrupt ? isr : wake_other);
  seen.call = do_call(CALLER, scene.op, 20, 0);
  host_inject(0, NULL);
  host_others = NULL;
  host_settle();
  put_waiter_away();
  if (host_injected() && !by_interrupt && !other_came) other_calls();
  if (seen.call == HOST_BLOCKED && !k_is_blocked(&thread[CALLER])) seen.call = host_result(&thread[CALLER]);
  if (!seen.call && (receives(scene.op) || scene.op == PEEK)) seen.call_value = read_message(message[CALLER]);
  seen.between = isr_sum;
  for (int n = -1; n < seen.n;) {
    n = seen.n;
    host_interrupt(drain_isr);
  }
  return host_injected();
}

static struct outcome predict(int gap, bool blind) {
  struct outcome o = {0};
  struct model m = {.blind = blind, .proxy = scene.waits == PROXY, .gap = gap};
  uint32_t value;

  memcpy(m.priority, few, sizeof few);
  m.n = scene.filled;
  for (int i = 0; i < m.n; i++) m.message[i] = 10 + (uint32_t)i;
  m.value[WAITER] = 50;
  m.result[WAITER] = HOST_BLOCKED;
  if (scene.waits != NOBODY) model_join(&m, scene.waits == SENDER ? &m.senders : &m.receivers, WAITER);
  isr_sum = 0;
  isr_next = 100;
  m.comes = scene.other == OPS ? model_isr : model_other;
  model_call(&m, CALLER, scene.op, 20, 0);
  o.call = m.result[CALLER];
  if (!o.call && (receives(scene.op) || scene.op == PEEK)) o.call_value = m.value[CALLER];
  o.waiter = m.result[WAITER];
  if (!o.waiter && scene.waits != SENDER) o.waiter_value = m.value[WAITER];
  o.between = isr_sum;
  m.comes = NULL;
  while (model_serve(&m), model_pop(&m, &value)) o.rest[o.n++] = value;
  return o;
}

static bool is_predicted(bool injected) {
  for (int at = injected ? 0 : MODEL_GAPS; at <= (injected ? MODEL_GAPS - 1 : MODEL_GAPS); at++)
    for (int blind = 0; blind <= (scene.op == FRONT); blind++) {
      struct outcome o = predict(at, blind);

      if (!memcmp(&o, &seen, sizeof o)) return true;
    }
  return false;
}

static void print(const char *what, const struct outcome *o) {
  fprintf(stderr, "%s: call %ld (%u), waiter %ld (%u), between %ld, rest", what, o->call,
          (unsigned)o->call_value, o->waiter, (unsigned)o->waiter_value, o->between);
  for (int i = 0; i < o->n; i++) fprintf(stderr, " %u", (unsigned)o->rest[i]);
  fprintf(stderr, "\n");
}

static void play(void) {
  for (uint32_t at = 1;; at++) {
    bool injected = run_scene(at);

    if (!is_predicted(injected)) {
      fprintf(stderr, "size %d, filled %d, waits %d, op %d, other %d, kind %d, point %u\n", q.size,
              scene.filled, scene.waits, scene.op, scene.other, kind, (unsigned)at);
      print("seen", &seen);
      for (int i = 0; i < MODEL_GAPS; i++) {
        struct outcome o = predict(i, false);

        print("possible", &o);
      }
      fail();
    }
    if (!injected) return;
  }
}

/* Who may wait at what filling. */
static bool exists(void) {
  if (scene.waits == NOBODY) return true;
  return scene.waits == SENDER ? scene.filled == ROOM : scene.filled == 0;
}

static void everywhere(int size, enum op other) {
  q.size = (uint16_t)sizes[size];
  for (scene.filled = 0; scene.filled <= ROOM; scene.filled++)
    for (int waits = NOBODY; waits <= SENDER; waits++)
      for (int op = 0; op < OPS; op++) {
        scene.waits = waits;
        scene.op = op;
        scene.other = other;
        if (exists() && op != SEND_UNTIL && op != RECEIVE_UNTIL) play();
      }
}

static void test_interrupted(void **state) {
  (void)state;
  for (int size = 0; size < SIZES; size++)
    for (kind = 0; kind < KINDS; kind++) everywhere(size, OPS);
}

static void test_preempted(void **state) {
  static const enum op others[] = {SEND, TRY_SEND, RECEIVE, TRY_RECEIVE, FRONT, FLUSH, DELETE};

  (void)state;
  for (int size = 0; size < 2; size++)
    for (unsigned i = 0; i < sizeof others / sizeof *others; i++) everywhere(size, others[i]);
}

/* ---- a random life ---- */

static void life(uint32_t size) {
  static const int many[MODEL_THREADS + 1] = {6, 5, 7, 6, 5, 30, -1}; /* the last never waits */
  struct model m = {0};
  uint32_t value = 1;

  memcpy(m.priority, many, sizeof m.priority);
  fixture_start(many);
  assert_int_equal(pith_queue_init(&q, storage, size, ROOM), 0);
  for (int step = 0; step < LIFE; step++) {
    int i = (int)(K->current - thread), victim = (int)unit_below(MODEL_THREADS - 1);
    enum op op = unit_below(4) ? unit_below(OPS - 2) : unit_below(OPS);
    pith_time until = pith_now() + 1 + unit_below(20);
    bool waited[MODEL_THREADS];

    for (int k = 0; k < MODEL_THREADS; k++) waited[k] = m.result[k] == HOST_BLOCKED;
    if (unit_below(8) == 0 && m.result[victim] == HOST_BLOCKED) {
      assert_int_equal(AS(&thread[i], pith_thread_cancel(&thread[victim])), 0);
      model_end(&m, victim, -ECANCELED);
    } else if (unit_below(10) == 0) {
      kind = (int)unit_below(KINDS);
      isr_next = value, isr_sum = 0;
      model_isr(&m), model_serve(&m);
      until = isr_sum;
      isr_next = value, isr_sum = 0;
      host_interrupt(isr);
      assert_int_equal(isr_sum, until);
      value = isr_next;
    } else if (unit_below(10) == 0) {
      host_advance(unit_below(15));
      for (int k = 0; k < MODEL_THREADS; k++)
        if (m.result[k] == HOST_BLOCKED && m.until[k] <= pith_now()) model_end(&m, k, -ETIMEDOUT);
    } else if (i != MODEL_THREADS - 1 || polls(op) || op >= FRONT) {
      long result = do_call(i, op, value, until);

      model_call(&m, i, op, value++, until);
      assert_int_equal(result, m.result[i]);
      if (!result && (receives(op) || op == PEEK)) assert_int_equal(read_message(message[i]), m.value[i]);
    }
    for (int k = 0; k < MODEL_THREADS; k++) {
      assert_int_equal(k_is_blocked(&thread[k]), m.result[k] == HOST_BLOCKED);
      if (waited[k] && !k_is_blocked(&thread[k])) assert_int_equal(host_result(&thread[k]), m.result[k]);
      if (waited[k] && !m.result[k]) assert_int_equal(read_message(message[k]), m.value[k]);
    }
    assert_int_equal(pith_queue_count(&q), m.n);
  }
}

static void test_life(void **state) {
  (void)state;
  for (int size = 0; size < SIZES; size++) life(sizes[size]);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_interrupted),
    cmocka_unit_test(test_preempted),
    cmocka_unit_test(test_life),
};

static int fixture_run(void) {
  unit_seed();
  return cmocka_run_group_tests(tests, NULL, NULL);
}

int main(int argc, char *argv[]) {
  if (argc > 1) cmocka_set_test_filter(argv[1]);
  return host_main(fixture_run);
}

/* See storm.h. What is exact: a source sets a bit only after its last one was taken, so each bit set is one bit taken;
 * a message that was accepted arrives once, whole, and in its sender's order. */
#include "storm.h"
#include "arch.h"
#include "noise.h"
#include "pith/event.h"
#include "pith/queue.h"
#include "test.h"

enum { LOW_SENDER = NOISE_SOURCES, HIGH_SENDER, SENDERS, SINGLE = 0x7, TOGETHER = 0x700, COUNT = 7, WORDS = 4, STACK = 768 };

struct channel {
  struct pith_queue *queue;
  uint32_t words, sent[SENDERS], got[SENDERS];
};

PITH_QUEUE(small, 4, COUNT);
PITH_QUEUE(large, 16, COUNT);
static struct channel channels[2] = {{&small, 1, {0}, {0}}, {&large, WORDS, {0}, {0}}};
static struct pith_event event = PITH_EVENT_INIT(0);
static volatile uint32_t set[NOISE_SOURCES], waiting[NOISE_SOURCES], taken[NOISE_SOURCES];
static volatile uint32_t set_too[NOISE_SOURCES], waiting_too[NOISE_SOURCES], taken_together;
static volatile int ending;

static void check_error(int error, int expected) {
  if (error) CHECK_EQ(error, expected);
}

/* ---- event flags ---- */

static void set_bit(unsigned i, unsigned shift, volatile uint32_t *waits, volatile uint32_t *sets) {
  if (waits[i]) return;
  waits[i] = 1;
  sets[i]++;
  CHECK_EQ(pith_event_set(&event, 1u << (i + shift)), 0);
}

static void send_between(struct channel *c);

static void take_any(void *unused) {
  uint32_t got;

  (void)unused;
  for (;;) {
    CHECK_EQ(pith_event_wait(&event, SINGLE, PITH_EVENT_CLEAR, &got), 0);
    CHECK(got && !(got & ~(uint32_t)SINGLE));
    for (unsigned i = 0; i < NOISE_SOURCES; i++) {
      if (!(got & 1u << i)) continue;
      taken[i]++;
      waiting[i] = 0;
    }
    send_between(&channels[got & 1]);
  }
}

static void take_all(void *unused) {
  uint32_t got;

  (void)unused;
  for (;;) {
    CHECK_EQ(pith_event_wait(&event, TOGETHER, PITH_EVENT_ALL | PITH_EVENT_CLEAR, &got), 0);
    CHECK_EQ(got, TOGETHER);
    taken_together++;
    for (unsigned i = 0; i < NOISE_SOURCES; i++) waiting_too[i] = 0;
  }
}

/* ---- queues ---- */

static void fill(const struct channel *c, unsigned sender, uint32_t message[WORDS]) {
  message[0] = sender << 24 | (c->sent[sender] + 1);
  for (uint32_t i = 1; i < WORDS; i++) message[i] = message[0] * (2 * i + 1);
}

static void send_now(struct channel *c, unsigned sender) {
  uint32_t message[WORDS];
  int error;

  fill(c, sender, message);
  error = pith_queue_try_send(c->queue, message);
  if (error == 0) c->sent[sender]++;
  check_error(error, -EAGAIN);
}

/* By a thread that an interrupt has set off, between any two instructions of the other one that sends. */
static void send_between(struct channel *c) {
  uint32_t message[WORDS];

  if (pith_queue_count(c->queue) >= COUNT / 2) return;
  fill(c, HIGH_SENDER, message);
  c->sent[HIGH_SENDER]++;
  CHECK_EQ(pith_queue_send(c->queue, message), 0);
}

static void send(void *unused) {
  uint32_t random = 99, message[WORDS];

  (void)unused;
  while (!ending) {
    struct channel *c = &channels[random_next(&random) & 1];

    fill(c, LOW_SENDER, message);
    c->sent[LOW_SENDER]++;
    CHECK_EQ(pith_queue_send(c->queue, message), 0);
    if (pith_queue_count(c->queue) >= COUNT / 2) pith_yield();
    if ((random >> 12 & 1023) == 0) pith_sleep(1);
  }
}

static void receive(void *channel) {
  struct channel *c = channel;

  for (;;) {
    uint32_t message[WORDS], sender;

    CHECK_EQ(pith_queue_receive(c->queue, message), 0);
    sender = message[0] >> 24;
    CHECK(sender < SENDERS);
    CHECK_EQ(message[0] & 0xFFFFFF, ++c->got[sender]);
    for (uint32_t i = 1; i < c->words; i++) CHECK_EQ(message[i], message[0] * (2 * i + 1));
  }
}

/* ---- for test_storm.c ---- */

static void start(unsigned priority, void (*entry)(void *), void *arg) {
  static struct pith_thread threads[5];
  static uint64_t stacks[5][STACK / 8];
  static int n;
  struct pith_thread_attr attr = {
      .name = "data", .priority = (uint8_t)priority, .stack = stacks[n], .stack_size = sizeof stacks[n]};

  CHECK_EQ(pith_thread_init(&threads[n++], &attr, entry, arg), 0);
}

void storm_begin(void) {
  start(9, take_any, NULL);
  start(14, take_all, NULL);
  start(15, receive, &channels[0]); /* who sends finds nobody waiting, mostly: the sequences without the kernel */
  start(15, receive, &channels[1]);
  start(15, send, NULL);
}

void storm_interrupt(unsigned source, uint32_t random) {
  switch (random & 7) {
  case 0:
    set_bit(source, 0, waiting, set);
    break;
  case 1:
    set_bit(source, 8, waiting_too, set_too);
    break;
  case 2:
  case 3:
    send_now(&channels[random & 1], source);
  }
}

void storm_end(void) { ending = 1; }

void storm_check(void) {
  for (unsigned i = 0; i < NOISE_SOURCES; i++) {
    CHECK(set[i] > 0);
    CHECK_EQ(taken[i], set[i]);
    CHECK_EQ(set_too[i], taken_together + (pith_event_get(&event) >> (8 + i) & 1));
  }
  CHECK(taken_together > 0);
  for (unsigned k = 0; k < 2; k++) {
    for (unsigned i = 0; i < SENDERS; i++) {
      CHECK(channels[k].got[i] > 0);
      CHECK_EQ(channels[k].got[i], channels[k].sent[i]);
    }
  }
  say("storm: bits %u %u %u, together %u, messages %u and %u\n", (unsigned)taken[0], (unsigned)taken[1],
      (unsigned)taken[2], (unsigned)taken_together, (unsigned)channels[0].got[LOW_SENDER], (unsigned)channels[1].got[HIGH_SENDER]);
}

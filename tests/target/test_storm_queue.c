/* Message queues under interrupts of three priorities at odd moments: nothing is lost, doubled, torn or out
 * of order.
 *
 * --seed N, --events N and --span N (instructions between two interrupts of one source) vary a run. With
 * QEMU's -icount interrupts fall between any two instructions. */
#include "kernel.h"
#include "noise.h"
#include "pith/queue.h"
#include "test.h"

/* ---- tokens ----
 *
 * Two queues hold a number of tokens between them and room for all. Everybody takes one and puts it back,
 * most of the time in the fast paths: a thread that does nothing else; a more urgent one, at times woken by a
 * semaphore alone; interrupts. In the end each token is there, once. */
enum { TOKENS = 24, TOKEN_ROOM = 32, TOKEN_SPAN = PITH_FAST ? 2000 : 5000 };

PITH_QUEUE(tokens, 4, TOKEN_ROOM);
PITH_QUEUE(wide, 16, TOKEN_ROOM);
static struct pith_sem unit = PITH_SEM_INIT(0);
static volatile int stopping, broken;
static volatile uint32_t passes, urgent_passes;

static void to_wide(uint32_t token, uint32_t m[4]) {
  m[0] = token;
  m[1] = ~token;
  m[2] = token * 3;
  m[3] = token ^ 0x5555;
}

static void check_wide(const uint32_t m[4]) {
  if (m[1] != ~m[0] || m[2] != m[0] * 3 || m[3] != (m[0] ^ 0x5555)) broken = __LINE__;
}

/* A token from each of the queues to the other one. */
static void pass_tokens(void) {
  uint32_t token = 0, m[4] = {0}, other[4];

  if (pith_queue_receive(&tokens, &token) || pith_queue_receive(&wide, m)) broken = __LINE__;
  check_wide(m);
  to_wide(token, other);
  if (pith_queue_send(&wide, other) || pith_queue_send(&tokens, &m[0])) broken = __LINE__;
}

static void token_passer(void *unused) {
  (void)unused;
  while (!stopping) {
    pass_tokens();
    passes++;
  }
}

static void urgent_passer(void *unused) {
  (void)unused;
  for (;;) {
    pith_sem_take(&unit);
    pass_tokens();
    urgent_passes++;
  }
}

static void isr_tokens(uint32_t r) {
  uint32_t token, m[4];

  if (r & 1) {
    pith_sem_give(&unit);
    return;
  }
  if (r & 2 && !pith_queue_try_receive(&tokens, &token) && pith_queue_try_send(&tokens, &token))
    broken = __LINE__;
  if (!(r & 4) || pith_queue_try_receive(&wide, m)) return;
  check_wide(m);
  if (pith_queue_try_send(&wide, m)) broken = __LINE__;
}

TEST(queue_tokens, "no message is lost or doubled when the fast paths are interrupted anywhere") {
  static void (*const isr[NOISE_SOURCES])(uint32_t) = {isr_tokens, isr_tokens, isr_tokens};
  uint32_t events = option("events", 4000), seen = 0, token, m[4];

  for (token = 0; token < TOKENS; token++) {
    to_wide(token, m);
    CHECK_EQ(token & 1 ? pith_queue_send(&tokens, &token) : pith_queue_send(&wide, m), 0);
  }
  test_thread(0, 12, 0, token_passer, NULL);
  test_thread(1, 5, 0, urgent_passer, NULL);
  noise_start(option("seed", 1), option("span", TOKEN_SPAN), isr);
  while (noise_count() < events && !broken) {
    pith_sleep(1);
    noise_watch();
  }
  stopping = 1;
  noise_stop();
  pith_sleep(1);
  CHECK_EQ(broken, 0);
  CHECK_EQ(pith_queue_count(&tokens) + pith_queue_count(&wide), TOKENS);
  while (!pith_queue_try_receive(&tokens, &token)) {
    CHECK(token < TOKENS && !(seen & 1u << token));
    seen |= 1u << token;
  }
  while (!pith_queue_try_receive(&wide, m)) {
    check_wide(m);
    CHECK(m[0] < TOKENS && !(seen & 1u << m[0]));
    seen |= 1u << m[0];
  }
  CHECK_EQ(seen, (1u << TOKENS) - 1);
  CHECK_EQ(broken, 0);
  CHECK(passes > events / 4 && urgent_passes > events / 16);
  say("passed on %u times, %u by the more urgent thread\n", (unsigned)passes, (unsigned)urgent_passes);
}

/* ---- everything at once ----
 *
 * Three queues; every message names its sender and its number. Interrupts of three priorities and five
 * threads send, one of them when an interrupt has given it a unit; interrupts and three threads receive, one
 * thread cancels waits and puts messages to the front. A receiver must see each sender's numbers rise; in the
 * end as many messages have come out as went in, with the same sum. */
enum {
  QUEUES = 3,
  SENDERS = 9,
  FRONT = SENDERS - 1,
  RECEIVERS = NOISE_SOURCES + 4,
  THREADS = 8,
  WORDS = 4,
  SPAN = 900
};

static uint32_t storm_storage[QUEUES][PITH_QUEUE_WORDS(16, 4)];
static struct pith_queue storm[QUEUES];
static const uint32_t storm_size[QUEUES] = {4, 16, 12}, storm_room[QUEUES] = {4, 3, 2};
static uint32_t numbers[SENDERS][QUEUES], last[RECEIVERS][SENDERS][QUEUES];
static volatile uint32_t sent[QUEUES], got[QUEUES], sent_sum[QUEUES], got_sum[QUEUES], refused, cancelled;
static struct pith_thread *storm_thread[THREADS];
static struct pith_sem storm_unit = PITH_SEM_INIT(0);

static void book(volatile uint32_t *n, volatile uint32_t *sum, uint32_t word) {
  arch_atomic_add(n, 1);
  arch_atomic_add(sum, word * word);
}

/* One message of a sender; deadline as for send, PITH_POLL the call for any context. */
static void storm_send(uint32_t who, uint32_t k, pith_time span) {
  uint32_t n = numbers[who][k] + 1, word = who << 24 | n, m[WORDS] = {word, ~word, word * 3, word ^ 0x5555};
  int error;

  if (who == FRONT) error = pith_queue_try_send_front(&storm[k], m);
  else if (span == PITH_POLL) error = pith_queue_try_send(&storm[k], m);
  else if (span == PITH_FOREVER) error = pith_queue_send(&storm[k], m);
  else error = pith_queue_send_for(&storm[k], m, span);
  if (error == 0) {
    numbers[who][k] = n;
    book(&sent[k], &sent_sum[k], word);
  } else {
    arch_atomic_add(error == -ECANCELED ? &cancelled : &refused, 1);
    if (error != -EAGAIN && error != -ETIMEDOUT && error != -ECANCELED) broken = __LINE__;
  }
}

static int storm_receive(uint32_t who, uint32_t k, pith_time span) {
  uint32_t m[WORDS] = {0}, words = storm_size[k] / 4, from, n;
  int error;

  if (span == PITH_POLL) error = pith_queue_try_receive(&storm[k], m);
  else if (span == PITH_FOREVER) error = pith_queue_receive(&storm[k], m);
  else error = pith_queue_receive_for(&storm[k], m, span);
  if (error) {
    if (error != -EAGAIN && error != -ETIMEDOUT && error != -ECANCELED) broken = __LINE__;
    return error;
  }
  from = m[0] >> 24;
  n = m[0] & 0xFFFFFF;
  if (words > 1 && (m[1] != ~m[0] || m[2] != m[0] * 3)) broken = __LINE__;
  if (words > 3 && m[3] != (m[0] ^ 0x5555)) broken = __LINE__;
  if (from >= SENDERS || (from != FRONT && n <= last[who][from][k])) broken = __LINE__;
  else last[who][from][k] = n;
  book(&got[k], &got_sum[k], m[0]);
  return 0;
}

static void storm_isr(uint32_t source, uint32_t r) {
  if ((r >> 16 & 3) == 0) pith_sem_give(&storm_unit);
  if ((r >> 20 & 3) == 0) return; /* a unit alone is the kernel's straight path */
  if (r & 1) storm_send(source, (r >> 1) % QUEUES, PITH_POLL);
  if ((r >> 8 & 3) == 0) storm_receive(source, (r >> 10) % QUEUES, PITH_POLL);
  if ((r >> 12 & 3) == 0) storm_send(source, (r >> 14) % QUEUES, PITH_POLL);
}

static void storm_isr_0(uint32_t r) { storm_isr(0, r); }
static void storm_isr_1(uint32_t r) { storm_isr(1, r); }
static void storm_isr_2(uint32_t r) { storm_isr(2, r); }

static void storm_sender(void *who_) {
  uint32_t who = (uint32_t)(uintptr_t)who_, random = who * 77777;

  while (!stopping) {
    uint32_t r = random_next(&random);
    static const pith_time span[4] = {PITH_FOREVER, PITH_FOREVER, 1, PITH_POLL};

    storm_send(who, (r >> 4) % QUEUES, span[r & 3]);
    if ((r >> 8 & 7) == 0) pith_yield();
    if ((r >> 11 & 31) == 0) pith_sleep(1);
  }
}

static void storm_sender_by_unit(void *who_) {
  uint32_t who = (uint32_t)(uintptr_t)who_, random = who * 77777;

  while (!stopping) {
    pith_sem_take(&storm_unit);
    storm_send(who, random_next(&random) % QUEUES, 1);
  }
}

static void storm_receiver(void *who_) {
  uint32_t who = (uint32_t)(uintptr_t)who_, random = who * 33333;

  while (!stopping) {
    uint32_t r = random_next(&random);
    static const pith_time span[4] = {PITH_FOREVER, 2, 1, PITH_POLL};

    storm_receive(who, (r >> 4) % QUEUES, span[r & 3]);
    if ((r >> 8 & 3) == 0) pith_yield();
    if ((r >> 11 & 63) == 0) pith_sleep(1);
  }
}

TEST(queue_storm,
     "no message is lost, doubled or out of order under nested interrupts, cancels and preemption") {
  static void (*const isr[NOISE_SOURCES])(uint32_t) = {storm_isr_0, storm_isr_1, storm_isr_2};
  static const uint8_t priority[THREADS] = {10, 10, 7, 9, 4, 10, 6, 9}; /* five senders, three receivers */
  uint32_t events = option("events", 4000), random = option("seed", 1), check = 0;

  for (int k = 0; k < QUEUES; k++)
    CHECK_EQ(pith_queue_init(&storm[k], storm_storage[k], storm_size[k], storm_room[k]), 0);
  for (uint32_t i = 0; i < THREADS; i++)
    storm_thread[i] = test_thread((int)i, priority[i], 0,
                                  i < 4   ? storm_sender
                                  : i < 5 ? storm_sender_by_unit
                                          : storm_receiver,
                                  (void *)(uintptr_t)(i < 5 ? NOISE_SOURCES + i : NOISE_SOURCES + i - 5));
  noise_start(random, option("span", SPAN), isr);
  while (noise_count() < events && !broken) {
    uint32_t r = random_next(&random);

    pith_sleep(1);
    noise_watch();
    if (r & 1) pith_thread_cancel(storm_thread[(r >> 1) % THREADS]);
    if ((r >> 8 & 3) == 0) storm_send(FRONT, (r >> 10) % QUEUES, PITH_POLL);
    if (check++ % 16 == 0) check_kernel();
  }
  stopping = 1;
  noise_stop();
  for (int round = 0; round < 50; round++) {
    for (uint32_t i = 0; i < THREADS; i++) pith_thread_cancel(storm_thread[i]);
    pith_sleep(2);
  }
  for (uint32_t i = 0; i < THREADS; i++) CHECK_EQ(pith_thread_join(storm_thread[i], NULL, 1), 0);
  for (uint32_t k = 0; k < QUEUES; k++) {
    CHECK(!storm[k].staged && !storm[k].senders.head && !storm[k].receivers.head);
    while (!storm_receive(RECEIVERS - 1, k, PITH_POLL)) continue;
    CHECK_EQ(pith_queue_count(&storm[k]), 0);
  }
  CHECK_EQ(broken, 0);
  for (int k = 0; k < QUEUES; k++) {
    say("%u bytes: %u messages\n", (unsigned)storm_size[k], (unsigned)got[k]);
    CHECK_EQ(got[k], sent[k]);
    CHECK_EQ(got_sum[k], sent_sum[k]);
    CHECK(got[k] > 100);
  }
  say("refused %u, cancelled %u, nested %u deep\n", (unsigned)refused, (unsigned)cancelled,
      (unsigned)noise_depth());
  check_kernel();
}

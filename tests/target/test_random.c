/* Sixteen threads do anything with everything while interrupts of three priorities do so too: every operation's
 * result must be one that is possible, every lock be one's, every unit and block be accounted for, and the kernel's
 * structures be whole in between. Threads cancel, suspend and move each other, end, and are started again.
 *
 * --seed N and --operations N repeat or vary a run. */
#include "random.h"
#include "kernel.h"

enum { SPAN = 9000, CHECK_EVERY = 50, STARVING = 200 };

static struct actor actors[ACTORS];
static struct pith_thread *threads[ACTORS];
static volatile uint32_t operations, suspending, endings, cancelled;
static uint32_t limit, seed;

pith_time random_span(uint32_t r, bool endless) {
  switch (r & 63) {
  case 0:
    return 1;
  case 1:
    return 2;
  case 2:
  case 3:
  case 4:
  case 5:
    return endless ? PITH_FOREVER : 1;
  default:
    return PITH_POLL;
  }
}

void possible(int line, int result, pith_time span, int also) {
  if (result == 0 || (also && result == also)) return;
  if (result == -ETIMEDOUT && span != PITH_FOREVER) return;
  if (result == -ECANCELED && span != PITH_POLL) return;
  say("line %d: impossible: %d for a wait of %lld ticks\n", line, result, (long long)span);
  CHECK(!"possible");
}

/* ---- what threads do to each other ---- */

/* One at a time, or two that suspend each other would stay so. */
static void suspend(struct pith_thread *t, uint32_t r) {
  int result;

  if (t == pith_self() || !arch_atomic_cas(&suspending, 0, 1)) return;
  result = pith_thread_suspend(t);
  CHECK(result == 0 || result == -EINVAL);
  if (r & 1) pith_yield();
  if ((r >> 1 & 15) == 0) pith_sleep(1);
  if (result == 0) CHECK_EQ(pith_thread_resume(t), 0);
  suspending = 0;
}

static _Noreturn void end(struct actor *me) {
  data_abandon(me);
  locks_abandon(me);
  arch_atomic_add(&endings, 1);
  pith_thread_exit((int)me->index);
}

static void meddle(struct actor *me, uint32_t r) {
  struct pith_thread *t = threads[r >> 3 & (ACTORS - 1)];
  int result;

  switch (r & 7) {
  case 0:
    suspend(t, r >> 7);
    break;
  case 1:
  case 2:
    result = pith_thread_cancel(t);
    CHECK(result == 0 || result == -EINVAL);
    if (result == 0) arch_atomic_add(&cancelled, 1);
    break;
  case 3:
  case 4:
    result = pith_thread_set_priority(t, MOST_URGENT + (r >> 7) % (LEAST_URGENT - MOST_URGENT + 1));
    CHECK(result == 0 || result == -EINVAL);
    break;
  case 5:
    if ((r >> 7 & 7) == 0) POSSIBLE(pith_sleep(1), 1, 0);
    break;
  case 6:
    if ((r >> 7 & 63) == 0) end(me);
    break;
  default:
    pith_yield();
  }
}

static void act(void *me_) {
  struct actor *me = me_;

  while (operations < limit) {
    uint32_t r = random_next(&me->random), n = arch_atomic_add(&operations, 1);

    if (n % CHECK_EVERY == 0) check_kernel();
    if ((r & 7) == 0) meddle(me, r >> 3);
    else if ((r & 7) < 4) locks_operate(me, r >> 3);
    else data_operate(me, r >> 3);
  }
  data_abandon(me);
  locks_abandon(me);
}

/* ---- the run ---- */

static unsigned first_priority(uint32_t i) { return MOST_URGENT + i % (LEAST_URGENT - MOST_URGENT); }

static void restart(uint32_t i) {
  struct pith_thread_attr attr = {.name = "again",
                                  .priority = (uint8_t)first_priority(i),
                                  .stack = threads[i]->stack,
                                  .stack_size = threads[i]->stack_size};

  CHECK_EQ(pith_thread_init(threads[i], &attr, act, &actors[i]), 0);
}

/* Who has ended before its time is joined and begins anew. */
static void renew(void) {
  for (uint32_t i = 0; i < ACTORS; i++) {
    int value;

    if (pith_thread_state(threads[i]) != PITH_THREAD_DEAD || operations >= limit) continue;
    CHECK_EQ(pith_thread_join(threads[i], &value, PITH_POLL), 0);
    CHECK(value == (int)i || operations >= limit);
    restart(i);
  }
}

static bool all_ended(void) {
  for (uint32_t i = 0; i < ACTORS; i++)
    if (pith_thread_state(threads[i]) != PITH_THREAD_DEAD) return false;
  return true;
}

static void low(uint32_t r) { data_interrupt(0, r); }
static void middle(uint32_t r) { data_interrupt(1, r); }
static void high(uint32_t r) { data_interrupt(2, r); }
static void (*const handler[NOISE_SOURCES])(uint32_t) = {low, middle, high};

static void random_run(uint32_t count) {
  uint32_t still = 0;

  seed = option("seed", 1);
  limit = option("operations", count);
  say("random: seed %u, %u operations\n", (unsigned)seed, (unsigned)limit);
  data_begin();
  for (uint32_t i = 0; i < ACTORS; i++) {
    actors[i] = (struct actor){.index = i, .random = (seed ^ (i + 1) * 0x9E3779B9u) | 1};
    threads[i] = test_thread((int)i, first_priority(i), PITH_DORMANT, act, &actors[i]);
  }
  for (uint32_t i = 0; i < ACTORS; i++) CHECK_EQ(pith_thread_start(threads[i]), 0);
  noise_start(seed, option("span", SPAN), handler);
  while (!all_ended()) {
    uint32_t before = operations;

    pith_sleep(1);
    noise_watch();
    renew();
    still = operations == before ? still + 1 : 0;
    CHECK(still < STARVING);
    if (still || operations >= limit)
      for (uint32_t i = 0; i < ACTORS; i++) pith_thread_cancel(threads[i]);
  }
  noise_stop();
  check_kernel();
  for (uint32_t i = 0; i < ACTORS; i++) CHECK_EQ(pith_thread_join(threads[i], NULL, PITH_POLL), 0);
  data_end();
  check_kernel();
  CHECK_EQ(R->timeout_count, 0);
  CHECK(endings > 0 && cancelled > 0);
  say("counted: %u random operations\n", (unsigned)operations);
  say("random: %u interrupts, depth %u, %u threads ended, %u waits cancelled, %lld ticks\n", (unsigned)noise_count(),
      (unsigned)noise_depth(), (unsigned)endings, (unsigned)cancelled, (long long)pith_now());
}

TEST(random, "100,000 random operations on every object: each result is a possible one") { random_run(100000); }

TEST(random_long, "the same with 1,000,000 operations [long]") { random_run(1000000); }

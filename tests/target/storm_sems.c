/* See storm.h. What a lost post or a lost wake looks like, at any moment:
 *
 *   in a thread, a post that is counted and not applied: PendSV comes before any thread goes on;
 *   in the kernel context, where only interrupts go on, a thread that waits though the word says that nobody does: units
 *   are there or will be, and give does not look for it;
 *   more units given than taken, there, and counted by an interrupt; but for those that a thread has and has not counted.
 *
 * Interrupts give all the time, so a semaphore of which nothing is taken is in one of these states, or a wake was lost
 * elsewhere, or its takers do not get the processor: the more urgent ones have units to take all the time, too. Then one
 * of them takes as soon as it is the most urgent. */
#include "storm.h"
#include "check.h"
#include "kernel.h"
#include "noise.h"
#include "pith/monitor.h"

enum { GIVERS = 5, LOOKER = 3, FAVOURED = 4, TURN = 20 }; /* threads that give; priorities; ticks */

static uint32_t starved;

void storm_give(struct storm_sem *s) {
  if (pith_sem_give(&s->sem) == 0) arch_atomic_add(&s->given, 1);
}

void storm_taken(struct storm_sem *s) { arch_atomic_add(&s->taken, 1); }

void storm_takes(struct storm_sem *s, struct pith_thread *t) {
  int i = 0;

  while (s->taker[i]) i++;
  CHECK(i < STORM_TAKERS);
  s->taker[i] = t;
}

static _Noreturn void fail(const struct storm_sem *s, const char *why) {
  say("storm: %s: word %d, posted %u, given %u, taken %u, after %u interrupts\n", why, (int)s->sem.word,
      (unsigned)s->sem.pending, (unsigned)s->given, (unsigned)s->taken, (unsigned)noise_count());
  for (int i = 0; i < STORM_TAKERS && s->taker[i]; i++)
    say("storm: its taker %p: %s, priority %u%s\n", (void *)s->taker[i],
        pith_thread_state_name(pith_thread_state(s->taker[i])), (unsigned)s->taker[i]->priority,
        s->taker[i]->wait == &s->sem.waiters ? ", waits for it" : "");
  test_failed(__FILE__, __LINE__, why, 0, 1);
}

/* Units that are nowhere. Between interrupts: one in between would be seen in part. */
static int32_t missing(const struct storm_sem *s) {
  uint32_t at, n;

  do {
    at = noise_count();
    n = s->given - s->taken - pith_sem_count(&s->sem) - s->sem.pending;
  } while (noise_count() != at);
  return (int32_t)n;
}

static long look(long s_, long b, long c) {
  const struct storm_sem *s = (const struct storm_sem *)s_;
  int32_t lost = missing(s), on_the_way = 0;

  (void)b, (void)c;
  for (int i = 0; i < STORM_TAKERS && s->taker[i]; i++) {
    if (s->taker[i]->wait == &s->sem.waiters && s->sem.word <= 0) return K_WORD("a waiter was not woken");
    on_the_way += !s->taker[i]->wait;
  }
  if (lost > on_the_way) return K_WORD("a unit is lost");
  return lost < -GIVERS ? K_WORD("there are units that nobody gave") : 0;
}

void storm_look(struct storm_sem *s) {
  long why;

  if (s->sem.pending) fail(s, "a post is lost");
  why = pith_monitor(look, (long)(intptr_t)s, 0, 0);
  if (why) fail(s, (const char *)why);
}

static void favour(struct storm_sem *s, const uint8_t priority[STORM_TAKERS]) {
  for (int i = 0; i < STORM_TAKERS && s->taker[i]; i++)
    CHECK_EQ(pith_thread_set_priority(s->taker[i], priority ? priority[i] : FAVOURED), 0);
}

void storm_progress(struct storm_sem *s) {
  unsigned own = pith_self()->base;
  uint8_t theirs[STORM_TAKERS];

  if (s->taken == s->before) {
    starved++;
    for (int i = 0; i < STORM_TAKERS && s->taker[i]; i++) theirs[i] = s->taker[i]->base;
    CHECK_EQ(pith_thread_set_priority(pith_self(), LOOKER), 0);
    for (int i = 0; i < TURN && s->taken == s->before; i++) {
      favour(s, NULL); /* each time: somebody moves them */
      pith_sleep(1);
      noise_watch();
    }
    favour(s, theirs);
    CHECK_EQ(pith_thread_set_priority(pith_self(), own), 0);
    if (s->taken == s->before) fail(s, "nothing is taken");
  }
  s->before = s->taken;
}

uint32_t storm_starved(void) { return starved; }

/* Timers among many: starting one with 10, 100, 1000 armed, and the interrupt of the clock while 1000 of them
 * expire one by one. A build with fewer timers skips what it cannot hold. */
#include "bench.h"

enum { MANY = 1000, FAR = 1000000 };

#if PITH_TIMERS > 1000
static struct pith_timer timers[MANY], measured;
static volatile unsigned fired;

static void on_expiry(struct pith_timer *t) {
  (void)t;
  fired++;
}

/* Timers [from, to) in a scattered order of deadlines, all before `measured`. */
static void arm(int from, int to) {
  for (int i = from; i < to; i++) {
    pith_timer_init(&timers[i], on_expiry, 0);
    CHECK(pith_timer_start(&timers[i], FAR + i * 7919 % MANY) == 0);
  }
}

#define START_LAST(row)                                                                                      \
  for (int i = 0; i < ROUNDS; i++) {                                                                         \
    BEGIN(row);                                                                                              \
    pith_timer_start(&measured, 2 * FAR);                                                                    \
    END(row);                                                                                                \
    CHECK(pith_timer_stop(&measured) == 0);                                                                  \
  }

static void starts(void *unused) {
  (void)unused;
  pith_timer_init(&measured, on_expiry, 0);
  arm(0, 10);
  START_LAST(timer_start_10)
  arm(10, 100);
  START_LAST(timer_start_100)
  arm(100, MANY);
  START_LAST(timer_start_1000)
  for (int i = 0; i < ROUNDS; i++) {
    BEGIN(timer_first_1000);
    pith_timer_start(&measured, FAR / 2);
    END(timer_first_1000);
    BEGIN(timer_stop_1000);
    pith_timer_stop(&measured);
    END(timer_stop_1000);
  }
  for (int i = 0; i < MANY; i++) CHECK(pith_timer_stop(&timers[i]) == 0);
}

static void ticks(void *unused) {
  (void)unused;
  for (int i = 0; i < MANY; i++) {
    pith_timer_init(&timers[i], on_expiry, 0);
    CHECK(pith_timer_start(&timers[i], 10 + i * 7919 % MANY) == 0);
  }
  pith_sleep(MANY + 20);
  CHECK(fired == MANY);
}

void bench_timers(void) { bench_middle(starts); }
void bench_ticks(void) { bench_middle(ticks); }
#else
void bench_timers(void) {}
void bench_ticks(void) {}
#endif

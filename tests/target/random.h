/* The random test's parts: test_random.c runs the actors, random_locks.c and random_data.c hold what they do. */
#ifndef PITH_TEST_RANDOM_H
#define PITH_TEST_RANDOM_H
#include <stdbool.h>
#include "noise.h"
#include "test.h"

enum { ACTORS = 16, MUTEXES = 4, ROBUST = 2, LEAST_URGENT = 20, MOST_URGENT = 9, BLOCKS = 2 };

/* One thread. What it holds is nobody else's business, so it knows for sure what a call may answer. */
struct actor {
  uint32_t index, random;
  uint32_t held[MUTEXES]; /* times locked */
  void *block[BLOCKS];
};

/* A span of a wait, mostly PITH_POLL; endless only if interrupts end it sooner or later. */
pith_time random_span(uint32_t r, bool endless);

/* Fails unless a wait of this span can have ended so: 0, -ETIMEDOUT unless it was endless, -ECANCELED if it could
 * wait, or `also`. */
void possible(int line, int result, pith_time span, int also);
#define POSSIBLE(result, span, also) possible(__LINE__, result, span, also)

/* One random operation of each kind. Thread. */
void locks_operate(struct actor *me, uint32_t r);
void data_operate(struct actor *me, uint32_t r);
/* What an interrupt of this priority does. ISR. */
void data_interrupt(uint32_t source, uint32_t r);
/* Gives back what must not be held by a thread that ends, all but the robust mutex; says it will die with that. */
void locks_abandon(struct actor *me);
void data_abandon(struct actor *me);
void data_begin(void);
/* Totals. Nobody runs any more. */
void data_end(void);
#endif

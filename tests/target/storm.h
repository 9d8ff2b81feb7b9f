/* The storm's other parts: its semaphores and who takes of them (storm_sems.c), and the objects that carry data from
 * interrupts to threads, event flags and message queues (storm_data.c). test_storm.c calls these at the moments they name. */
#ifndef PITH_TEST_STORM_H
#define PITH_TEST_STORM_H
#include <stdint.h>
#include "pith/sem.h"

enum { STORM_TAKERS = 4 };

struct storm_sem {
  struct pith_sem sem;
  volatile uint32_t given, taken; /* counted by who gave or took, after the call */
  struct pith_thread *taker[STORM_TAKERS];
  uint32_t before; /* taken at the last storm_progress() */
};

/* Gives one unit. Any context. */
void storm_give(struct storm_sem *s);
/* The caller has taken one. Thread. */
void storm_taken(struct storm_sem *s);
/* t is one of the few threads that take of s. Thread. */
void storm_takes(struct storm_sem *s, struct pith_thread *t);
/* Fails if a post or a wake of s is lost, or a unit. Thread. */
void storm_look(struct storm_sem *s);
/* Fails if nothing was taken of s since the last time, unless its takers do take once they get the processor. Thread. */
void storm_progress(struct storm_sem *s);
/* How often they did not get it in all that time. Any context. */
uint32_t storm_starved(void);

/* Makes the objects that carry data and starts their threads. Thread. */
void storm_begin(void);
/* One interrupt of a source (0..NOISE_SOURCES - 1). ISR. */
void storm_interrupt(unsigned source, uint32_t random);
/* Lets threads that wait see the end; called over and over, with time in between. Thread. */
void storm_end(void);
/* Totals. Thread. */
void storm_check(void);
#endif

/* The storm's second half: objects that carry data from interrupts to threads (event flags, message queues).
 * test_storm.c calls these at the moments they name. */
#ifndef PITH_TEST_STORM_H
#define PITH_TEST_STORM_H
#include <stdint.h>

/* Makes the objects and starts their threads. Thread. */
void storm_begin(void);
/* One interrupt of a source (0..NOISE_SOURCES - 1). ISR. */
void storm_interrupt(unsigned source, uint32_t random);
/* Lets threads that wait see the end; called over and over, with time in between. Thread. */
void storm_end(void);
/* Totals. Thread. */
void storm_check(void);
#endif

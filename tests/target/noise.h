/* Interrupts at odd moments, and numbers from the command line, for the tests that shake everything at once.
 *
 * Three hardware timers at three priorities start themselves anew after a random span each time, so that over
 * many interrupts every instruction of whatever runs is hit, and interrupts nest three deep. Under QEMU's
 * -icount an instruction is the unit and a run repeats exactly; without it interrupts fall between blocks of
 * instructions only. */
#ifndef PITH_TEST_NOISE_H
#define PITH_TEST_NOISE_H
#include <stdint.h>

enum { NOISE_SOURCES = 3, NOISE_PATIENCE = 50000 };

/* The number after "--NAME" on the command line, or otherwise. Thread. */
uint32_t option(const char *name, uint32_t otherwise);

/* The kernel's structures are whole: k_check() in the kernel context; says what is wrong and fails. Thread. */
void check_kernel(void);

/* Numbers that look random, from a state that is not 0. Period 2^32 - 1. Any context. */
uint32_t random_next(uint32_t *state);

/* Handler i (0 the least urgent) is called from an interrupt of priority i, with a random number. Between two
 * interrupts of one source pass about span / 2 to 3 * span / 2 instructions. seed must not be 0. Thread. */
void noise_start(uint32_t seed, uint32_t span, void (*const handler[NOISE_SOURCES])(uint32_t random));
/* The caller goes on. Once this has been called, NOISE_PATIENCE interrupts without a further call fail the test: the
 * kernel is caught in a ring, or has forgotten the caller. Thread. */
void noise_watch(void);
/* No interrupt comes after this. Thread. */
void noise_stop(void);
/* Interrupts so far; how deep they nested at most. Any context. */
uint32_t noise_count(void);
uint32_t noise_depth(void);
#endif

/* What every unit test needs: cmocka with the headers it wants first, and random numbers from a seed that
 * is printed, so that a failure can be repeated: PITH_SEED=n ./test_heap. */
#ifndef PITH_UNIT_H
#define PITH_UNIT_H
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
/* after the above */
#include <cmocka.h>

static uint64_t unit_state;

/* Starts the sequence: from the clock, or from PITH_SEED. */
static inline void unit_seed(void) {
  const char *given = getenv("PITH_SEED");
  unsigned long long seed = given ? strtoull(given, NULL, 0) : (unsigned long long)time(NULL);
  printf("seed %llu\n", seed);
  unit_state = seed * 0x9e3779b97f4a7c15u + 1;
}

/* 64 random bits (splitmix64). */
static inline uint64_t unit_random(void) {
  uint64_t z = unit_state += 0x9e3779b97f4a7c15u;
  z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
  z = (z ^ z >> 27) * 0x94d049bb133111ebu;
  return z ^ z >> 31;
}

/* 0..n-1. */
static inline uint32_t unit_below(uint32_t n) { return (uint32_t)(unit_random() % n); }
#endif

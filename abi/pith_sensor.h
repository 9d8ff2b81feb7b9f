/* What init/sensor.c sends to "/mq/sensor", once a period. */
#ifndef PITH_ABI_SENSOR_H
#define PITH_ABI_SENSOR_H
#include <stdint.h>

struct pith_reading {
  uint32_t number;  /* 1, 2, ...; one that is missing found the queue full */
  uint32_t late_us; /* from when it was due to when it was taken; the clock is as fine as a tick */
  int64_t time_us;  /* when it was due, since the system started */
  int32_t
      jitter_ns; /* how much longer than a period ago the reading before was, by the cycles of the core; 0 for the first */
  uint32_t clock_interrupts; /* of the clock since then */
};

_Static_assert(sizeof(struct pith_reading) == 24, "the same on both sides");
#endif

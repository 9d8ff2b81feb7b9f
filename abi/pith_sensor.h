/* What init/sensor.c sends to "/mq/sensor", once a period. */
#ifndef PITH_ABI_SENSOR_H
#define PITH_ABI_SENSOR_H
#include <stdint.h>

struct pith_reading {
  uint32_t number;   /* 1, 2, ...; one that is missing found the queue full */
  uint32_t late_us;  /* from when it was due to when it was taken; the clock is as fine as a tick */
  int64_t time_us;   /* when it was due, since the system started */
  uint32_t load;     /* of the processor since the reading before, 1/1000; 0 in a build without accounting */
  uint32_t switches; /* from one thread to another since then; the same */
};

_Static_assert(sizeof(struct pith_reading) == 24, "the same on both sides");
#endif

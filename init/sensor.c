/* A sensor and its driver, as a product would have them: a real-time kernel thread that takes a reading each period and leaves it in a
 * queue for whatever process cares. What it senses is the system itself: how regularly it ran.
 *
 * The pattern: the driver makes the queue before services start, so a process that opens it by its name finds it; it is more
 * urgent than every process, takes its times from the clock (pith_sleep_until() does not drift), and sends without waiting,
 * so no process can hold it up. Who reads too slowly sees by the numbers how many it has missed. samples/logger is the other side. */
#include "pith_sensor.h"
#include "arch.h"
#include "config.h"
#include "init.h"
#include "pith/kernel.h"
#include "pith/thread.h"
#include "pith_errno.h"

#if PITH_SHARED_OBJECTS
enum { SENSOR_PRIORITY = 2, SENSOR_STACK = 768, MESSAGES = 16 };

static struct {
  struct process_queue *queue;
  struct pith_thread *thread;
  pith_time period;
} sensor;

static uint64_t us(pith_time t) { return (uint64_t)t * 1000000 / PITH_TICK_HZ; }

/* Against the reading before, at *cycles and *interrupts. */
static void measure(struct pith_reading *r, uint32_t *cycles, uint32_t *interrupts) {
  uint32_t now = arch_cycles(), taken = arch_clock_interrupts(), per_tick = arch_cycles_per_tick();
  int32_t more = (int32_t)(now - *cycles - (uint32_t)sensor.period * per_tick);

  if (r->number > 1)
    r->jitter_ns = (int32_t)((int64_t)more * (1000000000 / PITH_TICK_HZ) / (int32_t)per_tick);
  r->clock_interrupts = taken - *interrupts;
  *cycles = now;
  *interrupts = taken;
}

static void sensor_main(void *unused) {
  struct pith_reading r = {0};
  pith_time due = pith_now();
  uint32_t cycles = arch_cycles(), interrupts = arch_clock_interrupts();

  (void)unused;
  for (;;) {
    pith_sleep_until(due += sensor.period);
    r.number++;
    r.time_us = (int64_t)us(due);
    r.late_us = (uint32_t)us(pith_now() - due);
    measure(&r, &cycles, &interrupts);
    process_queue_send(sensor.queue, &r, sizeof r, 0); /* full: the gap in the numbers tells */
  }
}

int sensor_start(uint32_t ms) {
  struct pith_thread_attr attr = {.name = "sensor", .priority = SENSOR_PRIORITY, .stack_size = SENSOR_STACK};
  int error = process_queue_open(&sensor.queue, "/mq/sensor", MESSAGES, sizeof(struct pith_reading));

  sensor.period = PITH_MS(ms);
  return error ? error : pith_thread_create(&sensor.thread, &attr, sensor_main, NULL);
}
#else
int sensor_start(uint32_t ms) { return (void)ms, -ENOSYS; }
#endif

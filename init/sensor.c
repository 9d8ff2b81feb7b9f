/* A sensor and its driver, as a product would have them: a real-time kernel thread that takes a reading each period and leaves it in a
 * queue for whatever process cares. What it senses is the system itself: load, switches, and how late it was.
 *
 * The pattern: the driver makes the queue before services start, so a process that opens it by its name finds it; it is more
 * urgent than every process, takes its times from the clock (pith_sleep_until() does not drift), and sends without waiting,
 * so no process can hold it up. Who reads too slowly sees by the numbers how many it has missed. samples/logger is the other side. */
#include "pith_sensor.h"
#include "config.h"
#include "init.h"
#include "pith/account.h"
#include "pith/kernel.h"
#include "pith/thread.h"

enum { SENSOR_PRIORITY = 2, SENSOR_STACK = 768, MESSAGES = 16 };

static struct {
  struct process_queue *queue;
  struct pith_thread *thread;
  pith_time period;
} sensor;

static uint64_t us(pith_time t) { return (uint64_t)t * 1000000 / PITH_TICK_HZ; }

static void measure(struct pith_reading *r, struct pith_usage *last) {
  struct pith_usage now;
  uint64_t cycles;

  if (pith_usage(&now)) return;
  cycles = now.cycles - last->cycles;
  r->load = cycles ? (uint32_t)(1000 - 1000 * (now.idle - last->idle) / cycles) : 0;
  r->switches = now.switches - last->switches;
  *last = now;
}

static void sensor_main(void *unused) {
  struct pith_reading r = {0};
  struct pith_usage last = {0};
  pith_time due = pith_now();

  (void)unused;
  measure(&r, &last);
  for (;;) {
    pith_sleep_until(due += sensor.period);
    r.number++;
    r.time_us = (int64_t)us(due);
    r.late_us = (uint32_t)us(pith_now() - due);
    measure(&r, &last);
    process_queue_send(sensor.queue, &r, sizeof r, 0); /* full: the gap in the numbers tells */
  }
}

int sensor_start(uint32_t ms) {
  struct pith_thread_attr attr = {.name = "sensor", .priority = SENSOR_PRIORITY, .stack_size = SENSOR_STACK};
  int error = process_queue_open(&sensor.queue, "/mq/sensor", MESSAGES, sizeof(struct pith_reading));

  sensor.period = PITH_MS(ms);
  return error ? error : pith_thread_create(&sensor.thread, &attr, sensor_main, NULL);
}

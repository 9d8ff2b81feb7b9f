/* The services: programs of the built-in image that are started at boot and started again when they end, as the table
 * /etc/services says (docs/SERVICES.md). */
#ifndef PITH_SUPERVISE_H
#define PITH_SUPERVISE_H
#include "process.h"

/* WAITS: for its next start. ENDED: it was to run once. GIVEN_UP: it ended too often. REFUSED: it cannot be started. */
enum service_state { SERVICE_WAITS, SERVICE_RUNS, SERVICE_ENDED, SERVICE_GIVEN_UP, SERVICE_REFUSED };

struct service_status {
  const char *name; /* stays */
  enum service_state state;
  int pid;                    /* RUNS */
  uint32_t starts;            /* so far */
  pith_time since;            /* in this state; WAITS: until when */
  struct process_result last; /* the last end; PROCESS_RUNNING: none yet */
};

/* Reads the table and starts what is in it, from now on by a thread of its own; a line that is wrong is told of and
 * left out, and so are those that want the console unless they may have it. The number of services; 0 also when the image has no such file. -ENOMEM (kernel heap), -EAGAIN. Thread, once,
 * after process_init(). */
#if PITH_SERVICES
int services_start(const char *table, bool console);
/* The i-th service, from 0. 0, -ENOENT. Thread; waits while a service is being started. */
int services_status(unsigned i, struct service_status *status);
/* Prints a line for each. Thread. */
void services_show(void);
#else
static inline int services_start(const char *table, bool console) { return (void)table, (void)console, 0; }
static inline void services_show(void) {}
#endif
#endif

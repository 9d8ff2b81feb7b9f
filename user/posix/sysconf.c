/* Limits that a program can ask for. */
#include <limits.h>
#include <mqueue.h>
#include <pthread.h>
#include <semaphore.h>
#include <unistd.h>
#include "clock.h"
#include "pith.h"
#include "result.h"

long sysconf(int name) {
  switch (name) {
  case _SC_PAGESIZE: return 32; /* what memory is protected by, at best */
  case _SC_NPROCESSORS_CONF:
  case _SC_NPROCESSORS_ONLN: return 1;
  case _SC_CLK_TCK: return TICKS_A_SECOND;
  case _SC_ARG_MAX: return ARG_MAX;
  case _SC_OPEN_MAX: return PITH_OPEN_MAX;
  case _SC_VERSION: return 200809L;
  case _SC_THREADS:
  case _SC_SEMAPHORES:
  case _SC_MESSAGE_PASSING:
  case _SC_TIMERS:
  case _SC_MONOTONIC_CLOCK:
  case _SC_SPAWN: return 200809L;
  case _SC_THREAD_STACK_MIN: return PTHREAD_STACK_MIN;
  case _SC_THREAD_KEYS_MAX: return PTHREAD_KEYS_MAX;
  case _SC_THREAD_DESTRUCTOR_ITERATIONS: return PTHREAD_DESTRUCTOR_ITERATIONS;
  case _SC_SEM_VALUE_MAX: return SEM_VALUE_MAX;
  case _SC_MQ_PRIO_MAX: return MQ_PRIO_MAX;
  default: return result(-EINVAL);
  }
}

/* Deadlines that a process has: its alarm, and the watchdog that a heartbeat winds up. */
#include "calls.h"
#include "internal.h"

#if PITH_PROCESS_SIGNALS || PITH_SERVICES
/* No whole timers, of which it would take two. */
enum { ALARM = K_TIMEOUT_DOMAIN, WATCHDOG };

long process_deadline_in(struct k_timeout *t, uint32_t ticks) {
  k_timeout_disarm(t);
  return k_timeout_arm_timer(t, ticks + 1); /* + 1: the present tick is partly over */
}

#define OWNER(field) ((struct process *)(void *)((uint8_t *)t - offsetof(struct process, field)))
#if PITH_PROCESS_SIGNALS
/* What has been missed is one signal. */
static pith_time alarm_next(pith_time due, uint32_t again) {
  pith_time late = pith_now() - due;

  return due + (late / again + 1) * again;
}
#endif

static void due(struct k_timeout *t) {
#if PITH_PROCESS_SIGNALS
  if (t->kind == ALARM) {
    if (OWNER(alarm)->alarm_again) k_timeout_arm(t, alarm_next(t->deadline, OWNER(alarm)->alarm_again));
    signal_alarm(OWNER(alarm));
  }
#endif
#if PITH_SERVICES
  if (t->kind == WATCHDOG) process_end(OWNER(watchdog), PROCESS_SILENT, PITH_SIGKILL);
#endif
}

void clocks_init(void) { k_domain_due = due; }

void clocks_set(struct process *p, uint32_t heartbeat_us) {
  (void)heartbeat_us;
#if PITH_PROCESS_SIGNALS
  p->alarm = (struct k_timeout){.kind = ALARM};
  p->alarm_again = 0;
#endif
#if PITH_SERVICES
  p->watchdog = (struct k_timeout){.kind = WATCHDOG};
  p->beat = process_ticks(heartbeat_us);
#endif
}

void clocks_start(struct process *p) {
#if PITH_SERVICES
  if (p->beat) process_deadline_in(&p->watchdog, p->beat);
#else
  (void)p;
#endif
}

void clocks_stop(struct process *p) {
#if PITH_PROCESS_SIGNALS
  k_timeout_disarm(&p->alarm);
#endif
#if PITH_SERVICES
  k_timeout_disarm(&p->watchdog);
#endif
}

#if PITH_SERVICES
long p_call_heartbeat(int64_t us) {
  struct process *p = process_current();

  if (us < 0 || us > (int64_t)PITH_TIMER_MAX * 1000000 / PITH_TICK_HZ) return -EINVAL;
  if (p->beat && (!us || process_ticks(us) > p->beat)) return process_deadline_in(&p->watchdog, p->beat);
  if (us) return process_deadline_in(&p->watchdog, process_ticks(us));
  k_timeout_disarm(&p->watchdog);
  return 0;
}
#endif
#endif

/* Job control: what terminals ask of processes (fs/jobs.h), children that stop and go on, and waiting for them.
 *
 * A group is orphaned if no process outside of it, with a parent's interest in it, could make it go on again: its members'
 * parents have ended, are in the group themselves or are the system. No key and no background access stops it. */
#include "calls.h"
#include "internal.h"
#if PITH_FILES
#include "jobs.h"
#include "vfs.h"
#endif

#if PITH_PROCESS_SIGNALS
enum { NOHANG = 1, UNTRACED = 2, CONTINUED = 8 };

bool jobs_is_orphaned(int group) {
  for (int i = 0; i < PITH_PROCESSES; i++) {
    const struct process *p = &process_table[i], *parent;

    if (p->state != PROCESS_ALIVE || p->group != group || !p->parent) continue;
    parent = process_by_pid(p->parent);
    if (parent && parent->state == PROCESS_ALIVE && parent->group != group) return false;
  }
  return true;
}

#if PITH_FILES
static uint32_t bit(int signal) { return 1u << (signal - 1); }

static int group_of_caller(void) { return k_is_unprivileged(K->current) ? process_current()->group : 0; }

static bool exists(int group) {
  for (int i = 0; i < PITH_PROCESSES; i++)
    if (process_table[i].state == PROCESS_ALIVE && process_table[i].group == group) return true;
  return false;
}

static void send_to(int group, int signal) {
  for (int i = 0; i < PITH_PROCESSES; i++)
    if (process_table[i].state == PROCESS_ALIVE && process_table[i].group == group)
      signal_send(&process_table[i], signal);
}

static bool hold(int signal, long *result) {
  struct process *p = process_current();

  if ((thread_current()->mask | p->ignored) & bit(signal)) {
    *result = -EIO;
    return signal == PITH_SIGTTIN;
  }
  if (jobs_is_orphaned(p->group)) {
    *result = -EIO;
    return true;
  }
  send_to(p->group, signal);
  /* The signal takes effect before the call is made again: it stops there. */
  *result = p->handled & bit(signal) ? -EINTR : pith_monitor_again();
  return true;
}

static const struct jobs process_jobs = {group_of_caller, exists, send_to, hold};

void jobs_init(void) { jobs = &process_jobs; }
#endif

/* ---- children ---- */

/* Those who wait by p_call_wait4() look again. */
void jobs_wake_parent(struct process *parent) {
  struct pith_thread *t, *first;

  do {
    first = parent->waiting.head;
    t = first;
    while (t && t->blocked != K_BLOCKED_RESTART) t = t->next == first ? NULL : t->next;
    if (t) k_wake_with(t, -ETIMEDOUT); /* who makes its call again gets no result */
  } while (t);
#if PITH_FILES
  vfs_changed();
#endif
}

void jobs_news(struct process *p) {
  struct process *parent = p->parent ? process_by_pid(p->parent) : NULL;

  if (!parent || parent->state != PROCESS_ALIVE) return;
  p->news = p->stopped ? PROCESS_STOPPED : PROCESS_CONTINUED;
  jobs_wake_parent(parent);
  if (!parent->no_stop_signal) signal_send(parent, PITH_SIGCHLD);
}

static long tell(struct process *child, const struct k_domain *d, uint32_t to) {
  const struct pith_ended e = {.cause = child->stopped ? PITH_ENDED_STOPPED : PITH_ENDED_CONTINUED,
                               .status = child->stopped ? child->stopped : PITH_SIGCONT,
                               .cpu_us = process_cpu_us(child)};
  long error = to ? k_copy_to_user(d, (struct uslice){to, sizeof e}, &e) : 0;

  if (!error) child->news = 0;
  return error ? error : child->pid;
}

static bool is_news(const struct process *child, uint32_t options) {
  return child->state == PROCESS_ALIVE && ((child->news == PROCESS_STOPPED && options & UNTRACED) ||
                                           (child->news == PROCESS_CONTINUED && options & CONTINUED));
}

long p_call_wait4(long which, uint32_t to, uint32_t options) {
  struct process *p = process_current();
  bool any = false;
  long error;

  if (options & ~(uint32_t)(NOHANG | UNTRACED | CONTINUED)) return -EINVAL;
  if (to && !k_user_writable(&p->domain, (struct uslice){to, sizeof(struct pith_ended)})) return -EFAULT;
  for (int i = 0; i < PITH_PROCESSES; i++) {
    struct process *child = &process_table[i];

    if (!process_is_meant(child, p, which)) continue;
    if (child->state == PROCESS_REAPED) return process_hand_over(child, &p->domain, to);
    if (is_news(child, options)) return tell(child, &p->domain, to);
    any = true;
  }
  if (!any) return -ECHILD;
  if (options & NOHANG) return 0;
  error = thread_may_wait();
  if (error) return error;
  k_wait(&p->waiting, PITH_FOREVER);
  process_hurry();
  K->current->blocked = K_BLOCKED_RESTART;
  return pith_monitor_again();
}
#endif

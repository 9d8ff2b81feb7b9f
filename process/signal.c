/* Signals of processes. What was sent is a bit, of a thread or of the process; it is acted upon when a thread that
 * does not block it is about to go on in its own code: its context is left where the hardware put it, on the
 * process's stack, and a frame for the handler is laid below (arch/sigcontext.h). That happens in one place, deliver(),
 * which a post brings about: so right after the call or interrupt that sent the signal, before any thread's next
 * instruction.
 *
 * A handler starts with every signal blocked; the process's own code sets the mask it wants and comes back by
 * sys_sigreturn(). All handlers enter at one address, what to do there is the process's matter. */
#include "calls.h"
#include "internal.h"
#include "sigcontext.h"

#if PITH_PROCESS_SIGNALS
enum { SIGNALS = PITH_SIGNALS, ALL = 0x7FFFFFFF };

static void deliver(struct k_post *post, uint32_t n);
static struct k_waitq sigwaiters;
static struct k_post delivery = {.apply = deliver};

static uint32_t bit(int signal) { return 1u << (signal - 1); }

#define IGNORED_BY_DEFAULT (bit(PITH_SIGCHLD) | bit(PITH_SIGURG) | bit(PITH_SIGWINCH) | bit(PITH_SIGCONT))
#define STOPS (bit(PITH_SIGSTOP) | bit(PITH_SIGTSTP) | bit(PITH_SIGTTIN) | bit(PITH_SIGTTOU))
#define NOT_BLOCKED (bit(PITH_SIGKILL) | bit(PITH_SIGSTOP))

void signal_recheck(void) { k_post(&delivery); }

static bool is_ignored(const struct process *p, int signal) {
  if (p->handled & bit(signal)) return false;
  return (p->ignored | IGNORED_BY_DEFAULT) & bit(signal);
}

/* By that signal; 0: it goes on. */
static void stop(struct process *p, int signal) {
  if (!p->stopped == !signal) return;
  p->stopped = (uint8_t)signal;
  process_hold(p, signal != 0);
  jobs_news(p);
}

/* What happens to a process that neither handles nor ignores it. */
static void act(struct process *p, int signal) {
  if (bit(signal) & STOPS) {
    if (signal == PITH_SIGSTOP || !jobs_is_orphaned(p->group)) stop(p, signal);
    return;
  }
  process_end(p, PROCESS_KILLED, signal);
}

/* A thread in sys_sigwait() for it takes it. */
static bool take_waiting(struct process *p, struct process_thread *only, int signal) {
  for (int i = 0; i < PITH_PROCESS_THREADS; i++) {
    struct process_thread *t = &process_threads[i];

    if (t->thread.domain != &p->domain || !k_exists(&t->thread) || (only && t != only)) continue;
    if (t->thread.wait != &sigwaiters || !(thread_kept(t) & bit(signal))) continue;
    k_wake_with(&t->thread, signal);
    return true;
  }
  return false;
}

static void wake(struct process_thread *t) {
  if (thread_can_be_woken(t)) k_wake_with(&t->thread, stream_cut_short(&t->thread, -EINTR));
}

/* Nothing comes of those that are pending. */
static void take_back(struct process *p, uint32_t set) {
  p->pending &= ~set;
  for (int i = 0; i < PITH_PROCESS_THREADS; i++)
    if (process_threads[i].thread.domain == &p->domain) process_threads[i].thread.pending &= ~set;
}

/* To the thread, or to any of the process that does not block it. */
static int send(struct process *p, struct process_thread *only, int signal) {
  if (p->state != PROCESS_ALIVE) return 0;
  if (signal == PITH_SIGCONT || signal == PITH_SIGKILL) stop(p, 0);
  if (signal == PITH_SIGCONT) take_back(p, STOPS); /* to go on and to stop take each other back */
  if (bit(signal) & STOPS) take_back(p, bit(PITH_SIGCONT));
  if (take_waiting(p, only, signal)) return 0;
  if (is_ignored(p, signal)) return 0;
  if (only) only->thread.pending |= bit(signal);
  else p->pending |= bit(signal);
  for (int i = 0; i < PITH_PROCESS_THREADS; i++) {
    struct process_thread *t = &process_threads[i];

    if (t->thread.domain != &p->domain || !k_exists(&t->thread) || (only && t != only)) continue;
    if (t->mask & bit(signal) & ~NOT_BLOCKED) continue;
    if (p->handled & bit(signal)) wake(t);
    break;
  }
  signal_recheck();
  return 0;
}

int signal_send(struct process *p, int signal) { return send(p, NULL, signal); }
int signal_send_thread(struct process_thread *t, int signal) {
  return send(process_of(&t->thread), t, signal);
}

void signals_inherit(struct process *p, const struct process *parent, uint32_t reset) {
  p->ignored = parent ? parent->ignored & ~reset : 0;
}

bool signal_frees_children(const struct process *p) {
  return p->no_zombies || p->ignored & bit(PITH_SIGCHLD);
}

void signal_alarm(struct process *p) { send(p, NULL, PITH_SIGALRM); }

/* ---- delivery ---- */

static struct signal_stack {
  const struct process_thread *thread; /* NULL: free */
  struct uslice place;
} stacks[PITH_SIGNAL_STACKS];

static struct signal_stack *stack_of(const struct process_thread *t) {
  for (int i = 0; i < PITH_SIGNAL_STACKS; i++)
    if (stacks[i].thread == t) return &stacks[i];
  return NULL;
}

struct uslice signal_stack(const struct process_thread *t) {
  return t->thread.own.alt ? stack_of(t)->place : (struct uslice){0, 0};
}

int signal_stack_set(struct process_thread *t, struct uslice place) {
  struct signal_stack *s = NULL;

  if (!t->thread.own.alt && !place.length) return 0;
  s = stack_of(t->thread.own.alt ? t : NULL);
  if (!s) return -EAGAIN;
  *s = (struct signal_stack){place.length ? t : NULL, place};
  t->thread.own.alt = place.length != 0;
  return 0;
}

static int enter_handler(struct process_thread *t, int signal, uint32_t cause, uint32_t address) {
  struct process *p = process_of(&t->thread);
  struct arch_signal s = {.entry = p->signal_entry,
                          .signal = (uint32_t)signal,
                          .mask = t->thread.own.suspends ? thread_kept(t) : t->mask,
                          .cause = cause,
                          .address = address,
                          .stack_low = signal_stack(t).base,
                          .stack_size = signal_stack(t).length};

  if (arch_signal_enter(&t->thread, &s)) return -EFAULT;
  t->thread.own.suspends = 0;
  t->mask = ALL;
  return 0;
}

/* The most urgent signal that t may see now; it is not pending any more. 0: none. */
static int take(struct process_thread *t) {
  struct process *p = process_of(&t->thread);
  uint32_t set = (t->thread.pending | p->pending) & ~(t->mask & ~NOT_BLOCKED);
  int signal = set ? __builtin_ctz(set) + 1 : 0;

  if (!signal) return 0;
  if (t->thread.pending & bit(signal)) t->thread.pending &= ~bit(signal);
  else p->pending &= ~bit(signal);
  return signal;
}

static void deliver_to(struct process_thread *t) {
  struct process *p = process_of(&t->thread);

  if (family_defers_signals(t)) return;
  while (p->state == PROCESS_ALIVE && !k_is_blocked(&t->thread)) {
    int signal = take(t);

    if (!signal) {
      if (t->thread.own.suspends) t->mask = thread_kept(t); /* nothing came of what ended its wait */
      t->thread.own.suspends = 0;
      return;
    }
    if (p->handled & bit(signal)) {
      if (enter_handler(t, signal, 0, 0)) process_end(p, PROCESS_KILLED, PITH_SIGSEGV);
      return;
    }
    if (!is_ignored(p, signal)) act(p, signal);
  }
}

/* A signal that ends the process does so even if all its threads wait, but not while it is stopped: SIGKILL has made it go
 * on. */
static void end_those_condemned(struct process *p) {
  uint32_t deadly = p->pending & ~(p->handled | p->ignored | IGNORED_BY_DEFAULT);

  for (int i = 0; i < PITH_PROCESS_THREADS && p->state == PROCESS_ALIVE && !p->stopped; i++) {
    struct process_thread *t = &process_threads[i];
    uint32_t set;

    if (t->thread.domain != &p->domain || !k_exists(&t->thread)) continue;
    set = (deadly | (t->thread.pending & ~(p->handled | p->ignored))) & ~(t->mask & ~NOT_BLOCKED);
    if (!set) continue;
    p->pending &= ~(set & -set);
    t->thread.pending &= ~(set & -set);
    act(p, __builtin_ctz(set) + 1);
  }
}

static void deliver(struct k_post *post, uint32_t n) {
  (void)post, (void)n;
  for (int i = 0; i < PITH_PROCESSES; i++)
    if (process_table[i].state == PROCESS_ALIVE) end_those_condemned(&process_table[i]);
  for (struct process_thread *t = process_threads; t < process_threads + PITH_PROCESS_THREADS; t++)
    if (k_exists(&t->thread) && !t->thread.dead) deliver_to(t);
}

/* The thread runs: its context is on its stack, unless that is what has failed. Then only a stack of its own for
 * signals will do, and there is nothing to return to. */
bool signal_fault(struct process_thread *t) {
  struct process *p = process_of(&t->thread);
  const struct arch_fault *f = &arch_last_fault;
  int signal = arch_signal_of_fault(f);

  if (!(p->handled & bit(signal)) || t->mask & bit(signal)) return false;
  if (!f->has_frame && !t->thread.own.alt) return false;
  return enter_handler(t, signal, f->cfsr ? f->cfsr : 1, f->has_address ? f->address : f->reg[ARCH_PC]) == 0;
}

/* ---- calls ---- */

static bool is_signal(int signal) { return signal >= 1 && signal <= SIGNALS; }

/* A process may signal itself, its descendants and its group. */
static bool may_signal(const struct process *from, const struct process *to) {
  for (const struct process *p = to; p; p = p->parent ? process_by_pid(p->parent) : NULL)
    if (p == from) return true;
  return from->group == to->group;
}

/* Who enters a group may be signalled by its members and may signal them: so it must have one that the process may
 * signal already. */
bool signal_may_enter(const struct process *from, int group) {
  for (int i = 0; i < PITH_PROCESSES; i++) {
    const struct process *p = &process_table[i];

    if (p->state != PROCESS_FREE && p->group == group && may_signal(from, p)) return true;
  }
  return false;
}

long p_call_kill(long pid, int signal) {
  struct process *from = process_current();
  long result = -ESRCH;
  int group = pid ? (int)-pid : from->group;

  if (signal && !is_signal(signal)) return -EINVAL;
  if (pid == -1) return -EPERM;
  for (int i = 0; i < PITH_PROCESSES; i++) {
    struct process *p = &process_table[i];

    if (p->state == PROCESS_FREE || p->state == PROCESS_LOADING) continue;
    if (pid > 0 ? p->pid != pid : p->group != group) continue;
    if (!may_signal(from, p)) {
      if (result) result = -EPERM;
      continue;
    }
    if (signal) send(p, NULL, signal);
    result = 0;
  }
  return result;
}

long p_call_setpgid(long pid, long group) {
  struct process *me = process_current(), *p = pid ? process_by_pid((int)pid) : me;

  if (!p || (p != me && p->parent != me->pid)) return -ESRCH;
  if (!group) group = p->pid;
  if (group != p->pid && !signal_may_enter(me, (int)group)) return -EPERM;
  p->group = (int16_t)group;
  return 0;
}

long p_call_thread_kill(uint32_t tid, int signal) {
  struct process *p = process_current();
  struct process_thread *t = thread_by_tid(p, tid);

  if (signal && !is_signal(signal)) return -EINVAL;
  if (!t) return -ESRCH;
  return signal ? send(p, t, signal) : 0;
}

long p_call_sigaction(int signal, int action, uint32_t entry) {
  struct process *p = process_current();
  int before, flags = 0;

  if (signal == PITH_SIGCHLD && action > 0) {
    flags = action & (PITH_SIG_NO_STOPS | PITH_SIG_NO_ZOMBIES);
    action &= ~flags;
  }
  if (!is_signal(signal) || action < -1 || action > PITH_SIG_HANDLE) return -EINVAL;
  before = p->handled & bit(signal)   ? PITH_SIG_HANDLE
           : p->ignored & bit(signal) ? PITH_SIG_IGNORE
                                      : PITH_SIG_DEFAULT;
  if (action == -1) return before;
  if (signal == PITH_SIGCHLD) {
    p->no_stop_signal = flags & PITH_SIG_NO_STOPS;
    p->no_zombies = flags & PITH_SIG_NO_ZOMBIES;
  }
  if (bit(signal) & NOT_BLOCKED) return -EINVAL;
  p->handled &= ~bit(signal);
  p->ignored &= ~bit(signal);
  if (action == PITH_SIG_HANDLE) {
    p->handled |= bit(signal);
    p->signal_entry = entry;
  } else if (action == PITH_SIG_IGNORE) {
    p->ignored |= bit(signal);
  }
  if (is_ignored(p, signal)) take_back(p, bit(signal));
  return before;
}

long p_call_sigmask(int how, uint32_t set) {
  struct process_thread *t = thread_current();
  uint32_t before = t->mask;

  if (how < 0 || how > 2) return -EINVAL;
  set &= ALL;
  t->mask = how == 0 ? before | set : how == 1 ? before & ~set : set;
  if (before & ~t->mask) signal_recheck();
  return (long)before;
}

long p_call_sigpending(void) { return (long)((K->current->pending | process_current()->pending) & ALL); }

/* HAZARD: any value may be r0 of where it goes back to, so the result does not tell whether it does. */
long p_call_sigreturn(uint32_t frame) {
  struct process *p = process_current();
  struct pith_sigframe f;
  long result = k_copy_from_user(&p->domain, &f, (struct uslice){frame, sizeof f});
  bool good = !result;

  if (good) {
    result = arch_signal_return(&f);
    good = arch_signal_returned();
  }
  if (!good) {
    process_end(p, PROCESS_KILLED, PITH_SIGSEGV);
    return 0;
  }
  thread_current()->mask = f.mask & ALL;
  signal_recheck();
  return result;
}

long p_call_sigwait(uint32_t set, uint32_t pad, int64_t us) {
  struct process_thread *t = thread_current();
  struct process *p = process_current();
  uint32_t there;
  long error;

  (void)pad;
  set &= ALL & ~NOT_BLOCKED;
  if (!set) return -EINVAL;
  there = set & (t->thread.pending | p->pending);
  if (there) {
    int signal = __builtin_ctz(there) + 1;

    if (t->thread.pending & bit(signal)) t->thread.pending &= ~bit(signal);
    else p->pending &= ~bit(signal);
    return signal;
  }
  error = thread_may_wait();
  if (error) return error;
  error = k_wait(&sigwaiters, process_deadline(us));
  if (!error) thread_keep(t, set);
  return error;
}

bool signal_has_parked(const struct process_thread *t) {
  return t->thread.wait == &sigwaiters || (t->thread.own.suspends && !t->thread.wait);
}

long p_call_sigsuspend(uint32_t mask) {
  struct process_thread *t = thread_current();
  long error = thread_may_wait();

  if (error) return error;
  thread_keep(t, t->mask);
  t->thread.own.suspends = 1;
  t->mask = mask & ALL;
  if (((t->thread.pending | process_current()->pending) & ~t->mask)) signal_recheck();
  else k_wait(NULL, PITH_FOREVER);
  return -EINTR;
}

long p_call_sigstack(uint32_t base, uint32_t size) {
  struct process_thread *t = thread_current();

  if (!size) return signal_stack_set(t, (struct uslice){0, 0});
  if (base % 8 || size % 8 || size < 2 * sizeof(struct pith_sigframe)) return -EINVAL;
  if (!k_user_writable(t->thread.domain, (struct uslice){base, size})) return -EFAULT;
  return signal_stack_set(t, (struct uslice){base, size});
}

/* A part of the present tick is over, so it was armed one tick later: never more than was asked for, and 0 for none alone. */
static uint64_t alarm_left(const struct process *p) {
  pith_time ticks = p->alarm.place ? p->alarm.deadline - pith_now() - 1 : 0;

  if (!p->alarm.place) return 0;
  return ticks > 0 ? (uint64_t)ticks * 1000000 / PITH_TICK_HZ : 1;
}

static uint32_t alarm_ticks(uint64_t us) { return (uint32_t)((us * PITH_TICK_HZ + 999999) / 1000000); }

long p_call_alarm(uint32_t alarm_) {
  const uint64_t most = (uint64_t)PITH_TIMER_MAX * 1000000 / PITH_TICK_HZ;
  struct process *p = process_current();
  struct uslice s = {alarm_, sizeof(struct pith_alarm)};
  struct pith_alarm new, old = {alarm_left(p), (uint64_t)p->alarm_again * 1000000 / PITH_TICK_HZ};
  long error = k_copy_from_user(&p->domain, &new, s);

  if (error) return error;
  if (!k_user_writable(&p->domain, s)) return -EFAULT;
  if (new.us != PITH_ALARM_ASK) {
    if (new.us > most || new.again_us > most) return -EINVAL;
    k_timeout_disarm(&p->alarm);
    p->alarm_again = new.us ? alarm_ticks(new.again_us) : 0;
    if (new.us) error = process_deadline_in(&p->alarm, alarm_ticks(new.us));
  }
  k_copy_to_user(&p->domain, s, &old);
  return error;
}
#endif

/* The rules that the kernel's structures keep whenever no kernel code is at work, and a walk that checks them
 * all.
 *
 * A ring or a list is walked with a bound, so that a broken one is a finding and not a hang. Every link is
 * looked at from both sides: who is in a ring names that ring, and there are as many in the rings as there
 * are threads that ought to be; so nobody is lost, in two places, or in the wrong one. Interrupts may go on:
 * they touch none of this but the list of posts, which is theirs and not walked.
 *
 * For tests, and for a build with PITH_DEBUG_CHECKS, in which each way out of the kernel comes here
 * (arch/armv7m/switch.S). Nothing else calls it, so any other build drops it. */
#include "held.h"

enum { MOST = PITH_THREADS + 2, MOST_MUTEXES = 1000, MOST_WAITERS = 1000 };

const char *k_check_why;
const void *k_check_what;

/* The state disagrees with itself at `what`. */
#define RULE(condition, what, why)                                                                           \
  do {                                                                                                       \
    if (!(condition)) return breach(what, why);                                                              \
  } while (0)
#define PASS_ON(check)                                                                                       \
  do {                                                                                                       \
    int error_ = (check);                                                                                    \
    if (error_) return error_;                                                                               \
  } while (0)

static int breach(const void *what, const char *why) {
  k_check_what = what;
  k_check_why = why;
  return -EFAULT;
}

static bool is_runnable(const struct pith_thread *t) { return !k_is_blocked(t) && !t->dead; }

static struct pith_thread *after(const struct pith_thread *t, const struct pith_thread *head) {
  return t->next == head ? NULL : t->next;
}

static bool is_linked(const struct pith_thread *t) {
  return t->next && t->prev && t->next->prev == t && t->prev->next == t;
}

/* ---- the ready lists ---- */

static int check_ring(struct pith_thread **list, uint32_t bit, uint32_t *count) {
  uint32_t i = 0;

  for (const struct pith_thread *t = *list; t; t = after(t, *list)) {
    RULE(i++ < MOST, list, "a ready list does not come round");
    RULE(is_linked(t), t, "a ready list is cut or not linked both ways");
    RULE(k_exists(t), t, "what stands in a ready list is no thread");
    RULE(t->list == list && t->bit == bit, t, "a thread is in a ready list that is not its own");
    RULE(is_runnable(t), t, "a thread in a ready list is blocked or dead");
  }
  *count += i;
  return 0;
}

static int check_ready(void) {
  uint32_t ready = 0, runnable = 0;

  for (unsigned p = 0; p < PITH_PRIORITIES; p++) {
    uint32_t bit = 0x80000000u >> p;

    RULE(!K->list[p] == !(K->ready & bit), &K->list[p], "a ready list and its bit disagree");
    PASS_ON(check_ring(&K->list[p], bit, &ready));
  }
  RULE(PITH_PRIORITIES == 32 || !(K->ready & (0xFFFFFFFFu >> (PITH_PRIORITIES & 31))), K,
       "the ready bitmap has bits beyond the last priority");
  PASS_ON(check_ring(&K->limbo, 0, &ready));
  for (const struct pith_thread *t = R->all; t; t = t->all) runnable += is_runnable(t);
  RULE(ready == runnable, NULL, "a thread that could run is in no ready list");
  return 0;
}

static int check_running(void) {
  const struct pith_thread *t = K->current, *raised = R->raised;

  RULE(!raised || (raised->flags & PITH_COOPERATIVE && raised->list == &K->list[0]), raised,
       "the raised thread is not cooperative, or not in list 0");
  if (!R->started) return 0;
  RULE(K->ready, NULL, "nobody is ready, not even the idle thread");
  RULE(k_exists(t), t, "the running thread does not exist");
  RULE(!raised || raised == t, raised, "a thread that does not run is raised");
  RULE(!is_runnable(t) || t->suspended || *t->list == t, t, "the running thread is not the head of its list");
  return 0;
}

/* ---- the threads ---- */

static int check_all(void) {
  uint32_t n = 0;

  for (const struct pith_thread *t = R->all; t; t = t->all) {
    RULE(n++ < MOST, t, "the list of all threads does not end");
    RULE(k_exists(t), t, "what stands in the list of all threads is no thread");
  }
  RULE(n == R->threads + (R->started ? 1 : 0), NULL, "the threads are not as many as are counted");
  return 0;
}

/* list and bit are what priority and suspended make them. */
static int check_place(const struct pith_thread *t) {
  const unsigned p = t == R->raised ? 0 : t->priority;
  const bool stopped = t->blocked == K_STOPPED, limbo = t->suspended && !stopped;

  RULE(!stopped || (t->suspended && !t->wait && !t->timeout.place), t,
       "a stopped thread is not suspended, or waits");
  RULE(t->priority < PITH_PRIORITIES, t, "a thread's priority is out of range");
  RULE(t->list == (limbo ? &K->limbo : &K->list[p]), t, "a thread's list is not that of its priority");
  RULE(t->bit == (limbo ? 0 : 0x80000000u >> p), t, "a thread's bit is not that of its priority");
  return 0;
}

/* The mutexes t holds; t is as urgent as the most urgent that waits for one of them, and no more. */
static int check_mutexes(const struct pith_thread *t) {
  unsigned wanted = t->base, n = 0;

  for (const struct pith_mutex *m = t->held; m; m = m->next) {
    const struct pith_thread *head = m->waiters.head;
    uint32_t i = 0;

    RULE(n++ < MOST_MUTEXES, t, "a thread's list of held mutexes does not end");
    RULE(m->word == (K_WORD(t) | K_MUTEX_KNOWN), m, "a mutex in a thread's list is not the thread's");
    if (head && head->priority < wanted) wanted = head->priority;
    if (m->flags & K_MUTEX_CEILING && m->ceiling < wanted) wanted = m->ceiling;
    for (const struct pith_thread *w = head; w; w = after(w, head)) {
      RULE(i++ < MOST_WAITERS, m, "the queue of a mutex does not come round");
      RULE(w->wait_mutex == m, w, "a waiter of a mutex does not name it");
    }
  }
  RULE(t->priority == wanted, t, "a thread's priority is not what its own and its mutexes' waiters make it");
  return 0;
}

static bool holds(const struct pith_thread *t, const struct pith_mutex *m) {
  const struct pith_mutex *held = t->held;

  while (held && held != m) held = held->next;
  return held;
}

/* The whole queue t stands in, and t in it. */
static int check_queue(const struct pith_thread *t) {
  const struct pith_thread *head = t->wait->head;
  bool found = false;
  uint32_t i = 0;

  RULE(head, t->wait, "a thread waits in an empty queue");
  if (!head->blocked) { /* alone, parked by the assembly path of pith_sem_take(): not linked */
    const struct pith_sem *s = (const struct pith_sem *)(const void *)t->wait;

    RULE(head == t, t, "a thread waits behind one that has to be alone");
    RULE(s->word == K_SEM_ONE, s, "a semaphore's word does not tell of its one waiter");
    RULE(!t->timeout.place, t, "the one waiter of a semaphore has a deadline");
    return 0;
  }
  for (const struct pith_thread *w = head; w; w = after(w, head)) {
    RULE(i++ < MOST_WAITERS, t->wait, "a wait queue does not come round");
    RULE(is_linked(w), w, "a wait queue is cut or not linked both ways");
    RULE(w->wait == t->wait, w, "a waiter does not name the queue it is in");
    RULE(w == head || w->prev->priority <= w->priority, w, "a wait queue is not in the order of priorities");
    found |= w == t;
  }
  RULE(found, t, "a thread is not in the queue it waits in");
  return 0;
}

static int check_waiter(const struct pith_thread *t) {
  const struct pith_mutex *m = t->wait_mutex;

  PASS_ON(check_queue(t));
  RULE(!m || t->wait == &m->waiters, t, "a thread waits for a mutex in another queue than its");
  if (m && !(m->flags & K_MUTEX_GATE && !m->word)) { /* a gate without owner: readers have the lock */
    const struct pith_thread *owner = pith_mutex_owner(m);

    RULE(m->word & K_MUTEX_KNOWN && owner && k_exists(owner), m, "a mutex with waiters has no owner");
    RULE(holds(owner, m), m, "a mutex with waiters is not in its owner's list");
  }
  return 0;
}

static int check_dead(const struct pith_thread *t) {
  RULE(!t->wait && t->blocked == K_BLOCKED && !t->wait_mutex, t, "a dead thread waits");
  RULE(!t->timeout.place, t, "a dead thread has a deadline");
  RULE(!t->held, t, "a dead thread holds mutexes");
  RULE(!t->joiners.head, t, "a dead thread's joiner was not woken");
  return 0;
}

static int check_thread(const struct pith_thread *t) {
  if (t->dead) return check_dead(t);
  PASS_ON(check_place(t));
  RULE(k_stack_is_whole(t), t, "a thread has overflowed its stack");
  PASS_ON(check_mutexes(t));
  if (t->flags & PITH_DORMANT)
    RULE(t->blocked && !t->wait && !t->timeout.place, t, "a dormant thread is not parked");
  if (t->timeout.place) RULE(k_is_blocked(t), t, "a thread that does not wait has a deadline");
  if (t->wait) return check_waiter(t);
  RULE(!t->wait_mutex, t, "a thread that does not wait names a mutex");
  return 0;
}

/* Forgotten, but of the heap and not yet given back: they ended while they ran. */
static int check_graveyard(void) {
  uint32_t n = 0;

  for (const struct pith_thread *t = R->graveyard; t; t = t->next) {
    RULE(n++ < MOST, t, "the graveyard does not end");
    RULE(!k_exists(t) && t->dead && t->flags & K_CREATED, t, "what is buried is no dead thread of the heap");
  }
  return 0;
}

/* ---- the deadlines ---- */

#if PITH_DEADLINE_HEAP
static const struct pith_thread *thread_of(const struct k_timeout *t) {
  return (const struct pith_thread *)(const void *)((const uint8_t *)t -
                                                    offsetof(struct pith_thread, timeout));
}

static bool is_turn(const struct k_timeout *t) {
#if K_HAS_TURNS
  return t == &R->turn;
#else
  (void)t;
  return false;
#endif
}

static int check_deadlines(void) {
  uint32_t timers = 0;

  RULE(R->timeout_count <= K_TIMEOUTS, NULL, "there are more deadlines than places");
  for (uint32_t i = 0; i < R->timeout_count; i++) {
    const struct k_timeout *t = R->timeouts[i];

    RULE(t && t->place == i + 1, t, "a deadline does not know its place");
    RULE(i == 0 || R->timeouts[(i - 1) / 2]->deadline <= t->deadline, t,
         "the heap of deadlines is not in order");
    timers += k_is_timer(t);
    if (t->kind == K_TIMEOUT_THREAD) RULE(k_exists(thread_of(t)), t, "a deadline is of no thread");
    if (t->kind == K_TIMEOUT_SLICE) RULE(t == &R->slice || is_turn(t), t, "a deadline is of a slice that is none");
  }
  RULE(timers == R->timers, NULL, "the timers armed are not as many as are counted");
  for (const struct pith_thread *t = R->all; t; t = t->all) {
    const uint32_t place = t->timeout.place;

    RULE(!place || (place <= R->timeout_count && R->timeouts[place - 1] == &t->timeout), t,
         "a thread's deadline is not where it says");
  }
  return 0;
}
#else
static int check_deadlines(void) {
  for (const struct pith_thread *t = R->all; t; t = t->all)
    RULE(t->timeout.place <= 1, t, "a thread's deadline is not where it says");
  return 0;
}
#endif

/* The block of a header that was overwritten, most likely by who had the block before it. */
static int check_heap(void) {
  int error = heap_check(&R->heap);

  RULE(error != -EFAULT, heap_damage(&R->heap), "the kernel's heap is damaged in front of this block");
  RULE(!error, &R->heap, "the kernel's heap is damaged: its lists");
  return 0;
}

int k_check(void) {
  PASS_ON(check_all());
  PASS_ON(check_ready());
  PASS_ON(check_running());
  for (const struct pith_thread *t = R->all; t; t = t->all) PASS_ON(check_thread(t));
  RULE(k_isr_stack_is_whole(), k_isr_stack, "the interrupt stack has overflowed");
  PASS_ON(check_graveyard());
  PASS_ON(check_deadlines());
  if (R->heap.word) PASS_ON(check_heap());
  k_check_why = NULL;
  k_check_what = NULL;
  return 0;
}

#if PITH_DEBUG_CHECKS
void k_debug_leave(void) {
  static uint32_t entries;

  if (++entries % PITH_DEBUG_CHECKS) return;
  if (k_check()) pith_panic("the kernel's structures are damaged: %p: %s", k_check_what, k_check_why);
}
#endif

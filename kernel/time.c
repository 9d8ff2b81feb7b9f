/* Deadlines: a binary heap, earliest first, of threads' timeouts, timers and the running thread's slice.
 *
 * Arming, disarming and firing are O(log n); timeout.place is the place in the heap + 1. Without PITH_DEADLINE_HEAP
 * there is no heap, place is 1 while armed, and each is O(threads). The clock itself belongs to the architecture
 * (arch.h): the kernel tells it the earliest deadline and it posts R->expiry when that has come. */
#include "kernel.h"

#if PITH_DEADLINE_HEAP
static void place(struct k_timeout *t, uint32_t i) {
  R->timeouts[i] = t;
  t->place = (uint16_t)(i + 1);
}

static void sift_up(struct k_timeout *t, uint32_t i) {
  while (i > 0) {
    uint32_t up = (i - 1) / 2;

    if (R->timeouts[up]->deadline <= t->deadline) break;
    place(R->timeouts[up], i);
    i = up;
  }
  place(t, i);
}

static void sift_down(struct k_timeout *t, uint32_t i) {
  for (;;) {
    uint32_t down = 2 * i + 1;

    if (down >= R->timeout_count) break;
    if (down + 1 < R->timeout_count && R->timeouts[down + 1]->deadline < R->timeouts[down]->deadline) down++;
    if (t->deadline <= R->timeouts[down]->deadline) break;
    place(R->timeouts[down], i);
    i = down;
  }
  place(t, i);
}

static void announce(void) {
  arch_clock_deadline(R->timeout_count ? R->timeouts[0]->deadline : PITH_FOREVER);
}

/* The earliest deadline if it has come. */
static struct k_timeout *due(void) {
  return R->timeout_count && R->timeouts[0]->deadline <= pith_now() ? R->timeouts[0] : NULL;
}

static __attribute__((noinline)) int arm_early(struct k_timeout *t, uint32_t i) {
  sift_up(t, i);
  if (t->place == 1) announce();
  return 0;
}

static inline int arm(struct k_timeout *t, pith_time deadline) {
  uint32_t i = R->timeout_count;

  t->deadline = deadline;
  R->timeout_count = i + 1;
  if (!i || R->timeouts[(i - 1) / 2]->deadline > deadline) return arm_early(t, i);
  place(t, i); /* the usual case, a late one */
  return 0;
}

/* Timers are counted so that they leave a place for each thread. */
int k_timeout_arm(struct k_timeout *t, pith_time deadline) {
  if (k_is_timer(t)) {
    if (R->timers == K_TIMERS) return -EAGAIN;
    R->timers++;
  }
  return arm(t, deadline);
}

int k_timeout_arm_timer(struct k_timeout *t, uint32_t span) {
  if (R->timers == K_TIMERS) return -EAGAIN;
  R->timers++;
  return arm(t, pith_now() + span);
}

/* t is armed. */
static void take_out(struct k_timeout *t) {
  uint32_t i = t->place - 1u;
  struct k_timeout *last = R->timeouts[--R->timeout_count];

  t->place = 0;
  if (k_is_timer(t)) R->timers--;
  if (last != t) {
    if (i > 0 && last->deadline < R->timeouts[(i - 1) / 2]->deadline) sift_up(last, i);
    else sift_down(last, i);
  }
}

void k_timeout_disarm(struct k_timeout *t) {
  bool first = t->place == 1;

  if (t->place) take_out(t);
  if (first) announce();
}
#else
/* Few threads and no timers: the threads are the list, and the first deadline is looked for. That of the slice is
 * PITH_FOREVER while there is none, so one is always found. */
static struct k_timeout *first(void) {
  struct k_timeout *found = &R->slice;

  for (struct pith_thread *t = R->all; t; t = t->all)
    if (t->timeout.place && t->timeout.deadline < found->deadline) found = &t->timeout;
  return found;
}

static void announce(void) { arch_clock_deadline(first()->deadline); }

static struct k_timeout *due(void) {
  struct k_timeout *t = first();

  return t->deadline <= pith_now() ? t : NULL;
}

int k_timeout_arm(struct k_timeout *t, pith_time deadline) {
  t->deadline = deadline;
  t->place = 1;
  announce();
  return 0;
}

int k_timeout_arm_timer(struct k_timeout *t, uint32_t span) {
  (void)t, (void)span;
  return -EAGAIN;
}

static void take_out(struct k_timeout *t) {
  t->place = 0;
  if (PITH_TIME_SLICES) t->deadline = PITH_FOREVER;
}

/* The clock keeps the deadline: when it comes, nothing is due and the next one is announced. */
void k_timeout_disarm(struct k_timeout *t) { take_out(t); }
#endif

#if PITH_PROCESS_SUPPORT
void (*k_domain_due)(struct k_timeout *t);
#endif

/* A sleeper's deadline is success, a waiter's is not. Which deadline is the first now is announced when all that
 * are due have fired. */
static void fire(struct k_timeout *t) {
  take_out(t);
  if (PITH_PROCESS_SUPPORT && t->kind >= K_TIMEOUT_DOMAIN) {
    k_domain_due(t);
  } else if (K_TIMERS && k_is_timer(t)) {
    k_timer_expired((struct pith_timer *)t);
#if K_HAS_TURNS
  } else if (t == &R->turn) {
    k_turn_over();
#endif
  } else if (PITH_TIME_SLICES && t->kind == K_TIMEOUT_SLICE) {
    k_slice_over();
  } else {
    struct pith_thread *thread = (struct pith_thread *)((uint8_t *)t - offsetof(struct pith_thread, timeout));

    k_wake_with(thread, thread->wait || k_waits_on_many(thread) ? -ETIMEDOUT : 0);
  }
}

static void expiry_apply(struct k_post *post, uint32_t n) {
  struct k_timeout *t;

  (void)post;
  (void)n;
  while ((t = due())) fire(t);
#if K_HAS_TURNS
  k_turn_look();
#endif
  announce(); /* the clock has come to its end and waits for the next */
}

void k_time_init(void) {
  R->expiry.apply = expiry_apply;
  if (PITH_TIME_SLICES) R->slice.kind = K_TIMEOUT_SLICE;
#if K_HAS_TURNS
  R->turn.kind = K_TIMEOUT_SLICE;
#endif
  if (!PITH_DEADLINE_HEAP) R->slice.deadline = PITH_FOREVER;
}

/* + 1: the present tick is partly over. */
pith_time pith_deadline(pith_time span) {
  pith_time now;

  if (span <= 0) return PITH_POLL;
  if (span == PITH_FOREVER) return PITH_FOREVER;
  now = pith_now();
  return span >= PITH_FOREVER - now - 1 ? PITH_FOREVER : now + span + 1;
}

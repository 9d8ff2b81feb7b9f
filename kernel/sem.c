/* Semaphores. The word: 0 or below, minus the units; above 0, somebody waits (1: exactly one, parked by
 * the assembly path, without deadline; K_SEM_WAITERS: the queue tells, and may have become empty).
 *
 * While the word is 0 or below, interrupts and threads change it by LDREX/STREX, so the kernel does too.
 * While it is above 0 only the kernel writes it. The sign is this way round so that one branch in
 * pith_sem_give() catches both waiters and overflow.
 *
 * With a limit the word stays above 0 and holds both limit and units, so every give and take comes here. Its queue
 * always tells who waits. */
#include "kernel.h"

/* ---- in the kernel ---- */

static bool change(struct pith_sem *s, int32_t from, int32_t to) {
  return arch_atomic_cas((volatile uint32_t *)&s->word, (uint32_t)from, (uint32_t)to);
}

static bool is_limited(const struct pith_sem *s) { return PITH_SEM_LIMITS && s->word >= K_SEM_LIMITED; }
static uint32_t units(const struct pith_sem *s) { return (uint32_t)s->word & PITH_SEM_LIMIT_MAX; }
static uint32_t limit(const struct pith_sem *s) {
  return (uint32_t)s->word >> K_SEM_LIMIT_SHIFT & PITH_SEM_LIMIT_MAX;
}

/* 0 comes first: of all words it is the most frequent here. */
static bool is_empty(int32_t word) {
  return word == 0 ||
         (word > 0 && !(PITH_SEM_LIMITS && word >= K_SEM_LIMITED && (uint32_t)word & PITH_SEM_LIMIT_MAX));
}

/* The queue is the truth: forget a word that says waiters when there are none. */
static void tidy(struct pith_sem *s) {
  if (s->word > 0 && !s->waiters.head && !is_limited(s)) s->word = 0;
}

bool k_sem_queue(struct pith_sem *s) {
  int32_t word;

  tidy(s);
  do {
    word = s->word;
    if (word > 0) break;
  } while (!change(s, word, word < 0 ? word + 1 : K_SEM_WAITERS));
  if (word < 0) return true;
  if (is_limited(s)) {
    if (!units(s)) return false;
    s->word--;
    return true;
  }
  if (PITH_FAST) { /* the straight paths leave other words, and a queue that is not kept */
    if (!word) s->waiters.head = NULL;
    s->word = K_SEM_WAITERS;
  }
  return false;
}

long k_sem_take(struct pith_sem *s, pith_time deadline) {
  if (PITH_FAST) { /* a poll without a unit leaves the word as it was: the next give need not enter the kernel */
    tidy(s);
    if (is_empty(s->word) && deadline != PITH_FOREVER && deadline <= pith_now()) return -ETIMEDOUT;
  }
  return k_sem_queue(s) ? 0 : k_wait(&s->waiters, deadline);
}

long k_sem_give(struct pith_sem *s, uint32_t n) {
  if (s->word > 0) {
    while (n && k_wake(&s->waiters)) n--;
    tidy(s);
    if (is_limited(s)) {
      uint32_t room = limit(s) - units(s);

      s->word += (int32_t)(n < room ? n : room); /* interrupts may have given more than there is room for */
      return n <= room ? 0 : -EOVERFLOW;
    }
  }
  while (n) {
    int32_t word = s->word;
    uint32_t room = (uint32_t)word + PITH_SEM_MAX;

    if (n > room) return -EOVERFLOW;
    if (change(s, word, (int32_t)((uint32_t)word - n))) break;
  }
  return 0;
}

long k_sem_delete(struct pith_sem *s) {
  if (s->word > 0) k_wake_all(&s->waiters, -EIDRM);
  s->word = is_limited(s) ? s->word - (int32_t)units(s) : 0;
  return 0;
}

/* The assembly's way out of the straight path. */
long k_call_sem_take(struct pith_sem *s) { return k_sem_take(s, PITH_FOREVER); }
long k_call_sem_give(struct pith_sem *s) { return k_sem_give(s, 1); }
#if !PITH_FAST
K_CALL_FROM_OUTSIDE(k_sem_take_call, k_call_sem_take, "sem_take")
K_CALL_FROM_OUTSIDE(k_sem_give_call, k_call_sem_give, "sem_give")
#endif

bool k_sem_is_full(const struct pith_sem *s) {
  return is_limited(s) && !s->waiters.head && units(s) + s->pending >= limit(s);
}

static long sem_take_until(struct pith_sem *s, uint32_t pad, pith_time deadline) {
  (void)pad;
  return k_sem_take(s, deadline);
}
K_CALL(sem_take_until)

static long sem_delete(struct pith_sem *s) { return k_sem_delete(s); }
K_CALL(sem_delete)

/* ---- the caller's side; pith_sem_give() and pith_sem_take() are in arch/ ---- */

int pith_sem_init(struct pith_sem *s, uint32_t n) {
  if (n > PITH_SEM_MAX) return -EINVAL;
  *s = (struct pith_sem){.word = (int32_t)(0u - n)};
  return 0;
}

#if PITH_SEM_LIMITS
int pith_sem_init_limited(struct pith_sem *s, uint32_t n, uint32_t most) {
  if (!most || most > PITH_SEM_LIMIT_MAX || n > most) return -EINVAL;
  *s = (struct pith_sem)PITH_SEM_INIT_LIMITED(n, most);
  return 0;
}
#endif

uint32_t pith_sem_count(const struct pith_sem *s) {
  int32_t word = s->word;

  if (is_limited(s)) return units(s);
  return word < 0 ? 0u - (uint32_t)word : 0;
}

int pith_sem_take_until(struct pith_sem *s, pith_time deadline) {
  int32_t word = s->word;

  if (word < 0 && change(s, word, word + 1)) return 0;
  return (int)K_ENTER_TIME(sem_take_until, s, deadline);
}

int pith_sem_delete(struct pith_sem *s) { return (int)K_ENTER(sem_delete, s, 0, 0, 0); }

int pith_sem_take_for(struct pith_sem *s, pith_time span) {
  return pith_sem_take_until(s, pith_deadline(span));
}

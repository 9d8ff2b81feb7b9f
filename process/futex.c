/* Waiting on words of a process's memory. A word is named by its address, which is the same for everybody: there
 * is one address space, so what works within a process works across shared memory. Relatives by fork() alone have words
 * of their own at the same address: so a word in a process's block is named by the process, too (whose()).
 *
 * futex_wait() and futex_wake() know nothing of a word but its value at the moment of parking. A few queues
 * are shared by all words: a waiter's wait_data says which one it waits on.
 *
 * A lock's word names its owner. While nobody waits it is locked and unlocked without the kernel, which hears of it
 * when somebody has to wait: then a kernel mutex stands for the word as long as there are waiters, and lends
 * the owner their priority. The kernel writes the word when the lock changes hands that way, so the word is
 * always the truth, and the mutex can go with the last waiter.
 *
 * What a word says is an allegation: an owner must be a thread that the memory is shared with. */
#include "calls.h"
#include "internal.h"
#include "held.h"

enum { QUEUES = 8 };

struct lock {
  uint32_t word;               /* its address; 0: not in use */
  const struct process *owner; /* in whose block it is; NULL: in shared memory */
  struct pith_mutex mutex;
};

static struct k_waitq queues[QUEUES];
static struct lock locks[PITH_PROCESS_LOCKS];
static unsigned locks_used; /* so the end of a thread costs no look at them when there are none */

/* ---- waiting ---- */

static struct k_waitq *queue_of(uint32_t word) { return &queues[(word >> 2 ^ word >> 7) % QUEUES]; }

bool futex_has_parked(const struct process_thread *t) {
  return t->thread.wait >= queues && t->thread.wait < queues + QUEUES;
}

static long check(uint32_t word, bool write) {
  const struct k_domain *d = K->current->domain;
  struct uslice s = {word, 4};

  if (word % 4) return -EINVAL;
  return (write ? k_user_writable(d, s) : k_user_readable(d, s)) ? 0 : -EFAULT;
}

/* NULL: shared memory's. */
static const struct process *whose(const struct pith_thread *t, uint32_t word) {
  const struct process *p = process_of(t);

  return word - p->block < p->block_size ? p : NULL;
}

static volatile uint32_t *at(uint32_t word) { return (volatile uint32_t *)(uintptr_t)word; }

/* A word whose address was checked when somebody came to wait may lie under the running thread's stack by now:
 * what is done to a lock there its process has done to itself. */
static bool is_reachable(const struct lock *l) { return !k_is_guarded((struct uslice){l->word, 4}); }

/* Not at home, or shared with relatives. */
static bool is_away(const struct lock *l) {
  return l->owner && l->owner->family && !family_reaches(l->owner, (struct uslice){l->word, 4});
}

/* A word that is not as expected has been found in the assembly, if it is in the process's block. */
long p_call_futex_wait(uint32_t word, uint32_t expected, int64_t us) {
  long error = check(word, false);

  if (!error && *at(word) != expected) error = -EAGAIN;
  if (!error) error = thread_may_wait();
  if (error) return error;
  K->current->wait_data = (void *)(uintptr_t)word;
  return k_wait(queue_of(word), process_deadline(us));
}

long p_call_futex_wake(uint32_t word, uint32_t n) {
  struct k_waitq *q = queue_of(word);
  struct pith_thread *t = q->head;
  long error = check(word, false), woken = 0;
  const struct process *p = whose(K->current, word);

  if (error) return error;
  while (t && (uint32_t)woken < n) {
    struct pith_thread *next = t->next == q->head ? NULL : t->next;

    if (K_WORD(t->wait_data) == word && whose(t, word) == p) {
      k_wake_with(t, 0);
      woken++;
    }
    t = next;
  }
  return woken;
}

/* ---- locks ---- */

static struct lock *find(uint32_t word, const struct process *owner) {
  for (int i = 0; i < PITH_PROCESS_LOCKS; i++)
    if (locks[i].word == word && locks[i].owner == owner) return &locks[i];
  return NULL;
}

static uint32_t tid_of(const struct pith_thread *t) { return t->tid; }

/* Nobody waits for it any more: the word alone will do. */
static void drop(struct lock *l) {
  struct pith_thread *owner = pith_mutex_owner(&l->mutex);

  if (owner && l->mutex.word & K_MUTEX_KNOWN) {
    k_mutex_let_go(&l->mutex, owner);
    k_mutex_inherit(owner);
  }
  l->word = 0;
  l->owner = NULL;
  locks_used--;
}

static struct lock *new_lock(uint32_t word, const struct process *owner) {
  struct lock *l = find(0, NULL);

  for (int i = 0; !l && i < PITH_PROCESS_LOCKS; i++) {
    if (locks[i].mutex.waiters.head) continue;
    drop(&locks[i]); /* its last waiter gave up */
    l = &locks[i];
  }
  if (!l) return NULL;
  pith_mutex_init(&l->mutex, 0);
  l->word = word;
  l->owner = owner;
  locks_used++;
  return l;
}

/* The living thread that `word`, at an address of the caller's, says is its owner. */
static struct pith_thread *owner_of(uint32_t word, uint32_t value) {
  uint32_t tid = value & PITH_FUTEX_OWNER, i = (tid & 0xFF) - 1;
  struct process_thread *t = &process_threads[i];

  if (!(tid & 0xFF) || i >= PITH_PROCESS_THREADS || t->thread.tid != tid || !k_is_alive(&t->thread)) return NULL;
  if (whose(K->current, word)) return t->thread.domain == K->current->domain ? &t->thread : NULL;
  return k_user_writable(t->thread.domain, (struct uslice){word, 4}) ? &t->thread : NULL;
}

/* The owner after a change of hands, or of waiters. */
static void write_word(struct lock *l) {
  struct pith_thread *owner = pith_mutex_owner(&l->mutex);

  if (is_away(l)) return; /* the lock stays, and tells more than the word */
  if (is_reachable(l))
    *at(l->word) = owner ? tid_of(owner) | (l->mutex.waiters.head ? PITH_FUTEX_WAITERS : 0) : 0;
  if (!l->mutex.waiters.head) drop(l);
}

long p_call_futex_lock(uint32_t word, uint32_t pad, int64_t us) {
  uint32_t value, self = K->current->tid;
  const struct process *p = whose(K->current, word);
  struct pith_thread *owner;
  struct lock *l;
  long result = check(word, true);

  (void)pad;
  if (result) return result;
  value = *at(word);
  l = find(word, p);
  owner = l ? pith_mutex_owner(&l->mutex) : owner_of(word, value);
  if (owner == K->current) return -EDEADLK;
  if (!owner) {
    if (l) drop(l);
    *at(word) = self;
    return value & PITH_FUTEX_OWNER ? -EOWNERDEAD : 0;
  }
  if (!l) {
    l = new_lock(word, p);
    if (!l) return -EAGAIN;
    k_mutex_hold(&l->mutex, owner);
  }
  *at(word) = tid_of(owner) | PITH_FUTEX_WAITERS;
  return k_mutex_lock(&l->mutex, false, process_deadline(us));
}

long p_call_futex_unlock(uint32_t word) {
  struct lock *l;
  long result = check(word, true);

  if (result) return result;
  l = find(word, whose(K->current, word));
  if (l) {
    result = k_mutex_unlock(&l->mutex);
    if (!result) write_word(l);
    signal_recheck();
    return result;
  }
  if ((*at(word) & PITH_FUTEX_OWNER) != K->current->tid) return -EPERM;
  *at(word) = 0;
  return 0;
}

/* The kernel has passed on what t held. */
void futex_thread_ended(struct pith_thread *t) {
  (void)t;
  for (int i = 0; locks_used && i < PITH_PROCESS_LOCKS; i++) {
    struct lock *l = &locks[i];
    struct pith_thread *owner = l->word ? pith_mutex_owner(&l->mutex) : NULL;

    if (!owner || !is_reachable(l) || is_away(l)) continue;
    if (tid_of(owner) != (*at(l->word) & PITH_FUTEX_OWNER)) write_word(l);
  }
}

void futex_forget(const struct process *p, uint32_t base, uint32_t size) {
  for (int i = 0; locks_used && i < PITH_PROCESS_LOCKS; i++) {
    if (!locks[i].word || locks[i].word - base >= size) continue;
    if (p && locks[i].owner != p) continue;
    k_mutex_delete(&locks[i].mutex);
    locks[i].word = 0;
    locks[i].owner = NULL;
    locks_used--;
  }
}

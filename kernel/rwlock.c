/* Reader-writer locks. The word: 0 free; a thread's address, the writer; bit 1 and four times their
 * number, readers. Bit 0: ask the kernel, because somebody waits or the last writer has died. While bit 0
 * is clear, threads change the word by LDREX/STREX; the kernel may write it plainly, since interrupts
 * never touch it.
 *
 * The gate is a mutex that nobody locks: it lends the writer what a mutex's owner gets. All waiters stand
 * in its queue with wait_mutex set to it; while there is a writer and bit 0 is set, the writer holds it.
 * So inheritance, chains of owners and the death of the writer are mutex.c's. What is left for here: a
 * waiter that goes while readers have the lock may have been the writer that kept other readers waiting.
 *
 * wait_data says what a waiter wants: NULL to read, anything else to write. */
#include "held.h"

#if PITH_MUTEX_OPTIONS
enum { ASK = 1, READERS = 2, READER = 4 };

static struct pith_thread *writer_of(uint32_t word) {
  return word & READERS ? NULL : (struct pith_thread *)(uintptr_t)(word & ~(uint32_t)ASK);
}

/* ---- in the kernel ---- */

static void set(struct pith_rwlock *rw, uint32_t word) {
  rw->word = word | (rw->gate.waiters.head || rw->gate.flags & K_MUTEX_INCONSISTENT ? ASK : 0);
}

/* Once: the lock call that gets it says that the last writer has died. */
static long news(struct pith_rwlock *rw) {
  if (!(rw->gate.flags & K_MUTEX_INCONSISTENT)) return 0;
  rw->gate.flags &= (uint8_t)~K_MUTEX_INCONSISTENT;
  return -EOWNERDEAD;
}

static void make_writer(struct pith_rwlock *rw, struct pith_thread *t) {
  set(rw, K_WORD(t));
  if (rw->word & ASK) k_mutex_hold(&rw->gate, t); /* who waits is no more urgent: nothing to inherit yet */
}

/* Lets in the readers ahead of the first writer. The first of them hears the news. */
static uint32_t admit(struct pith_rwlock *rw) {
  struct k_waitq *q = &rw->gate.waiters;
  uint32_t readers = 0;

  while (q->head && !q->head->wait_data) {
    struct pith_thread *t = k_wake(q);
    long result = news(rw);

    if (result) k_set_result(t, result);
    readers += READER;
  }
  return readers;
}

/* It is nobody's: whose is it now? */
static void pass_on(struct pith_rwlock *rw) {
  struct pith_thread *t = rw->gate.waiters.head;
  long result;

  rw->gate.word = 0;
  if (!t) {
    set(rw, 0);
  } else if (!t->wait_data) {
    uint32_t readers = admit(rw);

    set(rw, readers | READERS);
  } else {
    k_wake(&rw->gate.waiters);
    result = news(rw);
    make_writer(rw, t);
    if (result) k_set_result(t, result);
  }
}

/* From mutex.c. The writer has ended, and the gate is not in its list any more; or a waiter has gone while
 * the lock was not a writer's. */
void k_rwlock_changed(struct pith_rwlock *rw) {
  if (writer_of(rw->word)) pass_on(rw);
  else if (rw->word & READERS) set(rw, (rw->word & ~(uint32_t)ASK) + admit(rw));
}

static long wait_for_it(struct pith_rwlock *rw, pith_time deadline, void *wish) {
  struct pith_thread *t = K->current, *writer = writer_of(rw->word);
  long result = k_wait(&rw->gate.waiters, deadline);

  if (result) return result;
  t->wait_data = wish;
  t->wait_mutex = &rw->gate;
  if (writer && !(rw->word & ASK)) k_mutex_hold(&rw->gate, writer);
  rw->word |= ASK;
  k_mutex_inherit(writer);
  return 0;
}

/* The writer may have ended unnoticed: then the word was its address alone. */
static long look(struct pith_rwlock *rw) {
  struct pith_thread *writer = writer_of(rw->word);

  if (writer == K->current) return -EDEADLK;
  if (writer && !k_is_alive(writer)) {
    rw->gate.flags |= K_MUTEX_INCONSISTENT;
    set(rw, 0);
  }
  return 0;
}

static bool writer_is_ahead(const struct pith_rwlock *rw, unsigned priority) {
  const struct pith_thread *head = rw->gate.waiters.head, *t = head;

  while (t && t->priority <= priority) {
    if (t->wait_data) return true;
    t = t->next == head ? NULL : t->next;
  }
  return false;
}

static long rwlock_read_lock(struct pith_rwlock *rw, uint32_t pad, pith_time deadline) {
  long result = look(rw);

  (void)pad;
  if (result) return result;
  if (writer_of(rw->word) || writer_is_ahead(rw, K->current->priority))
    return wait_for_it(rw, deadline, NULL);
  result = news(rw);
  set(rw, ((rw->word & ~(uint32_t)ASK) | READERS) + READER);
  return result;
}
K_CALL(rwlock_read_lock)

static long rwlock_write_lock(struct pith_rwlock *rw, uint32_t pad, pith_time deadline) {
  long result = look(rw);

  (void)pad;
  if (result) return result;
  if (rw->word & ~(uint32_t)ASK) return wait_for_it(rw, deadline, rw);
  result = news(rw);
  make_writer(rw, K->current);
  return result;
}
K_CALL(rwlock_write_lock)

static long rwlock_unlock(struct pith_rwlock *rw) {
  struct pith_thread *t = K->current, *writer = writer_of(rw->word);
  uint32_t readers = rw->word & ~(uint32_t)(ASK | READERS);

  if (rw->word & READERS) {
    if (readers == READER) pass_on(rw);
    else rw->word -= READER;
    return 0;
  }
  if (writer != t) return -EPERM;
  if (rw->word & ASK) k_mutex_let_go(&rw->gate, t);
  pass_on(rw);
  k_mutex_inherit(t);
  return 0;
}
K_CALL(rwlock_unlock)

static long rwlock_delete(struct pith_rwlock *rw) {
  struct pith_thread *writer = rw->word & ASK ? writer_of(rw->word) : NULL;

  if (writer) k_mutex_let_go(&rw->gate, writer);
  rw->gate.word = rw->word = 0;
  rw->gate.flags = K_MUTEX_GATE;
  k_wake_all(&rw->gate.waiters, -EIDRM); /* the lock is nobody's any more: as they go, nobody is let in */
  if (writer) k_mutex_inherit(writer);
  return 0;
}
K_CALL(rwlock_delete)

/* ---- the caller's side ---- */

void pith_rwlock_init(struct pith_rwlock *rw) { *rw = (struct pith_rwlock)PITH_RWLOCK_INIT; }

int pith_rwlock_read_lock_until(struct pith_rwlock *rw, pith_time deadline) {
  for (;;) {
    uint32_t word = rw->word;

    if (word && (word & (ASK | READERS)) != READERS) return (int)K_ENTER_TIME(rwlock_read_lock, rw, deadline);
    if (arch_atomic_cas(&rw->word, word, (word | READERS) + READER)) return 0;
  }
}

int pith_rwlock_write_lock_until(struct pith_rwlock *rw, pith_time deadline) {
  if (arch_atomic_cas(&rw->word, 0, K_WORD(pith_self()))) return 0;
  return (int)K_ENTER_TIME(rwlock_write_lock, rw, deadline);
}

int pith_rwlock_unlock(struct pith_rwlock *rw) {
  uint32_t self = K_WORD(pith_self());

  for (;;) {
    uint32_t word = rw->word, next;

    if (word == self || word == (READERS | READER)) next = 0;
    else if ((word & (ASK | READERS)) == READERS) next = word - READER;
    else return (int)K_ENTER(rwlock_unlock, rw, 0, 0, 0);
    if (arch_atomic_cas(&rw->word, word, next)) return 0;
  }
}

int pith_rwlock_delete(struct pith_rwlock *rw) { return (int)K_ENTER(rwlock_delete, rw, 0, 0, 0); }

int pith_rwlock_read_lock(struct pith_rwlock *rw) { return pith_rwlock_read_lock_until(rw, PITH_FOREVER); }

int pith_rwlock_read_lock_for(struct pith_rwlock *rw, pith_time span) {
  return pith_rwlock_read_lock_until(rw, pith_deadline(span));
}

int pith_rwlock_write_lock(struct pith_rwlock *rw) { return pith_rwlock_write_lock_until(rw, PITH_FOREVER); }

int pith_rwlock_write_lock_for(struct pith_rwlock *rw, pith_time span) {
  return pith_rwlock_write_lock_until(rw, pith_deadline(span));
}
#endif /* PITH_MUTEX_OPTIONS */

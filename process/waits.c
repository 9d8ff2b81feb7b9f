/* What a thread of a process waits for, as far as its queue tells. */
#include "files.h"
#include "object.h"

#if PITH_FILES
static bool lies_in(const void *at, const void *table, size_t size) {
  return (uintptr_t)at - (uintptr_t)table < size;
}

static const char *word_for(const struct process_thread *t) {
  const struct k_waitq *q = t->thread.wait;

  if (!k_is_blocked(&t->thread)) return "-";
  if (service_has_parked(t)) return "service";
  if (family_has_parked(t)) return "memory";
  if (futex_has_parked(t)) return "lock";
  if (signal_has_parked(t)) return "signal";
  if (!q) return "time";
  if (q == &process_of(&t->thread)->waiting) return "child";
  if (q == &vfs_poll.waiters) return "poll";
  if (lies_in(q, process_threads, sizeof process_threads)) return "thread";
  return lies_in(q, process_objects, sizeof process_objects) ? "object" : "file";
}

const char *process_waits(const struct process *p) {
  for (int i = 0; i < PITH_PROCESS_THREADS; i++) {
    const struct process_thread *t = &process_threads[i];

    if (k_exists(&t->thread) && process_of(&t->thread) == p) return p->stopped ? "going-on" : word_for(t);
  }
  return "-";
}
#endif

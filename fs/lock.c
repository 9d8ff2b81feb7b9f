/* What waits waits on one queue, is woken by whatever sets or takes away a lock, and looks again. That its wait would never
 * end is seen by the wishes: what waiting threads wait for. A wish counts only while its thread is in the queue, so
 * nobody has to take it back. */
#include "lock.h"
#include "pith/monitor.h"
#include "pith/thread.h"

#if PITH_FILES && PITH_FILE_LOCKS
unsigned lock_count;

struct lock {
  const void *node;
  uint32_t first, last;
  int32_t owner; /* a process; < 0: ~ the open file's place */
  uint32_t type; /* PITH_F_RDLCK, PITH_F_WRLCK; 0: free */
};

enum { N = PITH_FILE_LOCKS, WISHES = 8 };
static struct lock locks[N];
static struct wish {
  const struct pith_thread *thread;
  struct lock lock;
} wishes[WISHES];
static struct pith_waker changed;

void lock_init(void) { pith_waker_init(&changed); }

static void wake(void) {
  if (changed.waiters.head) pith_wake(&changed);
}

static void give_up(struct lock *l) {
  l->type = 0;
  lock_count--;
}

/* There is room: the caller has counted. */
static void add(struct lock l) {
  int i = 0;

  while (locks[i].type) i++;
  locks[i] = l;
  lock_count++;
}

static bool same(const struct lock *a, const struct lock *b) {
  return a->node == b->node && a->owner == b->owner;
}

static bool overlap(const struct lock *a, const struct lock *b) {
  return a->first <= b->last && b->first <= a->last;
}

static bool adjoin(const struct lock *a, const struct lock *b) {
  return (a->last == UINT32_MAX || b->first <= a->last + 1) &&
         (b->last == UINT32_MAX || a->first <= b->last + 1);
}

/* Locks of processes and of open files do not see each other. */
static bool in_the_way(const struct lock *have, const struct lock *want) {
  return have->type && have->node == want->node && have->owner != want->owner &&
         (have->owner < 0) == (want->owner < 0) && overlap(have, want) &&
         (have->type == PITH_F_WRLCK || want->type == PITH_F_WRLCK);
}

static const struct lock *obstacle(const struct lock *want) {
  const struct lock *first = NULL;

  for (int i = 0; i < N; i++)
    if (in_the_way(&locks[i], want) && (!first || locks[i].first < first->first)) first = &locks[i];
  return first;
}

/* Makes *want one with what its owner has of the same type at its ends. */
static void join(struct lock *want) {
  struct lock whole = *want;

  for (int i = 0; i < N; i++) {
    if (locks[i].type != want->type || !same(&locks[i], want) || !adjoin(&locks[i], want)) continue;
    if (locks[i].first < whole.first) whole.first = locks[i].first;
    if (locks[i].last > whole.last) whole.last = locks[i].last;
  }
  *want = whole;
}

/* By how many the table grows. */
static int growth(const struct lock *want) {
  int more = want->type != PITH_F_UNLCK;

  for (int i = 0; i < N; i++) {
    if (!locks[i].type || !same(&locks[i], want) || !overlap(&locks[i], want)) continue;
    more += (locks[i].first < want->first) + (locks[i].last > want->last) - 1;
  }
  return more;
}

/* Only a lock that has *want within it leaves two pieces, and then no other overlaps: there is room all the time. */
static void replace(const struct lock *want) {
  for (int i = 0; i < N; i++) {
    struct lock old = locks[i];

    if (!old.type || !same(&old, want) || !overlap(&old, want)) continue;
    give_up(&locks[i]);
    if (old.first < want->first)
      add((struct lock){old.node, old.first, want->first - 1, old.owner, old.type});
    if (old.last > want->last) add((struct lock){old.node, want->last + 1, old.last, old.owner, old.type});
  }
  if (want->type != PITH_F_UNLCK) add(*want);
}

/* ---- waiting ---- */

static bool waits(const struct wish *w) { return w->thread && w->thread->wait == &changed.waiters; }

/* The wishes of those who are in the way, a bit each. */
static uint32_t wishes_before(const struct lock *want) {
  uint32_t found = 0;

  for (int i = 0; i < N; i++) {
    if (!in_the_way(&locks[i], want)) continue;
    for (int j = 0; j < WISHES; j++)
      if (wishes[j].lock.owner == locks[i].owner && waits(&wishes[j])) found |= 1u << j;
  }
  return found;
}

static bool owner_is_before(int32_t owner, const struct lock *want) {
  for (int i = 0; i < N; i++)
    if (locks[i].owner == owner && in_the_way(&locks[i], want)) return true;
  return false;
}

/* Whoever is in the way of *want waits himself, and so on, until that is for its owner. */
static bool in_a_ring(const struct lock *want) {
  uint32_t seen = wishes_before(want), followed = 0;

  for (int j = 0; j < WISHES; j++) {
    if (!((seen & ~followed) >> j & 1)) continue;
    if (owner_is_before(want->owner, &wishes[j].lock)) return true;
    followed |= 1u << j;
    seen |= wishes_before(&wishes[j].lock);
    j = -1; /* from the start */
  }
  return false;
}

/* Without room for its wish it waits all the same. */
static long wait(const struct lock *want, const struct pith_thread *caller) {
  struct wish *to = NULL;

  if (want->owner >= 0 && in_a_ring(want)) return -EDEADLK;
  for (int j = 0; j < WISHES; j++)
    if (!waits(&wishes[j])) to = &wishes[j];
  if (to) *to = (struct wish){caller, *want};
  return pith_monitor_wait(&changed);
}

static long set(struct lock want, const struct pith_thread *caller, bool waiting) {
  if (want.type != PITH_F_UNLCK && obstacle(&want)) return waiting ? wait(&want, caller) : -EAGAIN;
  join(&want);
  if ((int)lock_count + growth(&want) > N) return -ENOLCK;
  replace(&want);
  wake();
  return 0;
}

/* ---- calls ---- */

static long tell(const struct lock *want, struct pith_lock *l) {
  const struct lock *o = obstacle(want);

  l->type = PITH_F_UNLCK;
  if (!o) return 0;
  *l = (struct pith_lock){.type = o->type, .start = o->first, .pid = o->owner};
  if (o->last != UINT32_MAX) l->length = o->last - o->first + 1;
  return 0;
}

long lock_range(struct file *f, int32_t owner, const struct pith_thread *caller, uint32_t command,
                struct pith_lock *l) {
  const uint32_t access = f->flags & PITH_O_ACCMODE;
  struct lock want = {f->node, l->start, UINT32_MAX, owner, l->type};

  if (!f->node || l->type < PITH_F_RDLCK || l->type > PITH_F_UNLCK) return -EINVAL;
  if (l->length && l->length - 1 > UINT32_MAX - l->start) return -EINVAL;
  if (l->length) want.last = l->start + (l->length - 1);
  if (command == PITH_F_GETLK) return l->type == PITH_F_UNLCK ? -EINVAL : tell(&want, l);
  if (l->type == PITH_F_RDLCK && access == PITH_O_WRONLY) return -EBADF;
  if (l->type == PITH_F_WRLCK && access == PITH_O_RDONLY) return -EBADF;
  return set(want, caller, command == PITH_F_SETLKW);
}

static int32_t owner_of(const struct file *f) { return ~(int32_t)(f - vfs_files); }

long lock_whole(struct file *f, const struct pith_thread *caller, uint32_t operation) {
  struct lock want = {f->node, 0, UINT32_MAX, owner_of(f), 0};

  switch (operation & ~PITH_LOCK_NB) {
  case PITH_LOCK_SH: want.type = PITH_F_RDLCK; break;
  case PITH_LOCK_EX: want.type = PITH_F_WRLCK; break;
  case PITH_LOCK_UN: want.type = PITH_F_UNLCK; break;
  default: return -EINVAL;
  }
  return f->node ? set(want, caller, !(operation & PITH_LOCK_NB)) : -EINVAL;
}

void lock_closed(const struct file *f, int32_t owner) {
  unsigned before = lock_count;

  for (int i = 0; i < N; i++)
    if (locks[i].type && locks[i].node == f->node && locks[i].owner == owner) give_up(&locks[i]);
  if (lock_count != before) wake();
}

void lock_ended(int32_t owner) {
  unsigned before = lock_count;

  for (int i = 0; i < N; i++)
    if (locks[i].type && locks[i].owner == owner) give_up(&locks[i]);
  if (lock_count != before) wake();
}

void lock_released(const struct file *f) { lock_closed(f, owner_of(f)); }
#endif

/* Priority inheritance: any threads lock, unlock, give up, die and change priority, in any order.
 *
 * One step is one call, since the kernel overlaps nothing and the straight paths are one LDREX/STREX. Any thread
 * that is not blocked may be the one that runs. What stands for what:
 *   insert, drop        kernel/wait.c k_waitq_insert(), k_waitq_remove(): the most urgent first, FIFO among equals
 *   unpark              kernel/wait.c unpark(), also of a thread that is deleted: k_abandon_wait()
 *   wanted, inherit     kernel/mutex.c wanted_priority(), k_mutex_inherit()
 *   give                kernel/mutex.c take() by pass_on()
 *   the cases of do     arch/armv7m/fast.S lock and unlock of a mutex the kernel does not know; k_mutex_lock(),
 *                       k_mutex_unlock(), k_mutex_delete(), k_mutex_owner_died(); kernel/thread.c thread_set_priority()
 *   known[m]            bit 0 of the word; m is then in its owner's list
 *
 * After each step: the effective priority of each thread that is not in a deadlock is the most urgent of its own,
 * of those who wait for what it holds, transitively, and of the ceilings of what it holds; so nobody is boosted
 * who holds nothing, and nobody is forgotten. In a deadlock, whose members do not run, a boost may keep itself up
 * until it is broken: there it is at least as urgent as that.
 *
 *   -DCEILING           mutex 0 has a ceiling
 * Mutants that must be found wanting:
 *   -DONE_STEP          inheritance does not go on along the chain
 *   -DFORGET_LEFT       the owner is not told when a waiter gives up
 *   -DKEEP              an unlock leaves the priority as it is
 *   -DNO_REQUEUE        a waiter whose priority changes keeps its place in the queue
 *   -DUNBLOCK_EARLY     who gives up does not count as blocked while the owners hear of it */

#ifndef THREADS
#define THREADS 4
#endif
#ifndef MUTEXES
#define MUTEXES 2
#endif
#ifndef PRIORITIES
#define PRIORITIES 3 /* 0 the most urgent */
#endif
#define NONE 15

byte base[THREADS], prio[THREADS], waits[THREADS];
bool dead[THREADS], listed[THREADS]; /* in a ready list; dead ones count as such */
byte owner[MUTEXES], length[MUTEXES], queue[MUTEXES * THREADS];
bool known[MUTEXES];

/* Scratch: 0 between the steps. */
byte i, k, x, w, best, should[THREADS];
bool cyclic;

byte moving = NONE; /* out of its queue, in no ready list yet */

#define blocked(t) (waits[t] != NONE || moving == t)
#define AT(m, n) queue[(m) * THREADS + (n)]

inline insert(m, t) {
  i = length[m];
  do
  :: i > 0 && prio[t] < prio[AT(m, i - 1)] -> AT(m, i) = AT(m, i - 1); i--
  :: else -> break
  od;
  AT(m, i) = t;
  length[m]++
}

inline drop(m, t) {
  i = 0;
  do :: AT(m, i) != t -> i++ :: else -> break od;
  length[m]--;
  do :: i < length[m] -> AT(m, i) = AT(m, i + 1); i++ :: else -> break od;
  AT(m, i) = 0
}

#ifdef CEILING
#define CEILING_OF(m) (m == 0 -> 1 : PRIORITIES)
#else
#define CEILING_OF(m) PRIORITIES
#endif

/* To `best`. */
inline wanted(t) {
  best = base[t];
  k = 0;
  do
  :: k < MUTEXES ->
    if
    :: known[k] && owner[k] == t && length[k] && prio[AT(k, 0)] < best -> best = prio[AT(k, 0)]
    :: else -> skip
    fi;
    if
    :: known[k] && owner[k] == t && CEILING_OF(k) < best -> best = CEILING_OF(k)
    :: else -> skip
    fi;
    k++
  :: else -> break
  od
}

/* Two ways: a thread that is blocked changes its place in its queue, if it is in one; any other in its ready list. */
inline reprioritize(t, p) {
  w = waits[t];
  if
  :: blocked(t) && w != NONE ->
#ifdef NO_REQUEUE
    prio[t] = p
#else
    drop(w, t); prio[t] = p; insert(w, t)
#endif
  :: else -> assert(blocked(t) || listed[t]); prio[t] = p
  fi
}

inline inherit(t) {
  x = t;
  do
  :: x == NONE -> break
  :: else ->
    wanted(x);
    if
    :: best == prio[x] -> break
    :: else -> skip
    fi;
    reprioritize(x, best);
#ifdef ONE_STEP
    break;
#endif
    x = (waits[x] == NONE -> NONE : owner[waits[x]])
  od
}

/* t gives up: deadline, cancel, death. Until the owners have heard of it it counts as blocked: in a deadlock it is one
 * of them, and in no list. */
inline unpark(t) {
  y = waits[t];
  drop(y, t);
  waits[t] = NONE;
#ifndef UNBLOCK_EARLY
  moving = t;
#endif
#ifndef FORGET_LEFT
  inherit(owner[y]);
#endif
  moving = NONE;
  listed[t] = true
}

/* m goes to its most urgent waiter, or is free. */
inline pass_on(m) {
  known[m] = false;
  owner[m] = NONE;
  if
  :: length[m] ->
    z = AT(m, 0);
    drop(m, z);
    waits[z] = NONE;
    listed[z] = true;
    owner[m] = z;
    known[m] = length[m] || CEILING_OF(m) < PRIORITIES;
    inherit(z)
  :: else -> skip
  fi;
  z = 0
}

/* What each priority should be, from the own priorities alone; and who waits in a circle. */
inline check() {
  i = 0;
  do
  :: i < THREADS -> should[i] = base[i]; i++
  :: else -> break
  od;
  k = 0;
  do
  :: k < MUTEXES ->
    if
    :: owner[k] != NONE && CEILING_OF(k) < should[owner[k]] && !dead[owner[k]] -> should[owner[k]] = CEILING_OF(k)
    :: else -> skip
    fi;
    assert(known[k] || !length[k]);
    k++
  :: else -> break
  od;
  k = 0;
  do
  :: k < THREADS ->
    i = 0;
    do
    :: i < THREADS ->
      if
      :: waits[i] != NONE && should[i] < should[owner[waits[i]]] -> should[owner[waits[i]]] = should[i]
      :: else -> skip
      fi;
      i++
    :: else -> break
    od;
    k++
  :: else -> break
  od;
  i = 0;
  do
  :: i < THREADS ->
    x = i;
    cyclic = false;
    k = 0;
    do
    :: k < THREADS && waits[x] != NONE ->
      x = owner[waits[x]];
      if :: x == i -> cyclic = true; break :: else -> k++ fi
    :: else -> break
    od;
    assert(dead[i] || prio[i] == should[i] || (cyclic && prio[i] < should[i]));
    assert(listed[i] == (waits[i] == NONE) && !(dead[i] && waits[i] != NONE));
    i++
  :: else -> break
  od;
  i = 0;
  do
  :: i < THREADS -> should[i] = 0; i++
  :: else -> break
  od;
  i = 0; k = 0; x = 0; w = 0; best = 0; cyclic = false
}

#define CHOOSE(n, most) n = 0; do :: n < most - 1 -> n++ :: break od
#define RUNS(t) (waits[t] == NONE && !dead[t])

active proctype world() {
  byte t, m, p, y, z;

  d_step {
    t = 0;
    do
    :: t < THREADS -> base[t] = t % PRIORITIES; prio[t] = base[t]; waits[t] = NONE; listed[t] = true; t++
    :: else -> break
    od;
    do
    :: m < MUTEXES -> owner[m] = NONE; m++
    :: else -> break
    od;
    t = 0; m = 0
  };
again:
  do
  :: atomic { /* lock */
      CHOOSE(t, THREADS);
      CHOOSE(m, MUTEXES);
      if :: !(RUNS(t) && owner[m] != t && base[t] >= (CEILING_OF(m) < PRIORITIES -> CEILING_OF(m) : 0)) -> goto none :: else fi;
      d_step {
        if
        :: owner[m] != NONE && dead[owner[m]] -> owner[m] = NONE; known[m] = false
        :: else -> skip
        fi;
        if
        :: owner[m] == NONE ->
          owner[m] = t;
          known[m] = CEILING_OF(m) < PRIORITIES;
          if :: known[m] -> inherit(t) :: else -> skip fi
        :: else ->
          insert(m, t);
          known[m] = true;
          waits[t] = m;
          listed[t] = false;
          inherit(owner[m])
        fi;
        check();
        t = 0; m = 0; y = 0
      }
    }
  :: atomic { /* unlock */
      CHOOSE(m, MUTEXES);
      if :: !(owner[m] != NONE && RUNS(owner[m])) -> goto none :: else fi;
      d_step {
        t = owner[m];
        pass_on(m);
#ifndef KEEP
        inherit(t);
#endif
        check();
        t = 0; m = 0; y = 0
      }
    }
  :: atomic { /* deadline, cancel */
      CHOOSE(t, THREADS);
      if :: !(waits[t] != NONE) -> goto none :: else fi;
      d_step { unpark(t); check(); t = 0; y = 0 }
    }
  :: atomic { /* another priority of its own */
      CHOOSE(t, THREADS);
      CHOOSE(p, PRIORITIES);
      if :: !(!dead[t] && base[t] != p) -> goto none :: else fi;
      d_step { base[t] = p; inherit(t); check(); t = 0; p = 0 }
    }
#ifndef IMMORTAL
  :: atomic { /* death, wherever it is; what the kernel knows of passes on, the rest goes on naming it */
      CHOOSE(t, THREADS);
      if :: !(!dead[t]) -> goto none :: else fi;
      d_step {
        if :: waits[t] != NONE -> unpark(t) :: else -> skip fi;
        dead[t] = true;
        do
        :: m < MUTEXES ->
          if
          :: known[m] && owner[m] == t -> pass_on(m)
          :: else -> skip
          fi;
          m++
        :: else -> break
        od;
        base[t] = 0; prio[t] = 0;
        check();
        t = 0; m = 0; y = 0
      }
    }
  :: atomic { /* a new thread in the same memory, once nothing names the old one any more */
      CHOOSE(t, THREADS);
      if :: !dead[t] -> goto none :: else fi;
      d_step {
        do
        :: m < MUTEXES -> if :: owner[m] == t -> p = 1 :: else -> skip fi; m++
        :: else -> break
        od;
        if :: p == 0 -> dead[t] = false; base[t] = t % PRIORITIES; prio[t] = base[t] :: else -> skip fi;
        check();
        t = 0; m = 0; p = 0
      }
    }
  :: atomic { /* the mutex is deleted: every waiter goes, each as if it gave up, and it is free */
      CHOOSE(m, MUTEXES);
      d_step {
        t = (known[m] -> owner[m] : NONE);
        known[m] = false;
        owner[m] = NONE;
        do
        :: length[m] -> z = AT(m, 0); drop(m, z); waits[z] = NONE; listed[z] = true
        :: else -> break
        od;
        if :: t != NONE -> inherit(t) :: else -> skip fi;
        check();
        t = 0; m = 0; z = 0
      }
    }
#endif
  od;
none: /* what was chosen cannot happen now */
  atomic { t = 0; m = 0; p = 0; goto again }
}

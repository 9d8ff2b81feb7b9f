/* The list of posts, one instruction at a time: interrupts of three nested priorities post, PendSV applies.
 *
 * What stands for what:
 *   post()             arch/armv7m/fast.S pith_sem_give, labels 5 to 7; kernel/post.c k_post() with
 *                      arch_atomic_add() and arch_list_push(): count, publish the node, then link it
 *   pendsv             arch/armv7m/switch.S PendSV_Handler: the swap of the list, and the straight path for a
 *                      node alone; else kernel/post.c k_posts(): turn the list round, then apply() each
 *   take()             the swap of a node's count to 0, in both
 *   level              the active exception: 0 a thread, 1 PendSV, 2 to 4 the interrupts. A process moves only
 *                      at its own level: a more urgent one comes at any instruction and ends before the other goes on
 *   monitor            the exclusive monitor: LDREX opens it, STREX needs it open, every exception closes it
 *
 * Interrupts come for ever and post a node of their choice, up to MOST times before it is applied. Whenever all is
 * quiet, nothing is owed: what was applied is what was posted, nothing lost, nothing twice; the list is empty. No node
 * is ever pushed while it is in the list.
 *
 * Mutants that must be found wanting:
 *   -DNEXT_LATE      next is read after pending has become 0
 *   -DPLAIN_PUSH     a node is pushed by LDR and STR
 *   -DPLAIN_COUNT    a post is counted by LDR and STR
 *   -DPLAIN_SWAP     PendSV takes the list by LDR and STR
 *   -DPLAIN_TAKE     PendSV takes a count by LDR and STR
 *   -DTHREAD_POSTS   a thread posts too: PendSV may run between its publishing and its linking */

#ifndef NODES
#define NODES 2
#endif
#ifndef MOST
#define MOST 2
#endif

byte level;      /* of what runs */
bool monitor;    /* the exclusive monitor is open */
bool pended;     /* PendSV is */
byte posts;      /* head of the list; nodes are 1 to NODES, 0 is none */
byte next[NODES + 1], pending[NODES + 1];

short owed[NODES + 1]; /* posted and not applied; this and the next only to look at */
bool queued[NODES + 1];

#define LDREX(register, place) atomic { register = place; monitor = true }
#define STREX(again, store) \
  if :: atomic { monitor -> monitor = false; store } :: atomic { !monitor -> goto again } fi
#define STR(again, store) atomic { store }

#ifdef PLAIN_PUSH
#define PUSH STR
#else
#define PUSH STREX
#endif
#ifdef PLAIN_COUNT
#define COUNT STR
#else
#define COUNT STREX
#endif
#ifdef PLAIN_SWAP
#define SWAP STR
#else
#define SWAP STREX
#endif
#ifdef PLAIN_TAKE
#define TAKE STR
#else
#define TAKE STREX
#endif


/* It preempts whatever is less urgent; nothing happens in it while something more urgent runs. Its level is its
 * process number: pendsv is 0, init 1, these are 2 to 4. */
proctype interrupt() provided (level <= _pid) {
  byte below, n, r;

  do
  :: atomic {
      level < _pid ->
      if
      :: owed[1] < MOST -> n = 1
      :: owed[2] < MOST -> n = 2
      :: owed[NODES] < MOST -> n = NODES
      fi;
      below = level;
      level = _pid;
      monitor = false
    };
count:
    LDREX(r, pending[n]);
    COUNT(count, pending[n] = r + 1; owed[n]++);
    if
    :: r -> skip
    :: else ->
push:
      LDREX(r, posts);
      PUSH(push, assert(!queued[n]); queued[n] = true; posts = n);
      next[n] = r;
      pended = true
    fi;
    atomic { level = below; below = 0; monitor = false; n = 0; r = 0 }
  od
}

#ifdef THREAD_POSTS
/* A thread that takes the interrupts' way. */
proctype thread() provided (level == 0) {
  byte r;

count:
  LDREX(r, pending[1]);
  COUNT(count, pending[1] = r + 1; owed[1]++);
  if
  :: r -> skip
  :: else ->
push:
    LDREX(r, posts);
    PUSH(push, assert(!queued[1]); queued[1] = true; posts = 1);
    next[1] = r;
    pended = true
  fi
}
#endif

/* n = count of a node, which becomes 0; from here on an interrupt may queue the node again. */
#define APPLIED(node, n) queued[node] = false; owed[node] = owed[node] - n; n = 0

#define QUIET (posts == 0 && !owed[1] && !owed[2] && !owed[NODES] && !pending[1] && !pending[2] && !pending[NODES])

active proctype pendsv() provided (level <= 1) {
  byte list, fifo, rest, n;

  do
  :: atomic { level == 0 && pended -> level = 1; pended = false; monitor = false };
swap:
    LDREX(list, posts);
    SWAP(swap, posts = 0);
    if
    :: list == 0 -> skip
    :: else ->
      rest = next[list];
      if
      :: rest == 0 -> /* the straight path */
take_one:
        LDREX(n, pending[list]);
        TAKE(take_one, pending[list] = 0; APPLIED(list, n))
      :: else ->
        fifo = 0;
        do
        :: list ->
          rest = next[list];
          next[list] = fifo;
          atomic { fifo = list; list = rest }
        :: else -> break
        od;
        do
        :: fifo ->
#ifndef NEXT_LATE
          rest = next[fifo];
#endif
take:
          LDREX(n, pending[fifo]);
          TAKE(take, pending[fifo] = 0; APPLIED(fifo, n));
#ifdef NEXT_LATE
          rest = next[fifo];
#endif
          atomic { fifo = rest }
        :: else -> break
        od
      fi
    fi;
    atomic { list = 0; fifo = 0; rest = 0; n = 0; level = 0; monitor = false }
  :: atomic { level == 0 && !pended -> assert(QUIET) }
  od
}

init {
  atomic {
    run interrupt();
    run interrupt();
    run interrupt();
#ifdef THREAD_POSTS
    run thread()
#endif
  }
}

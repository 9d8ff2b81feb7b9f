/* Threads: create, start, exit, join, delete, suspend, resume, yield, sleep, priorities.
 *
 * Priority 0 is the most urgent, PITH_PRIORITIES - 2 the least (the last is the idle thread's). The
 * ready thread of the best priority runs; equals take turns when the running one blocks or yields, and when its
 * time slice is over, if it has one. A PITH_COOPERATIVE thread, once running, keeps the processor until it
 * blocks, yields or exits, whatever becomes ready (interrupts go on).
 *
 *   static void blink(void *led) {
 *     for (;;) {
 *       pith_thread_suspend(pith_self()); // goes on when it is resumed
 *       toggle(led);
 *     }
 *   }
 *
 *   static void control(void *led) {
 *     struct pith_thread_attr attr = {.name = "blink", .priority = 5, .stack_size = 1024};
 *     struct pith_thread *blinker;
 *
 *     if (pith_thread_create(&blinker, &attr, blink, led)) return;
 *     for (int i = 0; i < 10; i++) {
 *       pith_sleep(PITH_MS(500));
 *       pith_thread_resume(blinker);
 *     }
 *     pith_thread_delete(blinker);     // its memory is free again
 *     pith_thread_delete(pith_self()); // does not return
 *   }
 */
#ifndef PITH_THREAD_H
#define PITH_THREAD_H
#include <stdbool.h>
#include "pith/types.h"

#define PITH_COOPERATIVE 1u /* never preempted by another thread */
#define PITH_DORMANT 2u     /* created, runs only after pith_thread_start() */

enum pith_thread_state {
  PITH_THREAD_NONE,      /* memory that holds no thread */
  PITH_THREAD_CREATED,   /* dormant, not started yet */
  PITH_THREAD_READY,     /* running or waiting for the processor */
  PITH_THREAD_WAITING,   /* blocked on an object */
  PITH_THREAD_SLEEPING,  /* waiting for a time */
  PITH_THREAD_SUSPENDED, /* would be ready but for pith_thread_suspend() */
  PITH_THREAD_DEAD,      /* ended, not joined yet */
};

struct pith_mutex;

/* What a wait queue and a ready list need of what stands in them: a thread, or one of the places where a
 * thread waits for any of several objects (pith/any.h). The kernel's. */
#define K_QUEUED                                                                                             \
  struct pith_thread *next, *prev; /* ring of the ready list or of the wait queue it is in */                \
  struct pith_thread **list;       /* its ready list; the limbo list while suspended */                      \
  uint32_t bit;                    /* its bit in the ready bitmap; 0 while suspended */                      \
  struct k_waitq *wait;            /* queue it is blocked on, or NULL */                                     \
  uint8_t priority;                /* effective */                                                           \
  uint8_t flags;                                                                                             \
  uint8_t blocked, suspended       /* why it does not run; suspends not taken back */

/* What processes know of their threads: process/internal.h. */
struct k_thread_own {
  uint8_t file; /* place in vfs_files + 1 of a file that is held for it until a service begins; 0: none */
  uint8_t detached : 1, zombie : 1;
  uint8_t suspends : 1; /* in sigsuspend: its mask is to come back */
  uint8_t last : 1;     /* it was there when its process ended */
  uint8_t writes : 1;   /* parked in the middle of a write */
  uint8_t result : 2;   /* RESULT_: kept in timeout.deadline until its process is at home */
  uint8_t alt : 1;      /* it has a stack for signals */
};

/* The fields are the kernel's; the first ten are saved registers in the order the switch stores them. */
struct pith_thread {
  uint32_t *sp;        /* PSP */
  uint32_t r4_r11[8];  /* callee-saved registers */
  uint32_t resume;     /* what goes to the pc when it runs again: EXC_RETURN, or what loads FPU registers first */
#ifdef PITH_HOST
  uint32_t room[5];    /* where pith/any.h's items have more, their pointers being longer */
#endif
  K_QUEUED;
  struct k_domain *domain;       /* memory and calls it may use */
#if PITH_STACK_GUARDS
  uint32_t guard;                /* RBAR of the region under its stack */
#endif
  struct pith_mutex *wait_mutex; /* the mutex it is blocked on, or NULL */
  struct pith_mutex *held;       /* contended or tracked mutexes it owns */
  struct k_timeout timeout;      /* when its wait ends by itself */
  void *wait_data;               /* what the object it waits on wants to know */
  uint8_t base, dead;            /* its own priority; it has ended */
  union {
    uint16_t slice;              /* ticks it may run while equals are ready; 0: as long as it likes */
    struct k_thread_own own;     /* of a thread of a process, which has no slice */
  };
  uint32_t seal;                 /* tells a thread from other memory */
  union {
    struct k_waitq joiners;
    uint32_t pending;            /* of a thread of a process: signals sent to it */
  };
  union {
    void *user;                  /* the application's, while it lives */
    struct k_waitq joiner;       /* the same of a thread of a process */
    int exit_value;              /* once it is dead */
  };
  union {
    const char *name;
    uint32_t tid;                /* of a thread of a process: its number. pith_thread_name() tells the process's name */
  };
  uint8_t *stack;
  uint32_t stack_size;
  struct pith_thread *all; /* next in the list of all threads */
#if PITH_ACCOUNTING
  uint64_t cycles; /* of the core, spent running */
#endif
#if defined(__ARM_FP) || defined(PITH_HOST)
  uint32_t s16_s31[16]; /* callee-saved FPU registers, of a thread that has used the FPU */
#endif
};

struct pith_thread_attr {
  const char *name;    /* kept by reference; NULL is "" */
  uint8_t priority;    /* 0..PITH_PRIORITIES - 2 */
  uint8_t flags;       /* PITH_COOPERATIVE | PITH_DORMANT */
  void *stack;         /* 8-aligned; NULL: from the kernel heap (pith_thread_create only) */
  uint32_t stack_size; /* bytes, multiple of 8, at least PITH_STACK_MIN */
  uint16_t slice;      /* ticks, 1..65535: equals take turns after so many; 0: they do not. With PITH_TIME_SLICES */
  void *user;          /* pith_thread_user() */
};

/* Room for the two frames a preempted thread with FPU state needs, and some calls. Bytes. */
#define PITH_STACK_MIN (256u + PITH_STACK_GUARDS * 64u)

/* Makes a thread in memory the caller provides, for as long as the thread exists. 0, -EINVAL, -EAGAIN
 * (PITH_THREADS exist), -ENOTSUP (an option that the build leaves out, a cooperative thread with a slice).
 * Boot or thread. O(stack) in the caller's mode, to fill it with the pattern of pith_stack_unused(). */
int pith_thread_init(struct pith_thread *t, const struct pith_thread_attr *attr, void (*entry)(void *),
                     void *arg);
/* The same with control block, and stack unless attr gives one, from the kernel heap; joining or deleting
 * frees them. *out is set on success. 0, -EINVAL, -EAGAIN, -ENOTSUP, -ENOMEM. Boot or thread. O(stack). */
int pith_thread_create(struct pith_thread **out, const struct pith_thread_attr *attr, void (*entry)(void *),
                       void *arg);
/* Makes a PITH_DORMANT thread ready. 0, -EINVAL if it is not dormant. Boot or thread. O(1). */
int pith_thread_start(struct pith_thread *t);
/* Ends the calling thread; returning from its entry function is pith_thread_exit(0). Thread. O(mutexes
 * held). */
_Noreturn void pith_thread_exit(int value);
/* Lets a created t be freed by itself when it ends; nobody can join it then. 0, -EINVAL, -EBUSY (somebody
 * is joining). Thread. O(threads) if it has ended already, else O(1). */
int pith_thread_detach(struct pith_thread *t);
/* Waits until t has ended; *value (may be NULL) is what it passed to pith_thread_exit(), -ECANCELED if it
 * was deleted. A created t is gone afterwards. One thread may join. 0, -EDEADLK (itself), -EBUSY (somebody
 * is joining), -EINVAL (no thread, or a detached one), -ETIMEDOUT, -ECANCELED. Thread. O(threads). */
int pith_thread_join(struct pith_thread *t, int *value, pith_time deadline);
/* Ends t where it is: its wait is undone, mutexes it holds pass on with -EOWNERDEAD. A created t is freed
 * unless somebody is joining it. Deleting oneself does not return. 0, -EINVAL. Thread. O(threads + mutexes
 * held). */
int pith_thread_delete(struct pith_thread *t);
/* Keeps t from running until as many resumes as suspends have come (up to 255 nest). A blocked thread
 * goes on waiting and holds what it gets. Suspending oneself returns after the resume. 0, -EINVAL,
 * -EOVERFLOW. Thread. O(1). */
int pith_thread_suspend(struct pith_thread *t);
/* Takes one suspend back. 0, -EINVAL if t is not suspended. Thread. O(1). */
int pith_thread_resume(struct pith_thread *t);
/* Ends the wait of t, or its sleep, which gets -ECANCELED. 0, -EINVAL if t is not waiting. Thread. O(log
 * threads). */
int pith_thread_cancel(struct pith_thread *t);
/* Lets the next ready thread of the same priority run. Thread. O(1). */
void pith_yield(void);
/* Sleeps until the clock has reached a point, or for a span counted from the next tick, so never less
 * than asked. 0, -ECANCELED. Thread. O(log threads). */
int pith_sleep_until(pith_time deadline);
int pith_sleep(pith_time span);
/* Sets the own priority of t (0..PITH_PRIORITIES - 2); inheritance may keep the effective one more urgent.
 * 0, -EINVAL (no such priority, no thread, a dead one). Thread. O(mutexes t holds and waiters beside it),
 * for each owner in the chain. */
int pith_thread_set_priority(struct pith_thread *t, unsigned priority);
/* The effective priority, 0 the most urgent. Any context. O(1). */
unsigned pith_thread_priority(const struct pith_thread *t);
/* The calling thread. Thread; in an ISR the interrupted thread. */
struct pith_thread *pith_self(void);
/* What t is doing, for display; a word for it ("sleeping"). Any context. O(1). */
enum pith_thread_state pith_thread_state(const struct pith_thread *t);
const char *pith_thread_state_name(enum pith_thread_state state);
/* Its name, "" if it has none. Any context. O(1). */
const char *pith_thread_name(const struct pith_thread *t);
/* The threads there are, the newest first, the idle thread and those of processes included: the first for
 * NULL, then the one after t; NULL at the end, and if t has gone meanwhile. Thread. O(1).
 *
 *   for (struct pith_thread *t = pith_thread_next(NULL); t; t = pith_thread_next(t)) show(t); */
struct pith_thread *pith_thread_next(struct pith_thread *t);
/* The application's own pointer, from attr->user or the last set. Any context. */
void *pith_thread_user(const struct pith_thread *t);
void pith_thread_set_user(struct pith_thread *t, void *user);
/* Thread-local storage: PITH_TLS_KEYS words of each thread, NULL at first; they take the top of its stack. key
 * 0..PITH_TLS_KEYS - 1. Thread. O(1). */
void **pith_tls(unsigned key);
/* Bytes of t's stack never used yet, from the pattern it was filled with, its guard apart. Thread. O(stack). */
uint32_t pith_stack_unused(const struct pith_thread *t);
#endif

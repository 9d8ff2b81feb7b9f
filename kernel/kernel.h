/* The kernel's own header: its block of state and the functions its files share.
 *
 * Everything here runs in the kernel context (SVCall or PendSV, lowest exception priority, so one at a
 * time) or at boot before pith_start(). Nothing here may be called from a thread or an ISR but what
 * says so. Interrupts happen at any instruction: what an ISR also writes (post.c) is atomic. */
#ifndef PITH_KERNEL_PRIVATE_H
#define PITH_KERNEL_PRIVATE_H
#include <stdbool.h>
#include "arch.h"
#include "call.h"
#include "heap.h"
#include "pith/kernel.h"
#include "pith/monitor.h"
#include "pith/mutex.h"
#include "pith/sem.h"
#include "pith/thread.h"
#include "pith/timer.h"
#include "pith/any.h"
#include "pith_errno.h"

/* Of a domain whose memory is not all there, or not its own alone (process/family.c): the fast checks fail, and these are
 * asked. */
struct k_domain;
struct uslice;
struct k_paged {
  bool (*reach)(const struct k_domain *d, struct uslice s, bool write); /* what k_user_readable() and _writable() say */
  bool (*touched)(struct k_domain *d, uint32_t address); /* a data access faulted: it will be made again. In the fault handler */
  void (*result)(struct pith_thread *t, long result);    /* of a call of a parked thread's: k_set_result() */
};

/* What a thread may touch and call: kernel threads share one domain, each process has its own. The
 * switch loads the first ten words in one LDM when the domain changes (arch/armv7m/switch.S). */
struct k_domain {
  const void *const *calls; /* call table: 2^K_CALL_BITS handlers in assembly */
  uint32_t mpu[8];          /* four RBAR/RASR pairs, regions 0 to 3 */
  uint32_t control;         /* CONTROL while its threads run: 0 privileged, 1 not; bit 31: k_entered() is told, 30: see extra, 29: away */
  uintptr_t low, high;      /* unprivileged: memory it may read and write, [low, high) */
  uintptr_t text_low, text_high;        /* and memory it may only read and execute */
  uintptr_t extra_low, extra_high;      /* and one more piece, if any, to read, and with K_DOMAIN_EXTRA_WRITE to write */
  const struct k_domain_ops *ops;       /* NULL: the kernel's own */
};

/* What a domain of others is told, in the kernel context. */
struct k_domain_ops {
  void (*fault)(struct pith_thread *t); /* a thread of it faulted; in the kernel's own, it panics */
  void (*entered)(struct k_domain *d);  /* with K_DOMAIN_TELL: its threads run from now on, */
  void (*left)(struct k_domain *d);     /* and do not; NULL: nobody minds */
  const struct k_paged *paged;          /* NULL: [low, high) is all there is to know */
  const char *(*name)(const struct k_domain *d); /* of all its threads */
};

/* What [low, high) of a process does not say; NULL: nothing. */
static inline const struct k_paged *k_paged(const struct k_domain *d) {
  return PITH_FAMILIES && d->ops ? d->ops->paged : NULL;
}

/* What a process's number for an object stands for; a table of these follows its domain. The number has the rights in
 * it, so that the assembly has one word to compare (process/internal.h, arch/armv7m/switch.S). */
struct k_handle {
  uint32_t number; /* 0: not in use */
  void *object;
};
enum { K_HANDLE_GIVE_BIT = 27, K_HANDLE_TAKE_BIT = 28 }; /* a semaphore that may be given, taken */

#define K_HAS_TURNS (PITH_PROCESS_SUPPORT && PITH_PROCESS_SLICE)

enum {
#define KCALL(number, name) K_CALL_##name = (number),
#include "hot.def"
#undef KCALL
  /* calls are numbered 1 to 2^n - 2; 0 is none, 2^n - 1 is by address */
  K_CALL_BITS = !PITH_PROCESS_SUPPORT ? 3 : PITH_PROCESS_SIGNALS ? 7 : 6,
  K_CALL_STAND_IN = (1 << K_CALL_BITS) - 2,   /* process/swap.c's alone */
  K_SEM_ONE = 1, K_SEM_WAITERS = 0x40000000,  /* words of a semaphore with waiters: see struct pith_sem */
  K_SEM_LIMITED = 0x60000000, K_SEM_LIMIT_SHIFT = 14, /* and with a limit */
  K_STACK_PATTERN = 0xA5,                     /* each byte of a stack that was never used */
  K_SEAL = 0x50495448,                        /* a thread's seal is this and its own address */
  K_MUTEX_KNOWN = 1,                          /* bit 0 of a mutex word */
  K_TIMERS = PITH_TIMERS + (PITH_PROCESS_SUPPORT ? PITH_PROCESS_TIMERS : 0),
  K_TIMEOUTS = PITH_THREADS + K_TIMERS + 2, /* and the slice, and the turn */
  K_TURN_TICKS = (PITH_PROCESS_SLICE * PITH_TICK_HZ + 999) / 1000, /* ticks */
};
#define K_DOMAIN_TELL (1u << 31)
#define K_DOMAIN_EXTRA_WRITE (1u << 30) /* bits of CONTROL that the processor ignores */
enum { K_DOMAIN_AWAY_BIT = 29 };
#define K_DOMAIN_AWAY (K_DOMAIN_TELL | 1u << K_DOMAIN_AWAY_BIT) /* k_stand_in runs in place of its threads */
#define K_TLS_SIZE ((PITH_TLS_KEYS * sizeof(void *) + 7) & ~(size_t)7) /* bytes at the top of each stack */
#define K_SEQUENCES_SIZE 256 /* PendSV looks at a pc so far behind k_kernel.sequences */

enum { K_GUARD_SIZE = 32 }; /* arch/mpu.h's ARCH_GUARD_SIZE */
/* t->blocked. K_STOPPED: suspended while it was ready */
enum { K_RUNNABLE, K_BLOCKED, K_BLOCKED_RESTART, K_BLOCKED_MANY, K_STOPPED, K_PROXY };
/* t->flags above the public ones */
enum { K_INTERRUPTED = 0x80, K_STACK_FROM_HEAP = 0x40, K_JOINED = 0x20, K_DETACHED = 0x10, K_CREATED = 0x08, K_TAKES_TURNS = 0x04 };
/* timeout.kind */
enum { K_TIMEOUT_THREAD, K_TIMEOUT_SLICE, K_TIMEOUT_TIMER, K_TIMEOUT_PERIODIC, K_TIMEOUT_DOMAIN };
/* A domain's: counted as a timer, but it is a deadline and no more. From K_TIMEOUT_DOMAIN on the kinds are the domains' own. */
extern void (*k_domain_due)(struct k_timeout *t);
static inline bool k_is_timer(const struct k_timeout *t) { return t->kind >= K_TIMEOUT_TIMER; }

/* Lies at the top of the interrupt stack: at SVC and PendSV entry SP addresses it. Order known to
 * switch.S through offsets.h. */
struct kernel {
  struct pith_thread *list[PITH_PRIORITIES]; /* first: the pick is one load */
  const void *const *calls; /* current domain's */
  struct k_domain *domain;
  struct pith_thread *current;
  uint32_t ready;       /* bit 31 - p set: list p not empty */
  void *volatile posts; /* LIFO of posts from ISRs; bits 0-1 of a link tell the kind, see post.c */
  uint32_t fpu_dirty;        /* FPU registers hold values of some thread that has been switched out; bit 0: k_left() */
  uint32_t sequences;        /* where the restartable sequences are, arch/armv7m/queue.S; 0 before any may run */
#if PITH_ACCOUNTING
  uint32_t entered, switched; /* readings of arch_cycles() */
#endif
  struct pith_thread *limbo; /* ready but suspended */
};

struct k_rest {
#if PITH_DEADLINE_HEAP
  struct k_timeout *timeouts[K_TIMEOUTS]; /* binary heap by deadline */
  uint32_t timeout_count, timers; /* armed; timers among them */
#endif
  struct k_post expiry;         /* the earliest deadline has come */
  struct k_timeout slice;       /* the end of the slice of the thread `sliced` */
#if PITH_TIME_SLICES
  struct pith_thread *sliced;
#endif
#if K_HAS_TURNS
  struct k_timeout turn;        /* the end of the turn of the process's thread that runs */
#endif
  struct k_domain *told;        /* that has been told it runs */
  bool started;
  struct pith_thread *all;
  struct pith_thread *raised;   /* the cooperative thread that runs, in list 0 for now */
  uint32_t threads;
  struct pith_thread *graveyard; /* created threads that ended while running: freed later */
  struct pith_timer *timer_running; /* its function is being called */
  struct heap heap;
  void (*idle_hook)(void);
  struct pith_thread idle;
#if PITH_STACK_GUARDS
  bool canaries;           /* there is no MPU that guards the stacks */
  struct pith_thread *ran; /* the kernel thread switched to last, if so */
#endif
#if PITH_ACCOUNTING
  uint32_t switches, entries, longest, applied; /* longest: kernel entry, cycles */
  uint64_t past;                  /* cycles of threads that exist no more */
  struct pith_thread *accounted;  /* who is being charged */
#endif
};

extern struct kernel k_kernel;
extern struct k_rest k_rest;
extern const void *const k_calls_kernel[], *const k_calls_coop[];
#if PITH_DOMAINS
extern struct k_domain k_domain_kernel, k_domain_coop, k_domain_sliced;
#define K_DOMAIN_KERNEL (&k_domain_kernel)
#else /* there is but one and nobody asks for it */
#define K_DOMAIN_KERNEL ((struct k_domain *)NULL)
#endif
#define K (&k_kernel)
#define R (&k_rest)

/* sched.c: the ready lists */
void k_ready(struct pith_thread *t);         /* to the tail of its list */
void k_ready_first(struct pith_thread *t);   /* to the head of its list */
void k_unready(struct pith_thread *t);
void k_set_list(struct pith_thread *t);      /* list and bit from priority and suspended */
void k_reprioritize(struct pith_thread *t, unsigned priority); /* wherever it is queued */
static inline struct pith_thread *k_best(void) { return K->list[arch_clz(K->ready)]; } /* who should run */
void k_yield(void);                          /* current goes behind its equals */
struct pith_thread *k_entered(struct pith_thread *t); /* t, of a domain that wants to know, is about to run. Who runs */
void k_left(void);                           /* the domain that was told last has been left */
/* A dormant thread of the kernel's, in no list: `current` while the best of all cannot run (process/swap.c). */
extern struct pith_thread k_stand_in;
#if PITH_COOPERATIVE_THREADS
void k_coop_leave(void);                     /* the running cooperative thread may be switched out */
void k_coop_settle(void);                    /* the end of kernel work that may have called k_coop_leave() */
#else
static inline void k_coop_leave(void) {}
static inline void k_coop_settle(void) {}
#endif
#if K_HAS_TURNS
void k_turn_over(void);
void k_turn_look(void); /* at a moment like any other: a thread that has become ready by itself counts, too */
#endif
void k_slice_over(void);                     /* the thread whose slice it is has had its time */
#if PITH_TIME_SLICES
void k_slice_forget(const struct pith_thread *t); /* t has ended */
#else
static inline void k_slice_forget(const struct pith_thread *t) { (void)t; }
#endif
long k_coop_call(struct arch_frame *frame, unsigned number);
_Noreturn void k_idle(void);                 /* the idle thread, thread context */

/* wait.c: the only place where a thread blocks or wakes */
long k_wait(struct k_waitq *q, pith_time deadline);  /* parks current; 0 or -ETIMEDOUT (not parked) */
struct pith_thread *k_wake(struct k_waitq *q);       /* first waiter ready, result 0; NULL if none */
void k_wake_with(struct pith_thread *t, long result); /* ends t's wait early */
void k_wake_unchanged(struct pith_thread *t); /* the same, but its frame stays as it is */
void k_wake_parked(struct k_waitq *q, struct pith_thread *t);  /* the same for one that waits on q, without a deadline and for no mutex */
void k_wake_all(struct k_waitq *q, long result);
void k_waitq_insert(struct k_waitq *q, struct pith_thread *t);
void k_waitq_remove(struct k_waitq *q, struct pith_thread *t);
void k_set_result(struct pith_thread *t, long result); /* r0 of a parked thread's call */
void k_abandon_wait(struct pith_thread *t);
/* Parked, asleep or dead. Only the assembly path of pith_sem_take() leaves t->blocked alone. */
static inline bool k_is_blocked(const struct pith_thread *t) { return (PITH_FAST && t->wait) || t->blocked; }
static inline bool k_waits_on_many(const struct pith_thread *t) {
  return PITH_WAIT_ANY && t->blocked == K_BLOCKED_MANY;
}
static inline bool k_is_proxy(const struct pith_thread *t) { return PITH_WAIT_ANY && t->blocked == K_PROXY; }
/* Unprivileged: what it says is an allegation. */
static inline bool k_is_unprivileged(const struct pith_thread *t) {
  return PITH_PROCESS_SUPPORT && t->domain->control & 1;
}
/* any.c, reached through the items so that a build that does not call pith_wait_any() holds nothing of it */
struct k_proxy_ops {
  struct pith_thread *(*won)(struct pith_thread *proxy);
  void (*lost)(struct pith_thread *proxy, long result);
  void (*leave)(struct pith_thread *t);
  void (*reprioritize)(struct pith_thread *t);
};
static inline const struct k_proxy_ops *k_proxy_ops(const void *item) {
  return ((const struct pith_wait_item *)item)->ops;
}
/* A proxy may take what its object has. Its thread, ready; NULL if that was not what it waits for (event bits). */
static inline struct pith_thread *k_proxy_won(struct pith_thread *proxy) { return k_proxy_ops(proxy)->won(proxy); }
/* The object is gone. */
static inline void k_proxy_lost(struct pith_thread *proxy, long result) { k_proxy_ops(proxy)->lost(proxy, result); }
static inline void k_proxies_leave(struct pith_thread *t) { k_proxy_ops(t->wait_data)->leave(t); }
static inline void k_proxies_reprioritize(struct pith_thread *t) { k_proxy_ops(t->wait_data)->reprioritize(t); }

/* time.c */
int k_timeout_arm(struct k_timeout *t, pith_time deadline); /* 0, -EAGAIN when the heap is full. O(log n) */
int k_timeout_arm_timer(struct k_timeout *t, uint32_t span); /* a timer, so many ticks from now */
void k_timeout_disarm(struct k_timeout *t);                 /* no effect when not armed. O(log n) */
void k_time_init(void);

/* thread.c */
static inline bool k_exists(const struct pith_thread *t) { return t->seal == (K_SEAL ^ K_WORD(t)); }
void k_thread_end(struct pith_thread *t, int value);  /* from wherever it is; frees nothing */
void k_thread_setup(struct pith_thread *t, const struct pith_thread_attr *a, void (*entry)(void *), void *arg,
                    struct k_domain *domain); /* no stack: its registers are the caller's matter */
void k_stack_paint(void *stack, size_t size);         /* the pattern of unused stack, and thread-local words */
long k_thread_start(struct pith_thread *t);           /* a dormant one */
long k_thread_suspend(struct pith_thread *t);
long k_thread_resume(struct pith_thread *t);
void k_thread_forget(struct pith_thread *t);          /* out of the list of all threads, where it is */
void k_reap(void);                                    /* frees the graveyard */

/* stack.c: canaries, where there is no MPU to guard the stacks */
#if PITH_STACK_GUARDS
void k_stack_start(void);                             /* boot, on the idle thread's stack */
void k_stack_entered(struct pith_thread *t);          /* t runs now: looks at the thread that ran before */
void k_stack_forget(const struct pith_thread *t);     /* t has ended: the last look */
void k_stack_check(const struct pith_thread *t);      /* panics if the stack of t or of interrupts has overflowed */
bool k_stack_is_whole(const struct pith_thread *t);
bool k_isr_stack_is_whole(void);
#else
static inline void k_stack_entered(struct pith_thread *t) { (void)t; }
static inline void k_stack_forget(const struct pith_thread *t) { (void)t; }
static inline bool k_stack_is_whole(const struct pith_thread *t) { return t; }
static inline bool k_isr_stack_is_whole(void) { return true; }
#endif

/* sem.c, mutex.c: the operations in the kernel context */
long k_sem_take(struct pith_sem *s, pith_time deadline);
long k_sem_give(struct pith_sem *s, uint32_t n);
bool k_sem_queue(struct pith_sem *s); /* true: took a unit; false: from now on its queue tells who waits */
long k_sem_delete(struct pith_sem *s);
long k_mutex_lock(struct pith_mutex *m, bool tracked, pith_time deadline);
long k_mutex_unlock(struct pith_mutex *m);
long k_mutex_delete(struct pith_mutex *m);
void k_mutex_waiter_left(struct pith_mutex *m);       /* a waiter is gone or changed: owner's priority */
void k_mutex_owner_died(struct pith_thread *t);       /* every held mutex passes on */
void k_mutex_inherit(struct pith_thread *t);          /* owners along the chain get t's priority */
long k_call_sem_take(struct pith_sem *s);
long k_call_sem_give(struct pith_sem *s);

/* post.c, from ISRs and the kernel, never from a thread: three kinds of nodes */
enum { K_POST_SEM, K_POST_OBJECT, K_POST_TIMER, K_POST_KIND = 3 };
void k_posts(void *list);                             /* kernel context */
void k_post(struct k_post *p);
bool k_sem_is_full(const struct pith_sem *s);         /* or will be; as far as an interrupt can tell */
int k_sem_give_isr(struct pith_sem *s);               /* for a semaphore with waiters, or one that is full */
void k_post_timer(struct pith_timer *t, uint8_t command);
enum { K_TIMER_NONE, K_TIMER_START, K_TIMER_STOP };   /* commands */
long k_timer_start(struct pith_timer *t, uint32_t span);
void k_timer_apply(struct pith_timer *t);             /* timer.c, kernel context */
void k_timer_expired(struct pith_timer *t);
static inline bool k_in_isr(void) { return arch_exception() != 0; } /* ISR or kernel */

/* serve.c: without PITH_FAST, who is to run after a call of the running thread, or after the posts */
struct pith_thread *k_serve(struct arch_frame *frame);
struct pith_thread *k_serve_posts(void);

/* account.c */
void k_account_enter(void);
void k_account_leave(void);
void k_account_now(void);
void k_account_forget(struct pith_thread *t);

/* usercopy.c: user memory is an allegation until one of these has checked the whole range */
struct uslice {
  uint32_t base, length; /* bytes, as the process said */
};
/* No sum that could wrap. Empty slices are elsewhere. */
static inline bool k_is_within(struct uslice s, uintptr_t low, uintptr_t high) {
  uint32_t at = s.base - (uint32_t)low, size = (uint32_t)(high - low);

  return at < size && s.length <= size - at;
}
/* It touches the guard under the running thread's stack, which is in the way of the kernel, too. */
static inline bool k_is_guarded(struct uslice s) {
#if PITH_STACK_GUARDS
  uint32_t guard = K->current->guard & ~(uint32_t)(K_GUARD_SIZE - 1);

  return guard - s.base < s.length || s.base - guard < K_GUARD_SIZE;
#else
  (void)s;
  return false;
#endif
}
bool k_user_readable(const struct k_domain *d, struct uslice s);
bool k_user_writable(const struct k_domain *d, struct uslice s);
long k_copy_from_user(const struct k_domain *d, void *to, struct uslice from); /* 0 or -EFAULT */
long k_copy_to_user(const struct k_domain *d, struct uslice to, const void *from);

/* check.c: walks all of the kernel's structures. 0, or -EFAULT with a sentence on the first rule that does not hold and
 * the object it is about. O(threads^2); for tests and debug builds. */
int k_check(void);
void k_debug_leave(void);                             /* PITH_DEBUG_CHECKS: the end of a kernel entry */
extern const char *k_check_why;
extern const void *k_check_what;

/* panic.c */
_Noreturn void k_panic_irq(uint32_t exception);       /* an interrupt nobody handles */
#endif

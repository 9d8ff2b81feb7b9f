/* The kernel's own header: its one block of state and the functions its files share.
 *
 * Everything here runs in the kernel context (SVCall or PendSV, lowest exception priority, so one at a
 * time) or at boot before pith_start(). Nothing here may be called from a thread or an ISR but what
 * says so. Interrupts happen at any instruction: what an ISR also writes (post.c) is atomic. */
#ifndef PITH_KERNEL_PRIVATE_H
#define PITH_KERNEL_PRIVATE_H
#include <stdbool.h>
#include "arch.h"
#include "heap.h"
#include "pith/kernel.h"
#include "pith/monitor.h"
#include "pith/mutex.h"
#include "pith/sem.h"
#include "pith/thread.h"
#include "pith_errno.h"

/* What a thread may touch and call: kernel threads share one domain, each process has its own. The
 * switch loads the first eleven words in one LDM when the domain changes (arch/armv7m/switch.S). */
struct k_domain {
  const void *const *calls; /* call table: 2^K_CALL_BITS handlers in assembly */
  uint32_t mpu[8];          /* four RBAR/RASR pairs, regions 0 to 3 */
  uint32_t control;         /* CONTROL while its threads run: 0 privileged, 1 not; bit 31: cooperative */
  uintptr_t low, high;      /* unprivileged: memory it may read and write, [low, high) */
  uintptr_t text_low, text_high; /* and memory it may only read and execute */
  void (*fault)(struct pith_thread *t); /* a thread of it faulted: kernel context. NULL: panic */
};

enum {
  K_CALL_BITS = PITH_PROCESS_SUPPORT ? 6 : 5, /* calls are numbered 1 to 2^n - 2; 0 and 2^n - 1 are none */
  K_SEM_ONE = 1, K_SEM_WAITERS = 0x40000000, /* words of a semaphore with waiters: see struct pith_sem */
  K_SEAL = 0x50495448,                       /* a thread's seal is this and its own address */
  K_MUTEX_KNOWN = 1,                          /* bit 0 of a mutex word */
};

/* Lies at the top of the interrupt stack: at SVC and PendSV entry SP addresses it. Order known to
 * switch.S through offsets.h. */
struct kernel {
  struct pith_thread *current;
  uint32_t ready;       /* bit 31 - p set: list p not empty */
  void *volatile posts; /* LIFO of posts from ISRs; bit 0 of a link tells the kind, see post.c */
  const void *const *calls; /* current domain's */
  struct k_domain *domain;
  uint32_t fpu_dirty;        /* FPU registers hold values of some thread that has been switched out */
  struct pith_thread *limbo; /* ready but suspended */
  struct pith_thread *list[PITH_PRIORITIES];
};

struct k_rest {
  volatile pith_time now;       /* written by the tick only */
  volatile pith_time next;      /* the earliest deadline armed */
  struct k_post tick;
  bool started;
  struct pith_thread *timers[PITH_THREADS]; /* binary heap by deadline */
  uint32_t timer_count;
  struct pith_thread *all;
  struct pith_thread *raised;   /* the cooperative thread that runs, in list 0 for now */
  uint32_t threads, last_id;
  struct pith_thread *graveyard; /* created threads that ended while running: freed later */
  struct heap heap;
  void (*idle_hook)(void);
};

extern struct kernel k_kernel;
extern struct k_rest k_rest;
extern struct k_domain k_domain_kernel, k_domain_coop;
#define K (&k_kernel)
#define R (&k_rest)

extern const void *const k_calls_kernel[], *const k_calls_coop[];
enum {
#define KCALL(number, name, handler) K_CALL_##name = (number),
#include "calls.def"
#undef KCALL
};
typedef long k_function(uint32_t a, uint32_t b, uint32_t c, uint32_t d);
extern k_function *const k_kernel_functions[]; /* the C side of each call, by number */
extern const char *const k_call_names[];

/* sched.c: the ready lists */
void k_ready(struct pith_thread *t);         /* to the tail of its list */
void k_ready_first(struct pith_thread *t);   /* to the head of its list */
void k_unready(struct pith_thread *t);
void k_set_list(struct pith_thread *t);      /* list and bit from priority and suspended */
void k_reprioritize(struct pith_thread *t, unsigned priority); /* wherever it is queued */
struct pith_thread *k_best(void);            /* who should run */
void k_coop_enter(struct pith_thread *t);    /* t, cooperative, is about to run: nobody may preempt it */
void k_coop_leave(void);                     /* the running cooperative thread may be switched out */
void k_coop_settle(void);                    /* the end of kernel work that may have called k_coop_leave() */
long k_coop_call(struct arch_frame *frame, unsigned number);

_Noreturn void k_idle(void);                 /* the idle thread, thread context */

/* wait.c: the only place where a thread blocks or wakes */
long k_wait(struct k_waitq *q, pith_time deadline);  /* parks current; 0 or -ETIMEDOUT (not parked) */
struct pith_thread *k_wake(struct k_waitq *q);       /* first waiter ready, result 0; NULL if none */
void k_wake_with(struct pith_thread *t, long result); /* ends t's wait early */
void k_wake_all(struct k_waitq *q, long result);
bool k_is_blocked(const struct pith_thread *t);
void k_abandon_wait(struct pith_thread *t);
void k_waitq_insert(struct k_waitq *q, struct pith_thread *t);
void k_waitq_remove(struct k_waitq *q, struct pith_thread *t);
void k_set_result(struct pith_thread *t, long result); /* r0 of a parked thread's call */

/* time.c */
void k_timer_arm(struct pith_thread *t, pith_time deadline);
void k_timer_disarm(struct pith_thread *t);
void k_time_init(void);

/* thread.c */
static inline bool k_exists(const struct pith_thread *t) { return t->seal == (K_SEAL ^ (uint32_t)(uintptr_t)t); }
void k_thread_end(struct pith_thread *t, int value);  /* from wherever it is; frees nothing */
int k_thread_setup(struct pith_thread *t, const struct pith_thread_attr *a, void (*entry)(void *), void *arg,
                   struct k_domain *domain);
void k_thread_forget(struct pith_thread *t);          /* out of the list of all threads */
void k_thread_init_idle(void);

/* sem.c, mutex.c: the operations in the kernel context */
long k_sem_take(struct pith_sem *s, pith_time deadline);
long k_sem_give(struct pith_sem *s, uint32_t n);
long k_sem_delete(struct pith_sem *s);
long k_mutex_lock(struct pith_mutex *m, pith_time deadline, bool tracked);
long k_mutex_unlock(struct pith_mutex *m);
long k_mutex_delete(struct pith_mutex *m);
void k_mutex_waiter_left(struct pith_mutex *m);       /* a waiter is gone or changed: owner's priority */
void k_mutex_owner_died(struct pith_thread *t);       /* every held mutex passes on */
void k_mutex_inherit(struct pith_thread *t);          /* owners along the chain get t's priority */

/* post.c */
void k_posts(void *list);
void k_post(struct k_post *p);                        /* ISR or kernel context, never a thread */
int k_sem_give_isr(struct pith_sem *s);               /* ISR or kernel context; for a semaphore with waiters */

/* usercopy.c: user memory is an allegation until one of these has checked the whole range */
struct uslice {
  uint32_t base, length; /* bytes, as the process said */
};
bool k_user_readable(const struct k_domain *d, struct uslice s);
bool k_user_writable(const struct k_domain *d, struct uslice s);
long k_copy_from_user(const struct k_domain *d, void *to, struct uslice from); /* 0 or -EFAULT */
long k_copy_to_user(const struct k_domain *d, struct uslice to, const void *from);

/* init.c, panic.c */
void k_heap_init(void);
void k_reap(void);                                    /* frees the graveyard */
_Noreturn void k_panic_irq(uint32_t exception);       /* an interrupt nobody handles */
#endif

/* What the files of process/ share. The tables are the kernel's memory: changed in the kernel context, or by
 * one thread at a time under `process_lock` while a slot is PROCESS_LOADING or PROCESS_ENDED. */
#ifndef PITH_PROCESS_INTERNAL_H
#define PITH_PROCESS_INTERNAL_H
#include "elf.h"
#include "fault.h"
#include "kernel.h"
#include "pith_process.h"
#include "pool.h"
#include "process.h"

/* The reaper, when nobody is in a hurry: of equals each has its turn. Where it has little to do, it is always in a hurry: there is
 * less code. */
enum { REAPER_HURRIES = PITH_FAMILIES || PITH_SERVICES, REAPER_PRIORITY = REAPER_HURRIES ? PITH_PRIORITIES / 2 : 0 };
enum { PROCESS_NAME = 24, PID_MAX = 30000 };

/* newlib's numbers of the signals the kernel itself knows */
enum {
  PITH_SIGILL = 4,
  PITH_SIGTRAP = 5,
  PITH_SIGFPE = 8,
  PITH_SIGKILL = 9,
  PITH_SIGBUS = 10,
  PITH_SIGSEGV = 11,
  PITH_SIGALRM = 14,
  PITH_SIGURG = 16,
  PITH_SIGSTOP = 17,
  PITH_SIGTSTP = 18,
  PITH_SIGCONT = 19,
  PITH_SIGCHLD = 20,
  PITH_SIGTTIN = 21,
  PITH_SIGTTOU = 22,
  PITH_SIGWINCH = 28,
};

/* ENDED: no thread runs any more, the memory is not given back yet. REAPED: a zombie, only its end is left. */
enum process_news { PROCESS_NO_NEWS, PROCESS_STOPPED, PROCESS_CONTINUED };
enum process_state { PROCESS_FREE, PROCESS_LOADING, PROCESS_ALIVE, PROCESS_ENDED, PROCESS_REAPED };

/* What a process calls a handle is `number`, which has all there is to check in it: bits 0 to 7 the index, 8 to 19 a
 * generation, never 0, so that no handle is a descriptor's number and a stale one is none, 20 to 22 the rights, 24 to
 * 26 the kind, 27 and 28: a semaphore that may be given, taken. */
enum { HANDLE_RIGHTS = 20, HANDLE_KIND = 24, HANDLE_GIVE = 1 << K_HANDLE_GIVE_BIT, HANDLE_TAKE = 1 << K_HANDLE_TAKE_BIT };

struct family;
struct file;

/* Of struct pith_limits what is not in its share (process_limits()). */
struct process_bounds {
  uint32_t memory, objects_memory;
  uint8_t threads, handles;
};
_Static_assert(PITH_PROCESS_THREADS_EACH <= UINT8_MAX && PITH_PROCESS_HANDLES <= UINT8_MAX, "they are kept in a byte");

struct process {
  struct k_domain domain; /* first: the domain of a thread is its process */
  union {
    struct k_handle handle[PITH_PROCESS_HANDLES]; /* while it lives; second: the assembly finds them there */
    struct {                                      /* once it has ended by a fault */
      struct arch_fault fault;
      const struct process_thread *culprit; /* whose it was */
    };
  };
  int16_t pid, parent, group;
  uint16_t waste; /* of the block, units of 8 bytes */
  uint8_t state;
  uint8_t cause : 4;
  uint8_t member : 4; /* its number in a family */
  uint8_t share; /* of the processor: place in budget.c's shares + 1; 0: all it wants */
  /* Bits, changed in the kernel context alone once it lives. */
  uint8_t orphan : 1, served : 1; /* served: a service works on its memory, which must stay */
  uint8_t stopped : 5;            /* by that signal */
  bool no_stop_signal : 1;        /* no SIGCHLD for it when a child stops */
  uint8_t news : 2;               /* enum process_news that wait4() has yet to tell */
  bool no_zombies : 1;            /* its children go when they end, as they do if it ignores SIGCHLD */
  bool manages : 1;               /* it may set the clock and end it all; its children, too */
  uint8_t missed : 1;             /* in a family: signals came that wait for it to be at home */
  uint8_t away : 1;               /* not at home */
  uint8_t ceiling;         /* once it has ended: how urgent it is to give back what it had */
  uint8_t threads, handles;
  uint8_t slots;  /* threads, and those not yet joined */
  uint8_t mapped; /* handle slot + 1 of what domain.extra is */
  uint8_t files;  /* descriptors of anything but the console */
  uint8_t results; /* in a family: kept for its threads */
#if PITH_FILES
  union {
    uint8_t fd[PITH_PROCESS_FILES]; /* descriptors: place in vfs_files + 1; 0: closed */
    uint32_t fds[(PITH_PROCESS_FILES + 3) / 4];
  };
  uint32_t cloexec;               /* bits of those that close on exec */
  char *cwd;                      /* kernel heap; NULL: "/". Changed in the kernel context, freed by the reaper */
#endif
  struct family *family;          /* NULL: the block is its own alone */
  union {
    uint32_t signal_entry; /* while it lives */
    int32_t status;        /* once it has ended */
  };
  union {
    uint32_t spawns; /* its lower half is `children`: a thread that spawns one adds to it */
    struct {
      uint16_t children; /* at least */
      uint16_t own;      /* in a family: pages it may touch while it is at home (family.c) */
    };
  };
  uint32_t objects_memory; /* bytes of what it has made */
  uint32_t text_vaddr;
  const void *file;
  uint32_t file_size;
  uint32_t block, block_size, data, brk_low, brk; /* the stack is below the data */
  uint32_t text; /* and its size: process_text_size() */
  struct k_waitq waiting;             /* its threads in sys_wait() */
#if PITH_PROCESS_SIGNALS
  uint32_t pending, handled, ignored; /* signals */
  struct k_timeout alarm;             /* clocks.c */
  uint32_t alarm_again;               /* ticks between alarms; 0: there is one */
#endif
#if PITH_SERVICES
  struct k_timeout watchdog;
  uint32_t beat; /* ticks a heartbeat may promise at most; 0: as it likes */
#endif
  struct process_bounds bounds; /* its children's are no larger */
#if PITH_ACCOUNTING
  uint64_t cycles; /* of threads that have ended */
#endif
  struct pith_sem *told; /* given once it is reaped and its parent is the kernel; NULL: nobody asked for it */
  char name[PROCESS_NAME];
};

/* A thread of a process. Its number, thread.tid: generation << 8 | index + 1, so never 0 and not soon used again; of the last
 * thread here, in use while thread.seal is right or thread.own.zombie. What else there is to know of it lies where the
 * kernel has no use for it:
 * - joiner, while it lives; joiners, which must be empty when the kernel ends it: the signals sent to it;
 * - wait_data, while it waits: the argument of a call to make again (family_again()), the signals that sigwait() is for, the mask
 *   that comes back after sigsuspend(), the bytes of a write that are written; in a service, its first argument;
 * - timeout.deadline, while it waits for a service, which is for ever: struct service_call; when a wait has ended while its
 *   process is away, the result (family.c). */
struct process_thread {
  struct pith_thread thread; /* first */
#if PITH_PROCESS_SIGNALS
  uint32_t mask; /* blocked signals */
#endif
};

typedef long service_function(struct process *p, uint32_t a, uint32_t b);
struct service_call {
  service_function *run;
  uint32_t b; /* its second argument */
};
_Static_assert(sizeof(struct service_call) == sizeof(pith_time), "it lies in a deadline");

static inline unsigned thread_policy(const struct process_thread *t) {
  return t->thread.flags & K_TAKES_TURNS ? PITH_POLICY_OTHER : PITH_POLICY_FIFO;
}

/* A word kept while a thread waits. */
static inline void thread_keep(struct process_thread *t, uint32_t word) { t->thread.wait_data = (void *)(uintptr_t)word; }
static inline uint32_t thread_kept(const struct process_thread *t) { return K_WORD(t->thread.wait_data); }

const char *process_name(const struct k_domain *d);
extern const struct k_domain_ops process_ops; /* of one that has its memory to itself */
extern struct process process_table[PITH_PROCESSES];
extern struct process_thread process_threads[PITH_PROCESS_THREADS];
extern const struct process_console *process_console;
extern struct pith_mutex process_lock; /* the pool, and slots that are loading or ended. Thread. HAZARD: a file system may take
                                        * memory, so no call of the vfs may be made under it */
extern struct pool process_pool;

static inline uint32_t process_text_size(const struct process *p) { return (uint32_t)(p->domain.text_high - p->domain.text_low); }
static inline uint32_t process_stack_size(const struct process *p) { return p->data - p->block; }
/* A plain PIE: text is private, in the block. */
static inline bool process_is_copied(const struct process *p) { return p->text - p->block < p->block_size; }
static inline struct process *process_current(void) { return (struct process *)K->current->domain; }
static inline struct process *process_of(const struct pith_thread *t) { return (struct process *)t->domain; }
static inline struct process_thread *thread_current(void) { return (struct process_thread *)K->current; }
pith_time process_deadline(int64_t us); /* a wait of so many microseconds; negative is for ever */
static inline uint32_t process_ticks(int64_t us) { return (uint32_t)((us * PITH_TICK_HZ + 999999) / 1000000); }

/* life.c, kernel context: takes every thread of p off the processor and hands p to the reaper. */
void process_end(struct process *p, enum process_cause cause, int status);
void process_fault(struct pith_thread *t);
void process_sweep(void);                /* the reaper has something to give back */
void process_hurry(void);                /* the reaper is as urgent as what it has to do, and who waits for it */
struct process *process_by_pid(int pid); /* any that is not free; NULL. Any context */
void process_reaped(struct process *p);  /* its memory is free: a zombie, or gone */

/* thread.c, kernel context */
struct process_thread *thread_new(struct process *p, const struct pith_thread_start *start);
struct process_thread *thread_copy(struct process *p, const struct process_thread *from);
struct process_thread *thread_by_tid(const struct process *p, uint32_t tid); /* of p, alive; NULL */
uint8_t thread_end_all(struct process *p); /* the own priority of the most urgent */
void thread_end_others(struct process_thread *keep);
void thread_end(struct process_thread *t, int value);
/* It waits, and for something that a signal may end. */
bool thread_can_be_woken(const struct process_thread *t);
/* A wait may begin: 0, or -ECANCELED or -EINTR if it was ended before it began. */
long thread_may_wait(void);

/* stream.c, kernel context: what the call of a parked thread returns that is to end with an error: that, or how much was
 * written before. */
#if PITH_FILES
long stream_cut_short(struct pith_thread *t, long error);
#else
static inline long stream_cut_short(struct pith_thread *t, long error) { return (void)t, error; }
#endif

/* jobs.c, kernel context */
#if PITH_PROCESS_SIGNALS
bool jobs_is_orphaned(int group);
void jobs_news(struct process *p);             /* it was stopped, or goes on */
void jobs_wake_parent(struct process *parent); /* those of its threads that wait for children look again */
#else
static inline void jobs_wake_parent(struct process *parent) { (void)parent; }
#endif

/* life.c, kernel context: `which` of wait() means this child; what its parent is told of its end, after which it is gone */
bool process_is_meant(const struct process *child, const struct process *parent, long which);
long process_hand_over(struct process *child, const struct k_domain *d, uint32_t to);

#if PITH_FILES
void jobs_init(void);
void poll_init(void);  /* poll.c */
void pipes_init(void); /* pipes.c */
#if PITH_TIMER_FILES
void timer_files_init(void); /* timerfile.c */
#else
static inline void timer_files_init(void) {}
#endif
#endif

/* futex.c, kernel context */
void futex_thread_ended(struct pith_thread *t);  /* its locks have passed on: the words say so */
/* The memory is about to be somebody else's. p: but for what its relatives have there; NULL: all. */
void futex_forget(const struct process *p, uint32_t base, uint32_t size);

/* signal.c, kernel context */
#if PITH_PROCESS_SIGNALS
int signal_send(struct process *p, int signal);
int signal_send_thread(struct process_thread *t, int signal);
/* Where it handles signals; size 0: on its own stack. 0, -EAGAIN (PITH_SIGNAL_STACKS are in use). */
struct uslice signal_stack(const struct process_thread *t);
int signal_stack_set(struct process_thread *t, struct uslice stack);
bool signal_fault(struct process_thread *t); /* true: a handler of the process will see it */
bool signal_may_enter(const struct process *from, int group); /* the group, or let a child do so. Any context */
bool signal_frees_children(const struct process *p); /* that end: nobody is to wait for them. Any context */
void signal_alarm(struct process *p);
void signal_recheck(void); /* somebody may see now what was pending */
/* What a new process ignores, a new thread blocks. Any context. */
void signals_inherit(struct process *p, const struct process *parent, uint32_t reset);
static inline void thread_set_mask(struct process_thread *t, uint32_t mask) { t->mask = mask; }
static inline uint32_t thread_mask(const struct process_thread *t) { return t->mask; }
#else
static inline int signal_stack_set(struct process_thread *t, struct uslice stack) { return (void)t, (void)stack, 0; }
static inline int signal_send(struct process *p, int signal) { return (void)p, (void)signal, 0; }
static inline bool signal_fault(struct process_thread *t) { return (void)t, false; }
static inline bool signal_may_enter(const struct process *from, int group) { return (void)from, (void)group, false; }
static inline void signal_recheck(void) {}
static inline bool signal_frees_children(const struct process *p) { return (void)p, false; }
static inline void signals_inherit(struct process *p, const struct process *parent, uint32_t reset) {
  (void)p, (void)parent, (void)reset;
}
static inline void thread_set_mask(struct process_thread *t, uint32_t mask) { (void)t, (void)mask; }
static inline uint32_t thread_mask(const struct process_thread *t) { return (void)t, 0; }
#endif

/* object.c, handle.c: kernel context */
struct object;
long handle_open(struct process *p, struct object *o, uint32_t rights);
long handle_inherit(struct process *from, uint32_t handle, struct process *to);
/* NULL, and -EBADF or -EPERM in *error. kind 0: any. */
struct object *handle_get(struct process *p, uint32_t handle, unsigned kind, uint32_t right, long *error);
uint32_t handle_rights(uint32_t number); /* of a handle that is known to be good */
long handle_close(struct process *p, uint32_t handle);
void handle_close_all(struct process *p);
void handle_copy_all(const struct process *from, struct process *to);
#if PITH_SHARED_OBJECTS
void process_unmap(struct process *p); /* map.c */
bool object_has_maker(int pid); /* one that is open. Any context */
bool object_is_left(void); /* one that has ended has memory yet to be given back. Any context */
void object_sweep(void); /* objects that ended give their memory back. Thread, under process_lock */
#else
static inline void process_unmap(struct process *p) { (void)p; }
static inline bool object_has_maker(int pid) { return (void)pid, false; }
static inline bool object_is_left(void) { return false; }
static inline void object_sweep(void) {}
#endif

/* family.c: relatives by fork(), whose memory has the same addresses */
#if PITH_FAMILIES
enum { RESULT_NONE, RESULT_VALUE, RESULT_SKIP, RESULT_AGAIN };
int family_start(void);
/* Thread. p's memory comes home and stays there, and belongs to the caller, until family_unpin(). NULL: it has no relatives. */
struct family *family_pin(struct process *p);
void family_unpin(struct family *f);
/* Thread. p has ended and is out of the family: its memory is given back. False: it has none. */
bool family_leave(struct process *p);
/* t waits for its process to come home, or for a page: that is nobody else's matter. */
bool family_has_parked(const struct process_thread *t);
/* Kernel context. The pending signals of t have to wait until it can be made to see them. */
bool family_defers_signals(struct process_thread *t);
/* Kernel context. t, parked in a call whose first argument it keeps, is woken to make it again: it is to find
 * for itself what there is. */
void family_again(struct process_thread *t);
/* Addresses of p's that are another process's as well, and mean another thing there. Any context. */
bool family_shares(const struct process *p, uint32_t address);
/* May be read or written without a question, now. Kernel context. */
bool family_reaches(const struct process *p, struct uslice s);
#else
static inline int family_start(void) { return 0; }
static inline struct family *family_pin(struct process *p) { (void)p; return NULL; }
static inline void family_unpin(struct family *f) { (void)f; }
static inline bool family_leave(struct process *p) { (void)p; return false; }
static inline bool family_defers_signals(struct process_thread *t) { (void)t; return false; }
static inline bool family_has_parked(const struct process_thread *t) { (void)t; return false; }
static inline void family_again(struct process_thread *t) { (void)t; }
static inline bool family_shares(const struct process *p, uint32_t address) { (void)p, (void)address; return false; }
static inline bool family_reaches(const struct process *p, struct uslice s) { (void)p, (void)s; return false; }
#endif

/* exec.c: the service behind sys_execve(). */
long process_exec_service(struct process *p, uint32_t path, uint32_t thread);
/* fork.c: the service behind sys_fork(). */
long process_fork_service(struct process *parent, uint32_t thread, uint32_t unused);

/* service.c: calls that take long. The caller waits while f(p, a, b) runs in the service's thread. */
long service_enter(service_function *f, uint32_t a, uint32_t b);
int service_caller(void); /* the process whose service the current thread does; 0: none. Thread */
bool service_is_busy(void); /* it works on some process's memory. Thread */
#if PITH_FILES
void service_thread_ended(struct process_thread *t); /* kernel context */
#else
static inline void service_thread_ended(struct process_thread *t) { (void)t; }
#endif
int service_start(void);
/* Any context: from memory that d may read. 0 or -EFAULT; the length, -EFAULT or -ENAMETOOLONG. */
long process_string(const struct k_domain *d, char *to, uint32_t from, uint32_t size);
uint32_t process_readable(const struct k_domain *d, uint32_t at); /* bytes from there on */

/* waits.c, kernel context: what its first thread waits for, a word; "-": nothing. */
const char *process_waits(const struct process *p);
bool service_has_parked(const struct process_thread *t);
bool futex_has_parked(const struct process_thread *t);
bool signal_has_parked(const struct process_thread *t);

/* load.c, under process_lock: a slot that is free, or -EAGAIN; a number for it. */
int process_find_slot(struct process **out);
int process_next_pid(void);
/* load.c: the service behind sys_spawn(), in its thread */
long process_spawn_service(struct process *parent, uint32_t spawn, uint32_t unused);

/* clocks.c, kernel context: a process's alarm and the watchdog of its heartbeat, deadlines of their own */
#if PITH_PROCESS_SIGNALS || PITH_SERVICES
void clocks_init(void);
long process_deadline_in(struct k_timeout *t, uint32_t ticks); /* one of these, anew */
void clocks_set(struct process *p, uint32_t heartbeat_us);     /* not armed. Any context */
void clocks_start(struct process *p);                          /* if it must beat, from now on */
void clocks_stop(struct process *p);
#else
static inline void clocks_init(void) {}
static inline void clocks_set(struct process *p, uint32_t heartbeat_us) { (void)p, (void)heartbeat_us; }
static inline void clocks_start(struct process *p) { (void)p; }
static inline void clocks_stop(struct process *p) { (void)p; }
#endif

/* calls.c */
uint64_t process_cpu_us(const struct process *p); /* 0 where it is not accounted */
uint64_t thread_cpu_us(const struct pith_thread *t);
/* What sys_info() tells. Kernel context; *m and *out are zeroed. 0, -ENOENT (fewer than index + 1). */
void memory_info(struct pith_info_memory *m);
long process_info(uint32_t index, struct pith_info_process *out);
long thread_info(uint32_t index, struct pith_info_thread *out);

void process_hold(struct process *p, bool hold); /* all its threads, nesting with pith_thread_suspend() */
struct pith_limits process_limits(const struct process *p); /* all of them; once it has ended, without a share of the processor */

/* budget.c, kernel context */
#if PITH_PROCESS_SHARES
void budget_init(void);
/* A share that can be, and no larger than the parent's. Any context. */
bool budget_may_be(const struct pith_limits *wish, const struct process *parent);
/* p, before its first thread runs, is in its parent's share, or in one of its own below that, if it wishes one. 0, -EAGAIN
 * (PITH_PROCESS_SHARES exist). Then it waits if the others in the share have used it up. */
int budget_start(struct process *p, const struct process *parent, const struct pith_limits *wish);
void budget_tell(const struct process *p, struct pith_limits *l);
void budget_join(struct process *p);
void budget_stop(struct process *p);
void budget_entered(struct k_domain *d);
void budget_left(struct k_domain *d);
#else
static inline void budget_init(void) {}
static inline bool budget_may_be(const struct pith_limits *wish, const struct process *parent) {
  (void)parent;
  return !wish->budget_us;
}
static inline int budget_start(struct process *p, const struct process *parent, const struct pith_limits *wish) {
  (void)p, (void)parent, (void)wish;
  return 0;
}
static inline void budget_tell(const struct process *p, struct pith_limits *l) { (void)p, (void)l; }
static inline void budget_join(struct process *p) { (void)p; }
static inline void budget_stop(struct process *p) { (void)p; }
#define budget_entered NULL
#define budget_left NULL
#endif

/* report.c, thread */
void process_report(const struct process *p);

/* arch: the dispatch tables; dispatch.c */
extern const void *const k_calls_process[], *const k_calls_paged[];
extern k_function *const k_process_functions[];
#endif

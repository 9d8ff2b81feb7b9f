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

enum { PROCESS_NAME = 24, PID_MAX = 30000, REAPER_PRIORITY = PITH_PRIORITIES - 4 };

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

/* Of struct pith_limits what is neither in its share (process_limits()) nor in bytes of its own. */
struct process_bounds {
  uint32_t memory, objects_memory;
};
_Static_assert(PITH_PROCESS_THREADS_EACH <= UINT8_MAX && PITH_PROCESS_HANDLES <= UINT8_MAX, "they are kept in a byte");

/* Of a descriptor. */
#define FD_CLOSES 0x80u /* on exec */
#define FD_PLACE 0x7Fu
_Static_assert(PITH_FILES <= FD_PLACE, "a place and a flag share a byte");

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
  uint8_t state, cause;
  /* Bits, changed in the kernel context alone once it lives. */
  uint8_t orphan : 1, served : 1; /* served: a service works on its memory, which must stay */
  uint8_t stopped : 5;            /* by that signal */
  bool no_stop_signal : 1;        /* no SIGCHLD for it when a child stops */
  uint8_t news : 2;               /* enum process_news that wait4() has yet to tell */
  bool manages : 1;               /* it may set the clock and end it all; its children, too */
  uint8_t missed : 1;             /* in a family: signals came that wait for it to be at home */
  uint8_t away : 1;               /* not at home */
  uint8_t ceiling, threads, handles;
  uint8_t slots;  /* threads, and those not yet joined */
  uint8_t mapped; /* handle slot + 1 of what domain.extra is */
  uint8_t files;  /* descriptors of anything but the console */
  uint8_t member, results; /* its number in a family; results kept for its threads */
  union {
    uint8_t fd[PITH_PROCESS_FILES]; /* descriptors: place in vfs_files + 1, and FD_CLOSES; 0: closed */
    uint32_t fds[(PITH_PROCESS_FILES + 3) / 4];
  };
  uint16_t own;                   /* in a family: pages it may touch while it is at home (family.c) */
  uint8_t most_threads, most_handles; /* as bounds */
  struct family *family;          /* NULL: the block is its own alone */
  char *cwd;                      /* kernel heap; NULL: "/". Changed in the kernel context, freed by the reaper */
  union {
    uint32_t signal_entry; /* while it lives */
    int32_t status;        /* once it has ended */
  };
  uint32_t children;       /* at least; a thread that spawns one adds to it */
  uint32_t objects_memory; /* bytes of what it has made */
  uint32_t text_vaddr;
  const void *file;
  uint32_t file_size;
  uint32_t block, block_size, data, brk_low, brk; /* the stack is below the data */
  uint32_t text, text_size;
  struct k_waitq waiting;             /* its threads in sys_wait() */
  uint32_t pending, handled, ignored; /* signals */
  struct k_timeout alarm, watchdog; /* process_due() */
  uint32_t beat;           /* ticks a heartbeat may promise at most; 0: as it likes */
  struct share *share;     /* of the processor, budget.c; NULL: all it wants */
  struct process_bounds bounds; /* its children's are no larger */
#if PITH_ACCOUNTING
  uint64_t cycles; /* of threads that have ended */
#endif
  struct pith_sem *told; /* given once it is reaped and its parent is the kernel; NULL: nobody asked for it */
  char name[PROCESS_NAME];
};

/* A thread of a process. Its number: generation << 8 | index + 1, so never 0 and not soon used again. */
struct process_thread {
  struct pith_thread thread; /* first */
  uint32_t tid;              /* of the last thread here; in use while thread.seal is right or `zombie` */
  uint8_t detached, zombie, suspends; /* suspends: in sigsuspend, `restore` is to come back */
  uint8_t last : 1;                   /* it was there when its process ended */
  uint8_t writes : 1;                 /* parked in the middle of a write, of which service_b bytes are written */
  uint8_t result : 2;                 /* RESULT_: kept until its process is at home, in `value` */
  int32_t value;                      /* what it returned; before, a result that is kept */
  struct k_waitq joiner;
  uint32_t mask, pending, sigwait; /* signals: blocked, sent to this thread, awaited by sigwait */
  uint32_t restore;                /* sigsuspend: the mask to go back to */
  uint32_t alt, alt_size;
  long (*service)(struct process *p, uint32_t a, uint32_t b); /* being done for it, or NULL */
  uint32_t service_a, service_b; /* while it waits for something else, service_a is the argument of a call to make again */
  struct file *file; /* held for it until the service begins */
};

extern const struct k_domain_ops process_ops; /* of one that has its memory to itself */
extern struct process process_table[PITH_PROCESSES];
extern struct process_thread process_threads[PITH_PROCESS_THREADS];
extern const struct process_console *process_console;
extern struct pith_mutex process_lock; /* the pool, and slots that are loading or ended. Thread. HAZARD: a file system may take
                                        * memory, so no call of the vfs may be made under it */
extern struct pool process_pool;

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
struct process_thread *thread_new(struct process *p, const struct pith_thread_start *start, const char *name);
struct process_thread *thread_copy(struct process *p, const struct process_thread *from);
struct process_thread *thread_by_tid(const struct process *p, uint32_t tid); /* of p, alive; NULL */
void thread_end_all(struct process *p);
void thread_end_others(struct process_thread *keep);
void thread_end(struct process_thread *t, int value);
/* It waits, and for something that a signal may end. */
bool thread_can_be_woken(const struct process_thread *t);
/* A wait may begin: 0, or -ECANCELED or -EINTR if it was ended before it began. */
long thread_may_wait(void);

/* stream.c, kernel context: what the call of a parked thread returns that is to end with an error: that, or how much was
 * written before. */
long stream_cut_short(struct pith_thread *t, long error);

/* jobs.c, kernel context */
void jobs_init(void);
bool jobs_is_orphaned(int group);
void jobs_news(struct process *p);             /* it was stopped, or goes on */
void jobs_wake_parent(struct process *parent); /* those of its threads that wait for children look again */

/* life.c, kernel context: `which` of wait() means this child; what its parent is told of its end, after which it is gone */
bool process_is_meant(const struct process *child, const struct process *parent, long which);
long process_hand_over(struct process *child, const struct k_domain *d, uint32_t to);

void poll_init(void);  /* poll.c */
void pipes_init(void); /* pipes.c */

/* futex.c, kernel context */
void futex_thread_ended(struct pith_thread *t);  /* its locks have passed on: the words say so */
/* The memory is about to be somebody else's. p: but for what its relatives have there; NULL: all. */
void futex_forget(const struct process *p, uint32_t base, uint32_t size);

/* signal.c, kernel context */
int signal_send(struct process *p, int signal);
int signal_send_thread(struct process_thread *t, int signal);
bool signal_fault(struct process_thread *t); /* true: a handler of the process will see it */
int signal_of_fault(const struct arch_fault *f);
bool signal_may_enter(const struct process *from, int group); /* the group, or let a child do so. Any context */
void signal_alarm(struct process *p);
void signal_recheck(void); /* somebody may see now what was pending */

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
void process_unmap(struct process *p);
bool object_has_maker(int pid); /* one that is open. Any context */
bool object_is_left(void); /* one that has ended has memory yet to be given back. Any context */
void object_sweep(void); /* objects that ended give their memory back. Thread, under process_lock */

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
/* Kernel context. t, parked in a call whose first argument is in service_a, is woken to make it again: it is to find
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
typedef long service_function(struct process *p, uint32_t a, uint32_t b);
long service_enter(service_function *f, uint32_t a, uint32_t b);
int service_caller(void); /* the process whose service the current thread does; 0: none. Thread */
bool service_is_busy(void); /* it works on some process's memory. Thread */
void service_thread_ended(struct process_thread *t); /* kernel context */
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

/* calls.c */
void process_clocks(struct process *p); /* its alarm and its watchdog, not armed */
long process_deadline_in(struct k_timeout *t, uint32_t ticks); /* one of these, anew. Kernel context */
uint64_t process_cpu_us(const struct process *p); /* 0 where it is not accounted */
/* What sys_info() tells. Kernel context; *m and *out are zeroed. 0, -ENOENT (fewer than index + 1). */
void memory_info(struct pith_info_memory *m);
long process_info(uint32_t index, struct pith_info_process *out);
long thread_info(uint32_t index, struct pith_info_thread *out);

/* budget.c, kernel context */
void budget_init(void);
void process_hold(struct process *p, bool hold); /* all its threads, nesting with pith_thread_suspend() */
/* p, before its first thread runs, is in its parent's share, or in one of its own below that, if it wishes one. 0, -EAGAIN
 * (PITH_PROCESS_SHARES exist). Then it waits if the others in the share have used it up. */
int budget_start(struct process *p, const struct process *parent, const struct pith_limits *wish);
/* All its limits; once it has ended, without a share of the processor. */
struct pith_limits process_limits(const struct process *p);
void budget_join(struct process *p);
void budget_stop(struct process *p);
void budget_entered(struct k_domain *d);
void budget_left(struct k_domain *d);

/* report.c, thread */
void process_report(const struct process *p);

/* calls.c */
extern const void *const k_calls_process[], *const k_calls_paged[]; /* arch: the dispatch tables */
extern k_function *const k_process_functions[];
#endif

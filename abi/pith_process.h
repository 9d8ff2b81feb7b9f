/* What processes and the kernel hand each other beyond registers. Sizes are part of the ABI; every pointer in here
 * is a process's address, 32 bits. */
#ifndef PITH_PROCESS_ABI_H
#define PITH_PROCESS_ABI_H
#include <stdint.h>

/* ---- threads ---- */

struct pith_thread_start {
  uint32_t entry;      /* code address; called with arg, must not return */
  uint32_t arg;        /* its r0 */
  uint32_t got;        /* its r9: the global offset table, or a copy of it that is the thread's own */
  uint32_t stack;      /* lowest address, 8-aligned; what a guard takes of it is at the bottom */
  uint32_t stack_size; /* bytes, multiple of 8, at least PITH_THREAD_STACK_MIN */
  int32_t priority;    /* 0 the most urgent; -1: the creator's */
  uint32_t flags;      /* PITH_THREAD_DETACHED | PITH_WITH_POLICY(PITH_POLICY_...); without, the creator's policy */
};
#define PITH_THREAD_STACK_MIN 256
#define PITH_THREAD_DETACHED 1u

/* What a thread does when others of its priority are ready: OTHER gives way to them after PITH_PROCESS_SLICE milliseconds,
 * FIFO when it blocks or yields. */
enum { PITH_POLICY_SPAN = -2, PITH_POLICY_OTHER = 0, PITH_POLICY_FIFO }; /* SPAN: asks for how long */
#define PITH_POLICY_MASK 0x300u
#define PITH_WITH_POLICY(policy) (((policy) + 1u) << 8)

/* A lock's word: 0 free, else the owner's thread number. WAITERS: only the kernel may unlock it. */
#define PITH_FUTEX_WAITERS 0x80000000u
#define PITH_FUTEX_OWNER 0x3FFFFFFFu

/* ---- processes ---- */

/* sys_alarm(): microseconds; stored: what was left, and the time between alarms. */
struct pith_alarm {
  uint64_t us;       /* until the first; 0: there is none. PITH_ALARM_ASK: changes nothing */
  uint64_t again_us; /* until each further one; 0: there is one */
};
#define PITH_ALARM_ASK UINT64_MAX

/* Limits; 0 takes the parent's. A child's are never above its parent's. */
struct pith_limits {
  uint32_t memory; /* bytes of its block: stack, data and heap */
  uint16_t threads;
  uint16_t handles;
  uint32_t objects_memory; /* bytes of shared memory and queues it may create */
  uint32_t budget_us;      /* of each period: what it and its children may run together; 0: in the parent's, if any */
  uint32_t period_us;      /* 1,000 to 10,000,000 */
};

/* What is done to the descriptors of a child, in this order, before it starts. */
enum { PITH_ACTION_OPEN = 1, PITH_ACTION_CLOSE, PITH_ACTION_DUP2, PITH_ACTION_CHDIR };
struct pith_action {
  uint32_t kind;
  int32_t fd;     /* OPEN, CLOSE, DUP2: what it is about; closed first */
  int32_t from;   /* DUP2: what it becomes a copy of */
  uint32_t path;  /* OPEN, CHDIR */
  uint32_t flags; /* OPEN: PITH_O_ */
  uint32_t mode;  /* OPEN: ignored, as by open() */
};

#define PITH_SPAWN_SETSIGMASK 1u
#define PITH_SPAWN_SETSIGDEF 2u
struct pith_spawn {
  uint32_t path;       /* of the program; a name without "/" is in /bin */
  uint32_t argv, envp; /* arrays of pointers that end with 0; 0: {path}, the empty environment */
  uint32_t handles;    /* array of the caller's handles the child gets, in this order, as its first ones */
  uint32_t handle_count;
  int32_t priority; /* of its main thread; -1: the caller's */
  int32_t ceiling;  /* no thread of it may be more urgent; -1: the caller's */
  int32_t group;    /* -1: the caller's, 0: its own, else that one */
  struct pith_limits limits;
  uint32_t cwd; /* path of its working directory; 0: the caller's */
  uint32_t actions, action_count;
  uint32_t flags;      /* PITH_SPAWN_ | PITH_WITH_POLICY(PITH_POLICY_...) of its main thread; without, the caller's */
  uint32_t sigmask;    /* SETSIGMASK: blocked signals; else the caller's */
  uint32_t sigdefault; /* SETSIGDEF: at their default, though the caller ignores them */
};

enum { PITH_ENDED_EXIT = 1, PITH_ENDED_FAULT, PITH_ENDED_SIGNAL, PITH_ENDED_STOPPED, PITH_ENDED_CONTINUED };
struct pith_ended {
  uint32_t cause;   /* PITH_ENDED_ */
  int32_t status;   /* EXIT: what it said; else the signal */
  uint32_t address; /* FAULT: the address it was about, or of the instruction */
  uint32_t pad;
  uint64_t cpu_us; /* time its threads ran, where it is accounted */
};

/* sys_power() */
enum { PITH_POWER_OFF, PITH_POWER_RESET };

enum { PITH_ID_PARENT, PITH_ID_GROUP };

/* ---- signals: 1 to 31, newlib's numbers; in a set, bit n - 1 is signal n ---- */

enum { PITH_SIG_DEFAULT, PITH_SIG_IGNORE, PITH_SIG_HANDLE };
#define PITH_SIG_NO_STOPS 4   /* of SIGCHLD, with HANDLE: not for children that stop or go on */
#define PITH_SIG_NO_ZOMBIES 8 /* of SIGCHLD: children go when they end, as they do with IGNORE */
enum { PITH_SIGNALS = 31 };

/* On the thread's stack (or sigstack) above the frame the handler starts with; its address is the handler's second
 * argument. Whatever the process changes here it changes for itself alone. */
struct pith_sigframe {
  uint32_t sp;       /* the interrupted context's stack pointer: its frame lies there */
  uint32_t mask;     /* blocked signals to return to */
  uint32_t extended; /* its frame has FPU registers, and the rest of them are below */
  uint32_t signal;
  uint32_t cause;   /* 0 sent; else the CFSR of the fault */
  uint32_t address; /* of the fault */
  uint32_t pad[2];
  uint32_t s16_s31[16];
};

/* ---- kernel objects ---- */

enum { PITH_OBJECT_SEM = 1, PITH_OBJECT_MUTEX, PITH_OBJECT_QUEUE, PITH_OBJECT_SHM, PITH_OBJECT_DEVICE };
#define PITH_RIGHT_WAIT 1u   /* take, lock, receive, map to read */
#define PITH_RIGHT_SIGNAL 2u /* give, send, map to write */
#define PITH_RIGHT_MANAGE 4u /* hand on to a child; of a name, others may take it away */
#define PITH_RIGHT_ALL 7u
#define PITH_OPEN_CREATE 1u
#define PITH_OPEN_EXCLUSIVE 2u
enum { PITH_OBJECT_NAME = 24 }; /* bytes with the closing 0 */

struct pith_object {
  uint32_t kind;
  uint32_t flags;   /* PITH_OPEN_ */
  uint32_t rights;  /* asked for */
  uint32_t name;    /* "/sem/NAME", "/mq/NAME", "/shm/NAME", "/dev/NAME"; 0: nameless, created */
  uint32_t initial; /* SEM: units; QUEUE: messages it holds */
  uint32_t size;    /* SHM: bytes; QUEUE: bytes of the longest message */
  uint32_t others;  /* when created: the rights other processes may ask for */
};

struct pith_message {
  uint32_t data;     /* address */
  uint32_t length;   /* bytes; for receive: the room there is */
  uint32_t priority; /* 0 to 31, 31 goes first; stored by receive */
};

/* sys_mq_notify(): beside signals */
enum { PITH_NOTIFY_WAITER = -1, PITH_NOTIFY_WAIT = -2 };

/* ---- what there is to see ---- */

enum {
  PITH_INFO_MEMORY,
  PITH_INFO_PROCESS, /* index counts the processes there are */
  PITH_INFO_THREAD,  /* index counts the threads of processes */
  PITH_INFO_LIMITS,  /* struct pith_limits of the caller */
  PITH_INFO_OBJECT,  /* index: a handle of the caller's */
};

struct pith_info_memory {
  uint32_t total, free, largest; /* bytes of process memory; the largest free piece */
  uint32_t blocks;               /* pieces in use */
  uint32_t waste;                /* bytes that rounding to MPU regions costs the processes alive */
  uint32_t kernel_free;          /* bytes of kernel heap */
};

struct pith_info_process {
  int32_t pid, parent, group;
  uint8_t state; /* 1 loading, 2 alive, 3 ended, 4 zombie */
  uint8_t ceiling, threads, handles;
  uint32_t block, block_size, stack_size, data, heap, heap_end, text, text_size;
  uint32_t objects_memory, budget_us, period_us;
  uint64_t cpu_us;
  char name[24];
};

struct pith_info_thread {
  int32_t pid, tid;
  uint8_t state; /* enum pith_thread_state */
  uint8_t priority, own_priority, pad;
  uint32_t stack, stack_size, sp;
  uint64_t cpu_us;
};

struct pith_info_object {
  uint32_t kind, rights;
  uint32_t count; /* units, messages there are */
  uint32_t most;  /* messages there can be */
  uint32_t size;  /* bytes of a shared memory, a device, the longest message */
};

_Static_assert(sizeof(struct pith_thread_start) == 28, "ABI");
_Static_assert(sizeof(struct pith_limits) == 20, "ABI");
_Static_assert(sizeof(struct pith_alarm) == 16, "ABI");
_Static_assert(sizeof(struct pith_action) == 24, "ABI");
_Static_assert(sizeof(struct pith_spawn) == 76, "ABI");
_Static_assert(sizeof(struct pith_ended) == 24, "ABI");
_Static_assert(sizeof(struct pith_sigframe) == 96, "ABI");
_Static_assert(sizeof(struct pith_object) == 28, "ABI");
_Static_assert(sizeof(struct pith_message) == 12, "ABI");
#endif

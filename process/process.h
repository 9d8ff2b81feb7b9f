/* Processes: isolated, unprivileged instances of ELF files.
 *
 * A process has one block of memory (stack at the bottom, then data, then heap) and executes its text
 * where the file lies. Whatever it does ends with it: when it exits or faults the kernel takes it off
 * the processor at once, and the reaper thread reports, frees and reaps. */
#ifndef PITH_PROCESS_H
#define PITH_PROCESS_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "pith/sem.h"
#include "pith/types.h"
#include "pith_process.h"

/* The console as processes see it. */
struct process_console {
  long (*write)(const void *buf, size_t n);  /* bytes taken; may park the caller. Kernel context */
  long (*read)(void *buf, size_t n);         /* bytes read; may park the caller. Kernel context */
  void (*print)(const char *text, size_t n); /* for reports. Thread */
};

/* KILLED: by a signal or from outside. SILENT: it promised a heartbeat that did not come. */
enum process_cause { PROCESS_RUNNING, PROCESS_EXITED, PROCESS_FAULTED, PROCESS_KILLED, PROCESS_SILENT };

struct process_result {
  enum process_cause cause;
  int status; /* what it returned, if it exited; else the signal */
};

/* What is to be run. The file must stay where it is while any instance lives: text is executed there. */
struct process_request {
  const char *name;                        /* for reports; up to 23 characters are kept */
  const void *file;                        /* 4-aligned */
  uint32_t size;                           /* bytes */
  const char *const *argv;                 /* copied to the new process's stack, up to a NULL; NULL: none */
  const char *const *envp;                 /* the same */
  const struct k_domain *from, *argv_from; /* who may read envp and argv; NULL: the kernel */
  uint8_t priority;                        /* 0..PITH_PRIORITIES - 2 */
  uint8_t policy;                          /* PITH_POLICY_ */
  uint8_t ceiling;                         /* no thread of it may be more urgent; 0: as it likes */
  int parent, group;                       /* 0: the system; group 0: one of its own, -1: the parent's */
  bool manages;                            /* parent 0: it and its children may set the clock */
  const uint32_t *handles;                 /* of the parent, that it gets */
  uint32_t handle_count;
  uint32_t cwd, actions, action_count;     /* addresses in `from`: a path, an array of struct pith_action */
  uint32_t mask, sigdefault;               /* signals: blocked; at their default whatever the parent ignores */
  struct pith_limits limits;
  uint32_t heartbeat_us; /* not 0: it beats at least so often, from its start on, or is killed */
  struct pith_sem *told; /* with PITH_SERVICES. Not NULL, parent 0: given when it can be waited for, soon whatever runs below its
                          * priority */
};

/* A device that one process may have: its registers, and its interrupt line, or -1. */
struct process_device {
  const char *name;    /* "/dev/NAME" opens it */
  uint32_t base, size; /* as an MPU region covers: a power of two of at least 32 bytes, aligned to it */
  int irq;
};

/* Addresses of an instance, for display. */
struct process_map {
  int pid;
  uint32_t text, text_size, data, data_size, stack, stack_size, heap, heap_size; /* bytes */
  bool copied; /* a plain PIE: text is private, in the block */
};

/* Memory for processes: [low, high). Starts the reaper. Thread, once. 0 or negative errno. */
int process_init(uintptr_t low, uintptr_t high, const struct process_console *console);

/* More memory for processes, above that: [low, high), multiples of 32. Thread, once, before the first process. */
void process_more_memory(uint32_t low, uint32_t high);
/* Without PITH_FILES: find() knows a program by the name it is spawned by, and says where its file is; it must stay there.
 * 0 or negative errno. Thread, once. */
void process_programs(int (*find)(const char *name, const void **file, uint32_t *size));
/* The devices there are, for processes that the system itself starts. The list must stay. Thread, once. */
void process_devices(const struct process_device *list, unsigned count);
/* Loads and starts. The process number, or -ENOEXEC (*why says what is wrong with the file), -ENOMEM,
 * -EAGAIN (PITH_PROCESSES or PITH_THREADS exist), -E2BIG (arguments over PITH_ARGUMENTS), -EINVAL;
 * *why is always set on failure. On failure nothing is left behind. map may be NULL. Thread. */
int process_spawn(const struct process_request *request, struct process_map *map, const char **why);
/* Waits until a process has ended and was reaped, and takes its result; then its number is free. 0,
 * -ESRCH, -ETIMEDOUT, -ECANCELED. Thread; one thread per process. */
int process_wait(int pid, struct process_result *result, pith_time deadline);
/* What sys_power() does, in the thread of services: PITH_POWER_OFF with a status or PITH_POWER_RESET; does not return. Without
 * it the call gives -ENOSYS. Thread, once. */
void process_set_power(void (*power)(int how, int status));
/* A message queue from the system to processes, for a driver whose interrupts a kernel thread serves: they open it by its name
 * (mq_open("/NAME", O_RDONLY)) and receive; they cannot send, unlink or end it. It is there as long as the system is, whoever comes
 * and goes. init/sensor.c is an example. */
struct process_queue;
/* Makes one. name: "/mq/NAME", up to 23 characters. messages: 1..1024, size: bytes of the longest, 1..PITH_MESSAGE_MAX; each
 * message takes size + 8 bytes of process memory. 0, -EINVAL, -EEXIST (somebody has made that name), -ENFILE, -ENOMEM; on failure
 * nothing is left behind. Thread, after process_init(). */
int process_queue_open(struct process_queue **out, const char *name, uint32_t messages, uint32_t size);
/* Sends without ever waiting: a slow or dead receiver costs messages, not the sender's time. priority: 0..31, more is more
 * urgent. 0, -EAGAIN (it is full; nothing was sent), -EMSGSIZE, -EINVAL. Thread. One kernel entry of O(length), and O(messages) for one
 * more urgent than others that wait. */
int process_queue_send(struct process_queue *q, const void *message, uint32_t length, uint32_t priority);
/* Ends a process from outside. 0, -ESRCH. Thread. */
int process_kill(int pid);
/* Bytes of process memory free, and the largest free piece. Thread. */
uint32_t process_memory_free(uint32_t *largest);
/* A piece of process memory for a file read from elsewhere, aligned so that its text can be protected;
 * NULL when there is none. Thread. */
void *process_memory_take(uint32_t size);
/* The same for the system's own use, 32-aligned, where it is least in the way of processes. */
void *process_memory_chunk(uint32_t size);
void process_memory_give(void *memory);
#endif

/* What the files of process/ share. The process table is the kernel's memory: changed in the kernel
 * context, or by one thread at a time under `lock` while a slot is PROCESS_LOADING or PROCESS_ENDED. */
#ifndef PITH_PROCESS_INTERNAL_H
#define PITH_PROCESS_INTERNAL_H
#include "elf.h"
#include "fault.h"
#include "kernel.h"
#include "pool.h"
#include "process.h"

enum { PROCESS_NAME = 24 };

enum process_state { PROCESS_FREE, PROCESS_LOADING, PROCESS_ALIVE, PROCESS_ENDED, PROCESS_REAPED };

/* A handle is generation << 8 | index. The generation starts at 1, so no handle is a descriptor number. */
struct handle {
  uint8_t generation;
  uint8_t in_use;
  uint16_t object;
};

struct process {
  struct k_domain domain; /* first: the domain of a thread is its process */
  struct pith_thread thread;
  int pid;
  uint8_t state, cause;
  int status;
  struct elf_plan plan;
  const void *file;
  uint32_t block, block_size, stack_size, data, brk_low, brk;
  uint32_t text, text_size;
  struct arch_fault fault;
  struct pith_sem ended; /* given once it is reaped */
  struct handle handle[PITH_PROCESS_HANDLES];
  char name[PROCESS_NAME];
};

enum object_kind { OBJECT_FREE, OBJECT_SEM, OBJECT_MUTEX };

struct object {
  uint8_t kind;
  union {
    struct pith_sem sem;
    struct pith_mutex mutex;
  };
};

extern struct process process_table[PITH_PROCESSES];
extern const struct process_console *process_console;
extern struct pith_mutex process_lock; /* the pool, and slots that are loading or ended. Thread */
extern struct pool process_pool;

static inline struct process *process_current(void) { return (struct process *)K->current->domain; }

/* life.c, kernel context: takes every thread of p off the processor and hands p to the reaper. */
void process_end(struct process *p, enum process_cause cause, int status);
void process_fault(struct pith_thread *t);
int process_start_reaper(void);

/* handles.c, kernel context */
long handle_open(struct process *p, enum object_kind kind, uint32_t initial);
struct object *handle_get(struct process *p, uint32_t handle, enum object_kind kind); /* NULL: -EBADF */
long handle_close(struct process *p, uint32_t handle);
void handle_close_all(struct process *p);

/* report.c, thread */
void process_report(const struct process *p);

/* calls.c */
extern const void *const k_calls_process[]; /* arch: the dispatch table */
#endif

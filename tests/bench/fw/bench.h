/* The measured firmware: what its files share.
 *
 * A row is what lies between BEGIN(row) and END(row), usually right before and right after one call. Both are
 * markers: 32-bit hints that are NOPs to the processor, events to tools/icnt, and not counted. Nothing else
 * may stand between them but the call and what loads its arguments. */
#ifndef PITH_BENCH_H
#define PITH_BENCH_H
#include <stdint.h>
#include "pith/kernel.h"
#include "pith/mutex.h"
#include "pith/sem.h"
#include "pith/thread.h"
#include "pith/timer.h"
#include "pith_errno.h"

#define MARK(n) __asm__ volatile(".inst.w 0xF3AF8000 + %c0" ::"i"(n) : "memory")
enum {
#define ROW(name) row_##name,
#include "rows.def"
#undef ROW
};
#define BEGIN(name) MARK(0x22 + 2 * row_##name)
#define END(name) MARK(0x23 + 2 * row_##name)
#define COUNTING_ON() MARK(0x20)
#define COUNTING_OFF() MARK(0x21)

/* Priorities: CONTROL runs the rows one after the other; what it starts waits until it does. */
enum { ROUNDS = 50, HIGHEST = 2, CONTROL = 4, HIGH = 6, MIDDLE = 10, LOW = 14, THREADS = 8, STACK = 1024 };

_Noreturn void bench_failed(const char *file, int line, const char *what);
#define CHECK(cond)                                                                                          \
  do {                                                                                                       \
    if (!(cond)) bench_failed(__FILE__, __LINE__, #cond);                                                    \
  } while (0)

/* Starts thread i (0..THREADS - 1). bench_end() ends it wherever it is. Thread. */
struct pith_thread *bench_thread(int i, unsigned priority, unsigned flags, void (*entry)(void *), void *arg);
void bench_end(int i);
/* Runs entry in thread 0 of priority MIDDLE until it returns. Thread. */
void bench_middle(void (*entry)(void *));

/* The line that bench_raise() pends: bench_interrupt is called in its handler. It has been on return. */
extern void (*volatile bench_interrupt)(void);
void bench_raise(void);

/* What a run can be asked for: "rows", "timers", "ticks", "classic". False: no such. Thread, priority CONTROL. */
bool bench_run(const char *what);
void bench_calls(void);   /* operations nobody waits for */
void bench_switches(void); /* those that change threads */
void bench_queues(void);  /* queues, pools, and the other objects */
void bench_timers(void);
void bench_ticks(void);
void bench_classic(void);

/* Ends the machine with a status, after a line of text. The boot file's. */
_Noreturn void bench_exit(int status, const char *text);
#endif

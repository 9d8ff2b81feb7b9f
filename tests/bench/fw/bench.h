/* The measured firmware: what its files share.
 *
 * A row is what lies between BEGIN(row) and END(row), right before and right after one call. Both are markers:
 * 32-bit hints that are NOPs to the processor, events to tools/icnt, and not counted. Nothing else may stand
 * between them but the call and what loads its arguments. A row is passed ROUNDS times; its figure is the count
 * that came most often. */
#ifndef PITH_BENCH_H
#define PITH_BENCH_H
#include <stdbool.h>
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

/* HIGHEST runs the groups of rows one after the other: what it starts runs when it waits. */
enum { ROUNDS = 50, HIGHEST = 2, HIGH = 6, MIDDLE = 10, LOW = 14, THREADS = 8, STACK = 1024 };

/* A row that did not do its work is no measurement: the run ends with status 1 and these words. */
#define CHECK(cond)                                                                                          \
  do {                                                                                                       \
    if (!(cond)) bench_exit(1, "bench: failed: " #cond "\n");                                                \
  } while (0)

/* Starts thread i (0..THREADS - 1). Thread. */
struct pith_thread *bench_thread(int i, unsigned priority, unsigned flags, void (*entry)(void *), void *arg);
/* Ends thread i wherever it is. Thread. */
void bench_end(int i);
/* Runs entry in thread 0 of priority MIDDLE until it returns. Thread of priority HIGHEST. */
void bench_middle(void (*entry)(void *));

/* Two interrupt lines that nothing else uses; the handler of the first gives a semaphore, in
 * switches.c. */
enum { LINE_SWITCHES = 31, LINE_CLASSIC = 30 };
/* Pends one: its handler has run on return. Thread. */
void bench_raise(int line);

/* What the handler of LINE_CLASSIC does. */
extern void (*volatile bench_in_handler)(void);

/* Runs "rows", "timers", "ticks" or "classic". 0, 2: no such. Thread of priority HIGHEST. */
int bench_run(const char *what);
void bench_rows(void);     /* calls.c */
void bench_switches(void); /* switches.c */
void bench_objects(void);  /* objects.c */
void bench_timers(void);   /* timers.c */
void bench_ticks(void);
void bench_classic(void); /* classic.c */

/* Ends the machine with a status and, unless NULL, a line of text. Any context. The boot file's. */
_Noreturn void bench_exit(int status, const char *text);
#endif

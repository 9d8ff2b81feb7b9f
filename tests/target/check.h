/* What the tests of the kernel check with: a trace of what ran in which order, and a walk through the
 * kernel's own structures.
 *
 * A trace is a string: each thread or ISR adds a letter as it passes, the test compares the whole. Adding
 * is atomic, so it may be done in any context. */
#ifndef PITH_CHECK_H
#define PITH_CHECK_H
#include "test.h"

/* Adds a letter to the trace. Any context. */
void trace(char c);
/* Compares the trace with want, prints both if they differ, and empties it. Thread. */
void check_trace(const char *file, int line, const char *want);
#define CHECK_TRACE(want) check_trace(__FILE__, __LINE__, want)

/* k_check() in the kernel context: 0, or what it returns after printing what it says. Thread. */
long kernel_rule_broken(void);
#define CHECK_KERNEL() CHECK_EQ(kernel_rule_broken(), 0)

/* How many are armed. Thread. */
uint32_t deadlines(void);

/* Lets every thread more urgent than the last priority of threads run until it blocks: lowers the caller for
 * one moment. Thread. */
void let_others_run(void);
#endif

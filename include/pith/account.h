/* Who used the processor: counted in builds with PITH_ACCOUNTING (config.h). All in cycles of the core.
 *
 *   unsigned load_percent(void) { // since the last time
 *     static struct pith_usage last;
 *     struct pith_usage now;
 *     unsigned idle;
 *
 *     if (pith_usage(&now)) return 0;
 *     idle = (unsigned)(100 * (now.idle - last.idle) / (now.cycles - last.cycles));
 *     last = now;
 *     return 100 - idle;
 *   }
 */
#ifndef PITH_ACCOUNT_H
#define PITH_ACCOUNT_H
#include "pith/types.h"

struct pith_usage {
  uint64_t cycles;   /* since the kernel started */
  uint64_t idle;     /* of them, in the idle thread */
  uint32_t switches; /* from one thread to another */
  uint32_t entries;  /* into the kernel: calls and PendSV. From here on 0 unless PITH_ACCOUNTING is 2 */
  uint32_t longest;  /* kernel entry, from its first instruction to its last, interrupts in between included */
  uint32_t posts;    /* signals of interrupts applied */
};

/* What happened so far. 0, -ENOTSUP in a build without accounting. Thread. O(threads). */
int pith_usage(struct pith_usage *usage);
/* Forgets the longest entry. 0, -ENOTSUP. Thread. */
int pith_usage_reset(void);
/* Cycles t has run; 0 in a build without accounting. Thread. */
uint64_t pith_thread_cycles(const struct pith_thread *t);
#endif

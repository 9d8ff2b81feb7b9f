/* Making a thread of a process handle a signal: its context stays where it is, on its stack, and a second one below
 * makes it go on in the handler. */
#ifndef PITH_ARCH_SIGCONTEXT_H
#define PITH_ARCH_SIGCONTEXT_H
#include <stdbool.h>
#include <stdint.h>
#include "pith_process.h"

struct pith_thread;
struct arch_fault;

struct arch_signal {
  uint32_t entry; /* entry(signal, struct pith_sigframe *) */
  uint32_t signal, mask, cause, address;
  uint32_t stack_low,
      stack_size; /* where to handle it unless the thread is there already; size 0: below its context */
};

/* t, unprivileged and not blocked, goes on in the handler. 0, -EFAULT if that is no memory of its own. From a post in
 * the kernel context. */
long arch_signal_enter(struct pith_thread *t, const struct arch_signal *s);
/* The calling thread goes on where f says. What its r0 is to be there; -EFAULT if there is no memory of its own
 * (arch_signal_returned() tells, as r0 may be anything). Kernel context, in a call. */
long arch_signal_return(const struct pith_sigframe *f);
bool arch_signal_returned(void);
/* The signal for a fault. */
int arch_signal_of_fault(const struct arch_fault *f);
#endif

/* Handlers of signals.
 *
 * The kernel enters every handled signal here, in the thread it chose, with all signals blocked and the thread's own r9, on
 * top of a struct pith_sigframe. The program's handler is looked up in a table of the process, runs with the mask it asked
 * for, and enter.S goes back to where the signal came, with the mask of before. */
#include <signal.h>
#include <string.h>
#include "result.h"
#include "sigset.h"
#include "thread.h"


void __pith_signal_entry(int signal); /* enter.S, which calls: */
void __pith_signal(int signal, struct pith_sigframe *frame);

static struct sigaction actions[NSIG];

/* Armv7-M ARM, B3.2.15: the CFSR. */
#define CFSR_BUS_PRECISE (1u << 9)
#define CFSR_UNALIGNED (1u << 24)
#define CFSR_COPROCESSOR (1u << 19)

static int for_children(int signal, const struct sigaction *a) {
  if (signal != SIGCHLD) return 0;
  return (a->sa_flags & SA_NOCLDSTOP ? PITH_SIG_NO_STOPS : 0) | (a->sa_flags & SA_NOCLDWAIT ? PITH_SIG_NO_ZOMBIES : 0);
}

static int code_of(const struct pith_sigframe *frame) {
  if (!frame->cause) return SI_USER;
  switch (frame->signal) {
  case SIGSEGV: return SEGV_ACCERR;
  case SIGBUS: return frame->cause & CFSR_UNALIGNED ? BUS_ADRALN : BUS_ADRERR;
  case SIGFPE: return FPE_INTDIV;
  case SIGILL: return frame->cause & CFSR_COPROCESSOR ? ILL_COPROC : ILL_ILLOPC;
  default: return SI_KERNEL;
  }
}

static void call(const struct sigaction *a, int signal, struct pith_sigframe *frame) {
  if (a->sa_flags & SA_SIGINFO) {
    siginfo_t info = {.si_signo = signal,
                      .si_code = code_of(frame),
                      .si_addr = (void *)(uintptr_t)frame->address,
                      .si_cause = frame->cause};
    a->sa_sigaction(signal, &info, frame);
  } else {
    a->sa_handler(signal);
  }
}

void __pith_signal(int signal, struct pith_sigframe *frame) {
  struct sigaction a = actions[signal];
  int error = errno;
  if (a.sa_flags & SA_RESETHAND) {
    actions[signal].sa_handler = SIG_DFL;
    sys_sigaction(signal, PITH_SIG_DEFAULT | for_children(signal, &a), NULL);
  }
  if (!(a.sa_flags & SA_RESTART)) uthread_self()->handled = 1;
  /* Another thread may have changed the action while the signal was on its way. */
  if (a.sa_handler != SIG_DFL && a.sa_handler != SIG_IGN) {
    sys_sigmask(MASK_SET, frame->mask | to_kernel(a.sa_mask) | (a.sa_flags & SA_NODEFER ? 0 : SIGNAL_BIT(signal)));
    call(&a, signal, frame);
  }
  errno = error;
}

static long set_action(int signal, const struct sigaction *a) {
  int flags = for_children(signal, a);
  if (a->sa_handler == SIG_IGN) return sys_sigaction(signal, PITH_SIG_IGNORE | flags, NULL);
  if (a->sa_handler == SIG_DFL) return sys_sigaction(signal, PITH_SIG_DEFAULT | flags, NULL);
  actions[signal] = *a;
  return sys_sigaction(signal, PITH_SIG_HANDLE | flags, __pith_signal_entry);
}

int sigaction(int signal, const struct sigaction *a, struct sigaction *old) {
  if (signal <= 0 || signal >= NSIG) return (int)result(-EINVAL);
  struct sigaction before = actions[signal];
  if (before.sa_handler == SIG_DFL && sys_sigaction(signal, -1, NULL) == PITH_SIG_IGNORE)
    before.sa_handler = SIG_IGN; /* since the program began */
  if (a) {
    struct sigaction new_ = *a; /* may be *old */
    if (signal == SIGKILL || signal == SIGSTOP) return (int)result(-EINVAL);
    long r = set_action(signal, &new_);
    actions[signal] = r < 0 ? before : new_;
    if (r < 0) return (int)result(r);
  }
  if (old) *old = before;
  return 0;
}

_sig_func_ptr signal(int number, _sig_func_ptr handler) {
  struct sigaction a = {.sa_handler = handler, .sa_flags = SA_RESTART}, old;
  return sigaction(number, &a, &old) < 0 ? SIG_ERR : old.sa_handler;
}

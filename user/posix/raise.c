/* A signal to oneself, and the end by one. */
#include <signal.h>
#include <stdlib.h>
#include "result.h"
#include "sigset.h"
#include "thread.h"

int raise(int signal) { return (int)result(sys_thread_kill((long)uthread_self()->tid, signal)); }

/* A handler may have run and returned, or the signal may be ignored or blocked: then by the default. */
_Noreturn void abort(void) {
  raise(SIGABRT);
  sys_sigaction(SIGABRT, PITH_SIG_DEFAULT, NULL);
  sys_sigmask(MASK_REMOVE, SIGNAL_BIT(SIGABRT));
  raise(SIGABRT);
  sys_exit(128 + SIGABRT);
}

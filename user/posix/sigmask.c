/* Signals sent, blocked and waited for. */
#include <signal.h>
#include <unistd.h>
#include "clock.h"
#include "posix_thread.h"
#include "result.h"
#include "sigset.h"

static const unsigned char hows[] = {[SIG_SETMASK] = MASK_SET, [SIG_BLOCK] = MASK_ADD, [SIG_UNBLOCK] = MASK_REMOVE};

int pthread_sigmask(int how, const sigset_t *set, sigset_t *old) {
  if (set && (how < 0 || how >= (int)sizeof hows)) return EINVAL;
  long before = set ? sys_sigmask(hows[how], to_kernel(*set)) : sys_sigmask(MASK_ADD, 0);
  if (old) *old = from_kernel(before);
  return 0;
}

int sigprocmask(int how, const sigset_t *set, sigset_t *old) { return (int)result(-pthread_sigmask(how, set, old)); }

int sigpending(sigset_t *set) {
  *set = from_kernel(sys_sigpending());
  return 0;
}

int sigsuspend(const sigset_t *mask) {
  long r;
  cancel_test();
  do r = sys_sigsuspend(to_kernel(*mask));
  while (again(r));
  return (int)result(r);
}

int pause(void) {
  sigset_t mask = from_kernel(sys_sigmask(MASK_ADD, 0));
  return sigsuspend(&mask);
}

static long wait_for(const sigset_t *set, int64_t deadline, bool on) {
  long r;
  cancel_test();
  do r = sys_sigwait(to_kernel(*set), 0, clock_left(deadline));
  while ((on && r == -EINTR) || again(r));
  return r;
}

int sigwait(const sigset_t *set, int *signal) {
  long r = wait_for(set, FOREVER, true);
  if (r < 0) return (int)-r;
  *signal = (int)r;
  return 0;
}

int sigtimedwait(const sigset_t *set, siginfo_t *info, const struct timespec *span) {
  if (span && !clock_valid(span)) return (int)result(-EINVAL);
  long r = wait_for(set, span ? clock_now() + clock_us(span) : FOREVER, false);
  if (r > 0 && info) *info = (siginfo_t){.si_signo = (int)r, .si_code = SI_USER};
  return (int)result(r == -ETIMEDOUT ? -EAGAIN : r);
}

int sigwaitinfo(const sigset_t *set, siginfo_t *info) { return sigtimedwait(set, info, NULL); }

int pthread_kill(pthread_t thread, int signal) { return (int)-sys_thread_kill((long)uthread_of(thread)->tid, signal); }
int killpg(pid_t group, int signal) { return group < 0 ? (int)result(-EINVAL) : kill(-group, signal); }

int sigaltstack(const stack_t *stack, stack_t *old) {
  struct uthread *self = uthread_self();
  uintptr_t low = (uintptr_t)self->signal_stack, here = (uintptr_t)__builtin_frame_address(0);
  bool on = self->signal_stack_size && here >= low && here < low + self->signal_stack_size;
  stack_t before = {self->signal_stack, on ? SS_ONSTACK : self->signal_stack_size ? 0 : SS_DISABLE,
                    self->signal_stack_size};
  if (stack) {
    if (on) return (int)result(-EPERM);
    if (stack->ss_flags & ~SS_DISABLE) return (int)result(-EINVAL);
    size_t size = stack->ss_flags & SS_DISABLE ? 0 : stack->ss_size;
    if (size && size < MINSIGSTKSZ) return (int)result(-ENOMEM);
    uintptr_t start = ((uintptr_t)stack->ss_sp + 7) & ~(uintptr_t)7;
    if (size) size = (size - (start - (uintptr_t)stack->ss_sp)) & ~(size_t)7;
    long r = sys_sigstack((void *)start, (unsigned)size);
    if (r < 0) return (int)result(r);
    self->signal_stack = size ? stack->ss_sp : NULL;
    self->signal_stack_size = size ? stack->ss_size : 0;
  }
  if (old) *old = before;
  return 0;
}

/* Functions beside what macros there may be. */
static int in_set(int signal) { return signal > 0 && signal < NSIG; }

int(sigaddset)(sigset_t *set, const int signal) {
  if (!in_set(signal)) return (int)result(-EINVAL);
  *set |= 1ul << signal;
  return 0;
}

int(sigdelset)(sigset_t *set, const int signal) {
  if (!in_set(signal)) return (int)result(-EINVAL);
  *set &= ~(1ul << signal);
  return 0;
}

int(sigismember)(const sigset_t *set, int signal) {
  return in_set(signal) ? *set >> signal & 1 : (unsigned)result(-EINVAL);
}

int(sigemptyset)(sigset_t *set) {
  *set = 0;
  return 0;
}

int(sigfillset)(sigset_t *set) {
  *set = ~1ul;
  return 0;
}

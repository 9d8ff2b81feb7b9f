/* Signals: POSIX.1-2008 without queued (real-time) ones. Numbers are newlib's, 1 to 31.
 *
 * A handler runs in the thread that got the signal, on its stack or on the one of sigaltstack(): once there is one, every
 * handler of the thread runs there, SA_ONSTACK or not. errno is kept over a handler. A fault (SIGSEGV, SIGBUS, SIGILL,
 * SIGFPE) that is handled tells its address; a handler that returns from it makes the instruction run again. */
#ifndef _SYS_SIGNAL_H
#define _SYS_SIGNAL_H
#include <_ansi.h>
#include <sys/_sigset.h>
#include <sys/_timespec.h>
#include <sys/cdefs.h>
#include <sys/features.h>
#include <sys/types.h>
/* It may be that <sys/types.h> has just begun, and has included this one by way of another library's <sys/select.h>. */
#include <sys/_types.h>
#include <sys/_pthreadtypes.h>

#ifdef __cplusplus
extern "C" {
#endif

#ifndef _SIGSET_T_DECLARED
#define _SIGSET_T_DECLARED
typedef __sigset_t sigset_t; /* bit n is signal n */
#endif

#ifndef _PID_T_DECLARED
#define _PID_T_DECLARED
typedef __pid_t pid_t;
#endif
#ifndef _UID_T_DECLARED
#define _UID_T_DECLARED
typedef __uid_t uid_t;
#endif

#define SIGHUP 1
#define SIGINT 2
#define SIGQUIT 3
#define SIGILL 4
#define SIGTRAP 5
#define SIGABRT 6
#define SIGIOT SIGABRT
#define SIGEMT 7
#define SIGFPE 8
#define SIGKILL 9
#define SIGBUS 10
#define SIGSEGV 11
#define SIGSYS 12
#define SIGPIPE 13
#define SIGALRM 14
#define SIGTERM 15
#define SIGURG 16
#define SIGSTOP 17
#define SIGTSTP 18
#define SIGCONT 19
#define SIGCHLD 20
#define SIGCLD SIGCHLD
#define SIGTTIN 21
#define SIGTTOU 22
#define SIGIO 23
#define SIGPOLL SIGIO
#define SIGXCPU 24
#define SIGXFSZ 25
#define SIGVTALRM 26
#define SIGPROF 27
#define SIGWINCH 28
#define SIGLOST 29
#define SIGUSR1 30
#define SIGUSR2 31
#define NSIG 32

#define SIGEV_NONE 1
#define SIGEV_SIGNAL 2
#define SIGEV_THREAD 3

union sigval {
  int sival_int;
  void *sival_ptr;
};

struct sigevent {
  int sigev_notify;
  int sigev_signo;
  union sigval sigev_value;
  void (*sigev_notify_function)(union sigval);
  pthread_attr_t *sigev_notify_attributes;
};

/* si_code: who sent it, or what of a fault. */
#define SI_USER 1
#define SI_QUEUE 2
#define SI_TIMER 3
#define SI_ASYNCIO 4
#define SI_MESGQ 5
#define SI_KERNEL 6
#define ILL_ILLOPC 11
#define ILL_COPROC 12
#define FPE_INTDIV 13
#define FPE_INTOVF 20 /* these not used: nothing but a division by zero is told of */
#define FPE_FLTDIV 21
#define FPE_FLTOVF 22
#define FPE_FLTUND 23
#define FPE_FLTRES 24
#define FPE_FLTINV 25
#define FPE_FLTSUB 26
#define SEGV_MAPERR 14 /* not used: all that is not the process's is SEGV_ACCERR */
#define SEGV_ACCERR 15
#define BUS_ADRALN 16
#define BUS_ADRERR 17
#define CLD_EXITED 18
#define CLD_KILLED 19

typedef struct {
  int si_signo, si_code;
  union sigval si_value;
  void *si_addr;      /* of a fault */
  unsigned si_cause;  /* of a fault: the core's CFSR (Armv7-M ARM, B3.2.15) */
} siginfo_t;

#define SA_NOCLDSTOP 0x01
#define SA_SIGINFO 0x02
#define SA_ONSTACK 0x04
#define SA_RESTART 0x08 /* read(), write() and the waits for children go on */
#define SA_NODEFER 0x10
#define SA_RESETHAND 0x20
#define SA_NOCLDWAIT 0x40

typedef void (*_sig_func_ptr)(int);

struct sigaction {
  union {
    _sig_func_ptr __handler;
    void (*__action)(int, siginfo_t *, void *); /* the last: struct pith_sigframe * */
  } __function;
  sigset_t sa_mask;
  int sa_flags;
};
#define sa_handler __function.__handler
#define sa_sigaction __function.__action

#define SS_ONSTACK 1
#define SS_DISABLE 2
#define MINSIGSTKSZ 512
#define SIGSTKSZ 1024
typedef struct sigaltstack {
  void *ss_sp;
  int ss_flags;
  size_t ss_size;
} stack_t;

#define SIG_SETMASK 0
#define SIG_BLOCK 1
#define SIG_UNBLOCK 2

int kill(pid_t pid, int signal);
int killpg(pid_t group, int signal);
int sigaction(int signal, const struct sigaction *action, struct sigaction *old);
int sigprocmask(int how, const sigset_t *set, sigset_t *old);
int sigpending(sigset_t *set);
int sigsuspend(const sigset_t *mask);
int sigwait(const sigset_t *set, int *signal);
int sigwaitinfo(const sigset_t *set, siginfo_t *info);
int sigtimedwait(const sigset_t *set, siginfo_t *info, const struct timespec *span);
int sigaltstack(const stack_t *stack, stack_t *old);
int sigaddset(sigset_t *set, const int signal);
int sigdelset(sigset_t *set, const int signal);
int sigismember(const sigset_t *set, int signal);
int sigemptyset(sigset_t *set);
int sigfillset(sigset_t *set);
int pthread_sigmask(int how, const sigset_t *set, sigset_t *old);
int pthread_kill(pthread_t thread, int signal);

#ifdef __cplusplus
}
#endif

#ifndef _SIGNAL_H_
#include <signal.h>
#endif
#endif

/* Children: how they ended, stopped and went on. */
#ifndef PITH_SYS_WAIT_H
#define PITH_SYS_WAIT_H
#include <sys/resource.h>
#include <sys/types.h>

#ifdef __cplusplus
extern "C" {
#endif

#define WNOHANG 1
#define WUNTRACED 2
#define WCONTINUED 8

#define WIFEXITED(w) (((w) & 0x7f) == 0)
#define WEXITSTATUS(w) (((w) >> 8) & 0xff)
#define WIFSIGNALED(w) (((w) & 0x7f) != 0 && ((w) & 0x7f) != 0x7f)
#define WTERMSIG(w) ((w) & 0x7f)
#define WCOREDUMP(w) (((void)(w)), 0)
#define WIFSTOPPED(w) (((w) & 0xff) == 0x7f)
#define WSTOPSIG(w) WEXITSTATUS(w)
#define WIFCONTINUED(w) ((w) == 0xffff)

pid_t wait(int *status);
pid_t waitpid(pid_t pid, int *status, int options);
/* ru_utime is the time the child's threads ran, where it is accounted; 0 elsewhere. */
pid_t wait3(int *status, int options, struct rusage *usage);
pid_t wait4(pid_t pid, int *status, int options, struct rusage *usage);
pid_t _wait(int *status);

#ifdef __cplusplus
}
#endif
#endif

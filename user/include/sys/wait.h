/* Children and how they ended. */
#ifndef PITH_SYS_WAIT_H
#define PITH_SYS_WAIT_H
#include <sys/resource.h>
#include <sys/types.h>

#ifdef __cplusplus
extern "C" {
#endif

#define WNOHANG 1
#define WUNTRACED 2 /* nothing stops: no effect */

#define WIFEXITED(w) (((w) & 0x7f) == 0)
#define WEXITSTATUS(w) (((w) >> 8) & 0xff)
#define WIFSIGNALED(w) (((w) & 0x7f) != 0)
#define WTERMSIG(w) ((w) & 0x7f)
#define WIFSTOPPED(w) (((void)(w)), 0)
#define WSTOPSIG(w) WEXITSTATUS(w)

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

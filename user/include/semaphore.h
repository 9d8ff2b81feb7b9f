/* Semaphores: POSIX.1-2008. An unnamed one is a word, in the process or in shared memory; giving and taking a unit that
 * is there takes 8 and 11 instructions and no system call. A named one is the kernel's object "/sem/NAME", and always
 * a call; it goes with the last process that has it open, though nobody has unlinked it. The waiter of the highest
 * priority gets the unit. */
#ifndef PITH_SEMAPHORE_H
#define PITH_SEMAPHORE_H
#include <fcntl.h>
#include <sys/types.h>
#include <time.h>

#ifdef __cplusplus
extern "C" {
#endif

#define SEM_VALUE_MAX 32767
#define SEM_FAILED ((sem_t *)0)

typedef struct {
  volatile unsigned __word; /* bits 0 to 14 units, 15 to 30 waiters; bit 31 alone: named */
  long __handle;            /* of a named one */
} sem_t;

int sem_init(sem_t *sem, int shared, unsigned value);
int sem_destroy(sem_t *sem);
sem_t *sem_open(const char *name, int flags, ...); /* mode_t, unsigned value */
int sem_close(sem_t *sem);
int sem_unlink(const char *name);
int sem_post(sem_t *sem); /* also from a signal handler */
int sem_wait(sem_t *sem);
int sem_trywait(sem_t *sem);
int sem_timedwait(sem_t *sem, const struct timespec *until);
int sem_clockwait(sem_t *sem, clockid_t clock, const struct timespec *until);
int sem_getvalue(sem_t *sem, int *value);

#ifdef __cplusplus
}
#endif
#endif

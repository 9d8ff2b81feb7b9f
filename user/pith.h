/* What a process asks of Pith directly; files, streams, memory and the rest come from the libc.
 *
 * Every call returns 0 or more on success and a negative errno on failure; none touches errno. A timeout
 * is in microseconds: 0 polls, negative waits forever. What each call does and which errors it knows is in
 * abi/syscalls.def, one line per call; the prototypes here are the ones stated there. */
#ifndef PITH_USER_H
#define PITH_USER_H
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Numbers: PITH_SYS_write and so on, for pith_syscall(). */
enum {
#define SYSCALL(number, name, ...) PITH_SYS_##name = number,
#include "syscalls.def"
#undef SYSCALL
};

#define PITH_WAIT_FOREVER (-1LL)

/* The process. */
void sys_exit(int status) __attribute__((noreturn));
long sys_getpid(void);
long sys_brk(unsigned long end);

/* Descriptors and handles. */
long sys_write(int fd, const void *buf, size_t len);
long sys_read(int fd, void *buf, size_t len);
long sys_close(long handle);

/* Time. */
long sys_yield(void);
long sys_sleep(long long us);
long sys_uptime(unsigned long long *us);

/* Semaphores and mutexes. */
long sys_sem_create(unsigned initial);
long sys_sem_give(long handle);
long sys_sem_take(long handle, long long timeout_us);
long sys_mutex_create(void);
long sys_mutex_lock(long handle, long long timeout_us);
long sys_mutex_unlock(long handle);

/* For looking and measuring. */
long sys_null(void);
long sys_hexdump(const void *buf, size_t len);
long sys_test(long a, long b, long c, long d);

/* Any call by its number, defined or not. */
long pith_syscall(long number, long a, long b, long c, long d);

#ifdef __cplusplus
}
#endif
#endif

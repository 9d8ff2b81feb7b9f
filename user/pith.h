/* What a process asks of Pith directly; files, streams, memory and the rest come from the libc.
 *
 * Every call returns 0 or more on success and a negative errno on failure; none touches errno. A timeout
 * is in microseconds: 0 polls, negative waits forever. What each call does and which errors it knows is in
 * abi/syscalls.def, one line per call; the prototypes here are the ones stated there. */
#ifndef PITH_USER_H
#define PITH_USER_H
#include <stddef.h>
#include <sys/cdefs.h> /* _Static_assert in C++ */
#include "pith_file.h"
#include "pith_process.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Numbers: PITH_SYS_write and so on, for pith_syscall(). */
enum {
#define SYSCALL(number, name, ...) PITH_SYS_##name = number,
#include "syscalls.def"
#undef SYSCALL
  PITH_SYS_END, /* the first number that is none */
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

/* Files; flags and structures: abi/pith_file.h. The functions of <unistd.h>, <dirent.h> and <stdio.h> stand on these. */
long sys_open(const char *path, int flags, unsigned mode);
long sys_lseek(int fd, long offset, int whence);
long sys_pread(int fd, void *buf, size_t len, unsigned at);
long sys_pwrite(int fd, const void *buf, size_t len, unsigned at);
long sys_dup(int fd, int to);
long sys_fcntl(int fd, int command, long arg);
long sys_stat(const char *path, struct pith_stat *st);
long sys_fstat(int fd, struct pith_stat *st);
long sys_unlink(const char *path);
long sys_rename(const char *from, const char *to);
long sys_mkdir(const char *path, unsigned mode);
long sys_rmdir(const char *path);
long sys_readdir(int fd, struct pith_dirent *entries, unsigned n);
long sys_chdir(const char *path);
long sys_getcwd(char *buf, unsigned size);
long sys_utime(const char *path, const long long *mtime_us);
long sys_truncate(const char *path, unsigned size);
long sys_ftruncate(int fd, unsigned size);
long sys_fsync(int fd);
long sys_mount_info(unsigned index, struct pith_mount *out);

/* Pipes, terminals and waiting for descriptors: <poll.h>, <sys/select.h>, <termios.h>, <sys/ioctl.h> stand on these. */
long sys_pipe(int *fds, unsigned flags);
long sys_mkfifo(const char *path, unsigned mode);
long sys_poll(struct pith_pollfd *fds, unsigned n, const unsigned long long *until_us, const unsigned *mask);
long sys_ioctl(int fd, unsigned request, void *arg);
/* Needs a process that manages the system: a service, ./pith run --exec, and what they start. */
long sys_power(int how, int status);
/* What the kernel makes of reads and writes that wait or are long; nobody else needs them. */
long sys_write_on(int fd, const void *buf, size_t len, size_t done);
long sys_read_on(int fd, void *buf, size_t len, size_t done);
long sys_read_until(int fd, void *buf, size_t len, unsigned deadline);

/* Time. */
long sys_yield(void);
long sys_sleep(long long us);
long sys_uptime(unsigned long long *us);
long sys_realtime(const long long *set_us, long long *now_us);

/* Semaphores and mutexes by handle; those of <semaphore.h> and <pthread.h> are faster where both could serve. */
long sys_sem_create(unsigned initial);
long sys_sem_give(long handle);
long sys_sem_take(long handle, long long timeout_us);
long sys_sem_give_take(long give, long take, long long timeout_us);
long sys_mutex_create(void);
long sys_mutex_lock(long handle, long long timeout_us);
long sys_mutex_unlock(long handle);

/* What <pthread.h> is made of. Words that threads wait on and lock: see abi/pith_process.h. A thread made by
 * sys_thread_create() itself has no libc: it uses nothing but these calls. */
long sys_thread_create(const struct pith_thread_start *start);
void sys_thread_exit(long value) __attribute__((noreturn));
long sys_thread_join(long tid, long *value, long long timeout_us);
long sys_thread_detach(long tid);
long sys_thread_self(void);
long sys_thread_priority(long tid, long priority);
long sys_thread_policy(long tid, long policy);
long sys_thread_interrupt(long tid);
long sys_thread_kill(long tid, int signal);
long sys_futex_wait(const volatile void *word, unsigned expected, long long timeout_us);
long sys_futex_wake(const volatile void *word, unsigned n);
long sys_futex_lock(volatile void *word, unsigned pad, long long timeout_us);
long sys_futex_unlock(volatile void *word);

/* Children, groups and signals; <spawn.h>, <sys/wait.h> and <signal.h> stand on these. */
long sys_fork(void);
long sys_execve(const char *path, char *const *argv, char *const *envp);
long sys_spawn(const struct pith_spawn *spawn);
long sys_wait(long pid, struct pith_ended *ended, long long timeout_us);
long sys_wait4(long pid, struct pith_ended *ended, unsigned options);
long sys_kill(long pid, int signal);
long sys_process_id(long pid, int what);
long sys_setpgid(long pid, long group);
long sys_sigaction(int signal, int action, void (*entry)(int signal));
long sys_sigmask(int how, unsigned set);
void sys_sigreturn(const struct pith_sigframe *frame) __attribute__((noreturn)); /* r4 to r11 as on entry */
long sys_sigpending(void);
long sys_sigwait(unsigned set, unsigned pad, long long timeout_us);
long sys_sigsuspend(unsigned mask);
long sys_sigstack(void *base, unsigned size);
long sys_alarm(struct pith_alarm *alarm);

/* Kernel objects with and without a name: semaphores, queues, shared memory, devices. */
long sys_object_open(const struct pith_object *object);
long sys_object_unlink(const char *name);
long sys_handle_dup(long handle, unsigned rights);
long sys_mq_send(long handle, const struct pith_message *message, long long timeout_us);
long sys_mq_receive(long handle, struct pith_message *message, long long timeout_us);
long sys_mq_notify(long handle, int what, long long timeout_us);
long sys_map(long handle);
long sys_unmap(void);
long sys_irq_wait(long handle, unsigned pad, long long timeout_us);

/* What there is to see (abi/pith_process.h), and a promise to be alive. */
long sys_info(int what, unsigned index, void *buf, unsigned size);
long sys_heartbeat(long long us);

/* For looking and measuring. */
long sys_null(void);
long sys_hexdump(const void *buf, size_t len);
long sys_test(long a, long b, long c, long d);

/* The calls of a round trip, in place: a function around each would be half as long again as what the process does. */
#if defined(__thumb__)
static inline __attribute__((always_inline)) long __pith_sem_give(long handle) {
  register long r0 __asm__("r0") = handle;
  register long number __asm__("r12") = PITH_SYS_sem_give;

  __asm__ volatile("svc #0" : "+r"(r0), "+r"(number)::"r1", "r2", "r3", "cc", "memory");
  return r0;
}

static inline __attribute__((always_inline)) long __pith_sem_take(long handle, long long timeout_us) {
  register long r0 __asm__("r0") = handle;
  register long long r2 __asm__("r2") = timeout_us;
  register long number __asm__("r12") = PITH_SYS_sem_take;

  __asm__ volatile("svc #0" : "+r"(r0), "+r"(r2), "+r"(number)::"r1", "cc", "memory");
  return r0;
}

static inline __attribute__((always_inline)) long __pith_sem_give_take(long give, long take, long long timeout_us) {
  register long r0 __asm__("r0") = give;
  register long r1 __asm__("r1") = take;
  register long long r2 __asm__("r2") = timeout_us;
  register long number __asm__("r12") = PITH_SYS_sem_give_take;

  __asm__ volatile("svc #0" : "+r"(r0), "+r"(r1), "+r"(r2), "+r"(number)::"cc", "memory");
  return r0;
}
#define sys_sem_give(handle) __pith_sem_give(handle)
#define sys_sem_take(handle, timeout_us) __pith_sem_take(handle, timeout_us)
#define sys_sem_give_take(give, take, timeout_us) __pith_sem_give_take(give, take, timeout_us)
#endif

/* Any call by its number, defined or not. */
long pith_syscall(long number, long a, long b, long c, long d);

#ifdef __cplusplus
}
#endif
#endif

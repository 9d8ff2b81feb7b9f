/* The system calls, kernel side: arguments from the registers of the caller. Kernel context. What each does is in
 * abi/syscalls.def; the files are by subject. */
#ifndef PITH_PROCESS_CALLS_H
#define PITH_PROCESS_CALLS_H
#include <stdint.h>

long p_call_null(void), p_call_exit(int), p_call_yield(void), p_call_sleep(int64_t), p_call_uptime(uint32_t);
long p_call_brk(uint32_t), p_call_getpid(void), p_call_sem_create(uint32_t), p_call_sem_give(uint32_t);
long p_call_sem_take(uint32_t, uint32_t, int64_t), p_call_sem_give_take(uint32_t, uint32_t, int64_t);
long p_call_mutex_create(void), p_call_mutex_lock(uint32_t, uint32_t, int64_t), p_call_mutex_unlock(uint32_t);
long p_call_spawn(uint32_t), p_call_process_id(long, int), p_call_setpgid(long, long), p_call_heartbeat(int64_t);
long p_call_info(int, uint32_t, uint32_t, uint32_t), p_call_hexdump(uint32_t, uint32_t);
long p_call_test(uint32_t, uint32_t, uint32_t, uint32_t);
long p_call_thread_create(uint32_t), p_call_thread_exit(int), p_call_thread_join(uint32_t, uint32_t, int64_t);
long p_call_thread_detach(uint32_t), p_call_thread_self(void), p_call_thread_priority(uint32_t, int32_t);
long p_call_thread_policy(uint32_t, int32_t);
long p_call_thread_interrupt(uint32_t), p_call_futex_wait(uint32_t, uint32_t, int64_t);
long p_call_futex_wake(uint32_t, uint32_t), p_call_futex_lock(uint32_t, uint32_t, int64_t);
long p_call_futex_unlock(uint32_t), p_call_wait(long, uint32_t, int64_t), p_call_kill(long, int);
long p_call_sigaction(int, int, uint32_t), p_call_sigmask(int, uint32_t), p_call_sigreturn(uint32_t);
long p_call_sigwait(uint32_t, uint32_t, int64_t), p_call_sigsuspend(uint32_t),
    p_call_sigstack(uint32_t, uint32_t);
long p_call_sigpending(void), p_call_alarm(uint32_t), p_call_thread_kill(uint32_t, int);
long p_call_object_open(uint32_t), p_call_object_unlink(uint32_t), p_call_handle_dup(uint32_t, uint32_t);
long p_call_mq_send(uint32_t, uint32_t, int64_t), p_call_mq_receive(uint32_t, uint32_t, int64_t);
long p_call_mq_notify(uint32_t, int, int64_t);
long p_call_fork(void), p_call_execve(uint32_t, uint32_t, uint32_t);
long p_call_map(uint32_t), p_call_unmap(void), p_call_irq_wait(uint32_t, uint32_t, int64_t),
    p_call_close(uint32_t);
long p_call_write(uint32_t, uint32_t, uint32_t), p_call_read(uint32_t, uint32_t, uint32_t);
long p_call_open(uint32_t, uint32_t, uint32_t), p_call_lseek(uint32_t, uint32_t, uint32_t);
long p_call_pread(uint32_t), p_call_pwrite(uint32_t);
long p_call_dup(uint32_t, int32_t), p_call_fcntl(uint32_t, int, uint32_t), p_call_stat(uint32_t, uint32_t);
long p_call_fstat(uint32_t, uint32_t), p_call_unlink(uint32_t), p_call_rename(uint32_t, uint32_t);
long p_call_mkdir(uint32_t, uint32_t), p_call_rmdir(uint32_t), p_call_readdir(uint32_t, uint32_t, uint32_t);
long p_call_chdir(uint32_t), p_call_getcwd(uint32_t, uint32_t), p_call_truncate(uint32_t, uint32_t);
long p_call_utime(uint32_t, uint32_t);
long p_call_ftruncate(uint32_t, uint32_t), p_call_fsync(uint32_t), p_call_mount_info(uint32_t, uint32_t);
long p_call_realtime(uint32_t, uint32_t), p_call_write_on(uint32_t, uint32_t, uint32_t, uint32_t);
long p_call_read_on(uint32_t, uint32_t, uint32_t, uint32_t);
long p_call_read_until(uint32_t, uint32_t, uint32_t, uint32_t);
long p_call_ioctl(uint32_t, uint32_t, uint32_t), p_call_poll(uint32_t, uint32_t, uint32_t, uint32_t);
long p_call_pipe(uint32_t, uint32_t), p_call_mkfifo(uint32_t, uint32_t), p_call_wait4(long, uint32_t, uint32_t);
long p_call_power(int, int);

#endif

/* Pipes and FIFOs: the calls, in the service's thread. */
#include "pipe.h"
#include "calls.h"
#include "files.h"

void pipes_init(void) { pipe_memory(process_memory_chunk, process_memory_give); }

static long may_open(long p, long unused, long unused2) {
  (void)unused, (void)unused2;
  return files_may_open((struct process *)p, 2);
}

/* Both or none become descriptors. */
static long install(long process, long ends, long cloexec) {
  struct process *p = (struct process *)process;
  struct file **end = (struct file **)ends;
  long fd[2];

  if (p->state != PROCESS_ALIVE) return -ESRCH;
  fd[0] = files_add(p, end[0], 0, cloexec);
  fd[1] = fd[0] < 0 ? fd[0] : files_add(p, end[1], 0, cloexec);
  if (fd[1] >= 0) return fd[0] | fd[1] << 8;
  if (fd[0] >= 0) p->fd[fd[0]] = 0, p->files--;
  return fd[1];
}

static long pipe_service(struct process *p, uint32_t to, uint32_t flags) {
  struct file *end[2];
  struct uslice s = {to, 2 * sizeof(int32_t)};
  int32_t fd[2];
  long r;

  if (flags & ~(PITH_O_CLOEXEC | PITH_O_NONBLOCK)) return -EINVAL;
  if (!k_user_writable(&p->domain, s)) return -EFAULT;
  r = pith_monitor(may_open, (long)p, 0, 0);
  if (!r) r = pipe_make(end, flags & PITH_O_NONBLOCK);
  if (r) return r;
  r = pith_monitor(install, (long)p, (long)end, (flags & PITH_O_CLOEXEC) != 0);
  if (r < 0) {
    vfs_close(end[0]);
    vfs_close(end[1]);
    return r;
  }
  fd[0] = (int32_t)(r & 0xFF);
  fd[1] = (int32_t)(r >> 8);
  return k_copy_to_user(&p->domain, s, fd);
}

long p_call_pipe(uint32_t fds, uint32_t flags) { return service_enter(pipe_service, fds, flags); }

static long mkfifo_service(struct process *p, uint32_t path, uint32_t mode) {
  long how = files_path(p, files_paths[0], path);

  if (how < 0) return how;
  return how ? -ENOENT : vfs_mkfifo(files_paths[0], mode & 0777);
}

long p_call_mkfifo(uint32_t path, uint32_t mode) { return service_enter(mkfifo_service, path, mode); }

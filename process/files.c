/* Descriptors: small numbers by which a process names open files (fs/vfs.h), and the calls that need no thread. What is
 * read and written in the kernel context is done here, all else by the service.
 *
 * The references of files change here, in the kernel context. A call that the service is to do holds its file, so a
 * thread may close the descriptor meanwhile: the file lives until the call is done. The last reference of a file that has
 * a close() leaves it to a thread: the service, if a call is to have its result, or the reaper. */
#include "calls.h"
#include "files.h"
#include "lock.h"
#include "mem.h"
#include "stream.h"

#if PITH_FILES
static struct file *console;

static struct file *file_at(const struct process *p, uint32_t fd) {
  return fd < PITH_PROCESS_FILES && p->fd[fd] ? &vfs_files[p->fd[fd] - 1] : NULL;
}

struct file *files_get(const struct process *p, uint32_t fd, long *error) {
  struct file *f = file_at(p, fd);

  *error = f ? 0 : -EBADF;
  return f;
}

static void set(struct process *p, uint32_t fd, struct file *f, bool cloexec) {
  if (!p->fd[fd]) p->files += f != console;
  p->fd[fd] = (uint8_t)(f - vfs_files + 1);
  p->cloexec = (p->cloexec & ~(1u << fd)) | (uint32_t)cloexec << fd;
}

static uint32_t lowest_free(const struct process *p, uint32_t from) {
  while (from < PITH_PROCESS_FILES && p->fd[from]) from++;
  return from;
}

long files_add(struct process *p, struct file *f, uint32_t from, bool cloexec) {
  uint32_t fd = lowest_free(p, from);

  if (fd >= PITH_PROCESS_FILES) return -EMFILE;
  set(p, fd, f, cloexec);
  return (long)fd;
}

/* A few slots of the table are kept for each process, those yet to come included, so that no other can have them all. */
long files_may_open(const struct process *p, unsigned n) {
  enum { KEPT = PITH_FILES / PITH_PROCESSES / 2 };
  unsigned kept = 0, room = file_room();

  for (uint32_t fd = 0, left = n; left; fd++) {
    if (fd == PITH_PROCESS_FILES) return -EMFILE;
    left -= !p->fd[fd];
  }
  for (int i = 0; p->files + n > KEPT && i < PITH_PROCESSES; i++) {
    const struct process *other = &process_table[i];
    unsigned files = other->state == PROCESS_ALIVE ? other->files : 0;

    if (other != p && files < KEPT) kept += KEPT - files;
  }
  return room < n + kept ? -ENFILE : 0;
}

/* True: a thread has to close it. */
static bool take_away(struct process *p, uint32_t fd) {
  struct file *f = file_at(p, fd);

  if (lock_count) lock_closed(f, (int32_t)p->pid);
  p->fd[fd] = 0;
  p->files -= f != console;
  p->cloexec &= ~(1u << fd);
  return file_release(f);
}

enum { WORDS = (PITH_PROCESS_FILES + 3) / 4 };

/* Four at a time: those that are open lie close together, mostly. */
void files_release_all(struct process *p) {
  bool closing = false;

  if (lock_count) lock_ended((int32_t)p->pid);
  for (int i = 0; i < WORDS; i++) {
    for (uint32_t four = p->fds[i]; four; four >>= 8)
      if (four & 0xFF) closing |= file_release(&vfs_files[(four & 0xFF) - 1]);
    p->fds[i] = 0;
  }
  p->cloexec = 0;
  p->files = 0;
  if (closing) process_sweep();
}

void files_close_exec(struct process *p) {
  bool closing = false;

  for (uint32_t fd = 0; p->cloexec >> fd; fd++)
    if (p->cloexec >> fd & 1) closing |= take_away(p, fd);
  if (closing) process_sweep();
}

void files_put(struct process *p, uint32_t fd, struct file *f, bool cloexec) {
  files_drop(p, fd);
  set(p, fd, f, cloexec);
}

void files_drop(struct process *p, uint32_t fd) {
  if (file_at(p, fd) && take_away(p, fd)) process_sweep();
}

void files_copy_all(const struct process *from, struct process *to) {
  for (int i = 0; i < WORDS; i++) {
    to->fds[i] = from->fds[i];
    for (uint32_t four = from->fds[i]; four; four >>= 8)
      if (four & 0xFF) file_hold(&vfs_files[(four & 0xFF) - 1]);
  }
  to->files = from->files;
  to->cloexec = from->cloexec;
}

long files_inherit_cwd(const struct process *from, struct process *to) {
  size_t size;

  if (!from->cwd) return 0;
  size = strlen(from->cwd) + 1;
  to->cwd = heap_alloc(&R->heap, size);
  if (!to->cwd) return -ENOMEM;
  memcpy(to->cwd, from->cwd, size);
  return 0;
}

void files_forget_cwd(struct process *p) {
  if (p->cwd) heap_free(&R->heap, p->cwd);
  p->cwd = NULL;
}

void files_console(struct process *p) {
  for (uint32_t fd = 0; console && fd < 3; fd++) {
    file_hold(console);
    set(p, fd, console, false);
  }
}

/* Its reference stays. */
int files_start(void) { return vfs_open("/dev/console", PITH_O_RDWR, 0, &console); }

/* ---- calls ---- */

static long read_service(struct process *p, uint32_t buf, uint32_t n) {
  if (!k_user_writable(&p->domain, (struct uslice){buf, n}))
    return -EFAULT; /* still its own, now that it stays so */
  return vfs_read(service_file(), (void *)(uintptr_t)buf, n);
}

static long write_service(struct process *p, uint32_t buf, uint32_t n) {
  (void)p;
  return vfs_write(service_file(), (const void *)(uintptr_t)buf, n);
}

long p_call_write(uint32_t fd, uint32_t buf, uint32_t length) { return p_call_write_on(fd, buf, length, 0); }

long p_call_write_on(uint32_t fd, uint32_t buf, uint32_t length, uint32_t done) {
  struct file *f = file_at(process_current(), fd);

  if (!f || (f->flags & PITH_O_ACCMODE) == PITH_O_RDONLY) return -EBADF;
  if (!k_user_readable(K->current->domain, (struct uslice){buf, length})) return -EFAULT;
  if (!length) return 0;
  if (!f->ops->in_kernel) return service_enter_file(write_service, f, buf, length);
  return stream_write(f, buf, length, done);
}

static long read_on(uint32_t fd, uint32_t buf, uint32_t length, uint32_t done) {
  struct file *f = file_at(process_current(), fd);

  if (!f || (f->flags & PITH_O_ACCMODE) == PITH_O_WRONLY) return -EBADF;
  if (!k_user_writable(K->current->domain, (struct uslice){buf, length})) return -EFAULT;
  if (!length) return 0;
  if (!f->ops->in_kernel) return service_enter_file(read_service, f, buf, length);
  return stream_read(f, buf, length, done);
}

long p_call_read_on(uint32_t fd, uint32_t buf, uint32_t length, uint32_t done) {
  vfs_read_deadline = 0;
  return read_on(fd, buf, length, done);
}

long p_call_read(uint32_t fd, uint32_t buf, uint32_t length) { return p_call_read_on(fd, buf, length, 0); }

long p_call_read_until(uint32_t fd, uint32_t buf, uint32_t length, uint32_t deadline) {
  stream_deadline(deadline);
  return read_on(fd, buf, length, 0);
}

/* The result of close(), or, for dup(), the new descriptor. */
static long close_service(struct process *p, uint32_t unused, uint32_t unused2) {
  (void)p, (void)unused, (void)unused2;
  return vfs_close(service_take_file());
}

static long dup_service(struct process *p, uint32_t fd, uint32_t unused) {
  (void)p, (void)unused;
  vfs_close(service_take_file());
  return (long)fd;
}

/* The descriptor's reference, the last one of a file that a thread has to close, becomes the call's. */
static bool is_slow(struct process *p, uint32_t fd) {
  struct file *f = file_at(p, fd);

  if (f->refs > 1 || !f->ops->close) return false;
  file_hold(f);
  take_away(p, fd);
  return true;
}

long p_call_close(uint32_t handle) {
  struct process *p = process_current();
  struct file *f = file_at(p, handle);

  if (handle >= 256) return handle_close(p, handle);
  if (!f) return -EBADF;
  if (is_slow(p, handle)) return service_enter_taking(close_service, f, 0, 0);
  take_away(p, handle);
  return 0;
}

static long dup_to(struct process *p, struct file *f, uint32_t to) {
  struct file *old = file_at(p, to);
  bool slow;

  if (to >= PITH_PROCESS_FILES) return -EBADF;
  file_hold(f);
  slow = old && is_slow(p, to);
  if (old && !slow) take_away(p, to);
  set(p, to, f, false);
  return slow ? service_enter_taking(dup_service, old, to, 0) : (long)to;
}

static long dup_from(struct process *p, struct file *f, uint32_t from, bool cloexec) {
  long fd = files_add(p, f, from, cloexec);

  if (fd >= 0) file_hold(f);
  return fd;
}

long p_call_dup(uint32_t fd, int32_t to) {
  struct process *p = process_current();
  struct file *f = file_at(p, fd);

  if (!f) return -EBADF;
  if (to == -1) return dup_from(p, f, 0, false);
  return (uint32_t)to == fd ? (long)fd : dup_to(p, f, (uint32_t)to);
}

static long set_flags(struct file *f, uint32_t flags) {
  const uint32_t may = PITH_O_APPEND | PITH_O_NONBLOCK;

  f->flags = (f->flags & ~may) | (flags & may);
  return 0;
}

/* The lock is read anew when a call that has waited is made again. */
static long lock_call(struct process *p, struct file *f, uint32_t command, uint32_t arg) {
  struct pith_thread *thread = &thread_current()->thread;
  struct uslice s = {arg, sizeof(struct pith_lock)};
  struct pith_lock l;
  long error = command == PITH_F_SETLKW || command == PITH_F_FLOCK ? thread_may_wait() : 0;

  if (error) return error;
  if (command == PITH_F_FLOCK) return lock_whole(f, thread, arg);
  if (k_copy_from_user(&p->domain, &l, s)) return -EFAULT;
  error = lock_range(f, (int32_t)p->pid, thread, command, &l);
  return error || command != PITH_F_GETLK ? error : k_copy_to_user(&p->domain, s, &l);
}

long p_call_fcntl(uint32_t fd, int command, uint32_t arg) {
  struct process *p = process_current();
  struct file *f = file_at(p, fd);

  if (!f) return -EBADF;
  switch (command) {
  case PITH_F_DUPFD:
  case PITH_F_DUPFD_CLOEXEC:
    return arg < PITH_PROCESS_FILES ? dup_from(p, f, arg, command == PITH_F_DUPFD_CLOEXEC) : -EINVAL;
  case PITH_F_GETFD: return p->cloexec >> fd & 1;
  case PITH_F_SETFD: set(p, fd, f, arg & PITH_FD_CLOEXEC); return 0;
  case PITH_F_GETFL: return (long)(f->flags & ~PITH_O_DIRECTORY);
  case PITH_F_SETFL: return set_flags(f, arg);
  case PITH_F_GETLK:
  case PITH_F_SETLK:
  case PITH_F_SETLKW:
  case PITH_F_FLOCK: return lock_call(p, f, (uint32_t)command, arg);
  default: return -EINVAL;
  }
}

long p_call_getcwd(uint32_t buf, uint32_t size) {
  struct process *p = process_current();
  const char *cwd = p->cwd ? p->cwd : "/";
  uint32_t n = (uint32_t)strlen(cwd) + 1;

  if (size < n) return size ? -ERANGE : -EINVAL;
  return k_copy_to_user(&p->domain, (struct uslice){buf, n}, cwd) ? -EFAULT : (long)n;
}

long p_call_realtime(uint32_t set_from, uint32_t to) {
  struct process *p = process_current();
  int64_t us;

  if (to && !k_user_writable(&p->domain, (struct uslice){to, sizeof us})) return -EFAULT;
  if (set_from) {
    if (k_copy_from_user(&p->domain, &us, (struct uslice){set_from, sizeof us})) return -EFAULT;
    if (!p->manages) return -EPERM;
    if (us < 0 || us > FILES_TIME_MAX) return -EINVAL;
    vfs_set_time(us);
  }
  us = vfs_time();
  return to ? k_copy_to_user(&p->domain, (struct uslice){to, sizeof us}, &us) : 0;
}
#endif

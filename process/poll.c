/* Waiting for files and what they have of their own: poll() and ioctl(). And /dev/child, by which poll() waits for
 * children. */
#include "calls.h"
#include "devfs.h"
#include "files.h"

#if PITH_FILES
enum { POLL_MAX = 32 };

#define ALWAYS (PITH_POLLERR | PITH_POLLHUP | PITH_POLLNVAL)

static uint16_t events_of(const struct process *p, const struct pith_pollfd *wish) {
  long error;
  struct file *f = wish->fd < 0 ? NULL : files_get(p, (uint32_t)wish->fd, &error);

  if (wish->fd < 0) return 0;
  if (!f) return PITH_POLLNVAL;
  return (uint16_t)((f->ops->poll ? f->ops->poll(f) : PITH_POLLIN | PITH_POLLOUT) & (wish->events | ALWAYS));
}

/* How many have something; all are told. */
static long look(const struct process *p, struct pith_pollfd *fds, uint32_t n) {
  long found = 0;

  for (uint32_t i = 0; i < n; i++) {
    fds[i].revents = events_of(p, &fds[i]);
    found += fds[i].revents != 0;
  }
  return found;
}

/* Microseconds since boot, absolute, so that a call that is made again ends when it was to end. */
static long deadline_of(const struct process *p, uint32_t from, pith_time *deadline) {
  uint64_t us;
  long error = from ? k_copy_from_user(&p->domain, &us, (struct uslice){from, sizeof us}) : 0;

  *deadline = PITH_FOREVER;
  if (error || !from || us > (uint64_t)INT64_MAX / PITH_TICK_HZ - 1000000) return error;
  *deadline = us ? (pith_time)((us * PITH_TICK_HZ + 999999) / 1000000) + 1 : PITH_POLL;
  return 0;
}

/* Waits with another mask: as sigsuspend(), but that also what happens to a file ends it. The signals that come by it. */
static uint32_t change_mask(struct process_thread *t, uint32_t mask) {
  if (!t->thread.own.suspends) thread_keep(t, t->mask); /* else it waited already */
  t->thread.own.suspends = 1;
  t->mask = mask & 0x7FFFFFFF;
  return (t->thread.pending | process_of(&t->thread)->pending) & ~t->mask;
}

static long without_mask(struct process_thread *t, long result) {
  if (t->thread.own.suspends) t->mask = thread_kept(t);
  t->thread.own.suspends = 0;
  return result;
}

static long wait_for_change(struct process_thread *t, pith_time deadline, bool masked, uint32_t mask) {
  long error = thread_may_wait();
  uint32_t come;

  if (error) return without_mask(t, error);
  come = masked ? change_mask(t, mask) : 0;
  if (!come) return pith_monitor_wait_until(&vfs_poll, deadline);
  signal_recheck();
  return come & process_of(&t->thread)->handled ? -EINTR : pith_monitor_again();
}

long p_call_poll(uint32_t fds, uint32_t n, uint32_t until, uint32_t mask_from) {
  struct process_thread *t = thread_current();
  struct process *p = process_current();
  pith_time deadline;
  uint32_t mask = 0;
  long found, error;

  if (n > POLL_MAX || fds % 4) return -EINVAL;
  if (!k_user_writable(&p->domain, (struct uslice){fds, n * (uint32_t)sizeof(struct pith_pollfd)}))
    return -EFAULT;
  error = deadline_of(p, until, &deadline);
  if (!error && mask_from)
    error = k_copy_from_user(&p->domain, &mask, (struct uslice){mask_from, sizeof mask});
  if (error) return without_mask(t, error);
  found = look(p, (struct pith_pollfd *)(uintptr_t)fds, n);
  if (found || deadline <= pith_now()) return without_mask(t, found);
  return wait_for_change(t, deadline, mask_from != 0, mask);
}

long p_call_ioctl(uint32_t fd, uint32_t request, uint32_t arg) {
  struct process *p = process_current();
  long error;
  struct file *f = files_get(p, fd, &error);
  bool to;
  struct uslice s = {arg, vfs_ioctl_size(request, &to)};

  if (!f) return error;
  if (!f->ops->ioctl) return -ENOTTY;
  if (!(to ? k_user_readable(&p->domain, s) : k_user_writable(&p->domain, s))) return -EFAULT;
  return f->ops->ioctl(f, request, (void *)(uintptr_t)arg, arg);
}

/* ---- /dev/child ---- */

/* Readable while there is a child of the process that asks which wait4() would tell of. */
static unsigned child_poll(struct file *f) {
  const struct process *p = process_current();

  (void)f;
  for (int i = 0; i < PITH_PROCESSES; i++) {
    const struct process *child = &process_table[i];

    if (child->state == PROCESS_FREE || child->parent != p->pid) continue;
    if (child->state == PROCESS_REAPED || child->news) return PITH_POLLIN;
  }
  return 0;
}

static const struct file_ops child_ops = {.in_kernel = true, .poll = child_poll, .stat = devfs_stat};
static struct devfs_device child = {.name = "child", .ops = &child_ops};

void poll_init(void) { devfs_add(&child); }
#endif

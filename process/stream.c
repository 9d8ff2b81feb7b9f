/* Reading and writing files whose operations run in the kernel context, of any length: a piece at each entry into the
 * kernel. Where a call stands is in its own registers: buffer and length move on, r3 counts, and r12 is the number of the
 * call that goes on. So nothing has to be kept for it, a signal's handler may come in between, and what a process makes
 * of these registers is its own affair.
 *
 * A write is done when all has been written: a writer that is woken has more to write. It ends early by an error or a signal,
 * with what was written so far. A read is done when there is nothing more at once. */
#include "stream.h"
#include "calls.h"

#if PITH_FILES
enum {
#define SYSCALL(number, name, ...) NUMBER_##name = number,
#include "syscalls.def"
#undef SYSCALL
};

enum { SIGPIPE = 13 };

static long go_on(struct arch_frame *frame, uint32_t call, uint32_t moved, uint32_t done) {
  frame->r1 += moved;
  frame->r2 -= moved;
  frame->r3 = done;
  frame->r12 = call;
  arch_call_restart(frame);
  return (long)frame->r0;
}

long stream_write(struct file *f, uint32_t buf, uint32_t length, uint32_t done) {
  struct arch_frame *frame = arch_call_frame();
  struct process_thread *t = thread_current();
  uint32_t pc = frame->pc;
  long n;

  t->thread.own.writes = 0;
  if (!f->ops->write) return -EINVAL;
  if (K->current->flags & K_INTERRUPTED) return done ? (long)done : thread_may_wait();
  n = f->ops->write(f, (const void *)(uintptr_t)buf, length);
  if (frame->pc != pc) { /* it waits, and comes again */
    t->thread.own.writes = 1;
    thread_keep(t, done);
    return n;
  }
  if (n == -EPIPE) signal_send_thread(thread_current(), SIGPIPE);
  if (n <= 0) return done ? (long)done : n;
  done += (uint32_t)n;
  return (uint32_t)n == length ? (long)done : go_on(frame, NUMBER_write_on, (uint32_t)n, done);
}

static bool has_more(struct file *f) { return f->ops->poll(f) & PITH_POLLIN; }

long stream_read(struct file *f, uint32_t buf, uint32_t length, uint32_t done) {
  struct arch_frame *frame = arch_call_frame();
  uint32_t pc = frame->pc;
  long n;

  if (!f->ops->read) return -EINVAL;
  if (done && !(f->ops->streams && has_more(f))) return (long)done;
  if (K->current->flags & K_INTERRUPTED) return done ? (long)done : thread_may_wait();
  n = f->ops->read(f, (void *)(uintptr_t)buf, length);
  if (frame->pc != pc) {
    if (vfs_read_deadline && frame->r12 == NUMBER_read) {
      frame->r12 = NUMBER_read_until;
      frame->r3 = (uint32_t)vfs_read_deadline;
    }
    return n;
  }
  if (n <= 0) return done ? (long)done : n;
  done += (uint32_t)n;
  if ((uint32_t)n == length || !f->ops->streams || !has_more(f)) return (long)done;
  return go_on(frame, NUMBER_read_on, (uint32_t)n, done);
}

void stream_deadline(uint32_t low) {
  pith_time now = pith_now();

  vfs_read_deadline = now + (int32_t)(low - (uint32_t)now);
}

/* Its frame may be with a process that is away. */
long stream_cut_short(struct pith_thread *thread, long error) {
  struct process_thread *t = (struct process_thread *)thread;
  bool writes = t->thread.own.writes;

  t->thread.own.writes = 0;
  return writes && thread_kept(t) ? (long)thread_kept(t) : error;
}
#endif

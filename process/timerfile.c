/* /dev/timer: a timer as a file, so that poll() waits for it beside others. PITH_TIMERSET arms it, a read waits for it and tells how
 * often it has fired since the last one. A file has its timer from its first use to its last close(); relatives by fork() and
 * copies by dup() have the same one. All in the kernel context. */
#include "calls.h"
#include "devfs.h"
#include "files.h"
#include "mem.h"
#include "pith/monitor.h"
#include "pith/timer.h"

#if PITH_FILES && PITH_TIMER_FILES
struct timer_file {
  struct pith_timer timer; /* first */
  struct pith_waker fired; /* HAZARD: it may be posted when the file is gone, so it is made once and stays */
  uint32_t count; /* expirations nobody has read */
  struct file *file;
};
static struct timer_file timers[PITH_TIMER_FILES];

/* f->data[0]: its place + 1. */
static struct timer_file *timer_of(const struct file *f) { return f->data[0] ? &timers[f->data[0] - 1] : NULL; }

static void fire(struct pith_timer *timer) {
  struct timer_file *t = (struct timer_file *)timer;

  if (t->count < UINT32_MAX) t->count++;
  pith_wake(&t->fired);
  vfs_changed();
}

/* NULL: PITH_TIMER_FILES are in use. */
static struct timer_file *timer_for(struct file *f) {
  for (uint32_t i = 0; !f->data[0] && i < PITH_TIMER_FILES; i++) {
    if (timers[i].file) continue;
    timers[i].file = f;
    timers[i].count = 0;
    f->data[0] = i + 1;
  }
  return timer_of(f);
}

static long timer_read(struct file *f, void *buf, size_t n) {
  struct timer_file *t = timer_for(f);
  uint64_t count;

  if (!t) return -ENFILE;
  if (n < sizeof count) return -EINVAL;
  if (!t->count) return f->flags & PITH_O_NONBLOCK ? -EAGAIN : pith_monitor_wait(&t->fired);
  count = t->count;
  t->count = 0;
  memcpy(buf, &count, sizeof count);
  return (long)sizeof count;
}

static unsigned timer_poll(struct file *f) {
  const struct timer_file *t = timer_of(f);

  return t && t->count ? PITH_POLLIN : 0;
}

/* The first time `first_us` from now, 0: never; then every `period_us`, 0: not again. Ticks are rounded up. */
static long set(struct file *f, const struct pith_timer_spec *spec) {
  const uint64_t most = (uint64_t)PITH_TIMER_MAX / PITH_TICK_HZ * 1000000;
  struct timer_file *t;

  if (spec->first_us > most || spec->period_us > most) return -EINVAL;
  t = timer_for(f);
  if (!t) return -ENFILE;
  k_timeout_disarm(&t->timer.timeout);
  t->count = 0;
  if (!spec->first_us) return 0;
  pith_timer_init(&t->timer, fire, spec->period_us ? PITH_TIMER_PERIODIC : 0);
  t->timer.span = process_ticks((int64_t)spec->period_us);
  return k_timeout_arm_timer(&t->timer.timeout, process_ticks((int64_t)spec->first_us) + 1);
}

static uint64_t us_of(pith_time ticks) { return (uint64_t)ticks * 1000000 / PITH_TICK_HZ; }

static long get(const struct file *f, struct pith_timer_spec *spec) {
  const struct timer_file *t = timer_of(f);
  const bool armed = t && t->timer.timeout.place;
  pith_time left = armed ? t->timer.timeout.deadline - pith_now() : 0;

  *spec = (struct pith_timer_spec){.first_us = armed ? us_of(left > 0 ? left : 1) : 0};
  if (armed && t->timer.timeout.kind == K_TIMEOUT_PERIODIC) spec->period_us = us_of(t->timer.span);
  return 0;
}

static long timer_ioctl(struct file *f, uint32_t request, void *user, uint32_t arg) {
  struct pith_timer_spec spec;
  long result;

  (void)arg;
  switch (request) {
  case PITH_TIMERSET: memcpy(&spec, user, sizeof spec); return set(f, &spec);
  case PITH_TIMERGET:
    result = get(f, &spec);
    memcpy(user, &spec, sizeof spec);
    return result;
  default: return -ENOTTY;
  }
}

static void timer_release(struct file *f) {
  struct timer_file *t = timer_of(f);

  if (!t) return;
  k_timeout_disarm(&t->timer.timeout);
  pith_wake(&t->fired);
  t->file = NULL;
  f->data[0] = 0;
}

static const struct file_ops timer_ops = {.in_kernel = true,
                                          .read = timer_read,
                                          .poll = timer_poll,
                                          .ioctl = timer_ioctl,
                                          .release = timer_release,
                                          .stat = devfs_stat};
static struct devfs_device device = {.name = "timer", .ops = &timer_ops};

void timer_files_init(void) {
  for (int i = 0; i < PITH_TIMER_FILES; i++) pith_waker_init(&timers[i].fired);
  devfs_add(&device);
}
#endif

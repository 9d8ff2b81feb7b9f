/* A thread that starts services, waits for their ends and starts them again.
 *
 *   WAITS --start--> RUNS --end--> WAITS (the back-off), ENDED, GIVEN_UP        WAITS --start--> REFUSED
 *
 * An end gives `ended` once it has been reaped; the thread waits for that or for the next start, whichever is first, so
 * no end is missed and nothing is polled. It is more urgent than any service, and the reaper works for a service's end at
 * such a priority too (life.c): a process that never stops does not keep a more urgent service down.
 *
 * Everything is taken from the kernel heap once, at start; a build whose image has no table has none of it. `lock` is for
 * those who look at the services meanwhile. */
#include <stdarg.h>
#include "fmt.h"
#include "internal.h"
#include "mem.h"
#include "romfs.h"
#include "supervise.h"
#include "table.h"

#if PITH_SERVICES
enum {
  LINE = 160,
  STACK = 3072,
  SERVICES_MAX = 32,
  DEFAULT_PRIORITY = PITH_PRIORITIES / 2,
  BACKOFF_US = 100000,
  BACKOFF_MAX_US = 10000000,
};

struct service {
  struct table_line line;
  enum service_state state;
  int pid;
  uint32_t starts, delay_us; /* the last back-off; 0: none, or it has run long enough since */
  pith_time since;
  struct process_result last;
  uint32_t restarts;                   /* entries of restarted */
  pith_time restarted[TABLE_RESTARTS]; /* in the window */
};

static struct service *services;
static unsigned count;
static const char *table_name;
static struct pith_sem ended = PITH_SEM_INIT(0);
static struct pith_mutex lock = PITH_MUTEX_INIT;

static void __attribute__((format(printf, 1, 2))) say(const char *format, ...) {
  char line[LINE];
  va_list args;
  int n;

  va_start(args, format);
  n = fmt_bufv(line, sizeof line, format, args);
  va_end(args);
  process_console->print(line, n < LINE ? (size_t)n : LINE - 1);
}

static uint32_t ms(pith_time ticks) { return (uint32_t)(ticks * 1000 / PITH_TICK_HZ); }

/* "[   12.345] service NAME: ", then what is said of it. */
#define TELL(s, format, ...)                                                                                 \
  say("[%4u.%03u] service %s: " format "\n", (unsigned)(ms(pith_now()) / 1000),                              \
      (unsigned)(ms(pith_now()) % 1000), (s)->line.name, __VA_ARGS__)

/* ---- how it ended ---- */

static void describe(const struct process_result *r, char *to, size_t size) {
  switch (r->cause) {
  case PROCESS_RUNNING: fmt_buf(to, size, "-"); break;
  case PROCESS_EXITED: fmt_buf(to, size, "returned %d", r->status); break;
  case PROCESS_FAULTED: fmt_buf(to, size, "faulted, signal %d", r->status); break;
  case PROCESS_SILENT: fmt_buf(to, size, "heartbeat missed"); break;
  default: fmt_buf(to, size, "killed by signal %d", r->status); break;
  }
}

/* A restart is one of at most so many within the window that ends now. */
static bool may_restart(struct service *s, pith_time now) {
  pith_time window = (pith_time)s->line.window_us * PITH_TICK_HZ / 1000000;
  uint32_t kept = 0;

  if (!s->line.restart_limit) return true;
  for (uint32_t i = 0; i < s->restarts; i++)
    if (now - s->restarted[i] < window) s->restarted[kept++] = s->restarted[i];
  s->restarts = kept;
  if (kept == s->line.restart_limit) return false;
  s->restarted[s->restarts++] = now;
  return true;
}

/* Twice the last one; the first again after a run that was longer than the longest. */
static void back_off(struct service *s, pith_time ran) {
  const struct table_line *l = &s->line;

  if (ran * 1000000 / PITH_TICK_HZ > l->backoff_max_us) s->delay_us = 0;
  if (!s->delay_us) s->delay_us = l->backoff_us;
  else s->delay_us = s->delay_us < l->backoff_max_us / 2 ? s->delay_us * 2 : l->backoff_max_us;
  s->since = process_deadline(s->delay_us);
  s->state = SERVICE_WAITS;
}

static void over(struct service *s, const struct process_result *r, const char *how) {
  pith_time now = pith_now(), ran = now - s->since;

  s->last = *r;
  s->pid = 0;
  s->since = now;
  if (!s->line.restarts) {
    s->state = SERVICE_ENDED;
    TELL(s, "%s after %u ms", how, (unsigned)ms(ran));
  } else if (!may_restart(s, now)) {
    s->state = SERVICE_GIVEN_UP;
    TELL(s, "%s after %u ms; given up: %u restarts within %u ms", how, (unsigned)ms(ran),
         (unsigned)s->line.restart_limit, (unsigned)(s->line.window_us / 1000));
  } else {
    back_off(s, ran);
    TELL(s, "%s after %u ms; again in %u ms", how, (unsigned)ms(ran), (unsigned)(s->delay_us / 1000));
  }
}

/* ---- starting ---- */

static const char *base_name(const char *path) {
  const char *name = path;

  for (; *path; path++)
    if (*path == '/') name = path + 1;
  return name;
}

static int spawn(const struct table_line *l, const char **why) {
  struct romfs_file file;
  int error = romfs_find(l->argv[0], &file);

  *why = error == -ENOENT ? "no such file in the built-in image" : "the built-in image is damaged";
  if (error) return error;
  return process_spawn(&(struct process_request){.name = base_name(file.name),
                                                 .file = file.data,
                                                 .size = file.size,
                                                 .argv = l->argv,
                                                 .priority = l->priority,
                                                 .ceiling = l->ceiling,
                                                 .limits = l->limits,
                                                 .manages = l->manages,
                                                 .heartbeat_us = l->heartbeat_us,
                                                 .told = &ended},
                       NULL, why);
}

static void start(struct service *s) {
  const char *why;
  int pid = spawn(&s->line, &why);

  s->since = pith_now();
  if (pid > 0) {
    s->pid = pid;
    s->starts++;
    s->state = SERVICE_RUNS;
    if (!s->line.console) TELL(s, "started, pid %d", pid); /* the console shows it */
  } else if (pid == -ENOMEM || pid == -EAGAIN) { /* others may give back what it needs */
    over(s, &s->last, why);
  } else {
    s->state = SERVICE_REFUSED;
    TELL(s, "cannot run: %s", why);
  }
}

static void look(struct service *s) {
  struct process_result r;
  char how[40];

  if (s->state == SERVICE_RUNS && !process_wait(s->pid, &r, PITH_POLL)) {
    describe(&r, how, sizeof how);
    over(s, &r, how);
  } else if (s->state == SERVICE_WAITS && s->since <= pith_now()) {
    start(s);
  }
}

static void supervise(void *unused) {
  (void)unused;
  for (;;) {
    pith_time next = PITH_FOREVER;

    pith_mutex_lock(&lock);
    for (unsigned i = 0; i < count; i++) look(&services[i]);
    for (unsigned i = 0; i < count; i++)
      if (services[i].state == SERVICE_WAITS && services[i].since < next) next = services[i].since;
    pith_mutex_unlock(&lock);
    pith_sem_take_until(&ended, next);
  }
}

/* ---- the table ---- */

static size_t line_length(const char *text, const char *end) {
  const char *at = text;

  while (at < end && *at != '\n') at++;
  return (size_t)(at - text);
}

static bool is_taken(const char *name) {
  for (unsigned i = 0; i < count; i++)
    if (!strcmp(services[i].line.name, name)) return true;
  return false;
}

static void read_line(const char *text, size_t length, unsigned number, bool console) {
  static const struct table_defaults defaults = {.priority = DEFAULT_PRIORITY,
                                                 .lowest = PITH_PRIORITIES - 2,
                                                 .backoff_us = BACKOFF_US,
                                                 .backoff_max_us = BACKOFF_MAX_US};
  struct service *s = &services[count];
  const char *what, *why;
  int result = table_read(text, length, &defaults, &s->line, &what, &why);

  if (!result || (result > 0 && s->line.console && !console)) return;
  if (result > 0 && is_taken(s->line.name)) {
    result = -EINVAL;
    what = s->line.name;
    why = "a service of that name is there already";
  }
  if (result < 0) {
    say("%s:%u: %s: %s; the line is left out\n", table_name, number, what, why);
    return;
  }
  s->state = SERVICE_WAITS;
  count++;
}

/* As many places as there are lines, at most, and one to read a wrong line into. */
static unsigned places(const char *text, const char *end) {
  unsigned lines = 1;

  for (; text < end; text++) lines += *text == '\n';
  return lines < SERVICES_MAX ? lines + 1 : SERVICES_MAX + 1;
}

static int read_table(const char *text, size_t size, bool console) {
  const char *end = text + size;
  unsigned room = places(text, end), number = 1;

  services = pith_malloc(room * sizeof *services);
  if (!services) {
    say("%s: %u lines: not enough kernel heap (PITH_HEAP)\n", table_name, room - 1);
    return -ENOMEM;
  }
  memset(services, 0, room * sizeof *services);
  for (; text < end && count < room - 1; number++) {
    size_t length = line_length(text, end);

    read_line(text, length, number, console);
    text += length < (size_t)(end - text) ? length + 1 : length;
  }
  if (text < end)
    say("%s:%u: more than %d services; the rest is left out\n", table_name, number, SERVICES_MAX);
  return 0;
}

/* More urgent than all of them. */
static uint8_t own_priority(void) {
  unsigned best = PITH_PRIORITIES - 2;

  for (unsigned i = 0; i < count; i++)
    if (services[i].line.ceiling < best) best = services[i].line.ceiling;
  return (uint8_t)(best ? best - 1 : 0);
}

int services_start(const char *table, bool console) {
  struct pith_thread_attr attr = {.name = "services", .stack_size = STACK};
  struct pith_thread *thread;
  struct romfs_file file;
  int error;

  if (romfs_find(table, &file)) return 0;
  table_name = table;
  error = read_table(file.data, file.size, console);
  if (!error && !count) pith_free(services);
  if (error || !count) return error;
  attr.priority = own_priority();
  error = pith_thread_create(&thread, &attr, supervise, NULL);
  if (!error) return (int)count;
  say("%s: no thread for the services: %s\n", table,
      error == -ENOMEM ? "not enough kernel heap (PITH_HEAP)" : "PITH_THREADS exist");
  count = 0;
  return error;
}

/* ---- for others to see ---- */

int services_status(unsigned i, struct service_status *status) {
  const struct service *s = &services[i];

  if (i >= count) return -ENOENT;
  pith_mutex_lock(&lock);
  *status = (struct service_status){.name = s->line.name,
                                    .state = s->state,
                                    .pid = s->pid,
                                    .starts = s->starts,
                                    .since = s->since,
                                    .last = s->last};
  pith_mutex_unlock(&lock);
  return 0;
}

void services_show(void) {
  static const char *const states[] = {"waits", "runs", "ended", "given up", "refused"};
  struct service_status s;
  char how[40];

  say("%-23s %-9s %5s %7s  %s\n", "service", "state", "pid", "starts", "last end");
  for (unsigned i = 0; !services_status(i, &s); i++) {
    char pid[12] = "-";

    if (s.pid) fmt_buf(pid, sizeof pid, "%d", s.pid);
    describe(&s.last, how, sizeof how);
    say("%-23s %-9s %5s %7u  %s\n", s.name, states[s.state], pid, (unsigned)s.starts, how);
  }
}
#endif

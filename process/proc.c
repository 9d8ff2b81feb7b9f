/* The texts of /proc: a line a fact, "Key: value", or a line a thing with a line of headings. Made in a thread, under the
 * lock of the tree; what changes meanwhile is looked at in the kernel context, a piece at a time, into the structures
 * below. */
#include "proc.h"
#include "files.h"
#include "fmt.h"
#include "mem.h"
#include "pith/account.h"
#include "pith/irq.h"
#include "procfs.h"

#define SAY(...) fmt_put(out->put, out->ctx, __VA_ARGS__)

struct out {
  procfs_put *put;
  void *ctx;
};

static const struct proc_about *about;

/* ---- in the kernel ---- */

static union {
  struct pith_info_memory memory;
  struct pith_info_process process;
  struct {
    struct pith_limits limits;
    uint32_t fds;
    char cwd[PITH_PATH_MAX];
    const char *waits;
  } more;
  struct {
    bool closes;
    uint32_t flags, pos;
    const char *point;
  } fd;
} u;

static long look_memory(long a, long b, long c) {
  (void)a, (void)b, (void)c;
  memset(&u.memory, 0, sizeof u.memory);
  memory_info(&u.memory);
  return 0;
}

static long look_process(long pid, long b, long c) {
  (void)b, (void)c;
  for (uint32_t i = 0; !process_info(i, &u.process); i++)
    if (u.process.pid == pid) return 0;
  return -ESRCH;
}

static long look_more(long pid, long b, long c) {
  const struct process *p = process_by_pid((int)pid);

  (void)b, (void)c;
  if (!p) return -ESRCH;
  u.more.limits = process_limits(p);
  u.more.waits = process_waits(p);
  u.more.fds = 0;
  for (int i = 0; i < PITH_PROCESS_FILES; i++) u.more.fds += p->fd[i] != 0;
  memcpy(u.more.cwd, p->cwd ? p->cwd : "/", strlen(p->cwd ? p->cwd : "/") + 1);
  return 0;
}

static long look_fd(long pid, long fd, long c) {
  const struct process *p = process_by_pid((int)pid);
  const struct file *f = p && p->fd[fd] ? &vfs_files[(p->fd[fd] & FD_PLACE) - 1] : NULL;

  (void)c;
  memset(&u.fd, 0, sizeof u.fd);
  if (!f) return -EBADF;
  u.fd.closes = (p->fd[fd] & FD_CLOSES) != 0;
  u.fd.flags = f->flags;
  u.fd.pos = f == service_file() ? 0 : f->pos; /* of who reads this: else the text would grow as it is read */
  u.fd.point = f->mount ? f->mount->point : "pipe";
  return 0;
}

static bool get_process(int pid) { return !pith_monitor(look_process, pid, 0, 0); }

/* ---- the system ---- */

static void version(struct out *out) {
  SAY("Pith %s %s (%s), gcc " __VERSION__ "\n", about->version, about->board, about->machine);
}

static void uptime(struct out *out) {
  uint64_t us = (uint64_t)pith_now() * 1000000 / PITH_TICK_HZ;
  struct pith_usage usage;

  SAY("%llu.%06u", (unsigned long long)(us / 1000000), (unsigned)(us % 1000000));
  if (!pith_usage(&usage)) {
    us = usage.idle / (arch_cycles_per_tick() * PITH_TICK_HZ / 1000000);
    SAY(" %llu.%06u", (unsigned long long)(us / 1000000), (unsigned)(us % 1000000));
  }
  SAY("\n");
}

static void meminfo(struct out *out) {
  pith_monitor(look_memory, 0, 0, 0);
  SAY("Total: %u\nFree: %u\nLargest: %u\nBlocks: %u\nWaste: %u\nKernelFree: %u\nKernelTotal: %u\n",
      (unsigned)u.memory.total, (unsigned)u.memory.free, (unsigned)u.memory.largest,
      (unsigned)u.memory.blocks, (unsigned)u.memory.waste, (unsigned)u.memory.kernel_free,
      (unsigned)PITH_HEAP);
}

static void interrupts(struct out *out) {
  uint32_t n;

  SAY("clock %u\n", (unsigned)arch_clock_interrupts());
  for (unsigned i = 0; i < PITH_IRQ_SLOTS; i++)
    if (!pith_irq_count(i, &n)) SAY("%u %u\n", i, (unsigned)n);
}

static void sched(struct out *out) {
  struct pith_usage usage;

  if (!pith_usage(&usage))
    SAY("cycles %llu\nidle %llu\nswitches %u\nentries %u\nlongest %u\nposts %u\n",
        (unsigned long long)usage.cycles, (unsigned long long)usage.idle, (unsigned)usage.switches,
        (unsigned)usage.entries, (unsigned)usage.longest, (unsigned)usage.posts);
  SAY("%-24s %8s %9s %10s %7s %7s %15s\n", "thread", "priority", "state", "stack", "size", "unused",
      "cycles");
  for (const struct pith_thread *t = pith_thread_next(NULL); t; t = pith_thread_next((struct pith_thread *)t))
    SAY("%-24s %8u %9s 0x%08x %7u %7d %15llu\n", pith_thread_name(t), pith_thread_priority(t),
        pith_thread_state_name(pith_thread_state(t)), (unsigned)K_WORD(t->stack), (unsigned)t->stack_size,
        k_is_unprivileged(t) ? -1 : (int)pith_stack_unused(t), (unsigned long long)pith_thread_cycles(t));
}

/* usage() of a file system may be long, and is another file system's: the tree's lock is held already. */
static void mounts(struct out *out) {
  const struct mount *m;

  for (unsigned i = 0; (m = vfs_mount_at(i)); i++) {
    struct pith_mount usage = {.flags = m->flags};

    if (m->ops->usage) m->ops->usage((struct mount *)m, &usage);
    SAY("%s %s %s %s %llu %llu\n", m->source, *m->point ? m->point : "/", m->ops->name,
        m->flags & PITH_MOUNT_READ_ONLY ? "ro" : "rw", (unsigned long long)usage.total * 256,
        (unsigned long long)usage.free * 256);
  }
}

/* ---- a process ---- */

static void status(struct out *out, int pid) {
  static const char *const states[] = {"free", "loading", "running", "ending", "zombie"};
  const struct pith_info_process *p = &u.process;

  if (!get_process(pid)) return;
  SAY("Name: %s\nPid: %d\nParent: %d\nGroup: %d\nState: %s\nCeiling: %u\nThreads: %u\nHandles: %u\n", p->name,
      (int)p->pid, (int)p->parent, (int)p->group, states[p->state], p->ceiling, p->threads, p->handles);
  SAY("Memory: %u\nStack: %u\nData: %u\nHeap: %u\nText: %u\nObjects: %u\nCpu: %llu\n",
      (unsigned)p->block_size, (unsigned)p->stack_size, (unsigned)(p->heap - p->data),
      (unsigned)(p->heap_end - p->heap), (unsigned)p->text_size, (unsigned)p->objects_memory,
      (unsigned long long)p->cpu_us);
  if (pith_monitor(look_more, pid, 0, 0)) return;
  SAY("Files: %u\nCwd: %s\nWaits: %s\n", (unsigned)u.more.fds, u.more.cwd, u.more.waits);
}

static void range(struct out *out, uint32_t low, uint32_t size, const char *access, const char *name) {
  if (size) SAY("%08x-%08x %s %s\n", (unsigned)low, (unsigned)(low + size), access, name);
}

static void maps(struct out *out, int pid) {
  const struct pith_info_process *p = &u.process;

  if (!get_process(pid)) return;
  range(out, p->text, p->text_size, "r-x", p->name);
  range(out, p->block, p->stack_size, "rw-", "[stack]");
  range(out, p->data, p->heap - p->data, "rw-", "[data]");
  range(out, p->heap, p->heap_end - p->heap, "rw-", "[heap]");
  range(out, p->heap_end, p->block + p->block_size - p->heap_end, "rw-", "[free]");
}

static void fds(struct out *out, int pid) {
  static const char *const ways[] = {"r", "w", "rw", "?"};

  for (int fd = 0; fd < PITH_PROCESS_FILES; fd++) {
    if (pith_monitor(look_fd, pid, fd, 0)) continue;
    SAY("%d %s%s%s%s %u %s\n", fd, ways[u.fd.flags & PITH_O_ACCMODE],
        u.fd.flags & PITH_O_APPEND ? ",append" : "", u.fd.flags & PITH_O_NONBLOCK ? ",nonblock" : "",
        u.fd.closes ? ",cloexec" : "", (unsigned)u.fd.pos, u.fd.point);
  }
}

static void limits(struct out *out, int pid) {
  const struct pith_limits *l = &u.more.limits;

  if (pith_monitor(look_more, pid, 0, 0)) return;
  SAY("Memory: %u\nThreads: %u\nHandles: %u\nFiles: %u\nObjects: %u\nBudget: %u\nPeriod: %u\n",
      (unsigned)l->memory, l->threads, l->handles, (unsigned)PITH_PROCESS_FILES, (unsigned)l->objects_memory,
      (unsigned)l->budget_us, (unsigned)l->period_us);
}

/* ---- the tree ---- */

static const char *const names[] = {"version", "uptime", "meminfo", "interrupts", "sched", "mounts", NULL};
static void (*const texts[])(struct out *out) = {version, uptime, meminfo, interrupts, sched, mounts};
static const char *const process_names[] = {"status", "maps", "fds", "limits", NULL};
static void (*const process_texts[])(struct out *out, int pid) = {status, maps, fds, limits};

static void print(int pid, unsigned file, procfs_put *put, void *ctx) {
  struct out out = {put, ctx};

  if (pid) process_texts[file](&out, pid);
  else texts[file](&out);
}

static long pid_at(long index, long b, long c) {
  (void)b, (void)c;
  return process_info((uint32_t)index, &u.process) ? 0 : u.process.pid;
}

static int process_at(unsigned i) { return (int)pith_monitor(pid_at, (long)i, 0, 0); }

int proc_start(const struct proc_about *what) {
  static struct procfs proc = {.names = names,
                               .process_names = process_names,
                               .process_at = process_at,
                               .self = service_caller,
                               .print = print};

  about = what;
  return procfs_mount(&proc);
}

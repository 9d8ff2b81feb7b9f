/* Running the programs of a list one after the other: the torture test, and any other that has more programs
 * than fit beside each other.
 *
 * The list is read from the host a line at a time, so it costs no memory that a program could want. Each
 * program begins when the one before is gone with all it had; whether it is, is measured: the free memory of
 * processes and of the kernel must be what it was, in one piece. A program that is not done in time is
 * killed. None of them can end the list early: it ends with a line of sums, or the machine has failed. */
#include "init.h"
#include "pith/kernel.h"
#include "pith_errno.h"
#include "semihost.h"

enum { LINE = 256 };

struct memory {
  uint32_t bytes, largest, heap;
};

struct sums {
  unsigned programs, good, lossy;
};

static struct memory free_memory(void) {
  struct memory m = {.heap = (uint32_t)pith_heap_free()};

  m.bytes = process_memory_free(&m.largest);
  return m;
}

static bool same(struct memory a, struct memory b) {
  return a.bytes == b.bytes && a.largest == b.largest && a.heap == b.heap;
}

/* The line of the host's file at *position, without its end; *position moves behind it. Its length, -ENOENT
 * behind the last line, -ENAMETOOLONG, or what the host says. */
static int next_line(int file, uint32_t *position, char line[LINE]) {
  int error = semihost_seek(file, *position);
  long got = error ? error : semihost_read(file, line, LINE);

  if (got < 0) return (int)got;
  if (!got) return -ENOENT;
  for (int i = 0; i < got; i++) {
    if (line[i] != '\n') continue;
    line[i] = 0;
    *position += (uint32_t)i + 1;
    return i;
  }
  if (got == LINE) return -ENAMETOOLONG;
  line[got] = 0;
  *position += (uint32_t)got;
  return (int)got;
}

/* What became of a process that has been started; true if it exited with 0. */
static bool outcome(unsigned number, int pid, uint32_t limit_ms) {
  pith_time begun = pith_now();
  struct process_result r = {PROCESS_RUNNING, 0};
  bool late = process_wait(pid, &r, pith_deadline(PITH_MS(limit_ms))) == -ETIMEDOUT;
  unsigned ms = (unsigned)((pith_now() - begun) * 1000 / PITH_TICK_HZ);

  if (late) {
    process_kill(pid);
    process_wait(pid, &r, PITH_FOREVER);
  }
  if (late && r.cause != PROCESS_EXITED) {
    say("list: %u killed: not done after %u ms\n", number, (unsigned)limit_ms);
    return false;
  }
  switch (r.cause) {
  case PROCESS_EXITED:
    say("list: %u exited %d, %u ms\n", number, r.status, ms);
    return r.status == 0;
  case PROCESS_FAULTED:
    say("list: %u faulted, %u ms\n", number, ms);
    return false;
  default:
    say("list: %u killed by signal %d, %u ms\n", number, r.status, ms);
    return false;
  }
}

static void run_one(struct sums *sums, const char *path, uint32_t limit_ms) {
  struct memory before = free_memory(), after;
  unsigned number = ++sums->programs;
  void *memory;
  int pid = run_host(path, (const char *const[]){path, NULL}, &memory);

  if (pid < 0) say("list: %u cannot run\n", number);
  else if (outcome(number, pid, limit_ms)) sums->good++;
  if (memory) process_memory_give(memory);
  after = free_memory();
  if (same(before, after)) return;
  sums->lossy++;
  say("list: %u left %u bytes of process memory (%u in one piece) and %u of kernel heap, of %u (%u) and %u\n",
      number, (unsigned)after.bytes, (unsigned)after.largest, (unsigned)after.heap, (unsigned)before.bytes,
      (unsigned)before.largest, (unsigned)before.heap);
}

int run_list(const char *path, uint32_t limit_ms) {
  static char line[LINE];
  struct sums sums = {0, 0, 0};
  uint32_t position = 0;
  int file = semihost_open(path, SEMIHOST_READ), length;

  if (file < 0) {
    say("init: %s: cannot read it\n", path);
    return 2;
  }
  while ((length = next_line(file, &position, line)) >= 0)
    if (length) run_one(&sums, line, limit_ms);
  semihost_close(file);
  if (length != -ENOENT) {
    say("init: %s: %s\n", path,
        length == -ENAMETOOLONG ? "a line of more than 255 characters" : "cannot read it");
    return 2;
  }
  say("list: end of %u programs: %u exited 0, %u lost memory\n", sums.programs, sums.good, sums.lossy);
  return sums.good == sums.programs && !sums.lossy ? 0 : 1;
}

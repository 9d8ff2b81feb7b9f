/* pith_app: STACK 4096 HEAP 256
 *
 * Processes and their threads, the busiest first, again and again in place: part of the processor since the last time, all its time, stack
 * in use of what there is, memory. q: ends; a space: at once again. -d SECONDS: between (2); -n N: so many times; -b: one text after the
 * other, for files and pipes. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include "sysinfo.h"
#include "terminal.h"

const char util_name[] = "top", util_synopsis[] = "[-b] [-d SECONDS] [-n TIMES]";

enum { PROCESSES = 32, THREADS = 64 };
struct row {
  struct pith_info_process p;
  uint64_t ran; /* since the last time, microseconds */
};
struct seen {
  int32_t pid, tid; /* tid -1: of the process */
  uint64_t cpu_us;
};

static struct row rows[PROCESSES];
static struct pith_info_thread threads[THREADS];
static struct seen before[PROCESSES + THREADS], now[PROCESSES + THREADS];
static unsigned row_count, thread_count, before_count, now_count;
static unsigned long long last, elapsed;
static bool batch;
static unsigned lines_left;

/* What it ran since the last time; remembers for the next. */
static uint64_t since(int32_t pid, int32_t tid, uint64_t cpu_us) {
  if (now_count < PROCESSES + THREADS) now[now_count++] = (struct seen){pid, tid, cpu_us};
  for (unsigned i = 0; i < before_count; i++)
    if (before[i].pid == pid && before[i].tid == tid && before[i].cpu_us <= cpu_us)
      return cpu_us - before[i].cpu_us;
  return cpu_us;
}

static int busier(const void *a, const void *b) {
  const struct row *x = a, *y = b;
  if (x->ran != y->ran) return x->ran < y->ran ? 1 : -1;
  return (x->p.pid > y->p.pid) - (x->p.pid < y->p.pid);
}

static void look(void) {
  unsigned long long time = info_uptime();
  elapsed = time > last ? time - last : 1;
  last = time;
  now_count = 0;
  for (row_count = 0; row_count < PROCESSES && info_process(row_count, &rows[row_count].p); row_count++)
    rows[row_count].ran = since(rows[row_count].p.pid, -1, rows[row_count].p.cpu_us);
  for (thread_count = 0; thread_count < THREADS && info_thread(thread_count, &threads[thread_count]);)
    thread_count++;
  qsort(rows, row_count, sizeof *rows, busier);
}

static void end_line(void) {
  put_text(batch ? "\n" : "\033[K\r\n");
  if (lines_left) lines_left--;
}

static void put_share(uint64_t us) {
  uint64_t tenths = (us * 1000 + elapsed / 2) / elapsed;
  if (tenths > 1000) tenths = 1000; /* the times of a row are not of one moment */
  put_format(" %3u.%u", (unsigned)(tenths / 10), (unsigned)(tenths % 10));
}

static void put_time(uint64_t us) {
  put_format(" %6llu.%02u", (unsigned long long)(us / 1000000), (unsigned)(us / 10000 % 100));
}

static void put_stack(const struct pith_info_thread *t) {
  uint32_t used =
      t->sp >= t->stack && t->sp <= t->stack + t->stack_size ? t->stack + t->stack_size - t->sp : 0;
  put_format(" %5u/%-5u", (unsigned)used, (unsigned)t->stack_size);
}

static void put_thread(const struct pith_info_thread *t, uint64_t ran) {
  if (!lines_left) return;
  put_format("%5d %5d %c %3d", (int)t->pid, (int)t->tid, thread_letter(t), t->priority);
  put_share(ran);
  put_time(t->cpu_us);
  put_stack(t);
  put_text("       thread");
  end_line();
}

static void put_process(const struct row *r) {
  struct pith_info_thread first;
  char size[8];
  if (!lines_left) return;
  char state = process_letter(&r->p, &first);
  put_format("%5d       %c", (int)r->p.pid, state);
  if (first.tid >= 0) put_format(" %3d", first.priority);
  else put_text("   -");
  put_share(r->ran);
  put_time(r->p.cpu_us);
  if (first.tid >= 0) put_stack(&first);
  else put_text("     -/-    ");
  put_format(" %5s %s", format_size(r->p.block_size, size), r->p.name);
  end_line();
}

static void put_head(void) {
  struct pith_info_memory m;
  unsigned seconds = (unsigned)(last / 1000000);
  uint64_t ran = 0;
  char used[8], total[8], largest[8];
  for (unsigned i = 0; i < row_count; i++) ran += rows[i].ran;
  put_format("up %u:%02u:%02u, %u processes, %u threads, processor", seconds / 3600, seconds / 60 % 60,
             seconds % 60, row_count, thread_count);
  put_share(ran);
  put_char('%');
  end_line();
  if (info_memory(&m)) {
    put_format("memory: %s of %s used, largest free piece %s", format_size(m.total - m.free, used),
               format_size(m.total, total), format_size(m.largest, largest));
    end_line();
  }
  end_line();
  put_text("  PID   TID S PRI  %CPU      TIME    STACK      MEM NAME");
  end_line();
}

static void show(void) {
  lines_left = batch ? UINT32_MAX : terminal_rows() - 1;
  if (!batch) put_text("\033[H");
  put_head();
  for (unsigned i = 0; i < row_count; i++) {
    put_process(&rows[i]);
    for (unsigned t = 0; t < thread_count; t++) {
      if (threads[t].pid != rows[i].p.pid) continue;
      uint64_t ran = since(threads[t].pid, threads[t].tid, threads[t].cpu_us);
      if (rows[i].p.threads > 1) put_thread(&threads[t], ran);
    }
  }
  put_text(batch ? "\n" : "\033[J");
  flush();
  memcpy(before, now, sizeof before);
  before_count = now_count;
}

/* False: it is enough. */
static bool pause_for(unsigned long long ns) {
  int ms = (int)(ns / 1000000);
  if (!batch) {
    int c = terminal_byte(ms);
    return c != 'q' && c != 'Q' && c != -2;
  }
  struct timespec t = {(time_t)(ns / 1000000000u), (long)(ns % 1000000000u)};
  while (nanosleep(&t, &t) < 0 && errno == EINTR) continue;
  return true;
}

int main(int argc, char **argv) {
  unsigned long long ns = 2000000000, times = UINT64_MAX;
  for (int c; (c = option(argc, argv, "bd:n:")) != -1;) {
    if (c == 'b') batch = true;
    else if (c == 'n') times = number_argument(option_value, option_value, UINT32_MAX);
    else if (!parse_seconds(option_value, &ns) || ns > 1000000000000) usage(option_value, "not a time");
  }
  if (option_at != argc) usage(argv[option_at], "no operands are known");
  if (!isatty(1)) batch = true;
  if (!batch) {
    terminal_raw(true);
    put_text("\033[2J");
  }
  while (times--) {
    look();
    show();
    if (times && !pause_for(ns)) break;
  }
  return finish(0);
}

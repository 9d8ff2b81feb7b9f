/* pith_app: STACK 4096 HEAP 256
 *
 * Processes: number, parent, group, state, priority of the first thread (0 the most urgent), threads, memory, time of the processor,
 * what it waits for, name. -T: a line for each thread, with its stack; PID...: only these; -a -e -A -f: accepted, all are shown. */
#include <string.h>
#include "sysinfo.h"

const char util_name[] = "ps", util_synopsis[] = "[-T] [PID...]";

static char **wanted;

static bool is_wanted(int pid) {
  unsigned long long value;
  for (char **w = wanted; *w; w++)
    if (parse_number(*w, 10, &value) && value == (unsigned)pid) return true;
  return !*wanted;
}

static void put_time(uint64_t us) {
  uint64_t ms = us / 1000;
  put_format(" %5llu.%03u", (unsigned long long)(ms / 1000), (unsigned)(ms % 1000));
}

static bool put_processes(void) {
  struct pith_info_process p;
  struct pith_info_thread first;
  bool some = false;
  put_text("  PID  PPID  PGRP S PRI THR   MEM      TIME WAITS        NAME\n");
  for (unsigned i = 0; info_process(i, &p); i++) {
    char waits[24], size[8];
    if (!is_wanted(p.pid)) continue;
    some = true;
    char state = process_letter(&p, &first);
    put_format("%5d %5d %5d %c ", (int)p.pid, (int)p.parent, (int)p.group, state);
    if (first.tid >= 0) put_format("%3d", first.priority);
    else put_text("  -");
    put_format(" %3d %5s", p.threads, format_size(p.block_size, size));
    put_time(p.cpu_us);
    put_format(" %-12s %s\n", process_waits(p.pid, waits, sizeof waits), p.name);
  }
  return some;
}

static const char *name_of(int pid, struct pith_info_process *p) {
  for (unsigned i = 0; info_process(i, p); i++)
    if (p->pid == pid) return p->name;
  return "-";
}

static bool put_threads(void) {
  struct pith_info_thread t;
  struct pith_info_process p;
  bool some = false;
  put_text("  PID   TID S PRI OWN STACK  USED      TIME NAME\n");
  for (unsigned i = 0; info_thread(i, &t); i++) {
    if (!is_wanted(t.pid)) continue;
    some = true;
    uint32_t used = t.sp >= t.stack && t.sp <= t.stack + t.stack_size ? t.stack + t.stack_size - t.sp : 0;
    put_format("%5d %5d %c %3d %3d %5u %5u", (int)t.pid, (int)t.tid, thread_letter(&t), t.priority,
               t.own_priority, (unsigned)t.stack_size, (unsigned)used);
    put_time(t.cpu_us);
    put_format(" %s\n", name_of(t.pid, &p));
  }
  return some;
}

int main(int argc, char **argv) {
  bool threads = false;
  for (int c; (c = option(argc, argv, "TaeAf")) != -1;)
    if (c == 'T') threads = true;
  wanted = argv + option_at;
  for (char **w = wanted; *w; w++) number_argument(*w, *w, INT32_MAX);
  return finish(!(threads ? put_threads() : put_processes()));
}

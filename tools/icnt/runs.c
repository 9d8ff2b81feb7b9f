/* Kernel runs: from the entry of SVCall, PendSV or a fault to the return to a thread, or to the next of them that is chained
 * to it. No other thread gets the processor during one, so the longest is a part of every worst delay. Faults inside a
 * run belong to it, interrupts do not.
 *
 *   RUN max N n N min N in NUMBER: function insns, ...     one line for each way through functions, longest first
 *   MISSED n N at PLACE     no interrupt came between this instruction, which runs have executed n times, and the next; also
 *                           of each SVC, where the interrupt comes before all of the run. A run of many interrupts that has
 *                           none of these has seen each of its worst delays. Those that were executed seldom are left out */
#include <stdlib.h>
#include <string.h>
#include "icnt.h"

enum { STEPS = 96, PATHS = 1024, SHOWN = 64, PLACES = 1 << 16, SELDOM = 500 };

struct path {
  unsigned exception;
  int steps;
  uint64_t n, min, max;
  struct {
    int32_t symbol;
    uint32_t instructions;
  } step[STEPS];
};

struct place {
  uint32_t address; /* | 1; 0: free */
  uint64_t executed, hit;
};

static struct place place[PLACES]; /* a hash table */
static struct path path[PATHS], current;
static int paths;
static bool running;

void stats_run_begin(unsigned exception) {
  stats_run_end();
  running = true;
  current.exception = exception;
  current.steps = 0;
  current.max = 0;
}

void stats_run_step(int symbol) {
  if (!running) return;
  current.max++;
  if (!current.steps || current.step[current.steps - 1].symbol != symbol) {
    if (current.steps == STEPS) return;
    current.step[current.steps].symbol = symbol;
    current.step[current.steps++].instructions = 0;
  }
  current.step[current.steps - 1].instructions++;
}

static bool is_same(const struct path *a, const struct path *b) {
  if (a->exception != b->exception || a->steps != b->steps) return false;
  for (int i = 0; i < a->steps; i++)
    if (a->step[i].symbol != b->step[i].symbol) return false;
  return true;
}

void stats_run_end(void) {
  int i = 0;

  if (!running) return;
  running = false;
  if (!current.max) return; /* counting was off */
  while (i < paths && !is_same(&path[i], &current)) i++;
  if (i == PATHS) return;
  current.n = 1;
  current.min = current.max;
  if (i < paths) {
    current.n += path[i].n;
    if (path[i].min < current.min) current.min = path[i].min;
    if (path[i].max > current.max) {
      path[i].n = current.n;
      path[i].min = current.min;
      return;
    }
  } else {
    paths++;
  }
  path[i] = current;
}

struct place *stats_place(uint32_t address) {
  uint32_t i = address >> 1;

  while (place[i % PLACES].address && place[i % PLACES].address != (address | 1)) i++;
  place[i % PLACES].address = address | 1;
  return &place[i % PLACES];
}

void stats_place_executed(struct place *p) { p->executed++; }
void stats_place_hit(struct place *p) { p->hit++; }

static int longest_first(const void *a, const void *b) {
  uint64_t x = ((const struct path *)a)->max, y = ((const struct path *)b)->max;

  return x < y ? 1 : x > y ? -1 : 0;
}

static void report_missed(FILE *out) {
  for (const struct place *p = place; p < place + PLACES; p++) {
    uint32_t address = p->address & ~1u;
    int s = symbols_at(address);

    if (p->executed <= SELDOM || p->hit) continue;
    fprintf(out, "MISSED n %llu at %s+0x%x\n", (unsigned long long)p->executed, symbols_name(s),
            (unsigned)(s < 0 ? address : address - symbols_address(s)));
  }
}

void stats_report_runs(FILE *out) {
  report_missed(out);
  qsort(path, (size_t)paths, sizeof *path, longest_first);
  for (const struct path *p = path; p < path + paths && p < path + SHOWN; p++) {
    fprintf(out, "RUN max %llu n %llu min %llu in %u:", (unsigned long long)p->max, (unsigned long long)p->n,
            (unsigned long long)p->min, p->exception);
    for (int i = 0; i < p->steps; i++)
      fprintf(out, "%s %s %u", i ? "," : "", symbols_name(p->step[i].symbol), (unsigned)p->step[i].instructions);
    fprintf(out, "\n");
  }
}

/* Statistics, and their text: one line each, first word the kind, so that a script can read it.
 *
 *   TOTAL insns N thread N handler N irq N cycles_est N
 *   PAIR from to n N min N max N mean X cyc_min N cyc_max N cyc_mean X irq N hist insns:times ...
 *   EXC number handler n N min N max N mean X      instructions from entry to exit, nested ones included
 *   MASK max N n N mean X kind K from PLACE to PLACE   runs of instructions with interrupts masked
 *   FUNC name N                                    with profile=1: instructions in each function
 *   RUN ...                                        with runs=1: runs.c
 *
 * A pair is two consecutive events; irq is how many of all its instructions were in interrupts. */
#include <stdlib.h>
#include <string.h>
#include "icnt.h"

enum { PAIRS = 4096, VALUES = 24, NESTING = 64, WINDOWS = 1024, WINDOWS_SHOWN = 14 };
typedef unsigned long long ull;

struct span {
  uint64_t n, min, max, sum;
};

struct pair {
  int from, to, values;
  struct span instructions, cycles;
  uint64_t irq;
  uint64_t value[VALUES], times[VALUES];
};

struct window {
  uint32_t start, end;
  unsigned kind;
  struct span length;
};

struct count now;
const char *point_name[POINTS];

static struct pair pairs[PAIRS];
static int pair_count;
static int last_event = EVENT_NONE;
static struct count at_event;

static struct span exceptions[EXCEPTIONS];
static struct {
  uint64_t start;
  unsigned number;
} nested[NESTING];
static int depth;

static struct window windows[WINDOWS], current;
static int window_count;
static uint64_t current_length;
static uint64_t *profile;
static uint64_t profile_elsewhere;

static void add(struct span *s, uint64_t value) {
  if (!s->n || value < s->min) s->min = value;
  if (value > s->max) s->max = value;
  s->sum += value;
  s->n++;
}

static double mean(const struct span *s) { return (double)s->sum / (double)s->n; }

static struct pair *pair_of(int from, int to) {
  for (int i = 0; i < pair_count; i++)
    if (pairs[i].from == from && pairs[i].to == to) return &pairs[i];
  if (pair_count == PAIRS) return NULL;
  pairs[pair_count] = (struct pair){.from = from, .to = to};
  return &pairs[pair_count++];
}

static void add_value(struct pair *p, uint64_t value) {
  int i = 0;

  while (i < p->values && p->value[i] != value) i++;
  if (i == VALUES) return;
  p->value[i] = value;
  p->times[i]++;
  if (i == p->values) p->values++;
}

void stats_event(int event) {
  struct pair *p = last_event == EVENT_NONE ? NULL : pair_of(last_event, event);

  if (p) {
    add(&p->instructions, now.instructions - at_event.instructions);
    add(&p->cycles, now.cycles - at_event.cycles);
    p->irq += now.irq - at_event.irq;
    add_value(p, now.instructions - at_event.instructions);
  }
  last_event = event;
  at_event = now;
}

void stats_forget_event(void) { last_event = EVENT_NONE; }

void stats_exception_enter(unsigned exception) {
  if (depth == NESTING) return;
  nested[depth].start = now.instructions;
  nested[depth++].number = exception % EXCEPTIONS;
}

void stats_exception_leave(void) {
  if (depth == 0) return;
  depth--;
  add(&exceptions[nested[depth].number], now.instructions - nested[depth].start);
}

void stats_all_left(void) { depth = 0; }

void stats_masked(uint32_t address, unsigned kind, unsigned instructions) {
  if (!current_length) current = (struct window){.start = address};
  current_length += instructions;
  current.end = address;
  current.kind = kind;
}

void stats_unmasked(void) {
  int i = 0;

  if (!current_length) return;
  while (i < window_count && windows[i].start != current.start) i++;
  if (i == window_count && window_count < WINDOWS) windows[window_count++] = current;
  if (i < window_count) {
    if (current_length > windows[i].length.max) {
      windows[i].end = current.end;
      windows[i].kind = current.kind;
    }
    add(&windows[i].length, current_length);
  }
  current_length = 0;
}

void stats_profile_start(void) { profile = calloc((size_t)symbols_count() + 1, sizeof *profile); }

void stats_profile(int symbol) {
  if (!profile) return;
  if (symbol < 0) profile_elsewhere++;
  else profile[symbol]++;
}

static void put_event(FILE *out, int event) {
  if (event >= EVENT_POINT) fprintf(out, " %s", point_name[event - EVENT_POINT]);
  else fprintf(out, " %02x", (unsigned)event);
}

static void put_span(FILE *out, const struct span *s) {
  fprintf(out, " n %llu min %llu max %llu mean %.2f", (ull)s->n, (ull)s->min, (ull)s->max, mean(s));
}

static void put_place(FILE *out, const char *word, uint32_t address) {
  int s = symbols_at(address);

  if (s < 0) fprintf(out, " %s 0x%x", word, (unsigned)address);
  else fprintf(out, " %s %s+0x%x", word, symbols_name(s), (unsigned)(address - symbols_address(s)));
}

static void report_pairs(FILE *out) {
  for (const struct pair *p = pairs; p < pairs + pair_count; p++) {
    fprintf(out, "PAIR");
    put_event(out, p->from);
    put_event(out, p->to);
    put_span(out, &p->instructions);
    fprintf(out, " cyc_min %llu cyc_max %llu cyc_mean %.2f irq %llu hist", (ull)p->cycles.min,
            (ull)p->cycles.max, mean(&p->cycles), (ull)p->irq);
    for (int i = 0; i < p->values; i++) fprintf(out, " %llu:%llu", (ull)p->value[i], (ull)p->times[i]);
    fprintf(out, "\n");
  }
}

static void report_exceptions(FILE *out) {
  for (unsigned i = 0; i < EXCEPTIONS; i++) {
    if (!exceptions[i].n) continue;
    fprintf(out, "EXC %u %s", i, symbols_name(symbols_at(symbols_vector(i))));
    put_span(out, &exceptions[i]);
    fprintf(out, "\n");
  }
}

static int longest_first(const void *a, const void *b) {
  uint64_t x = ((const struct window *)a)->length.max, y = ((const struct window *)b)->length.max;

  return x < y ? 1 : x > y ? -1 : 0;
}

static void report_windows(FILE *out) {
  stats_unmasked(); /* the run may have ended in one */
  qsort(windows, (size_t)window_count, sizeof *windows, longest_first);
  for (int i = 0; i < window_count && i < WINDOWS_SHOWN; i++) {
    const struct window *w = &windows[i];

    fprintf(out, "MASK max %llu n %llu mean %.1f kind %s", (ull)w->length.max, (ull)w->length.n,
            mean(&w->length),
            w->kind & MASK_PRIMASK   ? "PRIMASK"
            : w->kind & MASK_BASEPRI ? "BASEPRI"
                                     : "FAULTMASK");
    put_place(out, "from", w->start);
    put_place(out, "to", w->end);
    fprintf(out, "\n");
  }
}

static void report_profile(FILE *out) {
  if (!profile) return;
  for (int i = 0; i < symbols_count(); i++)
    if (profile[i]) fprintf(out, "FUNC %s %llu\n", symbols_name(i), (ull)profile[i]);
  if (profile_elsewhere) fprintf(out, "FUNC %s %llu\n", symbols_name(-1), (ull)profile_elsewhere);
}

void stats_report(FILE *out) {
  fprintf(out, "TOTAL insns %llu thread %llu handler %llu irq %llu cycles_est %llu\n", (ull)now.instructions,
          (ull)now.thread, (ull)(now.instructions - now.thread), (ull)now.irq, (ull)now.cycles);
  report_pairs(out);
  report_exceptions(out);
  report_windows(out);
  report_profile(out);
  stats_report_runs(out);
  fflush(out);
}

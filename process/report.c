/* What is said of a process that has ended: one line, or a crash report in sentences. By the reaper, a
 * thread, long after the fault, when everything else is running again; the memory of the process and the
 * slots of its threads are still as they were.
 *
 * Nothing of the process is believed: its stack is read only inside its block, its code only inside its text, its
 * file by functions that check every number (symbols.h). The map is not stored anywhere: the regions are counted
 * up again for each line, smallest address first. */
#include <stdarg.h>
#include "bits.h"
#include "fmt.h"
#include "internal.h"
#include "symbols.h"

#if PITH_REPORTS
enum {
  LINE = 120,
  NULL_PAGE = 256,  /* that far from 0 an address is said to be NULL */
  BELOW = 512,      /* that far below its stack an access is said to be an overflow */
  SP_BELOW = 16384, /* and its stack pointer: one large frame takes it there at once */
  FRAME = 104,      /* bytes the processor saves at most */
  BACKTRACE = 16,   /* lines */
  SCAN = 4096,      /* words of a stack that are looked at */
  GUARD = 32,       /* bytes; arch/mpu.h */
  NO_GUARD = 0xE0000000u,
};

static void __attribute__((format(printf, 1, 2))) say(const char *format, ...) {
  char line[LINE];
  va_list args;
  int n;

  va_start(args, format);
  n = fmt_bufv(line, sizeof line, format, args);
  va_end(args);
  process_console->print(line, n < LINE ? (size_t)n : LINE - 1);
}

/* ---- regions ---- */

enum kind { TEXT, STACK, DATA, HEAP, FREE, SHARED, THREAD_STACK, THREAD_GUARD };

struct region {
  enum kind kind;
  uint32_t low, size;
  const struct process_thread *thread; /* whose stack or guard */
};

static uint32_t guard_of(const struct process_thread *t) {
#if PITH_STACK_GUARDS
  uint32_t guard = round_down(t->thread.guard, GUARD);

  return guard == NO_GUARD ? 0 : guard;
#else
  (void)t;
  return 0;
#endif
}

/* The further stacks of a process are in its heap or data, wherever it wanted them. */
static bool is_further(const struct process *p, const struct process_thread *t) {
  return t->thread.own.last && t->thread.domain == &p->domain && K_WORD(t->thread.stack) != p->block;
}

enum { FIXED = SHARED + 1, REGIONS = FIXED + 2 * PITH_PROCESS_THREADS };

/* The n-th region, in no order; size 0: there is none of that number. */
static struct region region_of(const struct process *p, unsigned n) {
  const struct process_thread *t = &process_threads[n >= FIXED ? (n - FIXED) / 2 : 0];
  const struct k_domain *d = &p->domain;

  switch (n) {
  case TEXT: return (struct region){TEXT, p->text, process_text_size(p), NULL};
  case STACK: return (struct region){STACK, p->block, process_stack_size(p), NULL};
  case DATA: return (struct region){DATA, p->data, p->brk_low - p->data, NULL};
  case HEAP: return (struct region){HEAP, p->brk_low, p->brk - p->brk_low, NULL};
  case FREE: return (struct region){FREE, p->brk, p->block + p->block_size - p->brk, NULL};
  case SHARED:
    return (struct region){SHARED, (uint32_t)d->extra_low, (uint32_t)(d->extra_high - d->extra_low), NULL};
  default: break;
  }
  if (!is_further(p, t)) return (struct region){.size = 0};
  if ((n - FIXED) % 2) return (struct region){THREAD_GUARD, guard_of(t), guard_of(t) ? GUARD : 0, t};
  return (struct region){THREAD_STACK, K_WORD(t->thread.stack), t->thread.stack_size, t};
}

/* The smallest region an address lies in. */
static bool region_at(const struct process *p, uint32_t a, struct region *out) {
  out->size = 0;
  for (unsigned i = 0; i < REGIONS; i++) {
    struct region r = region_of(p, i);

    if (a - r.low < r.size && (!out->size || r.size < out->size)) *out = r;
  }
  return out->size;
}

/* What lies at an address, from the process's point of view. */
static const char *place(const struct process *p, uint32_t a) {
  static const char *const names[] = {[TEXT] = "its text",
                                      [STACK] = "its stack",
                                      [DATA] = "its data",
                                      [HEAP] = "its heap",
                                      [FREE] = "its heap",
                                      [SHARED] = "shared memory or a device",
                                      [THREAD_STACK] = "a stack of its threads",
                                      [THREAD_GUARD] =
                                          "the guard of a thread's stack: suspected stack overflow"};
  struct region r;

  if (region_at(p, a, &r)) return names[r.kind];
  if (a < NULL_PAGE) return "NULL";
  if (p->block - a <= BELOW) return "just below its stack: suspected stack overflow";
  return "not its own";
}

/* ---- the map ---- */

static const char *region_name(const struct region *r) {
  static const char *const names[] = {[TEXT] = "text",
                                      [STACK] = "stack",
                                      [DATA] = "data",
                                      [HEAP] = "heap",
                                      [FREE] = "heap, not in use",
                                      [SHARED] = "shared memory or device",
                                      [THREAD_STACK] = "  stack of thread",
                                      [THREAD_GUARD] = "  guard of thread"};

  return names[r->kind];
}

struct marks {
  bool has_address, has_pc;
  uint32_t address, pc, sp;
};

static bool is_in(const struct process *p, const struct region *r, uint32_t a) {
  struct region at;

  return region_at(p, a, &at) && at.kind == r->kind && at.low == r->low;
}

static void say_marks(const struct process *p, const struct region *r, const struct marks *m) {
  if (m->has_address && is_in(p, r, m->address)) say("  <- address");
  if (m->has_pc && is_in(p, r, m->pc)) say("  <- pc");
  if (is_in(p, r, m->sp)) say("  <- sp");
  say("\n");
}

static void say_region(const struct process *p, const struct region *r, const struct marks *m) {
  say("    %08x-%08x %8u  %s", (unsigned)r->low, (unsigned)(r->low + r->size), (unsigned)r->size,
      region_name(r));
  if (r->thread) say(" %d", (int)r->thread->thread.tid);
  say_marks(p, r, m);
}

/* Addresses in no region get lines of their own, between their neighbours. */
static void say_outside(const struct process *p, const struct marks *m, uint64_t from, uint64_t to) {
  const struct {
    bool has;
    uint32_t at;
    const char *what;
  } marks[] = {{m->has_address, m->address, "address"}, {m->has_pc, m->pc, "pc"}, {true, m->sp, "sp"}};
  struct region r;

  while (from < to) {
    uint64_t least = to;

    for (int i = 0; i < 3; i++)
      if (marks[i].has && marks[i].at >= from && marks[i].at < least && !region_at(p, marks[i].at, &r))
        least = marks[i].at;
    if (least < to) say("    %08x              -  %s", (unsigned)least, place(p, (uint32_t)least));
    for (int i = 0; i < 3 && least < to; i++)
      if (marks[i].has && marks[i].at == least) say("  <- %s", marks[i].what);
    if (least < to) say("\n");
    from = least + 1;
  }
}

/* By address, the larger first: what lies in it follows. */
static bool is_before(const struct region *a, const struct region *b) {
  return a->low != b->low ? a->low < b->low : a->size != b->size ? a->size > b->size : a->kind < b->kind;
}

static void map(const struct process *p, const struct marks *m) {
  struct region last = {.size = 0}, next, r;
  uint64_t done = 0; /* addresses below have been printed */

  say("  memory     from - to         bytes\n");
  do {
    next.size = 0;
    for (unsigned i = 0; i < REGIONS; i++) {
      r = region_of(p, i);
      if (r.size && (!last.size || is_before(&last, &r)) && (!next.size || is_before(&r, &next))) next = r;
    }
    uint64_t to = next.size ? next.low : (uint64_t)1 << 32;
    say_outside(p, m, done, to);
    if (to > done) done = to;
    if (next.size) say_region(p, &next, m);
    last = next;
  } while (next.size);
}

/* ---- code and stacks ---- */

static void code_of(const struct process *p, struct code *code) {
  *code = (struct code){.low = p->text, .size = process_text_size(p), .vaddr = p->text_vaddr};
  if (process_is_copied(p)) /* in one piece with its data */
    *code = (struct code){.low = p->data, .size = p->brk_low - p->data, .vaddr = p->text_vaddr - (p->text - p->data)};
  code->at = (const uint8_t *)(uintptr_t)code->low;
}

/* A return address with its Thumb bit is named by the call before it: behind a call that does not return there may be
 * another function. */
static void say_code(const struct process *p, const char *where, uint32_t word) {
  uint32_t back = word & 1 ? 2 : 0, a = word & ~1u, vaddr;
  struct code code;
  struct symbol s;

  code_of(p, &code);
  vaddr = a - code.low + code.vaddr;
  if (a - code.low >= code.size) say("    %-8s  %08x  (%s)\n", where, (unsigned)a, place(p, a));
  else if (symbol_find(p->file, p->file_size, vaddr - back, &s))
    say("    %-8s  %08x  %s + 0x%x\n", where, (unsigned)a, s.name, (unsigned)(s.offset + back));
  else say("    %-8s  %08x  text + 0x%x\n", where, (unsigned)a, (unsigned)vaddr);
}

/* The stack the thread that faulted was on: from its pointer, or all of it if that is below; what is left of the
 * block if it had its stack elsewhere in there. */
static bool stack_in_use(const struct process *p, uint32_t *low, uint32_t *high) {
  uint32_t sp = p->fault.reg[ARCH_SP];

  *low = K_WORD(p->culprit->thread.stack);
  *high = *low == p->block ? p->data : *low + p->culprit->thread.stack_size;
  if (sp - *low < *high - *low) *low = sp;
  else if (sp - p->block < p->block_size) *low = sp, *high = p->block + p->block_size;
  else if (*low - sp > SP_BELOW) return false;
  *low = round_up(*low, 4);
  if (*high - *low > SCAN * 4) *high = *low + SCAN * 4;
  return *low - p->block < p->block_size && *high - p->block <= p->block_size;
}

static void say_more(uint32_t same) {
  if (same) say("    the same, %u more\n", (unsigned)same);
}

/* A recursion is one line, so that what began it is still seen. */
static void scan(const struct process *p, const struct code *code, uint32_t low, uint32_t high) {
  uint32_t last = 0, same = 0, lines = 0;

  for (; low < high && lines < BACKTRACE; low += 4) {
    uint32_t word = *(const uint32_t *)(uintptr_t)low;
    char where[9];

    if (!code_returns_to(code, word)) continue;
    if (word == last) {
      same++;
      continue;
    }
    say_more(same);
    fmt_buf(where, sizeof where, "%08x", (unsigned)low);
    say_code(p, where, word);
    last = word;
    same = 0;
    lines++;
  }
  say_more(same);
}

static void backtrace(const struct process *p) {
  uint32_t low, high, lr = p->fault.reg[ARCH_LR];
  struct code code;

  say("  backtrace  from pc, lr and the words on the stack that look like return addresses: a guess\n");
  code_of(p, &code);
  if (p->fault.has_frame) {
    say_code(p, "pc", p->fault.reg[ARCH_PC]);
    if (code_returns_to(&code, lr)) say_code(p, "lr", lr);
  }
  if (stack_in_use(p, &low, &high)) scan(p, &code, low, high);
}

/* ---- the report ---- */

/* The stack the fault was on has probably been too small. */
static bool is_overflow(const struct process *p) {
  const struct arch_fault *f = &p->fault;
  uint32_t low = K_WORD(p->culprit->thread.stack), guard = guard_of(p->culprit), sp = f->reg[ARCH_SP];

  if (guard && f->has_frame && f->has_address) return f->address - guard < GUARD;
  if (guard) return sp - (guard - FRAME) < FRAME + GUARD;
  if (f->has_frame && f->has_address && low - f->address - 1 < BELOW) return true;
  return low - sp - 1 < SP_BELOW;
}

static void registers(const struct arch_fault *f) {
  const uint32_t *r = f->reg;

  if (f->has_frame)
    say("  r0  %08x  r1  %08x  r2  %08x  r3  %08x\n", (unsigned)r[0], (unsigned)r[1], (unsigned)r[2],
        (unsigned)r[3]);
  for (int i = 4; i < 12; i += 4)
    say("  r%-2d %08x  r%-2d %08x  r%-2d %08x  r%-2d %08x\n", i, (unsigned)r[i], i + 1, (unsigned)r[i + 1],
        i + 2, (unsigned)r[i + 2], i + 3, (unsigned)r[i + 3]);
  if (f->has_frame)
    say("  r12 %08x  sp  %08x  lr  %08x  pc  %08x  xpsr %08x\n", (unsigned)r[12], (unsigned)r[ARCH_SP],
        (unsigned)r[ARCH_LR], (unsigned)r[ARCH_PC], (unsigned)r[ARCH_XPSR]);
  else say("  r0-r3, r12, lr, pc and xpsr could not be saved and are lost\n");
  say("  cfsr %08x  hfsr %08x\n", (unsigned)f->cfsr, (unsigned)f->hfsr);
}

static void fault(const struct process *p) {
  const struct arch_fault *f = &p->fault;
  struct marks m = {.has_address = f->has_address,
                    .has_pc = f->has_frame,
                    .address = f->address,
                    .pc = f->reg[ARCH_PC],
                    .sp = f->reg[ARCH_SP]};

  say("process %s (pid %d) killed: it %s\n", p->name, p->pid, arch_fault_text(f));
  if (f->has_address) say("  address %08x (%s)\n", (unsigned)f->address, place(p, f->address));
  if (f->has_frame) {
    say("  instruction at %08x (%s", (unsigned)m.pc, place(p, m.pc));
    if (m.pc - p->text < process_text_size(p)) say(" + 0x%x", (unsigned)(m.pc - p->text + p->text_vaddr));
    say(")\n");
  } else {
    say("  stack pointer %08x (%s)\n", (unsigned)m.sp, place(p, m.sp));
  }
  if (is_overflow(p))
    say("  suspected stack overflow: thread %d had %u bytes at %08x\n", (int)p->culprit->thread.tid,
        (unsigned)p->culprit->thread.stack_size, (unsigned)K_WORD(p->culprit->thread.stack));
  registers(f);
  backtrace(p);
  map(p, &m);
}

/* How a process has ended that nobody waits for; what went wrong is said of all. */
void process_report(const struct process *p) {
  bool told = p->parent || p->orphan;

  switch (p->cause) {
  case PROCESS_EXITED:
    if (!told) say("process %s (pid %d) returned: %x\n", p->name, p->pid, (unsigned)p->status);
    break;
  case PROCESS_FAULTED: fault(p); break;
  case PROCESS_SILENT:
    say("process %s (pid %d) killed: the heartbeat it promised did not come\n", p->name, p->pid);
    break;
  default:
    if (!told) say("process %s (pid %d) killed by signal %d\n", p->name, p->pid, (int)p->status);
    break;
  }
}
#endif

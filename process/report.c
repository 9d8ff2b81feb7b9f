/* What is said of a process that has ended: one line, or a crash report in sentences. By the reaper, a
 * thread, long after the fault, when everything else is running again. */
#include <stdarg.h>
#include "fmt.h"
#include "internal.h"

enum { LINE = 120 };

static void __attribute__((format(printf, 1, 2))) say(const char *format, ...) {
  char line[LINE];
  va_list args;
  int n;

  va_start(args, format);
  n = fmt_bufv(line, sizeof line, format, args);
  va_end(args);
  process_console->print(line, n < LINE ? (size_t)n : LINE - 1);
}

/* What lies at an address, from the process's point of view. */
static const char *place(const struct process *p, uint32_t a) {
  if (a - p->text < p->text_size) return "its text";
  if (a - p->block < p->stack_size) return "its stack";
  if (a - p->data < p->brk_low - p->data) return "its data";
  if (a - p->block < p->block_size) return "its heap";
  if (a < 256) return "NULL";
  if (p->block - a <= 512) return "just below its stack: suspected stack overflow";
  return "not its own";
}

static void registers(const uint32_t r[]) {
  for (int i = 0; i < 12; i += 4)
    say("  r%-2d %08x  r%-2d %08x  r%-2d %08x  r%-2d %08x\n", i, (unsigned)r[i], i + 1, (unsigned)r[i + 1],
        i + 2, (unsigned)r[i + 2], i + 3, (unsigned)r[i + 3]);
  say("  r12 %08x  sp  %08x  lr  %08x  pc  %08x  xpsr %08x\n", (unsigned)r[12], (unsigned)r[ARCH_SP],
      (unsigned)r[ARCH_LR], (unsigned)r[ARCH_PC], (unsigned)r[ARCH_XPSR]);
}

static void fault(const struct process *p) {
  const struct arch_fault *f = &p->fault;

  say("process %s (pid %d) killed: it %s\n", p->name, p->pid, arch_fault_text(f));
  if (f->has_address) say("  address %08x (%s)\n", (unsigned)f->address, place(p, f->address));
  if (f->has_frame) {
    uint32_t pc = f->reg[ARCH_PC];

    say("  instruction at %08x (%s", (unsigned)pc, place(p, pc));
    if (pc - p->text < p->text_size) say(" + 0x%x", (unsigned)(pc - p->text + p->text_vaddr));
    say(")\n");
    registers(f->reg);
  } else {
    say("  stack pointer %08x (%s)\n", (unsigned)f->reg[ARCH_SP], place(p, f->reg[ARCH_SP]));
  }
  say("  text %08x-%08x  stack %08x-%08x  data %08x-%08x  heap %08x-%08x\n", (unsigned)p->text,
      (unsigned)(p->text + p->text_size), (unsigned)p->block, (unsigned)(p->block + p->stack_size),
      (unsigned)p->data, (unsigned)p->brk_low, (unsigned)p->brk_low, (unsigned)(p->block + p->block_size));
}

void process_report(const struct process *p) {
  switch (p->cause) {
  case PROCESS_EXITED:
    if (!p->parent && !p->orphan) say("process %s (pid %d) returned: %x\n", p->name, p->pid, (unsigned)p->status);
    break;
  case PROCESS_FAULTED: fault(p); break;
  case PROCESS_SILENT:
    say("process %s (pid %d) killed: the heartbeat it promised did not come\n", p->name, p->pid);
    break;
  default: say("process %s (pid %d) killed by signal %d\n", p->name, p->pid, (int)p->status); break;
  }
}

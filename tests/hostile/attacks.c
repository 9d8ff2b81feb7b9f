/* The list of attacks as a table: targets as addresses, and the verdict. */
#include "hostile.h"
#include "cortexm/scb.h"
#include "mem.h"
#include "romfs.h"

struct process *neighbour;
union hostile_mark hostile_mark = {.object = {.kind = PITH_OBJECT_SEM, .named = 1}};

/* ---- targets ---- */

extern void SVC_Handler(void);
static const uint32_t constant[4] = {1, 2, 3, 4};
static const struct attack *now; /* whose target is being told */

static uint32_t none(uint32_t n) { return n; }
static uint32_t kernel_text(uint32_t n) { return (uint32_t)(uintptr_t)process_end & ~1u & ~n; }
static uint32_t kernel_middle(uint32_t n) { return ((uint32_t)(uintptr_t)process_end & ~1u) + 10 + n; }
static uint32_t kernel_handler(uint32_t n) { return ((uint32_t)(uintptr_t)SVC_Handler & ~1u) + n; }
static uint32_t kernel_const(uint32_t n) { return K_WORD(constant) + n; }
static uint32_t kernel_data(uint32_t n) { return K_WORD(process_table) + n; }
static uint32_t kernel_stack(uint32_t n) { return K_WORD(k_isr_stack) + PITH_ISR_STACK / 2 + n; }
static uint32_t kernel_mark(uint32_t n) { return K_WORD(&hostile_mark) + n; }
static uint32_t other_text(uint32_t n) { return (neighbour->text + n + 255) & ~3u; }
static uint32_t other_data(uint32_t n) { return neighbour->data + n; }
static uint32_t other_heap(uint32_t n) { return neighbour->brk_low + 64 + n; }
static uint32_t other_stack(uint32_t n) { return neighbour->block + process_stack_size(neighbour) / 2 + n; }
static uint32_t other_handle(uint32_t n) { return neighbour_notes()->handle + n; }
static uint32_t other_thread(uint32_t n) { return neighbour_notes()->thread + n; }
static uint32_t other_pid(uint32_t n) { return (uint32_t)neighbour->pid + n; }

#ifdef BOARD_IMAGE /* MPS2 */
static uint32_t uart(uint32_t n) { return 0x40004000 + n; }
#else
static uint32_t uart(uint32_t n) { return 0x40011000 + n; }
#endif

/* Where the eighths of the smallest region over an attack's own text end: the file says how long that is, and lies
 * where it is executed. */
static uint32_t own_text_end(uint32_t n) {
  struct romfs_file f;
  uint32_t window = 256, base, size;

  if (romfs_find(now->name, &f)) return 0;
  base = K_WORD(f.data);
  memcpy(&size, (const uint8_t *)f.data + 52 + 16, 4); /* p_filesz of the first segment */
  while (base % window + size > window) window *= 2;
  return (base + size + window / 8 - 1) / (window / 8) * (window / 8) + n;
}

static uint32_t own_text_before(uint32_t n) {
  struct romfs_file f;

  return romfs_find(now->name, &f) ? 0 : K_WORD(f.data) - 1 + n;
}

/* ---- where ---- */

#define FAULT_OF(p) (&(p)->fault)

static bool anywhere(const struct process *p, uint32_t target, uint32_t n) {
  return p && (target || !target) && !n;
}

static bool address_is(const struct process *p, uint32_t a) {
  return FAULT_OF(p)->has_address && FAULT_OF(p)->address == a;
}

static bool pc_is(const struct process *p, uint32_t a) {
  return FAULT_OF(p)->has_frame && !FAULT_OF(p)->has_address && FAULT_OF(p)->reg[ARCH_PC] == (a & ~1u);
}

static bool at_target(const struct process *p, uint32_t target, uint32_t n) {
  return address_is(p, target + n);
}
static bool pc_at_target(const struct process *p, uint32_t target, uint32_t n) {
  return pc_is(p, target + n);
}

static bool behind(const struct process *p, uint32_t target, uint32_t n) {
  return !target && address_is(p, p->block + p->block_size + n);
}

static bool pc_behind(const struct process *p, uint32_t target, uint32_t n) {
  return !target && pc_is(p, p->block + p->block_size + n);
}

static bool below(const struct process *p, uint32_t target, uint32_t n) {
  return !target && address_is(p, p->block - n);
}
static bool pc_below(const struct process *p, uint32_t target, uint32_t n) {
  return !target && pc_is(p, p->block - n);
}

/* The processor names the word or the half of it that it may not have. */
static bool over_the_end(const struct process *p, uint32_t target, uint32_t n) {
  uint32_t end = p->block + p->block_size;

  return !target && !n && (address_is(p, end - 2) || address_is(p, end));
}

static bool is_in(const struct process *p, uint32_t low, uint32_t size) {
  const struct arch_fault *f = FAULT_OF(p);

  return f->has_frame && (f->has_address ? f->address : f->reg[ARCH_PC]) - low < size;
}

#define WITHIN(name, low, size)                                                                              \
  static bool name(const struct process *p, uint32_t target, uint32_t n) {                                   \
    (void)target, (void)n;                                                                                   \
    return is_in(p, low, size);                                                                              \
  }
WITHIN(in_text, p->text, process_text_size(p))
WITHIN(in_data, p->data, p->brk_low - p->data)
WITHIN(in_stack, p->block, process_stack_size(p))
WITHIN(in_heap, p->brk_low, p->block + p->block_size - p->brk_low)

/* What the processor wanted to save begins at most so far below where the process put its stack pointer. */
static bool sp_at_target(const struct process *p, uint32_t target, uint32_t n) {
  return !FAULT_OF(p)->has_frame && target + n - FAULT_OF(p)->reg[ARCH_SP] <= 0x70;
}

static bool stack_end(const struct process *p, uint32_t target, uint32_t n) {
  const struct arch_fault *f = FAULT_OF(p);

  (void)target, (void)n;
  if (f->has_address && f->has_frame) return p->block - f->address <= 512;
  return p->block + 64 - f->reg[ARCH_SP] <= 512;
}

/* ---- the table ---- */

#define NONE none, 0
#define AT(x) none, x
#define KERNEL_TEXT kernel_text, 0
#define KERNEL_MIDDLE kernel_middle, 0
#define KERNEL_HANDLER kernel_handler, 0
#define KERNEL_CONST kernel_const, 0
#define KERNEL_DATA kernel_data, 0
#define KERNEL_STACK kernel_stack, 0
#define KERNEL_MARK kernel_mark, 0
#define OTHER_TEXT other_text, 0
#define OTHER_DATA other_data, 0
#define OTHER_HEAP other_heap, 0
#define OTHER_STACK other_stack, 0
#define OTHER_HANDLE other_handle, 0
#define OTHER_THREAD other_thread, 0
#define OTHER_PID other_pid, 0
#define UART uart, 0
#define OWN_TEXT_END own_text_end, 0
#define OWN_TEXT_BEFORE own_text_before, 0

/* end, all, any, signal, breakpoint */
#define REFUSED END_REFUSED, 0, 0, 0, false
#define KILLED(n) END_KILLED, 0, 0, n, false
#define KILLED_LATE END_KILLED_LATE, 0, 0, PITH_SIGKILL, false
#define CLASS(all, any) END_FAULT, all, (all) | (any), 0, false
#define ACCESS CLASS(CFSR_DACCVIOL | CFSR_MMARVALID, 0)
#define JUMP CLASS(CFSR_IACCVIOL, 0)
#define BUS CLASS(CFSR_PRECISERR | CFSR_BFARVALID, 0)
#define STACKING CLASS(CFSR_MSTKERR, CFSR_MMARVALID)
#define STACKING_BUS CLASS(0, CFSR_MSTKERR | CFSR_STKERR | CFSR_MMARVALID | CFSR_BFARVALID)
#define STACKING_AND CLASS(CFSR_MSTKERR, UINT32_MAX)
#define UNSTACKING CLASS(CFSR_MUNSTKERR, CFSR_MMARVALID)
#define OVERFLOW CLASS(0, CFSR_MSTKERR | CFSR_DACCVIOL | CFSR_MMARVALID)
#define LATE CLASS(CFSR_MLSPERR, CFSR_MMARVALID)
#define UNDEFINED CLASS(CFSR_UNDEFINSTR, 0)
#define EVEN CLASS(CFSR_INVSTATE, 0)
#define RETURN CLASS(CFSR_INVPC, 0)
#define EVEN_OR_JUMP CLASS(0, CFSR_INVSTATE | CFSR_IACCVIOL)
#define DIVIDE CLASS(CFSR_DIVBYZERO, 0)
#define ALIGNMENT CLASS(CFSR_UNALIGNED, 0)
#define COPROCESSOR CLASS(CFSR_NOCP, 0)
#define BREAKPOINT END_FAULT, 0, 0, 0, true
#if PITH_HAS_FPU
#define FPU(end) end
#define FPU_SP(end) end
#else /* its first FPU instruction is its last, here with nowhere to save registers */
#define FPU(end) COPROCESSOR
#define FPU_SP(end) CLASS(CFSR_MSTKERR | CFSR_NOCP, CFSR_MMARVALID)
#endif

#define TARGET at_target, 0
#define PC pc_at_target, 0
#define BEHIND(n) behind, n
#define PC_BEHIND(n) pc_behind, n
#define BELOW(n) below, n
#define PC_BELOW(n) pc_below, n
#define OVER_THE_END over_the_end, 0
#define IN_TEXT in_text, 0
#define IN_DATA in_data, 0
#define IN_STACK in_stack, 0
#define IN_HEAP in_heap, 0
#define SP_TARGET sp_at_target, 0
#define STACK_END stack_end, 0
#define ANYWHERE anywhere, 0

#define ROW(...) {__VA_ARGS__},
#define ATTACK(name, function, target, end, where, about) ROW(#name, about, target, end, where)
#define HELPER(name, function)
const struct attack attacks[] = {
#include "attacks.def"
};
#undef ATTACK
const unsigned attack_count = sizeof attacks / sizeof attacks[0];

void more_targets(const struct attack *a, uint32_t more[3]) {
  bool other = a->target == other_heap;

  now = a;
  more[0] = other ? other_stack(0) : kernel_text(0);
  more[1] = other ? other_data(0) : kernel_stack(0);
  more[2] = other ? other_text(0) : kernel_const(0);
}

/* ---- the verdict ---- */

static const char *judge_fault(const struct attack *a, const struct process *p, uint32_t target) {
  const struct arch_fault *f = FAULT_OF(p);

  if (p->cause != PROCESS_FAULTED) return "it did not end by a fault";
  if (a->breakpoint) return f->cfsr || f->exception != 3 ? "another fault than a breakpoint" : NULL;
  if ((f->cfsr & a->all) != a->all || f->cfsr & ~a->any || !f->cfsr) return "another class of fault";
  return a->where(p, target, a->distance) ? NULL : "the right fault in the wrong place";
}

const char *judge(const struct attack *a, const struct process *p, uint32_t target, bool late) {
  if (late != (a->end == END_KILLED_LATE)) return late ? "it did not end" : "it has ended";
  switch (a->end) {
  case END_REFUSED:
    return p->cause != PROCESS_EXITED ? "it was killed" : p->status ? "a check of its own failed" : NULL;
  case END_KILLED:
  case END_KILLED_LATE:
    if (p->cause != PROCESS_KILLED) return "it was not killed by a signal";
    return p->status == (int32_t)a->signal ? NULL : "another signal";
  default: return judge_fault(a, p, target);
  }
}

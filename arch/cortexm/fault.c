/* Faults: a process's stays its own, any other is the kernel's and ends in a panic.
 *
 * The handlers run above the kernel's priority and below every device's, take what the hardware knows
 * and post; the kernel kills the thread in PendSV, before it can execute another instruction. They touch
 * no queue, so a fault in the middle of kernel work (only the lazy save of FPU registers to a process's
 * stack can be one) leaves the kernel's state whole.
 *
 * HAZARDS. A call whose stacking failed stays pended behind MemManage and would be served with a frame
 * that was never written: SVCALLPENDED must be cleared (Armv7-M ARM B1.5.14). A frame is read only if
 * its stacking succeeded. An outstanding lazy FPU save would go to the dead thread's stack later:
 * LSPACT must be cleared. */
#include "fault.h"
#include "kernel.h"
#include "mpu.h"
#include "scb.h"

struct regs {
  struct arch_frame *frame; /* if the fault was a handler's: MSP as the hardware left it */
  uint32_t r4_r11[8], exc_return;
};

enum {
  NO_FRAME = CFSR_MSTKERR | CFSR_STKERR | CFSR_MUNSTKERR | CFSR_UNSTKERR,
  LAZY = CFSR_MLSPERR | CFSR_LSPERR,
  EXC_RETURN_PSP = 1u << 2, /* the frame is a thread's; boot code and handlers are on MSP */
  EXC_RETURN_BASIC = 1u << 4,
  OPCODE_SEMIHOST = 0xBEAB,
  OPCODE_SVC = 0xDF00,
};

void arch_fault(struct regs *r);

#if PITH_REPORTS || PITH_PROCESS_SUPPORT
struct arch_fault arch_last_fault;
static struct pith_thread *victim;

static void fault_apply(struct k_post *post, uint32_t n) {
  (void)post;
  (void)n;
  victim->domain->ops->fault(victim);
}

static struct k_post fault_post = {.apply = fault_apply};

/* Where a process has put its stack pointer is no more than an allegation. */
static bool is_own_memory(const struct arch_frame *frame) {
  if (!PITH_PROCESS_SUPPORT) return true;
  return k_user_readable(K->current->domain, (struct uslice){(uint32_t)(uintptr_t)frame, sizeof *frame});
}

#if PITH_REPORTS
static void record_registers(struct arch_fault *f, const struct regs *r, const struct arch_frame *frame) {
  f->exc_return = r->exc_return;
  for (int i = 0; i < 8; i++) f->reg[4 + i] = r->r4_r11[i];
  if (!f->has_frame) {
    f->reg[0] = f->reg[1] = f->reg[2] = f->reg[3] = f->reg[12] = 0;
    f->reg[ARCH_LR] = f->reg[ARCH_PC] = f->reg[ARCH_XPSR] = 0;
    return;
  }
  if (!(r->exc_return & EXC_RETURN_PSP)) {
    frame = r->frame;
    f->reg[ARCH_SP] = (uint32_t)(uintptr_t)frame;
  }
  f->reg[0] = frame->r0;
  f->reg[1] = frame->r1;
  f->reg[2] = frame->r2;
  f->reg[3] = frame->r3;
  f->reg[12] = frame->r12;
  f->reg[ARCH_LR] = frame->lr;
  f->reg[ARCH_PC] = frame->pc;
  f->reg[ARCH_XPSR] = frame->xpsr;
  f->reg[ARCH_SP] += (r->exc_return & EXC_RETURN_BASIC ? 32 : 104) + (frame->xpsr & 1u << 9 ? 4 : 0);
}
#endif

/* Without reports the frame's pc is all that anybody asks for. */
static void record(struct arch_fault *f, const struct regs *r) {
  const struct arch_frame *frame = arch_call_frame();

  f->exception = arch_exception();
  f->cfsr = SCB_CFSR;
  f->hfsr = SCB_HFSR;
  f->has_address = f->cfsr & (CFSR_MMARVALID | CFSR_BFARVALID);
  f->address = f->cfsr & CFSR_MMARVALID ? SCB_MMFAR : SCB_BFAR;
  f->has_frame = !(f->cfsr & NO_FRAME) && (!(r->exc_return & EXC_RETURN_PSP) || is_own_memory(frame));
  f->reg[ARCH_SP] = (uint32_t)(uintptr_t)frame;
#if PITH_REPORTS
  record_registers(f, r, frame);
#else
  f->reg[ARCH_PC] = f->has_frame ? frame->pc : 0;
#endif
}

#if PITH_REPORTS
/* The handler that was interrupted has left less of the interrupt stack than a fault needs, and is lost. */
static bool is_full(const struct regs *r) {
  return !(r->exc_return & EXC_RETURN_PSP) && K_WORD(r->frame) < K_WORD(k_isr_stack) + ARCH_ISR_FULL;
}

/* BKPT with no debugger: HFSR says DEBUGEVT on silicon, only FORCED without a cause in QEMU 7.2. */
static bool is_breakpoint(const struct arch_fault *f) {
  return f->exception == EXC_HARDFAULT && !f->cfsr && f->hfsr & (HFSR_DEBUGEVT | HFSR_FORCED);
}

/* A debugger that is not there: a privileged semihosting request answers -1 instead. */
static bool skip_semihosting(const struct arch_fault *f, struct regs *r) {
  struct arch_frame *frame = r->exc_return & EXC_RETURN_PSP ? arch_call_frame() : r->frame;

  if (!is_breakpoint(f) || !f->has_frame || is_full(r)) return false;
  if (*(const uint16_t *)(uintptr_t)frame->pc != OPCODE_SEMIHOST) return false;
  frame->r0 = UINT32_MAX;
  frame->pc += 2;
  return true;
}

/* A call from an interrupt cannot be served: SVCall is not urgent enough, which ends here. */
static void name_blocked_call(const struct arch_fault *f, const struct regs *r) {
  const uint16_t *pc = (const uint16_t *)(uintptr_t)f->reg[ARCH_PC];
  static const char *const hot[] = {
#define KCALL(number, name) [number] = "pith_" #name,
#include "hot.def"
#undef KCALL
  };
  uint32_t active = f->reg[ARCH_XPSR] & 0x1FF, n = f->reg[12];
  const char *name = NULL;

  if (f->exception != EXC_HARDFAULT || r->exc_return & EXC_RETURN_PSP || !f->has_frame) return;
  if ((pc[-1] & 0xFF00) != OPCODE_SVC && (pc[0] & 0xFF00) != OPCODE_SVC) return;
  if (n && n < sizeof hot / sizeof hot[0]) name = hot[n];
  else if (n > 1u << K_CALL_BITS) name = ((const struct k_call *)(uintptr_t)n)->name;
  if (!name) return;
  pith_panic("blocking call %s() from interrupt %d (exception %u), pc %08x", name,
             (int)active - 16, (unsigned)active, (unsigned)f->reg[ARCH_PC]);
}

/* A kernel thread has run into the guard under its stack. */
static bool is_overflow(const struct arch_fault *f, const struct pith_thread *t) {
  uint32_t at = f->has_frame && f->has_address ? f->address : f->reg[ARCH_SP];

  if (!PITH_STACK_GUARDS || !t || !(f->cfsr & (CFSR_DACCVIOL | CFSR_MSTKERR))) return false;
  return at < K_WORD(t->stack) + 2 * ARCH_GUARD_SIZE && at + t->stack_size > K_WORD(t->stack);
}

static _Noreturn void kernel_fault(const struct arch_fault *f, const struct regs *r, const struct pith_thread *t) {
  if (is_full(r) && f->cfsr & (CFSR_DACCVIOL | CFSR_MSTKERR | CFSR_STKERR))
    pith_panic("the interrupt stack has overflowed (%u bytes at %08x): sp %08x", PITH_ISR_STACK,
               (unsigned)K_WORD(k_isr_stack), (unsigned)K_WORD(r->frame));
  if (f->exc_return & EXC_RETURN_PSP && is_overflow(f, t))
    pith_panic("thread %s has overflowed its stack (%u bytes at %08x): sp %08x pc %08x", t->name,
               (unsigned)t->stack_size, (unsigned)K_WORD(t->stack), (unsigned)f->reg[ARCH_SP],
               (unsigned)f->reg[ARCH_PC]);
  pith_panic("the kernel %s\n  pc %08x lr %08x sp %08x xpsr %08x\n  r0 %08x r1 %08x r2 %08x r3 %08x r12 %08x\n"
             "  r4 %08x r5 %08x r6 %08x r7 %08x\n  r8 %08x r9 %08x r10 %08x r11 %08x\n"
             "  cfsr %08x hfsr %08x address %08x%s exc_return %08x",
             arch_fault_text(f), (unsigned)f->reg[ARCH_PC], (unsigned)f->reg[ARCH_LR],
             (unsigned)f->reg[ARCH_SP], (unsigned)f->reg[ARCH_XPSR], (unsigned)f->reg[0], (unsigned)f->reg[1],
             (unsigned)f->reg[2], (unsigned)f->reg[3], (unsigned)f->reg[12], (unsigned)f->reg[4],
             (unsigned)f->reg[5], (unsigned)f->reg[6], (unsigned)f->reg[7], (unsigned)f->reg[8],
             (unsigned)f->reg[9], (unsigned)f->reg[10], (unsigned)f->reg[11], (unsigned)f->cfsr,
             (unsigned)f->hfsr, (unsigned)f->address, f->has_address ? "" : " (unknown)",
             (unsigned)f->exc_return);
}
#endif

/* Of the kernel's own. True: it was none. */
static bool is_nothing(const struct arch_fault *f, struct regs *r, const struct pith_thread *t) {
#if PITH_REPORTS
  if (skip_semihosting(f, r)) return true;
  name_blocked_call(f, r);
  kernel_fault(f, r, t);
#else
  (void)f, (void)r, (void)t;
  k_stop();
#endif
}

static bool may_survive(const struct pith_thread *t) { return PITH_PROCESS_SUPPORT && t && t->domain->ops; }

/* When a fault's own stacking fails there are two exceptions, this fault's and MemManage's. The first to
 * be served has both causes and condemns the thread; the other has no frame, though no bit says so any more. */
static void forget_second(void) {
  SCB_CFSR = UINT32_MAX; /* write 1 to clear */
  SCB_HFSR = UINT32_MAX;
}

/* A fault of the running thread that is its own affair, whoever stood for it: a lazy save of FPU registers faults in a handler. */
static bool is_of_thread(const struct regs *r, const struct pith_thread *t) {
  uint32_t cfsr = SCB_CFSR;

  if (!may_survive(t)) return false;
  return r->exc_return & EXC_RETURN_PSP || (cfsr & LAZY && !(cfsr & ~(LAZY | 0x8080u)));
}

/* The first touch of a page that a process shares with its relatives: nothing is wrong, the instruction will be done again. All
 * else about the thread is good, so nothing of it is called off. */
static bool is_first_touch(const struct pith_thread *t) {
  const struct k_paged *paged = PITH_PROCESS_SUPPORT && t ? k_paged(t->domain) : NULL;

  if (!paged || SCB_CFSR != (CFSR_MMARVALID | CFSR_DACCVIOL)) return false;
  if (!paged->touched(t->domain, SCB_MMFAR)) return false;
  SCB_CFSR = CFSR_MMARVALID | CFSR_DACCVIOL;
  return true;
}

void arch_fault(struct regs *r) {
  struct pith_thread *t = R->started ? K->current : NULL; /* before, the kernel block is not set */
  bool from_thread = r->exc_return & EXC_RETURN_PSP, survivable = is_of_thread(r, t);
  struct arch_fault other, *f = survivable ? &arch_last_fault : &other;

  if (from_thread && fault_post.pending) return forget_second();
  if (from_thread && is_first_touch(t)) return;
  record(f, r);
  SCB_CFSR = f->cfsr; /* write 1 to clear */
  SCB_HFSR = f->hfsr;
  if (!survivable && is_nothing(f, r, t)) return;
  if (!from_thread) { /* a lazy save, by the kernel: where the process was is not known */
    f->has_frame = false;
    f->reg[ARCH_PC] = 0;
    f->reg[ARCH_SP] = (uint32_t)(uintptr_t)arch_call_frame();
  }
  victim = t;
  if (SCB_SHCSR & SCB_SHCSR_SVCALLPENDED) SCB_SHCSR &= ~SCB_SHCSR_SVCALLPENDED;
#ifdef __ARM_FP
  FPU_FPCCR &= ~FPU_FPCCR_LSPACT;
#endif
  k_post(&fault_post);
}

#if PITH_REPORTS
const char *arch_fault_text(const struct arch_fault *f) {
  static const struct {
    uint32_t bit;
    const char *text;
  } causes[] = {
      {CFSR_IACCVIOL, "jumped to an address it may not execute"},
      {CFSR_MSTKERR, "overflowed its stack: the processor could not save registers there"},
      {CFSR_MUNSTKERR, "lost its stack: the processor could not restore registers from there"},
      {CFSR_MLSPERR, "had its FPU registers saved to a place it may not write"},
      {CFSR_DACCVIOL, "accessed an address it may not"},
      {CFSR_IBUSERR, "jumped to an address where there is nothing"},
      {CFSR_PRECISERR, "accessed an address that answered with a bus error"},
      {CFSR_IMPRECISERR, "caused a bus error by an earlier store"},
      {CFSR_STKERR, "lost its stack: bus error while the processor saved registers there"},
      {CFSR_UNSTKERR, "lost its stack: bus error while the processor restored registers"},
      {CFSR_LSPERR, "had its FPU registers saved to a place that answered with a bus error"},
      {CFSR_UNDEFINSTR, "executed an undefined instruction"},
      {CFSR_INVSTATE, "jumped to an address without the Thumb bit"},
      {CFSR_INVPC, "returned to an invalid EXC_RETURN"},
      {CFSR_NOCP, "used a coprocessor or FPU that is absent or off"},
      {CFSR_UNALIGNED, "made an unaligned access that is not allowed"},
      {CFSR_DIVBYZERO, "divided by zero"},
  };

  for (size_t i = 0; i < sizeof causes / sizeof causes[0]; i++)
    if (f->cfsr & causes[i].bit) return causes[i].text;
  if (is_breakpoint(f)) return "executed a breakpoint without a debugger";
  if (f->hfsr & HFSR_VECTTBL) return "could not read its vector table";
  return "took a hard fault";
}
#endif
#endif

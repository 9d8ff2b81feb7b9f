/* Signal frames (sigcontext.h).
 *
 * The hardware has put r0-r3, r12, lr, pc, xPSR, and s0-s15 if the thread used the FPU, on the thread's stack; r4-r11
 * and s16-s31 are callee-saved, so a handler that is C code leaves r4-r11 as they were. s16-s31 it does, too, but the
 * switch saves them only for a context that has FPU registers, which the handler's has not at first: so they
 * go to the sigframe.
 *
 * A context whose s0-s15 the hardware has only reserved room for (lazy state, Armv7-M ARM B1.5.7) is made to store
 * them before, by an FPU instruction: the handler's context would otherwise be switched out with the store still
 * due. Going back to a context without FPU registers, a store that is due for the handler's is called off.
 *
 * The context that runs is, on the way out of the kernel, PSP and the EXC_RETURN that the entry pushed first on the
 * main stack, right below the kernel block (switch.S). */
#include "sigcontext.h"
#include "fault.h"
#include "kernel.h"
#include "scb.h"

enum {
  EXC_RETURN_THREAD_PSP = (int)0xFFFFFFFD,
  EXC_RETURN_THREAD_PSP_FPU = (int)0xFFFFFFED,
  XPSR_THUMB = 1 << 24,
  FPU_WORDS = 18,
};

static bool returned;

static uint32_t *pushed_lr(void) { return (uint32_t *)(K_WORD(K) - 4); }
static uint32_t *pushed_psp(void) { return (uint32_t *)(K_WORD(K) - 8); }

static void set_psp(uint32_t sp) { __asm__ volatile("msr psp, %0" ::"r"(sp)); }

#ifdef __ARM_FP
/* Makes the hardware store what it has only reserved room for, and reads the rest. */
static void read_high(uint32_t to[16]) { __asm__ volatile("vstmia %0, {s16-s31}" ::"r"(to) : "memory"); }
static void write_high(const uint32_t from[16]) {
  __asm__ volatile("vldmia %0, {s16-s31}" ::"r"(from) : "memory");
}
#endif

static void save_fpu(struct pith_thread *t, bool running, struct pith_sigframe *f) {
#ifdef __ARM_FP
  if (running) {
    read_high(f->s16_s31);
    K->fpu_dirty |= K_WORD(t);
  } else {
    for (int i = 0; i < 16; i++) f->s16_s31[i] = t->s16_s31[i];
  }
#else
  (void)t, (void)running, (void)f;
#endif
}

long arch_signal_enter(struct pith_thread *t, const struct arch_signal *s) {
  bool running = t == K->current;
  uint32_t sp = running ? K_WORD(arch_call_frame()) : K_WORD(t->sp);
  uint32_t resume = running ? *pushed_lr() : t->resume, top = sp;
  struct pith_sigframe f = {.sp = sp,
                            .mask = s->mask,
                            .extended = resume != (uint32_t)EXC_RETURN_THREAD_PSP,
                            .signal = s->signal,
                            .cause = s->cause,
                            .address = s->address};
  struct arch_frame frame = {.r0 = s->signal, .pc = s->entry & ~1u, .xpsr = XPSR_THUMB};
  struct uslice place;

  if (s->stack_size && sp - s->stack_low > s->stack_size) top = s->stack_low + s->stack_size;
  top = (top - sizeof f) & ~7u;
  frame.r1 = top;
  place = (struct uslice){top - sizeof frame, sizeof frame + sizeof f};
  if (!k_user_writable(t->domain, place)) return -EFAULT;
  if (f.extended) save_fpu(t, running, &f);
  *(struct pith_sigframe *)(uintptr_t)top = f;
  *(struct arch_frame *)(uintptr_t)place.base = frame;
  if (running) {
    set_psp(place.base);
    *pushed_lr() = (uint32_t)EXC_RETURN_THREAD_PSP;
  } else {
    t->sp = (uint32_t *)(uintptr_t)place.base;
    t->resume = (uint32_t)EXC_RETURN_THREAD_PSP;
  }
  return 0;
}

long arch_signal_return(const struct pith_sigframe *f) {
  uint32_t size = sizeof(struct arch_frame) + (f->extended ? FPU_WORDS * 4 : 0);

  returned = false;
  if (f->sp % 8 || !k_user_writable(K->current->domain, (struct uslice){f->sp, size})) return -EFAULT;
#ifdef __ARM_FP
  K->fpu_dirty |= K_WORD(K->current);
  if (f->extended) write_high(f->s16_s31);
  else FPU_FPCCR &= ~FPU_FPCCR_LSPACT;
#else
  if (f->extended) return -EFAULT;
#endif
  set_psp(f->sp);
  *pushed_psp() = f->sp; /* where the call's result is stored */
  *pushed_lr() = (uint32_t)(f->extended ? EXC_RETURN_THREAD_PSP_FPU : EXC_RETURN_THREAD_PSP);
  returned = true;
  return (long)((const struct arch_frame *)(uintptr_t)f->sp)->r0;
}

bool arch_signal_returned(void) { return returned; }

int arch_signal_of_fault(const struct arch_fault *f) {
  enum { ILL = 4, TRAP = 5, FPE = 8, BUS = 10, SEGV = 11 };

  if (f->cfsr & CFSR_DIVBYZERO) return FPE;
  if (f->cfsr & CFSR_UNALIGNED) return BUS;
  if (f->cfsr & (CFSR_UNDEFINSTR | CFSR_INVSTATE | CFSR_INVPC | CFSR_NOCP)) return ILL;
  if (f->cfsr) return SEGV;
  return TRAP;
}

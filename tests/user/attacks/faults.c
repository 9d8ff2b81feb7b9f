/* Touching memory without dying of it: the fault is a signal, whose handler goes on behind the instruction. */
#include "attack.h"

enum { ILL = 4, BUS = 10, SEGV = 11 };

static volatile uint32_t cause, address, resume;

__attribute__((used)) static void note(uint32_t signal, struct pith_sigframe *f) {
  uint32_t *frame = POINTER(f->sp);

  (void)signal;
  cause = f->cause;
  address = f->address;
  frame[6] = resume & ~1u; /* pc */
  frame[7] = 1u << 24;     /* the Thumb bit */
}

/* r4 to r11 must be the interrupted code's again at the return. */
__attribute__((naked)) static void entered(void) {
  __asm__("push {r1, lr}\n\tbl note\n\tpop {r0, r1}\n\tb sys_sigreturn");
}

static void ready(void) {
  static const int signals[] = {ILL, BUS, SEGV};
  for (int i = 0; i < 3; i++) sys_sigaction(signals[i], PITH_SIG_HANDLE, (void (*)(int))(uintptr_t)entered);
}

/* Each touch is one instruction, and `resume` the one behind it. */
#define TOUCH(code)                                                                                          \
  __asm__ volatile("adr r3, 1f\n\tadds r3, #1\n\tstr r3, [%1]\n\tmov r0, %0\n\tmovs r2, #0\n\t" code         \
                   "\n\t.balign 4\n1: nop"                                                                   \
                   :                                                                                         \
                   : "r"(at), "r"(&resume)                                                                   \
                   : "r0", "r2", "r3", "lr", "memory", "cc")

uint32_t touch(uint32_t at, enum touch how, uint32_t *where) {
  ready();
  cause = 0;
  address = 0;
  if (how == TOUCH_READ) TOUCH("ldrb r2, [r0]");
  else if (how == TOUCH_WRITE) TOUCH("strb r2, [r0]");
  else TOUCH("adds r0, #1\n\tbx r0");
  if (where) *where = address;
  return cause;
}

int has_fpu(void) {
  ready();
  cause = 0;
  __asm__ volatile(
      "adr r3, 1f\n\tadds r3, #1\n\tstr r3, [%0]\n\t.inst.w 0xEEB70A00\n\t.balign 4\n1: nop" /* vmov.f32 s0, #1 */
      :
      : "r"(&resume)
      : "r3", "memory", "cc");
  return cause == 0;
}

/* Minds its own business beside whatever else runs: counts, a tick at a time, and looks each time whether
 * its data, its stack and its registers are as it left them. Returns 43, or 1 if something has changed.
 * pith_app: STACK 1024 HEAP 1024 */
#include "bare.h"

enum { STEPS = 25, TICK_US = 1000, ANSWER = 43, WORDS = 32 };

static uint32_t data[WORDS];
static uint32_t initialised[2] = {0xC0FFEE, 0xBEEF};

static int changed(const volatile uint32_t *p, uint32_t value) {
  for (uint32_t i = 0; i < WORDS; i++)
    if (p[i] != value + i) return 1;
  return 0;
}

/* Callee-saved registers over a call that gives the processor away. */
static int registers(uint32_t value) {
  uint32_t wrong;
  __asm__ volatile("mov r4, %1\n\tadd r5, r4, #1\n\tadd r6, r4, #2\n\tadd r8, r4, #3\n\tadd r10, r4, #4\n\t"
                   "add r11, r4, #5\n\tmovs r12, #5\n\tsvc #0\n\t"
                   "subs r4, r4, %1\n\tsubs r5, r5, %1\n\tsubs r6, r6, %1\n\tsub r8, r8, %1\n\t"
                   "sub r10, r10, %1\n\tsub r11, r11, %1\n\t"
                   "add r4, r4, r5, lsl #4\n\tadd r4, r4, r6, lsl #8\n\tadd r4, r4, r8, lsl #12\n\t"
                   "add r4, r4, r10, lsl #16\n\tadd %0, r4, r11, lsl #20"
                   : "=&r"(wrong)
                   : "r"(value)
                   : "r0", "r1", "r2", "r3", "r4", "r5", "r6", "r8", "r10", "r11", "r12", "cc", "memory");
  return wrong != 0x543210;
}

static int count(uint32_t unused) {
  volatile uint32_t stack[WORDS];
  (void)unused;
  for (uint32_t step = 0; step < STEPS; step++) {
    for (uint32_t i = 0; i < WORDS; i++) data[i] = stack[i] = step + i;
    if (sys_sleep(TICK_US) || registers(step * 7)) return 1;
    if (changed(data, step) || changed(stack, step)) return 1;
  }
  return initialised[0] == 0xC0FFEE && initialised[1] == 0xBEEF ? ANSWER : 1;
}

/* Whatever the file is called. */
static const struct bare_action actions[] = {{"", count}};

_Noreturn void __pith_start(int argc, char **argv, char **envp) {
  (void)argc, (void)argv, (void)envp;
  sys_exit(actions[0].run(0));
}

/* FPU registers are private. "fill" keeps a pattern in all of them and gives the processor away again and
 * again; "look" must never see the pattern, neither in its first floating-point instruction nor later.
 * Both must find their own values. Returns 0, or 1 and 2. On a core without FPU there is nothing to do.
 * pith_app: STACK 1024 HEAP 1024 */
#include "bare.h"

enum { ROUNDS = 40, ROUND_DOWN = 2 << 22, REGISTERS = 32 };

#ifdef __ARM_FP
static void load(const uint32_t *p) { __asm__ volatile("vldm %0, {s0-s31}" : : "r"(p) : "memory"); }
static void store(uint32_t *p) { __asm__ volatile("vstm %0, {s0-s31}" : : "r"(p) : "memory"); }

static int rounds(uint32_t pattern, uint32_t mode) {
  static uint32_t put[REGISTERS], got[REGISTERS];
  uint32_t control;
  for (int round = 0; round < ROUNDS; round++) {
    for (uint32_t i = 0; i < REGISTERS; i++) put[i] = pattern + (pattern ? i : 0);
    if (pattern) load(put);
    if (mode) __asm__ volatile("vmsr fpscr, %0" : : "r"(mode));
    if (round % 4) __asm__ volatile("movs r12, #5\n\tsvc #0" ::: "r0", "r1", "r2", "r3", "r12", "memory");
    else
      __asm__ volatile("mov r0, #500\n\tmovs r1, #0\n\tmovs r12, #6\n\tsvc #0" ::
                           : "r0", "r1", "r2", "r3", "r12", "memory");
    store(got);
    __asm__ volatile("vmrs %0, fpscr" : "=r"(control));
    for (uint32_t i = 0; i < REGISTERS; i++)
      if (got[i] != put[i]) return 1;
    if (control != mode) return 2;
  }
  return 0;
}
#else
static int rounds(uint32_t pattern, uint32_t mode) {
  (void)pattern, (void)mode;
  return 0;
}
#endif

static int fill(uint32_t pattern) { return rounds(pattern, ROUND_DOWN); }
static int look(uint32_t unused) {
  (void)unused;
  return rounds(0, 0);
}

static const struct bare_action actions[] = {{"fill", fill}, {"look", look}};

BARE_MAIN(actions)

/* The stack pointer is the process's, and may be anywhere when the processor wants to save registers there. */
#include "attack.h"

/* vmov s0, r0 and vmov s31, r0 by their numbers, for every core's assembler */
#define USE_FPU ".inst.w 0xEE000A10\n\t.inst.w 0xEE0F0A90\n\t"

static inline void use_fpu(void) { __asm__ volatile(USE_FPU ::: "memory"); }

static int depth(volatile int *p) {
  volatile int here[4] = {*p + 1, 0, 0, 0};
  return *p < 0 ? 0 : depth(here) + here[1];
}

int recurse(uint32_t a) {
  volatile int start = (int)a;
  return depth(&start) + SURVIVED;
}

int recurse_fpu(uint32_t a) {
  use_fpu();
  return recurse(a);
}

int big_frame(uint32_t a) {
  (void)a;
  __asm__ volatile(
      "mov r4, sp\n\tsub r4, r4, #8192\n\tmov r5, sp\n\tmov sp, r4\n\tpush {r0, r1}\n\tmov sp, r5" ::
          : "r4", "r5", "memory");
  return SURVIVED;
}

int big_frame_fpu(uint32_t a) {
  use_fpu();
  return big_frame(a);
}

/* The code runs with sp = a; r4 keeps the real one. */
#define WITH_SP(a, code)                                                                                     \
  __asm__ volatile("mov r4, sp\n\tmov r1, %0\n\tmov sp, r1\n\t" code "\n\tmov sp, r4"                        \
                   :                                                                                         \
                   : "r"(a)                                                                                  \
                   : "r0", "r1", "r2", "r3", "r4", "r5", "r12", "lr", "memory", "cc")
#define NULL_CALL "movs r5, #1\n\tmov r12, r5\n\tsvc #0"
#define SLEEP "ldr r0, =2000\n\tmovs r1, #0\n\tmovs r5, #6\n\tmov r12, r5\n\tsvc #0\n\tb 0f\n\t.ltorg\n0:"

int call_sp(uint32_t a) {
  WITH_SP(a, NULL_CALL);
  return SURVIVED;
}

int sleep_sp(uint32_t a) {
  WITH_SP(a, SLEEP);
  return SURVIVED;
}

int exit_sp(uint32_t a) {
  WITH_SP(a, "movs r0, #7\n\tmovs r5, #2\n\tmov r12, r5\n\tsvc #0");
  return SURVIVED;
}

int spin_sp(uint32_t a) {
  WITH_SP(a, "0: b 0b");
  return SURVIVED;
}

int udf_sp(uint32_t a) {
  WITH_SP(a, "udf #0");
  return SURVIVED;
}

int bkpt_sp(uint32_t a) {
  WITH_SP(a, "bkpt #0");
  return SURVIVED;
}

int read_sp(uint32_t a) {
  WITH_SP(a, "movs r0, #0\n\tldr r0, [r0]");
  return SURVIVED;
}

int system_sp(uint32_t a) {
  WITH_SP(a, "ldr r0, =0xE000ED00\n\tldr r0, [r0]\n\tb 0f\n\t.ltorg\n0:");
  return SURVIVED;
}

int jump_sp(uint32_t a) {
  WITH_SP(a, "movs r0, #1\n\tbx r0");
  return SURVIVED;
}

int call_sp_below(uint32_t a) { return call_sp(block_low() + a); }
int call_sp_above(uint32_t a) { return call_sp(block_high() + a); }
int sleep_sp_above(uint32_t a) { return sleep_sp(block_high() + a); }
int spin_sp_below(uint32_t a) { return spin_sp(block_low() + a); }
int spin_sp_above(uint32_t a) { return spin_sp(block_high() + a); }
int call_sp_text(uint32_t a) { return call_sp((own_text() & ~7u) + a); }

/* What just fits serves, with any low bits: the processor aligns. Returns 0. */
int edges_serve(uint32_t a) {
  uint32_t low = block_low(), high = block_high();

  (void)a;
  for (uint32_t i = 32; i < 40; i++) call_sp(low + i);
  for (int i = -8; i < 8; i++) call_sp(high + (uint32_t)i);
  for (uint32_t i = 40; i < 48; i++) sleep_sp(low + i);
  for (int i = -8; i < 0; i++) sleep_sp(high + (uint32_t)i);
  return 0;
}

/* ---- FPU registers, saved late, to room that was left for them ---- */

int late_call(uint32_t a) {
  a += block_high();
  WITH_SP(a, USE_FPU SLEEP);
  return SURVIVED;
}

int late_exit(uint32_t a) {
  a += block_high();
  WITH_SP(a, USE_FPU "movs r0, #7\n\tmovs r5, #2\n\tmov r12, r5\n\tsvc #0");
  return SURVIVED;
}

int late_spin(uint32_t a) {
  a += block_high();
  WITH_SP(a, USE_FPU "0: b 0b");
  return SURVIVED;
}

/* ---- the frame a call is served with lies in the process's memory ---- */

#define WITH_FRAME(code)                                                                                     \
  __asm__ volatile("mov r4, sp\n\tmovs r1, #7\n\tmov r0, r4\n\tbics r0, r1\n\tmov sp, r0\n\t" code           \
                   "\n\tmov sp, r4" ::                                                                       \
                       : "r0", "r1", "r2", "r3", "r4", "r5", "r12", "lr", "memory", "cc")

/* sys_uptime() into the words of lr and pc: both 0 after a second or so. */
int frame_overwritten(uint32_t a) {
  (void)a;
  WITH_FRAME("subs r0, #8\n\tmovs r5, #7\n\tmov r12, r5\n\tsvc #0");
  return SURVIVED;
}

/* Another thread changes the frame of a sleeping one: pc to the kernel's code, the exception number in xPSR, as if it
 * were a handler's; or what it goes on with as a stack. */
static volatile uint32_t *sleeper;

static void sleeps(uint32_t unused) {
  uint32_t here;
  (void)unused;
  sleeper = &here;
  sys_sleep(5000);
  sys_exit(SURVIVED);
}

static int change_frame(uint32_t word, uint32_t value) {
  uint32_t *low, *at;

  CHECK(start_thread(0, sleeps, 0, -1) > 0);
  sys_sleep(2000);
  CHECK(sleeper);
  low = POINTER(WORD(sleeper) & ~(uint32_t)(THREAD_STACK - 1));
  /* the frame is below; it has this thread's text in its pc and the Thumb bit alone in its xPSR */
  for (at = POINTER((WORD(sleeper) - 64) & ~7u); at < sleeper; at++)
    if ((at[7] & 0x01000000) == 0x01000000 && at[4] == 6 && (at[6] & ~0xFFFu) == (WORD(sys_sleep) & ~0xFFFu))
      break;
  CHECK(at < sleeper && at > low - THREAD_STACK);
  if (word == 7) at[6] &= ~3u;
  at[word] = value;
  sys_sleep(20000);
  return SURVIVED;
}

int frame_to_kernel(uint32_t a) { return change_frame(6, a & ~1u); }
int frame_to_handler_mode(uint32_t a) { return (void)a, change_frame(7, 0x0100000B); }
int frame_without_thumb(uint32_t a) { return (void)a, change_frame(7, 0); }

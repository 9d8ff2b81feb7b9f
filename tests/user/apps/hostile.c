/* Tries to break out, in the way its name says (bare.h). Every one of these must kill it, with the right
 * cause, and hurt nothing else; it returns 1 if it survives, which a few harmless ones must.
 *
 * The verbs with "sp" put the stack pointer to the address first, so that the processor cannot save
 * registers there, and then cause an exception of one kind or another.
 * pith_app: STACK 1024 HEAP 1024 */
#include "bare.h"

enum { SURVIVED = 1, ADP_STOPPED_APPLICATION_EXIT = 0x20026, MODE_WRITE = 4 };

static volatile uint32_t code_in_data[4] = {0x47704770, 0x47704770, 0x47704770, 0x47704770}; /* bx lr */

static int peek(uint32_t a) {
  if (a % 4) (void)*(volatile uint8_t *)a;
  else (void)*(volatile uint32_t *)a;
  return SURVIVED;
}

static int poke(uint32_t a) {
  if (a % 4) *(volatile uint8_t *)a = 0xAA;
  else *(volatile uint32_t *)a = 0xAAAAAAAA;
  return SURVIVED;
}

static int jump(uint32_t a) {
  ((void (*)(void))(a | 1))();
  return SURVIVED;
}

static int jump_even(uint32_t a) {
  __asm__ volatile("bx %0" : : "r"(a & ~1u) : "memory", "lr");
  return SURVIVED;
}

static int exec_data(uint32_t a) {
  (void)a;
  return jump((uint32_t)(uintptr_t)code_in_data);
}

static int exec_stack(uint32_t a) {
  volatile uint32_t code[2] = {0x47704770, 0x47704770};
  (void)a;
  return jump((uint32_t)(uintptr_t)code);
}

/* ---- stacks ---- */

static void use_fpu(void) {
#ifdef __ARM_FP
  __asm__ volatile("vmov s0, %0\n\tvmov s31, %0" : : "r"(0x12345678) : "s0", "s31");
#endif
}

static int depth(volatile int *p) {
  volatile int here[4] = {*p + 1, 0, 0, 0};
  return *p < 0 ? 0 : depth(here) + here[1];
}

static int recurse(uint32_t a) {
  volatile int start = (int)a;
  return depth(&start);
}

static int recurse_fpu(uint32_t a) {
  use_fpu();
  return recurse(a);
}

static int big_frame(uint32_t a) {
  (void)a;
  __asm__ volatile("sub sp, sp, #8192\n\tstr r0, [sp]\n\tadd sp, sp, #8192" ::: "memory");
  return SURVIVED;
}

static int big_frame_fpu(uint32_t a) {
  use_fpu();
  return big_frame(a);
}

/* The code runs with sp = a; r4 keeps the real one. */
#define WITH_SP(a, code)                                                                                     \
  __asm__ volatile("mov r4, sp\n\tmov sp, %0\n\t" code "\n\tmov sp, r4"                                      \
                   :                                                                                         \
                   : "r"(a)                                                                                  \
                   : "r0", "r1", "r2", "r3", "r4", "r12", "lr", "memory", "cc")

static int svc_sp(uint32_t a) {
  WITH_SP(a, "movs r12, #1\n\tsvc #0");
  return SURVIVED;
}

static int sleep_sp(uint32_t a) {
  WITH_SP(a, "movw r0, #2000\n\tmovs r1, #0\n\tmovs r12, #6\n\tsvc #0");
  return SURVIVED;
}

static int exit_sp(uint32_t a) {
  WITH_SP(a, "movs r0, #7\n\tmovs r12, #2\n\tsvc #0");
  return SURVIVED;
}

static int spin_sp(uint32_t a) {
  WITH_SP(a, "0: b 0b");
  return SURVIVED;
}

static int udf_sp(uint32_t a) {
  WITH_SP(a, "udf #0");
  return SURVIVED;
}

static int bkpt_sp(uint32_t a) {
  WITH_SP(a, "bkpt #0");
  return SURVIVED;
}

static int peek_sp(uint32_t a) {
  WITH_SP(a, "mov r0, #0x20000000\n\tldr r0, [r0]");
  return SURVIVED;
}

static int scs_sp(uint32_t a) {
  WITH_SP(a, "movw r0, #0xED00\n\tmovt r0, #0xE000\n\tldr r0, [r0]");
  return SURVIVED;
}

static int div_sp(uint32_t a) {
  WITH_SP(a, "movs r0, #0\n\tb 0f\n\t0: udiv r0, r0, r0"); /* a new block: QEMU forgets sp otherwise */
  return SURVIVED;
}

static int jump_sp(uint32_t a) {
  WITH_SP(a, "movs r0, #1\n\tbx r0");
  return SURVIVED;
}

/* FPU registers are saved late, to the place below sp where room was left for them: behind the block. */
static int lazy_sp(uint32_t a) {
  use_fpu();
  return sleep_sp(a);
}

static int lazy_exit_sp(uint32_t a) {
  use_fpu();
  return exit_sp(a);
}

/* For somebody else's preemption to find. */
static int lazy_spin_sp(uint32_t a) {
  use_fpu();
  return spin_sp(a);
}

/* ---- the frame a call is served with: the eight words below sp ---- */

/* The processor aligns frames to 8; the code runs with sp so aligned. */
#define WITH_FRAME(code)                                                                                     \
  __asm__ volatile("mov r4, sp\n\tbic r0, r4, #7\n\tmov sp, r0\n\t" code "\n\tmov sp, r4" ::                 \
                       : "r0", "r1", "r2", "r3", "r4", "r12", "lr", "memory", "cc")

static int frame_uptime(uint32_t a) {
  (void)a;
  WITH_FRAME("subs r0, #8\n\tmovs r12, #7\n\tsvc #0");
  return SURVIVED;
}

/* The new frame comes from the console, all of it at once, thanks to the sleep before. */
static int frame_read(uint32_t a) {
  (void)a;
  sys_sleep(200000);
  WITH_FRAME("sub r1, r0, #32\n\tmovs r0, #0\n\tmovs r2, #32\n\tmovs r12, #4\n\tsvc #0");
  return SURVIVED;
}

/* ---- instructions ---- */

static int udf(uint32_t a) {
  (void)a;
  __asm__ volatile("udf #0");
  return SURVIVED;
}

static int bkpt(uint32_t a) {
  (void)a;
  __asm__ volatile("bkpt #0");
  return SURVIVED;
}

/* A request to the host: ends the emulation, or makes a file, if processes may do such things. */
static int semihost(uint32_t operation) {
  static char name[] = "made-by-a-process";
  uint32_t open[3] = {(uint32_t)(uintptr_t)name, MODE_WRITE, sizeof name - 1};
  uint32_t leave[2] = {ADP_STOPPED_APPLICATION_EXIT, 0};
  register uint32_t r0 __asm__("r0") = operation;
  register uint32_t r1 __asm__("r1") = operation == 1      ? (uint32_t)(uintptr_t)open
                                       : operation == 0x20 ? (uint32_t)(uintptr_t)leave
                                                           : ADP_STOPPED_APPLICATION_EXIT;
  __asm__ volatile("bkpt 0xAB" : "+r"(r0) : "r"(r1), "m"(open), "m"(leave) : "memory");
  return SURVIVED;
}

static int divide(uint32_t zero) {
  int32_t result;
  __asm__ volatile("sdiv %0, %1, %2" : "=r"(result) : "r"(1), "r"(zero));
  return SURVIVED;
}

static int unaligned(uint32_t a) {
  (void)a;
  __asm__ volatile("ldm %0, {r2, r3}" : : "r"((uintptr_t)code_in_data + 1) : "r2", "r3", "memory");
  return SURVIVED;
}

static int coprocessor(uint32_t a) {
  __asm__ volatile("mcr p5, 0, %0, c0, c0" : : "r"(a));
  return SURVIVED;
}

/* An attempt to become privileged, and then what only privileged code may do. */
static int control(uint32_t a) {
  __asm__ volatile("msr control, %0\n\tisb" : : "r"(0) : "memory");
  return peek(a);
}

static const struct bare_action actions[] = {
    {"peek", peek},
    {"poke", poke},
    {"jump", jump},
    {"jump_even", jump_even},
    {"exec_data", exec_data},
    {"exec_stack", exec_stack},
    {"recurse", recurse},
    {"recurse_fpu", recurse_fpu},
    {"big_frame", big_frame},
    {"big_frame_fpu", big_frame_fpu},
    {"svc_sp", svc_sp},
    {"sleep_sp", sleep_sp},
    {"exit_sp", exit_sp},
    {"spin_sp", spin_sp},
    {"udf_sp", udf_sp},
    {"bkpt_sp", bkpt_sp},
    {"peek_sp", peek_sp},
    {"scs_sp", scs_sp},
    {"div_sp", div_sp},
    {"jump_sp", jump_sp},
    {"lazy_sp", lazy_sp},
    {"lazy_exit_sp", lazy_exit_sp},
    {"lazy_spin_sp", lazy_spin_sp},
    {"frame_uptime", frame_uptime},
    {"frame_read", frame_read},
    {"udf", udf},
    {"bkpt", bkpt},
    {"semihost", semihost},
    {"divide", divide},
    {"unaligned", unaligned},
    {"coprocessor", coprocessor},
    {"control", control},
};

BARE_MAIN(actions)

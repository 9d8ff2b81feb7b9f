/* Instructions that only privileged code may use, or nobody. What must have no effect returns 0 when it had none. */
#include "attack.h"
#include "is_call.h"

int udf(uint32_t a) {
  return (void)a, ({ __asm__ volatile("udf #0"); }), SURVIVED;
}
int udf_wide(uint32_t a) {
  return (void)a, ({ __asm__ volatile(".inst.w 0xF7F0A000"); }), SURVIVED;
}
int bkpt(uint32_t a) {
  return (void)a, ({ __asm__ volatile("bkpt #0"); }), SURVIVED;
}
int coprocessor(uint32_t a) {
  return (void)a, ({ __asm__ volatile(".inst.w 0xEE000510"); }), SURVIVED;
} /* mcr p5, 0, r0, c0, c0 */
int divide(uint32_t a) {
  return (void)a, ({ __asm__ volatile("movs r1, #0\n\t.inst.w 0xFB91F1F1" ::: "r1"); }), SURVIVED;
} /* sdiv r1, r1, r1 */

static uint32_t words[4];

int unaligned(uint32_t a) {
  uint32_t at = WORD(words) + 1;
  (void)a;
  __asm__ volatile("mov r1, %0\n\tldmia r1!, {r2, r3}" : : "r"(at) : "r1", "r2", "r3", "memory");
  return SURVIVED;
}

/* Requests to the host, which a debugger or emulator serves to privileged code. */
int semihost(uint32_t operation) {
  static char name[] = "made-by-a-process";
  uint32_t open[3] = {WORD(name), 4, sizeof name - 1};
  register uint32_t r0 __asm__("r0") = operation;
  register uint32_t r1 __asm__("r1") = operation == 1 ? WORD(open) : 0x20026;
  __asm__ volatile("bkpt 0xAB" : "+r"(r0) : "r"(r1), "m"(open) : "memory");
  return SURVIVED;
}

/* ---- special registers: each is written with all there is, and then time must go on ---- */

#define READ(number)                                                                                         \
  ({                                                                                                         \
    uint32_t value_;                                                                                         \
    __asm__ volatile(".inst.w 0xF3EF8000 + " number "\n\tmov %0, r0" : "=r"(value_) : : "r0", "memory");     \
    value_;                                                                                                  \
  })
#define WRITE(number, value)                                                                                 \
  __asm__ volatile("mov r0, %0\n\t.inst.w 0xF3808800 + " number "\n\t.inst.w 0xF3BF8F6F" ::"r"(value)        \
                   : "r0", "memory")

static int time_goes_on(void) {
  unsigned long long before, after;

  CHECK(sys_uptime(&before) == 0 && sys_sleep(3000) == 0 && sys_uptime(&after) == 0);
  CHECK(after >= before + 3000);
  CHECK(touch(0x20000000, TOUCH_READ, NULL) == 0x82); /* and the kernel's memory is as far away as ever */
  return 0;
}

int write_primask(uint32_t a) {
  (void)a;
  WRITE("16", 1);
  CHECK(READ("16") == 0);
  return time_goes_on();
}

int write_basepri(uint32_t a) {
  (void)a;
  WRITE("17", 0x20);
  WRITE("18", 0x20); /* BASEPRI_MAX */
  CHECK(READ("17") == 0);
  return time_goes_on();
}

int write_faultmask(uint32_t a) {
  (void)a;
  WRITE("19", 1);
  CHECK(READ("19") == 0);
  return time_goes_on();
}

int write_control(uint32_t a) {
  uint32_t before = READ("20") & 3;
  (void)a;
  WRITE("20", 0);
  CHECK((READ("20") & 3) == before && before == 3);
  WRITE("20", 2);
  CHECK((READ("20") & 3) == 3);
  return time_goes_on();
}

/* To be privileged for one instruction would do. */
int write_control_and_reach(uint32_t a) {
  WRITE("20", 0);
  (void)*(volatile uint32_t *)a;
  return SURVIVED;
}

int write_msp(uint32_t a) {
  (void)a;
  WRITE("8", 0x100);
  CHECK(READ("8") == 0);
  return time_goes_on();
}

int write_psp(uint32_t a) {
  (void)a;
  WRITE("9", 0x100);
  return time_goes_on();
}

int write_xpsr(uint32_t a) {
  (void)a;
  WRITE("3", 0x0600FFFF);
  WRITE("5", 11);
  WRITE("6", 0);
  CHECK((READ("5") & 0x1FF) == 0);
  return time_goes_on();
}

int change_state(uint32_t a) {
  (void)a;
  __asm__ volatile("cpsid i" ::: "memory");
  CHECK(READ("16") == 0);
  __asm__ volatile(".inst.n 0xB671" ::: "memory"); /* cpsid f */
  CHECK(READ("19") == 0);
  return time_goes_on();
}

/* ---- calls by instruction ---- */

int wrong_numbers(uint32_t a) {
  static const uint32_t none[] = {0,          126,        127,        128,        129,        254,
                                  255,        256,        1000,       0x7FFF,     0xFFFF,     0x10000,
                                  0x7FFFFFFF, 0x80000000, 0x80000001, 0xFFFFFFFF, 0xFFFFFFC0, 0x40000001};
  (void)a;
  for (unsigned i = 0; i < sizeof none / sizeof none[0]; i++)
    CHECK(pith_syscall((long)none[i], 1, 2, 3, 4) == -ENOSYS);
  for (long n = 1; n < 512; n++) CHECK(is_call(n) || pith_syscall(n, 1, 2, 3, 4) == -ENOSYS);
  CHECK(sys_null() == 0);
  return 0;
}

/* A number whose signed form is small: as an index without a lower bound it would reach before the table. */
int negative_numbers(uint32_t a) {
  (void)a;
  for (int n = -1; n > -2048; n--) CHECK(pith_syscall(n, 1, 2, 3, 4) == -ENOSYS);
  for (uint32_t n = 0x80000000; n; n = n == 0x80000000 ? 0xC0000000 : n == 0xC0000000 ? 0xFFFF8000 : 0)
    CHECK(pith_syscall((long)n, 1, 2, 3, 4) == -ENOSYS);
  return 0;
}

/* What comes with the instruction itself is not looked at, and what r1 to r3 and r12 hold comes back. */
int call_immediates(uint32_t a) {
  uint32_t r0, r1, r2, r3, r12;
  (void)a;
#define SVC(n)                                                                                               \
  __asm__ volatile(                                                                                          \
      "ldr r0, =0x11111111\n\tldr r1, =0x22222222\n\tldr r2, =0x33333333\n\tldr r3, =0x44444444\n\t"         \
      "movs r5, #1\n\tmov r12, r5\n\tsvc #" #n                                                               \
      "\n\tmov %0, r0\n\tmov %1, r1\n\tmov %2, r2\n\tmov %3, r3\n\t"                                         \
      "mov %4, r12\n\tb 1f\n\t.ltorg\n1:"                                                                    \
      : "=&r"(r0), "=&r"(r1), "=&r"(r2), "=&r"(r3), "=&r"(r12)                                               \
      :                                                                                                      \
      : "r0", "r1", "r2", "r3", "r5", "r12", "memory", "cc")
#define SAME() CHECK(r0 == 0 && r1 == 0x22222222 && r2 == 0x33333333 && r3 == 0x44444444 && r12 == 1)
  SVC(1);
  SAME();
  SVC(127);
  SAME();
  SVC(255);
  SAME();
  return 0;
}

/* Ends by one kind of fault, as its file's name says, three calls deep: main() -> outer() -> middle() -> inner(). For
 * what the report says; hostile.c is for what must not be possible. "-thread" does it in a further thread.
 * pith_app: STACK 2048 HEAP 6144 */
#include <pthread.h>
#include <stdint.h>
#include <string.h>
#include "pith.h"

#define NOINLINE __attribute__((noinline, noclone))

static volatile uint32_t words[4] = {0x47704770, 0x47704770, 0x47704770, 0x47704770}; /* bx lr */
static const char *cause;

static int is(const char *name) { return !strncmp(cause, name, strlen(name)); }

NOINLINE static int deep(int n, volatile int *p) {
  volatile int here[8] = {n, *p};
  return n == 0 ? here[1] : deep(n - 1, here) + here[0];
}

#ifdef __ARM_FP
/* The basic frame of a call fits the block, the room for FPU registers behind it does not. */
NOINLINE static void lazy(void) {
  uintptr_t end = (uintptr_t)sys_brk(0);

  for (uintptr_t step = 4096; step > 0; step /= 2)
    while (sys_brk(end + step) > 0) end += step;
  __asm__ volatile(
      "vmov s0, %0\n\tmov sp, %1\n\tmovw r0, #2000\n\tmovs r1, #0\n\tmovs r12, #6\n\tsvc #0" ::"r"(1),
      "r"(end + 0x28)
      : "r0", "r1", "r12", "s0");
}
#endif

NOINLINE static int inner(volatile int *zero) {
  if (is("data")) *(volatile uint32_t *)0x20000000 = 1;
  if (is("text")) *(volatile uint32_t *)((uintptr_t)deep & ~3u) = 1;
  if (is("instruction")) ((void (*)(void))((uintptr_t)words | 1))();
  if (is("bus")) (void)*(volatile uint32_t *)0xE000ED00;
  if (is("undefined")) __asm__ volatile("udf #0");
  if (is("divide")) *zero = 7 / *zero;
  if (is("unaligned")) __asm__ volatile("ldm %0, {r2, r3}" ::"r"((uintptr_t)words + 1) : "r2", "r3");
  if (is("usage")) __asm__ volatile("bx %0" ::"r"((uintptr_t)deep & ~(uintptr_t)1));
  if (is("coprocessor")) __asm__ volatile("mcr p5, 0, %0, c0, c0" ::"r"(0));
  if (is("stacking")) __asm__ volatile("mov sp, %0\n\tsvc #0" ::"r"(0x90000020));
#ifdef __ARM_FP
  if (is("fpu")) lazy();
#endif
  if (is("overflow")) return deep(1000, zero);
  return 0;
}

NOINLINE static int middle(volatile int *zero) {
  int n = inner(zero);
  return n + *zero;
}

NOINLINE static int outer(void) {
  volatile int zero = 0;
  return middle(&zero) + zero;
}

static void *thread(void *unused) {
  (void)unused;
  return (void *)(intptr_t)outer();
}

int main(int argc, char **argv) {
  const char *slash = argc ? strrchr(argv[0], '/') : NULL;

  cause = slash ? slash + 1 : argc ? argv[0] : "";
  if (strstr(cause, "-thread")) {
    pthread_t t;
    pthread_create(&t, NULL, thread, NULL);
    pthread_join(t, NULL);
    return 1;
  }
  return outer() + 1;
}

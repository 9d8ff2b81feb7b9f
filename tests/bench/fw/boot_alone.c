/* The kernel without a system around it: boot, and the host by semihosting (the run's name from the command
 * line, the exit status back). Arm IHI0116 numbers the calls. */
#include "arch.h"
#include "bench.h"

enum {
  SYS_WRITE0 = 0x04,
  SYS_GET_CMDLINE = 0x15,
  SYS_EXIT_EXTENDED = 0x20,
  EXITED = 0x20026,
  CLOCK_HZ = 25000000
};

static struct pith_thread thread;
static uint64_t stack[STACK / 8];

static int32_t host(uint32_t operation, const void *block) {
  register uint32_t r0 __asm__("r0") = operation;
  register const void *r1 __asm__("r1") = block;

  __asm__ volatile("bkpt 0xAB" : "+r"(r0) : "r"(r1) : "memory");
  return (int32_t)r0;
}

_Noreturn void bench_exit(int status, const char *text) {
  uint32_t block[2] = {EXITED, (uint32_t)status};

  if (text) host(SYS_WRITE0, text);
  host(SYS_EXIT_EXTENDED, block);
  for (;;) {}
}

_Noreturn void arch_halt(int status) { bench_exit(status, NULL); }

/* The last word of the command line. */
static void program(void *unused) {
  static char line[64];
  uint32_t block[2] = {(uint32_t)(uintptr_t)line, sizeof line};
  const char *word = line;

  (void)unused;
  CHECK(host(SYS_GET_CMDLINE, block) == 0);
  for (const char *c = line; *c; c++)
    if (*c == ' ') word = c + 1;
  bench_exit(bench_run(word), NULL);
}

static void put(void *ctx, char c) {
  char text[2] = {c, 0};

  (void)ctx;
  host(SYS_WRITE0, text);
}

void board_init(void);
void board_init(void) {}

int main(void) {
  struct pith_thread_attr attr = {
      .name = "bench", .priority = HIGHEST, .stack = stack, .stack_size = sizeof stack};

  pith_panic_output(put, NULL);
  pith_init();
  CHECK(pith_thread_init(&thread, &attr, program, NULL) == 0);
  pith_start(CLOCK_HZ);
}

/* The boot report.
 *
 * It only reads, with two exceptions. It asks whether there is a semihosting host, which later callers rely
 * on (semihost.h). And it counts the priority bits, by writing all ones to a priority byte of the NVIC and
 * reading back. That byte is line 0's, and it is put back; should line 0 fire in between, it is served at the
 * lowest priority, once. Manual: DDI0403E ("ARM"). */
#include "report.h"

#include <stdint.h>

#include "board.h"
#include "config.h"
#include "cortexm/scb.h"
#include "cortexm/start.h"
#include "fmt.h"
#include "semihost.h"

/* boards/common.ld */
extern char __rom_start[], __rom_end[], __rom_used_end[], __text_start[], __text_end[], __rodata_start[],
    __rodata_end[], __image_start[], __image_end[], __ram_start[], __ram_end[], __data_start[], __data_end[],
    __bss_start[], __bss_end[], __noinit_start[], __noinit_end[], __pool_start[], __pool_end[];

/* Where the report goes. */
struct out {
  void (*put)(void *ctx, char c);
  void *ctx;
};
#define SAY(o, ...) fmt_put((o)->put, (o)->ctx, __VA_ARGS__)

static const char *core_name(uint32_t cpuid) {
  static const struct {
    uint16_t part;
    const char *name;
  } cores[] = {
      {0xC20, "Cortex-M0"},  {0xC60, "Cortex-M0+"}, {0xC21, "Cortex-M1"},  {0xC23, "Cortex-M3"},
      {0xC24, "Cortex-M4"},  {0xC27, "Cortex-M7"},  {0xD20, "Cortex-M23"}, {0xD21, "Cortex-M33"},
      {0xD22, "Cortex-M55"}, {0xD23, "Cortex-M85"},
  };
  for (unsigned i = 0; i < sizeof cores / sizeof cores[0]; i++)
    if (cores[i].part == (cpuid >> 4 & 0xFFF)) return cores[i].name;
  return "unknown core";
}

static void say_machine(struct out *o) {
  const struct board *board = board_get();
  uint32_t cpuid = SCB_CPUID;
  const char *fpu = "no FPU";
  if (FPU_MVFR0) fpu = (SCB_CPACR & SCB_CPACR_FPU) == SCB_CPACR_FPU ? "FPU on" : "FPU off";
  SAY(o, "\nPith on %s\n\n", board->name);
  SAY(o, "  %-12s%s, %s r%lup%lu (CPUID 0x%08lx), %s\n", "machine", board->mcu, core_name(cpuid),
      (unsigned long)(cpuid >> 20 & 15), (unsigned long)(cpuid & 15), (unsigned long)cpuid, fpu);
  SAY(o, "  %-12s%lu.%03lu MHz, %lu ticks/s, console %s\n", "clock",
      (unsigned long)(board->clock_hz / 1000000), (unsigned long)(board->clock_hz / 1000 % 1000),
      (unsigned long)PITH_TICK_HZ, board->console_name);
  if (board->note) SAY(o, "  %-12s%s\n", "note", board->note);
}

/* ARM B3.4: the bits of a priority that a core lacks read as zero. */
static unsigned priority_bits(void) {
  uint8_t before = NVIC_IPR(0);
  NVIC_IPR(0) = 0xFF;
  uint8_t kept = NVIC_IPR(0);
  NVIC_IPR(0) = before;
  return (unsigned)__builtin_popcount(kept);
}

static void say_priorities(struct out *o, const char *when, uint32_t shpr2, uint32_t shpr3) {
  SAY(o, "  %-12sSysTick 0x%02lx, PendSV 0x%02lx, SVCall 0x%02lx\n", when, (unsigned long)(shpr3 >> 24),
      (unsigned long)(shpr3 >> 16 & 0xFF), (unsigned long)(shpr2 >> 24));
}

static void say_interrupts(struct out *o) {
  uint32_t primask;
  __asm volatile("mrs %0, primask" : "=r"(primask));
#if __ARM_ARCH >= 7
  uint32_t basepri, faultmask;
  __asm volatile("mrs %0, basepri" : "=r"(basepri));
  __asm volatile("mrs %0, faultmask" : "=r"(faultmask));
  SAY(o, "  %-12s%s: PRIMASK %lu, BASEPRI 0x%02lx, FAULTMASK %lu; %u lines, %u priority bits\n", "interrupts",
      primask | basepri | faultmask ? "masked" : "on", (unsigned long)primask, (unsigned long)basepri,
      (unsigned long)faultmask, board_get()->irq_count, priority_bits());
#else
  SAY(o, "  %-12s%s: PRIMASK %lu; %u lines, %u priority bits\n", "interrupts", primask ? "masked" : "on",
      (unsigned long)primask, board_get()->irq_count, priority_bits());
#endif
  say_priorities(o, " at reset", arch_at_reset.shpr2, arch_at_reset.shpr3);
  say_priorities(o, " now", SCB_SHPR2, SCB_SHPR3);
}

static void say_control(struct out *o, const char *when, uint32_t control) {
  SAY(o, "  %-12s%s, %s stack, FPU context %s (0x%lx)\n", when,
      control & CONTROL_NPRIV ? "unprivileged" : "privileged", control & CONTROL_SPSEL ? "process" : "main",
      control & CONTROL_FPCA ? "active" : "clean", (unsigned long)control);
}

static void say_core(struct out *o) {
  uint32_t control;
  __asm volatile("mrs %0, control" : "=r"(control));
  say_control(o, "CONTROL", control);
  if (arch_at_reset.control != control) say_control(o, " at reset", arch_at_reset.control);
  uint32_t regions = MPU_TYPE_DREGION(MPU_TYPE);
  if (regions) SAY(o, "  %-12s%lu regions\n", "MPU", (unsigned long)regions);
  else SAY(o, "  %-12snone: processes are not isolated from each other or from the kernel\n", "MPU");
  SAY(o, "  %-12s%s\n", "host", semihost_present() ? "semihosting: arguments, files, exit status" : "none");
}

/* "  rom   0x00000000  4 MB" and, inside a memory, "   .text   0x00000200  12345 bytes". */
static void say_memory(struct out *o, const char *name, uintptr_t base, uint32_t size) {
  const char *unit = size % (1u << 20) == 0 ? "MB" : "KB";
  SAY(o, "  %-12s%p  %8lu %s\n", name, (void *)base, (unsigned long)(size >> (*unit == 'M' ? 20 : 10)), unit);
}

static void say_section(struct out *o, const char *name, const char *start, const char *end) {
  if (end > start)
    SAY(o, "    %-10s%p  %8lu bytes\n", name, (const void *)start, (unsigned long)(end - start));
}

static void say_memories(struct out *o) {
  const struct board *board = board_get();
  for (unsigned i = 0; i < board->memory_count; i++) {
    const struct board_memory *memory = &board->memory[i];
    say_memory(o, memory->name, memory->base, memory->size);
    if (memory->base == (uintptr_t)__rom_start) {
      say_section(o, "text", __text_start, __text_end);
      say_section(o, "rodata", __rodata_start, __rodata_end);
      say_section(o, "image", __image_start, __image_end);
      say_section(o, "free", __rom_used_end, __rom_end);
    } else if (memory->base == (uintptr_t)__ram_start) {
      say_section(o, "data", __data_start, __data_end);
      say_section(o, "bss", __bss_start, __bss_end);
      say_section(o, "noinit", __noinit_start, __noinit_end);
      say_section(o, "pool", __pool_start, __pool_end);
    } else if (board->more_high > memory->base && board->more_high - memory->base <= memory->size) {
      say_section(o, "more", (const char *)(uintptr_t)board->more_low,
                  (const char *)(uintptr_t)board->more_high);
    }
  }
  uint32_t more = board->more_high - board->more_low;
  SAY(o, "  %-12s%lu of %lu KB of RAM, for processes\n\n", "free",
      (unsigned long)(__pool_end - __pool_start + more) / 1024,
      (unsigned long)(__ram_end - __ram_start + more) / 1024);
}

void report_boot(void (*put)(void *ctx, char c), void *ctx) {
  struct out o = {put, ctx};
  say_machine(&o);
  say_interrupts(&o);
  say_core(&o);
  say_memories(&o);
}

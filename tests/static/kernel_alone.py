"""The kernel as a library of another project: plain CMake, nothing else of the tree, no process code."""
import re
import shutil

PROJECT = """cmake_minimum_required(VERSION 3.20)
project(other LANGUAGES C ASM)
set(CMAKE_C_FLAGS "@CORE@")
set(CMAKE_ASM_FLAGS "@CORE@")
add_subdirectory(SUBFOLDER)
add_library(uses OBJECT uses.c)
target_link_libraries(uses PRIVATE pith_kernel)
"""
USES = """#include "pith/sem.h"
#include "pith/thread.h"
int main(void);
int main(void) { return sizeof(struct pith_sem) == 0; }
"""
# Each option that leaves something out, alone and in company that could matter to it.
OPTIONS = [["PITH_FAST=0"], ["PITH_FAST=0", "PITH_ACCOUNTING=1"], ["PITH_FAST=0", "PITH_COOPERATIVE_THREADS=0"],
           ["PITH_TICKLESS=0"], ["PITH_MUTEX_OPTIONS=0"], ["PITH_WAIT_ANY=0"], ["PITH_SEM_LIMITS=0"], ["PITH_TIMERS=0"],
           ["PITH_TIMERS=0", "PITH_THREADS=33"], ["PITH_REPORTS=0"], ["PITH_HEAP=0", "PITH_TLS_KEYS=0"],
           ["PITH_COOPERATIVE_THREADS=0", "PITH_TIME_SLICES=0"], ["PITH_TIME_SLICES=0"], ["PITH_STACK_GUARDS=0"]]
# A project of its own: the CMake lines and the main() of docs/PORTING.md as they are there, all else here. --wrap starts
# what is looked at beside the thread that docs/PORTING.md has.
FOREIGN = """cmake_minimum_required(VERSION 3.20)
project(foreign LANGUAGES C ASM)
set(CMAKE_C_FLAGS "-mcpu=cortex-m4 -mthumb -O2 -ffunction-sections")
set(CMAKE_ASM_FLAGS "-mcpu=cortex-m4 -mthumb")
foreach(firmware top low short null)
  add_executable(${firmware} main.c foreign.c)
  target_compile_options(${firmware} PRIVATE -include ${CMAKE_SOURCE_DIR}/system.h)
  target_link_options(${firmware} PRIVATE -nostartfiles -nolibc -T${CMAKE_SOURCE_DIR}/foreign.ld -Wl,--gc-sections,--wrap=pith_start)
endforeach()
target_compile_definitions(low PRIVATE BOOT_STACK=low_stack+128)
target_compile_definitions(short PRIVATE VECTORS=16)
target_compile_definitions(null PRIVATE DEREFERENCE_NULL)
"""
SYSTEM = """#include <stddef.h>
#include <stdint.h>
extern uint32_t SystemCoreClock;
"""
FOREIGN_LD = """MEMORY { ROM (rx) : ORIGIN = 0, LENGTH = 4M RAM (rw) : ORIGIN = 0x20000000, LENGTH = 256K }
ENTRY(Reset_Handler)
ram_top = ORIGIN(RAM) + LENGTH(RAM);
SECTIONS {
  .text : { KEEP(*(.vectors)) *(.text.taker) *(.text* .rodata*) } > ROM
  .low (NOLOAD) : { *(.low) } > RAM
  .data : { data_start = .; *(.data*) . = ALIGN(4); data_end = .; } > RAM AT > ROM
  data_load = LOADADDR(.data);
  .bss (NOLOAD) : { bss_start = .; *(.bss* COMMON) . = ALIGN(4); bss_end = .; } > RAM
  .noinit (NOLOAD) : { *(.noinit*) . = ALIGN(4); end = .; } > RAM
}
"""
FOREIGN_C = """#include "pith/irq.h"
#include "pith/kernel.h"
#include "pith/sem.h"
#include "pith/thread.h"
#ifndef VECTORS
#define VECTORS 48
#endif
#ifndef BOOT_STACK
#define BOOT_STACK ram_top
#endif
#define UART ((volatile uint32_t *)0x40004000)

int main(void);
void arch_halt(int status), Reset_Handler(void), __real_pith_start(uint32_t hz), __wrap_pith_start(uint32_t hz);
void SVC_Handler(void), PendSV_Handler(void), SysTick_Handler(void), HardFault_Handler(void);
void MemManage_Handler(void), BusFault_Handler(void), UsageFault_Handler(void);
extern uint32_t ram_top[], data_load[], data_start[], data_end[], bss_start[], bss_end[], end[], k_kernel[];

uint32_t SystemCoreClock = 25000000;
uint32_t low_stack[160] __attribute__((section(".low"), aligned(8))); /* 128 words, and what lies above */
static struct pith_thread giver_thread, taker_thread;
static uint64_t giver_stack[64], taker_stack[64];
static struct pith_sem ready;

static void put(void *ctx, char c) {
  (void)ctx;
  UART[0] = (uint32_t)c;
}

static void say(const char *text) {
  while (*text) put(NULL, *text++);
}

void arch_halt(int status) { /* SYS_EXIT_EXTENDED */
  uint32_t block[2] = {0x20026, (uint32_t)status};
  register uint32_t r0 __asm__("r0") = 0x20;
  register uint32_t *r1 __asm__("r1") = block;

  for (;;) __asm__ volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory");
}

static void giver(void *arg) {
  for (;;) {
    pith_sleep(PITH_MS(10));
    pith_sem_give(arg);
  }
}

static bool filled(const uint32_t *from, const uint32_t *to) {
  while (from < to && *from == 0x12345678) from++;
  return from == to;
}

static void taker(void *arg) {
  uint32_t msp, unused = pith_irq_stack_unused();

  for (int i = 0; i < 5; i++) {
    if (pith_sem_take(arg)) arch_halt(1);
    say("taken\\n");
  }
  __asm__ volatile("mrs %0, msp" : "=r"(msp));
  if (msp != (uint32_t)k_kernel) arch_halt(2);
  if (!filled(end, end + 1024) || !filled(low_stack + 128, low_stack + 160)) arch_halt(3);
  if (unused < PITH_ISR_STACK / 2 || unused >= PITH_ISR_STACK) arch_halt(4);
#ifdef DEREFERENCE_NULL
  say((const char *)arg - (uint32_t)arg + 4);
#endif
  arch_halt(0);
}

void __wrap_pith_start(uint32_t hz) {
  struct pith_thread_attr attr = {.name = "taker", .priority = 6, .stack = taker_stack, .stack_size = sizeof taker_stack};

  pith_panic_output(put, NULL);
  pith_sem_init(&ready, 0);
  pith_thread_init(&taker_thread, &attr, taker, &ready);
  attr.name = "giver";
  attr.priority = 7;
  attr.stack = giver_stack;
  pith_thread_init(&giver_thread, &attr, giver, &ready);
  __real_pith_start(hz);
}

void Reset_Handler(void) {
  const uint32_t *from = data_load;

  UART[4] = 16;
  UART[2] = 1;
  for (uint32_t *to = data_start; to < data_end; to++) *to = *from++;
  for (uint32_t *to = bss_start; to < bss_end; to++) *to = 0;
  for (uint32_t *to = end; to < end + 1024; to++) *to = 0x12345678;
  for (int i = 128; i < 160; i++) low_stack[i] = 0x12345678;
  arch_halt(main());
}

__attribute__((section(".vectors"), used)) static void *const vectors[VECTORS] = {
    BOOT_STACK, Reset_Handler, 0, HardFault_Handler, MemManage_Handler, BusFault_Handler, UsageFault_Handler,
    0, 0, 0, 0, SVC_Handler, 0, 0, PendSV_Handler, SysTick_Handler};
"""
NEEDED = ["kernel", "arch", "lib", "include", "abi", "config.h", "cmake"]


def build(env, folder, subfolder, options=()):
    """Of the options, each NAME=VALUE, one build. Returns the library."""
    flags = "-mcpu=cortex-m3 -mthumb" + "".join(" -D" + o for o in options)
    out = folder / "_".join(["b"] + list(options))
    (folder / "CMakeLists.txt").write_text(PROJECT.replace("SUBFOLDER", subfolder).replace("@CORE@", flags))
    (folder / "uses.c").write_text(USES)
    env.host(["cmake", "-S", folder, "-B", out, "-G", "Ninja",
              "-DCMAKE_TOOLCHAIN_FILE=%s/pith/cmake/arm-none-eabi.cmake" % folder], check=True)
    env.host(["cmake", "--build", out, "-j2"], check=True)
    return next(out.rglob("libpith_kernel.a"))


def copy(env, names):
    pith = env.tmp / "pith"
    pith.mkdir()
    for name in names:
        source = env.repo / name
        (shutil.copytree if source.is_dir() else shutil.copy)(source, pith / name)


def test_subdirectory(env):
    "kernel/ builds in a project that has only kernel, arch, lib, include, abi, config.h and cmake."
    env.tool("arm-none-eabi-gcc")
    copy(env, NEEDED)
    library = build(env, env.tmp, "pith/kernel")
    symbols = env.host(["arm-none-eabi-nm", library], check=True).out
    assert " T pith_sem_take" in symbols, "the library lacks the kernel"
    for word in ("process", "usercopy", "elf_plan"):
        assert word not in symbols.lower(), "process code in the kernel alone: " + word


def example(env):
    """The CMake lines and the C of docs/PORTING.md's first part."""
    text = (env.repo / "docs/PORTING.md").read_text().split("\n## ")[1]
    return [re.search("```%s\n(.*?)```" % language, text, re.S).group(1) for language in ("cmake", "c")]


def boot(env, firmware):
    return env.host(["qemu-system-arm", "-M", "mps2-an386", "-display", "none", "-monitor", "none", "-serial", "stdio",
                     "-semihosting-config", "enable=on,target=native", "-kernel", firmware], timeout=30)


def test_foreign(env):
    """A foreign project with the main() of docs/PORTING.md boots in QEMU: with its boot stack at the top of RAM or at its
    start, and with a vector table so short that code lies where the guard of NULL would."""
    env.tool("arm-none-eabi-gcc")
    env.tool("qemu-system-arm")
    copy(env, NEEDED)
    cmake, main = example(env)
    links = "".join(re.sub("firmware", name, cmake.splitlines()[-1]) + "\n" for name in ("top", "low", "short", "null"))
    for name, text in (("CMakeLists.txt", FOREIGN + "\n".join(cmake.splitlines()[:-1]) + "\n" + links), ("main.c", main),
                       ("system.h", SYSTEM), ("foreign.ld", FOREIGN_LD), ("foreign.c", FOREIGN_C)):
        (env.tmp / name).write_text(text)
    env.host(["cmake", "-S", env.tmp, "-B", env.tmp / "out", "-G", "Ninja",
              "-DCMAKE_TOOLCHAIN_FILE=%s/pith/cmake/arm-none-eabi.cmake" % env.tmp], check=True)
    env.host(["cmake", "--build", env.tmp / "out", "-j2"], check=True)
    for name in ("top", "low", "short"):
        done = boot(env, env.tmp / "out" / (name + ".elf"))
        assert done.status == 0 and done.out.count("taken") == 5, "%s: %s" % (name, done)
    symbols = env.host(["arm-none-eabi-nm", env.tmp / "out/short.elf"], check=True).out
    assert "00000040 t taker" in symbols, "no code lies where the guard of NULL would"
    done = boot(env, env.tmp / "out/null.elf")
    assert done.status == 70 and re.search("PANIC: .*accessed an address it may not", done.out), done


def test_root_subdirectory(env):
    "The root gives the same library to a project that adds it."
    env.tool("arm-none-eabi-gcc")
    copy(env, NEEDED + ["CMakeLists.txt"])
    build(env, env.tmp, "pith")


def test_options(env):
    "It builds without each thing that can be left out."
    env.tool("arm-none-eabi-gcc")
    copy(env, NEEDED)
    for options in OPTIONS:
        build(env, env.tmp, "pith/kernel", options)


test_options.long = True


def test_refused(env):
    "Processes without what they need are refused by name."
    gcc = env.tool("arm-none-eabi-gcc")
    source = env.tmp / "refused.c"
    source.write_text('#include "config_check.h"\n')
    command = [gcc, "-mcpu=cortex-m3", "-mthumb", "-std=gnu11", "-fsyntax-only", "-I.", "-Iinclude", "-Ikernel", str(source)]
    assert env.host(command + ["-DPITH_PROCESS_SUPPORT=1"], cwd=str(env.repo)).status == 0
    for name in ("PITH_FAST", "PITH_TICKLESS", "PITH_MUTEX_OPTIONS"):
        done = env.host(command + ["-DPITH_PROCESS_SUPPORT=1", "-D%s=0" % name], cwd=str(env.repo))
        assert done.status != 0 and "processes need " + name in done.out, "%s=0: %s" % (name, done.out)
        assert env.host(command + ["-DPITH_PROCESS_SUPPORT=0", "-D%s=0" % name], cwd=str(env.repo)).status == 0
        done = env.host(command + ["-D%s=2" % name], cwd=str(env.repo))
        assert done.status != 0 and name + " must be from 0 to 1" in done.out

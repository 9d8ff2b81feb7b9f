"""The kernel as a library of another project: plain CMake, nothing else of the tree, no process code."""
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

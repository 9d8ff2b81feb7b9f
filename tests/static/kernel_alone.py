"""The kernel as a library of another project: plain CMake, nothing else of the tree, no process code."""
import shutil

PROJECT = """cmake_minimum_required(VERSION 3.20)
project(other LANGUAGES C ASM)
set(CMAKE_C_FLAGS "-mcpu=cortex-m3 -mthumb")
set(CMAKE_ASM_FLAGS "-mcpu=cortex-m3 -mthumb")
add_subdirectory(SUBFOLDER)
add_library(uses OBJECT uses.c)
target_link_libraries(uses PRIVATE pith_kernel)
"""
USES = """#include "pith/sem.h"
#include "pith/thread.h"
int main(void);
int main(void) { return sizeof(struct pith_sem) == 0; }
"""
NEEDED = ["kernel", "arch", "lib", "include", "abi", "config.h", "cmake"]


def build(env, folder, subfolder):
    (folder / "CMakeLists.txt").write_text(PROJECT.replace("SUBFOLDER", subfolder))
    (folder / "uses.c").write_text(USES)
    env.host(["cmake", "-S", folder, "-B", folder / "b", "-G", "Ninja",
              "-DCMAKE_TOOLCHAIN_FILE=%s/pith/cmake/arm-none-eabi.cmake" % folder], check=True)
    env.host(["cmake", "--build", folder / "b"], check=True)
    return next((folder / "b").rglob("libpith_kernel.a"))


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

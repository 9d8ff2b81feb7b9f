"""./pith sdk DIR: all that it takes to build applications, in a folder of its own that needs nothing of this tree."""
import os
import shutil
import subprocess
from pathlib import Path

from . import build, setup
from .common import REPO, Parser, PithError, boards, say

CORES = {"m4_hard": "cortex-m4f", "m3_soft": "cortex-m3"}
MARK = "lib/cmake/Pith/PithConfig.cmake"

README = """The SDK of Pith: builds applications that ./pith run, or a board with Pith, loads as they are. It needs the Debian packages
gcc-arm-none-eabi and, for CMake projects, cmake; nothing else of Pith. The folder may be moved.

  CMake       cmake -B build -DCMAKE_TOOLCHAIN_FILE=%s/pith-toolchain.cmake
              project(hello C)
              find_package(Pith REQUIRED)
              pith_app(hello main.c STACK 4096 HEAP 16384)
              or: add_executable(hello main.c), target_link_libraries(hello PRIVATE Pith::Pith)
                  and pith_memory(hello STACK 4096 HEAP 16384)
  Makefiles   make CC=%s/bin/pith-cc AR=arm-none-eabi-ar RANLIB=arm-none-eabi-ranlib
  configure   ./configure --host=arm-none-eabi CC=%s/bin/pith-cc AR=arm-none-eabi-ar RANLIB=arm-none-eabi-ranlib

A program has a stack and a heap of fixed size, which it asks for in its file. In CMake: STACK and HEAP, in bytes. With pith-cc:
PITH_STACK and PITH_HEAP in the environment when it is linked, 16384 and 65536 unless said. "PITH_HEAP=400000 make ..." gives
it 400 KB; what there is tells /proc/meminfo. A function that is missing is an error of the linker, which names it.

C++ is libstdc++'s headers, which the Debian package libstdc++-arm-none-eabi-dev has, and in libpith.a what they need:
  there are     <cstdio>, <cstdint> and the like, <new>, <utility>, <algorithm>, <memory>, <optional>, <variant>, <functional>, <array>,
                <vector>, <deque>, <list>, <map>, <set>, <unordered_map>, <string>, <string_view>, <chrono>, <atomic> up to 4 bytes
  there are not exceptions and RTTI; <iostream> and all streams, <locale>, <regex>, <filesystem>; <thread>, <mutex> (pthreads instead)
What would throw says why and ends the program by SIGABRT; an index out of range and a new without memory end it without a
word, and new (std::nothrow) returns null. A shared_ptr's count is not atomic: its copies belong to one thread. Without the package, C++ has C's headers alone.
  CMake       project(hello CXX), find_package(Pith REQUIRED)
  Makefiles   make CXX=%s/bin/pith-c++

PITH_CORE chooses cortex-m4f (hard float, the default) or cortex-m3 (soft float, which runs on every board): a CMake variable,
or in the environment of pith-cc.
"""


def board_of(variant):
    return next(b for b in boards() if setup.newlib_variant(b) == variant)


def copy_headers(target, newlib):
    shutil.copytree(newlib / "include", target / "include")
    own = target / "include/pith"
    shutil.copytree(REPO / "user/include", own)
    for name in [REPO / "user/pith.h", *sorted((REPO / "abi").glob("*.h")), *sorted((REPO / "abi").glob("*.def"))]:
        shutil.copy(name, own)


def copy_libraries(folder, newlib, lib):
    lib.mkdir(parents=True)
    for name in ("libc.a", "libm.a"):
        shutil.copy(newlib / "lib" / name, lib)
    shutil.copy(folder / "libpith_user.a", lib / "libpith.a")
    shutil.copy(next((folder / "CMakeFiles/pith_crt0.dir").rglob("crt0.S.o*")), lib / "crt0.o")
    for name in ("pthread", "rt"):  # what they hold elsewhere is in libpith.a: -lpthread finds something
        subprocess.run(["arm-none-eabi-ar", "rcs", str(lib / ("lib%s.a" % name))], check=True)


def copy_rules(target):
    cmake = target / "lib/cmake/Pith"
    cmake.mkdir(parents=True)
    shutil.copy(REPO / "cmake/sdk/PithConfig.cmake", cmake)
    shutil.copy(REPO / "cmake/PithAppRules.cmake", cmake)
    shutil.copy(REPO / "cmake/arm-none-eabi.cmake", cmake)
    shutil.copy(REPO / "cmake/sdk/pith-toolchain.cmake", target)
    shutil.copy(REPO / "user/app.ld", target / "lib")
    (target / "bin").mkdir()
    for name in ("pith-cc", "pith-c++"):
        shutil.copy(REPO / "cmake/sdk/pith-cc", target / "bin" / name)


def make(target, verbose=False):
    """The SDK in `target`, a folder that does not exist."""
    for variant, core in CORES.items():
        board = board_of(variant)
        folder = build.build_board(board, ["pith_user", "pith_crt0"], verbose)
        newlib = setup.ensure_newlib(variant, verbose)
        if not (target / "include").exists():
            target.mkdir(parents=True)
            copy_headers(target, newlib)
        copy_libraries(folder, newlib, target / "lib" / core)
    copy_rules(target)
    (target / "README").write_text(README.replace("%s", "SDK"))


def main(argv):
    parser = Parser("sdk")
    parser.add_argument("dir")
    parser.add_argument("--verbose", action="store_true")
    options = parser.parse_args(argv)
    target = Path(os.path.abspath(options.dir))
    if target.exists() and any(target.iterdir() if target.is_dir() else [target]) and not (target / MARK).exists():
        raise PithError("%s exists and is no SDK of Pith: name a folder that is empty or not there" % target)
    setup.ensure_packages(options.verbose)
    aside = target.with_name(target.name + ".new")
    try:
        shutil.rmtree(aside, ignore_errors=True)
        make(aside, options.verbose)
        if target.exists():
            shutil.rmtree(target)
        os.rename(aside, target)
    except (OSError, subprocess.CalledProcessError) as e:
        shutil.rmtree(aside, ignore_errors=True)
        raise PithError("cannot make %s: %s" % (target, e))
    say("made %s; %s says how to use it" % (target, os.path.relpath(target / "README")))
    return 0

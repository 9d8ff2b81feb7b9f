"""./pith sdk: applications built outside the tree, by CMake and by a Makefile's CC, run as processes."""
import os
import re

BUILDS = True

SQUARES = """#include <math.h>
#include <stdio.h>
int main(int argc, char **argv) {
  (void)argv;
  printf("root %.3f of %d\\n", sqrt(argc + 1.0), argc + 1);
  return 7;
}
"""

SHAPES = """#include <pthread.h>
#include <stdio.h>
struct Shape { virtual ~Shape() {} virtual int area() const = 0; };
template <int N> struct Square : Shape { int area() const override { return N * N; } };
static int constructed;
struct Early { Early() { constructed = 1; } } early;
static void *work(void *shape) { return reinterpret_cast<void *>(static_cast<Shape *>(shape)->area()); }
int main() {
  Shape *s = new Square<5>;
  pthread_t t;
  void *value = nullptr;
  if (pthread_create(&t, nullptr, work, s) || pthread_join(t, &value)) return 1;
  std::printf("area %d, early %d\\n", static_cast<int>(reinterpret_cast<long>(value)), constructed);
  delete s;
  return 0;
}
""".replace("std::", "")

LARGE = """#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
int main(void) {
  struct rlimit heap, stack;
  size_t size = 400 * 1024;
  char *p = malloc(size);
  if (!p || getrlimit(RLIMIT_DATA, &heap) || getrlimit(RLIMIT_STACK, &stack)) return 1;
  memset(p, 'x', size);
  printf("400 KB at once, of %lu and %lu\\n", heap.rlim_cur / 10000, stack.rlim_cur / 1000);
  return p[size - 1] != 'x';
}
"""

PROJECT = """cmake_minimum_required(VERSION 3.20)
project(outside C CXX)
find_package(Pith REQUIRED)
pith_app(squares squares.c STACK 4096 HEAP 16384)
target_link_libraries(squares PRIVATE m pthread rt)
find_library(MATH m REQUIRED)
target_link_libraries(squares PRIVATE ${MATH})
add_executable(shapes shapes.cc)
target_link_libraries(shapes PRIVATE Pith::Pith)
add_executable(large large.c)
target_link_libraries(large PRIVATE Pith::Pith)
pith_memory(large STACK 16384 HEAP 450000)
"""


LIBRARY = """cmake_minimum_required(VERSION 3.20)
project(library CXX)
find_package(Pith REQUIRED)
pith_app(library "%s" STACK 8192 HEAP 100000)
set_target_properties(library PROPERTIES CXX_STANDARD %d)
"""
CXX_HEADERS = "libstdc++-arm-none-eabi-dev"


def sdk(env):
    folder = env.tmp / "my sdk"
    env.host([env.repo / "pith", "sdk", folder], check=True, timeout=600)
    moved = env.tmp / "moved sdk"
    folder.rename(moved)  # it may be moved
    return moved


def run(env, board, *files):
    return env.host([env.repo / "pith", "run", "--board", board, *files], timeout=300)


def check_headers(env, cc):
    """Each header is complete alone, and <signal.h> also when another library's <sys/select.h> includes it out of the middle
    of <sys/types.h>, as gnulib's does."""
    own = env.tmp / "own/sys"
    own.mkdir(parents=True)
    (own / "select.h").write_text("#pragma once\n#include_next <sys/select.h>\n#include <signal.h>\n")
    (env.tmp / "types.c").write_text("#include <sys/types.h>\nsocklen_t length;\npid_t pid;\npthread_t thread;\n")
    env.host([cc, "-I", own.parent, "-Werror", "-c", "-o", env.tmp / "types.o", env.tmp / "types.c"], check=True)
    headers = env.repo / "user/include"
    for header in sorted(h.relative_to(headers) for h in [*headers.glob("*.h"), *headers.glob("sys/[a-z]*.h")]):
        (env.tmp / "alone.c").write_text("#include <%s>\n" % header)
        env.host([cc, "-Wall", "-Werror", "-c", "-o", env.tmp / "alone.o", env.tmp / "alone.c"], check=True)


def test_sdk(env):
    "An SDK that was moved builds by CMake and by CC alone, for both cores; what it makes runs; a missing function is named."
    where, source = sdk(env), env.tmp / "app"
    source.mkdir()
    (source / "squares.c").write_text(SQUARES)
    (source / "shapes.cc").write_text(SHAPES)
    (source / "large.c").write_text(LARGE)
    (source / "CMakeLists.txt").write_text(PROJECT)
    for core, board in (("cortex-m4f", "mps2_an386"), ("cortex-m3", "mps2_an385")):
        b = env.tmp / core
        env.host(["cmake", "-S", source, "-B", b, "-G", "Ninja", "-DPITH_CORE=" + core,
                  "-DCMAKE_TOOLCHAIN_FILE=%s/pith-toolchain.cmake" % where], check=True)
        env.host(["ninja", "-C", b], check=True)
        done = run(env, board, b / "squares.elf")
        assert done.status == 7 and "root 1.414 of 2" in done.out, done.out[-2000:]
        done = run(env, board, b / "shapes.elf")
        assert done.status == 0 and "area 25, early 1" in done.out, done.out[-2000:]
        done = run(env, board, b / "large.elf")
        assert done.status == 0 and re.search(r"400 KB at once, of 4[5-9] and 16\n", done.out), done.out[-2000:]
    cc, out = where / "bin/pith-cc", env.tmp / "by cc.elf"
    env.host([cc, "-O2", "-c", "-o", env.tmp / "squares.o", source / "squares.c"], check=True)
    env.host([cc, "-o", out, env.tmp / "squares.o", "-lm", "-lpthread"], check=True,
             environment={"PATH": os.environ["PATH"], "PITH_HEAP": "65536"})
    done = run(env, "mps2_an386", out)
    assert done.status == 7 and "root 1.414 of 2" in done.out, done.out[-2000:]
    for heap, status in (("450000", 0), (None, 1)):  # unless said it is 64 KB
        more = {"PITH_HEAP": heap} if heap else {}
        env.host([cc, "-o", out, source / "large.c"], check=True, environment={"PATH": os.environ["PATH"], **more})
        assert run(env, "mps2_an386", out).status == status
    (env.tmp / "missing.c").write_text("int socketpair(void);\nint main(void) { return socketpair(); }\n")
    done = env.host([cc, "-o", out, env.tmp / "missing.c"])
    assert done.status != 0 and "undefined reference to `socketpair'" in done.out, done.out
    check_headers(env, cc)
    assert str(env.repo) not in (where / "README").read_text()


def test_libraries_in_tree(env):
    "With the tree's own toolchain file, too, -lm, -lpthread and find_library() find Pith's libraries."
    (env.tmp / "squares.c").write_text(SQUARES)
    (env.tmp / "CMakeLists.txt").write_text(PROJECT.split("add_executable")[0].replace("C CXX", "C"))
    env.host(["cmake", "-S", env.tmp, "-B", env.tmp / "b",
              "-DCMAKE_TOOLCHAIN_FILE=%s/cmake/arm-none-eabi.cmake" % env.repo], check=True)
    env.host(["cmake", "--build", env.tmp / "b"], check=True)
    done = run(env, "mps2_an386", env.tmp / "b/squares.elf")
    assert done.status == 7 and "root 1.414 of 2" in done.out, done.out[-2000:]


def test_cxx_library(env):
    "The headers of C++'s library work in C++17 and C++20, by an SDK and in the tree, for both cores; misuse ends by SIGABRT."
    where, out = sdk(env), env.tmp / "library.elf"
    program = env.repo / "tests/run/_library.cc"
    for standard, core, board in ((17, "cortex-m4f", "mps2_an386"), (20, "cortex-m3", "mps2_an385")):
        env.host([where / "bin/pith-c++", "-std=c++%d" % standard, "-O2", "-Wall", "-Wextra", "-Werror", "-o", out, program], check=True,
                 environment={"PATH": os.environ["PATH"], "PITH_CORE": core, "PITH_HEAP": "100000"})
        done = run(env, board, out)
        assert done.status == 0 and "0 failed" in done.out, done.out[-2000:]
    for toolchain in (where / "pith-toolchain.cmake", env.repo / "cmake/arm-none-eabi.cmake"):
        source = env.tmp / toolchain.stem
        source.mkdir()
        (source / "CMakeLists.txt").write_text(LIBRARY % (program, 17))
        env.host(["cmake", "-S", source, "-B", source / "b", "-DCMAKE_TOOLCHAIN_FILE=%s" % toolchain], check=True)
        env.host(["cmake", "--build", source / "b"], check=True)
        done = env.host([env.repo / "pith", "run", "--host", source / "b", "--exec",
                         "/host/library.elf && ! /host/library.elf at && { /host/library.elf []; echo status $?; }"], timeout=300)
        assert "status 134\n" in done.out and done.out.count("0 failed\n") == 3, done.out[-2000:]
        assert "terminate: out_of_range: vector::_M_range_check: __n (which is 7) >= this->size() (which is 3)\n" in done.out


def test_cxx_without_headers(env):
    "Where the headers of C++'s library are not installed, what builds applications says which package has them."
    where, missing = sdk(env), {"PATH": os.environ["PATH"], "PITH_CXX_HEADERS": str(env.tmp / "none")}
    (env.tmp / "shapes.cc").write_text(SHAPES)
    (env.tmp / "needs.cc").write_text("#include <cstdio>\nint main() { return 0; }\n")
    cxx = where / "bin/pith-c++"
    done = env.host([cxx, "-o", env.tmp / "shapes.elf", env.tmp / "shapes.cc"], environment=missing, check=True)
    assert not done.out, done.out
    done = env.host([cxx, "-c", "-o", env.tmp / "needs.o", env.tmp / "needs.cc"], environment=missing)
    assert done.status == 1 and done.out.endswith(CXX_HEADERS + " has them\n"), done.out
    (env.tmp / "CMakeLists.txt").write_text(LIBRARY % ("shapes.cc", 17))
    done = env.host(["cmake", "-S", env.tmp, "-B", env.tmp / "b", "-DPITH_CXX_HEADERS=%s/none" % env.tmp,
                     "-DCMAKE_TOOLCHAIN_FILE=%s/pith-toolchain.cmake" % where], check=True)
    assert CXX_HEADERS in done.out, done.out
    env.host(["cmake", "--build", env.tmp / "b"], check=True)


test_cxx_library.packages = (CXX_HEADERS,)


def test_sdk_misuse(env):
    "A folder that is something else is not overwritten."
    folder = env.tmp / "other"
    folder.mkdir()
    (folder / "precious").write_text("x")
    done = env.host([env.repo / "pith", "sdk", folder])
    assert done.status == 1 and done.out.startswith("pith: ") and (folder / "precious").exists()

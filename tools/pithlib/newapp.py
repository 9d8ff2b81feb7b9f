"""./pith new app: a folder that builds to an ELF, with ./pith run or with plain CMake."""
import os
import re
import shlex
from pathlib import Path

from . import build, setup
from .common import REPO, Parser, PithError, boards, command_name, say, usage_error

# Names that CMake or this tree already gives to targets.
RESERVED = ("all", "clean", "edit_cache", "help", "install", "layering", "package", "package_source", "pith_crt0", "pith_user",
            "rebuild_cache", "test")

MAIN = """#include <stdio.h>

int main(int argc, char **argv) {
  printf("Hello from %s.\\n", argc > 0 ? argv[0] : "NAME");
  return 0;
}
"""

MAIN_CXX = """#include <cstdio>

namespace {

class Greeter {
 public:
  explicit Greeter(const char *name) : name_(name) {}
  void greet() const { std::printf("Hello from %s.\\n", name_); }

 private:
  const char *name_;
};

}  // namespace

int main(int argc, char **argv) {
  Greeter(argc > 0 ? argv[0] : "NAME").greet();
  return 0;
}
"""

CMAKELISTS = """cmake_minimum_required(VERSION 3.20)
if(NOT CMAKE_TOOLCHAIN_FILE) # or the pith-toolchain.cmake of an SDK
  # Where Pith's tree is: -DPITH_DIR=..., or PITH_DIR in the environment, if it is elsewhere.
  set(tree "ROOT")
  if(DEFINED ENV{PITH_DIR})
    set(tree "$ENV{PITH_DIR}")
  endif()
  set(PITH_DIR "${tree}" CACHE PATH "the tree of Pith")
  if(NOT EXISTS "${PITH_DIR}/cmake/arm-none-eabi.cmake")
    message(FATAL_ERROR "there is no tree of Pith in ${PITH_DIR}: say where it is, by -DPITH_DIR=... or in the environment")
  endif()
  set(CMAKE_TOOLCHAIN_FILE "${PITH_DIR}/cmake/arm-none-eabi.cmake")
endif()
project(NAME LANGUAGES LANGUAGE)

find_package(Pith REQUIRED)
# STACK and HEAP: bytes for the main stack and for malloc().
pith_app(NAME MAIN STACK 4096 HEAP 8192)
"""


def write(folder, name, cxx=False):
    """The files of a new application, into a folder that is there."""
    main = "main.cc" if cxx else "main.c"
    (folder / main).write_text((MAIN_CXX if cxx else MAIN).replace("NAME", name))
    text = CMAKELISTS.replace("LANGUAGES LANGUAGE", "LANGUAGES " + ("CXX" if cxx else "C"))
    text = text.replace("MAIN", main).replace("NAME", name).replace("ROOT", str(REPO))
    (folder / "CMakeLists.txt").write_text(text)
    (folder / ".gitignore").write_text("build/\n")


def main(argv):
    parser = Parser("new app")
    parser.add_argument("what")
    parser.add_argument("name")
    parser.add_argument("--dir", default=".")
    parser.add_argument("--cxx", action="store_true")
    options = parser.parse_args(argv)
    if options.what != "app":
        raise usage_error("new %s: only new app NAME is known" % options.what)
    if not re.fullmatch(r"[a-z][a-z0-9_-]{0,22}", options.name):
        raise usage_error("%r is no name for an application: 1 to 23 of a-z, 0-9, _ and -, a letter first"
                          % options.name)
    if options.name in RESERVED:
        raise usage_error("%s is a name that the build keeps for itself" % options.name)
    folder = Path(os.path.abspath(options.dir)) / options.name
    if folder.exists() or folder.is_symlink():
        raise PithError("%s exists already" % folder)
    try:
        folder.mkdir(parents=True)
        write(folder, options.name, options.cxx)
    except OSError as e:
        raise PithError("cannot make %s: %s" % (folder, e.strerror))
    shown = os.path.relpath(folder)
    if setup.missing([setup.CXX_HEADERS] if options.cxx else []):
        say("made %s; not built, as tools are missing: the next command installs them" % shown)
    else:
        elf = build.build_app(folder, boards()[0])
        say("made %s and built %s" % (shown, os.path.relpath(elf)))
    say("next: %s run %s" % (command_name(), shlex.quote(shown)))
    return 0

"""Building: CMake configures a board's folder once, Ninja does the rest.

A lock per folder keeps two commands in one checkout from building into each other.
"""
import contextlib
import fcntl
import os
import re
import shutil

from . import setup
from .common import BUILD, REPO, PithError, Status, boards, run_quietly


@contextlib.contextmanager
def locked(name):
    BUILD.mkdir(exist_ok=True)
    with open(BUILD / (name + ".lock"), "w") as f:
        try:
            fcntl.flock(f, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            with Status("waiting for another ./pith that builds %s" % name):
                fcntl.flock(f, fcntl.LOCK_EX)
        yield


def configured(folder, source):
    """A cache made for another place (the checkout was moved or copied) is as good as none."""
    cache = folder / "CMakeCache.txt"
    if not (folder / "build.ninja").exists() or not cache.exists():
        return False
    home = re.search(r"^CMAKE_HOME_DIRECTORY:INTERNAL=(.*)$", cache.read_text(errors="replace"), re.M)
    if home and home.group(1) == str(source):
        return True
    shutil.rmtree(folder)
    return False


def ninja(folder, targets=(), verbose=False):
    command = ["ninja", "-C", str(folder), "-j", str(os.cpu_count() or 2)]
    try:
        run_quietly(command + list(targets), "the build in %s" % os.path.relpath(folder), verbose=verbose)
    except PithError as e:  # what went well is no news
        news = re.compile(r"(?!\[\d+/\d+\] |-- |ninja: Entering)")
        raise PithError(str(e), output="\n".join(filter(news.match, e.output.splitlines())))


def build_board(board, targets=(), verbose=False):
    """Brings one board up to date. Returns its build folder."""
    folder = BUILD / board
    with locked(board):
        variant = setup.newlib_variant(board)
        if variant:
            setup.ensure_newlib(variant, verbose)
        if setup.wants_littlefs(board):
            setup.ensure_littlefs()
        with Status("building %s" % board):
            if not configured(folder, REPO):
                run_quietly(["cmake", "--preset", board], "configuring %s" % board, verbose=verbose)
            ninja(folder, targets, verbose)
    return folder


def build_unit(verbose=False, coverage=False):
    """Builds the host's unit tests, with coverage in a folder of its own. Returns their build folder."""
    name = "coverage" if coverage else "unit"
    folder, source = BUILD / name, REPO / "tests/unit"
    setup.ensure_littlefs()
    with locked(name), Status("building the host's unit tests"):
        if not configured(folder, source):
            run_quietly(["cmake", "-S", str(source), "-B", str(folder), "-G", "Ninja",
                         "-DPITH_COVERAGE=" + ("ON" if coverage else "OFF"),
                         "-DCMAKE_EXPORT_COMPILE_COMMANDS=ON"], "configuring the unit tests", verbose=verbose)
        ninja(folder, verbose=verbose)
    return folder


def build_app(source, board, verbose=False):
    """Builds an application's own folder (one made by ./pith new app). Returns its ELF file."""
    folder = source / "build" if board == boards()[0] else source / "build" / board
    variant = setup.newlib_variant(board)
    if variant:
        setup.ensure_newlib(variant, verbose)
    if re.search(r"\bCXX\b", (source / "CMakeLists.txt").read_text(errors="replace")):
        setup.ensure_packages(verbose, [setup.CXX_HEADERS])
    with Status("building %s" % source.name):
        if not configured(folder, source):
            run_quietly(["cmake", "-S", str(source), "-B", str(folder), "-G", "Ninja",
                         "-DPITH_BOARD=" + board,
                         "-DCMAKE_TOOLCHAIN_FILE=" + str(REPO / "cmake/arm-none-eabi.cmake")],
                        "configuring %s" % source.name, verbose=verbose)
        ninja(folder, verbose=verbose)
    named = folder / (source.name + ".elf")
    if named.exists():
        return named
    found = sorted(folder.glob("*.elf"))
    if len(found) != 1:
        raise PithError("%s: the build made %d ELF files, not one" % (source, len(found)))
    return found[0]

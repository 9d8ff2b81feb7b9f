"""Programs in the smallest kernel with processes (tests/small/processes), which ./pith bench measures as rom_processes.
"""
import re

BOARDS = ["mps2_an386", "mps2_an385", "stm32f4"]
LIMIT = 60
PROGRAMS = ("small", "hello", "load_18k", "posix_thread", "posix_mutex", "posix_sem", "posix_cond")


def build(env, name, *options, programs=()):
    folder = env.tmp / name
    env.host(["cmake", "-S", env.repo / "tests/small/processes", "-B", folder, "-G", "Ninja", "-DPITH_BOARD=" + env.board,
              "-DPROGRAMS=" + ";".join("%s=%s" % (n, env.app(n)) for n in programs),
              "-DCMAKE_TOOLCHAIN_FILE=%s/cmake/arm-none-eabi.cmake" % env.repo] + list(options), check=True)
    env.host(["ninja", "-C", folder, "-j2"], timeout=300, check=True)
    return folder / "small.elf"


def test_programs(env):
    "Threads, locks, children, faults and limits work; each call that is left out gives -ENOSYS; programs with a libc run."
    firmware = build(env, "programs", programs=PROGRAMS)
    done = env.run(["small"], kernel=firmware, timeout=LIMIT)
    assert done.status == 42 and "small: all as it should be" in done.out, done.out
    faults = re.findall(r"^small: fault ([0-9a-f]{8}) at ([0-9a-f]{8})(?: of ([0-9a-f]{8}))?$", done.out, re.M)
    assert len(faults) == 2 and faults[0][2] == "20000000" and faults[0][0] == "00000082", done.out
    assert done.out.count("\n") == 3, done.out

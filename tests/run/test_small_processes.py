"""Programs in the smallest kernel with processes (tests/small/processes), which ./pith bench measures as rom_processes.
"""
import re

BOARDS = ["mps2_an386", "stm32f4"]
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


def run_hello(env, firmware, *arguments):
    done = env.run(list(arguments), kernel=firmware, timeout=LIMIT)
    assert done.status == 42 and "mutex and semaphore work" in done.out, done.out


def test_libc(env):
    "Programs with a libc run: hello, and POSIX threads with all they have."
    firmware = build(env, "programs", programs=PROGRAMS)
    run_hello(env, firmware, "hello")
    done = env.run(["posix_thread"], kernel=firmware, timeout=LIMIT)
    assert done.status == 0 and done.out.count(": ok\n") >= 17 and ": failed" not in done.out, done.out


def test_kept(env):
    "It builds and runs with each of the things that are left out, and with all that need no files."
    kept = ["PITH_PROCESS_SIGNALS", "PITH_SHARED_OBJECTS", "PITH_PROCESS_SHARES", "PITH_REPORTS", "PITH_TIME_SLICES",
            "PITH_COOPERATIVE_THREADS", "PITH_HEAP", "PITH_TIMERS", "PITH_WAIT_ANY"]
    for i, keep in enumerate(kept[:4] + [";".join(kept)]):
        run_hello(env, build(env, "kept%d" % i, "-DKEEP=" + keep, programs=["hello"]), "hello")


test_kept.long = True


def test_left_out(env):
    "The whole system builds and runs without what it can do without."
    for names in (("PITH_SHARED_OBJECTS", "PITH_PROCESS_SHARES"), ("PITH_SERVICES", "PITH_FAMILIES"), ("PITH_REPORTS",)):
        folder, flag = env.tmp / names[0], " ".join("-D%s=0" % n for n in names)
        env.host(["cmake", "-S", env.repo, "-B", folder, "-G", "Ninja", "-DPITH_BOARD=" + env.board, "-DPITH_APPS=OFF",
                  "-DCMAKE_C_FLAGS=" + flag, "-DCMAKE_ASM_FLAGS=" + flag,
                  "-DCMAKE_TOOLCHAIN_FILE=%s/cmake/arm-none-eabi.cmake" % env.repo], check=True)
        env.host(["ninja", "-C", folder, "-j2", "pith"], timeout=300, check=True)
        run_hello(env, folder / "pith.elf", "--load", env.app("hello"))


test_left_out.long = True

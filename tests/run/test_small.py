"""The tests of tests/target on the kernel alone with what can be left out left out (tests/small/CMakeLists.txt): every call
and every post by C and a clock that ticks; and every option that saves code, at -Os. Each is a boot of its own, as there.
"""
import re
from concurrent.futures import ThreadPoolExecutor

from pithlib import harness

BOARDS = "all"
BUILDS = False  # it builds what it runs
LIMIT, PANIC_STATUS, WORKERS = 240, 70, 2


def build(env, variant):
    folder = env.tmp / variant
    env.host(["cmake", "-S", env.repo / "tests/small", "-B", folder, "-G", "Ninja", "-DPITH_BOARD=" + env.board,
              "-DSMALL_VARIANT=" + variant,
              "-DCMAKE_TOOLCHAIN_FILE=%s/cmake/arm-none-eabi.cmake" % env.repo], check=True)
    env.host(["ninja", "-C", folder, "-j2"], timeout=300, check=True)
    return folder / "tests.elf"


def run_one(env, firmware, name, panics):
    """What is wrong with one test, or None."""
    own = harness.Env(env.tmp.name + "_" + name, env.board)
    try:
        done = own.run(["--run", name], kernel=firmware, timeout=LIMIT, icount=True)
    except AssertionError as e:
        return "%s: %s" % (name, e)
    finally:
        own.cleanup()
    if done.status == (PANIC_STATUS if panics else 0):
        return None
    return "%s: status %d\n%s" % (name, done.status, done.out[-400:])


def run_all(env, variant, at_least):
    firmware = build(env, variant)
    listing = env.run(["--list"], kernel=firmware, timeout=LIMIT, check=True).out
    tests = [(name, "[panic]" in rest) for name, rest in re.findall(r"^TEST (\S+): (.*?)\s*$", listing, re.M)
             if "[long]" not in rest]
    assert len(tests) >= at_least, "only %d tests" % len(tests)
    assert any(name.startswith("small_") for name, _ in tests)
    with ThreadPoolExecutor(WORKERS) as pool:
        wrong = list(filter(None, pool.map(lambda t: run_one(env, firmware, *t), tests)))
    print("%s: %d tests" % (variant, len(tests)))
    assert not wrong, "\n".join(wrong)


def test_smallest(env):
    "Everything left out that can be."
    run_all(env, "smallest", 200)


test_smallest.long = ["mps2_an385", "mps2_an385_v6m", "stm32f4"]


def test_c(env):
    "PITH_FAST and PITH_TICKLESS 0, with all objects, cooperative threads, slices, timers and accounting."
    run_all(env, "c", 300)


test_c.long = True

"""Interrupts are never masked, watched instruction by instruction: the storm, the random test, every other test of the
kernel. tests/static/test_masks.py shows that no instruction could; test_figures.py watches the demo, and that
the counter does see a mask. Every other run of QEMU in the suite is watched block by block (tools/pithlib/icnt.py);
that this misses nothing is tested here.
"""
import re

import _icnt
from pithlib import icnt

BOARDS = ["mps2_an386"]


def watch(env, *args):
    report = _icnt.run(env, ["--run"] + list(args), kernel="tests.elf", armed=True)
    assert not report.masks, "%s: %s" % (args[0], "\n".join(report.masks))
    return report


def show(what, report):
    _icnt.show("interrupts masked: 0 times in %d instructions of %s, %d interrupts"
               % (report.total["insns"], what, sum(e["n"] for n, e in report.exceptions.items() if n >= 16)))


def test_storm(env):
    "No instruction of an interrupt storm runs with PRIMASK, BASEPRI or FAULTMASK set."
    report = watch(env, "storm", "--interrupts", "30000")
    show("the storm", report)
    assert sum(e["n"] for n, e in report.exceptions.items() if n >= 16) >= 30000


def test_random(env):
    "None of 30,000 random operations on all objects masks interrupts."
    show("the random test", watch(env, "random", "--operations", "30000"))


def test_all(env):
    "None of the target tests masks interrupts, but those that end in a panic."
    listing = env.run(["--list"], kernel="tests.elf", check=True).out
    names = [n for n, rest in re.findall(r"^TEST (\S+): (.*)$", listing, re.M)
             if "[panic]" not in rest and "[long]" not in rest]
    assert len(names) > 20
    instructions = sum(watch(env, name).total["insns"] for name in names)
    _icnt.show("interrupts masked: 0 times in %d instructions of %d tests" % (instructions, len(names)))


test_all.long = True

# A firmware by itself: WINDOW, then exit by semihosting (SYS_EXIT_EXTENDED, status 0).
BARE = """
  .syntax unified
  .cpu cortex-m4
  .thumb
  .word 0x20001000, start + 1
  .space 56
  .balign 4
  .type start, %%function
start:
  movs r1, #3
  movs r2, #0xE0
  adds r2, r2
  nop
  .type window, %%function
window:
  %s
  .type after, %%function
after:
  movs r0, #0x20
  adr r1, 1f
  bkpt 0xAB
  b .
  .balign 4
1: .word 0x20026, 0
"""
WINDOWS = {  # the shortest there are: the instruction that ends it is the one that runs masked
    "PRIMASK": "cpsid i\n cpsie i", "BASEPRI": "msr BASEPRI, r2\n msr BASEPRI, r0",
    "FAULTMASK": "cpsid f\n cpsie f", None: "mrs r0, PRIMASK\n msr PSP, r1",
}


def bare(env, window):
    """What a run of one window is told for, by Env.run()."""
    source, kernel = env.tmp / "bare.s", env.tmp / "bare.elf"
    source.write_text(BARE % window)
    env.host(["arm-none-eabi-gcc", "-nostdlib", "-Wl,-Ttext=0", "-Wl,-estart", "-o", kernel, source], check=True)
    try:
        env.run(kernel=kernel, check=True)
    except AssertionError as e:
        return str(e)
    return None


def test_every_run(env):
    "Any run of QEMU fails its test if one instruction was masked; a panic, which ends everything, may mask."
    assert icnt.loads(), "QEMU does not load the plugin: no run is watched"
    for kind, window in WINDOWS.items():
        told = bare(env, window)
        assert (told is None) if kind is None else told and kind in told and "from window+" in told, (kind, told)
    assert env.run(["--run", "bench_panic"], kernel="tests.elf").status == 70
    watch = icnt.Watch(env.build_dir / "tests.elf", env.tmp)
    env.run(["--run", "bench_panic"], kernel="tests.elf", plugin=watch.plugin)
    assert "MASK" in watch.out.read_text() and watch.judge() is None and watch.judge(), "no report is a failure"

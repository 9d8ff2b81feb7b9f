"""Figures the design promises, counted on the real firmware, and that interrupts are never masked.

Each test prints what it found. measure.py prints more of them, without limits.
"""
import _icnt

BOARDS = ["mps2_an386"]
NULL_CALL_LIMIT = 60
LOAD_LIMIT, LOAD_LIMIT_RELOCATION = 10000, 20


def test_null_call(env):
    "A process's null call takes fewer than 60 instructions, from before to after."
    report = _icnt.run(env, ["--load", env.app("bench_null")])
    pair = report.pair("22", "23")
    _icnt.show("null syscall: %d instructions, %d cycles estimated (limit %d instructions)"
               % (pair.usual, pair.cycles_min, NULL_CALL_LIMIT))
    assert pair.n == 64 and pair.usual < NULL_CALL_LIMIT


def test_load(env):
    "Loading hello from the built-in image takes fewer than 10,000 instructions + 20 for each relocation."
    report = _icnt.run(env, ["--run", "bench_load"], kernel="tests.elf", profile=True)
    pair = report.pair("30", "31")
    count = pair.max - pair.irq
    relocations = _icnt.relocations(env.app("hello"))
    copied, memory = _icnt.data_segment(env.app("hello"))
    limit = LOAD_LIMIT + LOAD_LIMIT_RELOCATION * relocations
    _icnt.show("load hello: %d instructions (limit %d: %d + %d x %d relocations), %d bytes of data copied, %d zeroed"
               % (count, limit, LOAD_LIMIT, LOAD_LIMIT_RELOCATION, relocations, copied, memory - copied))
    assert pair.n == 1 and relocations > 0
    assert count < limit, "by function: " + ", ".join(
        "%s %d" % f for f in sorted(report.functions.items(), key=lambda f: -f[1])[:12])


def test_never_masked(env):
    "No instruction of the demo, from reset to the end, runs with PRIMASK, BASEPRI or FAULTMASK set."
    report = _icnt.run(env, ["--demo"], armed=True)
    _icnt.show("interrupts masked: %d times in %d instructions of the demo"
               % (len(report.masks), report.total["insns"]))
    assert not report.masks, "\n".join(report.masks)


def test_counter_sees_masks(env):
    "The counter does report a masked window: a panic stops interrupts for good."
    report = _icnt.run(env, ["--run", "bench_panic"], kernel="tests.elf", armed=True, status=70)
    assert any("PRIMASK" in m and "arch_stop_interrupts" in m for m in report.masks), report.masks
